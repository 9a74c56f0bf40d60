package casualty_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/lang"
)

// allowed lets do what it holds.
type allowed []access.Action

func (a allowed) May(_ access.Actor, action access.Action, _ access.Resource) bool {
	return slices.Contains(a, action)
}

// refusals are what a new record with these fields is refused for, as
// "field code".
func refusals(t *testing.T, rights allowed, d desk.Draft) string {
	t.Helper()
	v := desk.View{Mission: "m", Now: epoch.Add(hours(100)), Zone: time.UTC, Key: key(d.Kind, "r"), New: true}
	words, err := lang.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range casualty.Rules(rights, terms) {
		if r.Kind != d.Kind {
			continue
		}
		problems, err := r.Check(t.Context(), v, d)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range problems {
			out = append(out, p.Field+" "+p.Code)
			for _, part := range []string{".why", ".hint"} {
				if id := "refusal." + p.Code + part; !words.Has(id) {
					t.Errorf("no words for %s", id)
				}
			}
		}
	}
	return strings.Join(out, ", ")
}

func TestRefusals(t *testing.T) {
	all := allowed{access.Notify, access.Declare, access.Name, access.Minimise}
	file := with(toldOf("MISSING", 10), "status", "MISSING", "persons", "1", "at", epoch.Format(time.RFC3339))
	visit := map[string]string{"at": epoch.Format(time.RFC3339), "kin": "k1", "outcome": "TOLD", "notifier": "A"}
	order := map[string]string{"at": epoch.Add(hours(100)).Format(time.RFC3339), "until": epoch.Add(hours(112)).Format(time.RFC3339), "scope": "MISSION", "state": "ON"}
	for _, c := range []struct {
		name   string
		kind   string
		fields map[string]string
		row    int
		rights allowed
		want   string
	}{
		{"a family that was told", "casualty", file, 0, all, ""},
		{"told, says somebody who only reports", "casualty", file, 0, nil, "kin kin-told-denied"},
		{"a sheet of somebody who only reports", "casualty", file, 4, nil, "kin kin-told-denied"},
		{"told, and nobody says by whom", "casualty", with(file, "told-by", ""), 0, all, "told-by kin-told-needs"},
		{"a bare code on a form", "casualty", map[string]string{"status": "SI", "kin": "TOLD-ALL", "persons": "3"}, 0, all, "told kin-told-needs, told-by kin-told-needs, told-of kin-told-needs"},
		{"a bare code on an old sheet", "casualty", map[string]string{"status": "SI", "kin": "TOLD-ALL", "persons": "3"}, 4, all, ""},
		{"a sheet that says when and not by whom", "casualty", with(file, "told-by", ""), 4, all, "told-by kin-told-needs"},
		{"told of another status", "casualty", with(file, "status", "DECEASED"), 0, all, "told-of kin-told-of"},
		{"told tomorrow", "casualty", with(toldOf("MISSING", 124), "status", "MISSING", "persons", "1"), 0, all, "told kin-told-future"},
		{"told before it happened", "casualty", with(file, "told", "2026-03-24"), 0, all, "told kin-told-before"},
		{"told on the day that it happened", "casualty", with(file, "told", "2026-03-25"), 0, all, ""},
		{"nobody need be told, for no reason", "casualty", with(file, "kin", "WAIVED"), 0, all, "note kin-waived-why"},
		{"nobody need be told, and why", "casualty", with(file, "kin", "WAIVED", "note", "no kin live"), 0, all, ""},
		{"a name for two", "casualty", map[string]string{"status": "SI", "name": "X", "persons": "2"}, 0, all, "persons casualty-one-person"},
		{"an evacuation in order", "casualty", map[string]string{"status": "SI", "wounded": "2026-03-25T20:00:00Z", "requested": "2026-03-25T20:05:00Z", "handover": "2026-03-25T22:00:00Z"}, 0, all, ""},
		{"wheels up before the call", "casualty", map[string]string{"status": "SI", "requested": "2026-03-25T20:05:00Z", "wheels-up": "2026-03-25T19:00:00Z"}, 0, all, "wheels-up clocks-order"},
		{"a clock that has not struck", "casualty", map[string]string{"status": "SI", "handover": "2026-04-25T20:05:00Z"}, 0, all, "handover clocks-future"},
		{"a name for the public", "casualty", with(file, "public-name", "X"), 0, all, ""},
		{"a name from who may not", "casualty", with(file, "public-name", "X"), 0, allowed{access.Notify}, "public-name name-denied"},
		{"a name within the hold", "casualty", with(toldOf("MISSING", 90), "status", "MISSING", "persons", "1", "public-name", "X"), 0, all, "public-name name-early"},
		{"a name that the family does not know of", "casualty", map[string]string{"status": "SI", "persons": "1", "public-name": "X"}, 0, all, "public-name name-untold"},
		{"kin of nobody", "kin", map[string]string{"order": "1"}, 0, all, "person kin-of-whom"},
		{"a visit", "notification", visit, 0, all, ""},
		{"a visit by who may not", "notification", visit, 0, nil, "outcome notify-denied"},
		{"a visit to nobody", "notification", with(visit, "kin", ""), 0, all, "kin notify-whom"},
		{"a visit that is to come", "notification", with(visit, "at", "2026-05-01"), 0, all, "at kin-told-future"},
		{"a notice for a post", "notice", map[string]string{"scope": "POST"}, 0, all, "post scope-needs"},
		{"MINIMISE", "minimise", order, 0, all, ""},
		{"MINIMISE by who may not", "minimise", order, 0, nil, "state minimise-denied"},
		{"MINIMISE without an end", "minimise", with(order, "until", ""), 0, all, "until minimise-limit"},
		{"MINIMISE for two days", "minimise", with(order, "until", epoch.Add(hours(148)).Format(time.RFC3339)), 0, all, "until minimise-long"},
		{"MINIMISE for one contributor of none", "minimise", with(order, "scope", "CONTRIBUTOR"), 0, all, "contributor scope-needs"},
		{"lifting in steps from never", "minimise", with(order, "state", "STAGED"), 0, all, "released minimise-released"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := refusals(t, c.rights, desk.Draft{Kind: c.kind, Row: c.row, Fields: c.fields}); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
