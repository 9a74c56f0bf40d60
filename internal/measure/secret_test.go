package measure_test

import (
	"context"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

func TestTheEvidenceOfAFigureHoldsNothingThatItsReaderMayNotRead(t *testing.T) {
	w := newWorld(t)
	w.say(t, "seizure", "s1", "", map[string]string{"at": "2025-01-05", "marking": "public", "type": "RIFLE", "quantity": "2", "unit": "PIECE", "serial": "AK-1"})
	key := record.Key{Mission: mission, Kind: "seizure", Ref: "s1"}
	v := w.records[w.ids[key]][0]
	v.Fields["@batch"], v.Fields["@sources"] = journal.Value{Text: "imp-1"}, journal.Value{Text: "s"}
	for _, c := range []struct {
		who  access.Actor
		want string
	}{{access.Local(), "AK-1 imp-1 s"}, {access.Public(), "  "}} {
		who, want := c.who, c.want
		list, err := w.engine.Records(t.Context(), who, measure.Query{Mission: mission, Measure: "seizures.items"}, "", 0)
		if err != nil || len(list.Versions) != 1 {
			t.Fatalf("%d records %v, want 1", len(list.Versions), err)
		}
		got := list.Versions[0]
		if said := got.Text("serial") + " " + got.Text("@batch") + " " + got.Text("@sources"); said != want || got.Text("type") != "RIFLE" {
			t.Errorf("%s reads %q, want %q", who.Name, said, want)
		}
	}
}

// audited is a world that had written only the first version of each record by
// any recorded time.
type audited struct{ *world }

func (a audited) Versions(ctx context.Context, mission, kindID string, recorded time.Time, fn func(record.Version) error) error {
	return a.world.Versions(ctx, mission, kindID, recorded, func(v record.Version) error {
		if recorded.IsZero() {
			return fn(v)
		}
		if v.Number > 1 {
			return nil
		}
		v.KnownTo = time.Time{}
		return fn(v)
	})
}

func TestTheEvidenceOfAnAuditorsFigureIsWhatWasWrittenThen(t *testing.T) {
	w := newWorld(t)
	seizure := func(quantity string) map[string]string {
		return map[string]string{"at": "2025-01-05", "type": "RIFLE", "quantity": quantity, "unit": "PIECE"}
	}
	w.say(t, "seizure", "s1", "2025-01-06T00:00:00Z", seizure("2"))
	w.say(t, "seizure", "s1", "2025-02-06T00:00:00Z", seizure("3"))
	engine := measure.New(measure.Options{
		Source: audited{w}, Now: func() time.Time { return w.now },
		Missions: func(string) (measure.Mission, error) {
			return measure.Mission{Kinds: w.kinds, Measures: w.set, Zone: w.zone}, nil
		},
	})
	q := measure.Query{Mission: mission, Measure: "seizures.items", Recorded: day(t, w, "2025-01-10")}
	f, err := engine.Figure(t.Context(), access.Local(), q)
	if err != nil {
		t.Fatal(err)
	}
	list, err := engine.Records(t.Context(), access.Local(), q, "", 0)
	if err != nil || len(list.Versions) != 1 || list.Versions[0].Text("quantity") != f.Total.String() {
		t.Errorf("figure %v, evidence %+v %v; want the version that gives it", f.Total, list.Versions, err)
	}
}
