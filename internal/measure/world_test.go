package measure_test

import (
	"context"
	"io/fs"
	"os"
	"slices"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// domains are the folders whose kinds and measures the tests use: the real ones.
func domains() []fs.FS {
	var all []fs.FS
	for _, d := range []string{"strength", "casualty", "mandate", "training", "services", "custody", "operations", "support", "outreach", "money", "claim", "places"} {
		all = append(all, os.DirFS("../"+d))
	}
	return all
}

func definitions(t testing.TB) (*kind.Set, *measure.Set) {
	t.Helper()
	kinds, err := kind.Load(domains()...)
	if err != nil {
		t.Fatal(err)
	}
	set, err := measure.Load(kinds, domains()...)
	if err != nil {
		t.Fatal(err)
	}
	return kinds, set
}

// world is records in memory behind an engine, with a clock that stands still.
type world struct {
	kinds   *kind.Set
	set     *measure.Set
	zone    *time.Location
	now     time.Time
	records map[int64][]record.Version
	ids     map[record.Key]int64
	engine  *measure.Engine
	loads   int
	gate    []access.Hold
	out     map[string]measure.Publication
}

// Closed is the gate of the tests: what they hold.
func (w *world) Closed(string, time.Time) []access.Hold { return w.gate }

func (w *world) Kind(_, id string) (*kind.Kind, bool) { return w.kinds.Get(id) }

const mission = "m"

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{
		zone: time.FixedZone("R", -5*3600), now: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC),
		records: map[int64][]record.Version{}, ids: map[record.Key]int64{},
	}
	w.kinds, w.set = definitions(t)
	w.engine = w.fresh()
	return w
}

func (w *world) fresh() *measure.Engine {
	now := func() time.Time { return w.now }
	guard, err := access.NewGuard(access.GuardOptions{Kinds: w, Gate: w, Now: now})
	if err != nil {
		panic(err)
	}
	return measure.New(measure.Options{
		Source: w, Now: now, Guard: guard, Gated: func(k *kind.Kind) bool { return k.Domain == "casualty" },
		Missions: func(id string) (measure.Mission, error) {
			if id != mission {
				return measure.Mission{}, fail.Newf(fail.NotFound, "konbit missions", "no mission %q", id)
			}
			return measure.Mission{Kinds: w.kinds, Measures: w.set, Zone: w.zone, Published: w.out}, nil
		},
	})
}

// say states a record, or corrects it, at a reported time ("" is long ago).
// The fields are those of a sheet: "at" gives the event time.
func (w *world) say(t testing.TB, kindID, ref, reported string, fields map[string]string) {
	t.Helper()
	k, ok := w.kinds.Get(kindID)
	if !ok {
		t.Fatalf("no kind %s", kindID)
	}
	if reported == "" {
		reported = "2020-01-01T00:00:00Z"
	}
	known, err := time.Parse(time.RFC3339, reported)
	if err != nil {
		t.Fatal(err)
	}
	lo, hi, err := k.Bounds(fields, w.zone)
	if err != nil {
		t.Fatal(err)
	}
	v := record.Version{KnownFrom: known, Lo: lo, Hi: hi, Fields: map[string]journal.Value{}}
	for f, text := range fields {
		v.Fields[f] = journal.Value{Text: text}
	}
	w.add(record.Key{Mission: mission, Kind: kindID, Ref: ref}, v)
}

// add puts a version where its known time belongs.
func (w *world) add(key record.Key, v record.Version) {
	id, ok := w.ids[key]
	if !ok {
		id = int64(len(w.ids) + 1)
		w.ids[key] = id
	}
	v.Key, v.ID = key, id
	all := append(w.records[id], v)
	slices.SortStableFunc(all, func(a, b record.Version) int { return a.KnownFrom.Compare(b.KnownFrom) })
	for i := range all {
		all[i].Number, all[i].KnownTo = i+1, time.Time{}
		if i+1 < len(all) {
			all[i].KnownTo = all[i+1].KnownFrom
		}
	}
	w.records[id] = all
	w.engine.Changed([]record.Changed{{Mission: key.Mission, Kind: key.Kind, ID: id}})
}

func (w *world) Versions(_ context.Context, mission, kindID string, _ time.Time, fn func(record.Version) error) error {
	w.loads++
	for _, versions := range w.records {
		for _, v := range versions {
			if v.Mission != mission || v.Kind != kindID {
				continue
			}
			if err := fn(v); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) VersionsOf(_ context.Context, id int64) ([]record.Version, error) {
	return slices.Clone(w.records[id]), nil
}

func (w *world) Keys(_ context.Context, ids []int64) ([]record.Key, error) {
	keys := make([]record.Key, len(ids))
	for i, id := range ids {
		keys[i] = w.records[id][0].Key
	}
	return keys, nil
}

func day(t testing.TB, w *world, text string) time.Time {
	t.Helper()
	d, err := time.ParseInLocation(time.DateOnly, text, w.zone)
	if err != nil {
		t.Fatal(err)
	}
	return d.AddDate(0, 0, 1).Add(-time.Second)
}
