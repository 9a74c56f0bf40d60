package sitrep

import (
	"context"
	"slices"
	"strconv"

	"konbit.org/konbit/internal/record"
)

// part is how one section is made.
type part struct {
	id    string
	least int  // the rank of the lowest audience that it goes to, whatever its records say
	posts bool // the posts were asked for it: without their word it is not NIL
	fill  func(ctx context.Context) (Section, error)
}

// sections are those of the skeleton, in its order; see docs/formats/report.md.
func (c *composer) sections() []part {
	public, inside, higher := Public().rank(), Staff().rank(), Internal().rank()
	return []part{
		{"summary", public, false, c.said("summary")},
		{"situation", public, true, c.said("situation")},
		{"operations", inside, true, c.operations},
		{"incidents", public, true, c.incidents},
		{"seizures", public, true, c.seizures},
		{"personnel", public, false, c.personnel},
		{"casualties", public, true, c.casualties},
		{"logistics", inside, true, c.logistics},
		{"communications", inside, true, c.communications},
		{"training", public, false, c.training},
		{"outreach", public, true, c.outreach},
		{"conduct", public, true, c.said("conduct")},
		{"media", public, false, c.said("media")},
		{"plans", higher, true, c.plans},
		{"requests", public, true, c.said("requests")},
		{"corrigenda", public, false, c.corrections},
	}
}

// said is a section of what people wrote: the commander, and inside the mission
// what the posts sent.
func (c *composer) said(id string) func(context.Context) (Section, error) {
	return func(context.Context) (Section, error) { return Section{Paragraphs: c.paragraphs(id)}, nil }
}

// paragraphs are the commander's words that the audience may read, each with its
// mark, and inside the mission the parts of the posts.
func (c *composer) paragraphs(id string) (out []string) {
	for _, p := range portions(c.report.Text("words-" + id)) {
		least := p.rank()
		if p.mark == "" && c.report.Text("marking") == "public" {
			least = Public().rank()
		}
		if least > c.for5.rank() {
			continue
		}
		text := p.text
		if p.mark != "" {
			text = "(" + c.t("report.portion."+p.mark) + ") " + text
		}
		out = append(out, text)
	}
	if !c.for5.inside() || c.report.Period.Form != Daily {
		return out // a week is told by its days, and by the commander
	}
	for _, p := range c.inputs {
		for i := range p.Parts {
			v := &p.Parts[i]
			if v.Text("text") != "" && (sectionID(v.Text("section")) == id || v.Text("section") == "" && id == "situation") {
				out = append(out, p.Name+c.t("report.colon")+v.Text("text"))
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
