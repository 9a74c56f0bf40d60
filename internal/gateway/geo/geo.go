package geo

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"os"
	"strings"

	"konbit.org/konbit/internal/fail"
)

// Point is a position in degrees.
type Point struct{ Lon, Lat float64 }

// Line is a way through points; a ring is one whose last point is its first.
type Line []Point

// Geometry is what a feature covers: any number of points, lines and areas, each
// area an outer ring and its holes.
type Geometry struct {
	Points []Point
	Lines  []Line
	Areas  [][]Line
}

// Feature is one thing of a file.
type Feature struct {
	Row        int // its place in the file, from 1
	Geometry   Geometry
	Properties map[string]string
	// Fault is why it cannot be used; "" for one that can.
	Fault string
}

// Limits are what a file may hold.
type Limits struct {
	Bytes    int64
	Features int
	Points   int
}

// Usual are the limits of an import.
func Usual() Limits { return Limits{Bytes: 128 << 20, Features: 200_000, Points: 5_000_000} }

// Read gives the features of a file. The format is told from what stands in it.
// The error is [fail.Invalid], with what to do.
func Read(ctx context.Context, name string, most Limits) ([]Feature, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fail.Wrap(fail.NotFound, err, "open "+name, "check the name of the file")
	}
	defer func() { _ = f.Close() }()
	var head [16]byte
	// A file may be shorter than the head of a GeoPackage: what is there is looked at.
	if n, _ := io.ReadFull(f, head[:]); n == 0 {
		return nil, fail.New(fail.Invalid, name+" is empty", "export it again")
	}
	info, errStat := f.Stat()
	if errStat != nil {
		return nil, fail.Wrap(fail.Invalid, errStat, "read "+name, "")
	}
	if info.Size() > most.Bytes {
		return nil, fail.Newf(fail.Invalid, "export fewer features, or simpler ones", "%s has %d MB; at most %d are read", name, info.Size()>>20, most.Bytes>>20)
	}
	if string(head[:]) == "SQLite format 3\x00" {
		return readPackage(ctx, name, most)
	}
	if _, errSeek := f.Seek(0, io.SeekStart); errSeek != nil {
		return nil, fail.Wrap(fail.Invalid, errSeek, "read "+name, "")
	}
	raw, err := io.ReadAll(io.LimitReader(f, most.Bytes))
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read "+name, "")
	}
	return Parse(raw, most)
}

// Parse gives the features of a GeoJSON or TopoJSON text.
func Parse(raw []byte, most Limits) ([]Feature, error) {
	raw = []byte(strings.TrimPrefix(string(raw), "\ufeff"))
	var what struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(raw, &what); err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read the JSON", "it is to be GeoJSON, TopoJSON or a GeoPackage; has it come whole?")
	}
	c := &count{most: most}
	if what.Type == "Topology" {
		return parseTopology(raw, c)
	}
	return parseCollection(raw, c)
}

// count holds a file to its limits while it is read.
type count struct {
	most             Limits
	features, points int
}

func (c *count) feature() error {
	if c.features++; c.features > c.most.Features {
		return fail.Newf(fail.Invalid, "import it in parts", "more than %d features", c.most.Features)
	}
	return nil
}

func (c *count) take(n int) error {
	if c.points += n; c.points > c.most.Points {
		return fail.Newf(fail.Invalid, "export it simplified, or in parts", "more than %d points", c.most.Points)
	}
	return nil
}

// fault says why a geometry cannot be used; "" for one that can.
func (g *Geometry) fault() string {
	found := len(g.Points) > 0
	bad := ""
	each := func(p Point) {
		if math.IsNaN(p.Lat) || math.IsNaN(p.Lon) || math.Abs(p.Lat) > 90 || math.Abs(p.Lon) > 180.0001 {
			bad = "degrees"
		}
	}
	for _, p := range g.Points {
		each(p)
	}
	for _, l := range g.lines() {
		found = found || len(l) > 1
		for _, p := range l {
			each(p)
		}
	}
	if !found {
		return "geometry"
	}
	return bad
}

// lines are all lines and rings.
func (g *Geometry) lines() []Line {
	all := append([]Line(nil), g.Lines...)
	for _, a := range g.Areas {
		all = append(all, a...)
	}
	return all
}

// IsPoint reports whether it is one point and nothing else.
func (g *Geometry) IsPoint() bool {
	return len(g.Points) == 1 && len(g.Lines) == 0 && len(g.Areas) == 0
}

func (g *Geometry) add(o Geometry) {
	g.Points, g.Lines, g.Areas = append(g.Points, o.Points...), append(g.Lines, o.Lines...), append(g.Areas, o.Areas...)
}
