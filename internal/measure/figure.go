package measure

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/record"
)

// Figure computes a figure. Errors are [fail.NotFound] for an unknown mission or
// measure, [fail.Invalid] for an unknown dimension, and [fail.Denied].
func (e *Engine) Figure(ctx context.Context, who access.Actor, q Query) (Figure, error) {
	p, err := e.plan(who, q)
	if err != nil {
		return Figure{}, err
	}
	t, err := e.tally(ctx, p, q.EvidenceLimit)
	if err != nil {
		return Figure{}, err
	}
	f := p.figure(t)
	if err := e.name(ctx, p, t, &f); err != nil {
		return Figure{}, err
	}
	if err := e.notes(ctx, p, t, &f); err != nil {
		return Figure{}, err
	}
	p.publish(&f)
	return f, nil
}

// tally scans the kinds of a plan.
func (e *Engine) tally(ctx context.Context, p *plan, limit int) (*tally, error) {
	t := newTally(limit)
	err := e.each(ctx, p, func(s *scan) {
		if p.d.How == Level && s.last > parallel {
			inHalves(s, t)
			return
		}
		t.take(s)
	})
	if err != nil {
		return nil, err
	}
	return t, t.check()
}

// parallel is the number of rows from which a scan is worth a second core.
const parallel = 1 << 17

// inHalves scans a large table on two cores.
func inHalves(s *scan, t *tally) {
	second, other := s.plan.on(s.t), newTally(t.limit)
	second.stood = s.stood
	s.first = s.last / 2
	second.last = s.first
	var wait sync.WaitGroup
	wait.Go(func() { other.take(second) })
	t.take(s)
	wait.Wait()
	t.join(other)
}

// each makes a plan ready for each of its tables and holds the table meanwhile.
func (e *Engine) each(ctx context.Context, p *plan, fn func(*scan)) error {
	for _, k := range p.kinds() {
		key := tableKey{p.query.Mission, k}
		if !p.query.Recorded.IsZero() {
			t, err := e.load(ctx, p.mission, key, func(add func(record.Version) error) error {
				return e.source.Versions(ctx, key.mission, key.kind, p.query.Recorded, func(v record.Version) error {
					if !p.sight.view(&v) {
						return nil
					}
					return add(v)
				})
			})
			if err != nil {
				return err
			}
			fn(p.on(t))
			continue
		}
		t, done, err := e.use(ctx, p.mission, key)
		if err != nil {
			return err
		}
		s := p.on(t)
		if err = e.before(ctx, s); err == nil {
			fn(s)
		}
		done()
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// figure puts a tally into words, except what needs the store.
func (p *plan) figure(t *tally) Figure {
	q := &p.query
	known := q.Known
	if known.IsZero() {
		known = p.now
	}
	f := Figure{
		Mission: q.Mission, Measure: p.d.ID, Definition: p.d.Number, Unit: p.d.Unit,
		From: q.From, At: q.At, Known: known, By: q.By, Where: q.Where,
		Unknowns: len(t.unknown), Address: q.address(q.At, known),
	}
	newest := int64(never)
	for _, c := range t.totals {
		total := Total{Apart: c.apart, Value: c.sum, Records: c.counted()}
		newest = max(newest, c.newest)
		f.Records += total.Records
		f.unlisted += c.unlisted()
		if p.d.Apart != "" {
			f.Totals = append(f.Totals, total)
		}
		f.Total = &total.Value
	}
	if len(t.totals) > 1 {
		f.Total = nil
	}
	if newest != never {
		f.Newest = time.UnixMilli(newest).UTC()
	}
	slices.SortFunc(f.Totals, func(a, b Total) int { return cmp.Compare(a.Apart, b.Apart) })
	return f
}

// name fills in the rows, with the refs of their evidence, and what is unknown.
func (e *Engine) name(ctx context.Context, p *plan, t *tally, f *Figure) error {
	cells := make([]*cell, 0, len(t.rows))
	for _, c := range t.rows {
		cells = append(cells, c)
	}
	slices.SortFunc(cells, func(a, b *cell) int {
		return cmp.Or(cmp.Compare(b.sum.Abs(), a.sum.Abs()), slices.Compare(a.by, b.by), cmp.Compare(a.apart, b.apart))
	})
	slices.SortFunc(t.unknown, func(a, b found) int {
		return cmp.Or(strings.Compare(a.code, b.code), byNewest(a.kept, b.kept))
	})
	if limit := p.query.EvidenceLimit; limit > 0 && len(t.unknown) > limit {
		t.unknown = t.unknown[:limit]
	}
	keys, err := e.keys(ctx, cells, t.unknown)
	if err != nil {
		return err
	}
	twice := doubled(keys)
	for _, c := range cells {
		row := Row{By: map[string]string{}, Apart: c.apart, Value: c.sum, Records: c.counted()}
		for i, name := range p.query.By {
			row.By[name] = c.by[i]
		}
		for _, x := range c.rests() {
			key := keys[x.id]
			row.Keys = append(row.Keys, key)
			row.Evidence = append(row.Evidence, short(key, twice))
		}
		f.Rows = append(f.Rows, row)
	}
	for _, u := range t.unknown {
		f.Unknown = append(f.Unknown, u.tell(keys, twice))
	}
	if p.d.From != "" && len(t.rows) == 0 {
		f.Unknown = append(f.Unknown, Unknown{Code: NoneInForce})
		f.Unknowns++
	}
	return nil
}

func (e *Engine) keys(ctx context.Context, cells []*cell, unknown []found) (map[int64]record.Key, error) {
	var ids []int64
	for _, c := range cells {
		for _, x := range c.rests() {
			ids = append(ids, x.id)
		}
	}
	for _, u := range unknown {
		if u.row >= 0 {
			ids = append(ids, u.id)
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return nil, nil
	}
	names, err := e.source.Keys(ctx, ids)
	if err != nil {
		return nil, err
	}
	keys := make(map[int64]record.Key, len(ids))
	for i, id := range ids {
		keys[id] = names[i]
	}
	return keys, nil
}

// doubled are the refs that two records of different kinds share.
func doubled(keys map[int64]record.Key) map[string]bool {
	seen, twice := map[string]bool{}, map[string]bool{}
	for _, k := range keys {
		if seen[k.Ref] {
			twice[k.Ref] = true
		}
		seen[k.Ref] = true
	}
	return twice
}

func short(k record.Key, twice map[string]bool) string {
	if twice[k.Ref] {
		return k.Kind + "/" + k.Ref
	}
	return k.Ref
}

func (u *found) tell(keys map[int64]record.Key, twice map[string]bool) Unknown {
	if u.row < 0 {
		return Unknown{Code: u.code, Sign: u.sign}
	}
	told := Unknown{Code: u.code, Key: keys[u.id], Record: short(keys[u.id], twice), Sign: u.sign}
	if u.known {
		told.Value = &u.value
	}
	if u.lo != never {
		told.From, told.Until = time.UnixMilli(u.lo).UTC(), time.UnixMilli(u.hi).UTC()
	}
	return told
}
