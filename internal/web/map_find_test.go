package web_test

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"konbit.org/konbit/internal/web"
)

// found are the places a search answers, as the machine reads them.
func (a *asker) found(t *testing.T, place, more string) (refs []string, rows []map[string]string) {
	t.Helper()
	var all struct {
		Places struct{ Rows []map[string]string }
	}
	if err := json.Unmarshal([]byte(a.get(t, "/haiti-mss/map.json?place="+url.QueryEscape(place)+more)), &all); err != nil {
		t.Fatal(err)
	}
	for _, row := range all.Places.Rows {
		refs = append(refs, row["record"])
	}
	return refs, all.Places.Rows
}

func TestAPlaceIsFoundByAllItsNames(t *testing.T) {
	w := reading(t).public()
	for name, c := range map[string]struct{ place, more, first, none string }{
		"by name":                              {"FOB 3", "", "post/pst-fob3", "post/pst-fob1"},
		"by the name it had before":            {"liberated police station", "", "post/pst-fob3", ""},
		"by a second other name, one record":   {"delmas 2", "", "post/pst-fob3", ""},
		"without accents":                      {"pont-sonde", "", "place/loc-pont-sonde post/pst-pont-sonde", ""},
		"without accents in the other name":    {"ACADEMIE NATIONALE", "", "post/pst-fob1", ""},
		"by the beginning of a word":           {"logist", "", "post/pst-lsa1", ""},
		"by a beginning that is also a word":   {"port", "", "place/HT0111 place/HT0911 post/pst-port-de-paix", ""},
		"by words and beginnings alike":        {"fond", "", "place/gn-fond-parisien place/HT0135", ""},
		"by a local name":                      {"lwès", "", "place/HT01", ""},
		"by p-code":                            {"ht01", "", "place/HT01", "place/HT02"},
		"not by what stands in a note":         {"surveyed", "", "", "post/pst-pont-sonde"},
		"not by words that no one name has":    {"lwès delmas", "", "", "place/HT01"},
		"not before it was there":              {"pont-sonde", "&at=2025-03-01", "", "post/pst-pont-sonde"},
		"not before anybody knew":              {"pont-sonde", "&at=2025-03-31&known=2025-03-20", "", "post/pst-pont-sonde"},
		"around a grid":                        {"18Q YG 514 190", "", "", "post/pst-fob1"},
		"not by a grid that is none":           {"18Q YG 514 19", "", "", "post/pst-pont-sonde"},
		"by a name with a position behind it":  {"FOB 3 18.5500, -72.3300", "", "", "post/pst-pont-sonde"},
		"with nothing that could be any place": {"xyzzy", "", "", "post/pst-fob3"},
	} {
		t.Run(name, func(t *testing.T) {
			refs, _ := w.found(t, c.place, c.more)
			if !strings.HasPrefix(strings.Join(refs, " "), c.first) {
				t.Errorf("%s does not lead %v", c.first, refs)
			}
			seen := map[string]bool{}
			for _, ref := range refs {
				if ref == c.none || seen[ref] {
					t.Errorf("%s is among %v", ref, refs)
				}
				seen[ref] = true
			}
		})
	}
}

func TestAPositionThatWasTypedIsAPlace(t *testing.T) {
	w := reading(t).public()
	for _, place := range []string{"19.15, -72.61", "19.15 -72.61", "19.15N 72.61W", "18QYG 5142 1907"} {
		refs, rows := w.found(t, place, "")
		if len(refs) < 2 || refs[0] != "" || refs[1] != "post/pst-pont-sonde" || !strings.HasPrefix(rows[0]["position"], "18Q YG 51") || !strings.HasPrefix(rows[0]["map"], "19.1") {
			t.Errorf("%s: %v", place, rows)
		}
	}
	html := w.get(t, "/haiti-mss/map?place="+url.QueryEscape("pont-sonde")+"&at=2025-03-31&kind=incident")
	for _, want := range []string{
		`name="place" maxlength="200" value="pont-sonde"`, `name="kind" value="incident"`, `name="at" value="2025-03-31"`,
		`href="/haiti-mss/records/post/pst-pont-sonde?at=2025-03-31"`, `view=19.15%2C-72.61%2C13`, "18Q YG 5",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s", want)
		}
	}
	if html := w.get(t, "/haiti-mss/map?place=18QYG514&lang=fr"); !strings.Contains(html, "pas un carroyage militaire") {
		t.Error("half a grid is not told")
	}
}

