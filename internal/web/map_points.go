package web

import (
	"strconv"
	"strings"

	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/grid"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// onScreen is how many things one answer of the moving map holds.
const onScreen = 500

// mapPoints gives what stands in a box of the map as GeoJSON:
// ?box=west,south,east,north in degrees, ?kind= one or more, ?from= a day, and
// the two dates of every page.
func (s *site) mapPoints(v *visit) (*page, error) {
	box, err := v.mapBox()
	if err != nil {
		return nil, err
	}
	since, err := v.mapSince()
	if err != nil {
		return nil, err
	}
	features, shown := []any{}, []record.Version{}
	for _, k := range v.mapKinds() {
		if !mapWants(v.r.URL.Query(), k.ID) || len(shown) >= onScreen {
			continue
		}
		q := v.mapQuery(k, since)
		q.Box, q.Limit = box, onScreen-len(shown)
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
	all := map[string]any{"type": "FeatureCollection", "features": features}
	return &page{
		title: t.caption, body: v.mapTable(t), table: t, geo: all, data: all,
		crumbs: []crumb{{v.t("web.nav.map"), v.in("map")}}, file: v.mission.ID + "-points",
	}, nil
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
	if text, err := grid.Format(at.Lat, at.Lon, 4); err == nil { // ten metres: more than most reports know
		p["mgrs"] = grid.Spaced(text)
	}
	if d, err := edtf.Parse(rec.Text("at")); err == nil && d.IsInstant() {
		p["dtg"] = v.group(rec.Lo) + " · " + v.clockWords(rec.Lo)
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
