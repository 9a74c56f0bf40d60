package measure_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

func actor(role access.Role, owner string) access.Actor {
	return access.Actor{Name: string(role), Grants: []access.Grant{{Role: role, Owner: owner}}}
}

// statement is what was said of a record.
type statement struct {
	key record.Key
	v   record.Version
}

// anyStatement draws one of a movement, a casualty or a service.
func anyStatement(t *rapid.T, small bool) statement {
	key, v := anyVersion(t)
	set := func(field string, values ...string) {
		if text := rapid.SampledFrom(values).Draw(t, field); text != "" {
			v.Fields[field] = journal.Value{Text: text}
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "a service") == 0 {
		key.Kind, v.Fields = "service", map[string]journal.Value{}
		set("facility", "f1", "f2")
		set("type", "SCHOOL", "COURT")
		set("status", "OPEN", "CLOSED", "PARTIAL")
	}
	if n := v.Text("persons"); small && len(n) > 1 {
		v.Fields["persons"] = journal.Value{Text: "4"}
	}
	if v.Text("left-by") != "" {
		v.Fields["left-by"] = journal.Value{Text: "elsewhere"} // the ref of a held record is covered in texts
	}
	set("marking", "", "public", "public", "public", "mission", "cell")
	key.Ref = fmt.Sprint("r", len(v.Text("persons"))%3)
	return statement{key, v}
}

// worldOf puts statements into a world in which each record has its number
// whether or not anything is said of it.
func worldOf(kinds *kind.Set, set *measure.Set, said []statement) *world {
	w := &world{kinds: kinds, set: set, zone: time.UTC, now: origin.AddDate(1, 0, 0), records: map[int64][]record.Version{}, ids: map[record.Key]int64{}}
	for _, k := range []string{"movement", "casualty", "service"} {
		for i := range 10 {
			w.ids[record.Key{Mission: mission, Kind: k, Ref: fmt.Sprint("r", i)}] = int64(len(w.ids) + 1)
		}
	}
	w.engine = w.fresh()
	for _, s := range said {
		w.add(s.key, s.v)
	}
	return w
}

// answers are everything a reader can get for a question, as bytes.
func answers(t *rapid.T, w *world, who access.Actor, q measure.Query) string {
	var b strings.Builder
	put := func(what string, v any, err error) {
		raw, errJSON := json.Marshal(v)
		if errJSON != nil {
			t.Fatal(errJSON)
		}
		fmt.Fprintf(&b, "%s %s %v\n", what, raw, err)
	}
	ctx := t.Context()
	f, err := w.engine.Figure(ctx, who, q)
	put("figure", f, err)
	put("newest", f.Newest, nil)
	for after, more := "", true; more && err == nil; more = after != "" {
		page, errList := w.engine.Records(ctx, who, q, after, 2)
		put("records", page, errList)
		after = page.Next
	}
	from, to := origin.Add(time.Hour), origin.Add(18*time.Hour)
	series, err := w.engine.Series(ctx, who, q, from, to, 6)
	put("series", series, err)
	days, err := w.engine.Days(ctx, who, q, from, to)
	put("days", days, err)
	changes, err := w.engine.Changes(ctx, who, q, from, to)
	put("changes", changes, err)
	period := q
	period.From, period.At = from, to
	flows, err := w.engine.Identity(ctx, who, period)
	put("identity", flows, err)
	return b.String()
}

func anyQuestion(t *rapid.T, about string) measure.Query {
	q := measure.Query{
		Mission: mission, At: origin.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "at")) * 30 * time.Minute),
		Measure: rapid.SampledFrom(map[string][]string{
			"movement": {"strength.present", "strength.assigned", "strength.arrived"},
			"casualty": {"strength.present", "casualties.deaths", "casualties.missing", "casualties.injured"},
			"service":  {"services.open", "services.known"},
		}[about]).Draw(t, "measure"),
	}
	if about != "service" {
		q.By = rapid.SampledFrom([][]string{nil, {"contributor"}, {"sex"}, {"contributor", "sex"}}).Draw(t, "by")
		q.Where = rapid.SampledFrom([]map[string][]string{nil, nil, {"contributor": {"AAA"}}, {"contributor": {measure.Unsaid}}}).Draw(t, "where")
	}
	switch rapid.IntRange(0, 3).Draw(t, "as of") {
	case 0:
		q.Known = origin.Add(time.Duration(rapid.IntRange(0, 22).Draw(t, "known at")) * time.Hour)
	case 1:
		q.Recorded = origin.AddDate(0, 6, 0)
	}
	return q
}

