package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// The map by department and the table below it are one figure.
func TestTheMapByDepartmentSaysWhatItsTableSays(t *testing.T) {
	w := reading(t)
	for name, who := range map[string]*asker{"who sits here": w.local(), "the public": w.public()} {
		html := who.get(t, "/haiti-mss/map/heat?measure=incidents.recorded&at=2025-03-31")
		shown := regexp.MustCompile(`class="land heat-[1-4]"[^>]*><title>([^<]*) ([0-9]+)</title>`).FindAllStringSubmatch(html, -1)
		if len(shown) == 0 {
			t.Fatalf("%s: no department is coloured", name)
		}
		csv := who.get(t, "/haiti-mss/map/heat.csv?measure=incidents.recorded&at=2025-03-31")
		for _, m := range shown {
			if !regexp.MustCompile(`(?m)^[^,]+,`+m[2]+`,`).MatchString(csv) || !strings.Contains(text(html), m[1]+" "+m[2]) {
				t.Errorf("%s: %s has %s on the map, and the table is\n%s", name, m[1], m[2], csv)
			}
		}
		if rows := strings.Count(csv, "\n") - 1; rows < len(shown) {
			t.Errorf("%s: %d departments coloured, %d rows", name, len(shown), rows)
		}
	}
	if got := w.local().ask("GET", "/haiti-mss/map/heat?measure=strength.present", nil); got.Code != http.StatusBadRequest {
		t.Errorf("a measure without departments gets %d", got.Code)
	}
}
