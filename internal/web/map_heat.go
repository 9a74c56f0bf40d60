package web

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
)

// byArea is the dimension of measures that can be shown by department.
const byArea = "department"

// heatPage shows one measure by department, on the map and as a table.
type heatPage struct {
	svg, note string
	measures  []option
	chosen    string
	notes     []string
	table     *table
	steps     []heatStep
}

// heatStep is one line of the legend.
type heatStep struct{ class, words string }

// heatSteps is how many shades there are above none: as many as can be told apart
// on grey paper.
const heatSteps = 4

// mapHeat colours the departments by a measure: ?measure= one, ?from= a day, and
// the two dates of every page. What the table says and what the map shows is one
// figure, as its own page has it: what is suppressed there is here.
func (s *site) mapHeat(v *visit) (*page, error) {
	b := heatPage{chosen: v.r.URL.Query().Get("measure")}
	for _, d := range v.mission.Measures.All() {
		if _, ok := d.Dimensions[byArea]; ok && len(v.shown([]string{d.ID})) > 0 {
			b.measures = append(b.measures, option{d.ID, v.in5(d.Label)})
		}
	}
	if len(b.measures) == 0 {
		return nil, fail.New(fail.NotFound, v.t("map.heat.none"), "")
	}
	b.chosen = cmp.Or(b.chosen, b.measures[0].value)
	if !slices.ContainsFunc(b.measures, func(o option) bool { return o.value == b.chosen }) {
		return nil, fail.New(fail.Invalid, v.t("map.heat.unknown", "id", b.chosen), "?measure="+b.measures[0].value)
	}
	since, err := v.mapSince()
	if err != nil {
		return nil, err
	}
	d, err := v.mission.Measures.Get(b.chosen)
	if err != nil {
		return nil, err
	}
	q := v.ask(b.chosen, []string{byArea})
	q.From = since
	f, err := v.Figures.Figure(v.r.Context(), v.who, q)
	if err != nil {
		return nil, err
	}
	for _, n := range f.Notes {
		b.notes = append(b.notes, v.note(Note{"note." + n.Code, v.noteArgs(d, n.Args)}))
	}
	v.heat(&b, d, &f)
	if base := v.mission.Map; base != nil {
		b.note = strings.TrimSpace(base.Provenance + " " + base.Licence)
	}
	return &page{
		title: b.table.caption, body: v.heatBody(b), table: b.table, data: f, file: v.mission.ID + "-heat",
		crumbs: []crumb{{v.t("web.nav.map"), v.in("map")}},
	}, nil
}

// heat draws the figure and writes the table below it.
func (v *visit) heat(b *heatPage, d *measure.Definition, f *measure.Figure) {
	m := chart.Map{ID: "heat", Title: v.in5(d.Label), Desc: v.t("map.heat.desc"), Areas: slices.Clone(v.mission.areas)}
	b.table = &table{caption: v.in5(d.Label), empty: v.t("web.figure.unknown"), columns: []column{
		{id: byArea, label: v.dimensionName(d, byArea), main: true},
		{id: "value", label: v.t("web.figure.value"), number: true},
		{id: "records", label: v.t("web.figure.records"), number: true},
	}}
	most := 0.0
	for i := range f.Rows {
		most = max(most, amountOf(f.Rows[i].Value))
	}
	for i := range f.Rows {
		r := &f.Rows[i]
		said, name := r.By[byArea], v.dimension(d, byArea, r.By[byArea])
		for j := range m.Areas {
			if a := &m.Areas[j]; said != "" && (said == a.Code || fold(said) == fold(a.Name)) {
				a.Class, a.Value, name = "heat-"+number(heatOf(amountOf(r.Value), most)), v.dec(r.Value.String()), a.Name
			}
		}
		row := []cell{{text: name, raw: said, href: v.in("figures", d.ID, "records")}, {text: v.dec(r.Value.String()), raw: r.Value.String()}, {text: v.num(r.Records), raw: number(r.Records)}}
		row[0].href = v.link(address(v.mission.ID, "figures", d.ID), "by", byArea)
		b.table.rows = append(b.table.rows, row)
	}
	b.svg = m.SVG()
	b.steps = append(b.steps, heatStep{"", v.t("map.heat.nothing")})
	for n := 1; n <= heatSteps && most > 0; n++ {
		low, high := most*float64(n-1)/heatSteps, most*float64(n)/heatSteps
		b.steps = append(b.steps, heatStep{"heat-" + number(n), "> " + v.dec(short(low)) + " – " + v.dec(short(high))})
	}
}

func short(f float64) string { return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) }

// amountOf is an amount for drawing.
func amountOf(a measure.Amount) float64 {
	f, err := strconv.ParseFloat(a.String(), 64)
	if err != nil {
		return 0
	}
	return f
}

// heatOf is the shade of a value, 0 for none.
func heatOf(value, most float64) int {
	if value <= 0 || most <= 0 {
		return 0
	}
	return min(heatSteps, int(math.Ceil(value/most*heatSteps)))
}