// A place is found by whoever may read its record, and by nobody else.
func TestAPlaceIsFoundByWhoMayReadIt(t *testing.T) {
	w := writing(t)
	if _, code, body := w.local().fill(t, "/haiti-mss/records/place/new", map[string]string{"f.name": "Zzyx hidden well", "f.marking": "mission", "f.lat": "19.9", "f.lon": "-72.9"}); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	if refs, _ := w.local().found(t, "zzyx", ""); len(refs) != 1 {
		t.Errorf("who sits here finds %v", refs)
	}
	for _, place := range []string{"zzyx", "19.9, -72.9"} {
		if _, rows := w.public().found(t, place, ""); strings.Contains(text(mustJSON(t, rows)), "hidden well") {
			t.Errorf("the public finds %v by %s", rows, place)
		}
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// A time and a position are written one way wherever they stand.
func TestTimesAndPositionsOnRecordsAndLists(t *testing.T) {
	w := reading(t).local()
	for name, c := range map[string]struct{ page, want string }{
		"the event of a record":         {"/haiti-mss/records/incident/inc-2025-03-25", "251630QMAR25 · 16:30 (20:30Z)"},
		"the position of a record":      {"/haiti-mss/records/incident/inc-2025-03-25", "18Q YG 51 19"},
		"the position of a post":        {"/haiti-mss/records/post/pst-pont-sonde", "18Q YG 5"},
		"the event in a list":           {"/haiti-mss/records/incident?at=2025-03-31", "251630QMAR25 · 16:30 (20:30Z)"},
		"the position in a list":        {"/haiti-mss/records/incident?at=2025-03-31", "18Q YG 51 19"},
		"a place leads to all it means": {"/haiti-mss/records/post/pst-pont-sonde", "/haiti-mss/map?place=Pont-Sond%C3%A9"},
		"the event in what is counted":  {"/haiti-mss/map?at=2025-03-31", "251630QMAR25 · 16:30 (20:30Z)"},
	} {
		t.Run(name, func(t *testing.T) {
			if html := w.get(t, c.page); !strings.Contains(html, c.want) {
				t.Errorf("no %s", c.want)
			}
		})
	}
	if html := w.get(t, "/haiti-mss/records/post/pst-pont-sonde"); strings.Contains(html, "250000QMAR25") {
		t.Error("a day has a minute that nobody gave")
	}
}

func TestWhatIsAPosition(t *testing.T) {
	for text, want := range map[string]struct {
		name     string
		lat, lon float64
		ok       bool
	}{
		"18.5392, -72.3364":            {"", 18.5392, -72.3364, true},
		"18.5392 -72.3364":             {"", 18.5392, -72.3364, true},
		"18.5392° N, 72.3364° O":       {"", 18.5392, -72.3364, true},
		"1.5s 36.8e":                   {"", -1.5, 36.8, true},
		"north gate 18.5392, -72.3364": {"north gate", 18.5392, -72.3364, true},
		"Route 12 44":                  {"Route 12 44", 0, 0, false},
		"91 0":                         {"91 0", 0, 0, false},
		"-18.5N 72.3W":                 {"-18.5N 72.3W", 0, 0, false},
		"Delmas 2":                     {"Delmas 2", 0, 0, false},
		"18QYG514":                     {"18QYG514", 0, 0, false},
	} {
		name, lat, lon, ok := web.TypedPosition(text)
		if name != want.name || lat != want.lat || lon != want.lon || ok != want.ok {
			t.Errorf("%q: %q %v %v %v", text, name, lat, lon, ok)
		}
	}
}

func FuzzTypedPosition(f *testing.F) {
	for _, seed := range []string{"18.5392, -72.3364", "18.5N 72.3W", "north gate 18Q YF 8015 5322", "FOB 3", "18QYF", ", ,", "-0 -0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, lat, lon, ok := web.TypedPosition(text)
		if ok && (math.IsNaN(lat) || math.IsNaN(lon) || math.Abs(lat) > 90 || math.Abs(lon) > 360 || len(name) > len(text)) || !ok && name != text {
			t.Errorf("%q: %q %v %v %v", text, name, lat, lon, ok)
		}
	})
}
