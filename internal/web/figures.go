package web

import (
	"strings"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
)

// figures lists all measures with their value.
func (s *site) figures(v *visit) (*page, error) {
	t := &table{caption: v.t("web.figures.title"), columns: []column{
		{id: "label", label: v.t("web.figure.measure"), main: true},
		{id: "measure", label: v.t("web.figure.id"), hxl: "#indicator+code"},
		{id: "value", label: v.t("web.figure.value"), hxl: "#indicator+value", number: true},
		{id: "currency", hxl: "#currency", only: true},
		{id: "records", label: v.t("web.figure.records"), number: true},
		{id: "definition", label: v.t("web.figure.definition"), number: true, only: true},
		{id: "at", hxl: "#date+at", only: true},
		{id: "rounded", hxl: "#meta+rounded", only: true},
	}}
	var data []measure.Figure
	for _, d := range v.mission.Measures.All() {
		if len(v.shown([]string{d.ID})) == 0 {
			continue
		}
		f, err := v.Figures.Figure(v.r.Context(), v.who, v.ask(d.ID, nil))
		if err != nil {
			return nil, err
		}
		data = append(data, f)
		t.rows = append(t.rows, v.figureRows(d, &f)...)
	}
	return &page{
		title: v.t("web.figures.title"), body: v.figuresBody(t), table: t, file: v.mission.ID + "-figures",
		data: map[string]any{"mission": v.mission.ID, "at": v.eventDate(), "known": v.knownDate(), "figures": data},
	}, nil
}

func (v *visit) figureRows(d *measure.Definition, f *measure.Figure) [][]cell {
	head := []cell{{text: v.in5(d.Label), href: v.in("figures", d.ID)}, {text: d.ID}}
	tail := []cell{{text: v.num(f.Records), raw: number(f.Records)}, {raw: number(d.Number)}, {raw: f.At.Format(time.RFC3339)}, roundedCell(f)}
	row := func(value, currency cell) []cell {
		return append(append(append([]cell{}, head...), value, currency), tail...)
	}
	if len(f.Totals) > 0 {
		var rows [][]cell
		for _, x := range f.Totals {
			rows = append(rows, row(cell{text: v.money(x.Value.String(), x.Apart), raw: x.Value.String()}, cell{raw: x.Apart}))
		}
		return rows
	}
	if f.Total == nil {
		return [][]cell{row(cell{badge: "unknown", text: v.t("web.figure.unknown"), raw: void, note: v.whyUnknown(f)}, cell{})}
	}
	return [][]cell{row(cell{text: v.dec(f.Total.String()), raw: f.Total.String(), note: v.unit(d, f)}, cell{})}
}

// question reads which figure an address asks for.
func (v *visit) question() (*measure.Definition, measure.Query, error) {
	id := v.r.PathValue("measure")
	d, err := v.mission.Measures.Get(id)
	if err != nil || len(v.shown([]string{id})) == 0 {
		near := v.didYouMean(id, v.shown(v.mission.Measures.IDs()), func(near string) string { return address(v.mission.ID, "figures", near) })
		return nil, measure.Query{}, fail.New(fail.NotFound, v.t("web.error.measure", "id", id), near)
	}
	q := v.ask(id, nil)
	q.EvidenceLimit = 0
	query := v.r.URL.Query()
	for _, by := range query["by"] {
		for name := range strings.SplitSeq(by, ",") {
			if name != "" {
				q.By = append(q.By, name)
			}
		}
	}
	for _, where := range query["where"] {
		dim, values, ok := strings.Cut(where, "=")
		if !ok {
			return nil, q, fail.New(fail.Invalid, v.t("web.error.where", "text", where), "?where=contributor=KEN")
		}
		if q.Where == nil {
			q.Where = map[string][]string{}
		}
		q.Where[dim] = append(q.Where[dim], strings.Split(values, ",")...)
	}
	if q.Where, err = d.Read(v.mission.Kinds, q.Where); err != nil {
		return nil, q, err
	}
	if from := query.Get("from"); from != "" {
		if q.From, err = instant(from, v.location()); err != nil {
			return nil, q, err
		}
	}
	return d, q, nil
}
