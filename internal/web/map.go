package web

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// mapRoutes are the map and what it is drawn from.
func (s *site) mapRoutes() []route {
	return []route{
		{"GET", "/{mission}/map", door(), s.mapPage},
		{"GET", "/{mission}/map/base", door(), s.mapBase},
		{"GET", "/{mission}/map/points", door(), s.mapPoints},
		{"GET", "/{mission}/map/layers", door(), s.mapLayersPage},
		{"GET", "/{mission}/map/heat", door(), s.mapHeat},
	}
}

// mapPage is the plain map, and what the moving one needs to take its place.
type mapPage struct {
	svg    string
	notes  []string // where the map is from, and on what terms
	layers []layer
	drawn  []mapLayer // imported
	moving movingMap
	find   placeFind
	table  *table
}

// layer is what one kind puts on the map.
type layer struct {
	id, label, href, mark string
	count                 int
	off                   bool // the address leaves it out
}

// mapKinds are the kinds that are drawn, places to find one's way by last.
func (v *visit) mapKinds() []*kind.Kind {
	kinds := slices.DeleteFunc(v.mission.Kinds.All(), func(k *kind.Kind) bool { return k.Map == nil })
	slices.SortStableFunc(kinds, func(a, b *kind.Kind) int { return cmp.Compare(ground(a), ground(b)) })
	return kinds
}

// mapQuery asks for one kind as the address says: by both dates, and from a day
// on. What happens without a day, as a place, is there on all days.
func (v *visit) mapQuery(k *kind.Kind, since time.Time) record.Query {
	q := v.listQuery(k.ID)
	if k.At == "required" {
		q.From = since
	}
	return q
}

// mapSince is the first day to show; the zero time is all that was.
func (v *visit) mapSince() (time.Time, error) {
	text := strings.TrimSpace(v.r.URL.Query().Get("from"))
	since, err := instant(text, v.location())
	if err != nil || text == "" || !plainDay(text) {
		return since, err
	}
	return since.Add(time.Second).AddDate(0, 0, -1), nil
}

// mapWants reports whether the address asks for a kind; it asks for all that it
// does not choose among.
func mapWants(query url.Values, id string) bool {
	chosen := strings.Join(query["kind"], ",")
	return chosen == "" || slices.Contains(strings.Split(chosen, ","), id)
}

// mapPage draws what has a place.
func (s *site) mapPage(v *visit) (*page, error) {
	m := chart.Map{ID: "map", Title: v.t("web.map.title"), Desc: v.t("web.map.desc"), Areas: v.mission.areas}
	b := mapPage{}
	if base := v.mission.Map; base != nil {
		if note := strings.TrimSpace(base.Provenance + " " + base.Licence); note != "" {
			b.notes = append(b.notes, note)
		}
	}
	drawn, err := v.mapLayers()
	if err != nil {
		return nil, err
	}
	b.drawn = drawn
	for i := range drawn {
		b.notes = append(b.notes, v.terms(&drawn[i]))
		if !drawn[i].off {
			m.Layers = append(m.Layers, drawn[i].chart())
		}
	}
	since, err := v.mapSince()
	if err != nil {
		return nil, err
	}
	var all []record.Version
	for _, k := range v.mapKinds() {
		q := v.mapQuery(k, since)
		q.Limit, q.Where = 1000, v.mapWhere(k)
		list, err := v.Lister.List(v.r.Context(), v.who, q)
		if err != nil {
			return nil, err
		}
		l := layer{id: k.ID, label: v.in5(k.Plural), href: v.in("records", k.ID), mark: chart.Sign(k.Map.Shape, "symbol symbol-"+k.Map.Colour), off: !mapWants(v.r.URL.Query(), k.ID)}
		for i := range list.Versions {
			rec := &list.Versions[i]
			at, ok := position(rec)
			if !ok {
				continue
			}
			if l.count++; l.off {
				continue
			}
			all = append(all, *rec)
			m.Symbols = append(m.Symbols, v.symbol(k, rec, at))
		}
		if l.count > 0 {
			b.layers = append(b.layers, l)
		}
	}
	m.Look = lookAt(v.r.URL.Query().Get("view"))
	b.svg, b.moving = m.SVG(), v.movingMap(since)
	b.table = v.evidenceTable(all)
	b.table.caption = v.t("web.map.title")
	data := map[string]any{"records": v.versions(all)}
	if b.find, err = v.findPlace(); err != nil {
		return nil, err
	}
	if b.find.table != nil {
		data["places"] = rowsAsData(b.find.table)
	}
	return &page{
		title: v.t("web.map.title"), body: v.mapBody(b), table: b.table, geo: v.features(all), scripts: []string{"map.js"},
		data: data, file: v.mission.ID + "-map",
	}, nil
}

