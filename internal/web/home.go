package web

import (
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// home lists the missions of this node.
func (s *site) home(v *visit) (*page, error) {
	var cards []missionCard
	var data []map[string]any
	asked := v.when
	for i := range s.Missions {
		v.mission, v.when = &s.Missions[i], asked
		v.lastDay()
		card := missionCard{title: v.in5(v.mission.Title), summary: v.in5(v.mission.Summary), href: v.in(), day: v.day(v.eventDate())}
		for _, id := range v.shown(headline())[:min(3, len(v.shown(headline())))] {
			f, _, err := v.figureCard(id, nil)
			if err != nil {
				return nil, err
			}
			card.figures = append(card.figures, f)
		}
		clock, err := v.mandate()
		if err != nil {
			return nil, err
		}
		card.clock = clock
		cards = append(cards, card)
		data = append(data, map[string]any{"id": v.mission.ID, "title": v.mission.Title, "href": address(v.mission.ID)})
	}
	v.mission, v.when = nil, asked
	return &page{title: v.t("web.home.title"), body: v.homeBody(cards), data: map[string]any{"missions": data}}, nil
}

type missionCard struct {
	title, summary, href, day string
	figures                   []figureCard
	clock                     *mandateClock
}

// headline are the measures of a front page, in its order. A mission that does
// not define one goes without it.
func headline() []string {
	return []string{
		"strength.present", "strength.assigned", "mandate.ceiling",
		"casualties.deaths", "casualties.missing", "casualties.injured",
		"money.received", "cohort.graduated", "services.open",
	}
}

// shown are those of the measures that the mission has and the actor may see.
func (v *visit) shown(ids []string) []string {
	var have []string
	for _, id := range ids {
		if d, err := v.mission.Measures.Get(id); err == nil && (d.Public || v.may(access.Count, "")) {
			have = append(have, id)
		}
	}
	return have
}

// figureCard is a figure as the front page shows it.
type figureCard struct {
	id, label, href, unit string
	definition            int
	values                []string // one, or one a currency; none when unknown
	why                   string   // of the unknown
	records               int
	stale                 bool
	notes                 []string
	out                   []string // how it was let out to everybody
	parts                 []part
}

// part is a line of a breakdown.
type part struct {
	label, value string
	known        bool
	amount       measure.Amount
}

func (v *visit) ask(id string, by []string) measure.Query {
	return measure.Query{Mission: v.mission.ID, Measure: id, By: by, At: v.when.at, Known: v.when.known, EvidenceLimit: 1}
}

func (v *visit) figureCard(id string, by []string) (figureCard, measure.Figure, error) {
	d, err := v.mission.Measures.Get(id)
	if err != nil {
		return figureCard{}, measure.Figure{}, err
	}
	f, err := v.Figures.Figure(v.r.Context(), v.who, v.ask(id, by))
	if err != nil {
		return figureCard{}, measure.Figure{}, err
	}
	c := figureCard{id: id, label: v.in5(d.Label), href: v.in("figures", id), definition: d.Number, records: f.Records, unit: v.unit(d, &f)}
	c.values = v.values(&f)
	for _, n := range f.Notes {
		switch n.Code {
		case measure.NotCurrent:
			c.stale = true
			c.notes = append(c.notes, v.note(Note{"note." + n.Code, v.noteArgs(d, n.Args)}))
		case measure.PublishedWeekly, measure.PublishedRounded:
			c.out = append(c.out, v.note(Note{"note." + n.Code, v.noteArgs(d, n.Args)}))
		}
	}
	if len(c.values) == 0 {
		c.why = v.whyUnknown(&f)
	}
	if len(by) == 1 {
		for _, r := range f.Rows {
			c.parts = append(c.parts, part{label: v.dimension(d, by[0], r.By[by[0]]), value: v.dec(r.Value.String()), known: true, amount: r.Value})
		}
	}
	return c, f, nil
}

// values are the figure's totals as the reader's language writes them. An
// unknown figure has none: it is never zero.
func (v *visit) values(f *measure.Figure) []string {
	if len(f.Totals) > 0 {
		var all []string
		for _, t := range f.Totals {
			all = append(all, v.money(t.Value.String(), t.Apart))
		}
		return all
	}
	if f.Total == nil {
		return nil
	}
	return []string{v.dec(f.Total.String())}
}

func (v *visit) whyUnknown(f *measure.Figure) string {
	for _, n := range f.Notes {
		if n.Code == measure.NothingRecorded {
			return v.note(Note{"note." + n.Code, n.Args})
		}
	}
	for _, u := range f.Unknown {
		return v.unknown(u)
	}
	return v.t("web.figure.unknown.why")
}

// unknown says in words what could not be counted.
func (v *visit) unknown(u measure.Unknown) string {
	args := map[string]string{"record": v.nameOfRecord(u), "value": v.t("web.value.unstated"), "from": "", "until": ""}
	if u.Value != nil {
		args["value"] = u.Value.String()
	}
	if !u.From.IsZero() {
		args["from"] = v.day(u.From)
	}
	if !u.Until.IsZero() {
		args["until"] = v.day(u.Until.Add(-1))
	}
	return v.note(Note{"unknown." + u.Code, args})
}

// nameOfRecord is what the record is called that could not be counted, to who may read
// it, else its ref. A title of many words, as a summary is, names nothing here, and a
// file about a person is not opened to say a number.
func (v *visit) nameOfRecord(u measure.Unknown) string {
	const longest = 60
	k, ok := v.mission.Kinds.Get(u.Key.Kind)
	if !ok || slices.ContainsFunc(k.AllFields(), func(f kind.Field) bool { return f.Personal }) {
		return u.Record
	}
	rec, err := v.Reader.Record(v.r.Context(), v.who, u.Key, v.asOf())
	if err != nil {
		return u.Record
	}
	if title := v.title(&rec); len(title) <= longest {
		return title
	}
	return u.Record
}

// unit is a figure's unit in words; a currency already stands with the value.
func (v *visit) unit(d *measure.Definition, f *measure.Figure) string {
	key := "web.unit." + d.Unit
	if !v.Words.Has(key) {
		return ""
	}
	n := 2
	if f.Total != nil && *f.Total == measure.One {
		n = 1
	}
	return v.n(key, n)
}

// front is the page of a mission.
func (s *site) front(v *visit) (*page, error) {
	v.lastDay()
	f := frontPage{summary: v.in5(v.mission.Summary)}
	var err error
	if f.clock, err = v.mandate(); err != nil {
		return nil, err
	}
	data := map[string]any{"mission": v.mission.ID, "at": v.eventDate(), "known": v.knownDate()}
	var figures []any
	t := &table{columns: []column{{id: "measure", hxl: "#indicator+code"}, {id: "value", hxl: "#indicator+value", number: true}, {id: "currency", hxl: "#currency"}, {id: "records", number: true}, {id: "at", hxl: "#date+at"}, {id: "rounded", hxl: "#meta+rounded"}}}
	for _, id := range v.shown(headline()) {
		var by []string
		if len(f.cards) == 0 {
			by = v.mainBreakdown(id)
		}
		c, fig, err := v.figureCard(id, by)
		if err != nil {
			return nil, err
		}
		f.cards = append(f.cards, c)
		figures = append(figures, fig)
		t.rows = append(t.rows, totalRows(id, &fig)...)
	}
	data["figures"] = figures
	if f.clock != nil {
		data["mandate"] = map[string]any{"instrument": f.clock.ref, "title": f.clock.title, "last_day": f.clock.lastDay, "days": f.clock.days, "ended": f.clock.ended}
	}
	report, err := v.claimReport("")
	if err != nil {
		return nil, err
	}
	f.contradictions, f.contradictionCount = v.telling(&report, 4)
	f.changes, err = s.Changer.Changes(v.r.Context(), v.who, ChangeQuery{Mission: v.mission.ID, AsOf: v.asOf(), Corrections: true, Limit: 6})
	if err != nil {
		return nil, err
	}
	p := &page{title: v.in5(v.mission.Title), body: v.frontBody(f), data: data, table: t, file: v.mission.ID}
	if len(f.changes) > 0 {
		p.corrected = f.changes[0].KnownFrom
	}
	return p, nil
}

// totalRows are a figure's totals as rows for machines; an unknown one is empty.
func totalRows(id string, f *measure.Figure) [][]cell {
	records := cell{raw: number(f.Records)}
	at, rounded := cell{raw: f.At.Format(time.RFC3339)}, roundedCell(f)
	if len(f.Totals) == 0 {
		value := ""
		if f.Total != nil {
			value = f.Total.String()
		}
		return [][]cell{{{raw: id}, {raw: value}, {}, records, at, rounded}}
	}
	var rows [][]cell
	for _, t := range f.Totals {
		rows = append(rows, []cell{{raw: id}, {raw: t.Value.String()}, {raw: t.Apart}, {raw: number(t.Records)}, at, rounded})
	}
	return rows
}

// roundedCell tells machines to what a published figure is rounded.
func roundedCell(f *measure.Figure) cell {
	if f.Out.Round == 0 {
		return cell{raw: void}
	}
	return cell{raw: f.Out.Round.String()}
}

// mainBreakdown is by contributor where a measure has them.
func (v *visit) mainBreakdown(id string) []string {
	if d, err := v.mission.Measures.Get(id); err == nil {
		if _, ok := d.Dimensions["contributor"]; ok {
			return []string{"contributor"}
		}
	}
	return nil
}

type frontPage struct {
	summary            string
	clock              *mandateClock
	cards              []figureCard
	contradictions     []contradiction
	contradictionCount int
	changes            []record.Step
}
