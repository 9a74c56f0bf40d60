package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// onScreen is how many things one answer of the moving map holds.
const onScreen = 500

// mapPoints gives what stands in a box of the map as GeoJSON:
// ?box=west,south,east,north in degrees, ?kind= one or more, ?from= a day, codes of
// fields that lists are filtered by, and the two dates of every page. With ?zoom=
// what is too near to tell apart comes as one group with its number.
func (s *site) mapPoints(v *visit) (*page, error) {
	box, err := v.mapBox()
	if err != nil {
		return nil, err
	}
	since, err := v.mapSince()
	if err != nil {
		return nil, err
	}
	if text := v.r.URL.Query().Get("zoom"); text != "" {
		zoom, err := strconv.ParseFloat(text, 64)
		if err != nil || zoom != zoom || zoom < 0 || zoom > 30 {
			return nil, fail.New(fail.Invalid, v.t("map.error.zoom", "zoom", text), "?zoom=9")
		}
		return v.mapGroups(box, int(zoom), since)
	}
	features, shown := []any{}, []record.Version{}
	for _, k := range v.mapKinds() {
		if !mapWants(v.r.URL.Query(), k.ID) || len(shown) >= onScreen {
			continue
		}
		q := v.mapQuery(k, since)
		q.Box, q.Limit, q.Where = box, onScreen-len(shown), v.mapWhere(k)
		list, err := v.Lister.List(v.r.Context(), v.who, q)
		if err != nil {
			return nil, err
		}
		for i := range list.Versions {
			if f := v.mapPoint(k, &list.Versions[i]); f != nil {
				features, shown = append(features, f), append(shown, list.Versions[i])
			}
		}
	}
	t := v.evidenceTable(shown)
	t.caption = v.t("map.points.title")
	return v.pointsPage(t, features), nil
}

func (v *visit) pointsPage(t *table, features []any) *page {
	all := map[string]any{"type": "FeatureCollection", "features": features}
	return &page{
		title: t.caption, body: v.mapTable(t), table: t, geo: all, data: all,
		crumbs: []crumb{{v.t("web.nav.map"), v.in("map")}}, file: v.mission.ID + "-points",
	}
}

// mapWhere reads the codes by which a kind is narrowed, as its list does: what has
// no such field is not narrowed.
func (v *visit) mapWhere(k *kind.Kind) map[string][]string {
	var where map[string][]string
	query := v.r.URL.Query()
	for _, f := range k.AllFields() {
		values := slices.DeleteFunc(slices.Clone(query[f.ID]), func(s string) bool { return s == "" })
		if len(values) == 0 || !f.Filter || f.Type != kind.Choice && f.Type != kind.Flag || slices.Contains(mapParameters(), f.ID) {
			continue
		}
		if where == nil {
			where = map[string][]string{}
		}
		where[f.ID] = values
	}
	return where
}

// mapParameters are names in the address of a map that are never a field's.
func mapParameters() []string {
	return append(ownParameters(), "kind", "from", "box", "zoom", "view", "heat", "layer", "place")
}

// mapGroups is what stands in a box, grouped.
func (v *visit) mapGroups(box *record.Box, zoom int, since time.Time) (*page, error) {
	if box == nil {
		box = &record.Box{South: -90, West: -180, North: 90, East: 180}
	}
	q := record.GroupQuery{Mission: v.mission.ID, AsOf: v.asOf(), Box: *box, Zoom: zoom}
	kinds := map[string]*kind.Kind{}
	for _, k := range v.mapKinds() {
		if mapWants(v.r.URL.Query(), k.ID) {
			one := v.mapQuery(k, since)
			q.Layers = append(q.Layers, record.Layer{Kind: k.ID, From: one.From, To: one.To, Where: v.mapWhere(k), Ground: ground(k) == 1})
			kinds[k.ID] = k
		}
	}
	found, err := v.Lister.Groups(v.r.Context(), v.who, q)
	if err != nil {
		return nil, err
	}
	t := &table{caption: v.t("map.points.title"), empty: v.t("map.nothing"), columns: []column{
		{id: "what", label: v.t("map.col.what"), main: true},
		{id: "n", label: v.t("map.col.number"), number: true},
		{id: "place", label: v.t("map.col.place")},
	}}
	features := []any{}
	for i := range found.Groups {
		g := &found.Groups[i]
		for j := range g.Versions {
			rec := &g.Versions[j]
			if f := v.mapPoint(kinds[rec.Kind], rec); f != nil {
				features = append(features, f)
				lat, lon := rec.Text("lat"), rec.Text("lon")
				t.rows = append(t.rows, []cell{{text: v.title(rec), href: v.recordLink(rec.Key), note: v.kindLabel(rec.Kind)}, {text: "1"}, v.typedCell(lat, lon)})
			}
		}
		if g.Versions == nil {
			f, row := v.mapGroup(g, zoom)
			features, t.rows = append(features, f), append(t.rows, row)
		}
	}
	return v.pointsPage(t, features), nil
}

