package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
)

type figureCommand struct {
	ofMission
	Measure  string   `arg:"" help:"The measure, as konbit measures lists it."`
	By       []string `placeholder:"DIM" help:"Break it down by this dimension. Can be given again."`
	Where    []string `placeholder:"DIM=V" sep:"none" help:"Count only these: contributor=KEN, or contributor=KEN,JAM for any of them. Can be given again."`
	At       string   `placeholder:"T" help:"The event date. Without it: now."`
	Known    string   `placeholder:"T" help:"Leave out what the mission was told later. Without it: now."`
	Recorded string   `placeholder:"T" help:"Leave out what this node wrote later: the auditor's question."`
	From     string   `placeholder:"T" help:"Leave out what had happened by then: for the figures of a period."`
	In       string   `placeholder:"CUR" help:"Give the total in one currency as well, at dated rates that are themselves recorded."`
}

// Help is the definition of the command, with an example.
func (figureCommand) Help() string {
	return "The figure comes with its definition, both dates, what it rests on, and what is not known. " +
		"What cannot be decided is counted nowhere and listed.\n\n" +
		example("konbit figure strength.present --by contributor --at 2025-01-05", "konbit figure money.received --by donor --at 2024-04-30 --known 2024-05-01 --json")
}

// Run answers the question.
func (c figureCommand) Run(ctx context.Context, e *env) error {
	return e.read(ctx, c.Mission, func(s *session) error {
		q, err := c.query(s)
		if err != nil {
			return err
		}
		f, err := s.node.Figures.Figure(ctx, s.who, q)
		if err != nil {
			return err
		}
		if s.JSON {
			return s.json(f)
		}
		d, err := s.mission.Measures.Get(c.Measure)
		if err != nil {
			return err
		}
		s.tellFigure(d, &f)
		return nil
	})
}

func (c *figureCommand) query(s *session) (measure.Query, error) {
	a, err := s.dates(c.At, c.Known, c.Recorded)
	if err != nil {
		return measure.Query{}, err
	}
	from, err := instant("from", c.From, s.mission.Location())
	if err != nil {
		return measure.Query{}, err
	}
	where, err := c.conditions(s)
	return measure.Query{
		Mission: s.mission.ID, Measure: c.Measure, By: c.By, Where: where,
		From: from, At: a.at, Known: a.known, Recorded: a.recorded, In: strings.ToUpper(c.In),
	}, err
}

// conditions are those of the flags, with codes for names.
func (c *figureCommand) conditions(s *session) (map[string][]string, error) {
	where, err := conditions(c.Where)
	if err != nil {
		return nil, err
	}
	d, err := s.mission.Measures.Get(c.Measure)
	if err != nil {
		return nil, err
	}
	return d.Read(s.mission.Kinds, where)
}

// conditions reads DIM=V and DIM=V,W.
func conditions(list []string) (map[string][]string, error) {
	out := map[string][]string{}
	for _, text := range list {
		dim, values, ok := strings.Cut(text, "=")
		if !ok || dim == "" || values == "" {
			return nil, fail.Newf(fail.Invalid, "write --where contributor=KEN", "bad --where %q", text)
		}
		out[dim] = append(out[dim], strings.Split(values, ",")...)
	}
	return out, nil
}

// tellFigure writes a figure for people.
func (s *session) tellFigure(d *measure.Definition, f *measure.Figure) {
	s.say("%s  (%s, %s %d)", d.Label.In(s.Lang), d.ID, s.t("cli.definition"), f.Definition)
	s.say("%s\n", wrap(d.Text.In(s.Lang), 98, "  "))
	heads := []column{{head: s.t("cli.figure.at")}, {head: s.moment(f.At)}}
	rows := [][]string{{s.t("common.date.known"), s.moment(f.Known)}}
	if !f.From.IsZero() {
		rows = append(rows, []string{s.t("cli.figure.from"), s.moment(f.From)})
	}
	for _, dim := range slices.Sorted(maps.Keys(f.Where)) {
		rows = append(rows, []string{s.dimensionName(d, dim), strings.Join(f.Where[dim], ", ")})
	}
	plain(s.Stdout, append([][]string{{heads[0].head, heads[1].head}}, rows...))
	s.say("")
	s.rows(d, f)
	s.bullets(s.t("cli.figure.notes"), s.notes(d, f))
	s.bullets(s.t("cli.figure.unknown"), s.unknowns(f))
	s.say("\n%s", f.Address)
}

