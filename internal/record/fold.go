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
	f := folding{key: key, entries: entries, saw: sights(entries)}
	steps := make([]Step, 0, len(entries))
	for i := range entries {
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

// folding is the fold of one record's ordered entries.
type folding struct {
	key     Key
	entries []journal.Stored
	saw     []map[int]bool // for each entry, which others its author had seen, directly or not
}

// sights closes the Seen links over the record's entries.
func sights(entries []journal.Stored) []map[int]bool {
	index := make(map[journal.ID]int, len(entries))
	for i := range entries {
		index[entries[i].ID] = i
	}
	saw := make([]map[int]bool, len(entries))
	for i := range entries {
		seen := map[int]bool{}
		todo := entries[i].Seen
		for len(todo) > 0 {
			at, here := index[todo[0]]
			todo = todo[1:]
			if !here || seen[at] || at == i {
				continue
			}
			seen[at] = true
			todo = append(slices.Clone(todo), entries[at].Seen...)
		}
		saw[i] = seen
	}
	return saw
}

// step is the record after entries[0..last].
func (f *folding) step(last int, before []Step) Step {
	active := f.active(last)
	said := f.statements(active)
	s := Step{Entry: f.entries[last], Says: map[string]Statement{}}
	s.Key, s.Number, s.KnownFrom = f.key, last+1, f.entries[last].Reported
	s.Fields = map[string]journal.Value{}
	for field, by := range said {
		win := by[len(by)-1]
		if v := f.entries[win].Fields[field]; !v.Cleared() {
			s.Fields[field] = v
			s.Says[field] = f.statement(win, field)
		}
		if c := f.conflict(field, by); c != nil {
			s.Conflicts = append(s.Conflicts, *c)
		}
	}
	f.state(&s, active)
	f.envelope(&s, active)
	slices.SortFunc(s.Conflicts, func(a, b Conflict) int { return cmp.Compare(a.Field, b.Field) })
	s.Conflict = len(s.Conflicts) > 0
	var old map[string]journal.Value
	if len(before) > 0 {
		old = before[len(before)-1].Fields
	}
	s.Changed = changes(old, s.Fields)
	return s
}

// active are the entries up to last that nobody up to last has withdrawn.
func (f *folding) active(last int) []int {
	gone := map[journal.ID]bool{}
	for i := range last + 1 {
		for _, id := range f.entries[i].Targets {
			gone[id] = true
		}
	}
	var active []int
	for i := range last + 1 {
		if op := f.entries[i].Op; op != journal.OpWithdraw && !gone[f.entries[i].ID] {
			active = append(active, i)
		}
	}
	return active
}

// statements gives for each field who stated it, in order.
func (f *folding) statements(active []int) map[string][]int {
	said := map[string][]int{}
	for _, i := range active {
		if f.entries[i].Op != journal.OpState {
			continue
		}
		for field := range f.entries[i].Fields {
			said[field] = append(said[field], i)
		}
	}
	return said
}

// conflict finds the statements of a field that no other statement of it has seen.
func (f *folding) conflict(field string, by []int) *Conflict {
	if len(by) < 2 {
		return nil
	}
	var open []int
	for _, i := range by {
		if !slices.ContainsFunc(by, func(other int) bool { return f.saw[other][i] }) {
			open = append(open, i)
		}
	}
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
func (f *folding) state(s *Step, active []int) {
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
			if f.saw[later][i] {
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
func (f *folding) envelope(s *Step, active []int) {
	for n, i := range active {
		if n == len(active)-1 {
			setEnvelope(s.Fields, &f.entries[i])
		}
		gather(s.Fields, fieldSources, f.entries[i].Source)
		gather(s.Fields, fieldBatches, f.entries[i].Batch)
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
	saw := sights(entries)
	var out []journal.ID
	for i := range entries {
		if !slices.ContainsFunc(saw, func(seen map[int]bool) bool { return seen[i] }) {
			out = append(out, entries[i].ID)
		}
	}
	return out
}
