package measure_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
)

type fields = map[string]string

func figure(t testing.TB, w *world, q measure.Query) measure.Figure {
	t.Helper()
	q.Mission = mission
	f, err := w.engine.Figure(t.Context(), access.Local(), q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func total(f measure.Figure) string {
	if f.Total == nil {
		return "none"
	}
	return f.Total.String()
}

// value of the row whose dimensions are the given values in order of By.
func rows(f measure.Figure) map[string]string {
	out := map[string]string{}
	for _, r := range f.Rows {
		key := ""
		for _, b := range f.By {
			key += r.By[b] + " "
		}
		out[key+r.Apart] = r.Value.String()
	}
	return out
}

func arrivals(t testing.TB) *world {
	w := newWorld(t)
	w.say(t, "movement", "m1", "2024-06-25T20:00:00Z", fields{"contributor": "AAA", "direction": "IN", "persons": "200", "at": "2024-06-25"})
	w.say(t, "movement", "m2", "2024-07-17T08:00:00Z", fields{"contributor": "AAA", "direction": "IN", "persons": "200", "women": "20", "men": "180", "at": "2024-07-16"})
	w.say(t, "movement", "m3", "2025-01-04T08:00:00Z", fields{"contributor": "BBB", "direction": "IN", "persons": "75", "at": "2025-01-03"})
	w.say(t, "movement", "m4", "2025-01-04T09:00:00Z", fields{"contributor": "AAA", "direction": "LEAVE", "persons": "30", "at": "2025-01-04"})
	return w
}

func TestStrengthIsDerivedFromMovements(t *testing.T) {
	w := arrivals(t)
	for _, c := range []struct{ what, at, known, want string }{
		{"the first day", "2024-06-25", "", "200"},
		{"before anybody came nothing is recorded", "2024-06-24", "", "none"},
		{"the second arrival", "2024-07-16", "", "400"},
		{"only what had been reported by then", "2024-07-16", "2024-07-01", "200"},
		{"leave is not presence", "2025-01-05", "", "445"},
	} {
		t.Run(c.what, func(t *testing.T) {
			q := measure.Query{Measure: "strength.present", At: day(t, w, c.at)}
			if c.known != "" {
				q.Known = day(t, w, c.known)
			}
			if got := total(figure(t, w, q)); got != c.want {
				t.Errorf("total is %s, want %s", got, c.want)
			}
		})
	}
	f := figure(t, w, measure.Query{Measure: "strength.present", At: day(t, w, "2025-01-05"), By: []string{"contributor"}})
	if diff := cmp.Diff(map[string]string{"AAA ": "370", "BBB ": "75"}, rows(f)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"m4", "m2", "m1"}, f.Rows[0].Evidence); diff != "" {
		t.Errorf("evidence, newest first: %s", diff)
	}
	f = figure(t, w, measure.Query{Measure: "strength.present", At: day(t, w, "2025-01-05"), By: []string{"sex"}})
	if diff := cmp.Diff(map[string]string{"F ": "20", "M ": "180", "UNKNOWN ": "245"}, rows(f)); diff != "" {
		t.Error(diff)
	}
	f = figure(t, w, measure.Query{Measure: "strength.present", At: day(t, w, "2025-01-05"), Where: map[string][]string{"sex": {"F"}}})
	if total(f) != "20" || f.Records != 1 || f.Unknowns != 3 {
		t.Errorf("women: %s of %d records, %d unknown", total(f), f.Records, f.Unknowns)
	}
}

func TestTheFigureReadsAsEveryScriptReadsIt(t *testing.T) {
	w := arrivals(t)
	f := figure(t, w, measure.Query{Measure: "strength.present", At: day(t, w, "2025-01-05"), Known: day(t, w, "2025-02-01"), By: []string{"contributor"}})
	got, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"measure":"strength.present","definition":1,"unit":"person","mission":"m","at":"2025-01-05T23:59:59-05:00","known":"2025-02-02T04:59:59Z",` +
		`"rows":[{"by":{"contributor":"AAA"},"value":370,"records":3,"evidence":["m4","m2","m1"]},{"by":{"contributor":"BBB"},"value":75,"records":1,"evidence":["m3"]}],` +
		`"total":445,"records":4,"unknown":[],"unknowns":0,"notes":[],"address":"/m/figures/strength.present?at=2025-01-05T23%3A59%3A59-05%3A00\u0026by=contributor\u0026known=2025-02-02T04%3A59%3A59Z"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNotKnownIsNotCounted(t *testing.T) {
	w := newWorld(t)
	f := figure(t, w, measure.Query{Measure: "casualties.injured"})
	if _, ok := f.Note(measure.NothingRecorded); !ok || f.Total != nil || len(f.Rows) != 0 {
		t.Errorf("nothing recorded must be no total and a note, got %+v", f)
	}
	w.say(t, "casualty", "c1", "", fields{"contributor": "AAA", "status": "INJURED", "persons": "2", "at": "2025-03"})
	w.say(t, "casualty", "c2", "", fields{"contributor": "AAA", "status": "INJURED", "at": "2025-02-01"})
	w.say(t, "casualty", "c3", "", fields{"contributor": "AAA", "status": "INJURED", "persons": "0", "at": "2025-02-01"})
	f = figure(t, w, measure.Query{Measure: "casualties.injured", At: day(t, w, "2025-03-15")})
	if total(f) != "0" || f.Records != 1 {
		t.Errorf("a zero that was reported is zero: %s of %d", total(f), f.Records)
	}
	var codes []string
	for _, u := range f.Unknown {
		codes = append(codes, u.Code+" "+u.Record)
	}
	if diff := cmp.Diff([]string{"maybe-by-then c1", "number-not-reported c2"}, codes); diff != "" {
		t.Error(diff)
	}
	if f = figure(t, w, measure.Query{Measure: "casualties.injured", At: day(t, w, "2025-03-31")}); total(f) != "2" {
		t.Errorf("at the end of the month it has certainly happened: %s", total(f))
	}
}

func TestMoneyStaysApart(t *testing.T) {
	w := newWorld(t)
	for ref, f := range map[string]fields{
		"f1": {"donor": "CAN", "amount": "8700000", "currency": "USD"},
		"f2": {"donor": "CAN", "amount": "5700000.25", "currency": "CAD"},
		"f3": {"donor": "USA", "amount": "900", "currency": "USD", "in-kind": "yes"},
	} {
		f["stage"], f["at"] = "RECEIVED", "2024-04-30"
		w.say(t, "flow", ref, "", f)
	}
	q := measure.Query{Measure: "money.received", By: []string{"donor"}, At: day(t, w, "2024-07-30")}
	f := figure(t, w, q)
	if diff := cmp.Diff(map[string]string{"CAN USD": "8700000", "CAN CAD": "5700000.25"}, rows(f)); diff != "" || f.Total != nil || len(f.Totals) != 2 {
		t.Errorf("currencies must not be added: %s, total %s", diff, total(f))
	}
	for _, code := range []string{measure.Several, measure.NotCurrent, measure.NotComplete} {
		if _, ok := f.Note(code); !ok {
			t.Errorf("no note %s", code)
		}
	}
	q.In = "USD"
	if f = figure(t, w, q); f.Converted != nil {
		t.Error("converted without a rate")
	}
	if n, ok := f.Note(measure.NoRate); !ok || n.Args["from"] != "CAD" {
		t.Errorf("the missing rate is not named: %+v", f.Notes)
	}
	w.say(t, "rate", "r1", "", fields{"base": "USD", "quote": "CAD", "rate": "1.25", "at": "2024-05-01", "@source": "s1"})
	w.say(t, "rate", "r2", "", fields{"base": "CAD", "quote": "USD", "rate": "0.5", "at": "2025-05-01"})
	f = figure(t, w, q)
	if f.Converted == nil || f.Converted.Value.String() != "13260000.2" {
		t.Fatalf("converted is %+v", f.Converted)
	}
	n, _ := f.Note(measure.Converted)
	if n.Args["record"] != "r1" || n.Args["at"] != "2024-05-01" || n.Args["source"] != "s1" {
		t.Errorf("the rate is not named: %+v", n)
	}
	if f = figure(t, w, measure.Query{Measure: "money.in-kind"}); total(f) != "900" {
		t.Errorf("in kind: %s", total(f))
	}
}

func TestTheCeilingIsThatOfTheInstrumentInForce(t *testing.T) {
	w := newWorld(t)
	q := measure.Query{Measure: "mandate.ceiling", At: day(t, w, "2025-10-01")}
	f := figure(t, w, q)
	if f.Total != nil || len(f.Unknown) != 1 || f.Unknown[0].Code != measure.NoneInForce {
		t.Errorf("no instrument: %+v", f.Unknown)
	}
	w.say(t, "instrument", "i1", "", fields{"ceiling": "2500", "in-force": "2023-10-02", "expires": "2025-10-02"})
	w.say(t, "instrument", "i2", "", fields{"ceiling": "5550", "in-force": "2025-10-02", "expires": "2026-10-02"})
	w.say(t, "instrument", "i3", "", fields{"in-force": "2024-10-02", "title": "says nothing of a ceiling"})
	for at, want := range map[string]string{"2023-10-01": "none", "2025-10-01": "2500", "2025-10-02": "5550", "2026-10-02": "5550", "2026-10-03": "none"} {
		q.At = day(t, w, at)
		if got := total(figure(t, w, q)); got != want {
			t.Errorf("on %s it is %s, want %s", at, got, want)
		}
	}
}

func TestAFacilityIsWhatWasLastSaidOfIt(t *testing.T) {
	w := newWorld(t)
	w.say(t, "service", "s1", "", fields{"facility": "A", "type": "SCHOOL", "status": "OPEN", "at": "2024-10-02"})
	w.say(t, "service", "s2", "", fields{"facility": "A", "type": "SCHOOL", "status": "CLOSED", "at": "2024-10-10"})
	w.say(t, "service", "s3", "", fields{"facility": "B", "type": "COURT", "status": "OPEN", "at": "2024-10-07"})
	f := figure(t, w, measure.Query{Measure: "services.open", By: []string{"type"}, At: day(t, w, "2024-10-15")})
	if diff := cmp.Diff(map[string]string{"COURT ": "1", "SCHOOL ": "0"}, rows(f)); diff != "" {
		t.Error(diff)
	}
	if f.Records != 1 || f.Rows[1].Evidence[0] != "s2" {
		t.Errorf("the closed school says so: %+v", f.Rows)
	}
	f = figure(t, w, measure.Query{Measure: "services.open", At: day(t, w, "2025-01-15")})
	if f.Total != nil || f.Unknowns != 2 || f.Unknown[0].Code != measure.NotVerifiedSince {
		t.Errorf("old news is unknown: %s %+v", total(f), f.Unknown)
	}
	if f = figure(t, w, measure.Query{Measure: "services.known"}); total(f) != "2" {
		t.Errorf("known: %s", total(f))
	}
}

func TestACohortNamesWhatIsMissing(t *testing.T) {
	w := newWorld(t)
	w.say(t, "cohort", "e", "", fields{"name": "34", "event": "ENROLLED", "persons": "750", "at": "2024-08-27"})
	if f := figure(t, w, measure.Query{Measure: "cohort.enrolled", At: day(t, w, "2024-12-01")}); len(f.Notes) != 0 {
		t.Errorf("nobody is missing while the course runs: %+v", f.Notes)
	}
	w.say(t, "cohort", "d", "", fields{"name": "34", "event": "DIED", "persons": "1", "at": "2024-11"})
	w.say(t, "cohort", "g", "", fields{"name": "34", "event": "GRADUATED", "persons": "739", "men": "526", "women": "213", "at": "2025-01-10"})
	f := figure(t, w, measure.Query{Measure: "cohort.graduated", By: []string{"sex"}})
	if diff := cmp.Diff(map[string]string{"F ": "213", "M ": "526"}, rows(f)); diff != "" {
		t.Error(diff)
	}
	n, _ := f.Note(measure.BalanceMissing)
	want := map[string]string{"by": "name", "group": "34", "whole": "750", "parts": "740", "difference": "10"}
	if diff := cmp.Diff(want, n.Args); diff != "" {
		t.Error(diff)
	}
}

func TestOutreachCountsTheNumbersThatWereGiven(t *testing.T) {
	w := newWorld(t)
	w.say(t, "outreach", "o1", "", fields{"adults": "10", "children": "40", "at": "2025-01-01"})
	w.say(t, "outreach", "o2", "", fields{"children": "5", "at": "2025-01-02"})
	w.say(t, "outreach", "o3", "", fields{"title": "no number", "at": "2025-01-02"})
	f := figure(t, w, measure.Query{Measure: "outreach.audience", By: []string{"age"}})
	if diff := cmp.Diff(map[string]string{"ADULT ": "10", "CHILD ": "45"}, rows(f)); diff != "" || f.Records != 2 || f.Unknowns != 1 {
		t.Errorf("%s, %d records, %d unknown", diff, f.Records, f.Unknowns)
	}
}

func TestTheMissingAreToldBesideThePresent(t *testing.T) {
	w := arrivals(t)
	w.say(t, "casualty", "c1", "2025-03-26T00:00:00Z", fields{"contributor": "AAA", "status": "MISSING", "persons": "1", "at": "2025-03-25"})
	w.say(t, "casualty", "c1", "2025-09-22T00:00:00Z", fields{"contributor": "AAA", "status": "DECEASED", "persons": "1", "at": "2025-03-25"})
	q := measure.Query{Measure: "strength.present", At: day(t, w, "2025-04-30"), Known: day(t, w, "2025-05-01")}
	f := figure(t, w, q)
	if n, _ := f.Note("missing-counted"); total(f) != "445" || n.Args["value"] != "1" {
		t.Errorf("as known then: %s, %+v", total(f), f.Notes)
	}
	q.Known = day(t, w, "2025-10-01")
	if f = figure(t, w, q); total(f) != "444" || len(f.Notes) != 0 {
		t.Errorf("as known later: %s, %+v", total(f), f.Notes)
	}
}

func TestWhatThePublicMaySee(t *testing.T) {
	w := newWorld(t)
	w.say(t, "movement", "m1", "", fields{"contributor": "AAA", "direction": "IN", "persons": "200", "at": "2024-06-25", "marking": "public"})
	w.say(t, "movement", "m2", "", fields{"contributor": "AAA", "direction": "IN", "persons": "7", "at": "2024-06-25"})
	q := measure.Query{Mission: mission, Measure: "strength.present"}
	f, err := w.engine.Figure(t.Context(), access.Public(), q)
	n, _ := f.Note(measure.NotListed)
	if err != nil || total(f) != "207" || f.Records != 1 || f.Rows[0].Records != 1 || n.Args["records"] != "1" {
		t.Errorf("the public is told %s of %d records, notes %+v: %v; want both counted and one named", total(f), f.Records, f.Notes, err)
	}
	if diff := cmp.Diff([]string{"m1"}, f.Rows[0].Evidence); diff != "" {
		t.Error(diff)
	}
	if _, err := w.engine.Figure(t.Context(), access.Actor{}, q); !fail.Is(err, fail.Denied) {
		t.Errorf("nobody asked and got %v", err)
	}
	q.Measure = "actions.open"
	if _, err := w.engine.Figure(t.Context(), access.Public(), q); !fail.Is(err, fail.NotFound) {
		t.Errorf("a measure that is not public: %v", err)
	}
}

func TestAQuestionThatCannotBeAskedSaysWhatCan(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		q    measure.Query
		kind fail.Kind
		hint string
	}{
		{measure.Query{Measure: "strength.presnet"}, fail.NotFound, "did you mean strength.present? konbit measures lists them"},
		{measure.Query{Measure: "present"}, fail.NotFound, "did you mean strength.present? konbit measures lists them"},
		{measure.Query{Measure: "strength.present", By: []string{"contributr"}}, fail.Invalid, "did you mean contributor? It has contingent, contributor, post, sex"},
		{measure.Query{Measure: "strength.present", In: "USD"}, fail.Invalid, "ask without a currency"},
	} {
		c.q.Mission = mission
		_, err := w.engine.Figure(t.Context(), access.Local(), c.q)
		if !fail.Is(err, c.kind) || fail.HintOf(err) != c.hint {
			t.Errorf("%+v: %v, hint %q", c.q, err, fail.HintOf(err))
		}
	}
}
