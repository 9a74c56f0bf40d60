package web_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// things are what map/points answers.
type things struct {
	Type     string
	Features []struct {
		Geometry   struct{ Coordinates []float64 }
		Properties struct {
			Ref, Kind, Title, Symbol, SIDC, Href, At, DTG, MGRS string
			Cluster                                             bool
			Count                                               int
		}
	}
}

func (a *asker) points(t *testing.T, query string) things {
	t.Helper()
	var all things
	if err := json.Unmarshal([]byte(a.get(t, "/haiti-mss/map/points.json?"+query)), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// refs are the records that stand there by themselves.
func (all things) refs() []string {
	var refs []string
	for _, f := range all.Features {
		if !f.Properties.Cluster {
			refs = append(refs, f.Properties.Ref)
		}
	}
	return refs
}

func TestThePointsOfTheMovingMap(t *testing.T) {
	w := reading(t).local()
	const savien = "box=-72.62,19.14,-72.60,19.16&zoom=16"
	for name, c := range map[string]struct {
		query     string
		has, none string
	}{
		"what stands in the box":                         {savien + "&at=2025-03-31", "inc-2025-03-25", ""},
		"nothing outside it":                             {"box=-74,18.2,-73,18.6&zoom=16&at=2025-03-31", "", "inc-2025-03-25"},
		"nothing that had not happened":                  {savien + "&at=2025-03-24", "", "inc-2025-03-25"},
		"nothing that was not known":                     {savien + "&at=2025-03-31&known=2025-03-20", "", "inc-2025-03-25"},
		"nothing before the first day":                   {savien + "&at=2025-03-31&from=2025-03-26", "", "inc-2025-03-25"},
		"all of the first day":                           {savien + "&at=2025-03-31&from=2025-03-25", "inc-2025-03-25", ""},
		"a place whatever the first day is":              {savien + "&at=2025-03-31&from=2025-03-31", "pst-pont-sonde", ""},
		"no kind that is not asked for":                  {savien + "&at=2025-03-31&kind=post", "pst-pont-sonde", "inc-2025-03-25"},
		"two kinds with a comma":                         {savien + "&at=2025-03-31&kind=post,incident", "inc-2025-03-25", ""},
		"no kind at all where every one is switched off": {savien + "&at=2025-03-31&kind=-", "", "pst-pont-sonde"},
	} {
		t.Run(name, func(t *testing.T) {
			refs := w.points(t, c.query).refs()
			if c.has != "" && !slices.Contains(refs, c.has) {
				t.Errorf("%s is not among %v", c.has, refs)
			}
			if c.none != "" && slices.Contains(refs, c.none) {
				t.Errorf("%s is among %v", c.none, refs)
			}
		})
	}
	t.Run("a point says what it is, where to read on and which symbols it has", func(t *testing.T) {
		all := w.points(t, savien+"&at=2025-03-31&kind=incident")
		if len(all.Features) != 1 {
			t.Fatalf("%d features", len(all.Features))
		}
		p := all.Features[0].Properties
		if p.Symbol != "diamond-alarm" || len(p.SIDC) != 20 || p.At != "2025-03-25T20:30:00Z" || p.DTG != "251630QMAR25 · 16:30 (20:30Z)" || p.MGRS != "18Q YG 51 19" || !strings.Contains(p.Title, "Ambush") || p.Href != "/haiti-mss/records/incident/inc-2025-03-25?at=2025-03-31" {
			t.Errorf("%+v", p)
		}
	})
}

func TestABoxThatIsNoneIsTheVisitorsMistake(t *testing.T) {
	w := reading(t).local()
	for _, box := range []string{"1,2,3", "a,b,c,d", "1,2,3,4,5", "NaN,0,1,1", "10,0,-10,1", "0,10,1,-10", "0,0,1e9,1", ",,,"} {
		if got := w.ask("GET", "/haiti-mss/map/points.json?box="+box, nil); got.Code != http.StatusBadRequest {
			t.Errorf("%q gets %d", box, got.Code)
		}
	}
}

func TestTheBaseMapIsWhatWasPublished(t *testing.T) {
	var base struct {
		Features []struct{ Properties map[string]any }
	}
	if err := json.Unmarshal([]byte(reading(t).public().get(t, "/haiti-mss/map/base.geojson")), &base); err != nil {
		t.Fatal(err)
	}
	if len(base.Features) != 10 || base.Features[0].Properties["name"] != "Artibonite" {
		t.Errorf("%d outlines", len(base.Features))
	}
}

// A page with a map costs what it did: the moving map is neither in it nor named
// where a browser would fetch it by itself, and its small script is small.
func TestTheMovingMapComesOnlyWhenCalled(t *testing.T) {
	w := reading(t).local()
	html := w.get(t, "/haiti-mss/map")
	fetched := regexp.MustCompile(`(?:src|href)="(/-/[^"]+)"`).FindAllStringSubmatch(html, -1)
	if len(fetched) != 2 {
		t.Errorf("the page fetches %v", fetched)
	}
	for _, m := range fetched {
		if strings.HasSuffix(m[1], ".js") && len(w.get(t, m[1])) > 4000 {
			t.Errorf("%s has %d bytes", m[1], len(w.get(t, m[1])))
		}
	}
	part := regexp.MustCompile(`data-module="(/-/moving-map\.[0-9a-f]+\.js)"`).FindStringSubmatch(html)
	if part == nil {
		t.Fatal("the page does not say where the moving map is")
	}
	w.header.Set("Accept-Encoding", "gzip")
	got := w.ask("GET", part[1], nil)
	if got.Header().Get("Content-Encoding") != "gzip" || got.Body.Len() > 350_000 || !strings.Contains(got.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%d bytes, %q, %q", got.Body.Len(), got.Header().Get("Content-Encoding"), got.Header().Get("Cache-Control"))
	}
}

func TestTheMapStandsAsTheAddressSays(t *testing.T) {
	w := reading(t).local()
	html := w.get(t, "/haiti-mss/map?at=2025-03-31&from=2025-03-25&kind=incident,post")
	for _, want := range []string{
		`<option value="7" selected>`, `data-first="2024-05-25"`, `id="map-at" min="0"`, `value="310"`,
		`name="kind" value="place">`, `name="kind" value="incident" checked>`, "inc-2025-03-25",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s", want)
		}
	}
	if html := w.get(t, "/haiti-mss/map?at=2025-03-31&from=2025-03-28"); strings.Contains(html, "inc-2025-03-25") {
		t.Error("the plain map shows what happened before the first day")
	}
}

func TestTheFlashFormAsksWhereItIs(t *testing.T) {
	html := reading(t).local().get(t, "/haiti-mss/room/flash/new")
	for _, want := range []string{`name="f.place"`, `name="f.lat"`, `name="f.lon"`, `class="map-pick"`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s", want)
		}
	}
}

