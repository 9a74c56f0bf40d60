package sitrep

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// part is how one section is made.
type part struct {
	id       string
	internal bool // goes to nobody outside the mission, whatever its records say
	posts    bool // the posts were asked for it: without their word it is not NIL
	fill     func(ctx context.Context) (Section, error)
}

// sections are those of the skeleton, in its order; see docs/formats/report.md.
func (c *composer) sections() []part {
	return []part{
		{"summary", false, false, c.said("summary")},
		{"situation", false, true, c.said("situation")},
		{"operations", true, true, c.operations},
		{"incidents", false, true, c.incidents},
		{"seizures", false, true, c.seizures},
		{"personnel", false, false, c.personnel},
		{"casualties", false, true, c.casualties},
		{"logistics", true, true, c.logistics},
		{"communications", true, true, c.communications},
		{"training", false, false, c.training},
		{"outreach", false, true, c.outreach},
		{"conduct", false, true, c.said("conduct")},
		{"media", false, false, c.said("media")},
		{"plans", true, true, c.plans},
		{"requests", true, true, c.said("requests")},
		{"corrigenda", false, false, c.corrigenda},
	}
}

// said is a section of what people wrote: the commander, and inside the mission
// what the posts sent.
func (c *composer) said(id string) func(context.Context) (Section, error) {
	return func(context.Context) (Section, error) { return Section{Paragraphs: c.paragraphs(id)}, nil }
}

func (c *composer) paragraphs(id string) (out []string) {
	if text := c.report.Text("words-" + id); text != "" && (c.for5.ID == "internal" || c.report.Text("marking") == "public") {
		out = append(out, text)
	}
	if c.for5.ID != "internal" || c.report.Period.Form != Daily {
		return out // a week is told by its days, and by the commander
	}
	for _, p := range c.inputs {
		for i := range p.Parts {
			v := &p.Parts[i]
			if v.Text("text") != "" && (sectionID(v.Text("section")) == id || v.Text("section") == "" && id == "situation") {
				out = append(out, p.Name+": "+v.Text("text"))
			}
		}
	}
	return out
}

func sectionID(code string) string {
	out := []byte(code)
	for i, b := range out {
		if 'A' <= b && b <= 'Z' {
			out[i] = b + 'a' - 'A'
		}
	}
	return string(out)
}

func (c *composer) operations(ctx context.Context) (s Section, err error) {
	s.Paragraphs = c.paragraphs("operations")
	s.Figures, err = c.figures(ctx, c.in("patrols.planned"), c.in("patrols.done"), c.in("patrols.cancelled"))
	return s, err
}

// counted are the columns of a table of incidents.
func counted() []string {
	return []string{"own-killed", "own-injured", "host-killed", "host-injured", "other-killed", "other-injured", "killed", "injured"}
}

// incidents are those that the figure of the period counts, each once.
func (c *composer) incidents(ctx context.Context) (s Section, err error) {
	s.Paragraphs = c.paragraphs("incidents")
	if s.Figures, err = c.figures(ctx, c.in("incidents.recorded"), c.in("incidents.killed")); err != nil {
		return s, err
	}
	list, err := c.evidence(ctx, c.in("incidents.recorded"))
	if err != nil || len(list) == 0 {
		return s, err
	}
	t := Table{Caption: c.t("report.section.incidents"), Columns: []Column{
		{Label: "#", Number: true}, {Label: c.t("report.dtg")}, {Label: c.t("report.place")}, {Label: c.label("incident", "category")}, {Label: c.label("incident", "summary")},
	}}
	used := c.columnsUsed(list)
	for _, id := range used {
		t.Columns = append(t.Columns, Column{c.label("incident", id), true})
	}
	t.Columns = append(t.Columns, Column{Label: c.t("report.ref")})
	sums := map[string]int{}
	unsaid := map[string]bool{}
	for i := range list {
		v := &list[i]
		row := []string{c.num(i + 1), c.group(v.Lo), c.placeOf(v), c.code("incident", "category", v.Text("category")), v.Text("summary")}
		for _, id := range used {
			n, err := strconv.Atoi(v.Text(id))
			if err != nil {
				unsaid[id] = true
			}
			sums[id] += n
			row = append(row, c.whole(v.Text(id)))
		}
		t.Rows = append(t.Rows, append(row, v.Ref))
	}
	t.Total = []string{"", "", "", "", c.t("report.total")}
	for _, id := range used {
		text := c.num(sums[id])
		if unsaid[id] {
			text = c.t("report.atleast", "n", text)
		}
		t.Total = append(t.Total, text)
	}
	t.Total = append(t.Total, "")
	s.Tables = []Table{t}
	return s, nil
}

