package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestTheAddressOfAClaimCarriesItsVerdict(t *testing.T) {
	w := reading(t).local()
	said := text(w.get(t, "/haiti-mss/records/claim/clm-ken-2025-09-745?lang=fr"))
	for _, want := range []string{"diverge", "Le 30 septembre 2025", "761", "Arrivés depuis le début"} {
		if !strings.Contains(said, want) {
			t.Errorf("the page of the claim does not say %q", want)
		}
	}
	html := w.get(t, "/haiti-mss/records/claim/clm-ken-2025-09-745?lang=fr")
	if !strings.Contains(html, "/haiti-mss/figures/strength.arrived?at=2025-09-30") || !strings.Contains(html, "lang=fr") {
		t.Error("the page of the claim does not lead to the figure of its date")
	}
	if said := text(w.get(t, "/haiti-mss/records/claim/clm-cadets-747")); !strings.Contains(said, "These cannot all be true") {
		t.Error("the page of a claim does not name the claim that excludes it")
	}
	if said := text(w.get(t, "/haiti-mss/records/claim/clm-ken-2025-09-745?at=2024-12-31")); strings.Contains(said, "disagrees") {
		t.Error("a claim of a later day is judged")
	}
}

func TestAClaimOnNoFigureIsTold(t *testing.T) {
	w := reading(t).local()
	said := text(w.get(t, "/haiti-mss/claims"))
	none, last := strings.LastIndex(said, "About no figure that is kept"), strings.LastIndex(said, "Present in the mission area")
	if none < last {
		t.Errorf("claims on no figure stand before those on one: %d, %d", none, last)
	}
	if !strings.Contains(said[max(none, 0):], "The Council extended the mission on 30 September 2024.") {
		t.Error("what was claimed is not told")
	}
	csv := w.get(t, "/haiti-mss/claims.csv?verdict=unknown")
	if strings.Contains(csv, `," ",`) || strings.Contains(csv, "\x00") {
		t.Error("a number that is not known is not an empty cell")
	}
}

func TestAValueThatCannotBeIsRefused(t *testing.T) {
	w := reading(t).local()
	for target, status := range map[string]int{
		"/haiti-mss/figures/strength.present.json?where=contributor%3DKenya":     http.StatusOK,
		"/haiti-mss/figures/strength.present.json?where=contributor%3DKenyaland": http.StatusBadRequest,
	} {
		r := w.ask(http.MethodGet, target, nil)
		if r.Code != status {
			t.Errorf("%s: %d", target, r.Code)
		}
		if status == http.StatusOK && !strings.Contains(r.Body.String(), `"contributor":["KEN"]`) {
			t.Errorf("%s: %s", target, r.Body)
		}
	}
}
