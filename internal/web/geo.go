package web

import (
	"encoding/json"
	"io/fs"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/mission"
	"konbit.org/konbit/internal/record"
)

// fold takes accents and case off, for sorting names.
func fold(s string) string {
	t := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	out, _, err := transform.String(t, s)
	if err != nil {
		return strings.ToLower(s)
	}
	return strings.ToLower(out)
}

// position is where a record stands: its lat and lon, or its first point.
func position(rec *record.Version) (chart.Position, bool) {
	lat, lon := rec.Text("lat"), rec.Text("lon")
	if lat == "" || lon == "" {
		for _, val := range []string{rec.Text("point"), rec.Text("position")} {
			if a, b, ok := strings.Cut(val, ","); ok {
				lat, lon = a, b
			}
		}
	}
	y, errY := strconv.ParseFloat(lat, 64)
	x, errX := strconv.ParseFloat(lon, 64)
	return chart.Position{Lat: y, Lon: x}, errY == nil && errX == nil
}

// features are the records that have a place, as GeoJSON (RFC 7946).
func (v *visit) features(list []record.Version) any {
	features := []any{}
	for i := range list {
		at, ok := position(&list[i])
		if !ok {
			continue
		}
		properties := v.version(&list[i])
		properties["title"] = v.title(&list[i])
		features = append(features, map[string]any{
			"type": "Feature", "id": list[i].Kind + "/" + list[i].Ref,
			"geometry":   map[string]any{"type": "Point", "coordinates": []float64{at.Lon, at.Lat}},
			"properties": properties,
		})
	}
	return map[string]any{"type": "FeatureCollection", "features": features}
}

func (v *visit) symbol(k *kind.Kind, rec *record.Version, at chart.Position) chart.Symbol {
	return chart.Symbol{
		Position: at, Shape: k.Map.Shape, Class: "symbol-" + k.Map.Colour,
		Label: v.t("web.pair", "name", v.in5(k.Label), "value", v.title(rec)), Href: v.recordLink(rec.Key), Small: ground(k) == 1,
	}
}

// ground is 1 for a kind that is only there to find one's way by.
func ground(k *kind.Kind) int {
	if k.Map.Colour == "neutral" {
		return 1
	}
	return 0
}

// Outlines reads a mission's base map. Only outlines that somebody published are
// drawn; a mission without a map file has none.
func Outlines(m *mission.Mission) ([]chart.Area, error) {
	if m.Map == nil || m.Map.File == "" {
		return nil, nil
	}
	raw, err := fs.ReadFile(m.Folder(), m.Map.File)
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read the base map of "+m.ID, "mend map: in its mission.yaml")
	}
	all, err := parseOutlines(raw)
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read the base map of "+m.ID, "it must be a GeoJSON FeatureCollection whose polygons are as RFC 7946 says")
	}
	var areas []chart.Area
	for _, o := range all {
		if len(o.Rings) > 0 {
			o.Code = o.code
			areas = append(areas, o.Area)
		}
	}
	return areas, nil
}

// outlined is a feature of a file of outlines.
type outlined struct {
	chart.Area
	lines [][]chart.Position
	code  string // p-code
}

// parseOutlines reads areas and lines.
func parseOutlines(raw []byte) ([]outlined, error) {
	var all struct {
		Features []struct {
			Properties map[string]any `json:"properties"`
			Geometry   struct {
				Type        string          `json:"type"`
				Coordinates json.RawMessage `json:"coordinates"`
			} `json:"geometry"`
		} `json:"features"`
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	var out []outlined
	for _, f := range all.Features {
		var many [][][][]float64
		var lines [][][]float64
		var err error
		switch f.Geometry.Type {
		case "Polygon":
			many = make([][][][]float64, 1)
			err = json.Unmarshal(f.Geometry.Coordinates, &many[0])
		case "MultiPolygon":
			err = json.Unmarshal(f.Geometry.Coordinates, &many)
		case "MultiLineString":
			err = json.Unmarshal(f.Geometry.Coordinates, &lines)
		}
		if err != nil {
			return nil, err
		}
		one := outlined{}
		one.Name, _ = f.Properties["name"].(string)
		one.code, _ = f.Properties["p-code"].(string)
		for _, polygon := range many {
			one.Rings = append(one.Rings, ways(polygon)...)
		}
		one.lines = ways(lines)
		out = append(out, one)
	}
	return out, nil
}

// ways are positions as GeoJSON has them.
func ways(all [][][]float64) (out [][]chart.Position) {
	for _, l := range all {
		line := make([]chart.Position, 0, len(l))
		for _, p := range l {
			if len(p) >= 2 {
				line = append(line, chart.Position{Lat: p[1], Lon: p[0]})
			}
		}
		out = append(out, line)
	}
	return out
}
