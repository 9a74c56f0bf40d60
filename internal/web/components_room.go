package web

import "konbit.org/konbit/internal/chart"

func sampleSteps() []stepView {
	return []stepView{
		{number: 3, day: "23 September 2025, 09:00", group: "230900RSEP25", said: "The record was struck.", by: "cell", reason: "sent twice", state: "struck", asKnown: "#timeline"},
		{
			number: 2, day: "31 January 2025, 16:30", group: "311630RJAN25", said: "Corrected.", by: "personnel", state: "live", asKnown: "#timeline",
			changes:    []changeView{{"Persons", cell{text: "12"}, cell{text: "10"}}, {"Note", cell{text: "to be seen"}, cell{}}, {"Post", cell{}, cell{text: "Market post"}}, {"Status", cell{badge: "hold", text: "To come"}, cell{badge: "live", text: "Done"}}},
			sourceLine: sourceLine{cell{text: "A report", href: "#timeline"}, "B2"},
		},
		{number: 1, day: "5 January 2025, 10:00", group: "051000RJAN25", said: "Recorded.", by: "personnel", state: "live", asKnown: "#timeline"},
	}
}

func sampleLog() logView {
	return logView{said: "c-log-6", lines: []logLine{
		{number: "6", group: "031345RFEB25", clock: "13:45 (18:45Z)", talk: "HQ → LAMP 2", text: "The line that was just written.", ref: "c-log-6", href: "#log"},
		{number: "5", group: "031320RFEB25", clock: "13:20 (18:20Z)", late: true, entered: "written down 14:05 (19:05Z)", talk: "Market post → HQ", text: "Open, written down late.", action: "Asked support for fuel.", open: true, due: "15:00", ref: "c-log-5", href: "#log"},
		{number: "4", group: "030940RFEB25", clock: "09:40 (14:40Z)", talk: "LAMP 1 → HQ", text: "A line that belongs to something.", about: cell{text: "pat-f-0001", href: "#log"}, ref: "c-log-4", href: "#log", closed: true, closedBy: "duty, 10:15"},
		{number: "3", group: "030905RFEB25", clock: "09:05 (14:05Z)", text: "A line that was struck.", struck: true, strike: "Struck by duty at 09:20: sent twice.", ref: "c-log-3", href: "#log"},
	}}
}

func sampleAlarms() []alarm {
	return []alarm{
		{says: "Flash 12 is not acknowledged", href: "#alarms", note: "Overdue by 6 min", acts: []act{{does: "Acknowledge", to: "/components", primary: true}}},
		{says: "LAMP 2 has not called in", href: "#alarms", note: "Overdue by 41 min"},
	}
}

func sampleGates() []gateLine {
	return []gateLine{
		{class: "closed", state: "Shut", says: "Nobody outside the cell sees this casualty.", needs: []string{"Next of kin to be told: 2", "A named person who says so"}},
		{class: "hold", state: "Told, on hold", says: "Opens on 27 March 2025, 16:30."},
		{class: "open", state: "Open", says: "The family was told and the hold is over."},
	}
}

func sampleOrders() []orderLine {
	return []orderLine{
		{says: "MINIMISE is in force for everybody.", limit: "To be looked at by 18:00."},
		{says: "MINIMISE is in force for Market post.", limit: "It should have been looked at 40 min ago.", overdue: true},
	}
}

// sampleShapes are the colours that a kind can give its symbol; the shape is the
// kind's, too, so that no symbol is told by colour alone.
func sampleShapes() []struct{ colour, shape string } {
	return []struct{ colour, shape string }{
		{"own", "circle"}, {"host", "square"}, {"alarm", "triangle"}, {"civil", "diamond"}, {"money", "cross"}, {"neutral", "circle"},
	}
}

func sampleMap() string {
	m := chart.Map{ID: "sample-map", Title: "A plain map", Areas: []chart.Area{{Name: "An area", Rings: [][]chart.Position{{{Lat: 0, Lon: 0}, {Lat: 0, Lon: 3}, {Lat: 1.2, Lon: 3}, {Lat: 1, Lon: 0}, {Lat: 0, Lon: 0}}}}}}
	for i, s := range sampleShapes() {
		m.Symbols = append(m.Symbols, chart.Symbol{Position: chart.Position{Lat: .3 + .1*float64(i), Lon: .4 + .42*float64(i)}, Shape: s.shape, Class: "symbol-" + s.colour, Label: s.colour, Href: "#map"})
	}
	return m.SVG()
}

func sampleLayers() []layer {
	var all []layer
	for i, s := range sampleShapes() {
		all = append(all, layer{label: s.colour, href: "#map", mark: chart.Sign(s.shape, "symbol symbol-"+s.colour), count: i + 1, off: i == 5})
	}
	return all
}

// badgeSample is a badge with what it is for.
type badgeSample struct{ kind, text string }

func sampleBadges() []badgeSample {
	return []badgeSample{
		{"live", "stands"},
		{"agrees", "agrees"},
		{"rounded", "rounded"},
		{"disagrees", "disagrees"},
		{"incomparable", "not comparable"},
		{"unknown", "not known"},
		{"conflict", "two values"},
		{"stale", "not current"},
		{"alarm", "Overdue by 6 min"},
		{"struck", "struck"},
		{"withdrawn", "withdrawn"},
		{"open", "open"},
		{"hold", "to come"},
		{"closed", "shut"},
		{"sealed", "sealed"},
		{"erased", "erased"},
	}
}

// swatches are the colours of the tokens, in the order of docs/design.md.
func swatches() []string {
	return []string{"ink", "soft", "faint", "accent", "good", "near", "bad", "apart", "void", "warn"}
}
