package sitrep

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/grid"
	"konbit.org/konbit/internal/record"
)

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
	flashes, err := c.flashes(ctx)
	if err != nil {
		return s, err
	}
	t := Table{Caption: c.t("report.section.incidents"), Columns: []Column{
		{Label: "#", Number: true}, {Label: c.t("report.dtg")}, {Label: c.t("report.place")}, {Label: c.label("incident", "category")},
	}}
	used := c.columnsUsed(list)
	for _, id := range used {
		t.Columns = append(t.Columns, Column{c.label("incident", id), true})
	}
	t.Columns = append(t.Columns, Column{Label: c.t("report.ref")})
	for i := range list {
		v := &list[i]
		row := []string{c.num(i + 1), c.group(v.Lo), c.placeOf(v), c.code("incident", "category", v.Text("category"))}
		for _, id := range used {
			row = append(row, c.whole(v.Text(id)))
		}
		t.Rows = append(t.Rows, append(row, v.Ref))
		t.Notes = append(t.Notes, c.about(v, flashes[v.Ref]))
	}
	t.Total = append([]string{"", "", "", c.t("report.total")}, c.sums(list, used)...)
	t.Total = append(t.Total, "")
	s.Tables, s.Plan = []Table{t}, c.plan(list)
	return s, nil
}

// sums are the totals of columns; at least so many where somebody did not say.
func (c *composer) sums(list []record.Version, used []string) (out []string) {
	for _, id := range used {
		sum, unsaid := 0, false
		for i := range list {
			n, err := strconv.Atoi(list[i].Text(id))
			sum, unsaid = sum+n, unsaid || err != nil
		}
		text := c.num(sum)
		if unsaid {
			text = c.t("report.atleast", "n", text)
		}
		out = append(out, text)
	}
	return out
}

// about is what stands below a row: what happened, and inside the mission where
// exactly and by which flash report it was told first.
func (c *composer) about(v *record.Version, flashes []string) string {
	parts := []string{v.Text("summary")}
	if c.for5.inside() {
		parts = append(parts, c.gridOf(v))
		for _, number := range flashes {
			parts = append(parts, c.t("report.flash", "number", number))
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// gridOf is the military grid of a record that has a position, to 100 metres.
func (c *composer) gridOf(v *record.Version) string {
	lat, err := strconv.ParseFloat(v.Text("lat"), 64)
	lon, err2 := strconv.ParseFloat(v.Text("lon"), 64)
	if err != nil || err2 != nil {
		return ""
	}
	text, err := grid.Format(lat, lon, 3)
	if err != nil {
		return ""
	}
	return grid.Spaced(text)
}

// flashes are the numbers of the flash reports of each incident, by its ref.
func (c *composer) flashes(ctx context.Context) (map[string][]string, error) {
	out := map[string][]string{}
	if !c.for5.inside() {
		return out, nil
	}
	p := c.report.Period
	list, err := c.all(ctx, c.who, record.Query{Mission: c.m.ID, Kind: "flash", From: p.From, To: p.To, Order: record.OldestFirst, AsOf: c.asOf})
	for i := range list {
		if ref := list[i].Text("incident"); ref != "" {
			out[ref] = append(out[ref], list[i].Text("series")+"/"+list[i].Text("number"))
		}
	}
	return out, err
}

// columnsUsed are the counts that any incident gives: of our own people and of all,
// also where they are zero; of others only where there were any.
func (c *composer) columnsUsed(list []record.Version) (out []string) {
	always := []string{"own-killed", "own-injured", "killed", "injured"}
	for _, id := range counted() {
		if slices.ContainsFunc(list, func(v record.Version) bool {
			text := v.Text(id)
			return text != "" && (text != "0" || slices.Contains(always, id))
		}) {
			out = append(out, id)
		}
	}
	return out
}

// placeOf is a place by name, with the code of its area.
func (c *composer) placeOf(v *record.Version) string {
	name, area := v.Text("place"), v.Text("department")
	if name != "" && area != "" && name != area {
		return name + ", " + area
	}
	return cmp.Or(name, area)
}
