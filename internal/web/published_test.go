package web_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/app"
)

// publishing is the sample mission, which lets out strength by the week, to fifties.
func publishing(t *testing.T) *world {
	t.Helper()
	data := sample(t)
	file := filepath.Join(data, "missions", "haiti-mss", "mission.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, "\npublication:\n  - {measure: strength.present, every: week, round: 50}\n  - {measure: strength.assigned, every: week, round: 50}\n"...)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	n, err := app.Open(context.Background(), app.Config{Data: data, Now: now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	pages, err := n.Site(app.SiteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return &world{node: n, pages: pages}
}

func TestAPublishedFigureIsTheSameInEveryForm(t *testing.T) {
	w := publishing(t)
	exact := w.local().figure(t, "/haiti-mss/figures/strength.present.json?by=contributor&at=2025-01-08")
	if exact.Total.String() != "590" {
		t.Fatalf("who is at the machine is told %s", exact.Total)
	}
	public := w.public()
	path, query := "/haiti-mss/figures/strength.present", "?by=contributor&at=2025-01-08"
	f := public.figure(t, path+".json"+query)
	var codes []string
	for _, n := range f.Notes {
		codes = append(codes, n.Code)
	}
	if f.Total.String() != "600" || !strings.Contains(strings.Join(codes, " "), "published-weekly published-rounded") {
		t.Errorf("JSON says %s with %v", f.Total, codes)
	}
	page := text(public.get(t, path+query))
	for _, want := range []string{" 600 ", "end of Sunday 5 January 2025", "nearest multiple of 50", "5 January 2025, 23:59"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	rows := readCSV(t, public.get(t, path+".csv"+query))
	value, at, rounded := column(t, rows, "value"), column(t, rows, "at"), column(t, rows, "rounded")
	for i, r := range f.Rows {
		got := rows[i+2]
		if got[value] != r.Value.String() || !strings.HasPrefix(got[at], "2025-01-05T23:59:59") || got[rounded] != "50" {
			t.Errorf("CSV says %v, JSON %s", got, r.Value)
		}
	}
	if diff := cmp.Diff(rows, readXLSX(t, public.get(t, path+".xlsx"+query), len(rows[0]))); diff != "" {
		t.Errorf("XLSX differs from CSV:\n%s", diff)
	}
	for _, target := range []string{"/haiti-mss.csv?at=2025-01-08", "/haiti-mss/figures.csv?at=2025-01-08"} {
		if list := public.get(t, target); !strings.Contains(list, ",600,") || !strings.Contains(list, "2025-01-05T23:59:59") {
			t.Errorf("%s says otherwise:\n%s", target, list)
		}
	}
	front := text(public.get(t, "/haiti-mss?at=2025-01-08"))
	if !strings.Contains(front, "600") || !strings.Contains(front, "Let out by the week") {
		t.Error("the front page does not say so")
	}
	if claims := text(public.get(t, "/haiti-mss/claims")); !strings.Contains(claims, "whether a claim is exact cannot be told") {
		t.Error("claims are held against a published figure")
	}
}

// What the public is sent of a published measure holds none of its exact values.
func TestAPublishedFigureTellsNoExactValue(t *testing.T) {
	w := publishing(t)
	query := "?by=contributor&at=2025-01-08"
	exact := w.local().figure(t, "/haiti-mss/figures/strength.present.json"+query)
	for _, target := range []string{
		"/haiti-mss/figures/strength.present.json" + query, "/haiti-mss/figures/strength.present.csv" + query, "/haiti-mss.json?at=2025-01-08", "/haiti-mss.csv?at=2025-01-08",
	} {
		got := w.public().get(t, target)
		for _, r := range exact.Rows {
			v := r.Value.String()
			if strings.HasSuffix(v, "00") || strings.HasSuffix(v, "50") || len(v) < 2 {
				continue // its own multiple
			}
			if strings.Contains(got, ","+v+",") || strings.Contains(got, `"value":`+v+`,`) {
				t.Errorf("%s tells the exact %s", target, v)
			}
		}
		if strings.Contains(got, "590") {
			t.Errorf("%s tells the exact total", target)
		}
	}
}
