package access

import (
	"context"
	"maps"
	"strings"

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
		return record.Version{}, d.hide(ctx, who, key, err)
	}
	if err := d.shown(ctx, who, &v, asOf); err != nil {
		return record.Version{}, err
	}
	if err := d.flag(ctx, who, &v, asOf); err != nil {
		return record.Version{}, err
	}
	return v, d.uncover(ctx, who, &v)
}

// hide makes the refusal of a hidden record that of one which is not there, also
// where the store says that nothing was known of it by then.
func (d *Door) hide(ctx context.Context, who Actor, key record.Key, refusal error) error {
	if who.seesAll() || !fail.Is(refusal, fail.NotFound) {
		return refusal
	}
	now, err := d.records.Get(ctx, key, record.AsOf{})
	if err == nil && who.Sees(now.Text("marking")) {
		return refusal
	}
	return missing(key)
}

func missing(key record.Key) error {
	return fail.Newf(fail.NotFound, "look the ref up in the list of its kind", "no record %s", key)
}

// shown refuses a version whose marking, then or now, hides it from the actor:
// what was public once and is no longer must not come back by asking for the past.
func (d *Door) shown(ctx context.Context, who Actor, v *record.Version, asOf record.AsOf) error {
	if !who.Sees(v.Text("marking")) {
		return missing(v.Key)
	}
	if asOf == (record.AsOf{}) || who.seesAll() {
		return nil
	}
	now, err := d.records.Get(ctx, v.Key, record.AsOf{})
	if err != nil {
		return err
	}
	if !who.Sees(now.Text("marking")) {
		return missing(v.Key)
	}
	return nil
}

// History gives the steps the actor may see; [fail.NotFound] when there is none.
func (d *Door) History(ctx context.Context, who Actor, key record.Key, asOf record.AsOf) (record.History, error) {
	h, err := d.records.History(ctx, key, asOf)
	if err != nil {
		return record.History{}, d.hide(ctx, who, key, err)
	}
	if err := d.shown(ctx, who, &h.Steps[len(h.Steps)-1].Version, asOf); err != nil {
		return record.History{}, err
	}
	open := opened(who, h.Steps)
	var kept []record.Step
	for i := range h.Steps {
		s := h.Steps[i]
		if !who.Sees(s.Text("marking")) {
			continue
		}
		if len(kept) > 0 && s.State == h.Steps[i-1].State && d.silent(who, &s) {
			kept[len(kept)-1].KnownTo = s.KnownTo // to this actor nothing changed
			continue
		}
		if err := d.uncoverStep(ctx, who, &s, open); err != nil {
			return record.History{}, err
		}
		kept = append(kept, s)
	}
	if h.Steps = kept; !who.seesAll() {
		h.Heads = nil // they name hidden statements, and who sees only a part writes nothing
	}
	return h, nil
}

// List gives a page of what the actor may see. A page is as long as asked for as
// long as there is more.
func (d *Door) List(ctx context.Context, who Actor, q record.Query) (record.Page, error) {
	q.Sight = who.Sight()
	if err := d.askable(who, q); err != nil {
		return record.Page{}, err
	}
	if q.Limit <= 0 {
		q.Limit = record.DefaultLimit
	}
	limit := min(q.Limit, record.MaxLimit)
	var out record.Page
	for {
		q.Limit = limit - len(out.Versions)
		page, err := d.records.List(ctx, q)
		if err != nil {
			return record.Page{}, err
		}
		for i := range page.Versions {
			v := page.Versions[i]
			ok, err := d.listed(ctx, who, &v, &q)
			if err != nil {
				return record.Page{}, err
			}
			if ok {
				out.Versions = append(out.Versions, v)
			}
		}
		out.Next, q.After = page.Next, page.Next
		if page.Next == "" || len(out.Versions) >= limit {
			return out, nil
		}
	}
}

// listed makes a version ready for a list, and is false for a hidden one.
func (d *Door) listed(ctx context.Context, who Actor, v *record.Version, q *record.Query) (bool, error) {
	if err := d.shown(ctx, who, v, q.AsOf); fail.Is(err, fail.NotFound) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	if err := d.flag(ctx, who, v, q.AsOf); err != nil {
		return false, err
	}
	return v.Conflict || !q.Conflict, d.uncover(ctx, who, v)
}

// askable refuses to filter by a field the actor may not read: the number of
// hits would tell its value.
func (d *Door) askable(who Actor, q record.Query) error {
	for field := range q.Where {
		if internal(field) && !who.seesAll() {
			return fail.Newf(fail.Denied, "leave this filter out", "%s cannot be used as a filter", field)
		}
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
	if q.AsOf == (record.AsOf{}) && !q.Conflict || who.seesAll() {
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
		if fail.Is(err, fail.NotFound) || err == nil && d.silent(who, &s) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var open map[journal.ID]bool
		if len(s.Conflicts) > 0 && !who.seesAll() {
			h, err := d.records.History(ctx, s.Key, record.AsOf{})
			if err != nil {
				return nil, err
			}
			open = opened(who, h.Steps)
		}
		if err := d.uncoverStep(ctx, who, &s, open); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// internal reports whether a pseudo field is for those who see everything: it
// names imports, or what hidden statements rested on.
func internal(field string) bool {
	return strings.HasPrefix(field, "@") && field != record.FieldSource && field != record.FieldGrade
}

// reads reports whether an actor who sees a record may read one of its fields. k
// is nil where the kind is not known here.
func reads(who Actor, k *kind.Kind, field string) bool {
	if k == nil {
		return true
	}
	f, ok := k.Field(field)
	return !ok || fieldOpen(who, f) // pseudo fields and unknown ones carry the record's marking
}

func fieldOpen(who Actor, f *kind.Field) bool {
	if f.Marking != "" && !who.Sees(f.Marking) {
		return false
	}
	return !f.Personal || who.Sees("owner")
}

// Readable gives the fields of a record that an actor who sees it may read, as
// they are stored: what is sealed stays so. fields are left as they are.
func Readable(who Actor, k *kind.Kind, fields map[string]journal.Value) map[string]journal.Value {
	out := maps.Clone(fields)
	maps.DeleteFunc(out, func(name string, _ journal.Value) bool {
		return !reads(who, k, name) || internal(name) && !who.seesAll()
	})
	return out
}

// uncover takes away what the actor may not read and opens what they may.
func (d *Door) uncover(ctx context.Context, who Actor, v *record.Version) error {
	k, _ := d.kinds.Kind(v.Mission, v.Kind)
	v.Fields = Readable(who, k, v.Fields)
	for name, value := range v.Fields {
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
