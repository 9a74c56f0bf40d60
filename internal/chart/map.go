package chart

import (
	"math"
	"slices"
	"strings"
)

// Position is a place in degrees, WGS 84.
type Position struct{ Lat, Lon float64 }

// Area is an outline: its rings, outer and holes alike.
type Area struct {
	Name  string
	Code  string // p-code, where it is known
	Class string // of how it is filled; "" is plain land
	Value string // what is said of it, below its name
	Rings [][]Position
}

// Symbol is a thing on the map.
type Symbol struct {
	Position
	Shape string // circle, square, triangle, diamond, cross
	Class string
	Label string
	Href  string
	Mark  string // short text beside it
	Small bool   // a place to find one's way by, drawn below the others
}

// Map is a plain map in equirectangular projection, true to scale at its middle.
type Map struct {
	ID, Title, Desc string
	Areas           []Area
	Layers          []Layer // drawn over the areas, below what stands there
	Symbols         []Symbol
	Look            *Look // what part of it is drawn; nil for all
}

// Look is the part of a map around a place.
type Look struct {
	Middle Position
	High   float64 // degrees from south to north
}

// lookWide is how much wider than high a part is.
const lookWide = 1.4

// Layer is a set of outlines of one look.
type Layer struct {
	Name  string
	Areas [][]Position // rings
	Lines [][]Position
}

const mapWidth, mapMargin = 760.0, 10.0

// SVG draws the map; it is empty when there is nothing to draw.
func (m Map) SVG() string {
	place, height, ok := m.Layout(mapWidth-2*mapMargin, math.Inf(1))
	if !ok {
		return ""
	}
	height = min(height+2*mapMargin, 900)
	within := place
	place = func(p Position) (x, y float64) {
		x, y = within(p)
		return x + mapMargin, y + mapMargin
	}
	var d drawing
	d.open(frame{
		class: "chart chart-map", id: m.ID, width: mapWidth, height: height,
		links: slices.ContainsFunc(m.Symbols, func(s Symbol) bool { return s.Href != "" }),
	})
	d.name(m.ID, m.Title, m.Desc)
	for _, a := range m.Areas {
		d.WriteString(`<path class="` + esc(strings.TrimSpace("land "+a.Class)) + `" d="` + outline(a, place, 1) + `"><title>` + esc(strings.TrimSpace(a.Name+" "+a.Value)) + `</title></path>`)
	}
	for _, l := range m.Layers {
		d.WriteString(`<path class="layer" d="` + outline(Area{Rings: l.Areas}, place, 2.5) + wayThrough(l.Lines, place) + `"><title>` + esc(l.Name) + `</title></path>`)
	}
	for _, a := range m.Areas {
		if x, y, ok := middle(a, place); ok {
			d.text("area-name", "middle", x, y, a.Name)
			if a.Value != "" {
				d.text("area-value", "middle", x, y+15, a.Value)
			}
		}
	}
	slices.SortStableFunc(m.Symbols, func(a, b Symbol) int { return radius(a) - radius(b) })
	for _, s := range m.Symbols {
		x, y := place(s.Position)
		d.link(s.Href, s.Label, "symbol "+s.Class, symbol(s.Shape, x, y, float64(radius(s))))
		if s.Mark != "" {
			d.text("symbol-mark", "start", x+10, y+5, s.Mark)
		}
	}
	return d.end()
}

// Layout says where positions stand in a picture so wide, or narrower where it would
// be higher than highest, and how high it is. ok is false where nothing is to draw.
func (m Map) Layout(width, highest float64) (place func(Position) (x, y float64), height float64, ok bool) {
	south, north, west, east := m.bounds()
	if south > north {
		return nil, 0, false
	}
	shrink := math.Cos((south + north) / 2 * math.Pi / 180)
	scale := width / max((east-west)*shrink, 0.01)
	if north > south {
		scale = min(scale, highest/(north-south))
	}
	return func(p Position) (x, y float64) {
		return (p.Lon - west) * shrink * scale, (north - p.Lat) * scale
	}, (north - south) * scale, true
}

// Height is how many degrees the map reaches from south to north.
func (m Map) Height() float64 {
	south, north, _, _ := m.bounds()
	return max(0, north-south)
}

func radius(s Symbol) int {
	if s.Small {
		return 3
	}
	return 7
}

// middle is the middle of an area's largest ring, where its name stands; false
// for one too small to hold it.
func middle(a Area, place func(Position) (float64, float64)) (x, y float64, ok bool) {
	best := 0.0
	for _, ring := range a.Rings {
		var sum, sx, sy float64
		for i, p := range ring {
			x1, y1 := place(p)
			x2, y2 := place(ring[(i+1)%len(ring)])
			cross := x1*y2 - x2*y1
			sum, sx, sy = sum+cross, sx+(x1+x2)*cross, sy+(y1+y2)*cross
		}
		if math.Abs(sum) > best {
			best, x, y = math.Abs(sum), sx/(3*sum), sy/(3*sum)
		}
	}
	return x, y, best > 4000
}

// outline leaves out points nearer than step units to the one before: they cannot
// be seen, and cost bytes on a thin link.
func outline(a Area, place func(Position) (float64, float64), step float64) string {
	var b strings.Builder
	for _, ring := range a.Rings {
		lastX, lastY := math.Inf(1), math.Inf(1)
		drawn := 0
		for _, p := range ring {
			x, y := place(p)
			if math.Abs(x-lastX) < step && math.Abs(y-lastY) < step {
				continue
			}
			if drawn == 0 {
				b.WriteString("M")
			} else {
				b.WriteString("L")
			}
			b.WriteString(pair(x, y))
			lastX, lastY = x, y
			drawn++
		}
		if drawn > 0 {
			b.WriteString("z")
		}
	}
	return b.String()
}

// wayThrough is a line that is not closed.
func wayThrough(lines [][]Position, place func(Position) (float64, float64)) string {
	var b strings.Builder
	for _, l := range lines {
		for _, part := range strings.SplitAfter(outline(Area{Rings: [][]Position{l}}, place, 2.5), "z") {
			b.WriteString(strings.TrimSuffix(part, "z"))
		}
	}
	return b.String()
}

func (m Map) bounds() (south, north, west, east float64) {
	if l := m.Look; l != nil {
		wide := l.High * lookWide / max(0.01, math.Cos(l.Middle.Lat*math.Pi/180))
		return l.Middle.Lat - l.High/2, l.Middle.Lat + l.High/2, l.Middle.Lon - wide/2, l.Middle.Lon + wide/2
	}
	south, west = math.Inf(1), math.Inf(1)
	north, east = math.Inf(-1), math.Inf(-1)
	take := func(p Position) {
		south, north = min(south, p.Lat), max(north, p.Lat)
		west, east = min(west, p.Lon), max(east, p.Lon)
	}
	for _, a := range m.Areas {
		for _, ring := range a.Rings {
			for _, p := range ring {
				take(p)
			}
		}
	}
	if len(m.Areas) == 0 {
		for _, l := range m.Layers {
			for _, ring := range slices.Concat(l.Areas, l.Lines) {
				for _, p := range ring {
					take(p)
				}
			}
		}
	}
	if south <= north {
		return south, north, west, east
	}
	for _, s := range m.Symbols {
		take(s.Position)
	}
	if south <= north {
		south, north, west, east = south-0.2, north+0.2, west-0.2, east+0.2
	}
	return south, north, west, east
}
