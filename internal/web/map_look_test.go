package web_test

import (
	"strings"
	"testing"
)

// TestThePlainMapShowsThePartThatIsAskedFor: without JavaScript the link to a place
// would else lead to the same map as before.
func TestThePlainMapShowsThePartThatIsAskedFor(t *testing.T) {
	public := reading(t).public()
	drawn := func(query string) string {
		html := public.get(t, "/haiti-mss/map"+query)
		_, svg, ok := strings.Cut(html, `<svg class="chart chart-map"`)
		if !ok {
			t.Fatalf("no map at %q", query)
		}
		svg, _, _ = strings.Cut(svg, "</svg>")
		return svg
	}
	whole := drawn("")
	near := drawn("?view=19.15,-72.61,13")
	if near == whole || !strings.Contains(near, `viewBox="0 0 760 `) {
		t.Errorf("the part is the whole: %.200s", near)
	}
	for _, wrong := range []string{"?view=", "?view=19,-72", "?view=a,b,c", "?view=NaN,0,3", "?view=95,0,3", "?view=1,2,99"} {
		if drawn(wrong) != whole {
			t.Errorf("%s is no part of the map", wrong)
		}
	}
}
