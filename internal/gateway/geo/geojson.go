package geo

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/fail"
)

// maxNested bounds collections inside collections, which nobody has a use for.
const maxNested = 8

type jsonFeature struct {
	Type       string          `json:"type"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties map[string]any  `json:"properties"`
	ID         any             `json:"id"`
}

type jsonGeometry struct {
	Type        string            `json:"type"`
	Coordinates json.RawMessage   `json:"coordinates"`
	Geometries  []json.RawMessage `json:"geometries"`
}

type jsonCRS struct {
	Properties struct {
		Name string `json:"name"`
	} `json:"properties"`
}

// check refuses what is not in degrees, WGS 84.
func (c *jsonCRS) check() error {
	if c == nil || c.Properties.Name == "" {
		return nil
	}
	name := strings.ToUpper(c.Properties.Name)
	for _, known := range []string{"CRS84", "EPSG:4326", "EPSG::4326"} {
		if strings.HasSuffix(name, known) {
			return nil
		}
	}
	return otherReference(c.Properties.Name)
}

func otherReference(name string) error {
	return fail.Newf(fail.Invalid, "export it in WGS 84 (EPSG:4326): ogr2ogr -t_srs EPSG:4326 NEW OLD", "the file is in %s, not in degrees", name)
}

func parseCollection(raw []byte, c *count) ([]Feature, error) {
	var all struct {
		Type     string            `json:"type"`
		CRS      *jsonCRS          `json:"crs"`
		Features []json.RawMessage `json:"features"`
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read the GeoJSON", "RFC 7946 says how it is written")
	}
	if err := all.CRS.check(); err != nil {
		return nil, err
	}
	switch all.Type {
	case "FeatureCollection":
	case "Feature":
		all.Features = []json.RawMessage{raw}
	default:
		return nil, fail.Newf(fail.Invalid, "it is to be a FeatureCollection, a Feature or a Topology", "there are no features in this JSON: its type is %q", all.Type)
	}
	var out []Feature
	for i, one := range all.Features {
		if err := c.feature(); err != nil {
			return nil, err
		}
		var f jsonFeature
		if err := json.Unmarshal(one, &f); err != nil {
			return nil, fail.Wrap(fail.Invalid, err, "read feature "+strconv.Itoa(i+1), "RFC 7946 says how it is written")
		}
		feature := Feature{Row: i + 1, Properties: texts(f.Properties)}
		if id := text(f.ID); id != "" && feature.Properties["id"] == "" {
			feature.Properties["id"] = id
		}
		g, err := parseGeometry(f.Geometry, c, 0)
		if err != nil && fail.Is(err, fail.Invalid) {
			return nil, err // a limit
		}
		feature.Geometry = g
		if feature.Fault = g.fault(); err != nil {
			feature.Fault = "geometry"
		}
		out = append(out, feature)
	}
	return out, nil
}

var errGeometry = errors.New("not a geometry")

// parseGeometry reads a geometry; an error that is not [fail.Invalid] is a fault
// of this feature alone.
func parseGeometry(raw json.RawMessage, c *count, depth int) (g Geometry, err error) {
	if len(raw) == 0 || string(raw) == "null" || depth > maxNested {
		return g, errGeometry
	}
	var one jsonGeometry
	if err := json.Unmarshal(raw, &one); err != nil {
		return g, errGeometry
	}
	read := func(into any) { err = json.Unmarshal(one.Coordinates, into) }
	switch one.Type {
	case "Point":
		var p Point
		read(&p)
		g.Points = []Point{p}
	case "MultiPoint":
		read(&g.Points)
	case "LineString":
		var l Line
		read(&l)
		g.Lines = []Line{l}
	case "MultiLineString":
		read(&g.Lines)
	case "Polygon":
		var a []Line
		read(&a)
		g.Areas = [][]Line{a}
	case "MultiPolygon":
		read(&g.Areas)
	case "GeometryCollection":
		for _, part := range one.Geometries {
			more, err := parseGeometry(part, c, depth+1)
			if err != nil {
				return g, err
			}
			g.add(more)
		}
		return g, nil
	default:
		return g, errGeometry
	}
	if err != nil {
		return Geometry{}, errGeometry
	}
	n := len(g.Points)
	for _, l := range g.lines() {
		n += len(l)
	}
	return g, c.take(n)
}

// UnmarshalJSON reads [lon, lat] and leaves out a height.
func (p *Point) UnmarshalJSON(raw []byte) error {
	var n []float64
	if err := json.Unmarshal(raw, &n); err != nil {
		return err
	}
	if len(n) < 2 {
		return errGeometry
	}
	p.Lon, p.Lat = n[0], n[1]
	return nil
}

// texts are properties as text; lists and objects are left out.
func texts(all map[string]any) map[string]string {
	out := make(map[string]string, len(all))
	for name, value := range all {
		if t := text(value); t != "" {
			out[name] = t
		}
	}
	return out
}

func text(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		return strconv.FormatBool(v)
	default:
		return ""
	}
}
