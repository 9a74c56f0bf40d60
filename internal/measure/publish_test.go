package measure_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
)

// published is arrivals, of which strength is let out by the week, to tens.
func published(t testing.TB) *world {
	t.Helper()
	w := arrivals(t)
	w.out = map[string]measure.Publication{"strength.present": {Weekly: true, Round: 50 * measure.One}}
	w.say(t, "movement", "m5", "2025-01-08T09:00:00Z", fields{"contributor": "CCC", "direction": "IN", "persons": "61", "at": "2025-01-07"})
	w.say(t, "movement", "m6", "2025-01-15T09:00:00Z", fields{"contributor": "CCC", "direction": "IN", "persons": "100", "at": "2025-01-05"})
	return w
}

func asPublic(t testing.TB, w *world, q measure.Query) measure.Figure {
	t.Helper()
	q.Mission, q.Measure = mission, "strength.present"
	f, err := w.engine.Figure(t.Context(), access.Public(), q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEverybodyIsGivenStrengthByTheWeekAndRounded(t *testing.T) {
	w := published(t)
	for _, c := range []struct{ what, at, known, wantAt, wantTotal string }{
		{"on a Sunday, of that day", "2025-01-05", "2025-01-10", "2025-01-05", "450"},
		{"on the Wednesday after, of the Sunday", "2025-01-08", "2025-01-10", "2025-01-05", "450"},
		{"on the next Sunday, with what came on Tuesday", "2025-01-12", "2025-01-14", "2025-01-12", "500"},
		{"told of an earlier day in a later week: not before the Sunday after", "2025-01-12", "2025-01-16", "2025-01-12", "500"},
		{"and then it is in", "2025-01-12", "2025-01-20", "2025-01-12", "600"},
		{"before anybody came it is unknown, not zero", "2024-06-27", "2025-01-10", "2024-06-23", "none"},
	} {
		t.Run(c.what, func(t *testing.T) {
			f := asPublic(t, w, measure.Query{At: day(t, w, c.at), Known: day(t, w, c.known)})
			if got := f.At.Format(time.DateOnly); got != c.wantAt || f.At.Weekday() != time.Sunday {
				t.Errorf("as of %s, want the Sunday %s", f.At, c.wantAt)
			}
			if got := total(f); got != c.wantTotal {
				t.Errorf("total is %s, want %s", got, c.wantTotal)
			}
			n, ok := f.Note(measure.PublishedWeekly)
			if !ok || n.Args["at"] != c.wantAt {
				t.Errorf("the figure does not say of which Sunday it is: %v", f.Notes)
			}
			if n, ok := f.Note(measure.PublishedRounded); !ok || n.Args["to"] != "50" {
				t.Errorf("the figure does not say that it is rounded: %v", f.Notes)
			}
		})
	}
}

func TestNothingOfAPublishedFigureIsExact(t *testing.T) {
	w := published(t)
	q := measure.Query{At: day(t, w, "2025-01-12"), Known: day(t, w, "2025-01-14"), By: []string{"contributor"}}
	f := asPublic(t, w, q)
	if diff := cmp.Diff(map[string]string{"AAA ": "350", "BBB ": "100", "CCC ": "50"}, rows(f)); diff != "" {
		t.Error(diff)
	}
	raw, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, exact := range []string{"370", "506", `"value":75`, `"value":61`} {
		if strings.Contains(string(raw), exact) {
			t.Errorf("the exact value %s stands in %s", exact, raw)
		}
	}
	if !strings.Contains(f.Address, "at=2025-01-12") {
		t.Errorf("the address is of another day: %s", f.Address)
	}
	q.Mission, q.Measure, q.From = mission, "strength.present", day(t, w, "2025-01-06")
	if _, err := w.engine.Identity(t.Context(), access.Public(), q); !fail.Is(err, fail.Denied) {
		t.Errorf("what moved a published figure is told: %v", err)
	}
}

func TestTheCourseOfAPublishedFigureMovesOnSundaysOnly(t *testing.T) {
	w := published(t)
	q := measure.Query{Mission: mission, Measure: "strength.present"}
	points, err := w.engine.Changes(t.Context(), access.Public(), q, day(t, w, "2024-01-01"), day(t, w, "2025-02-01"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, p := range points[1:] {
		got[p.At.In(w.zone).Format("Mon 2006-01-02")] = p.Value.String()
	}
	want := map[string]string{"Sun 2024-06-30": "200", "Sun 2024-07-21": "400", "Sun 2025-01-05": "550", "Sun 2025-01-12": "600"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	lines, err := w.engine.Days(t.Context(), access.Public(), q, day(t, w, "2024-07-14"), day(t, w, "2024-07-22"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range lines[0].Points {
		want := "200"
		if !p.At.Before(day(t, w, "2024-07-21")) {
			want = "400"
		}
		if p.Value.String() != want {
			t.Errorf("on %s it is %s, want %s", p.At, p.Value, want)
		}
	}
}

func TestWhoHasARoleHasTheExactFigure(t *testing.T) {
	w := published(t)
	q := measure.Query{Mission: mission, Measure: "strength.present", At: day(t, w, "2025-01-08"), Known: day(t, w, "2025-01-10")}
	for what, c := range map[string]struct {
		grants []access.Grant
		want   string
	}{
		"who sits at the machine":       {access.Local().Grants, "506"},
		"a ministry":                    {[]access.Grant{{Role: access.RoleMinistry, Owner: "AAA"}}, "506"},
		"a donor":                       {[]access.Grant{{Role: access.RoleDonor, Owner: "DDD"}}, "506"},
		"a grant of the public role":    {[]access.Grant{{Role: access.RolePublic}}, "450"},
		"a role that has run out":       {[]access.Grant{{Role: access.RoleDuty, Until: w.now.Add(-time.Hour)}}, "450"},
		"a role in another mission":     {[]access.Grant{{Role: access.RoleDuty, Mission: "other"}}, "450"},
		"nobody in particular":          {access.Public().Grants, "450"},
		"a role beside the public role": {[]access.Grant{{Role: access.RolePublic}, {Role: access.RoleHost}}, "506"},
	} {
		t.Run(what, func(t *testing.T) {
			f, err := w.engine.Figure(t.Context(), access.Actor{Name: "x", Grants: c.grants}, q)
			if err != nil {
				t.Fatal(err)
			}
			if total(f) != c.want {
				t.Errorf("total is %s, want %s", total(f), c.want)
			}
		})
	}
}

// Asking on every second of a week gives one answer: the Sunday's.
func TestNoSecondOfAWeekTellsMoreThanItsSunday(t *testing.T) {
	w := published(t)
	rapid.Check(t, func(rt *rapid.T) {
		at := time.Date(2024, 6, 20, 0, 0, 0, 0, w.zone).Add(time.Duration(rapid.Int64Range(0, 250*24*3600).Draw(rt, "second")) * time.Second)
		f := asPublic(t, w, measure.Query{At: at, Known: at})
		again := asPublic(t, w, measure.Query{At: f.At, Known: f.Known})
		if f.At.After(at) || at.Sub(f.At) >= 7*24*time.Hour || f.At.Format("Mon 15:04:05") != "Sun 23:59:59" {
			rt.Fatalf("asked at %s it is as of %s", at, f.At)
		}
		if total(f) != total(again) || f.Address != again.Address {
			rt.Fatalf("asked at %s it is %s, and at its own date %s", at, total(f), total(again))
		}
	})
}
