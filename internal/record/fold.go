package record

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"konbit.org/konbit/internal/journal"
)

// conflictState is the pseudo field under which a retraction that somebody did
// not see is flagged.
const conflictState = "@state"

// Before is the order in which statements of one record count: by when the
// mission was told, then by when it was written, then by node. It depends on
// the entries alone, never on their arrival.
func Before(a, b *journal.Stored) int {
	return cmp.Or(
		a.Reported.Compare(b.Reported),
		cmp.Compare(a.Clock, b.Clock),
		bytes.Compare(a.Node[:], b.Node[:]),
		cmp.Compare(a.Seq, b.Seq),
	)
}

// Fold gives the steps of one record from its entries, in any order and with
// any repetition. Each step is the record as it stood after one more statement,
// in the order of [Before]. The event interval is left to the store, which
// knows the kind.
//
// A field's value is its last statement. Two statements of a field of which
// neither author had seen the other, with different values, are a conflict
// until a statement of that field by somebody who has seen both.
func Fold(key Key, entries []journal.Stored) []Step {
	entries = inOrder(entries)
	f := folding{key: key, entries: entries, saw: sights(entries), gone: map[journal.ID]bool{}, said: map[string]*field{}}
	steps := make([]Step, 0, len(entries))
	for i := range entries {
		f.take(i)
		steps = append(steps, f.step(i, steps))
	}
	for i := range steps[:max(0, len(steps)-1)] {
		steps[i].KnownTo = steps[i+1].KnownFrom
	}
	return steps
}

// inOrder sorts and drops repeats, leaving the caller's slice alone.
func inOrder(entries []journal.Stored) []journal.Stored {
	sorted := slices.Clone(entries)
	slices.SortFunc(sorted, func(a, b journal.Stored) int { return Before(&a, &b) })
	return slices.CompactFunc(sorted, func(a, b journal.Stored) bool { return a.ID == b.ID })
}

// folding is the fold of one record's ordered entries. It grows entry by entry,
// so that the history of a record of which much was said is read in time.
type folding struct {
	key     Key
	entries []journal.Stored
	saw     []set // for each entry, which others its author had seen, directly or not

	gone    map[journal.ID]bool // what somebody has withdrawn
	active  []int               // statements and retractions that nobody has, in order
	said    map[string]*field   // by field
	sources string              // of the active entries, a line each
	batches string
}

// field is what the active entries say of one field.
type field struct {
	by   []int // who stated it, in order
	open []int // those of them that no other statement of the field has seen
}

// set is a set of entries by their place in the order.
type set []uint64

func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }

func (s set) join(other set) {
	for i := range s {
		s[i] |= other[i]
	}
}

// sights closes the Seen links over the record's entries.
func sights(entries []journal.Stored) []set {
	index := make(map[journal.ID]int, len(entries))
	for i := range entries {
		index[entries[i].ID] = i
	}
	saw := make([]set, len(entries))
	for i := range entries {
		see(entries, index, saw, i)
	}
	return saw
}

// see works out the set of one entry after those of the entries it names.
func see(entries []journal.Stored, index map[journal.ID]int, saw []set, first int) {
	for todo := []int{first}; len(todo) > 0; {
		i := todo[len(todo)-1]
		if saw[i] == nil {
			saw[i] = make(set, (len(entries)+63)/64)
			for _, id := range entries[i].Seen {
				if at, here := index[id]; here && saw[at] == nil {
					todo = append(todo, at)
				}
			}
			continue // those it names come first
		}
		todo = todo[:len(todo)-1]
		for _, id := range entries[i].Seen {
			if at, here := index[id]; here && at != i {
				saw[i].add(at)
				saw[i].join(saw[at])
			}
		}
	}
}

// step is the record after entries[0..last].
func (f *folding) step(last int, before []Step) Step {
	s := Step{Entry: f.entries[last], Says: map[string]Statement{}}
	s.Key, s.Number, s.KnownFrom = f.key, last+1, f.entries[last].Reported
	s.Fields = map[string]journal.Value{}
	for field, said := range f.said {
		win := said.by[len(said.by)-1]
		if v := f.entries[win].Fields[field]; !v.Cleared() {
			s.Fields[field] = v
			s.Says[field] = f.statement(win, field)
		}
		if c := f.conflict(field, said.open); c != nil {
			s.Conflicts = append(s.Conflicts, *c)
		}
	}
	f.state(&s)
	f.envelope(&s)
	slices.SortFunc(s.Conflicts, func(a, b Conflict) int { return cmp.Compare(a.Field, b.Field) })
	s.Conflict = len(s.Conflicts) > 0
	var old map[string]journal.Value
	if len(before) > 0 {
		old = before[len(before)-1].Fields
	}
	s.Changed = changes(old, s.Fields)
	return s
}