// mapGroup is a group on the moving map, and in its table. Where a closer look
// would part it, the address of its table asks for one.
func (v *visit) mapGroup(g *record.Group, zoom int) (any, []cell) {
	box := joinDegrees(g.Box.West, g.Box.South, g.Box.East, g.Box.North)
	closer := number(zoom + 2)
	if zoom >= 16 {
		closer = "" // one by one
	}
	words, href := v.kindCounts(g.Kinds), v.here("box", box, "zoom", closer)
	p := map[string]any{
		"cluster": true, "count": g.N, "kinds": g.Kinds, "title": words, "href": strings.Replace(href, "/points.json", "/points", 1),
		"box": []float64{g.Box.West, g.Box.South, g.Box.East, g.Box.North},
	}
	if g.Ground {
		p["ground"] = true
	}
	lat, lon := strconv.FormatFloat(g.Lat, 'f', 4, 64), strconv.FormatFloat(g.Lon, 'f', 4, 64)
	row := []cell{{text: words, href: href}, {text: v.num(g.N), raw: number(g.N)}, v.typedCell(lat, lon)}
	return map[string]any{"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": []float64{g.Lon, g.Lat}}, "properties": p}, row
}

// kindCounts is "12 incidents, 3 posts", in the order of the map.
func (v *visit) kindCounts(of map[string]int) string {
	var parts []string
	for _, k := range v.mapKinds() {
		if n := of[k.ID]; n > 0 {
			name := k.Plural
			if n == 1 {
				name = k.Label
			}
			parts = append(parts, v.t("map.several", "n", v.num(n), "what", v.in5(name)))
		}
	}
	return strings.Join(parts, ", ")
}

func joinDegrees(all ...float64) string {
	var parts []string
	for _, f := range all {
		parts = append(parts, strconv.FormatFloat(f, 'f', -1, 64))
	}
	return strings.Join(parts, ",")
}

// mapPoint is one record on the moving map, with what is told when it is chosen.
func (v *visit) mapPoint(k *kind.Kind, rec *record.Version) any {
	at, ok := position(rec)
	if !ok {
		return nil
	}
	p := map[string]any{
		"ref": rec.Ref, "kind": k.ID, "label": v.in5(k.Label), "title": v.title(rec), "href": v.recordLink(rec.Key),
		"symbol": k.Map.Shape + "-" + k.Map.Colour, "at": iso(rec.Lo), "when": v.event(rec.Text("at")),
	}
	if k.Map.SIDC != "" {
		p["sidc"] = k.Map.SIDC
	}
	if text := v.gridOf(at.Lat, at.Lon); text != "" {
		p["mgrs"] = text
	}
	if d, err := edtf.Parse(rec.Text("at")); err == nil && d.IsInstant() {
		p["dtg"] = v.timeWords(rec.Lo)
	}
	return map[string]any{"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": []float64{at.Lon, at.Lat}}, "properties": p}
}

// mapBox reads west,south,east,north; nil where none is asked for.
func (v *visit) mapBox() (*record.Box, error) {
	text := v.r.URL.Query().Get("box")
	if text == "" {
		return nil, nil
	}
	var side [4]float64
	parts := strings.Split(text, ",")
	for i, part := range parts {
		f, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || i > 3 || f != f || f < -360 || f > 360 {
			return nil, v.badBox(text)
		}
		side[i] = f
	}
	if len(parts) != 4 || side[0] > side[2] || side[1] > side[3] {
		return nil, v.badBox(text)
	}
	return &record.Box{West: side[0], South: side[1], East: side[2], North: side[3]}, nil
}

func (v *visit) badBox(text string) error {
	return fail.New(fail.Invalid, v.t("map.error.box", "box", text), "?box=-74.5,18,-71.6,20.1")
}
