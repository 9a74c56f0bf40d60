package geo

import "slices"

// crossings are where the rings of an area cross a latitude, from west to east.
func crossings(area []Line, lat float64) (out []float64) {
	for _, ring := range area {
		ring = open(ring)
		for i, a := range ring {
			b := ring[(i+1)%len(ring)]
			if (a.Lat > lat) != (b.Lat > lat) {
				out = append(out, a.Lon+(b.Lon-a.Lon)*(lat-a.Lat)/(b.Lat-a.Lat))
			}
		}
	}
	slices.Sort(out)
	return out
}

// Holds reports whether a point lies in one of the areas.
func (g *Geometry) Holds(p Point) bool {
	for _, area := range g.Areas {
		n := 0
		for _, lon := range crossings(area, p.Lat) {
			if lon <= p.Lon {
				n++
			}
		}
		if n%2 == 1 {
			return true
		}
	}
	return false
}
