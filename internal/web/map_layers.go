package web

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/record"
)

// mostLayers is how many layers a map is asked for.
const mostLayers = 50

// mapLayer is an imported layer as the reader may see it.
type mapLayer struct {
	rec record.Version
	*outlinesOf
	off bool // the address leaves it out
}

// outlinesOf is what a layer is drawn from.
type outlinesOf struct {
	raw []byte
	all []outlined
}

// drawings keep the outlines that were read, by digest: what is behind a digest
// never changes.
type drawings struct {
	mu  sync.Mutex
	all map[string]*outlinesOf
}

// outlines are those behind a digest; nil where this node does not have them.
func (s *site) outlines(digest string) *outlinesOf {
	s.drawings.mu.Lock()
	defer s.drawings.mu.Unlock()
	if o, known := s.drawings.all[digest]; known {
		return o
	}
	if s.Layer == nil {
		return nil
	}
	raw, err := s.Layer(digest)
	if err != nil {
		return nil
	}
	all, err := parseOutlines(raw)
	if err != nil {
		return nil
	}
	if s.drawings.all == nil || len(s.drawings.all) >= mostLayers {
		s.drawings.all = map[string]*outlinesOf{}
	}
	s.drawings.all[digest] = &outlinesOf{raw, all}
	return s.drawings.all[digest]
}

// mapLayers are the layers of the mission, by name: ?layer=a,b asks for some.
func (v *visit) mapLayers() ([]mapLayer, error) {
	if _, ok := v.mission.Kinds.Get("layer"); !ok {
		return nil, nil
	}
	// Layers hold outlines as somebody published them; they are drawn on every
	// event date, as the base map is, and known when they were imported.
	page, err := v.Lister.List(v.r.Context(), v.who, record.Query{Mission: v.mission.ID, Kind: "layer", AsOf: v.asOf(), Limit: mostLayers})
	if err != nil {
		return nil, err
	}
	asked := v.r.URL.Query()["layer"]
	var out []mapLayer
	for i := range page.Versions {
		l := mapLayer{rec: page.Versions[i], outlinesOf: v.outlines(page.Versions[i].Text("drawn-digest"))}
		if l.outlinesOf == nil {
			v.Log.WarnContext(v.r.Context(), "a layer's outlines are not here", slog.String("ref", l.rec.Ref))
			l.off = true
		}
		l.off = l.off || len(asked) > 0 && !slices.Contains(strings.Split(strings.Join(asked, ","), ","), l.rec.Ref)
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b mapLayer) int { return strings.Compare(fold(a.rec.Text("name")), fold(b.rec.Text("name"))) })
	return out, nil
}

// chart is the layer as the plain map draws it.
func (l *mapLayer) chart() chart.Layer {
	out := chart.Layer{Name: l.rec.Text("name")}
	for _, o := range l.all {
		out.Areas, out.Lines = append(out.Areas, o.Rings...), append(out.Lines, o.lines...)
	}
	return out
}

// terms are where a layer is from and how it may be used, in one line.
func (v *visit) terms(l *mapLayer) string {
	name := l.rec.Text("name")
	if l.outlinesOf == nil {
		return v.t("map.layer.missing", "name", name)
	}
	by := strings.TrimSuffix(l.rec.Text("attribution"), ".")
	if by == "" {
		return v.t("web.pair", "name", name, "value", l.rec.Text("licence"))
	}
	return v.t("web.pair", "name", name, "value", by+", "+l.rec.Text("licence"))
}

// mapLayersPage gives the layers that are drawn as GeoJSON, for the moving map.
func (s *site) mapLayersPage(v *visit) (*page, error) {
	layers, err := v.mapLayers()
	if err != nil {
		return nil, err
	}
	t := &table{caption: v.t("map.layers.title"), empty: v.t("map.layers.none"), columns: []column{
		{id: "name", label: v.t("map.layers.name"), main: true},
		{id: "terms", label: v.t("map.layers.terms")},
		{id: "n", label: v.t("map.layers.outlines"), number: true},
	}}
	features := []json.RawMessage{}
	for i := range layers {
		l := &layers[i]
		t.rows = append(t.rows, []cell{
			{text: l.rec.Text("name"), href: v.recordLink(l.rec.Key), note: l.rec.Ref},
			{text: v.terms(l)},
			{text: v.dec(l.rec.Text("features")), raw: l.rec.Text("features")},
		})
		if l.off {
			continue
		}
		var all struct {
			Features []json.RawMessage `json:"features"`
		}
		if err := json.Unmarshal(l.raw, &all); err != nil {
			return nil, err
		}
		features = append(features, all.Features...)
	}
	return &page{
		title: t.caption, body: v.mapTable(t), table: t, file: v.mission.ID + "-layers",
		crumbs: []crumb{{v.t("web.nav.map"), v.in("map")}}, geo: map[string]any{"type": "FeatureCollection", "features": features},
	}, nil
}
