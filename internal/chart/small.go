package chart

import "time"

// Bar is a bar of part/whole beside a number that is written out: it says
// nothing more than the number does, so it is hidden from screen readers.
func Bar(part, whole float64) string {
	width := 0.0
	if whole > 0 && part > 0 {
		width = max(min(part/whole, 1)*100, 1)
	}
	return `<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">` +
		`<rect class="bar-whole" width="100" height="8"/><rect class="bar-part" width="` + num(width) + `" height="8"/></svg>`
}

// Stretch is a time from From to To with the place of Now in it: a mandate's clock.
type Stretch struct {
	ID, Title, Desc string
	From, To, Now   time.Time
}

// SVG draws the stretch as a ruler with the months as ticks.
func (s Stretch) SVG() string {
	const width, height, base = 600.0, 26.0, 16.0
	var d drawing
	d.open(frame{class: "chart chart-stretch", id: s.ID, width: width, height: height})
	d.name(s.ID, s.Title, s.Desc)
	x := func(t time.Time) float64 {
		if !s.To.After(s.From) {
			return 0
		}
		return min(max(float64(t.Sub(s.From))/float64(s.To.Sub(s.From)), 0), 1)*(width-12) + 6
	}
	d.line("whole", x(s.From), base, x(s.To), base)
	d.line("gone", x(s.From), base, x(s.Now), base)
	at := time.Date(s.From.Year(), s.From.Month(), 1, 0, 0, 0, 0, s.From.Location())
	for n := 0; !at.After(s.To) && n < 60; n++ {
		if at.After(s.From) {
			d.line("tick", x(at), base-4, x(at), base+4)
		}
		at = at.AddDate(0, 1, 0)
	}
	d.path("hand", symbol("triangle", x(s.Now), base-9, -5))
	return d.end()
}

// Sign is one mark by itself, for a legend; the words stand beside it.
func Sign(shape, class string) string {
	return `<svg class="sign" viewBox="0 0 14 14" aria-hidden="true" focusable="false"><path class="` + esc(class) + `" d="` + symbol(shape, 7, 7, 5.5) + `"/></svg>`
}
