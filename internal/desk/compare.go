package desk

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// statement is what a draft adds to its record.
type statement struct {
	fields   map[string]journal.Value
	base     map[string]journal.Value // what it was compared with
	draft    string                   // form id or row digest
	reported time.Time
	seen     []journal.ID
}

// compareRow works out what a row of a sheet says that was not said before.
//
// A row is told apart by its record and by when it says it was reported, so
// that a sheet may hold several statements of one record. What the row changes
// is measured against what the same row said last, not against the record:
// a cell that somebody corrected by hand is not put back by a sheet in which
// that cell did not change.
func (c *call) compareRow(t *told, p *past) (*statement, bool) {
	s := &statement{draft: t.rowDraft(), seen: p.heads, reported: t.reported}
	if before, spoken := c.spoken(t); spoken {
		if before != hashed(s.draft) {
			t.refuse("ref", "duplicate-ref", map[string]string{"value": t.key.Ref})
		}
		return nil, before == hashed(s.draft)
	}
	t.digest = hashed(s.draft)
	if p.fresh() {
		s.fields = t.fields
		return c.timed(s, p, t.given == ""), true
	}
	rows := p.rows()
	if len(rows) == 0 {
		return c.firstRow(t, p, s), true
	}
	last := slices.IndexFunc(rows, func(r row) bool { return r.given == t.given })
	for i := range rows {
		if rows[i].given == t.given {
			last = i
		}
	}
	again := last >= 0
	if !again {
		last = len(rows) - 1
	}
	before := &p.steps[rows[last].step].Entry
	if again && before.Draft == s.draft {
		return nil, true
	}
	if again && c.sameImport(p, before) {
		t.refuse("ref", "duplicate-ref", map[string]string{"value": t.key.Ref})
		return nil, false
	}
	if !again && t.given != "" && t.earlier(rows) {
		return c.backfill(t, p, s, rows)
	}
	s.base, s.fields = p.fields(), t.since(p.said(rows[:last+1]))
	t.clearBlank(s, p.rowFields(rows[:last+1]))
	if !t.notOvertaken(p, s, rows[last+1:]) {
		return nil, false
	}
	if t.saysNothing(p, s) {
		return nil, true
	}
	correction := again || t.given == "" || p.restated(rows, s.fields, t.reported)
	return c.timed(s, p, correction), true
}

// saysNothing says that the record already stands as the row has it, from the
// same source and report: a table that was written out and comes back.
func (t *told) saysNothing(p *past, s *statement) bool {
	cur, _ := p.current()
	for id, v := range s.fields {
		if !equal(cur.Fields[id], v) {
			return false
		}
	}
	return cur.State == record.Live && t.restsOnTheSame(cur) && t.reportedWith(cur)
}

// speech is what a row is told apart by within one import.
func (t *told) speech() uint64 { return hashed(t.key.String() + "\x00" + t.given) }

func hashed(s string) uint64 {
	sum := sha256.Sum256([]byte(s))
	return binary.BigEndian.Uint64(sum[:8])
}

// spoken gives the digest of the row that this import has already for a record
// and report.
func (c *call) spoken(t *told) (digest uint64, ok bool) {
	if digest, ok = c.speak[t.speech()]; !ok && c.opt.Spoken != nil {
		digest, ok = c.opt.Spoken.rows[t.speech()]
	}
	return digest, ok
}

// timed sets when a statement counts from: a correction from now, and never
// before what it corrects.
func (c *call) timed(s *statement, p *past, now bool) *statement {
	if !now {
		return s
	}
	s.reported = c.now
	if last := p.lastReported(); last.After(c.now) {
		s.reported = last
	}
	return s
}

// firstRow compares a row with a record that was made otherwise.
func (c *call) firstRow(t *told, p *past, s *statement) *statement {
	base := p.fields()
	if t.given != "" {
		base = p.asKnown(t.reported)
	}
	s.base, s.fields = base, t.since(base)
	if t.saysNothing(p, s) {
		return nil
	}
	return c.timed(s, p, t.given == "")
}

// backfill takes in a row that was reported before what is there. Within one
// import that is a history told in another order. From a later import it may as
// well be a correction, and then it would change nothing: it is refused.
func (c *call) backfill(t *told, p *past, s *statement, rows []row) (*statement, bool) {
	for _, r := range rows {
		if r.given > t.given && !c.sameImport(p, &p.steps[r.step].Entry) {
			t.refuse("reported", "reported-before", map[string]string{"value": t.given, "last": r.given})
			return nil, false
		}
	}
	s.base = p.asKnown(t.reported)
	s.fields = t.since(s.base)
	return s, true
}

func (c *call) sameImport(p *past, e *journal.Stored) bool {
	return p.isProvisional(e) || c.opt.Batch != "" && e.Batch == c.opt.Batch
}

// earlier says whether a row with a later report is there. Both are RFC 3339 in
// UTC, but of different precision, so they are compared as times.
func (t *told) earlier(rows []row) bool {
	return slices.ContainsFunc(rows, func(r row) bool {
		at, err := time.Parse(time.RFC3339Nano, r.given)
		return err == nil && at.After(t.reported)
	})
}

