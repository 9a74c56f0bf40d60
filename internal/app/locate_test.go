package app_test

import (
	"testing"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/record"
)

// TestAPlaceThatIsNamedIsAPosition follows one incident through the corrections of
// its place.
func TestAPlaceThatIsNamedIsAPosition(t *testing.T) {
	w := newMerges(t)
	say := func(d desk.Draft) {
		t.Helper()
		out, err := w.Desk.Submit(t.Context(), access.Local(), plain, []desk.Draft{d}, desk.Options{Strict: true})
		if err != nil || out[0].Status == desk.StatusRefused {
			t.Fatalf("%v: %+v, %v", d.Fields, out, err)
		}
	}
	say(desk.Draft{Kind: "source", Ref: "src", Fields: map[string]string{"title": "The log", "marking": "mission"}})
	for ref, fields := range map[string]map[string]string{
		"plc-1": {"name": "Pont-Sondé", "aliases": "Pon Sonde", "p-code": "VA0511-02", "level": "3", "lat": "19.158321", "lon": "-72.614512"},
		"plc-2": {"name": "Saint-Marc", "p-code": "VA0511", "level": "2", "lat": "19.1082", "lon": "-72.6938"},
		"plc-3": {"name": "Carrefour", "p-code": "VA0111", "level": "2", "lat": "18.5342", "lon": "-72.4092"},
		"plc-4": {"name": "Carrefour", "p-code": "VA0999", "level": "3", "lat": "19.9", "lon": "-72.8"},
	} {
		say(desk.Draft{Kind: "place", Ref: ref, Fields: fields})
	}
	step := func(what string, fields map[string]string, place, lat, lon string) {
		t.Helper()
		say(desk.Draft{Kind: "incident", Ref: "inc-named", Fields: fields})
		v, err := w.Records.Get(t.Context(), record.Key{Mission: plain, Kind: "incident", Ref: "inc-named"}, record.AsOf{})
		if err != nil {
			t.Fatal(err)
		}
		if v.Text("place") != place || v.Text("lat") != lat || v.Text("lon") != lon {
			t.Errorf("%s: %q at %q, %q; want %q at %q, %q", what, v.Text("place"), v.Text("lat"), v.Text("lon"), place, lat, lon)
		}
	}
	step("as first said", map[string]string{"at": "2026-03-01", "category": "CLASH", "summary": "Shots", "marking": "mission", "source": "src", "grade": "B2", "place": "pon sonde"}, "pon sonde (VA0511-02)", "19.16", "-72.61")
	step("another place", map[string]string{"place": "Saint-Marc"}, "Saint-Marc (VA0511)", "19.11", "-72.69")
	step("the form sends back what it showed", map[string]string{"place": "Pont-Sondé", "lat": "19.11", "lon": "-72.69"}, "Pont-Sondé (VA0511-02)", "19.16", "-72.61")
	step("a place of which there are two", map[string]string{"place": "Carrefour"}, "Carrefour", "", "")
	step("one of the two", map[string]string{"place": "Carrefour (VA0111)"}, "Carrefour (VA0111)", "18.53", "-72.41")
	step("a place that nobody knows", map[string]string{"place": "behind the mill", "lat": "18.53", "lon": "-72.41"}, "behind the mill", "", "")
	step("where the telephone stood", map[string]string{"lat": "19.123456", "lon": "-72.65"}, "behind the mill", "19.123456", "-72.65")
	step("that stays", map[string]string{"place": "Saint-Marc"}, "Saint-Marc", "19.123456", "-72.65")
	step("also beside a place that is known", map[string]string{"place": "Pont-Sondé"}, "Pont-Sondé", "19.123456", "-72.65")
	step("a grid", map[string]string{"place": "Saint-Marc 18QYG 43 13", "lat": "", "lon": ""}, "Saint-Marc 18Q YG 43 13", "19.09998", "-72.68557")
	// What was sent before is the same again.
	out, err := w.Desk.Submit(t.Context(), access.Local(), plain, []desk.Draft{{Kind: "incident", Ref: "inc-named", Fields: map[string]string{"place": "Saint-Marc 18QYG 43 13"}}}, desk.Options{})
	if err != nil || out[0].Status != desk.StatusSame {
		t.Errorf("sent again: %+v, %v", out, err)
	}
}
