package geo

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"

	"konbit.org/konbit/internal/fail"
)

// Drawn is a layer as it is kept and sent: GeoJSON, small enough for a thin link.
type Drawn struct {
	JSON     []byte
	Features int
	Points   int
	// Far is how far, in metres, an outline may lie from where it was.
	Far int
}

// Layer limits: what one layer costs a reader on a thin link, before it is packed.
const (
	maxLayer    = 250_000
	maxFeatures = 5_000
	finest      = 0.0002 // degrees; 20 metres
	coarsest    = 0.05   // 5 kilometres: behind it an outline says nothing
)

// Draw makes the lines and areas of features into a layer: simpler until it is
// small. tell gives what is said of a feature beside its outline.
func Draw(all []Feature, tell func(*Feature) map[string]string) (Drawn, error) {
	if len(all) > maxFeatures {
		return Drawn{}, fail.Newf(fail.Invalid, "import it in parts, each as a layer of its own", "%d outlines; one layer has at most %d", len(all), maxFeatures)
	}
	s := newShape(all)
	for far := finest; far <= coarsest; far *= 1.5 {
		d, err := s.draw(all, far, tell)
		if err != nil {
			return d, err
		}
		if len(d.JSON) <= maxLayer {
			if d.Points == 0 {
				return d, fail.New(fail.Invalid, "nothing is left of the outlines: they are too small to be drawn", "import them as points")
			}
			return d, nil
		}
	}
	return Drawn{}, fail.Newf(fail.Invalid, "import it in parts, each as a layer of its own", "the layer stays larger than %d kB, however simple", maxLayer/1000)
}

func (s *shape) draw(all []Feature, far float64, tell func(*Feature) map[string]string) (Drawn, error) {
	d := Drawn{Far: int(math.Round(far * 111_320))}
	var b bytes.Buffer
	b.WriteString(`{"type":"FeatureCollection","features":[`)
	for i := range all {
		if all[i].Fault != "" {
			continue
		}
		g := s.simpler(&all[i].Geometry, far)
		kind, shape := g.coordinates(&d)
		if kind == "" {
			continue
		}
		said, err := json.Marshal(tell(&all[i]))
		if err != nil {
			return d, err
		}
		if d.Features++; d.Features > 1 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + `{"type":"Feature","properties":`)
		b.Write(said)
		b.WriteString(`,"geometry":{"type":"` + kind + `","coordinates":`)
		b.Write(shape)
		b.WriteString("}}")
	}
	b.WriteString("]}\n")
	d.JSON = b.Bytes()
	return d, nil
}

func (s *shape) simpler(g *Geometry, far float64) (out Geometry) {
	for _, l := range g.Lines {
		if l = s.line(l, far); len(l) > 1 {
			out.Lines = append(out.Lines, l)
		}
	}
	for _, area := range g.Areas {
		var rings []Line
		for i, ring := range area {
			if ring = s.ring(ring, far); ring != nil {
				rings = append(rings, ring)
			} else if i == 0 {
				break // without its outer ring there is nothing for a hole to be in
			}
		}
		if rings != nil {
			out.Areas = append(out.Areas, rings)
		}
	}
	return out
}

// coordinates writes what is there, areas before lines.
func (g *Geometry) coordinates(d *Drawn) (kind string, out []byte) {
	line := func(l Line) {
		out = append(out, '[')
		for i, p := range l {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendDegrees(append(out, '['), p.Lon)
			out = append(appendDegrees(append(out, ','), p.Lat), ']')
		}
		out = append(out, ']')
		d.Points += len(l)
	}
	lines := func(all []Line) {
		out = append(out, '[')
		for i, l := range all {
			if i > 0 {
				out = append(out, ',')
			}
			line(l)
		}
		out = append(out, ']')
	}
	switch {
	case len(g.Areas) == 1:
		lines(g.Areas[0])
		return "Polygon", out
	case len(g.Areas) > 1:
		out = append(out, '[')
		for i, a := range g.Areas {
			if i > 0 {
				out = append(out, ',')
			}
			lines(a)
		}
		return "MultiPolygon", append(out, ']')
	case len(g.Lines) > 0:
		lines(g.Lines)
		return "MultiLineString", out
	}
	return "", nil
}

// appendDegrees keeps four decimals: eleven metres, finer than any layer is drawn.
func appendDegrees(out []byte, f float64) []byte {
	return strconv.AppendFloat(out, math.Round(f*1e4)/1e4, 'f', -1, 64)
}

// Inside is a point that lies in the geometry: of an area the middle of the widest
// stretch at half its height, of lines and points the middle one.
func (g *Geometry) Inside() (Point, bool) {
	best, at := -1.0, Point{}
	for _, area := range g.Areas {
		if p, wide := inArea(area); wide > best {
			best, at = wide, p
		}
	}
	switch {
	case best >= 0:
		return at, true
	case len(g.Lines) > 0 && len(g.Lines[0]) > 0:
		return g.Lines[0][len(g.Lines[0])/2], true
	case len(g.Points) > 0:
		return g.Points[len(g.Points)/2], true
	}
	return at, false
}

// inArea looks along a few latitudes for the widest stretch inside.
func inArea(area []Line) (at Point, wide float64) {
	wide = -1
	if len(area) == 0 || len(area[0]) < 3 {
		return at, wide
	}
	south, north := area[0][0].Lat, area[0][0].Lat
	for _, p := range area[0] {
		south, north = min(south, p.Lat), max(north, p.Lat)
	}
	for _, part := range []float64{0.5, 0.4, 0.6, 0.3, 0.7} {
		lat := south + (north-south)*part
		cuts := crossings(area, lat)
		for i := 0; i+1 < len(cuts); i += 2 {
			if w := cuts[i+1] - cuts[i]; w > wide {
				wide, at = w, Point{Lon: (cuts[i] + cuts[i+1]) / 2, Lat: lat}
			}
		}
	}
	return at, wide
}
