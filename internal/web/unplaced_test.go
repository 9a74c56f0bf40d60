package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestAPlaceOfWhichThereAreTwoIsAskedFor records an incident at a name that two places
// have, and takes up what its page offers.
func TestAPlaceOfWhichThereAreTwoIsAskedFor(t *testing.T) {
	world := newWorld(t, t.TempDir())
	w := world.local()
	for code, lat := range map[string]string{"XX0101": "18.61", "XX0202": "19.42"} {
		place := map[string]string{"f.name": "Twinville", "f.p-code": code, "f.level": "3", "f.lat": lat, "f.lon": "-72.3", "f.marking": "public"}
		if _, code, body := w.fill(t, "/haiti-mss/records/place/new", place); code != http.StatusSeeOther {
			t.Fatalf("%d\n%s", code, text(body))
		}
	}
	incident := map[string]string{"f.at": "2025-03-03", "f.category": "SHOOTING", "f.summary": "Shots at dusk", "f.place": "twinville", "f.marking": "public"}
	page, code, body := w.fill(t, "/haiti-mss/records/incident/new", incident)
	if code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", code, text(body))
	}
	html := w.get(t, page)
	for _, want := range []string{"“twinville” names no place, or several", "Twinville (XX0101)", "Twinville (XX0202)"} {
		if !strings.Contains(text(html), want) {
			t.Errorf("no %q in\n%s", want, text(html))
		}
	}
	if public := world.public().get(t, page); strings.Contains(public, "names no place") {
		t.Error("who cannot correct it is asked")
	}
	choice := regexp.MustCompile(`href="([^"]+edit\?place=Twinville[^"]+XX0202[^"]+)"`).FindStringSubmatch(html)
	if choice == nil {
		t.Fatal("there is no link to a correction")
	}
	to := strings.ReplaceAll(choice[1], "&amp;", "&")
	if form := w.get(t, to); !strings.Contains(form, `value="Twinville (XX0202)"`) {
		t.Error("the form of the correction is not filled in")
	}
	incident["f.place"], incident["e.reason"] = "Twinville (XX0202)", "the northern one"
	if _, code, body := w.fill(t, to, incident); code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", code, text(body))
	}
	if html := text(w.get(t, page)); strings.Contains(html, "names no place") || !strings.Contains(html, "19.42") {
		t.Errorf("the choice was not taken up: %s", html)
	}
}