// rows writes the breakdown and what may be added up.
func (s *session) rows(d *measure.Definition, f *measure.Figure) {
	var columns []column
	for _, by := range f.By {
		columns = append(columns, column{head: s.dimensionName(d, by)})
	}
	if len(f.By) == 0 {
		columns = append(columns, column{})
	}
	columns = append(columns, column{s.t("cli.figure.value"), true}, column{s.unitOf(d), false}, column{s.t("cli.figure.records"), true})
	line := func(names []string, value measure.Amount, apart string, records int) []string {
		return append(names, s.dec(value.String()), apart, s.num(records))
	}
	var rows [][]string
	for _, r := range f.Rows {
		var names []string
		for _, by := range f.By {
			names = append(names, s.dimensionValue(d, by, r.By[by]))
		}
		if len(f.By) > 0 {
			rows = append(rows, line(names, r.Value, r.Apart, r.Records))
		}
	}
	blank := func(first string) []string {
		names := make([]string, max(1, len(f.By)))
		names[0] = first
		return names
	}
	var totals [][]string
	switch {
	case len(f.Totals) > 0:
		for _, t := range f.Totals {
			totals = append(totals, line(blank(s.t("cli.figure.total")), t.Value, t.Apart, t.Records))
		}
	case f.Total != nil:
		totals = append(totals, line(blank(s.t("cli.figure.total")), *f.Total, "", f.Records))
	default:
		totals = append(totals, append(blank(s.t("cli.figure.total")), s.t("common.unknown"), "", s.num(f.Records)))
	}
	if c := f.Converted; c != nil {
		totals = append(totals, line(blank(s.t("cli.figure.converted")), c.Value, c.Apart, c.Records))
	}
	table(s.Stdout, columns, rows, totals...)
}

func (s *session) notes(d *measure.Definition, f *measure.Figure) []string {
	var out []string
	for _, n := range f.Notes {
		args := maps.Clone(n.Args)
		if by := args["by"]; by != "" {
			args["by"], args["group"] = s.dimensionName(d, by), s.dimensionValue(d, by, args["group"])
		}
		out = append(out, s.remark("note."+n.Code, args))
	}
	return out
}

// shownUnknowns is how many things not known are told one by one.
const shownUnknowns = 10

func (s *session) unknowns(f *measure.Figure) []string {
	var out []string
	for _, u := range f.Unknown[:min(len(f.Unknown), shownUnknowns)] {
		args := map[string]string{"record": u.Record, "value": s.t("common.unknown"), "from": s.day(u.From), "until": s.day(u.Until.Add(-1))}
		if u.Value != nil {
			args["value"] = u.Value.String()
		}
		out = append(out, s.remark("unknown."+u.Code, args))
	}
	if more := f.Unknowns - len(out); more > 0 {
		out = append(out, s.t("cli.figure.more", "n", s.num(more)))
	}
	return out
}

func (s *session) day(t time.Time) string {
	if t.Year() < 2 {
		return ""
	}
	return s.node.Words.Date(s.Lang, t.In(s.mission.Location()))
}

// remark says a text of the catalogue with the numbers in it as the language
// writes them.
func (s *session) remark(key string, args map[string]string) string {
	written := make(map[string]string, len(args))
	for name, a := range args {
		written[name] = a
		if _, err := measure.ParseAmount(a); err == nil {
			written[name] = s.dec(a)
		}
	}
	if !s.node.Words.Has(key) {
		return fmt.Sprint(key, " ", args) // of a measure that a mission brought
	}
	return s.node.Words.Say(s.Lang, key, written)
}

// plain writes pairs in aligned columns.
func plain(w interface{ Write([]byte) (int, error) }, rows [][]string) {
	width := 0
	for _, r := range rows {
		width = max(width, len([]rune(r[0])))
	}
	for _, r := range rows {
		fmt.Fprintf(w, "%s%s  %s\n", r[0], strings.Repeat(" ", width-len([]rune(r[0]))), r[1])
	}
}
