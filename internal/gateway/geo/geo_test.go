package geo_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/geo"
)

const twoAreas = `{"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"NAME":"West","code":"XX01","n":3,"list":[1]},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1.05,0.5],[1,1],[0,1],[0,0]]]}},
 {"type":"Feature","properties":{"NAME":"East"},"geometry":{"type":"MultiPolygon","coordinates":[[[[1,0],[2,0,7],[2,1],[1,1],[1.05,0.5],[1,0]]]]}},
 {"type":"Feature","properties":{"NAME":"Town"},"geometry":{"type":"Point","coordinates":[0.5,0.5]}},
 {"type":"Feature","properties":{"NAME":"Nowhere"},"geometry":null},
 {"type":"Feature","properties":{"NAME":"Metres"},"geometry":{"type":"Point","coordinates":[780000,2000000]}}
]}`

func parse(t *testing.T, text string) []geo.Feature {
	t.Helper()
	all, err := geo.Parse([]byte(text), geo.Usual())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestGeoJSONIsReadAsItStands(t *testing.T) {
	all := parse(t, "\ufeff"+twoAreas)
	if len(all) != 5 {
		t.Fatalf("%d features", len(all))
	}
	if p := all[0].Properties; p["NAME"] != "West" || p["n"] != "3" || p["list"] != "" {
		t.Errorf("properties %v", p)
	}
	for i, fault := range []string{"", "", "", "geometry", "degrees"} {
		if all[i].Fault != fault || all[i].Row != i+1 {
			t.Errorf("feature %d: fault %q in row %d, want %q", i, all[i].Fault, all[i].Row, fault)
		}
	}
	if !all[2].Geometry.IsPoint() || all[0].Geometry.IsPoint() {
		t.Error("a point is not told from an area")
	}
	if at, ok := all[1].Geometry.Inside(); !ok || !all[1].Geometry.Holds(at) || all[0].Geometry.Holds(at) {
		t.Errorf("%v does not lie in its area", at)
	}
}

func TestAFileThatIsNoneIsRefusedWithWhatToDo(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "a list": "[]", "a number": "7", "half": twoAreas[:100], "another type": `{"type":"Style"}`,
		"metres by name": `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32618"}},"features":[]}`,
		"topology":       `{"type":"Topology","arcs":[[["a"]]],"objects":{}}`,
	} {
		_, err := geo.Parse([]byte(text), geo.Usual())
		if !fail.Is(err, fail.Invalid) || fail.HintOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	small := geo.Usual()
	small.Points = 8
	if _, err := geo.Parse([]byte(twoAreas), small); !fail.Is(err, fail.Invalid) {
		t.Errorf("more points than may be: %v", err)
	}
	// A line of a few bytes that is used again and again.
	arcs := `{"type":"Topology","arcs":[[[0,0],[1,1],[2,2]]],"objects":{"a":{"type":"MultiLineString","arcs":[` + strings.Repeat("[0],", 5) + `[0]]}}}`
	if _, err := geo.Parse([]byte(arcs), small); !fail.Is(err, fail.Invalid) {
		t.Errorf("a line that is used again and again: %v", err)
	}
}

func TestTopoJSONArcsAreJoinedAndTurned(t *testing.T) {
	const text = `{"type":"Topology","transform":{"scale":[0.1,0.5],"translate":[-72,18]},
	 "arcs":[[[0,0],[10,0]],[[10,2],[0,-2]],[[10,2],[-10,0],[0,-2]]],
	 "objects":{"z":{"type":"Point","coordinates":[5,1],"properties":{"NAME":"Town"}},
	  "a":{"type":"GeometryCollection","geometries":[{"type":"Polygon","id":7,"properties":{"NAME":"Box"},"arcs":[[0,-2,2]]},{"type":"Polygon","arcs":[[9]]}]}}}`
	all := parse(t, text)
	if len(all) != 3 || all[0].Properties["id"] != "7" || all[1].Fault != "geometry" || all[2].Properties["NAME"] != "Town" {
		t.Fatalf("%+v", all)
	}
	want := geo.Line{{Lon: -72, Lat: 18}, {Lon: -71, Lat: 18}, {Lon: -71, Lat: 19}, {Lon: -72, Lat: 19}, {Lon: -72, Lat: 18}}
	for i, p := range all[0].Geometry.Areas[0][0] {
		if math.Abs(p.Lon-want[i].Lon) > 1e-9 || math.Abs(p.Lat-want[i].Lat) > 1e-9 {
			t.Fatalf("ring %v, want %v", all[0].Geometry.Areas[0][0], want)
		}
	}
	if p := all[2].Geometry.Points[0]; math.Abs(p.Lon+71.5) > 1e-9 || math.Abs(p.Lat-18.5) > 1e-9 {
		t.Errorf("point %v", p)
	}
}

// blob is a geometry as a GeoPackage keeps it.
func blob(order binary.AppendByteOrder, code uint32, numbers ...any) []byte {
	out := []byte{'G', 'P', 0, 1, 0xE6, 0x10, 0, 0}
	first := byte(1)
	if order.String() == "BigEndian" {
		first = 0
	}
	out = order.AppendUint32(append(out, first), code)
	for _, n := range numbers {
		switch n := n.(type) {
		case int:
			out = order.AppendUint32(out, uint32(n))
		case float64:
			out = order.AppendUint64(out, math.Float64bits(n))
		}
	}
	return out
}

// pack makes a GeoPackage with the statements given.
func pack(t *testing.T, statements ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "x.gpkg")
	db, err := sql.Open("sqlite", "file:"+name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range append([]string{
		`CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, srs_id INTEGER)`,
		`CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER)`,
	}, statements...) {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return name
}

func listed(table string, srs string) string {
	return `INSERT INTO gpkg_contents VALUES ('` + table + `', 'features', ` + srs + `);`
}

const column = `INSERT INTO gpkg_geometry_columns VALUES ('towns', 'geom', 4326)`

func TestAGeoPackageIsRead(t *testing.T) {
	name := pack(t, listed("towns", "4326"), column, `CREATE TABLE towns (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT, pop INTEGER)`)
	db, err := sql.Open("sqlite", "file:"+name)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range [][]byte{
		blob(binary.LittleEndian, 1, -72.3, 18.5), blob(binary.BigEndian, 1001, -72.4, 18.6, 90.0), // with a height
		blob(binary.LittleEndian, 0x80000001, -72.5, 18.7, 1.0),
		{'G', 'P', 0, 1},
		nil,
		blob(binary.LittleEndian, 3, 1, 4, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0),
		blob(binary.LittleEndian, 3, 1, 1<<30, 0.0), // says that more follows than does
	} {
		if _, err := db.Exec(`INSERT INTO towns (geom, name, pop) VALUES (?, 'A', 12)`, b); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := geo.Read(context.Background(), name, geo.Usual())
	if err != nil {
		t.Fatal(err)
	}
	var faults []string
	for _, f := range all {
		faults = append(faults, f.Fault)
	}
	if strings.Join(faults, ",") != ",,,geometry,geometry,,geometry" || all[0].Properties["pop"] != "12" || all[1].Geometry.Points[0] != (geo.Point{Lon: -72.4, Lat: 18.6}) {
		t.Errorf("faults %q, %+v", faults, all[1])
	}
	if len(all[5].Geometry.Areas) != 1 {
		t.Errorf("area %+v", all[5].Geometry)
	}
}

func TestAGeoPackageCannotRunAnything(t *testing.T) {
	for what, statements := range map[string][]string{
		"a view that never ends":     {listed("towns", "4326"), column, `CREATE VIEW towns AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid+1 FROM n) SELECT fid, NULL AS geom FROM n`},
		"a column that is computed":  {listed("towns", "4326"), column, `CREATE TABLE towns (geom BLOB, big BLOB AS (zeroblob(900000000)))`},
		"another reference":          {listed("towns", "32618"), column, `CREATE TABLE towns (geom BLOB)`},
		"a name that is a statement": {listed(`towns"; DROP TABLE gpkg_contents; --`, "4326"), column, `CREATE TABLE towns (geom BLOB)`},
		"no table of features":       {},
	} {
		if _, err := geo.Read(t.Context(), pack(t, statements...), geo.Usual()); !fail.Is(err, fail.Invalid) || fail.HintOf(err) == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	name := filepath.Join(t.TempDir(), "torn.gpkg")
	if err := os.WriteFile(name, []byte("SQLite format 3\x00 and no more"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := geo.Read(t.Context(), name, geo.Usual()); !fail.Is(err, fail.Invalid) {
		t.Errorf("torn: %v", err)
	}
}

// A border that two areas share stays one line, however simple it becomes.
func TestNeighboursKeepTheirBorder(t *testing.T) {
	var border geo.Line
	for i := range 2001 {
		border = append(border, geo.Point{Lon: 1 + 0.05*math.Sin(float64(i)/40) + 0.02*math.Sin(float64(i)/9), Lat: float64(i) / 200})
	}
	west := append(geo.Line{{Lon: 0, Lat: 10}, {Lon: 0, Lat: 0}}, border...)
	east := geo.Line{{Lon: 3, Lat: 0}, {Lon: 3, Lat: 10}}
	for i := range border {
		east = append(east, border[len(border)-1-i])
	}
	ring := func(l geo.Line) geo.Geometry { return geo.Geometry{Areas: [][]geo.Line{{append(l, l[0])}}} }
	d, err := geo.Draw([]geo.Feature{{Geometry: ring(west)}, {Geometry: ring(east)}}, func(*geo.Feature) map[string]string { return nil })
	if err != nil || d.Features != 2 || d.Points > 1800 {
		t.Fatalf("%d features of %d points, %v", d.Features, d.Points, err)
	}
	all := parse(t, string(d.JSON))
	on := map[geo.Point]int{}
	for _, f := range all {
		for _, p := range f.Geometry.Areas[0][0][1:] {
			on[p]++
		}
	}
	alone := 0
	for p, n := range on {
		if n == 1 && p.Lon > 0.5 && p.Lon < 2 {
			alone++
		}
	}
	if alone > 0 {
		t.Errorf("%d points of the border are on one side only", alone)
	}
}

func TestALayerIsMadeSmallOrRefused(t *testing.T) {
	tell := func(*geo.Feature) map[string]string { return map[string]string{"name": "x"} }
	var coast geo.Line
	for i := range 60_000 {
		a := float64(i) / 60_000 * 2 * math.Pi
		r := 1 + 0.01*math.Sin(500*a)
		coast = append(coast, geo.Point{Lon: r * math.Cos(a), Lat: r * math.Sin(a)})
	}
	one := geo.Feature{Geometry: geo.Geometry{Areas: [][]geo.Line{{append(coast, coast[0])}}}}
	d, err := geo.Draw([]geo.Feature{one}, tell)
	if err != nil || len(d.JSON) > 250_000 || d.Points < 100 || d.Far < 20 {
		t.Errorf("%d bytes, %d points, %d m, %v", len(d.JSON), d.Points, d.Far, err)
	}
	if !json.Valid(d.JSON) {
		t.Error("not JSON")
	}
	if _, err := geo.Draw(make([]geo.Feature, 6000), tell); !fail.Is(err, fail.Invalid) {
		t.Errorf("too many: %v", err)
	}
	dot := geo.Feature{Geometry: geo.Geometry{Areas: [][]geo.Line{{{{Lon: 0, Lat: 0}, {Lon: 1e-6, Lat: 0}, {Lon: 0, Lat: 1e-6}, {Lon: 0, Lat: 0}}}}}}
	if _, err := geo.Draw([]geo.Feature{dot}, tell); !fail.Is(err, fail.Invalid) {
		t.Errorf("nothing to be seen: %v", err)
	}
}
