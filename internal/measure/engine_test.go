package measure_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

func TestAnAmountIsExact(t *testing.T) {
	for text, want := range map[string]string{
		"7210030.56": "7210030.56", "0.0001": "0.0001", "-17.90": "-17.9", "129.47955": "129.4796", "-0.00005": "-0.0001",
		"99999999999999": "99999999999999", "0": "0", "-0": "0", "10": "10",
	} {
		a, err := measure.ParseAmount(text)
		if err != nil || a.String() != want {
			t.Errorf("%s reads as %s: %v", text, a, err)
		}
	}
	for _, bad := range []string{"", "-", ".5", "1e3", "1,5", "100000000000000", "+1", " 1", "--1"} {
		if a, err := measure.ParseAmount(bad); err == nil {
			t.Errorf("%q was read as %s", bad, a)
		}
	}
}

func TestASumThatDoesNotFitIsRefused(t *testing.T) {
	w := newWorld(t)
	for i := range 11 {
		w.say(t, "movement", fmt.Sprint(i), "", fields{"contributor": "AAA", "direction": "IN", "persons": "99999999999999", "at": "2025-01-01"})
	}
	f, err := w.engine.Figure(t.Context(), access.Local(), measure.Query{Mission: mission, Measure: "strength.arrived"})
	if err == nil {
		t.Errorf("it came to %s", f.Total)
	}
}

// Two cores see what one would: a large table is scanned in halves, and the
// parts by contributor, each too, make up the whole.
func TestALargeTableGivesTheSumOfItsParts(t *testing.T) {
	kinds, set := definitions(t)
	n := 300_006 // the last row of the first half is one that counts
	e := measure.New(measure.Options{
		Source: many{n}, Now: func() time.Time { return origin.AddDate(2, 0, 0) },
		Missions: func(string) (measure.Mission, error) {
			return measure.Mission{Kinds: kinds, Measures: set, Zone: time.UTC}, nil
		},
	})
	q := measure.Query{Mission: mission, Measure: "strength.arrived", EvidenceLimit: 7, By: []string{"contributor", "sex"}}
	f, err := e.Figure(t.Context(), access.Local(), q)
	if err != nil {
		t.Fatal(err)
	}
	var want, rows measure.Amount
	records := 0
	for i := range n {
		if i%5 == 0 || i%5 == 2 { // the movements in
			want += measure.Amount(i%300) * measure.One
			records++
		}
	}
	for _, r := range f.Rows {
		rows += r.Value
		if len(r.Evidence) != 7 {
			t.Errorf("%v names %d records, asked for 7", r.By, len(r.Evidence))
		}
	}
	if *f.Total != want || rows != want || f.Records != records {
		t.Errorf("total %s, rows %s of %d records; want %s of %d", f.Total, rows, f.Records, want, records)
	}
	if rows, bytes := e.Memory(); rows != n || bytes/rows >= 60 {
		t.Errorf("%d rows take %d bytes each", rows, bytes/rows)
	}
}

// guarded lets a test write while figures are asked.
type guarded struct {
	*world
	mu sync.RWMutex
}

func (g *guarded) Versions(ctx context.Context, m, k string, r time.Time, fn func(record.Version) error) error {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.world.Versions(ctx, m, k, r, fn)
}

func (g *guarded) VersionsOf(ctx context.Context, id int64) ([]record.Version, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.world.VersionsOf(ctx, id)
}

func (g *guarded) Keys(ctx context.Context, ids []int64) ([]record.Key, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.world.Keys(ctx, ids)
}

// A figure asked after a record was acknowledged counts it, however many write
// and ask at once.
func TestAFigureCountsWhatWasWrittenBeforeItWasAsked(t *testing.T) {
	g := &guarded{world: newWorld(t)}
	g.engine = measure.New(measure.Options{
		Source: g, Now: func() time.Time { return g.now },
		Missions: func(string) (measure.Mission, error) {
			return measure.Mission{Kinds: g.kinds, Measures: g.set, Zone: g.zone}, nil
		},
	})
	var wait sync.WaitGroup
	for writer := range 4 {
		wait.Go(func() {
			for i := range 50 {
				g.mu.Lock()
				g.say(t, "movement", fmt.Sprint(writer, "-", i), "", fields{"contributor": "AAA", "direction": "IN", "persons": "1", "at": "2025-01-01"})
				written := len(g.ids)
				g.mu.Unlock()
				f, err := g.engine.Figure(t.Context(), access.Local(), measure.Query{Mission: mission, Measure: "strength.arrived"})
				if err != nil {
					t.Error(err)
					return
				}
				if int(*f.Total/measure.One) < written {
					t.Errorf("%d were written before, the figure counts %s", written, f.Total)
				}
			}
		})
	}
	wait.Wait()
	if g.loads > 3 {
		t.Errorf("the records were read whole %d times", g.loads)
	}
}

func TestAsTheStoreIsMadeAgainAllIsReadAgain(t *testing.T) {
	w := arrivals(t)
	q := measure.Query{Measure: "strength.arrived"}
	figure(t, w, q)
	w.records, w.ids = map[int64][]record.Version{}, map[record.Key]int64{}
	w.engine.Forget()
	if f := figure(t, w, q); f.Total != nil {
		t.Errorf("forgotten records still count: %s", f.Total)
	}
}

