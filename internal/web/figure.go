package web

import (
	"maps"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// What stands on a figure's own page; their lists have the rest.
const (
	evidenceShown = 12
	claimsShown   = 20
	unknownShown  = 8
	stepsShown    = 60
)

type figurePage struct {
	d            *measure.Definition
	f            *measure.Figure
	label, text  string
	values       []string
	unit         string
	why          string
	scope        []string // of Where, in words
	tabs         []navItem
	breakdown    *table
	chart        string
	series       *table
	notes        []string
	unknown      []crumb // what could not be counted, with its record
	moreUnknown  int
	evidence     *table
	evidenceHref string
	claims       *table
	claimsTotal  int    // about the measure, whatever part of it they speak of
	inOne        string // the currency or unit of the chart, where there are several
}

// figure is a measure's page: its value, what it means, what it rests on.
func (s *site) figure(v *visit) (*page, error) {
	d, q, err := v.question()
	if err != nil {
		return nil, err
	}
	if v.format != asJSON { // which alone has the refs; the page has a list of its own
		q.EvidenceLimit = unknownShown
	}
	f, err := v.Figures.Figure(v.r.Context(), v.who, q)
	if err != nil {
		return nil, err
	}
	b := figurePage{d: d, f: &f, label: v.in5(d.Label), text: v.in5(d.Text), values: v.values(&f), unit: v.unit(d, &f), scope: v.scope(d, q)}
	b.tabs, b.breakdown = v.tabs(d, q), v.breakdown(d, q, &f)
	if len(b.values) == 0 {
		b.why = v.whyUnknown(&f)
	}
	for _, n := range f.Notes {
		b.notes = append(b.notes, v.note(Note{"note." + n.Code, v.noteArgs(d, n.Args)}))
	}
	for _, u := range f.Unknown[:min(len(f.Unknown), unknownShown)] {
		x := crumb{label: v.unknown(u)}
		if u.Key.Ref != "" {
			x.href = v.recordLink(u.Key)
		}
		b.unknown = append(b.unknown, x)
	}
	b.moreUnknown = f.Unknowns - len(b.unknown)
	p := &page{
		title: b.label, data: f, table: b.breakdown, file: v.mission.ID + "-" + d.ID,
		crumbs: []crumb{{v.t("web.nav.figures"), v.in("figures")}},
	}
	if v.format == asHTML {
		if err := v.fillFigure(&b, q); err != nil {
			return nil, err
		}
	}
	p.body = v.figureBody(b)
	return p, nil
}

// fillFigure adds what stands on the page beside the value: the course of the
// figure, its evidence and what was claimed.
func (v *visit) fillFigure(b *figurePage, q measure.Query) error {
	report, err := v.claimReport(b.d.ID)
	if err != nil {
		return err
	}
	beside := claimsBeside(&report, q.Where)
	b.claims, b.claimsTotal = v.claimTable(beside[:min(len(beside), claimsShown)]), len(report.Claims)
	list, err := v.Figures.Records(v.r.Context(), v.who, q, "", evidenceShown)
	if err != nil {
		return err
	}
	b.evidence = v.evidenceTable(list.Versions)
	b.evidenceHref = v.evidenceLink(b.d, q.Where)
	return v.course(b, q, beside)
}

// noteArgs puts codes of a dimension into words.
func (v *visit) noteArgs(d *measure.Definition, args map[string]string) map[string]string {
	out := maps.Clone(args)
	if by := args["by"]; by != "" {
		out["by"] = v.dimensionName(d, by)
		if args["group"] != "" {
			out["group"] = v.dimension(d, by, args["group"])
		}
	}
	for _, name := range []string{"newest", "at"} {
		if t, err := time.Parse(time.DateOnly, args[name]); err == nil {
			out[name] = v.Words.Date(v.lang, t)
		}
	}
	return out
}

func (v *visit) scope(d *measure.Definition, q measure.Query) []string {
	var all []string
	for _, dim := range slices.Sorted(maps.Keys(q.Where)) {
		var values []string
		for _, x := range q.Where[dim] {
			values = append(values, v.dimension(d, dim, x))
		}
		all = append(all, v.t("web.pair", "name", v.dimensionName(d, dim), "value", strings.Join(values, ", ")))
	}
	return all
}

// tabs are the ways to break the figure down.
func (v *visit) tabs(d *measure.Definition, q measure.Query) []navItem {
	var all []navItem
	for _, name := range d.Names() {
		all = append(all, navItem{label: v.dimensionName(d, name), href: v.here("by", name), current: len(q.By) == 1 && q.By[0] == name})
	}
	if len(q.By) > 0 {
		all = append(all, navItem{label: v.t("web.figure.whole"), href: v.here("by", "")})
	}
	return all
}

// breakdown is the figure's rows as they are shown and downloaded alike.
func (v *visit) breakdown(d *measure.Definition, q measure.Query, f *measure.Figure) *table {
	t := &table{caption: v.t("web.figure.breakdown"), empty: v.t("web.figure.norows")}
	for i, by := range q.By {
		t.columns = append(t.columns, column{id: by, label: v.dimensionName(d, by), hxl: "#meta+" + by, main: i == 0})
	}
	t.columns = append(t.columns, column{id: "value", label: v.t("web.figure.value"), hxl: "#indicator+value", number: true, main: len(q.By) == 0},
		column{id: "apart", label: v.t("web.figure.apart"), hxl: "#currency", only: d.Apart == ""},
		column{id: "records", label: v.t("web.figure.records"), hxl: "#meta+records", number: true},
		column{id: "at", hxl: "#date+at", only: true}, column{id: "known", hxl: "#date+known", only: true},
		column{id: "measure", hxl: "#indicator+code", only: true}, column{id: "definition", hxl: "#indicator+definition", only: true},
		column{id: "rounded", hxl: "#meta+rounded", only: true})
	var most measure.Amount
	for _, r := range f.Rows {
		most = max(most, r.Value.Abs())
	}
	for _, r := range f.Rows {
		var row []cell
		where := maps.Clone(q.Where)
		for _, by := range q.By {
			row = append(row, cell{text: v.dimension(d, by, r.By[by]), raw: r.By[by]})
			where = with(where, by, r.By[by])
		}
		if r.Apart != "" {
			where = with(where, d.Apart, r.Apart)
		}
		value := cell{text: v.dec(r.Value.String()), raw: r.Value.String()}
		if d.Apart == "" || len(q.By) == 0 || q.By[0] == d.Apart {
			value.bar = chart.Bar(r.Value.Float(), most.Float())
		}
		row = append(row, value, cell{text: r.Apart}, cell{text: v.num(r.Records), raw: number(r.Records), href: v.evidenceLink(d, where)},
			cell{raw: f.At.Format(time.RFC3339)}, cell{raw: f.Known.Format(time.RFC3339)}, cell{raw: d.ID}, cell{raw: number(f.Definition)}, roundedCell(f))
		t.rows = append(t.rows, row)
	}
	return t
}

func with(where map[string][]string, dim, value string) map[string][]string {
	out := maps.Clone(where)
	if out == nil {
		out = map[string][]string{}
	}
	if value == "" {
		value = measure.Unsaid
	}
	out[dim] = []string{value}
	return out
}

// evidenceLink is the list of the records behind a value.
func (v *visit) evidenceLink(d *measure.Definition, where map[string][]string) string {
	to := v.in("figures", d.ID, "evidence")
	for _, dim := range slices.Sorted(maps.Keys(where)) {
		sep := "?"
		if strings.Contains(to, "?") {
			sep = "&"
		}
		to += sep + "where=" + escapeQuery(dim+"="+strings.Join(where[dim], ","))
	}
	return to
}

// course draws the figure over time with the claims as marks, and the same as a
// table for those who do not see it. Where amounts may not be added it draws
// those of the currency with most records.
func (v *visit) course(b *figurePage, q measure.Query, beside []claim.Verdict) error {
	if len(b.f.Totals) > 1 {
		most := slices.MaxFunc(b.f.Totals, func(a, b measure.Total) int { return a.Records - b.Records })
		b.inOne = most.Apart
		q.Where = with(q.Where, b.d.Apart, most.Apart)
	}
	to := v.eventDate()
	points, err := v.Figures.Changes(v.r.Context(), v.who, q, time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), to)
	for err == nil && len(points) > 0 && points[0].Value == nil {
		points = points[1:]
	}
	if err != nil || len(points) == 0 {
		return err
	}
	marks := v.marks(beside, b.inOne)
	from := points[0].At
	for _, m := range marks {
		if m.At.Before(from) {
			from = m.At
		}
	}
	if newest := points[len(points)-1].At; !v.past() && to.Sub(newest) > newest.Sub(from) && newest.After(from) {
		// Long after the last event the line says nothing more.
		to = newest.Add(newest.Sub(from) / 2)
	}
	from = from.Add(-to.Sub(from)/40 - time.Hour)
	b.chart = chart.Step{
		ID: "course", Title: b.label, Desc: v.t("web.figure.course.desc", "from", v.day(from), "to", v.day(to)),
		From: from, To: to, At: v.eventDate(), Points: drawn(points), Marks: marks, Number: v.short, Date: v.axisDate,
	}.SVG()
	b.series = v.seriesTable(points)
	return nil
}

