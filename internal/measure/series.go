package measure

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
)

// Line is a figure over time, for one row of it.
type Line struct {
	By     map[string]string
	Apart  string
	Points []Point
}

// Point is the value at a time; nil where nothing is recorded yet.
type Point struct {
	At    time.Time
	Value *Amount
}

// maxPoints is how many points a series may have.
const maxPoints = 2000

// Series evaluates a figure at n times evenly spread from from to to, both
// included, all at the query's known date; its At is not used. n is 2 to 2000.
func (e *Engine) Series(ctx context.Context, who access.Actor, q Query, from, to time.Time, n int) ([]Line, error) {
	if n < 2 || n > maxPoints || !from.Before(to) {
		return nil, fail.New(fail.Invalid, "bad series", "from must be before to; 2 to 2000 points")
	}
	times := make([]time.Time, n)
	for i := range times {
		times[i] = from.Add(time.Duration(float64(to.Sub(from)) * float64(i) / float64(n-1)))
	}
	times[n-1] = to
	return e.At(ctx, who, q, times)
}

// Days evaluates a figure at the end of each day of the mission's zone from the
// day of from to the day of to, as [Engine.Series].
func (e *Engine) Days(ctx context.Context, who access.Actor, q Query, from, to time.Time) ([]Line, error) {
	m, err := e.Mission(q.Mission)
	if err != nil {
		return nil, err
	}
	y, mo, d := from.In(m.Zone).Date()
	var times []time.Time
	for i := 1; ; i++ {
		end := time.Date(y, mo, d+i, 0, 0, 0, 0, m.Zone).Add(-time.Second)
		times = append(times, end)
		if !end.Before(to) || len(times) == maxPoints {
			break
		}
	}
	return e.At(ctx, who, q, times)
}

// At evaluates a figure at each of the given times, which must ascend. The
// columns are scanned once.
func (e *Engine) At(ctx context.Context, who access.Actor, q Query, times []time.Time) ([]Line, error) {
	if len(times) == 0 {
		return nil, nil
	}
	if !slices.IsSortedFunc(times, time.Time.Compare) {
		return nil, fail.New(fail.Invalid, "the times of a series must ascend", "")
	}
	q.At = times[len(times)-1]
	p, err := e.plan(who, q)
	if err != nil {
		return nil, err
	}
	ends := make([]int64, len(times))
	for i, t := range times {
		ends[i] = second(p.released(t))
	}
	p.sight.large = nil // a step in a course would tell of one of a group
	c := &course{ends: ends, lines: map[string]*curve{}}
	if p.d.How == Latest {
		err = e.eachTime(ctx, p, c)
	} else {
		err = e.each(ctx, p, func(s *scan) { s.run(c) })
	}
	if err != nil {
		return nil, err
	}
	return c.told(p, times), nil
}

// eachTime asks a state at each time anew.
func (e *Engine) eachTime(ctx context.Context, p *plan, c *course) error {
	return e.each(ctx, p, func(s *scan) {
		for i, end := range c.ends {
			s.plan.end, c.now, c.fixed = end, i, true
			s.run(c)
		}
	})
}

// course is the sink of a series: what each group gains at each time.
type course struct {
	ends  []int64
	now   int  // the time being asked, when fixed
	fixed bool // hits hold at that time only
	lines map[string]*curve

	scan   *scan // whose keys cached holds
	cached map[uint64]*curve
}

type curve struct {
	by     []string
	apart  string
	gain   []Amount
	counts []int
}

func (c *course) guess(*scan, guess) {}

func (c *course) hit(s *scan, h hit) {
	at := c.now
	if !c.fixed {
		hi := s.t.hi[h.row]
		at = sort.Search(len(c.ends), func(i int) bool { return c.ends[i] >= hi })
	}
	line := c.line(s, h.key)
	line.gain[at] += h.amount
	line.counts[at]++
}