func TestChangesNamesEachTimeTheFigureChanged(t *testing.T) {
	w := arrivals(t)
	points, err := w.engine.Changes(t.Context(), access.Local(), measure.Query{Mission: mission, Measure: "strength.present", Where: map[string][]string{"contributor": {"AAA"}}},
		day(t, w, "2024-06-20"), day(t, w, "2025-02-01"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range points {
		value := "none"
		if p.Value != nil {
			value = p.Value.String()
		}
		got = append(got, p.At.In(w.zone).Format(time.DateOnly)+" "+value)
	}
	want := "[2024-06-20 none 2024-06-25 200 2024-07-16 400 2025-01-04 370]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestDaysEndAsTheMissionsDaysEnd(t *testing.T) {
	w := arrivals(t)
	from, to := time.Date(2024, 7, 15, 12, 0, 0, 0, time.UTC), time.Date(2024, 7, 17, 12, 0, 0, 0, time.UTC)
	lines, err := w.engine.Days(t.Context(), access.Local(), measure.Query{Mission: mission, Measure: "strength.present", By: []string{"contributor"}}, from, to)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range lines[0].Points {
		got = append(got, p.At.Format(time.RFC3339)+" "+p.Value.String())
	}
	want := "[2024-07-15T23:59:59-05:00 200 2024-07-16T23:59:59-05:00 400 2024-07-17T23:59:59-05:00 400]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v", got)
	}
}

func TestAPeriodCountsWhatHappenedInIt(t *testing.T) {
	w := arrivals(t)
	q := measure.Query{Measure: "strength.arrived", From: day(t, w, "2024-06-30"), At: day(t, w, "2024-07-31")}
	if f := figure(t, w, q); total(f) != "200" || f.Records != 1 {
		t.Errorf("in July: %s of %d", total(f), f.Records)
	}
	q.Mission, q.Measure = mission, "mandate.ceiling"
	if _, err := w.engine.Figure(t.Context(), access.Local(), q); err == nil {
		t.Error("a state has no period")
	}
}

func TestOfTwoStatementsOfOneDayTheOneKnownLaterCounts(t *testing.T) {
	w := newWorld(t)
	w.say(t, "service", "s1", "2025-01-03T00:00:00Z", fields{"facility": "A", "type": "SCHOOL", "status": "CLOSED", "at": "2025-01-02"})
	w.say(t, "service", "s2", "2025-01-02T00:00:00Z", fields{"facility": "A", "type": "SCHOOL", "status": "OPEN", "at": "2025-01-02"})
	w.say(t, "service", "s3", "", fields{"facility": "B", "type": "SCHOOL", "status": "CLOSED", "at": "2025-01-02"})
	w.say(t, "service", "s4", "", fields{"facility": "B", "type": "SCHOOL", "status": "OPEN", "at": "2025-01-02"})
	f := figure(t, w, measure.Query{Measure: "services.open", At: day(t, w, "2025-01-05")})
	if total(f) != "1" || f.Rows[0].Evidence[0] != "s4" {
		t.Errorf("open: %s, %v; A was last said to be closed, and of B the greater ref counts", total(f), f.Rows)
	}
}

func TestTheNewestRateOfTheTimeConverts(t *testing.T) {
	w := newWorld(t)
	w.say(t, "flow", "f", "", fields{"donor": "CAN", "stage": "SIGNED", "amount": "100", "currency": "CAD", "at": "2025-01-01"})
	for ref, f := range map[string]fields{
		"old": {"rate": "0.7", "at": "2024-01-01"}, "newest": {"rate": "0.8", "at": "2024-12-01"}, "later": {"rate": "0.9", "at": "2025-12-01"},
	} {
		f["base"], f["quote"] = "CAD", "USD"
		w.say(t, "rate", ref, "", f)
	}
	f := figure(t, w, measure.Query{Measure: "money.signed", In: "USD", At: day(t, w, "2025-02-01")})
	if f.Converted == nil || f.Converted.Value.String() != "80" {
		t.Errorf("converted: %+v", f.Converted)
	}
}

func TestWhatIsMarkedMoreStrictlyTodayIsNotShownByAskingThePast(t *testing.T) {
	w := newWorld(t)
	w.say(t, "movement", "m", "2025-01-01T00:00:00Z", fields{"contributor": "AAA", "direction": "IN", "persons": "5", "at": "2025-01-01", "marking": "public"})
	w.say(t, "movement", "m", "2025-02-01T00:00:00Z", fields{"contributor": "AAA", "direction": "IN", "persons": "5", "at": "2025-01-01", "marking": "restricted"})
	for _, c := range []struct {
		who  access.Actor
		want string
	}{{access.Public(), "none"}, {access.Local(), "5"}} {
		who, want := c.who, c.want
		f, err := w.engine.Figure(t.Context(), who, measure.Query{Mission: mission, Measure: "strength.arrived", At: day(t, w, "2025-01-15"), Known: day(t, w, "2025-01-15")})
		if err != nil || total(f) != want {
			t.Errorf("%s sees %s, want %s: %v", who.Name, total(f), want, err)
		}
	}
}

func TestChangesOfAStateNameItsEnd(t *testing.T) {
	w := newWorld(t)
	w.say(t, "instrument", "i1", "", fields{"ceiling": "2500", "in-force": "2023-10-02", "expires": "2024-10-02"})
	points, err := w.engine.Changes(t.Context(), access.Local(), measure.Query{Mission: mission, Measure: "mandate.ceiling"}, day(t, w, "2023-09-01"), day(t, w, "2025-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, p := range points {
		got += p.At.In(w.zone).Format(time.RFC3339) + fmt.Sprint(" ", p.Value, " ")
	}
	want := "2023-09-01T23:59:59-05:00 <nil> 2023-10-02T00:00:00-05:00 2500 2024-10-03T00:00:00-05:00 <nil> "
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
