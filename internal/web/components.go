package web

import (
	"time"

	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/measure"
)

// componentRoutes are for who builds or judges the pages. A node that serves a
// mission has none of them.
func (s *site) componentRoutes() []route {
	if !s.Components {
		return nil
	}
	return []route{{"GET", "/components", door(), s.components}}
}

// components shows every part that pages are made of in every state, from the
// templates that the pages use. What stands in them is made up.
func (s *site) components(v *visit) (*page, error) {
	if len(s.Missions) > 0 { // the parts speak of a mission; any will do
		v.mission = &s.Missions[0]
	}
	return &page{title: v.t("web.components.title"), bare: true, body: v.componentsBody(v.samples())}, nil
}

// samples are made-up contents, one for each state that a part can be in.
type samples struct {
	past, last, now *visit
	table, empty    *table
	fields          []formField
	problems        []formProblem
	cards           []figureCard
	mandates        []*mandateClock
	steps           []stepView
	log             logView
	alarms          []alarm
	orders          []orderLine
	gates           []gateLine
	clocks          []clockLine
	facts           []fieldLine
	kin             []kinLine
	legs            []legLine
	conflict        conflictForm
	verdicts        []verdictFilter
	course, chart   string
	layers          []layer
	act             act
}

func (v *visit) samples() samples {
	day := time.Date(2025, 1, 5, 23, 59, 59, 0, v.location())
	past, last, now := *v, *v, *v
	past.when = dates{at: day, atText: "2025-01-05"}
	last.when = dates{at: day, atText: "2025-01-05", lastDay: true}
	now.when = dates{}
	s := samples{past: &past, last: &last, now: &now, table: sampleTable(), empty: &table{caption: "Nothing yet", empty: v.t("web.list.none")}}
	s.fields, s.problems = sampleFields()
	s.cards, s.mandates = sampleCards(day), sampleMandates(day)
	s.steps, s.log = sampleSteps(), sampleLog()
	s.alarms, s.gates, s.orders = sampleAlarms(), sampleGates(), sampleOrders()
	s.clocks = []clockLine{{v.t("web.clock.event"), "25 March 2025, 16:30", "2025-03-25 21:30 UTC", "251630RMAR25"}, {v.t("web.clock.reported"), "March 2025", "", ""}}
	s.facts = []fieldLine{{label: "Place", value: cell{text: "Market"}}, {label: "Status", value: cell{badge: "stale", text: "Open"}}, {label: "Source", value: cell{text: "A report", href: "#facts"}}}
	s.kin = []kinLine{
		{order: "1", relation: "Spouse", name: "Jina la Kubuni", language: "Swahili", phone: "+254 700 000000", tel: "tel:+254700000000", mayBeTold: true, told: "Told in person on 26 March 2025", href: "#kin"},
		{order: "2", relation: "Mother", name: "Mama wa Kubuni", mayBeTold: true, href: "#kin"},
		{order: "3", relation: "Brother", name: "Ndugu wa Kubuni", mayBeTold: true, protected: true, note: "Ask the cell first.", href: "#kin"},
		{order: "4", relation: "Friend", name: "Rafiki wa Kubuni", href: "#kin"},
	}
	s.legs = []legLine{{label: "To first care", took: "8 min", goal: "10 min"}, {label: "To surgery", took: "2 h 40 min", goal: "2 h", late: true}}
	s.conflict = conflictForm{field: "persons", label: "Persons", sides: []conflictSide{{value: cell{text: "12 persons"}, raw: "12", says: "headquarters", sourceLine: sourceLine{cell{text: "Radio"}, "B2"}}, {value: cell{text: "14 persons"}, raw: "14", says: "post 3"}}}
	for i, verdict := range verdicts() {
		s.verdicts = append(s.verdicts, verdictFilter{navItem{label: v.t("web.verdict." + verdict), href: "#verdicts", current: i == 1}, verdict, 3 * i})
	}
	s.course, s.chart, s.layers = sampleCourse(day), sampleMap(), sampleLayers()
	s.act = act{does: "Do it", to: "/components", primary: true}
	return s
}

func sampleTable() *table {
	return &table{
		caption: "A table of everything a cell can hold",
		columns: []column{{id: "what", label: "What", main: true}, {id: "value", label: "Value", number: true}, {id: "state", label: "State"}, {id: "note", label: "Note"}},
		rows: [][]cell{
			{{text: "A record", href: "#tables"}, {text: "1,016", bar: chart.Bar(3, 4)}, {badge: "live", text: "Stands"}, {text: "With a second line", note: "smaller, below"}},
			{{text: "A long name that needs more than one line where the page is narrow", href: "#tables"}, {text: "7"}, {badge: "unknown", text: "Not known"}, {}},
			{{text: "Struck", href: "#tables", struck: true}, {text: "12", struck: true}, {badge: "struck", text: "Struck"}, {text: "Sent twice", struck: true}},
		},
	}
}

