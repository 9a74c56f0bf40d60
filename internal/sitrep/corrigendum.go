package sitrep

import (
	"context"
	"maps"
	"strings"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// corrected is what this report corrects, as the same audience read it: the report
// itself, or the newest correction of it that was out before; nil where it corrects
// none.
func (c *composer) corrected(ctx context.Context) (*Document, error) {
	ref := c.report.Text("corrects")
	if ref == "" || ref == c.report.Ref {
		return nil, nil //nolint:nilnil // most reports correct none
	}
	who := Internal().actor(c.m.ID)
	last, err := c.Report(ctx, who, c.m.ID, ref)
	if fail.Is(err, fail.NotFound) {
		return nil, nil //nolint:nilnil // it was struck
	}
	if err != nil {
		return nil, err
	}
	others, err := c.Service.corrigenda(ctx, who, c.m.ID, ref)
	if err != nil {
		return nil, err
	}
	for i := range others {
		o := asReport(&others[i])
		if o.Text("status") == Released && o.Ref != c.report.Ref && (c.asOf.Known.IsZero() || o.Known().Before(c.asOf.Known)) {
			last = o
		}
	}
	was, err := c.composed(ctx, last)
	return &was, err
}

// composed is another report for the same audience, without what it corrects itself:
// its figures are what is asked of it.
func (c *composer) composed(ctx context.Context, r Report) (Document, error) {
	number := r.Number()
	r.Fields = maps.Clone(r.Fields)
	delete(r.Fields, "corrects")
	d, err := c.Compose(ctx, r, c.for5, c.lang)
	d.Number = number
	return d, err
}

// supersedes says what a corrigendum stands in place of, and each figure that it
// changes: as this audience read it before, and reads it here. What a figure says
// to others is not told.
func (c *composer) supersedes(d, was *Document) []Line {
	if was == nil {
		return nil
	}
	var parts []string
	for _, change := range differ(*was, *d) {
		parts = append(parts, change.Label+" "+orDash(change.Was)+" → "+change.Now)
	}
	if c.for5.inside() {
		parts = append(parts, lateParts(c.report.Text("changes"))...)
	}
	lines := []Line{{c.t("report.supersedes"), was.Number}}
	if len(parts) > 0 {
		lines = append(lines, Line{c.t("report.changes"), strings.Join(parts, "; ")})
	}
	return lines
}

// lateParts are the posts whose part came late, out of what was written down when
// the corrigendum was drafted.
func lateParts(changes string) (out []string) {
	for part := range strings.SplitSeq(changes, "; ") {
		if strings.HasPrefix(part, "+ ") {
			out = append(out, part)
		}
	}
	return out
}

// changedIn says what a corrigendum of the period changed, to those inside by the
// name of each measure; others are told that there is one.
func (c *composer) changedIn(changes string) string {
	if !c.for5.inside() {
		return ""
	}
	var out []string
	for part := range strings.SplitSeq(changes, "; ") {
		id, values, _ := strings.Cut(part, " ")
		if d, err := c.m.Measures.Get(id); err == nil {
			part = d.Label.In(c.lang) + " " + values
		}
		out = append(out, part)
	}
	return strings.Join(out, "; ")
}

// corrections are the reports released in the period that correct earlier ones.
func (c *composer) corrections(ctx context.Context) (s Section, err error) {
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
		text := c.t("report.corrected", "number", r.Number(), "day", r.Text("day"))
		if what := c.changedIn(r.Text("changes")); what != "" {
			text += c.t("report.colon") + what
		}
		s.Paragraphs = append(s.Paragraphs, text)
	}
	return s, nil
}
