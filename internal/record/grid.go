package record

import (
	"cmp"
	"math"
	"slices"
)

// grid counts what stands in a box, in cells that lie alike whatever the box: a
// map that is moved keeps its groups.
type grid struct {
	box           Box
	across, up    float64 // cells a degree
	west, south   int     // the first cell
	width, height int
	layers        int
	cells         []*cell // things, then ground
}

// cell is one square of a grid.
type cell struct {
	n        int
	lat, lon float64 // sums
	box      Box
	kinds    []uint32
	ground   bool
	x, y     int
	members  [fewTogether]member // the first of them
	versions []Version
}

// member is a record that was counted, by number; one that was read apart by how
// manieth it was, less than nothing.
type member struct {
	id    int32
	layer int32
}

// size is how large a cell is, in degrees.
type size struct{ across, up float64 }

// cellOf is the cell of a zoom. It is as high as it is wide on the map; how far
// north the box lies counts in steps, so that moving it a little changes nothing.
func cellOf(zoom int, boxes []Box) size {
	wide, middle := 0.0, 0.0
	for _, b := range boxes {
		wide = max(wide, b.East-b.West, b.North-b.South)
		middle = (b.North + b.South) / 2
	}
	across := 360 * groupWidth / (512 * math.Exp2(float64(min(max(zoom, 0), 22))))
	for wide/across > mostAcross {
		across *= 2
	}
	shrink := math.Round(16*math.Cos(middle*math.Pi/180)) / 16
	return size{across, across * max(shrink, 0.25)}
}

func newGrid(box Box, of size, layers int) grid {
	g := grid{box: box, across: 1 / of.across, up: 1 / of.up, layers: layers}
	g.west, g.south = floor(box.West*g.across), floor(box.South*g.up)
	g.width, g.height = floor(box.East*g.across)-g.west+1, floor(box.North*g.up)-g.south+1
	g.cells = make([]*cell, 2*g.width*g.height)
	return g
}

func floor(f float64) int { return int(math.Floor(f)) }

func (g *grid) holds(lat, lon float64) bool {
	return lat >= g.box.South && lat <= g.box.North && lon >= g.box.West && lon <= g.box.East
}

// count takes one record into its cell.
func (g *grid) count(lat, lon float64, layer int, ground bool, id int) {
	x, y := floor(lon*g.across)-g.west, floor(lat*g.up)-g.south
	at := y*g.width + x
	if ground {
		at += g.width * g.height
	}
	c := g.cells[at]
	if c == nil {
		c = &cell{kinds: make([]uint32, g.layers), ground: ground, box: Box{South: lat, North: lat, West: lon, East: lon}, x: g.west + x, y: g.south + y}
		g.cells[at] = c
	}
	if c.n < fewTogether {
		c.members[c.n] = member{int32(id), int32(layer)}
	}
	c.n++
	c.lat, c.lon = c.lat+lat, c.lon+lon
	c.kinds[layer]++
	c.box.take(Box{South: lat, North: lat, West: lon, East: lon})
}

func (b *Box) take(o Box) {
	b.South, b.North = min(b.South, o.South), max(b.North, o.North)
	b.West, b.East = min(b.West, o.West), max(b.East, o.East)
}

// filled are the cells in which something stands, ground first.
func (g *grid) filled() (out []*cell) {
	for _, c := range g.cells {
		if c != nil {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b *cell) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}

func rank(c *cell) int {
	if c.ground {
		return 0
	}
	return 1
}

// coarsen puts four cells into one.
func (g *grid) coarsen() {
	old := g.cells
	g.across, g.up = g.across/2, g.up/2
	west, south := g.west, g.south
	g.west, g.south = west>>1, south>>1
	g.width, g.height = ((west+g.width-1)>>1)-g.west+1, ((south+g.height-1)>>1)-g.south+1
	g.cells = make([]*cell, 2*g.width*g.height)
	for _, c := range old {
		if c == nil {
			continue
		}
		c.x, c.y = c.x>>1, c.y>>1
		at := (c.y-g.south)*g.width + c.x - g.west
		if c.ground {
			at += g.width * g.height
		}
		if g.cells[at] == nil {
			g.cells[at] = c
			continue
		}
		g.cells[at].merge(c)
	}
}

func (c *cell) merge(o *cell) {
	for i := 0; i < min(o.n, fewTogether) && c.n+i < fewTogether; i++ {
		c.members[c.n+i] = o.members[i]
	}
	c.n += o.n
	c.lat, c.lon = c.lat+o.lat, c.lon+o.lon
	for i, n := range o.kinds {
		c.kinds[i] += n
	}
	c.box.take(o.box)
}
