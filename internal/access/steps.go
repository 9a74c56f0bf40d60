package access

import (
	"context"
	"maps"
	"slices"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// flag takes the flag of a conflict away that is about hidden fields alone.
func (l *look) flag(ctx context.Context, v *record.Version, asOf record.AsOf) error {
	if !v.Conflict || l.all {
		return nil
	}
	h, err := l.records.History(ctx, v.Key, asOf)
	if err != nil {
		return err
	}
	last := &h.Steps[len(h.Steps)-1]
	v.Conflict = len(l.conflicts(last, l.opened(h.Steps))) > 0
	return nil
}

// opened are the statements that were made while an actor might have seen the
// record.
func (l *look) opened(steps []record.Step) map[journal.ID]bool {
	open := map[journal.ID]bool{}
	for i := range steps {
		if l.reads(&steps[i].Version) {
			open[steps[i].Entry.ID] = true
		}
	}
	return open
}

// openOf are the same for a step by itself; nil where nothing depends on them.
func (l *look) openOf(ctx context.Context, s *record.Step) (map[journal.ID]bool, error) {
	if len(s.Conflicts) == 0 || l.all {
		return nil, nil
	}
	h, err := l.records.History(ctx, s.Key, record.AsOf{})
	if err != nil {
		return nil, err
	}
	return l.opened(h.Steps), nil
}

// conflicts are those of a step that an actor may know of: about fields they may
// read, between statements that were open to them.
func (l *look) conflicts(s *record.Step, open map[journal.ID]bool) []record.Conflict {
	if l.all {
		return slices.DeleteFunc(slices.Clone(s.Conflicts), func(c record.Conflict) bool { return !l.field(&s.Version, c.Field) })
	}
	var out []record.Conflict
	for _, c := range s.Conflicts {
		if !l.field(&s.Version, c.Field) {
			continue
		}
		said := slices.DeleteFunc(slices.Clone(c.Statements), func(st record.Statement) bool { return !open[st.Entry] })
		if len(said) == len(c.Statements) || len(said) > 1 {
			out = append(out, record.Conflict{Field: c.Field, Statements: said})
		}
	}
	return out
}

// silent reports whether a statement changed nothing that the actor may read:
// that there was one, when and why, is hidden with it.
func (l *look) silent(s *record.Step) bool {
	if l.all || s.Entry.Op != journal.OpState || len(s.Changed) == 0 {
		return false
	}
	return !slices.ContainsFunc(s.Changed, func(c record.Change) bool { return l.field(&s.Version, c.Field) })
}

// uncoverStep leaves of a step what the actor may know; open are the statements
// that were open to them.
func (l *look) uncoverStep(ctx context.Context, s *record.Step, open map[journal.ID]bool) error {
	if err := l.uncoverChanges(ctx, s); err != nil {
		return err
	}
	s.Conflicts = l.conflicts(s, open)
	for i := range s.Conflicts {
		if err := l.uncoverStatements(ctx, s.Conflicts[i].Field, s.Conflicts[i].Statements); err != nil {
			return err
		}
	}
	for field, said := range s.Says {
		if !l.field(&s.Version, field) {
			delete(s.Says, field)
			continue
		}
		opened, err := l.open(ctx, field, said.Value, said.Reported)
		if err != nil {
			return err
		}
		said.Value = opened
		s.Says[field] = said
	}
	s.Entry.Fields = nil // Changed and Says tell it, each value opened or taken away
	s.Entry.Reason = l.covered(s.Entry.Reason, s.KnownFrom)
	if !l.all {
		s.Conflict = len(s.Conflicts) > 0
		s.Entry.Batch, s.Entry.Draft, s.Entry.Seen, s.Entry.Targets = "", "", nil, nil
	}
	return l.uncover(ctx, &s.Version) // last: which fields may be read depends on its fields
}

// uncoverChanges tells what a step changed for the actor. What a record said
// before it was opened to them stays shut: then all it says is new.
func (l *look) uncoverChanges(ctx context.Context, s *record.Step) error {
	shut := !l.all && !l.reads(before(s))
	s.Changed = slices.DeleteFunc(slices.Clone(s.Changed), func(c record.Change) bool { return !l.field(&s.Version, c.Field) })
	for i := range s.Changed {
		c := &s.Changed[i]
		if shut {
			c.Old = journal.Value{}
		}
		for _, v := range []*journal.Value{&c.Old, &c.New} {
			opened, err := l.open(ctx, c.Field, *v, s.KnownFrom)
			if err != nil {
				return err
			}
			*v = opened
		}
	}
	if shut {
		s.Changed = slices.DeleteFunc(s.Changed, func(c record.Change) bool { return c.New.Cleared() })
	}
	return nil
}

// before is a step's version as it was classed before, at its date.
func before(s *record.Step) *record.Version {
	v := s.Version
	v.Fields = maps.Clone(v.Fields)
	for _, c := range s.Changed {
		v.Fields[c.Field] = c.Old
	}
	return &v
}

func (l *look) uncoverStatements(ctx context.Context, field string, list []record.Statement) error {
	for i := range list {
		opened, err := l.open(ctx, field, list[i].Value, list[i].Reported)
		if err != nil {
			return err
		}
		list[i].Value = opened
	}
	return nil
}
