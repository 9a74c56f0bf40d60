package kind_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/kind"
)

func TestAGridInAPlaceIsItsPosition(t *testing.T) {
	k := sampleKind(t)
	for _, c := range []struct {
		name, place, lat, lon string
		want                  map[string]string
		problem               string
	}{
		{"a grid alone", "18qyf 80155 53225", "", "", map[string]string{"place": "18Q YF 80155 53225", "lat": "18.551111", "lon": "-72.345987"}, ""},
		{"a grid after a name", "North gate 18QYF80155322", "", "", map[string]string{"place": "North gate 18Q YF 8015 5322", "lat": "18.551107", "lon": "-72.345992"}, ""},
		{"degrees as a telephone shares them", "North gate, 18.55110, -72.34599", "", "", map[string]string{"place": "North gate, 18.55110, -72.34599", "lat": "18.5511", "lon": "-72.34599"}, ""},
		{"degrees that are nowhere", "98.55110, -72.34599", "", "", nil, "lat-range"},
		{"other degrees beside them", "18.55110, -72.34599", "18.6", "-72.34599", nil, "grid-differs"},
		{"a name", "12 Rue 44", "", "", map[string]string{"place": "12 Rue 44"}, ""},
		{"the point that was tapped in the square stays", "18QYF80155322", "18.55112", "-72.34601", map[string]string{"place": "18Q YF 8015 5322", "lat": "18.55112", "lon": "-72.34601"}, ""},
		{"another point than the grid", "18QYF80155322", "18.6", "-72.34601", nil, "grid-differs"},
		{"a digit is missing", "18QYF8015532", "", "", nil, "grid-half"},
		{"no such square", "18QAA80155322", "", "", nil, "grid"},
		{"no such zone", "68QYF80155322", "", "", nil, "grid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw := map[string]string{"place": c.place, "lat": c.lat, "lon": c.lon}
			got, problems := k.Check(raw, kind.Env{Location: time.UTC})
			said := ""
			for _, p := range problems {
				if p.Field == "place" {
					said = p.Code
				}
			}
			if said != c.problem {
				t.Fatalf("%v", problems)
			}
			if c.want == nil {
				return
			}
			for _, id := range []string{"place", "lat", "lon"} {
				if diff := cmp.Diff(c.want[id], got[id]); diff != "" {
					t.Error(id, diff)
				}
			}
		})
	}
	t.Run("a field that is a point", func(t *testing.T) {
		got, problems := k.Check(map[string]string{"point": "18QYF80155322"}, kind.Env{Location: time.UTC})
		if got["point"] != "18.551107,-72.345992" {
			t.Errorf("%q, %v", got["point"], problems)
		}
	})
}