// columnsUsed are the counts that any incident gives.
func (c *composer) columnsUsed(list []record.Version) (out []string) {
	for _, id := range counted() {
		if slices.ContainsFunc(list, func(v record.Version) bool { return v.Text(id) != "" }) {
			out = append(out, id)
		}
	}
	return out
}

func (c *composer) placeOf(v *record.Version) string {
	return cmp.Or(v.Text("place"), v.Text("department"))
}

func (c *composer) seizures(ctx context.Context) (s Section, err error) {
	s.Paragraphs = c.paragraphs("seizures")
	list, err := c.evidence(ctx, c.in("seizures.items"))
	if err != nil || len(list) == 0 {
		return s, err
	}
	if s.Figures, err = c.figures(ctx, c.in("seizures.items")); err != nil {
		return s, err
	}
	t := Table{Caption: c.t("report.section.seizures"), Columns: []Column{
		{Label: c.t("report.dtg")},
		{Label: c.label("seizure", "type")},
		{Label: c.label("seizure", "item")},
		{Label: c.label("seizure", "quantity"), Number: true},
		{Label: c.label("seizure", "unit")},
		{Label: c.label("seizure", "handed-to")},
		{Label: c.t("report.ref")},
	}}
	for i := range list {
		v := &list[i]
		t.Rows = append(t.Rows, []string{
			c.group(v.Lo), c.code("seizure", "type", v.Text("type")), v.Text("item"), c.whole(v.Text("quantity")),
			c.code("seizure", "unit", v.Text("unit")), v.Text("handed-to"), v.Ref,
		})
	}
	s.Tables = []Table{t}
	return s, nil
}

// personnel is the strength by contingent at the end of the period; its total is
// the figure's own.
func (c *composer) personnel(ctx context.Context) (s Section, err error) {
	s.Paragraphs = c.paragraphs("personnel")
	out, f, ok, err := c.figure(ctx, c.on("strength.present", "contributor"))
	if err != nil || !ok {
		return s, err
	}
	s.Figures = []Figure{out}
	if len(f.Rows) > 0 {
		s.Tables = []Table{c.byDimension(&f, "contributor", out.Label)}
	}
	moved, err := c.figures(ctx, c.in("strength.arrived"))
	s.Figures = append(s.Figures, moved...)
	return s, err
}

// byDimension is a table of a figure's rows with its total.
func (c *composer) byDimension(f *measure.Figure, dim, label string) Table {
	t := Table{Caption: label, Columns: []Column{{Label: c.t("report.by." + dim)}, {Label: label, Number: true}}, Address: f.Address}
	for i := range f.Rows {
		name := f.Rows[i].By[dim]
		if dim == "contributor" {
			name = c.Words.Country(c.lang, name)
		}
		t.Rows = append(t.Rows, []string{name, c.Words.Decimal(c.lang, f.Rows[i].Value.String())})
	}
	if f.Total != nil {
		t.Total = []string{c.t("report.total"), c.Words.Decimal(c.lang, f.Total.String())}
	}
	return t
}

// casualties are counts and nothing else: no report carries a name.
func (c *composer) casualties(ctx context.Context) (s Section, err error) {
	s.Figures, err = c.figures(ctx, c.in("casualties.deaths"), c.in("casualties.missing"), c.in("casualties.injured"))
	return s, err
}

func (c *composer) logistics(ctx context.Context) (s Section, err error) {
	s.Paragraphs = c.paragraphs("logistics")
	t, err := c.states(ctx, "vehicles", "type", "total", "operational")
	if err == nil && len(t.Rows) > 0 {
		s.Tables = []Table{t}
	}
	return s, err
}

func (c *composer) communications(ctx context.Context) (s Section, err error) {
	s.Paragraphs = c.paragraphs("communications")
	t, err := c.states(ctx, "signals", "means", "quantity", "working")
	if err == nil && len(t.Rows) > 0 {
		s.Tables = []Table{t}
	}
	return s, err
}

