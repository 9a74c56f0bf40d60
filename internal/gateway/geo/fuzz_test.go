package geo_test

import (
	"encoding/binary"
	"testing"

	"konbit.org/konbit/internal/gateway/geo"
)

func few() geo.Limits { return geo.Limits{Bytes: 1 << 20, Features: 1000, Points: 10_000} }

// sound checks what every reading must hold to, and that what is drawn of it is
// read again.
func sound(t *testing.T, all []geo.Feature) {
	for i := range all {
		f := &all[i]
		if f.Fault != "" {
			continue
		}
		at, ok := f.Geometry.Inside()
		if ok && (at.Lat < -90 || at.Lat > 90 || at.Lon < -181 || at.Lon > 181) {
			t.Fatalf("%v lies in %+v", at, f.Geometry)
		}
	}
	d, err := geo.Draw(all, func(f *geo.Feature) map[string]string { return f.Properties })
	if err != nil {
		return
	}
	again, err := geo.Parse(d.JSON, geo.Usual())
	if err != nil || len(again) != d.Features {
		t.Fatalf("what was drawn is not read again: %v\n%s", err, d.JSON)
	}
}

func FuzzGeoJSON(f *testing.F) {
	f.Add([]byte(twoAreas))
	f.Add([]byte(`{"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[{"type":"LineString","coordinates":[[0,0],[1,1]]}]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if all, err := geo.Parse(raw, few()); err == nil {
			sound(t, all)
		}
	})
}

func FuzzTopoJSON(f *testing.F) {
	f.Add([]byte(`{"type":"Topology","transform":{"scale":[0.1,0.5],"translate":[-72,18]},"arcs":[[[0,0],[10,0]],[[10,2],[0,-2]],[[10,2],[-10,0],[0,-2]]],"objects":{"a":{"type":"Polygon","arcs":[[0,-2,2]]}}}`))
	f.Add([]byte(`{"type":"Topology","arcs":[],"objects":{"a":{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}]}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if all, err := geo.Parse(raw, few()); err == nil {
			sound(t, all)
		}
	})
}

func FuzzPackageGeometry(f *testing.F) {
	f.Add(blob(binary.LittleEndian, 1, -72.3, 18.5))
	f.Add(blob(binary.BigEndian, 3, 1, 4, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0))
	f.Add(blob(binary.LittleEndian, 7, 1))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if one, err := geo.PackageGeometry(raw, few()); err == nil {
			sound(t, []geo.Feature{one})
		}
	})
}
