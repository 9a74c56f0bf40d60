package access

import (
	"context"
	"slices"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// flag takes the flag of a conflict away that is about hidden fields alone.
func (d *Door) flag(ctx context.Context, who Actor, v *record.Version, asOf record.AsOf) error {
	if !v.Conflict || who.seesAll() {
		return nil
	}
	h, err := d.records.History(ctx, v.Key, asOf)
	if err != nil {
		return err
	}
	last := &h.Steps[len(h.Steps)-1]
	v.Conflict = len(d.conflicts(who, last, opened(who, h.Steps))) > 0
	return nil
}

// opened are the statements that were made while an actor might have seen the
// record.
func opened(who Actor, steps []record.Step) map[journal.ID]bool {
	open := map[journal.ID]bool{}
	for i := range steps {
		if who.Sees(steps[i].Text("marking")) {
			open[steps[i].Entry.ID] = true
		}
	}
	return open
}

// conflicts are those of a step that an actor may know of: about fields they may
// read, between statements that were open to them.
func (d *Door) conflicts(who Actor, s *record.Step, open map[journal.ID]bool) []record.Conflict {
	if who.seesAll() {
		return slices.Clone(s.Conflicts)
	}
	var out []record.Conflict
	for _, c := range s.Conflicts {
		if !d.may(who, s.Key, c.Field) {
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
func (d *Door) silent(who Actor, s *record.Step) bool {
	if who.seesAll() || s.Entry.Op != journal.OpState || len(s.Changed) == 0 {
		return false
	}
	return !slices.ContainsFunc(s.Changed, func(c record.Change) bool { return d.may(who, s.Key, c.Field) })
}

func (d *Door) may(who Actor, key record.Key, field string) bool {
	k, known := d.kinds.Kind(key.Mission, key.Kind)
	return !known || reads(who, k, field)
}

// uncoverStep leaves of a step what the actor may know; open are the statements
// that were open to them.
func (d *Door) uncoverStep(ctx context.Context, who Actor, s *record.Step, open map[journal.ID]bool) error {
	if err := d.uncover(ctx, who, &s.Version); err != nil {
		return err
	}
	if err := d.uncoverChanges(ctx, who, s); err != nil {
		return err
	}
	s.Conflicts = d.conflicts(who, s, open)
	for i := range s.Conflicts {
		if err := d.uncoverStatements(ctx, who, s.Conflicts[i].Field, s.Conflicts[i].Statements); err != nil {
			return err
		}
	}
	for field, said := range s.Says {
		if !d.may(who, s.Key, field) {
			delete(s.Says, field)
			continue
		}
		opened, err := d.open(ctx, who, field, said.Value)
		if err != nil {
			return err
		}
		said.Value = opened
		s.Says[field] = said
	}
	s.Entry.Fields = nil // Changed and Says tell it, each value opened or taken away
	if !who.seesAll() {
		s.Conflict = len(s.Conflicts) > 0
		s.Entry.Batch, s.Entry.Draft, s.Entry.Seen, s.Entry.Targets = "", "", nil, nil
	}
	return nil
}

// uncoverChanges tells what a step changed for the actor. What a record said
// before it was opened to them stays shut: then all it says is new.
func (d *Door) uncoverChanges(ctx context.Context, who Actor, s *record.Step) error {
	s.Changed = slices.DeleteFunc(slices.Clone(s.Changed), func(c record.Change) bool { return !d.may(who, s.Key, c.Field) })
	shut := slices.ContainsFunc(s.Changed, func(c record.Change) bool { return c.Field == "marking" && !who.Sees(c.Old.Text) })
	for i := range s.Changed {
		c := &s.Changed[i]
		if shut {
			c.Old = journal.Value{}
		}
		for _, v := range []*journal.Value{&c.Old, &c.New} {
			opened, err := d.open(ctx, who, c.Field, *v)
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

func (d *Door) uncoverStatements(ctx context.Context, who Actor, field string, list []record.Statement) error {
	for i := range list {
		opened, err := d.open(ctx, who, field, list[i].Value)
		if err != nil {
			return err
		}
		list[i].Value = opened
	}
	return nil
}