func sampleFields() ([]formField, []formProblem) {
	choice := []option{{"IN", "Arrived"}, {"OUT", "Left"}}
	fields := []formField{
		{id: "c-text", name: "text", label: "Text", control: "input"},
		{id: "c-must", name: "must", label: "Must be filled in", control: "input", required: true, help: "What to write, in one line."},
		{id: "c-full", name: "full", label: "Filled in, with a unit", unit: "km", control: "input", mode: "numeric", value: "12"},
		{id: "c-bad", name: "bad", label: "Refused", control: "input", value: "a dozen", problem: "“a dozen” is not a number.", help: "Digits alone."},
		{id: "c-choice", name: "choice", label: "Choice", control: "select", options: choice, value: "IN"},
		{id: "c-choice-bad", name: "choice-bad", label: "Choice, refused", control: "select", options: choice, problem: "Choose one."},
		{id: "c-long", name: "long", label: "Longer text", control: "textarea", value: "Several lines of text."},
		{id: "c-long-bad", name: "long-bad", label: "Longer text, refused", control: "textarea", problem: "Say why."},
	}
	return fields, []formProblem{{"c-bad", "Refused", "“a dozen” is not a number.", "Write 12."}, {"", "", "Two fields contradict one another.", ""}}
}

func sampleCards(day time.Time) []figureCard {
	return []figureCard{
		{label: "Present", href: "#cards", unit: "persons", definition: 1, values: []string{"590"}, records: 8, parts: []part{{label: "One state", value: "400", known: true, amount: 400 * measure.One}, {label: "Another", value: "190", known: true, amount: 190 * measure.One}}},
		{label: "One value", href: "#cards", unit: "persons", definition: 2, values: []string{"3"}, records: 3},
		{label: "In two currencies", href: "#cards", definition: 1, values: []string{"USD 17,900,000", "EUR 250,000"}, records: 4},
		{label: "Not known", href: "#cards", definition: 1, why: "Nothing is recorded of this. That is not zero: it is not known."},
		{label: "Not current", href: "#cards", definition: 1, values: []string{"41"}, records: 1, stale: true, notes: []string{"Not current: the newest record is of " + day.Format("2 January 2006")}},
	}
}

func sampleMandates(day time.Time) []*mandateClock {
	ruler := func(id string, now time.Time) string {
		return chart.Stretch{ID: id, Title: "Mandate", From: day.AddDate(0, -3, 0), To: day.AddDate(0, 9, 0), Now: now}.SVG()
	}
	return []*mandateClock{
		{title: "An instrument in force", href: "#mandate", from: "2 October 2024", until: "2 October 2025", days: 270, svg: ruler("m-running", day)},
		{title: "An instrument that has ended", href: "#mandate", from: "2 October 2024", until: "2 October 2025", days: 49, ended: true, lastDay: "2025-10-01", svg: ruler("m-over", day.AddDate(1, 0, 0))},
		{title: "An instrument without an end", href: "#mandate", from: "2 October 2024", open: true},
	}
}

func sampleCourse(day time.Time) string {
	at := func(days int) time.Time { return day.AddDate(0, 0, days) }
	return chart.Step{
		ID: "sample-course", Title: "A course of values", From: at(-200), To: at(60), At: day,
		Points: []chart.Point{{At: at(-195), Value: 200}, {At: at(-170), Value: 400}, {At: at(-90), Unknown: true}, {At: at(-60), Value: 430}, {At: at(-2), Value: 590}},
		Marks: []chart.Mark{
			{At: at(-190), Value: 210, Shape: markShape("agrees"), Class: "mark-agrees", Label: "agrees", Href: "#course"},
			{At: at(-150), Value: 600, Shape: markShape("disagrees"), Class: "mark-disagrees", Label: "disagrees", Href: "#course"},
			{At: at(-40), Value: 440, Shape: markShape("rounded"), Class: "mark-rounded", Label: "rounded", Href: "#course"},
			{At: at(-20), Value: 300, Shape: markShape("incomparable"), Class: "mark-incomparable", Label: "not comparable", Href: "#course"},
		},
	}.SVG()
}