// lookAt reads which part of the map an address asks for, as the moving map writes it:
// latitude, longitude and size, of which each doubles the one before. The plain map
// shows what is around at the least, since it cannot be moved.
func lookAt(view string) *chart.Look {
	const whole, least, most = 360.0, 0.25, 20.0
	parts := strings.Split(view, ",")
	if len(parts) != 3 {
		return nil
	}
	var f [3]float64
	for i, part := range parts {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || math.IsNaN(n) {
			return nil
		}
		f[i] = n
	}
	if math.Abs(f[0]) > 85 || math.Abs(f[1]) > 180 || f[2] < 0 || f[2] > 24 {
		return nil
	}
	return &chart.Look{Middle: chart.Position{Lat: f[0], Lon: f[1]}, High: min(most, max(least, whole/math.Exp2(f[2])))}
}

// movingMap is what the browser is told of the map that moves: where its parts
// are, and between which days it can be turned. Days are counted from first.
type movingMap struct {
	module, worker, military string
	base, points, layers     string
	first                    string // day the sliders begin at
	days, at, known          int    // of today, and of the two dates looked at
	since                    string // the first day shown; "" shows all
	span                     string // days shown, as a choice of spans; "" is all
	spans                    []option
}

func (v *visit) movingMap(since time.Time) movingMap {
	first := v.firstDay()
	count := func(t time.Time) int { return max(0, dayNumber(t.In(v.location()))-dayNumber(first)) }
	b := movingMap{
		module: v.files.names["moving-map.js"], worker: v.files.names["map-worker.js"], military: v.files.names["military.js"],
		base: address(v.mission.ID, "map", "base") + ".geojson", points: address(v.mission.ID, "map", "points") + ".json",
		layers: address(v.mission.ID, "map", "layers") + ".geojson", first: first.Format(time.DateOnly), days: count(v.now), at: count(v.eventDate()), known: count(v.knownDate()),
	}
	b.spans = append(b.spans, option{"", v.t("map.span.all")})
	for _, n := range []int{1, 7, 30, 90, 365} {
		b.spans = append(b.spans, option{number(n), v.n("map.span.days", n)})
	}
	if !since.IsZero() {
		b.since, b.span = since.In(v.location()).Format(time.DateOnly), number(dayNumber(v.eventDate())-dayNumber(since.In(v.location()))+1)
		if !slices.ContainsFunc(b.spans, func(o option) bool { return o.value == b.span }) {
			b.spans = append(b.spans, option{b.span, v.t("map.span.since", "day", v.day(since))})
		}
	}
	return b
}

// firstDay is where the sliders begin: the month before the mission does, else a
// year ago.
func (v *visit) firstDay() time.Time {
	day := v.now.In(v.location()).AddDate(-1, 0, 0)
	if started, err := instant(v.mission.Started, v.location()); err == nil && !started.IsZero() {
		day = started.AddDate(0, -1, 0)
	}
	return day
}

// dayNumber numbers days without a gap, whatever the clocks do.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// mapBase gives the outlines a mission's map is drawn on, as they were published.
func (s *site) mapBase(v *visit) (*page, error) {
	t := &table{caption: v.t("map.base.title"), empty: v.t("web.map.none"), columns: []column{{id: "name", label: v.t("map.base.name"), main: true}}}
	for _, a := range v.mission.areas {
		t.rows = append(t.rows, []cell{{text: a.Name}})
	}
	p := &page{
		title: t.caption, body: v.mapTable(t), table: t, file: v.mission.ID + "-base",
		crumbs: []crumb{{v.t("web.nav.map"), v.in("map")}}, geo: map[string]any{"type": "FeatureCollection", "features": []any{}},
	}
	if m := v.mission.Map; m != nil && m.File != "" {
		raw, err := fs.ReadFile(v.mission.Folder(), m.File)
		if err != nil {
			return nil, fail.Wrap(fail.Invalid, err, "read the base map of "+v.mission.ID, "mend map: in its mission.yaml")
		}
		p.geo = json.RawMessage(raw)
	}
	return p, nil
}