// TestAHeldStatementIsInNoFigure: whoever may not count it gets, to the byte,
// what they would if it had not been made.
func TestAHeldStatementIsInNoFigure(t *testing.T) {
	kinds, set := definitions(t)
	rapid.Check(t, func(t *rapid.T) {
		small := rapid.Bool().Draw(t, "small")
		var said []statement
		for range rapid.IntRange(1, 25).Draw(t, "statements") {
			s := anyStatement(t, small)
			if !slices.ContainsFunc(said, func(o statement) bool { return o.key == s.key && o.v.KnownFrom.Equal(s.v.KnownFrom) }) {
				said = append(said, s)
			}
		}
		// Held from one of the statements on, mostly not the first of its record.
		victim := rapid.SampledFrom(said).Draw(t, "victim")
		since := victim.v.KnownFrom
		with := worldOf(kinds, set, said)
		with.gate = []access.Hold{{
			Mission: mission, Kind: victim.key.Kind, Ref: victim.key.Ref, ID: with.ids[victim.key], Since: since,
			Owner: "AAA", Marking: "cell", Group: "inc-1", Persons: 4,
		}}
		without := worldOf(kinds, set, slices.DeleteFunc(slices.Clone(said), func(s statement) bool {
			return s.key == victim.key && !s.v.KnownFrom.Before(since)
		}))
		outsiders := []access.Actor{access.Public(), actor(access.RoleHost, ""), actor(access.RoleDonor, "CCC")}
		if small { // of five or more another ministry may be told
			outsiders = append(outsiders, actor(access.RoleMinistry, "BBB"))
		}
		for range 6 {
			q := anyQuestion(t, victim.key.Kind)
			who := rapid.SampledFrom(outsiders).Draw(t, "who")
			if diff := cmp.Diff(answers(t, without, who, q), answers(t, with, who, q)); diff != "" {
				t.Fatalf("%s asks %+v\n%s", who.Name, q, diff)
			}
		}
	})
}

// shot is a world with some casualties of AAA in one event, held since noon.
func shot(t *testing.T, statuses ...string) *world {
	w := arrivals(t)
	w.say(t, "casualty", "old", "2025-01-05T00:00:00Z", fields{"contributor": "AAA", "status": "DECEASED", "persons": "1", "at": "2025-01-04", "marking": "public"})
	for i, status := range statuses {
		ref := fmt.Sprint("c", i)
		w.say(t, "casualty", ref, "2025-03-25T12:00:00Z", fields{"contributor": "AAA", "status": status, "persons": "1", "at": "2025-03-25"})
		w.gate = append(w.gate, access.Hold{
			Mission: mission, Kind: "casualty", Ref: ref, ID: w.ids[record.Key{Mission: mission, Kind: "casualty", Ref: ref}],
			Since: time.Date(2025, 3, 25, 12, 0, 0, 0, time.UTC), Owner: "AAA", Marking: "cell", Group: "inc-1", Persons: 1,
		})
	}
	return w
}

func dead(n int) (out []string) { return slices.Repeat([]string{"DECEASED"}, n) }

func TestWhoMayBeToldHowManyBeforeTheFamiliesKnow(t *testing.T) {
	own, other, duty := actor(access.RoleMinistry, "AAA"), actor(access.RoleMinistry, "BBB"), actor(access.RoleDuty, "")
	by := []string{"contributor"}
	for _, tc := range []struct {
		name string
		who  access.Actor
		dead []string
		q    measure.Query
		want string
	}{
		{"the mission's staff count one", duty, dead(1), measure.Query{}, "2"},
		{"the own ministry counts one", own, dead(1), measure.Query{}, "2"},
		{"another ministry does not", other, dead(1), measure.Query{}, "1"},
		{"nor four", other, dead(4), measure.Query{By: by}, "1"},
		{"but five of one contingent", other, dead(5), measure.Query{By: by}, "6"},
		{"and in the whole", other, dead(5), measure.Query{}, "6"},
		{"not by cause", other, dead(5), measure.Query{By: []string{"cause"}}, "1"},
		{"not of one status", other, dead(5), measure.Query{Where: map[string][]string{"status": {"DECEASED"}}}, "1"},
		{"not where only four of the five are dead", other, append(dead(4), "VSI"), measure.Query{}, "1"},
		{"not before all of them", other, dead(5), measure.Query{At: time.Date(2025, 3, 25, 1, 0, 0, 0, time.UTC)}, "1"},
		{"the public not even five", access.Public(), dead(5), measure.Query{By: by}, "1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := shot(t, tc.dead...)
			tc.q.Mission, tc.q.Measure = mission, "casualties.deaths"
			f, err := w.engine.Figure(t.Context(), tc.who, tc.q)
			if err != nil || total(f) != tc.want {
				t.Errorf("told %s, %v; want %s", total(f), err, tc.want)
			}
			raw, err := json.Marshal(f)
			if err != nil || strings.Contains(string(raw), `"c0"`) {
				t.Errorf("names a casualty: %s %v", raw, err)
			}
			_, told := f.Note(measure.SmallCells)
			w.gate = nil
			open, err := w.engine.Figure(t.Context(), tc.who, tc.q)
			if err != nil {
				t.Fatal(err)
			}
			if _, still := open.Note(measure.SmallCells); told != still {
				t.Errorf("the note comes and goes with the hold: %v then %v", told, still)
			}
			counted := 1 + len(slices.DeleteFunc(slices.Clone(tc.dead), func(s string) bool { return s != "DECEASED" }))
			if tc.q.At.IsZero() && total(open) != fmt.Sprint(counted) {
				t.Errorf("once the gate is open %s are told, want %d", total(open), counted)
			}
		})
	}
}