// take adds the next entry to what counts. A withdrawal changes what counted
// before, so all is gathered anew.
func (f *folding) take(next int) {
	e := &f.entries[next]
	for _, id := range e.Targets {
		f.gone[id] = true
	}
	if e.Op != journal.OpWithdraw {
		f.count(next)
		return
	}
	f.active, f.said, f.sources, f.batches = nil, map[string]*field{}, "", ""
	for i := range next {
		f.count(i)
	}
}

// count takes in a statement or retraction that nobody has withdrawn.
func (f *folding) count(i int) {
	e := &f.entries[i]
	if e.Op == journal.OpWithdraw || f.gone[e.ID] {
		return
	}
	f.active = append(f.active, i)
	f.sources, f.batches = withLine(f.sources, e.Source), withLine(f.batches, e.Batch)
	if e.Op != journal.OpState {
		return
	}
	for name := range e.Fields {
		said := f.said[name]
		if said == nil {
			said = &field{}
			f.said[name] = said
		}
		said.open = slices.DeleteFunc(said.open, func(other int) bool { return f.saw[i].has(other) })
		if !slices.ContainsFunc(said.by, func(other int) bool { return f.saw[other].has(i) }) {
			said.open = append(said.open, i)
		}
		said.by = append(said.by, i)
	}
}

// conflict is there when statements of a field that no other statement of it
// has seen differ.
func (f *folding) conflict(field string, open []int) *Conflict {
	differ := slices.ContainsFunc(open, func(i int) bool {
		return !same(f.entries[i].Fields[field], f.entries[open[0]].Fields[field])
	})
	if !differ {
		return nil
	}
	c := &Conflict{Field: field}
	for _, i := range open {
		c.Statements = append(c.Statements, f.statement(i, field))
	}
	return c
}

// state decides whether the record counts: struck by a retraction that no later
// author has seen and spoken after, withdrawn when nothing is left.
func (f *folding) state(s *Step) {
	active := f.active
	if len(active) == 0 {
		s.State = Withdrawn
		return
	}
	for n, i := range active {
		if f.entries[i].Op != journal.OpRetract {
			continue
		}
		struck, unseen := true, false
		for _, later := range active[n+1:] {
			if f.entries[later].Op != journal.OpState {
				continue
			}
			if f.saw[later].has(i) {
				struck = false
			} else {
				unseen = true
			}
		}
		if struck {
			s.State = Struck
		}
		if struck && unseen {
			s.Conflicts = append(s.Conflicts, Conflict{Field: conflictState, Statements: []Statement{f.statement(i, conflictState)}})
		}
	}
}

// envelope puts the last statement's source, grade and batch beside the fields.
func (f *folding) envelope(s *Step) {
	if len(f.active) == 0 {
		return
	}
	setEnvelope(s.Fields, &f.entries[f.active[len(f.active)-1]])
	for name, list := range map[string]string{fieldSources: f.sources, fieldBatches: f.batches} {
		if list != "" {
			s.Fields[name] = journal.Value{Text: list}
		}
	}
}

func (f *folding) statement(i int, field string) Statement {
	e := &f.entries[i]
	return Statement{
		Entry: e.ID, Value: e.Fields[field], Actor: e.Actor, Source: e.Source, Grade: e.Grade,
		Reported: e.Reported, Recorded: e.Clock.Time(),
	}
}

// changes names the fields that differ, in order of name.
func changes(old, now map[string]journal.Value) []Change {
	names := maps.Clone(old)
	if names == nil {
		names = map[string]journal.Value{}
	}
	maps.Copy(names, now)
	var out []Change
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if strings.HasPrefix(name, "@") || same(old[name], now[name]) {
			continue
		}
		out = append(out, Change{Field: name, Old: old[name], New: now[name]})
	}
	return out
}

func same(a, b journal.Value) bool {
	return a.Text == b.Text && bytes.Equal(a.Sealed, b.Sealed)
}

// heads are the entries that no other entry of the record has seen.
func heads(entries []journal.Stored) []journal.ID {
	all := make(set, (len(entries)+63)/64)
	for i, seen := range sights(entries) {
		if len(entries[i].Seen) > 0 {
			all.join(seen)
		}
	}
	var out []journal.ID
	for i := range entries {
		if !all.has(i) {
			out = append(out, entries[i].ID)
		}
	}
	return out
}
