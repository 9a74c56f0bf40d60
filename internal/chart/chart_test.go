package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/chart"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func wellFormed(t interface{ Fatalf(string, ...any) }, svg string) {
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, svg)
		}
	}
}

func TestStep(t *testing.T) {
	step := chart.Step{
		ID: "s", Title: "Strength <present>", Desc: "two steps",
		Points: []chart.Point{{At: day(2024, 6, 25), Value: 200}, {At: day(2024, 7, 16), Value: 400}, {At: day(2024, 9, 1), Unknown: true}, {At: day(2024, 10, 1), Value: 430}},
		Marks:  []chart.Mark{{At: day(2024, 8, 1), Value: 600, Shape: "diamond", Class: "disagrees", Label: "600 \"said\"", Href: "/x?a=1&b=2"}},
		From:   day(2024, 6, 1), To: day(2024, 12, 1), At: day(2024, 11, 1),
	}
	svg := step.SVG()
	wellFormed(t, svg)
	t.Run("has a name and a description for those who do not see it", func(t *testing.T) {
		for _, want := range []string{`role="group"`, `<title id="s-t">Strength &lt;present&gt;</title>`, `<desc id="s-d">two steps</desc>`} {
			if !strings.Contains(svg, want) {
				t.Errorf("no %s in %s", want, svg)
			}
		}
	})
	t.Run("the unknown is a gap, not a zero", func(t *testing.T) {
		if n := strings.Count(svg, `class="line"`); n != 2 {
			t.Errorf("%d lines, want 2", n)
		}
	})
	t.Run("no style attribute, which the content policy would refuse", func(t *testing.T) {
		if strings.Contains(svg, "style=") {
			t.Error(svg)
		}
	})
	t.Run("what was claimed stands as a mark with a link", func(t *testing.T) {
		if !strings.Contains(svg, `href="/x?a=1&amp;b=2"`) || !strings.Contains(svg, `mark disagrees`) {
			t.Error(svg)
		}
	})
}

func TestAnyStepIsWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "n")
		s := chart.Step{ID: "x", Title: rapid.StringMatching(`[a-z<>&"']{0,9}`).Draw(t, "title")}
		at := day(2024, 1, 1)
		for range n {
			at = at.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "days")) * 24 * time.Hour)
			s.Points = append(s.Points, chart.Point{At: at, Value: float64(rapid.Int64Range(-1e9, 1e12).Draw(t, "value")), Unknown: rapid.Bool().Draw(t, "unknown")})
		}
		svg := s.SVG()
		wellFormed(t, svg)
		for _, bad := range []string{"NaN", "Inf"} {
			if strings.Contains(svg, bad) {
				t.Fatalf("%s in %s", bad, svg)
			}
		}
		if len(svg) > 20_000 {
			t.Fatalf("%d bytes", len(svg))
		}
	})
}

// TestALongCourseIsDrawnAsWideAsThePaper has more changes than the picture has dots,
// and one spike that must not get lost among them.
func TestALongCourseIsDrawnAsWideAsThePaper(t *testing.T) {
	s := chart.Step{ID: "x", Title: "t", From: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	for i := range 20_000 {
		value := float64(100 + i%7)
		if i == 12_345 {
			value = 900
		}
		s.Points = append(s.Points, chart.Point{At: s.From.Add(time.Duration(i) * time.Hour), Value: value})
	}
	svg := s.SVG()
	if len(svg) > 40_000 {
		t.Errorf("%d bytes", len(svg))
	}
	line := regexp.MustCompile(`class="line" d="([^"]+)"`).FindStringSubmatch(svg)
	if line == nil {
		t.Fatal(svg[:500])
	}
	least := 1e9
	for _, v := range regexp.MustCompile(`V([0-9.]+)`).FindAllStringSubmatch(line[1], -1) {
		y, err := strconv.ParseFloat(v[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		least = min(least, y)
	}
	if least > 60 {
		t.Errorf("the spike ends %g below the top", least)
	}
}

func TestSmallPictures(t *testing.T) {
	for name, svg := range map[string]string{
		"a bar":               chart.Bar(3, 7),
		"a bar of nothing":    chart.Bar(0, 0),
		"a stretch":           chart.Stretch{ID: "m", Title: "Mandate", From: day(2024, 10, 2), To: day(2025, 10, 2), Now: day(2025, 1, 5)}.SVG(),
		"a stretch of no day": chart.Stretch{ID: "m", From: day(2024, 10, 2), To: day(2024, 10, 2)}.SVG(),
		"a map": chart.Map{
			ID: "map", Title: "Map", Areas: []chart.Area{{Name: "A", Rings: [][]chart.Position{{{Lat: 18, Lon: -74}, {Lat: 20, Lon: -74}, {Lat: 20, Lon: -71}, {Lat: 18, Lon: -74}}}}},
			Symbols: []chart.Symbol{{Position: chart.Position{Lat: 18.5, Lon: -72.3}, Shape: "square", Class: "own", Label: "LSA", Href: "/p"}},
		}.SVG(),
	} {
		t.Run(name+" is well-formed", func(t *testing.T) {
			wellFormed(t, svg)
			if svg == "" || strings.Contains(svg, "NaN") {
				t.Errorf("got %q", svg)
			}
		})
	}
	if svg := (chart.Map{}).SVG(); svg != "" {
		t.Errorf("an empty map drew %q", svg)
	}
}

// A symbol is filled with its colour: one that encloses nothing cannot be seen.
func TestEverySymbolEnclosesSomething(t *testing.T) {
	for _, shape := range []string{"circle", "square", "triangle", "diamond", "cross"} {
		if svg := chart.Sign(shape, "symbol"); !strings.Contains(svg, `z"`) {
			t.Errorf("a %s is not closed: %s", shape, svg)
		}
	}
}
