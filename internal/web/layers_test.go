package web_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/gateway/sheet"
)

const valley = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"name":"Upper valley"},"geometry":{"type":"Polygon","coordinates":[[[-72.6,19.1],[-72.4,19.1],[-72.4,19.3],[-72.6,19.3],[-72.6,19.1]]]}},
{"type":"Feature","properties":{"name":"River"},"geometry":{"type":"LineString","coordinates":[[-72.6,19.1],[-72.5,19.2],[-72.4,19.25]]}}]}`

func (w *world) layer(t *testing.T, name, marking string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".geojson")
	if err := os.WriteFile(file, []byte(valley), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := w.node.ImportPlaces(t.Context(), access.Local(), app.PlacesJob{
		Job: sheet.Job{Mission: "haiti-mss", Lang: "en"}, File: file, Constants: map[string]string{"marking": marking},
		Layer: app.LayerSaid{Licence: "ODbL 1.0", Attribution: "Survey of " + name},
	})
	if err != nil || got.Layer == nil || got.Layer.Features != 2 {
		t.Fatalf("%+v %v", got.Layer, err)
	}
}

// An imported layer stands on both maps with its terms, for who may see it.
func TestAnImportedLayerIsDrawnWithItsTerms(t *testing.T) {
	dir := t.TempDir()
	w := newWorld(t, dir)
	w.layer(t, "open", "public")
	w.layer(t, "closed", "mission")
	for name, c := range map[string]struct {
		who      *asker
		query    string
		has, not []string
	}{
		"who sits here sees both": {w.local(), "", []string{"open: Survey of open, ODbL 1.0", "closed: Survey of closed, ODbL 1.0", `value="closed" checked`}, nil},
		"the public sees one":     {w.public(), "", []string{"open: Survey of open, ODbL 1.0", `<path class="layer"`}, []string{"closed"}},
		"the address leaves out":  {w.local(), "?layer=open", []string{`value="open" checked`, `value="closed">`}, nil},
		"none":                    {w.local(), "?layer=-", []string{`value="open">`}, []string{`<path class="layer"`}},
	} {
		html := c.who.get(t, "/haiti-mss/map"+c.query)
		for _, want := range c.has {
			if !strings.Contains(html, want) {
				t.Errorf("%s: no %s", name, want)
			}
		}
		for _, not := range c.not {
			if strings.Contains(html, not) {
				t.Errorf("%s: has %s", name, not)
			}
		}
	}
	if n := strings.Count(w.public().get(t, "/haiti-mss/map/layers.geojson"), `"type":"Feature"`); n != 2 {
		t.Errorf("the public gets %d outlines, want 2", n)
	}
	if n := strings.Count(w.local().get(t, "/haiti-mss/map/layers.geojson"), `"type":"Feature"`); n != 4 {
		t.Errorf("who sits here gets %d outlines, want 4", n)
	}

	// Outlines that are not what the record speaks of are not drawn, and that is said.
	files, err := filepath.Glob(filepath.Join(dir, "data", "layers", "*.geojson"))
	if err != nil || len(files) != 1 { // both were drawn from the same
		t.Fatalf("%v %v", files, err)
	}
	if err := os.WriteFile(files[0], []byte(strings.Replace(valley, "19.3", "19.4", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	pages, err := w.node.Site(app.SiteOptions{}) // one that has not read them yet
	if err != nil {
		t.Fatal(err)
	}
	w.pages = pages
	html := w.local().get(t, "/haiti-mss/map")
	if !strings.Contains(html, "open: its outlines are not on this node") || strings.Contains(html, `<path class="layer"`) {
		t.Error("outlines are drawn that nobody recorded")
	}
}
