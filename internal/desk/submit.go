package desk

import (
	"context"
	"maps"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// call is one Submit.
type call struct {
	desk    *Desk
	mission string
	who     access.Actor
	all     bool // nothing is hidden from who speaks
	opt     Options
	now     time.Time // UTC, whole milliseconds
	env     kind.Env

	told   []*told
	pasts  map[record.Key]*past
	there  map[name]bool // what was looked for in the store
	coming map[name]bool // what the call itself brings
	refs   map[string][]string
	placed map[string]Place  // by the text that was looked up; without degrees where none was found
	speak  map[uint64]uint64 // the rows of this call, as in Spoken
	next   map[series]int64  // the next number of each series that is used
	err    error             // of a look into the store, out of a callback
}

// Submit takes drafts in, in their order, and says what became of each. One
// call is meant for one form or for some hundreds of rows; a long sheet comes in
// several calls with the same Batch.
//
// A draft may point to a record that comes in the same call, before or after
// it. Refused drafts do not keep the others out unless opt.Strict.
//
// The error is [fail.Denied] for an actor who may not write, [fail.NotFound] for
// a kind the mission does not have, and that of the store or journal; then some
// of the drafts may be written. Sending all again is harmless.
func (d *Desk) Submit(ctx context.Context, who access.Actor, mission string, drafts []Draft, opt Options) ([]Outcome, error) {
	c := d.newCall(who, mission, opt)
	if err := c.mayBegin(drafts); err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(drafts))
	for i := range drafts {
		outcomes[i].Row = drafts[i].Row
		c.told = append(c.told, &told{draft: drafts[i], out: &outcomes[i]})
		c.coming[name{drafts[i].Kind, refOfDraft(&drafts[i])}] = true
	}
	for _, t := range c.told {
		if err := c.read(ctx, t); err != nil {
			return nil, err
		}
	}
	unlock := d.lock(c.told)
	defer unlock()
	defer c.numbering()()
	// What was read for making refs may have changed before the lock was held.
	clear(c.pasts)
	if err := c.work(ctx); err != nil {
		return nil, err
	}
	if opt.DryRun || opt.Strict && slices.ContainsFunc(c.told, (*told).refused) {
		return outcomes, nil
	}
	return outcomes, c.write(ctx)
}

func (d *Desk) newCall(who access.Actor, mission string, opt Options) *call {
	c := &call{
		desk: d, mission: mission, who: who, opt: opt, now: d.Now().UTC().Truncate(time.Millisecond),
		pasts: map[record.Key]*past{}, there: map[name]bool{}, coming: map[name]bool{}, refs: map[string][]string{}, placed: map[string]Place{},
		speak: map[uint64]uint64{}, next: map[series]int64{},
	}
	c.env = kind.Env{
		Location: d.Schema.Zone(mission), DecimalComma: opt.DecimalComma, DateFormats: opt.DateFormats,
	}
	if d.Codes != nil {
		c.env.Codes = d.Codes(mission)
	}
	return c
}

func refOfDraft(d *Draft) string {
	if d.Ref != "" {
		return d.Ref
	}
	return d.Fields["ref"]
}

// lock keeps two calls from comparing with the same record at the same time, so
// that the same row sent twice at once is written once. Calls about different
// records share the journal's commits.
func (d *Desk) lock(all []*told) (unlock func()) {
	var stripes []int
	for _, t := range all {
		if t.refused() {
			continue
		}
		h := uint32(2166136261) // FNV-1a
		for _, b := range []byte(t.key.String()) {
			h = (h ^ uint32(b)) * 16777619
		}
		stripes = append(stripes, int(h%uint32(len(d.locks))))
	}
	slices.Sort(stripes)
	stripes = slices.Compact(stripes)
	for _, i := range stripes {
		d.locks[i].Lock()
	}
	return func() {
		for _, i := range stripes {
			d.locks[i].Unlock()
		}
	}
}

// past reads all that was said of a record, once a call.
func (c *call) past(ctx context.Context, key record.Key) (*past, error) {
	if p, ok := c.pasts[key]; ok {
		return p, nil
	}
	h, err := c.desk.Records.History(ctx, key, record.AsOf{})
	if err != nil && !fail.Is(err, fail.NotFound) {
		return nil, err
	}
	p := &past{key: key, steps: h.Steps, heads: h.Heads}
	c.pasts[key] = p
	return p, nil
}

// work compares every draft with its record. A draft that points to one that
// turns out to be refused is refused as well, and those after it are compared
// anew, until nothing more falls.
func (c *call) work(ctx context.Context) error {
	c.dropDependents()
	for {
		for i, t := range c.told {
			if t.refused() {
				continue
			}
			if err := c.compare(ctx, t, i); err != nil {
				return err
			}
		}
		if !c.dropDependents() {
			if c.opt.Spoken != nil {
				maps.Copy(c.opt.Spoken.rows, c.speak)
			}
			return nil
		}
		clear(c.speak)
		clear(c.next)
		clear(c.pasts)
	}
}