func TestALargeGroupCountsWhollyOrNotAtAll(t *testing.T) {
	w := shot(t, dead(5)...)
	ref := record.Key{Mission: mission, Kind: "casualty", Ref: "later"}
	w.say(t, "casualty", ref.Ref, "2025-03-28T00:00:00Z", fields{"contributor": "AAA", "status": "DECEASED", "persons": "1", "at": "2025-03-27"})
	hold := w.gate[0]
	hold.Ref, hold.ID = ref.Ref, w.ids[ref]
	w.gate = append(w.gate, hold)
	for at, want := range map[string]string{"2025-03-26": "1", "2025-03-27": "7"} {
		f, err := w.engine.Figure(t.Context(), actor(access.RoleMinistry, "BBB"), measure.Query{Mission: mission, Measure: "casualties.deaths", At: day(t, w, at)})
		if err != nil || total(f) != want {
			t.Errorf("at %s: %s %v, want %s: a difference tells of one", at, total(f), err, want)
		}
	}
}

// TestWhatIsClosedBeforeAHoldStaysClosedForThePast: the class that hides it is
// that of the newest version the reader knows, and the held one has no say.
func TestWhatIsClosedBeforeAHoldStaysClosedForThePast(t *testing.T) {
	for _, tc := range []struct {
		name, then, before, held, want string
	}{
		{"closed before", "public", "cell", "public", "none"},
		{"open before", "public", "public", "cell", "2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t)
			key := record.Key{Mission: mission, Kind: "incident", Ref: "i"}
			for i, marking := range []string{tc.then, tc.before, tc.held} {
				w.say(t, "incident", "i", fmt.Sprintf("2025-01-0%dT00:00:00Z", i+2), fields{"at": "2025-01-01", "category": "CLASH", "killed": "2", "marking": marking})
			}
			w.gate = []access.Hold{{
				Mission: mission, Kind: "incident", Ref: "i", ID: w.ids[key], Owner: "mission", Marking: tc.held,
				Since: time.Date(2025, 1, 4, 0, 0, 0, 0, time.UTC),
			}}
			f, err := w.engine.Figure(t.Context(), access.Public(), measure.Query{Mission: mission, Measure: "incidents.killed", Known: time.Date(2025, 1, 2, 12, 0, 0, 0, time.UTC)})
			if err != nil || total(f) != tc.want {
				t.Errorf("as known on the first day: %s %v, want %s", total(f), err, tc.want)
			}
		})
	}
}

func TestAMeasureThatIsNotThereAndOneThatMayNotBeAskedForAnswerAlike(t *testing.T) {
	w := newWorld(t)
	refusal := func(id string) string {
		_, err := w.engine.Figure(t.Context(), access.Public(), measure.Query{Mission: mission, Measure: id})
		if !fail.Is(err, fail.NotFound) {
			t.Errorf("%s: %v, want NotFound", id, err)
		}
		return strings.ReplaceAll(fmt.Sprint(err, " ", fail.HintOf(err)), id, "X")
	}
	if there, not := refusal("actions.open"), refusal("actions.oper"); there != not {
		t.Errorf("%q and %q", there, not)
	}
	if _, err := w.engine.Figure(t.Context(), actor(access.RoleOperations, ""), measure.Query{Mission: mission, Measure: "actions.open"}); err != nil {
		t.Errorf("staff: %v", err)
	}
}
