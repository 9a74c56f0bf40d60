package geo

import (
	"encoding/json"
	"strconv"

	"konbit.org/konbit/internal/fail"
)

type topology struct {
	CRS       *jsonCRS                   `json:"crs"`
	Transform *transform                 `json:"transform"`
	Arcs      [][]Point                  `json:"arcs"`
	Objects   map[string]json.RawMessage `json:"objects"`
}

type transform struct {
	Scale     [2]float64 `json:"scale"`
	Translate [2]float64 `json:"translate"`
}

func (t *transform) degrees(p Point) Point {
	if t == nil {
		return p
	}
	return Point{Lon: p.Lon*t.Scale[0] + t.Translate[0], Lat: p.Lat*t.Scale[1] + t.Translate[1]}
}

type topoGeometry struct {
	Type        string          `json:"type"`
	CRS         *jsonCRS        `json:"crs"`
	Arcs        json.RawMessage `json:"arcs"`
	Coordinates json.RawMessage `json:"coordinates"`
	Properties  map[string]any  `json:"properties"`
	ID          any             `json:"id"`
	Geometries  []topoGeometry  `json:"geometries"`
}

// parseTopology reads a Topology: lines that borders share, and which of them
// each area is made of. The features of all its objects are one list, in order of
// the objects' names.
func parseTopology(raw []byte, c *count) ([]Feature, error) {
	var t topology
	if err := json.Unmarshal(raw, &t); err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read the TopoJSON", "export it again, or as GeoJSON")
	}
	if err := t.CRS.check(); err != nil {
		return nil, err
	}
	for _, arc := range t.Arcs {
		if err := c.take(len(arc)); err != nil {
			return nil, err
		}
		if t.Transform == nil {
			continue
		}
		var at Point // with a transform each point is a step from the one before
		for i := range arc {
			at.Lon, at.Lat = at.Lon+arc[i].Lon, at.Lat+arc[i].Lat
			arc[i] = t.Transform.degrees(at)
		}
	}
	var out []Feature
	for _, name := range sorted(t.Objects) {
		var root topoGeometry
		if err := json.Unmarshal(t.Objects[name], &root); err != nil {
			return nil, fail.Wrap(fail.Invalid, err, "read object "+strconv.Quote(name)+" of the TopoJSON", "export it again, or as GeoJSON")
		}
		if err := root.CRS.check(); err != nil {
			return nil, err
		}
		all := []topoGeometry{root}
		if root.Type == "GeometryCollection" {
			all = root.Geometries
		}
		for i := range all {
			if err := c.feature(); err != nil {
				return nil, err
			}
			f := Feature{Row: len(out) + 1, Properties: texts(all[i].Properties)}
			if id := text(all[i].ID); id != "" && f.Properties["id"] == "" {
				f.Properties["id"] = id
			}
			g, err := t.geometry(&all[i], c, 0)
			if err != nil && fail.Is(err, fail.Invalid) {
				return nil, err
			}
			f.Geometry = g
			if f.Fault = g.fault(); err != nil {
				f.Fault = "geometry"
			}
			out = append(out, f)
		}
	}
	return out, nil
}

// geometry puts the arcs of one object together.
func (t *topology) geometry(one *topoGeometry, c *count, depth int) (g Geometry, err error) {
	if depth > maxNested {
		return g, errGeometry
	}
	arcs := func(into any) {
		if e := json.Unmarshal(one.Arcs, into); e != nil {
			err = errGeometry
		}
	}
	line := func(of []int) (l Line) {
		if err == nil {
			l, err = t.line(of, c)
		}
		return l
	}
	area := func(of [][]int) (a []Line) {
		for _, ring := range of {
			a = append(a, line(ring))
		}
		return a
	}
	switch one.Type {
	case "Point", "MultiPoint":
		g, err = parseGeometry(json.RawMessage(`{"type":"`+one.Type+`","coordinates":`+orNull(one.Coordinates)+`}`), c, 0)
		for i := range g.Points {
			g.Points[i] = t.Transform.degrees(g.Points[i])
		}
	case "LineString":
		var of []int
		arcs(&of)
		g.Lines = []Line{line(of)}
	case "MultiLineString":
		var of [][]int
		arcs(&of)
		g.Lines = area(of)
	case "Polygon":
		var of [][]int
		arcs(&of)
		g.Areas = [][]Line{area(of)}
	case "MultiPolygon":
		var of [][][]int
		arcs(&of)
		for _, a := range of {
			g.Areas = append(g.Areas, area(a))
		}
	case "GeometryCollection":
		for i := range one.Geometries {
			more, err := t.geometry(&one.Geometries[i], c, depth+1)
			if err != nil {
				return g, err
			}
			g.add(more)
		}
	default:
		return g, errGeometry
	}
	return g, err
}

func orNull(raw json.RawMessage) string {
	if len(raw) == 0 {
		return "null"
	}
	return string(raw)
}

// line joins arcs; a number below nothing is an arc turned round. The point where
// two meet stands once. Arcs may be used as often as the file likes, so what they
// add up to is counted.
func (t *topology) line(of []int, c *count) (out Line, err error) {
	for _, n := range of {
		back := n < 0
		if back {
			n = ^n
		}
		if n >= len(t.Arcs) {
			return nil, errGeometry
		}
		arc := t.Arcs[n]
		if err := c.take(len(arc)); err != nil {
			return nil, err
		}
		for i := range arc {
			p := arc[i]
			if back {
				p = arc[len(arc)-1-i]
			}
			if i == 0 && len(out) > 0 {
				continue
			}
			out = append(out, p)
		}
	}
	return out, nil
}
