package chart

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Point is a figure's value from At on, until the next point.
type Point struct {
	At    time.Time
	Value float64
	// Unknown leaves a gap: a number that nobody reported is not zero.
	Unknown bool
}

// Mark stands beside the line: what somebody said the value was.
type Mark struct {
	At    time.Time
	Value float64
	Shape string // circle, square, triangle, diamond, cross
	Class string // of the style sheet
	Label string // shown when pointed at, and read aloud
	Href  string // may be empty
}

// Step is a step chart: values hold until something happens.
type Step struct {
	ID          string // unique in the page
	Title, Desc string
	Points      []Point // by time
	Marks       []Mark
	From, To    time.Time
	At          time.Time // the day looked at; zero draws none
	// Number and Date write the labels of the axes; nil writes plain ones.
	Number func(float64) string
	Date   func(time.Time) string
}

const (
	stepWidth, stepHeight                = 760.0, 270.0
	stepLeft, stepRight, stepTop, stepUp = 58.0, 14.0, 14.0, 30.0
)

// SVG draws the chart. With no known point it draws the empty axes.
func (s Step) SVG() string {
	s = s.filled()
	low, high, tick := s.scale()
	var d drawing
	d.open(frame{
		class: "chart chart-step", id: s.ID, width: stepWidth, height: stepHeight,
		links: slices.ContainsFunc(s.Marks, func(m Mark) bool { return m.Href != "" }),
	})
	d.name(s.ID, s.Title, s.Desc)
	y := func(v float64) float64 {
		return stepHeight - stepUp - (v-low)/(high-low)*(stepHeight-stepTop-stepUp)
	}
	for v := low; v <= high+tick/2; v += tick {
		class := "grid"
		if v == 0 {
			class = "axis"
		}
		d.line(class, stepLeft, y(v), stepWidth-stepRight, y(v))
		d.text("label", "end", stepLeft-8, y(v)+4, s.Number(v))
	}
	s.months(&d)
	for _, stretch := range s.stretches() {
		area, line := s.trace(stretch, y)
		d.path("area", area)
		d.path("line", line)
	}
	if !s.At.IsZero() && !s.At.Before(s.From) && !s.At.After(s.To) {
		d.line("now", s.x(s.At), stepTop, s.x(s.At), stepHeight-stepUp)
	}
	for _, m := range s.Marks {
		s.mark(&d, m, y)
	}
	return d.end()
}

func (s Step) mark(d *drawing, m Mark, y func(float64) float64) {
	if m.At.Before(s.From) || m.At.After(s.To) {
		return
	}
	d.link(m.Href, m.Label, "mark "+m.Class, symbol(m.Shape, s.x(m.At), y(m.Value), 5.5))
}

// filled sets what the caller left open.
func (s Step) filled() Step {
	if s.Number == nil {
		s.Number = func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	}
	if s.Date == nil {
		s.Date = func(t time.Time) string { return t.Format("2006-01") }
	}
	if s.From.IsZero() && len(s.Points) > 0 {
		s.From = s.Points[0].At
	}
	if s.To.IsZero() && len(s.Points) > 0 {
		s.To = s.Points[len(s.Points)-1].At
	}
	if !s.To.After(s.From) {
		s.To = s.From.Add(24 * time.Hour)
	}
	return s
}

func (s Step) x(t time.Time) float64 {
	part := float64(t.Sub(s.From)) / float64(s.To.Sub(s.From))
	return stepLeft + min(max(part, 0), 1)*(stepWidth-stepLeft-stepRight)
}

// scale gives round bounds and a round distance of the grid lines. Zero is
// always in the picture, so that a small change cannot look large.
func (s Step) scale() (low, high, tick float64) {
	for _, p := range s.Points {
		if !p.Unknown {
			low, high = min(low, p.Value), max(high, p.Value)
		}
	}
	for _, m := range s.Marks {
		low, high = min(low, m.Value), max(high, m.Value)
	}
	if high == low {
		high = low + 1
	}
	tick = round((high - low) / 4)
	return math.Floor(low/tick) * tick, math.Ceil(high/tick) * tick, tick
}

// round gives the next of 1, 2, 2.5, 5 times a power of ten.
func round(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 2, 2.5, 5} {
		if v <= step*power*(1+1e-9) {
			return step * power
		}
	}
	return 10 * power
}

// stretches are the runs of known points; each ends where the unknown begins.
func (s Step) stretches() [][]Point {
	var all [][]Point
	var run []Point
	for _, p := range s.Points {
		if !p.Unknown {
			run = append(run, p)
			continue
		}
		if len(run) > 0 {
			all = append(all, append(run, Point{At: p.At, Value: run[len(run)-1].Value}))
		}
		run = nil
	}
	if len(run) > 0 {
		all = append(all, append(run, Point{At: s.To, Value: run[len(run)-1].Value}))
	}
	return all
}

// trace draws one stretch. Changes that fall on one and the same spot of the paper
// are one stroke from the least to the most of them: a course may have thousands.
func (s Step) trace(run []Point, y func(float64) float64) (area, line string) {
	spot := func(t time.Time) string { return num(s.x(t)) }
	if len(run) > stepWidth {
		spot = func(t time.Time) string { return num(math.Round(s.x(t))) }
	}
	var b strings.Builder
	b.WriteString("M" + pair(s.x(run[0].At), y(run[0].Value)))
	value := run[0].Value
	for i := 1; i < len(run); {
		at := spot(run[i].At)
		low, high, end := value, value, value
		for ; i < len(run) && spot(run[i].At) == at; i++ {
			end = run[i].Value
			low, high = min(low, end), max(high, end)
		}
		if low == high && i < len(run) {
			continue // nothing changed there, and the line goes on
		}
		b.WriteString("H" + at)
		for _, to := range []float64{low, high} {
			if to != value && to != end {
				b.WriteString("V" + num(y(to)))
			}
		}
		if end != value || low != high {
			b.WriteString("V" + num(y(end)))
		}
		value = end
	}
	line = b.String()
	return line + "V" + num(y(0)) + "H" + num(s.x(run[0].At)) + "z", line
}

// months writes at most seven dates under the chart, at starts of months.
func (s Step) months(d *drawing) {
	span := s.To.Sub(s.From)
	step := 1
	for float64(span)/float64(30*24*time.Hour)/float64(step) > 7 {
		step++
	}
	at := time.Date(s.From.Year(), s.From.Month(), 1, 0, 0, 0, 0, s.From.Location())
	for ; !at.After(s.To); at = at.AddDate(0, step, 0) {
		if at.Before(s.From) {
			continue
		}
		x := s.x(at)
		if x > stepWidth-stepRight-24 {
			break
		}
		d.line("tick", x, stepHeight-stepUp, x, stepHeight-stepUp+4)
		d.text("label", "middle", x, stepHeight-stepUp+18, s.Date(at))
	}
}
