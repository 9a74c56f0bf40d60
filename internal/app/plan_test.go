package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"konbit.org/konbit/internal/sitrep"
)

// TestAReportDrawsWhereItHappened tells where exactly inside the mission alone, and
// draws nothing that a version of the report does not list.
func TestAReportDrawsWhereItHappened(t *testing.T) {
	s := newSeason(t, "UTC")
	s.clock = time.Date(2025, 2, 3, 6, 0, 0, 0, time.UTC)
	for i, at := range []struct{ place, lat, lon, marking string }{
		{"Mill", "1.234567", "30.456789", "public"},
		{"Mill gate", "1.236", "30.458", "public"}, // too near to be told apart
		{"Ferry", "2.5", "31.75", "mission"},
		{"Somewhere", "", "", "public"},
	} {
		s.say("incident", fmt.Sprintf("inc-%d", i), map[string]string{
			"at": fmt.Sprintf("2025-02-02T1%d:00Z", i), "category": "SHOOTING", "summary": "Shots", "place": at.place, "lat": at.lat, "lon": at.lon,
			"killed": "0", "injured": "0", "marking": at.marking,
		})
	}
	ref := s.release(sitrep.Daily, "2025-02-02")
	_, d := s.compose(ref, sitrep.Internal(), "en")
	plan := sectionOf(d, "incidents").Plan
	want := []sitrep.PlanPoint{{Rows: "1, 2", Lat: 1.234567, Lon: 30.456789}, {Rows: "3", Lat: 2.5, Lon: 31.75}}
	if plan == nil || fmt.Sprint(plan.Points) != fmt.Sprint(want) || plan.Terms != "Drawn for this test. Nobody’s." {
		t.Fatalf("inside: %+v, want %v", plan, want)
	}
	svg := plan.Chart("m").SVG()
	for _, text := range []string{`class="symbol-mark"`, ">1, 2<", ">3<", "East"} {
		if !strings.Contains(svg, text) {
			t.Errorf("the drawing has no %s", text)
		}
	}
	if text := s.printed(d); !strings.Contains(text, "Where it happened; the numbers are those of the table") || !strings.Contains(text, "Drawn for this test.") {
		t.Errorf("the printed report has no map:\n%s", text)
	}
	_, d = s.compose(ref, sitrep.Public(), "fr")
	plan = sectionOf(d, "incidents").Plan
	want = []sitrep.PlanPoint{{Rows: "1, 2", Lat: 1.23, Lon: 30.46}}
	if plan == nil || fmt.Sprint(plan.Points) != fmt.Sprint(want) || !strings.HasPrefix(plan.Caption, "Où") {
		t.Errorf("for the public: %+v, want %v", plan, want)
	}
}
