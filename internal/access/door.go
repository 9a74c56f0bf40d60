package access

import (
	"context"
	"strings"
	"time"

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
	Groups(ctx context.Context, q record.GroupQuery) (record.Groups, error)
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
// them: not as NotFound with a different message, not as a count. A record over
// which the kin gate is closed is to them what it was before, or nothing.
type Door struct {
	records Records
	keys    Keys
	guard   *Guard
	auditor Auditor
}

// NewDoor makes the door of a node. Nothing is noted until [Door.AuditWith].
func NewDoor(records Records, keys Keys, guard *Guard) *Door {
	return &Door{records: records, keys: keys, guard: guard}
}

// look is one question on its way through the door.
type look struct {
	*Door
	*eyes
}

func (d *Door) look(ctx context.Context, who Actor, mission string) *look {
	a := Read
	if exporting(ctx) {
		a = Export
	}
	return &look{d, d.guard.eyes(who, mission, a)}
}

// Record gives one record as it was known; [fail.NotFound] also when the actor
// may not see it.
func (d *Door) Record(ctx context.Context, who Actor, key record.Key, asOf record.AsOf) (record.Version, error) {
	l := d.look(ctx, who, key.Mission)
	v, err := l.get(ctx, key, asOf)
	if err != nil {
		return record.Version{}, err
	}
	if err := d.noteRead(ctx, who, &v, 1); err != nil {
		return record.Version{}, err
	}
	return v, nil
}

// get gives one record as an actor may see it.
func (l *look) get(ctx context.Context, key record.Key, asOf record.AsOf) (record.Version, error) {
	asOf = l.before(key, asOf)
	v, err := l.records.Get(ctx, key, asOf)
	if err != nil {
		return record.Version{}, l.hide(ctx, key, asOf, err)
	}
	if err := l.shown(ctx, &v, asOf); err != nil {
		return record.Version{}, err
	}
	if err := l.flag(ctx, &v, asOf); err != nil {
		return record.Version{}, err
	}
	l.endless(&v)
	return v, l.uncover(ctx, &v)
}

// before turns a question about a held record into one about what was known
// before. The present state of the gate decides, whatever date is asked for.
func (l *look) before(key record.Key, asOf record.AsOf) record.AsOf {
	h, held := l.held(key)
	if !held {
		return asOf
	}
	if last := h.Since.Add(-time.Millisecond); asOf.Known.IsZero() || asOf.Known.After(last) {
		asOf.Known = last
	}
	return asOf
}

// endless takes away the end of a version that is the last one an actor knows of.
func (l *look) endless(v *record.Version) {
	if h, held := l.held(v.Key); held && !v.KnownTo.IsZero() && !v.KnownTo.Before(h.Since) {
		v.KnownTo = time.Time{}
	}
}

// hide makes the refusal of a hidden record that of one which is not there, also
// where the store says that nothing was known of it by then.
func (l *look) hide(ctx context.Context, key record.Key, asOf record.AsOf, refusal error) error {
	if l.all || asOf == (record.AsOf{}) || !fail.Is(refusal, fail.NotFound) {
		return refusal
	}
	latest := l.before(key, record.AsOf{})
	if asOf == latest {
		return missing(key) // it was asked for as it is
	}
	now, err := l.records.Get(ctx, key, latest)
	if err == nil && l.reads(&now) {
		return refusal
	}
	return missing(key)
}

func missing(key record.Key) error {
	return fail.Newf(fail.NotFound, "look the ref up in the list of its kind", "no record %s", key)
}

// shown refuses a version whose class, then or now, hides it from the actor:
// what was public once and is no longer must not come back by asking for the past.
func (l *look) shown(ctx context.Context, v *record.Version, asOf record.AsOf) error {
	if !l.reads(v) {
		return missing(v.Key)
	}
	if asOf == (record.AsOf{}) || l.all {
		return nil
	}
	now, err := l.records.Get(ctx, v.Key, l.before(v.Key, record.AsOf{}))
	if err != nil {
		return err
	}
	if !l.reads(&now) {
		return missing(v.Key)
	}
	return nil
}

// History gives the steps the actor may see; [fail.NotFound] when there is none.
func (d *Door) History(ctx context.Context, who Actor, key record.Key, asOf record.AsOf) (record.History, error) {
	l := d.look(ctx, who, key.Mission)
	asOf = l.before(key, asOf)
	h, err := d.records.History(ctx, key, asOf)
	if err != nil {
		return record.History{}, l.hide(ctx, key, asOf, err)
	}
	last := &h.Steps[len(h.Steps)-1].Version
	if err := l.shown(ctx, last, asOf); err != nil {
		return record.History{}, err
	}
	if err := d.noteRead(ctx, who, last, 1); err != nil {
		return record.History{}, err
	}
	return l.history(ctx, h)
}

// history leaves of a record's steps those that an actor may see.
func (l *look) history(ctx context.Context, h record.History) (record.History, error) {
	open := l.opened(h.Steps)
	var kept []record.Step
	for i := range h.Steps {
		s := h.Steps[i]
		if !l.reads(&s.Version) {
			continue
		}
		if len(kept) > 0 && s.State == h.Steps[i-1].State && l.silent(&s) {
			kept[len(kept)-1].KnownTo = s.KnownTo // to this actor nothing changed
			continue
		}
		if err := l.uncoverStep(ctx, &s, open); err != nil {
			return record.History{}, err
		}
		kept = append(kept, s)
	}
	if len(kept) > 0 {
		l.endless(&kept[len(kept)-1].Version)
	}
	if len(kept) < len(h.Steps) && !l.all {
		h.Heads = nil // they name statements that the actor does not know of
	}
	h.Steps = kept
	return h, nil
}

// Find gives the keys a ref may mean, of records the actor may see.
func (d *Door) Find(ctx context.Context, who Actor, ref string) ([]record.Key, error) {
	keys, err := d.records.Find(ctx, ref)
	if err != nil {
		return nil, err
	}
	looks := map[string]*look{}
	var out []record.Key
	for _, key := range keys {
		l := looks[key.Mission]
		if l == nil {
			l = d.look(ctx, who, key.Mission)
			looks[key.Mission] = l
		}
		v, err := d.records.Get(ctx, key, l.before(key, record.AsOf{}))
		if _, held := l.held(key); held && fail.Is(err, fail.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if l.reads(&v) {
			out = append(out, key)
		}
	}
	return out, nil
}

// Secret gives what stands in a secret field, for checking a sign-in: "" when
// nothing does. It is the only way to it, and for the room that keeps accounts
// alone: it asks nobody who they are.
func (d *Door) Secret(ctx context.Context, key record.Key, field string) (string, error) {
	k, ok := d.guard.kinds.Kind(key.Mission, key.Kind)
	if !ok {
		return "", missing(key)
	}
	if f, ok := k.Field(field); !ok || !f.Secret {
		return "", fail.Newf(fail.Internal, "ask for it with an actor", "%s.%s is no secret field", key.Kind, field)
	}
	v, err := d.records.Get(ctx, key, record.AsOf{})
	if err != nil {
		return "", err
	}
	value := v.Fields[field]
	if value.Sealed == nil {
		return value.Text, nil
	}
	text, err := d.keys.Open(ctx, value, field)
	if fail.Is(err, fail.NotFound) {
		return "", nil // erased: no password is the right one
	}
	return text, err
}

// internal reports whether a pseudo field is for those who see everything: it
// names imports, or what hidden statements rested on.
func internal(field string) bool {
	return strings.HasPrefix(field, "@") && field != record.FieldSource && field != record.FieldGrade
}

// uncover takes away what the actor may not read and opens what they may.
func (l *look) uncover(ctx context.Context, v *record.Version) error {
	v.Fields = l.readable(v)
	for name, value := range v.Fields {
		if value.Sealed == nil && value.Text != "" {
			continue // covered already
		}
		opened, err := l.open(ctx, name, value, v.KnownFrom)
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

// open gives the plain value of a field that the actor may read, with what no
// text told then may tell them covered. What is sealed is a person's own: who may
// read the roll sees there the names that stand there always.
func (l *look) open(ctx context.Context, name string, v journal.Value, told time.Time) (journal.Value, error) {
	if v.Sealed == nil {
		v.Text = l.covered(v.Text, told)
		return v, nil
	}
	text, err := l.keys.Open(ctx, v, name)
	if fail.Is(err, fail.NotFound) {
		return journal.Value{Text: Erased}, nil
	}
	return journal.Value{Text: text}, err
}
