package web_test

import (
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"konbit.org/konbit/internal/app"
)

// The page is for who builds pages: what it forgets, nobody looks at in the dark.
func TestThePageOfComponentsHasEveryPartOnce(t *testing.T) {
	w := reading(t)
	if got := w.local().ask("GET", "/components", nil); got.Code != 404 {
		t.Errorf("a node that serves a mission answers %d", got.Code)
	}
	pages, err := w.node.Site(app.SiteOptions{Components: true})
	if err != nil {
		t.Fatal(err)
	}
	got := httptest.NewRecorder()
	pages.ServeHTTP(got, httptest.NewRequest("GET", "http://127.0.0.1/components", nil))
	html := got.Body.String()
	if got.Code != 200 {
		t.Fatalf("%d: %s", got.Code, text(html))
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(html, -1) {
		if ids[m[1]] {
			t.Errorf("the id %q stands twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`<li><a href="#([^"]+)">`).FindAllStringSubmatch(html, -1) {
		if !ids[m[1]] {
			t.Errorf("nothing has the name %q that the list of parts leads to", m[1])
		}
	}
	sheet, err := os.ReadFile("static/konbit.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\.(badge-[a-z]+|gate-[a-z]+|symbol-[a-z]+|mark-[a-z]+)\b`).FindAllStringSubmatch(string(sheet), -1) {
		if m[1] != "symbol-small" && !strings.Contains(html, m[1]) {
			t.Errorf("the state %s is not shown", m[1])
		}
	}
}

// Parts that pages share stand in one file, and each is on the page.
func TestEverySharedPartIsOnThePageOfComponents(t *testing.T) {
	parts, err := os.ReadFile("parts.templ")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("components.templ")
	if err != nil {
		t.Fatal(err)
	}
	all := regexp.MustCompile(`(?m)^templ \(v \*visit\) (\w+)\(`).FindAllStringSubmatch(string(parts), -1)
	if len(all) < 8 {
		t.Fatalf("only %d parts found: the pattern is wrong", len(all))
	}
	for _, m := range all {
		if !strings.Contains(string(page), "."+m[1]+"(") {
			t.Errorf("the part %s is not on the page of components", m[1])
		}
	}
}