func (v *visit) axisDate(t time.Time) string {
	t = t.In(v.location())
	return v.shortMonth(t.Month()) + " " + t.Format("06")
}

func drawn(points []measure.Point) []chart.Point {
	all := make([]chart.Point, len(points))
	for i, p := range points {
		all[i] = chart.Point{At: p.At, Unknown: p.Value == nil}
		if p.Value != nil {
			all[i].Value = p.Value.Float()
		}
	}
	return all
}

func (v *visit) marks(beside []claim.Verdict, inOne string) []chart.Mark {
	var all []chart.Mark
	for i := range beside {
		x := &beside[i]
		said := amount(x)
		if said == nil || x.At.IsZero() || inOne != "" && apart(x) != inOne {
			continue
		}
		all = append(all, chart.Mark{
			At: x.At, Value: said.Float(), Shape: markShape(x.Verdict), Class: "mark-" + x.Verdict,
			Label: v.claimed(x) + " — " + v.t("web.verdict."+x.Verdict), Href: v.recordLink(x.Record.Key),
		})
	}
	return all
}

func (v *visit) seriesTable(points []measure.Point) *table {
	t := &table{caption: v.t("web.figure.series"), columns: []column{
		{id: "from", label: v.t("web.figure.from"), main: true}, {id: "value", label: v.t("web.figure.value"), number: true},
	}}
	// Of a long course the table has the last steps; the drawing has all, and the records
	// are listed with the figure.
	for _, p := range points[max(0, len(points)-stepsShown):] {
		value := cell{badge: "unknown", text: v.t("web.figure.unknown")}
		if p.Value != nil {
			value = cell{text: v.dec(p.Value.String())}
		}
		t.rows = append(t.rows, []cell{{text: v.day(p.At)}, value})
	}
	return t
}

