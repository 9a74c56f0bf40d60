package geo

import (
	"math"
	"slices"
)

// shape is the outlines of a layer, cut where they part: a border that two areas
// share is one line, and so stays one when it is made simpler.
type shape struct {
	joints map[Point]bool
}

// newShape finds where outlines meet: a point with more than two neighbours, or
// the end of a line.
func newShape(all []Feature) *shape {
	type pair struct{ a, b Point }
	near := map[Point]pair{}
	s := &shape{joints: map[Point]bool{}}
	meet := func(at, a, b Point) {
		if less(b, a) {
			a, b = b, a
		}
		if old, seen := near[at]; seen && old != (pair{a, b}) {
			s.joints[at] = true
		}
		near[at] = pair{a, b}
	}
	for i := range all {
		for _, l := range all[i].Geometry.Lines {
			if len(l) > 1 {
				s.joints[l[0]], s.joints[l[len(l)-1]] = true, true
			}
			for j := 1; j+1 < len(l); j++ {
				meet(l[j], l[j-1], l[j+1])
			}
		}
		for _, area := range all[i].Geometry.Areas {
			for _, ring := range area {
				ring = open(ring)
				for j := range ring {
					meet(ring[j], ring[(j+len(ring)-1)%len(ring)], ring[(j+1)%len(ring)])
				}
			}
		}
	}
	return s
}

func less(a, b Point) bool { return a.Lon < b.Lon || a.Lon == b.Lon && a.Lat < b.Lat }

// open is a ring without its last point, which is its first.
func open(ring Line) Line {
	if len(ring) > 1 && ring[0] == ring[len(ring)-1] {
		return ring[:len(ring)-1]
	}
	return ring
}

// line makes a line simpler: what is left out is nowhere further than far from
// what stays, in degrees.
func (s *shape) line(l Line, far float64) Line {
	var out Line
	from := 0
	for i := 1; i < len(l); i++ {
		if i < len(l)-1 && !s.joints[l[i]] {
			continue
		}
		part := straight(l[from:i+1], far)
		if len(out) > 0 {
			part = part[1:]
		}
		out, from = append(out, part...), i
	}
	return out
}

// ring makes a ring simpler; nil where nothing is left of it. It begins at a
// joint, or at the point that would begin it whoever drew it.
func (s *shape) ring(ring Line, far float64) Line {
	ring = open(ring)
	if len(ring) < 3 {
		return nil
	}
	begin := slices.IndexFunc(ring, func(p Point) bool { return s.joints[p] })
	if begin < 0 {
		begin = 0
		for i := range ring {
			if less(ring[i], ring[begin]) {
				begin = i
			}
		}
	}
	turned := append(append(append(make(Line, 0, len(ring)+1), ring[begin:]...), ring[:begin]...), ring[begin])
	// One that meets no other is cut in two: a line whose ends are one point has
	// no direction to be near to.
	half := &shape{joints: s.joints}
	if !slices.ContainsFunc(turned[1:len(turned)-1], func(p Point) bool { return s.joints[p] }) {
		half = &shape{joints: map[Point]bool{turned[furthest(turned)]: true}}
	}
	if out := half.line(turned, far); len(out) >= 4 {
		return out
	}
	return nil
}

// furthest is the point of a ring that lies furthest from its first.
func furthest(l Line) int {
	best, at := -1.0, 0
	for i := range l {
		if d := math.Hypot(l[i].Lon-l[0].Lon, l[i].Lat-l[0].Lat); d > best {
			best, at = d, i
		}
	}
	return at
}

// straight is Douglas and Peucker's way, from whichever end comes first, so that
// both sides of a border become the same.
func straight(l Line, far float64) Line {
	if len(l) > 2 && less(l[len(l)-1], l[0]) {
		back := slices.Clone(l)
		slices.Reverse(back)
		out := straight(back, far)
		slices.Reverse(out)
		return out
	}
	keep := make([]bool, len(l))
	keep[0], keep[len(l)-1] = true, true
	stack := [][2]int{{0, len(l) - 1}} // no recursion: a line may have a million points
	for len(stack) > 0 {
		from, to := stack[len(stack)-1][0], stack[len(stack)-1][1]
		stack = stack[:len(stack)-1]
		worst, at := 0.0, 0
		for i := from + 1; i < to; i++ {
			if d := distance(l[i], l[from], l[to]); d > worst {
				worst, at = d, i
			}
		}
		if worst > far {
			keep[at] = true
			stack = append(stack, [2]int{from, at}, [2]int{at, to})
		}
	}
	var out Line
	for i, k := range keep {
		if k {
			out = append(out, l[i])
		}
	}
	return out
}

// distance of a point from a stretch, in degrees.
func distance(p, a, b Point) float64 {
	dx, dy := b.Lon-a.Lon, b.Lat-a.Lat
	if dx == 0 && dy == 0 {
		return math.Hypot(p.Lon-a.Lon, p.Lat-a.Lat)
	}
	t := min(1, max(0, ((p.Lon-a.Lon)*dx+(p.Lat-a.Lat)*dy)/(dx*dx+dy*dy)))
	return math.Hypot(p.Lon-a.Lon-t*dx, p.Lat-a.Lat-t*dy)
}
