package sitrep

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
)

// personnel is the strength by contingent at both ends of the period and by sex.
// Each column is a figure of its own and its total is that figure's.
func (c *composer) personnel(ctx context.Context) (s Section, err error) {
	s.Paragraphs = c.paragraphs("personnel")
	out, ok, err := c.figure(ctx, c.on("strength.present"))
	if err != nil || !ok {
		return s, err
	}
	s.Figures = []Figure{out}
	moved, err := c.figures(ctx, c.in("strength.arrived"))
	if err != nil {
		return s, err
	}
	for i := range moved {
		moved[i].Label = c.t("report.inperiod", "label", c.t("report.strength.arrived"))
	}
	s.Figures = append(s.Figures, moved...)
	t, err := c.strength(ctx)
	if err == nil && len(t.Rows) > 0 {
		s.Tables = []Table{t}
	}
	return s, err
}

// strength is the table by contingent: who was there, came and left, and is there.
func (c *composer) strength(ctx context.Context) (Table, error) {
	t := Table{Caption: c.t("report.strength"), Columns: []Column{{Label: c.t("report.by.contributor")}}, Total: []string{c.t("report.total")}}
	opening := c.on("strength.present", "contributor")
	opening.At = c.report.Period.From.Add(-time.Second)
	closing := c.on("strength.present", "contributor")
	women, men, neither := closing, closing, closing
	women.Where, men.Where = map[string][]string{"sex": {"F"}}, map[string][]string{"sex": {"M"}}
	neither.Where = map[string][]string{"sex": {measure.Unsaid}}
	cells := map[string][]string{}
	columns := []struct {
		label string
		measure.Query
	}{
		{"opening", opening},
		{"came", c.in("strength.came", "contributor")},
		{"left", c.in("strength.left", "contributor")},
		{"closing", closing},
		{"women", women},
		{"men", men},
		{"unsaid", neither},
	}
	for i, q := range columns {
		f, err := c.Figures.Figure(ctx, c.who, q.Query)
		if fail.Is(err, fail.Denied) || fail.Is(err, fail.NotFound) {
			return Table{}, nil
		}
		if err != nil {
			return Table{}, err
		}
		t.Columns = append(t.Columns, Column{c.t("report.strength." + q.label), true})
		if q.label == "closing" {
			t.Address = f.Address
		}
		for j := range f.Rows {
			name := c.Words.Country(c.lang, f.Rows[j].By["contributor"])
			if cells[name] == nil {
				cells[name] = make([]string, len(columns))
			}
			cells[name][i] = c.Words.Decimal(c.lang, f.Rows[j].Value.String())
		}
		total := c.blank(q.label)
		if f.Total != nil {
			total = c.Words.Decimal(c.lang, f.Total.String())
		}
		t.Total = append(t.Total, total)
	}
	for _, name := range slices.Sorted(maps.Keys(cells)) {
		row := []string{name}
		for i := range columns {
			row = append(row, cmp.Or(cells[name][i], c.blank(columns[i].label)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// blank is a cell that no record fills. Who is not in the record was not there; but
// where nobody said how many are women that is not zero, and what others may not see
// is not, either.
func (c *composer) blank(label string) string {
	if !c.for5.inside() || label == "women" || label == "men" {
		return "–"
	}
	return c.num(0)
}