func (v *visit) evidenceTable(list []record.Version) *table {
	t := &table{caption: v.t("web.figure.evidence"), empty: v.t("web.figure.noevidence"), columns: []column{
		{id: "title", label: v.t("web.record.record"), main: true},
		{id: "kind", label: v.t("web.record.kind")},
		{id: "at", label: v.t("web.record.when")},
		{id: "reported", label: v.t("web.record.reported")},
		{id: "source", label: v.t("web.record.source")},
		{id: "grade", label: v.t("web.record.grade")},
		{id: "ref", only: true},
	}}
	for i := range list {
		rec := &list[i]
		t.rows = append(t.rows, []cell{
			{text: v.title(rec), href: v.recordLink(rec.Key)},
			{text: v.kindLabel(rec.Kind), raw: rec.Kind},
			v.eventCell(rec.Text("at")),
			{text: v.day(rec.KnownFrom), raw: iso(rec.KnownFrom)},
			v.sourceCell(rec),
			{text: rec.Text(record.FieldGrade)},
			{raw: rec.Kind + "/" + rec.Ref},
		})
	}
	return t
}

func (v *visit) sourceCell(rec *record.Version) cell {
	ref := rec.Text(record.FieldSource)
	if ref == "" {
		return cell{}
	}
	return cell{text: v.source(ref), raw: ref, href: v.link(address(rec.Mission, "sources", ref))}
}

// evidence is the whole list behind a figure: as long as the figure says.
func (s *site) evidence(v *visit) (*page, error) {
	d, q, err := v.question()
	if err != nil {
		return nil, err
	}
	q.By, q.EvidenceLimit = nil, 1
	f, err := v.Figures.Figure(v.r.Context(), v.who, q)
	if err != nil {
		return nil, err
	}
	limit := 100
	if v.format == asCSV || v.format == asXLSX || v.format == asJSON {
		limit = 1000
	}
	list, err := v.Figures.Records(v.r.Context(), v.who, q, v.r.URL.Query().Get("after"), limit)
	if err != nil {
		return nil, err
	}
	t := v.evidenceTable(list.Versions)
	next := ""
	if list.Next != "" {
		next = v.here("after", list.Next)
	}
	return &page{
		title: v.t("web.evidence.title", "measure", v.in5(d.Label)), table: t, file: v.mission.ID + "-" + d.ID + "-evidence",
		crumbs: []crumb{{v.t("web.nav.figures"), v.in("figures")}, {v.in5(d.Label), v.in("figures", d.ID)}},
		body:   v.evidenceBody(d, v.scope(d, q), &f, t, next),
		data:   map[string]any{"measure": d.ID, "records": v.versions(list.Versions), "count": f.Records, "next": list.Next},
	}, nil
}