// line gives the curve of a group. Within one table its key is enough.
func (c *course) line(s *scan, key uint64) *curve {
	if c.scan != s {
		c.scan, c.cached = s, map[uint64]*curve{}
	}
	if line := c.cached[key]; line != nil {
		return line
	}
	by, apart := s.texts(key)
	text := apart + "\x00" + strings.Join(by, "\x00")
	line := c.lines[text]
	if line == nil {
		line = &curve{by, apart, make([]Amount, len(c.ends)), make([]int, len(c.ends))}
		c.lines[text] = line
	}
	c.cached[key] = line
	return line
}

func (c *course) told(p *plan, times []time.Time) []Line {
	var lines []Line
	for _, key := range slices.Sorted(maps.Keys(c.lines)) {
		curve := c.lines[key]
		line := Line{By: map[string]string{}, Apart: curve.apart, Points: make([]Point, len(times))}
		for i, name := range p.query.By {
			line.By[name] = curve.by[i]
		}
		var total Amount
		seen := 0
		for i, t := range times {
			if c.fixed {
				total, seen = 0, 0
			}
			total += curve.gain[i]
			seen += curve.counts[i]
			line.Points[i].At = t
			if seen > 0 {
				value := p.rounded(total)
				line.Points[i].Value = &value
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// Changes gives the total at from and at each second after it, up to to, at
// which it changes. Values of several currencies or units are an error
// ([fail.Invalid]): narrow the query first.
func (e *Engine) Changes(ctx context.Context, who access.Actor, q Query, from, to time.Time) ([]Point, error) {
	q.By, q.At, q.From = nil, to, time.Time{}
	p, err := e.plan(who, q)
	if err != nil {
		return nil, err
	}
	p.sight.large = nil
	m := &moments{from: second(from), to: second(to), seen: map[int64]struct{}{}, shown: p.shownFrom}
	if err := e.each(ctx, p, func(s *scan) { m.collect(s) }); err != nil {
		return nil, err
	}
	times := []time.Time{from}
	for _, ms := range slices.Sorted(maps.Keys(m.seen)) {
		times = append(times, time.UnixMilli(ms).UTC().Add(-time.Second))
	}
	if len(times) > maxPoints {
		times = append(times[:maxPoints-1], to)
	}
	slices.SortFunc(times, time.Time.Compare)
	lines, err := e.At(ctx, who, q, times)
	if err != nil {
		return nil, err
	}
	if len(lines) > 1 {
		return nil, fail.Newf(fail.Invalid, "narrow it to one "+p.d.Apart, "measure %s has more than one %s here", p.d.ID, p.d.Apart)
	}
	if len(lines) == 0 {
		return []Point{{At: from}}, nil
	}
	return slices.CompactFunc(lines[0].Points, same), nil
}

func same(a, b Point) bool {
	if a.Value == nil || b.Value == nil {
		return a.Value == b.Value
	}
	return cmp.Compare(*a.Value, *b.Value) == 0
}

// moments collects the ends of seconds in which something begins or ends to count.
type moments struct {
	from, to int64
	seen     map[int64]struct{}
	shown    func(end int64) int64
}

func (m *moments) collect(s *scan) {
	lo, hi := s.stretch()
	for row := range s.t.rows() {
		if !s.visible(row) {
			continue
		}
		if s.d.How == Level {
			m.add(s.t.hi[row])
			continue
		}
		m.add(lo[row] + 1)
		if hi != nil && hi[row] != never {
			m.add(hi[row])
			m.add(hi[row] + 1)
		}
		if s.d.within > 0 && lo[row] != never {
			m.add(lo[row] + s.d.within.Milliseconds() + 1)
		}
	}
}

// add keeps the end of the second that ends at or after t.
func (m *moments) add(t int64) {
	if t == never {
		return
	}
	end := m.shown((t + 999) / 1000 * 1000)
	if t > m.from && end <= m.to {
		m.seen[end] = struct{}{}
	}
}