// since leaves of what is said that which differs from what was.
func (t *told) since(was map[string]journal.Value) map[string]journal.Value {
	out := map[string]journal.Value{}
	for id, v := range t.fields {
		if !equal(was[id], v) {
			out[id] = v
		}
	}
	return out
}

// rowFields are the fields that rows stated themselves and did not clear.
func (p *past) rowFields(rows []row) map[string]bool {
	out := map[string]bool{}
	for _, r := range rows {
		for id, v := range p.steps[r.step].Entry.Fields {
			out[id] = !v.Cleared()
		}
	}
	return out
}

// clearBlank empties the fields that an earlier row filled and this one leaves
// empty. What was filled in otherwise stays: the sheet never knew of it.
func (t *told) clearBlank(s *statement, filled map[string]bool) {
	for _, id := range t.blank {
		if filled[id] && id != "owner" && id != "marking" {
			s.fields[id] = journal.Value{}
		}
	}
}

// notOvertaken refuses a change to an old statement in a field that a later row
// has stated anew: the change would either be lost or undo the later row.
func (t *told) notOvertaken(p *past, s *statement, later []row) bool {
	for _, r := range later {
		for id := range p.steps[r.step].Entry.Fields {
			if _, changed := s.fields[id]; changed {
				t.refuse(id, "superseded", map[string]string{"value": p.steps[r.step].Entry.Reported.Format(time.DateOnly)})
				return false
			}
		}
	}
	return true
}

// restated says whether a row that was written in as a correction after at
// speaks of the same fields, so that a statement dated at would have no effect.
func (p *past) restated(rows []row, fields map[string]journal.Value, at time.Time) bool {
	return slices.ContainsFunc(rows, func(r row) bool {
		e := &p.steps[r.step].Entry
		if !e.Reported.After(at) {
			return false
		}
		for id := range fields {
			if _, ok := e.Fields[id]; ok {
				return true
			}
		}
		return false
	})
}

// compareForm works out what a form says that its author did not see there.
// A field that stood in conflict before the author is stated again even where
// it stays as it is: that settles it.
func (c *call) compareForm(t *told, p *past) (*statement, bool) {
	s := &statement{seen: p.heads, reported: t.reported, fields: t.fields}
	if t.draft.Form != "" {
		s.draft = formPrefix + t.draft.Form
		if p.hasForm(t.draft.Form) {
			return nil, true
		}
	}
	if p.fresh() {
		return c.timed(s, p, t.reported.IsZero()), true
	}
	base, _ := p.current()
	if t.draft.Seen != nil {
		seen, ok := p.asSeen(t.draft.Seen)
		if !ok {
			t.refuse("ref", "ref-taken", map[string]string{"value": t.key.Ref})
			return nil, false
		}
		base, s.seen = seen, t.draft.Seen
	}
	s.base, s.fields = base.Fields, t.since(base.Fields)
	for _, id := range t.blank {
		if _, set := base.Fields[id]; set && id != "owner" && id != "marking" {
			s.fields[id] = journal.Value{}
		}
	}
	if t.draft.Seen != nil {
		t.settle(s, base)
	}
	if len(s.fields) == 0 && t.restsOnTheSame(base) && base.State == record.Live && t.reportedWith(base) {
		return nil, true
	}
	return c.timed(s, p, t.reported.IsZero()), true
}

func (t *told) settle(s *statement, base *record.Step) {
	for _, conflict := range base.Conflicts {
		if v, ok := t.fields[conflict.Field]; ok {
			s.fields[conflict.Field] = v
		} else if slices.Contains(t.blank, conflict.Field) {
			s.fields[conflict.Field] = journal.Value{}
		}
	}
}

func (t *told) restsOnTheSame(base *record.Step) bool {
	return (t.source == "" || t.source == base.Text(record.FieldSource)) &&
		(t.grade == "" || t.grade == base.Text(record.FieldGrade))
}

func (t *told) reportedWith(base *record.Step) bool {
	return t.reported.IsZero() || t.reported.Equal(base.Entry.Reported)
}

func (p *past) hasForm(form string) bool {
	return slices.ContainsFunc(p.steps, func(s record.Step) bool { return s.Entry.Draft == formPrefix+form })
}

// complete adds whose the record is and how it is marked where nobody says. An
// owner that followed from another field follows it when that field changes.
func (t *told) complete(s *statement) (plain map[string]string) {
	s.fields = maps.Clone(s.fields)
	old, plain := map[string]string{}, map[string]string{}
	for id, v := range s.base {
		if !strings.HasPrefix(id, "@") {
			old[id], plain[id] = v.Text, v.Text
		}
	}
	for id, v := range s.fields {
		plain[id] = v.Text
	}
	_, stated := t.fields["owner"]
	owner := old["owner"]
	delete(old, "owner")
	if !stated && owner == t.kind.OwnerOf(old) {
		delete(plain, "owner")
	}
	if o := t.kind.OwnerOf(plain); o != owner && !stated {
		s.fields["owner"] = journal.Value{Text: o}
	}
	plain["owner"] = t.kind.OwnerOf(plain)
	if plain["marking"] == "" {
		plain["marking"] = t.kind.Marking
		s.fields["marking"] = journal.Value{Text: t.kind.Marking}
	}
	for id, v := range plain {
		if v == "" {
			delete(plain, id)
		}
	}
	return plain
}