// states are the last words of each post on what it has, said in the period, with
// their sums.
func (c *composer) states(ctx context.Context, kindID, what, total, works string) (Table, error) {
	t := Table{Caption: c.kindLabel(kindID), Columns: []Column{
		{Label: c.label(kindID, "post")}, {Label: c.label(kindID, what)}, {Label: c.label(kindID, total), Number: true}, {Label: c.label(kindID, works), Number: true},
	}}
	p := c.report.Period
	list, err := c.all(ctx, c.who, record.Query{Mission: c.m.ID, Kind: kindID, From: p.From, To: p.To, AsOf: c.asOf})
	if err != nil {
		return t, err
	}
	seen := map[string]bool{}
	sumTotal, sumWorks := 0, 0
	slices.SortStableFunc(list, func(a, b record.Version) int { return b.Lo.Compare(a.Lo) })
	for i := range list {
		v := &list[i]
		key := v.Text("post") + "\x00" + v.Text(what)
		if seen[key] {
			continue
		}
		seen[key] = true
		n, _ := strconv.Atoi(v.Text(total))
		w, _ := strconv.Atoi(v.Text(works))
		sumTotal, sumWorks = sumTotal+n, sumWorks+w
		t.Rows = append(t.Rows, []string{c.postName(v.Text("post")), c.code(kindID, what, v.Text(what)), c.whole(v.Text(total)), c.whole(v.Text(works))})
	}
	slices.SortFunc(t.Rows, slices.Compare[[]string])
	t.Total = []string{c.t("report.total"), "", c.num(sumTotal), c.num(sumWorks)}
	return t, nil
}

func (c *composer) kindLabel(id string) string {
	if k, ok := c.m.Kinds.Get(id); ok {
		return k.Label.In(c.lang)
	}
	return id
}

func (c *composer) postName(ref string) string {
	for _, p := range c.inputs {
		if p.Post == ref {
			return p.Name
		}
	}
	return ref
}

func (c *composer) training(ctx context.Context) (s Section, err error) {
	s.Paragraphs = c.paragraphs("training")
	all, err := c.figures(ctx, c.in("cohort.enrolled"), c.in("cohort.graduated"))
	for _, f := range all {
		if f.Value != c.num(0) {
			s.Figures = append(s.Figures, f)
		}
	}
	return s, err
}

func (c *composer) outreach(ctx context.Context) (s Section, err error) {
	s.Paragraphs = c.paragraphs("outreach")
	all, err := c.figures(ctx, c.in("outreach.audience"))
	for _, f := range all {
		if f.Value != c.num(0) {
			s.Figures = append(s.Figures, f)
		}
	}
	return s, err
}

// plans are higher than the rest: they say where people will be.
func (c *composer) plans(ctx context.Context) (s Section, err error) {
	s.Marking = c.t("report.higher")
	s.Paragraphs = c.paragraphs("plans")
	to := c.report.Period.To
	list, err := c.all(ctx, c.who, record.Query{Mission: c.m.ID, Kind: "patrol", From: to, To: to.AddDate(0, 0, 2), AsOf: c.asOf, Order: record.OldestFirst})
	if err != nil || len(list) == 0 {
		return s, err
	}
	t := Table{Caption: c.t("report.planned"), Columns: []Column{{Label: c.t("report.dtg")}, {Label: c.label("patrol", "post")}, {Label: c.label("patrol", "type")}, {Label: c.label("patrol", "destination")}}}
	for i := range list {
		v := &list[i]
		t.Rows = append(t.Rows, []string{c.group(v.Lo), c.postName(v.Text("post")), c.code("patrol", "type", v.Text("type")), v.Text("destination")})
	}
	s.Tables = []Table{t}
	return s, nil
}

// corrigenda are the reports released in the period that correct earlier ones.
func (c *composer) corrigenda(ctx context.Context) (s Section, err error) {
	list, err := c.all(ctx, Internal().actor(c.m.ID), record.Query{Mission: c.m.ID, Kind: kindReport, Where: map[string][]string{"status": {Released}}, AsOf: c.asOf})
	if err != nil {
		return s, err
	}
	p := c.report.Period
	for i := range list {
		r := asReport(&list[i])
		at := r.Known()
		if r.Text("corrects") == "" || at.Before(p.From) || !at.Before(p.To) {
			continue
		}
		s.Paragraphs = append(s.Paragraphs, c.t("report.corrected", "number", r.Number(), "day", r.Text("day"), "what", r.Text("changes")))
	}
	return s, nil
}
