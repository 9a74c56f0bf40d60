package access_test

import (
	"context"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

const personYAML = `
id: person
domain: strength
label: {en: Person, fr: Personne, ht: Moun, es: Persona, sw: Mtu}
plural: {en: Persons, fr: Personnes, ht: Moun, es: Personas, sw: Watu}
at: optional
source: optional
marking: owner
subject: self
title: [rank]
fields:
  - {id: rank, type: text, label: {en: R, fr: R, ht: R, es: R, sw: R}}
  - {id: route, type: text, marking: mission, label: {en: W, fr: W, ht: W, es: W, sw: W}}
  - {id: unit, type: text, label: {en: U, fr: U, ht: U, es: U, sw: U}}
  - {id: name, type: text, personal: true, label: {en: N, fr: N, ht: N, es: N, sw: N}}
`

type kinds struct{ set *kind.Set }

func (k kinds) Kind(_, id string) (*kind.Kind, bool) { return k.set.Get(id) }

// keys open every seal but that of an erased person.
type keys struct{}

func (keys) Open(_ context.Context, v journal.Value, _ string) (string, error) {
	if v.Subject == "m/person/gone" {
		return "", fail.New(fail.NotFound, "erased", "")
	}
	return string(v.Sealed), nil
}

// records is a store of two steps a record: the marking then and now.
type records map[string][2]string

func (r records) steps(key record.Key) ([]record.Step, error) {
	marks, ok := r[key.Ref]
	if !ok {
		return nil, fail.New(fail.NotFound, "no record", "")
	}
	var out []record.Step
	for i, m := range marks {
		s := record.Step{Says: map[string]record.Statement{}}
		s.Key, s.Number, s.KnownFrom = key, i+1, day(i)
		s.Fields = map[string]journal.Value{
			"marking": {Text: m}, "rank": {Text: "Sgt"}, "route": {Text: "by the river"},
			"name": {Sealed: []byte("Ada Fiction"), Subject: "m/person/" + key.Ref},
		}
		for f, v := range s.Fields {
			s.Says[f] = record.Statement{Value: v}
			s.Changed = append(s.Changed, record.Change{Field: f, New: v})
			s.Conflicts = append(s.Conflicts, record.Conflict{Field: f, Statements: []record.Statement{{Value: v}}})
		}
		s.Entry.Fields = s.Fields
		out = append(out, s)
	}
	return out, nil
}

func day(i int) time.Time { return time.Date(2025, 1, 1+i, 0, 0, 0, 0, time.UTC) }

func (r records) History(_ context.Context, key record.Key, asOf record.AsOf) (record.History, error) {
	steps, err := r.steps(key)
	if !asOf.Known.IsZero() {
		steps = slices.DeleteFunc(steps, func(s record.Step) bool { return s.KnownFrom.After(asOf.Known) })
	}
	return record.History{Key: key, Steps: steps}, err
}

func (r records) Get(ctx context.Context, key record.Key, asOf record.AsOf) (record.Version, error) {
	h, err := r.History(ctx, key, asOf)
	if err != nil {
		return record.Version{}, err
	}
	return h.Steps[len(h.Steps)-1].Version, nil
}

// List is careless on purpose: it gives everything, whatever the sight.
func (r records) List(ctx context.Context, q record.Query) (page record.Page, err error) {
	for ref := range r {
		v, err := r.Get(ctx, record.Key{Mission: "m", Kind: "person", Ref: ref}, q.AsOf)
		if err != nil {
			return page, err
		}
		page.Versions = append(page.Versions, v)
	}
	return page, nil
}

func (r records) Count(ctx context.Context, q record.Query) (record.Total, error) {
	page, err := r.List(ctx, q)
	return record.Total{N: int64(len(page.Versions))}, err
}

func (r records) Groups(context.Context, record.GroupQuery) (record.Groups, error) {
	return record.Groups{}, nil
}

func (r records) Find(_ context.Context, ref string) ([]record.Key, error) {
	if _, ok := r[ref]; !ok {
		return nil, nil
	}
	return []record.Key{{Mission: "m", Kind: "person", Ref: ref}}, nil
}

func (r records) Changes(context.Context, record.ChangeQuery) (out []record.Step, err error) {
	for ref := range r {
		steps, _ := r.steps(record.Key{Mission: "m", Kind: "person", Ref: ref})
		out = append(out, steps...)
	}
	return out, nil
}

func newGuard(t testing.TB, k access.Kinds, gate access.Gate) *access.Guard {
	t.Helper()
	g, err := access.NewGuard(access.GuardOptions{Kinds: k, Gate: gate, Now: func() time.Time { return day(10) }})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func newDoor(t *testing.T) *access.Door {
	t.Helper()
	set, err := kind.Load(fstest.MapFS{"kinds/person.yaml": {Data: []byte(personYAML)}})
	if err != nil {
		t.Fatal(err)
	}
	return access.NewDoor(records{
		"open": {"public", "public"}, "shut": {"owner", "owner"}, "opened": {"owner", "public"}, "closed": {"public", "owner"}, "gone": {"public", "public"},
	}, keys{}, newGuard(t, kinds{set}, nil))
}

func TestEveryReadGivesTheActorOnlyWhatTheyMaySee(t *testing.T) {
	d := newDoor(t)
	nobody := access.Actor{}
	for _, tc := range []struct {
		ref  string
		who  access.Actor
		sees bool
	}{
		{"open", access.Public(), true},
		{"opened", access.Public(), true},
		{"shut", access.Public(), false},
		{"closed", access.Public(), false},
		{"open", nobody, false},
		{"shut", access.Local(), true},
		{"closed", access.Local(), true},
	} {
		t.Run(tc.ref+" for "+tc.who.Name, func(t *testing.T) {
			key := record.Key{Mission: "m", Kind: "person", Ref: tc.ref}
			_, one := d.Record(t.Context(), tc.who, key, record.AsOf{})
			_, past := d.Record(t.Context(), tc.who, key, record.AsOf{Known: day(0)})
			_, history := d.History(t.Context(), tc.who, key, record.AsOf{})
			found, _ := d.Find(t.Context(), tc.who, tc.ref)
			page, _ := d.List(t.Context(), tc.who, record.Query{Mission: "m", Kind: "person"})
			changes, _ := d.Changes(t.Context(), tc.who, record.ChangeQuery{Mission: "m"})
			got := map[string]bool{
				"record": one == nil, "history": history == nil, "find": len(found) == 1,
				"list":    slices.ContainsFunc(page.Versions, func(v record.Version) bool { return v.Ref == tc.ref }),
				"changes": slices.ContainsFunc(changes, func(s record.Step) bool { return s.Ref == tc.ref }),
			}
			for read, saw := range got {
				if saw != tc.sees {
					t.Errorf("%s: seen %v, want %v", read, saw, tc.sees)
				}
			}
			wantPast := tc.sees && (tc.who.IsLocal() || tc.ref == "open")
			if (past == nil) != wantPast {
				t.Errorf("record as it was: seen %v, want %v", past == nil, wantPast)
			}
		})
	}
}

func TestFieldsThatAnActorMayNotReadAreNowhereInWhatTheyGet(t *testing.T) {
	d := newDoor(t)
	key := record.Key{Mission: "m", Kind: "person", Ref: "open"}
	for _, tc := range []struct {
		who  access.Actor
		want []string
	}{
		{access.Public(), []string{"marking", "rank"}},
		{access.Local(), []string{"marking", "name", "rank", "route"}},
	} {
		t.Run(tc.who.Name, func(t *testing.T) {
			v, err := d.Record(t.Context(), tc.who, key, record.AsOf{})
			if err != nil {
				t.Fatal(err)
			}
			h, err := d.History(t.Context(), tc.who, key, record.AsOf{})
			if err != nil {
				t.Fatal(err)
			}
			s := h.Steps[0]
			for where, got := range map[string][]string{
				"fields": names(v.Fields), "step": names(s.Fields), "says": names(s.Says), "entry": append(names(s.Entry.Fields), tc.want...),
				"changed": of(s.Changed, func(c record.Change) string { return c.Field }), "conflicts": of(s.Conflicts, func(c record.Conflict) string { return c.Field }),
			} {
				if slices.Sort(got); !slices.Equal(got, tc.want) {
					t.Errorf("%s: %v, want %v", where, got, tc.want)
				}
			}
			if tc.who.IsLocal() && v.Text("name") != "Ada Fiction" {
				t.Errorf("name %q, want it opened", v.Text("name"))
			}
		})
	}
	if _, err := d.List(t.Context(), access.Public(), record.Query{Mission: "m", Kind: "person", Where: map[string][]string{"route": {"by the river"}}}); !fail.Is(err, fail.Denied) {
		t.Errorf("filter by a hidden field: %v, want Denied", err)
	}
}

func TestTheStepsBeforeARecordWasOpenedStayShut(t *testing.T) {
	h, err := newDoor(t).History(t.Context(), access.Public(), record.Key{Mission: "m", Kind: "person", Ref: "opened"}, record.AsOf{})
	if err != nil || len(h.Steps) != 1 || h.Steps[0].Number != 2 {
		t.Errorf("steps %+v %v, want the second alone", h.Steps, err)
	}
}

func TestAnErasedPersonIsShownAsErased(t *testing.T) {
	v, err := newDoor(t).Record(t.Context(), access.Local(), record.Key{Mission: "m", Kind: "person", Ref: "gone"}, record.AsOf{})
	if err != nil || v.Text("name") != access.Erased {
		t.Errorf("name %q %v, want %q", v.Text("name"), err, access.Erased)
	}
}

func names[V any](m map[string]V) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	return out
}

func of[T any](list []T, name func(T) string) (out []string) {
	for _, v := range list {
		out = append(out, name(v))
	}
	return out
}

func texts(pairs ...string) map[string]journal.Value {
	out := map[string]journal.Value{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = journal.Value{Text: pairs[i+1]}
	}
	return out
}