// dropDependents refuses the drafts that point to what no draft brings any more.
func (c *call) dropDependents() (dropped bool) {
	for again := true; again; {
		again = false
		brought := map[name]bool{}
		for _, t := range c.told {
			if !t.refused() {
				brought[name{t.key.Kind, t.key.Ref}] = true
			}
		}
		for _, t := range c.told {
			if t.refused() {
				continue
			}
			for _, n := range t.needs {
				if !brought[n.name] {
					t.refuse(t.fieldOf(n), n.code(), map[string]string{"value": n.name.ref, "kind": n.name.kind})
					again, dropped = true, true
				}
			}
		}
	}
	return dropped
}

func (n need) code() string {
	if n.field == "source" {
		return "source-unknown"
	}
	return "reference-missing"
}

func (t *told) fieldOf(n need) string {
	if n.field != "" {
		return n.field
	}
	for _, f := range t.kind.AllFields() {
		if t.canonical[f.ID] == n.name.ref && (f.To == n.name.kind || f.Type == kind.Person) {
			return f.ID
		}
	}
	return ""
}

// compare works out the entry of one draft.
func (c *call) compare(ctx context.Context, t *told, number int) error {
	p, err := c.past(ctx, t.key)
	if err != nil {
		return err
	}
	t.id, t.out.Changes, t.series = journal.ID{}, nil, series{}
	if !repeated(t, p) {
		if c.may(t, p); t.refused() {
			return nil
		}
	}
	for _, id := range t.unspoken {
		if p.fields()[id].Cleared() {
			t.refuse(id, "required", nil)
		}
	}
	if err := c.seal(ctx, t, p); err != nil || t.refused() {
		return err
	}
	compare := c.compareForm
	if t.draft.Form == "" && t.draft.Row > 0 {
		compare = c.compareRow
	}
	s, ok := compare(t, p)
	if !ok {
		return nil
	}
	if s == nil {
		t.out.Status = StatusSame
		c.remember(t)
		return nil
	}
	if err := c.number(ctx, t, p, s); err != nil || t.refused() {
		return err
	}
	was := p.fields()
	plain := t.complete(s)
	if err := c.rules(ctx, t, p, plain); err != nil || t.refused() {
		return err
	}
	t.out.Status = StatusChanged
	if p.fresh() {
		t.out.Status = StatusNew
	}
	c.numbered(t)
	t.entry = c.entry(t, s)
	t.id = p.add(t.entry, c.now, number)
	t.out.Changes = c.shownChanges(p, differences(was, p.fields()))
	c.remember(t)
	return nil
}

// remember keeps a row that was taken, so that another one of its record is
// compared with it and not with what an earlier import said.
func (c *call) remember(t *told) {
	if t.draft.Row > 0 && t.digest != 0 {
		c.speak[t.speech()] = t.digest
	}
}

func (c *call) entry(t *told, s *statement) journal.Entry {
	return journal.Entry{
		Mission: c.mission, Kind: t.key.Kind, Ref: t.key.Ref, Op: journal.OpState, Actor: c.who.Name,
		Reported: s.reported.UTC().Truncate(time.Millisecond), Source: t.source, Grade: t.grade,
		Reason: t.draft.Reason, Batch: c.opt.Batch, Draft: s.draft,
		Seen: slices.Clone(s.seen), Fields: s.fields,
	}
}

// rules asks the domain. Its rules read the record as it would become.
func (c *call) rules(ctx context.Context, t *told, p *past, plain map[string]string) error {
	rules := c.desk.rules[t.kind.ID]
	if len(rules) == 0 {
		return nil
	}
	d := t.draft
	d.Fields, d.Source, d.Grade, d.Reported = plain, t.source, t.grade, t.reported
	// sealed ones are plain to the rule
	maps.Copy(d.Fields, t.canonical)
	v := View{Mission: c.mission, Who: c.who, Now: c.now, Zone: c.env.Location, Key: t.key, New: p.fresh(), call: c}
	for _, r := range rules {
		problems, err := r.Check(ctx, v, d)
		if err != nil {
			return err
		}
		for _, problem := range problems {
			t.refuse(problem.Field, problem.Code, problem.Args)
		}
	}
	return nil
}

// write appends in rounds: the first statement of each record, then the second
// of those that have one, because that must name the first by its final id.
func (c *call) write(ctx context.Context) error {
	round := map[record.Key]int{}
	var rounds [][]*told
	for _, t := range c.told {
		if t.refused() || t.id == (journal.ID{}) {
			continue
		}
		n := round[t.key]
		round[t.key]++
		if n == len(rounds) {
			rounds = append(rounds, nil)
		}
		rounds[n] = append(rounds[n], t)
	}
	final := map[journal.ID]journal.ID{}
	for _, list := range rounds {
		entries := make([]journal.Entry, len(list))
		for i, t := range list {
			for j, id := range t.entry.Seen {
				if named, ok := final[id]; ok {
					t.entry.Seen[j] = named
				}
			}
			entries[i] = t.entry
		}
		stored, err := c.desk.Journal.Append(ctx, entries...)
		if err != nil {
			return err
		}
		for i, t := range list {
			final[t.id], t.out.Entry = stored[i].ID, stored[i].ID
		}
	}
	return nil
}
