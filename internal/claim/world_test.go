package claim_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/lang"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

const home = "m"

// world is records in memory, each of one version, behind a checker.
type world struct {
	kinds    *kind.Set
	measures *measure.Set
	words    *lang.Catalogue
	zone     *time.Location
	records  []record.Version
	checker  *claim.Checker
	out      map[string]measure.Publication
}

// newWorldLike is an empty world with the definitions of another.
func newWorldLike(o *world) *world {
	w := &world{kinds: o.kinds, measures: o.measures, words: o.words, zone: o.zone}
	w.open()
	return w
}

func newWorld(t testing.TB) *world {
	t.Helper()
	var folders []fs.FS
	for _, d := range []string{"strength", "casualty", "mandate", "training", "services", "custody", "operations", "support", "outreach", "money", "claim", "places"} {
		folders = append(folders, os.DirFS("../"+d))
	}
	kinds, err := kind.Load(folders...)
	if err != nil {
		t.Fatal(err)
	}
	set, err := measure.Load(kinds, folders...)
	if err != nil {
		t.Fatal(err)
	}
	words, err := lang.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{kinds: kinds, measures: set, words: words, zone: time.FixedZone("R", -5*3600)}
	w.open()
	return w
}

func (w *world) open() {
	now := func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }
	engine := measure.New(measure.Options{
		Source: w, Now: now,
		Missions: func(string) (measure.Mission, error) {
			return measure.Mission{Kinds: w.kinds, Measures: w.measures, Zone: w.zone, Published: w.out}, nil
		},
	})
	guard, err := access.NewGuard(access.GuardOptions{Kinds: w, Now: now})
	if err != nil {
		panic(err)
	}
	w.checker = claim.New(claim.Options{Records: w, Guard: guard, Figures: engine, Words: w.words, Now: now})
}

func (w *world) Kind(_, id string) (*kind.Kind, bool) { return w.kinds.Get(id) }

type fields = map[string]string

func (w *world) say(t testing.TB, kindID, ref string, f fields) {
	t.Helper()
	k, ok := w.kinds.Get(kindID)
	if !ok {
		t.Fatalf("no kind %s", kindID)
	}
	lo, hi, err := k.Bounds(f, w.zone)
	if err != nil {
		t.Fatal(err)
	}
	v := record.Version{
		Key: record.Key{Mission: home, Kind: kindID, Ref: ref}, ID: int64(len(w.records) + 1), Number: 1,
		KnownFrom: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), Lo: lo, Hi: hi, Fields: map[string]journal.Value{},
	}
	for name, text := range f {
		v.Fields[name] = journal.Value{Text: text}
	}
	w.records = append(w.records, v)
}

func (w *world) Versions(_ context.Context, _, kindID string, _ time.Time, fn func(record.Version) error) error {
	for _, v := range w.records {
		if v.Kind == kindID {
			if err := fn(v); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) VersionsOf(_ context.Context, id int64) ([]record.Version, error) {
	return []record.Version{w.records[id-1]}, nil
}

func (w *world) Keys(_ context.Context, ids []int64) ([]record.Key, error) {
	keys := make([]record.Key, len(ids))
	for i, id := range ids {
		keys[i] = w.records[id-1].Key
	}
	return keys, nil
}

// List gives pages of two, so that paging is part of every test.
func (w *world) List(_ context.Context, who access.Actor, q record.Query) (record.Page, error) {
	var found []record.Version
	for _, v := range w.records {
		wanted := q.Where["measure"]
		if v.Kind == q.Kind && (len(wanted) == 0 || slices.Contains(wanted, v.Text("measure"))) && (who.IsLocal() || v.Text("marking") == "public") {
			found = append(found, v)
		}
	}
	from := 0
	if q.After != "" {
		if _, err := fmt.Sscan(q.After, &from); err != nil {
			return record.Page{}, err
		}
	}
	page := record.Page{Versions: found[from:min(from+2, len(found))]}
	if from+2 < len(found) {
		page.Next = fmt.Sprint(from + 2)
	}
	return page, nil
}

// figures are the records that the claims of the tests are held against.
func figures(t testing.TB) *world {
	w := newWorld(t)
	for ref, f := range map[string]fields{
		"m1": {"contributor": "KEN", "direction": "IN", "persons": "200", "at": "2024-06-25"},
		"m2": {"contributor": "KEN", "direction": "IN", "persons": "200", "at": "2024-07-16"},
		"m3": {"contributor": "KEN", "direction": "IN", "persons": "217", "at": "2025-01-18"},
		"m4": {"contributor": "KEN", "direction": "IN", "persons": "144", "women": "24", "men": "120", "at": "2025-02-06"},
		"m5": {"contributor": "GTM", "direction": "IN", "persons": "75", "at": "2025-01"},
	} {
		w.say(t, "movement", ref, f)
	}
	w.say(t, "flow", "f1", fields{"donor": "CAN", "stage": "RECEIVED", "amount": "8700000", "currency": "USD", "at": "2024-04-30"})
	w.say(t, "flow", "f2", fields{"donor": "FRA", "stage": "RECEIVED", "amount": "9200000", "currency": "USD", "at": "2024-04-30"})
	w.say(t, "flow", "f3", fields{"donor": "CAN", "stage": "ANNOUNCED", "amount": "80500000", "currency": "CAD", "at": "2024-02-22"})
	w.say(t, "cohort", "e", fields{"name": "34", "event": "ENROLLED", "persons": "750", "at": "2024-08-27"})
	w.say(t, "cohort", "g", fields{"name": "34", "event": "GRADUATED", "persons": "739", "women": "213", "men": "526", "at": "2025-01-10"})
	w.say(t, "cohort", "d", fields{"name": "34", "event": "DIED", "persons": "1", "at": "2024-10"})
	w.say(t, "cohort", "l", fields{"name": "34", "event": "LEFT", "at": "2024-10"})
	w.say(t, "instrument", "i", fields{"title": "r", "in-force": "2023-10-02", "expires": "2024-10-02", "ceiling": "2500"})
	return w
}
