package access

import (
	"context"
	"slices"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// Erased stands where a personal value was whose key has been destroyed.
const Erased = "@erased"

// Records is the store behind the door: [record.Store].
type Records interface {
	Get(ctx context.Context, key record.Key, asOf record.AsOf) (record.Version, error)
	History(ctx context.Context, key record.Key, asOf record.AsOf) (record.History, error)
	List(ctx context.Context, q record.Query) (record.Page, error)
	Count(ctx context.Context, q record.Query) (record.Total, error)
	Find(ctx context.Context, ref string) ([]record.Key, error)
	Changes(ctx context.Context, q record.ChangeQuery) ([]record.Step, error)
}

// Keys open what is sealed: [journal.Keys].
type Keys interface {
	Open(ctx context.Context, v journal.Value, field string) (string, error)
}

// Kinds gives the definition of a mission's kind: its fields' markings.
type Kinds interface {
	Kind(mission, kind string) (*kind.Kind, bool)
}

// Door is the way to records. What an actor may not see does not exist for
// them: not as NotFound with a different message, not as a count.
type Door struct {
	records Records
	keys    Keys
	kinds   Kinds
}

// NewDoor makes the door of a node.
func NewDoor(records Records, keys Keys, kinds Kinds) *Door {
	return &Door{records: records, keys: keys, kinds: kinds}
}

// Record gives one record as it was known; [fail.NotFound] also when the actor
// may not see it.
func (d *Door) Record(ctx context.Context, who Actor, key record.Key, asOf record.AsOf) (record.Version, error) {
	v, err := d.records.Get(ctx, key, asOf)
	if err != nil {
		return record.Version{}, err
	}
	if err := d.shown(ctx, who, &v, asOf); err != nil {
		return record.Version{}, err
	}
	return v, d.uncover(ctx, who, &v)
}

// shown refuses a version whose marking, then or now, hides it from the actor:
// what was public once and is no longer must not come back by asking for the past.
func (d *Door) shown(ctx context.Context, who Actor, v *record.Version, asOf record.AsOf) error {
	hidden := fail.Newf(fail.NotFound, "look the ref up in the list of its kind", "no record %s", v.Key)
	if !who.Sees(v.Text("marking")) {
		return hidden
	}
	if asOf == (record.AsOf{}) || who.Sight().Markings == nil {
		return nil
	}
	now, err := d.records.Get(ctx, v.Key, record.AsOf{})
	if err != nil {
		return err
	}
	if !who.Sees(now.Text("marking")) {
		return hidden
	}
	return nil
}

// History gives the steps the actor may see; [fail.NotFound] when there is none.
func (d *Door) History(ctx context.Context, who Actor, key record.Key, asOf record.AsOf) (record.History, error) {
	h, err := d.records.History(ctx, key, asOf)
	if err != nil {
		return record.History{}, err
	}
	if err := d.shown(ctx, who, &h.Steps[len(h.Steps)-1].Version, asOf); err != nil {
		return record.History{}, err
	}
	h.Steps = slices.DeleteFunc(h.Steps, func(s record.Step) bool { return !who.Sees(s.Text("marking")) })
	for i := range h.Steps {
		if err := d.uncoverStep(ctx, who, &h.Steps[i]); err != nil {
			return record.History{}, err
		}
	}
	return h, nil
}

// List gives a page of what the actor may see.
func (d *Door) List(ctx context.Context, who Actor, q record.Query) (record.Page, error) {
	q.Sight = who.Sight()
	if err := d.askable(who, q); err != nil {
		return record.Page{}, err
	}
	page, err := d.records.List(ctx, q)
	if err != nil {
		return record.Page{}, err
	}
	kept := page.Versions[:0]
	for _, v := range page.Versions {
		if err := d.shown(ctx, who, &v, q.AsOf); fail.Is(err, fail.NotFound) {
			continue
		} else if err != nil {
			return record.Page{}, err
		}
		if err := d.uncover(ctx, who, &v); err != nil {
			return record.Page{}, err
		}
		kept = append(kept, v)
	}
	page.Versions = kept
	return page, nil
}

// askable refuses to filter by a field the actor may not read: the number of
// hits would tell its value.
func (d *Door) askable(who Actor, q record.Query) error {
	for field := range q.Where {
		if k, ok := d.kinds.Kind(q.Mission, q.Kind); ok && !reads(who, k, field) {
			return fail.Newf(fail.Denied, "leave this filter out", "%s cannot be used as a filter", field)
		}
	}
	return nil
}

// Count gives how many records the actor would find in a list, exactly up to a
// bound ([record.Total]).
func (d *Door) Count(ctx context.Context, who Actor, q record.Query) (record.Total, error) {
	q.Sight = who.Sight()
	if err := d.askable(who, q); err != nil {
		return record.Total{}, err
	}
	if q.AsOf == (record.AsOf{}) || q.Sight.Markings == nil {
		return d.records.Count(ctx, q) // nothing that the sight does not say is hidden
	}
	q.After, q.Limit = "", 1000
	page, err := d.List(ctx, who, q)
	return record.Total{N: int64(len(page.Versions)), More: page.Next != ""}, err
}

// Find gives the keys a ref may mean, of records the actor may see.
func (d *Door) Find(ctx context.Context, who Actor, ref string) ([]record.Key, error) {
	keys, err := d.records.Find(ctx, ref)
	if err != nil {
		return nil, err
	}
	var out []record.Key
	for _, key := range keys {
		v, err := d.records.Get(ctx, key, record.AsOf{})
		if err != nil {
			return nil, err
		}
		if who.Sees(v.Text("marking")) {
			out = append(out, key)
		}
	}
	return out, nil
}

// Changes gives what became known last, of records the actor may see. A page
// may be shorter than its limit by what was left out.
func (d *Door) Changes(ctx context.Context, who Actor, q record.ChangeQuery) ([]record.Step, error) {
	steps, err := d.records.Changes(ctx, q)
	if err != nil {
		return nil, err
	}
	out := steps[:0]
	for _, s := range steps {
		err := d.shown(ctx, who, &s.Version, record.AsOf{Known: s.KnownFrom})
		if fail.Is(err, fail.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := d.uncoverStep(ctx, who, &s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// reads reports whether an actor who sees a record may read one of its fields.
func reads(who Actor, k *kind.Kind, field string) bool {
	for _, f := range k.AllFields() {
		if f.ID == field {
			return fieldOpen(who, &f)
		}
	}
	return true // pseudo fields and unknown ones carry the record's marking
}

func fieldOpen(who Actor, f *kind.Field) bool {
	if f.Marking != "" && !who.Sees(f.Marking) {
		return false
	}
	return !f.Personal || who.Sees("owner")
}

// uncover takes away what the actor may not read and opens what they may.
func (d *Door) uncover(ctx context.Context, who Actor, v *record.Version) error {
	k, ok := d.kinds.Kind(v.Mission, v.Kind)
	for name, value := range v.Fields {
		if ok && !reads(who, k, name) {
			delete(v.Fields, name)
			continue
		}
		opened, err := d.open(ctx, who, name, value)
		if err != nil {
			return err
		}
		if opened.Cleared() {
			delete(v.Fields, name)
			continue
		}
		v.Fields[name] = opened
	}
	return nil
}

// open gives the plain value; an empty one when the actor may not have it.
func (d *Door) open(ctx context.Context, who Actor, name string, v journal.Value) (journal.Value, error) {
	if v.Sealed == nil {
		return v, nil
	}
	if !who.Sees("owner") {
		return journal.Value{}, nil
	}
	text, err := d.keys.Open(ctx, v, name)
	if fail.Is(err, fail.NotFound) {
		return journal.Value{Text: Erased}, nil
	}
	return journal.Value{Text: text}, err
}

func (d *Door) uncoverStep(ctx context.Context, who Actor, s *record.Step) error {
	k, known := d.kinds.Kind(s.Mission, s.Kind)
	may := func(field string) bool { return !known || reads(who, k, field) }
	if err := d.uncover(ctx, who, &s.Version); err != nil {
		return err
	}
	s.Changed = slices.DeleteFunc(slices.Clone(s.Changed), func(c record.Change) bool { return !may(c.Field) })
	for i := range s.Changed {
		for _, v := range []*journal.Value{&s.Changed[i].Old, &s.Changed[i].New} {
			opened, err := d.open(ctx, who, s.Changed[i].Field, *v)
			if err != nil {
				return err
			}
			*v = opened
		}
	}
	s.Conflicts = slices.DeleteFunc(slices.Clone(s.Conflicts), func(c record.Conflict) bool { return !may(c.Field) })
	for i := range s.Conflicts {
		if err := d.uncoverStatements(ctx, who, s.Conflicts[i].Field, s.Conflicts[i].Statements); err != nil {
			return err
		}
	}
	for field, said := range s.Says {
		if !may(field) {
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