// Grouped or one by one, at any size and for any reader, a box has the same number
// of things in it.
func TestGroupsHaveAsManyAsTheList(t *testing.T) {
	w := reading(t)
	grouped := 0
	for name, who := range map[string]*asker{"who sits here": w.local(), "the public": w.public()} {
		for _, query := range []string{
			"box=-180,-90,180,90", "box=-74.6,17.9,-71.5,20.2", "box=-74.6,17.9,-71.5,20.2&at=2025-03-31", "box=-72.4,18.5,-72.2,18.6&known=2024-12-31",
			"box=-74.6,17.9,-71.5,20.2&category=PROTEST&kind=incident", "box=-74.6,17.9,-71.5,20.2&at=2025-03-31&from=2025-03-25",
		} {
			want := len(who.points(t, query).Features)
			for _, zoom := range []string{"0", "7.6", "12", "18"} {
				n := 0
				for _, f := range who.points(t, query+"&zoom="+zoom).Features {
					if n++; f.Properties.Cluster {
						n += f.Properties.Count - 1
						grouped++
					}
				}
				if n != want {
					t.Errorf("%s, %s, zoom %s: %d grouped, %d listed", name, query, zoom, n, want)
				}
			}
		}
	}
	if grouped == 0 {
		t.Error("nothing was near enough to be grouped")
	}
	table := w.local().get(t, "/haiti-mss/map/points?box=-180,-90,180,90&zoom=1")
	if !strings.Contains(table, "/map/points?box=-") || !strings.Contains(table, "zoom=3") {
		t.Error("the table of groups leads to no closer look")
	}
	for _, zoom := range []string{"-1", "x", "NaN", "1e9"} {
		if got := w.local().ask("GET", "/haiti-mss/map/points.json?zoom="+zoom, nil); got.Code != http.StatusBadRequest {
			t.Errorf("zoom %q gets %d", zoom, got.Code)
		}
	}
}
