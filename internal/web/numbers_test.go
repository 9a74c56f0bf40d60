package web_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

type figureJSON struct {
	Measure    string
	Definition int
	Rows       []struct {
		By       map[string]string
		Apart    string
		Value    json.Number
		Records  int
		Evidence []string
	}
	Total   *json.Number
	Records int
	Unknown []any
	Notes   []struct{ Code string }
}

func (a *asker) figure(t *testing.T, target string) figureJSON {
	t.Helper()
	var f figureJSON
	if err := json.Unmarshal([]byte(a.get(t, target)), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestOneNumberInEveryForm(t *testing.T) {
	w := reading(t).local()
	for _, c := range []struct{ measure, by, at, total, said string }{
		{"strength.present", "contributor", "2025-01-05", "590", "590"},
		{"strength.present", "contributor", "2024-07-16", "400", "400"},
		{"strength.present", "contributor", "2024-06-25", "200", "200"},
		{"mandate.ceiling", "", "2025-01-05", "2500", "2,500"},
		{"cohort.graduated", "sex", "2025-01-31", "739", "739"},
	} {
		t.Run(c.measure+" at "+c.at, func(t *testing.T) {
			path := "/haiti-mss/figures/" + c.measure
			query := "?at=" + c.at
			if c.by != "" {
				query += "&by=" + c.by
			}
			f := w.figure(t, path+".json"+query)
			if f.Total == nil || f.Total.String() != c.total {
				t.Fatalf("JSON says %v, want %s", f.Total, c.total)
			}
			if html := text(w.get(t, path+query)); !strings.Contains(html, " "+c.said+" ") {
				t.Errorf("the page does not say %s", c.said)
			}
			rows := readCSV(t, w.get(t, path+".csv"+query))
			value := column(t, rows, "value")
			for i, r := range f.Rows {
				if rows[i+2][value] != r.Value.String() {
					t.Errorf("row %d: CSV says %s, JSON %s", i, rows[i+2][value], r.Value)
				}
			}
			if len(rows) != len(f.Rows)+2 || !strings.HasPrefix(rows[1][value], "#") {
				t.Errorf("%d lines of CSV for %d rows, tags %v", len(rows), len(f.Rows), rows[1])
			}
			if diff := cmp.Diff(rows, readXLSX(t, w.get(t, path+".xlsx"+query), len(rows[0]))); diff != "" {
				t.Errorf("XLSX differs from CSV:\n%s", diff)
			}
		})
	}
}

func TestTheCountIsTheLengthOfTheList(t *testing.T) {
	w := reading(t).local()
	f := w.figure(t, "/haiti-mss/figures/strength.present.json?at=2025-01-05&by=contributor")
	for _, r := range f.Rows {
		query := "?at=2025-01-05&where=contributor%3D" + r.By["contributor"]
		rows := readCSV(t, w.get(t, "/haiti-mss/figures/strength.present/evidence.csv"+query))
		if got := len(rows) - 1; got != r.Records {
			t.Errorf("%s rests on %d records, the list has %d", r.By["contributor"], r.Records, got)
		}
		var page struct {
			Count   int
			Records []any
		}
		if err := json.Unmarshal([]byte(w.get(t, "/haiti-mss/figures/strength.present/evidence.json"+query)), &page); err != nil {
			t.Fatal(err)
		}
		if page.Count != r.Records || len(page.Records) != r.Records {
			t.Errorf("%s: JSON counts %d and lists %d of %d", r.By["contributor"], page.Count, len(page.Records), r.Records)
		}
	}
}

func TestKnownLeavesOutWhatWasReportedLater(t *testing.T) {
	w := reading(t).local()
	now, then := w.figure(t, "/haiti-mss/figures/strength.present.json?at=2024-08-01"), w.figure(t, "/haiti-mss/figures/strength.present.json?at=2024-08-01&known=2024-07-01")
	if now.Total.String() != "400" || then.Total.String() != "200" {
		t.Errorf("now %s, as known on 1 July %s", now.Total, then.Total)
	}
}

func TestTheUnknownIsNotZero(t *testing.T) {
	w := reading(t).local()
	f := w.figure(t, "/haiti-mss/figures/casualties.deaths.json?at=2024-07-01")
	html := text(w.get(t, "/haiti-mss/figures/casualties.deaths?at=2024-07-01"))
	if f.Total != nil || !strings.Contains(html, "Not known") {
		t.Errorf("total %v", f.Total)
	}
	if rows := readCSV(t, w.get(t, "/haiti-mss/figures.csv?at=2024-07-01")); rows[0][2] != "value" {
		t.Errorf("columns %v", rows[0])
	} else {
		for _, r := range rows[2:] {
			if r[1] == "casualties.deaths" && strings.TrimSpace(r[2]) != "" {
				t.Errorf("the sheet says %q", r[2])
			}
		}
	}
}

func TestMoneyOfTwoCurrenciesIsNeverAdded(t *testing.T) {
	w := reading(t).local()
	f := w.figure(t, "/haiti-mss/figures/money.announced.json")
	apart := map[string]bool{}
	for _, r := range f.Rows {
		apart[r.Apart] = true
	}
	if len(apart) > 1 && f.Total != nil {
		t.Errorf("a total of %s over %v", f.Total, apart)
	}
	if got := w.figure(t, "/haiti-mss/figures/money.received.json?at=2024-04-30&by=donor"); fmt.Sprint(len(got.Rows)) != "3" {
		t.Errorf("%d donors", len(got.Rows))
	}
}

func TestFormsOfAPage(t *testing.T) {
	w := reading(t).local()
	for _, c := range []struct{ target, accept, media string }{
		{"/haiti-mss.json", "", "application/json"},
		{"/index.json", "", "application/json"},
		{"/haiti-mss/records/post.geojson", "", "application/geo+json"},
		{"/haiti-mss/corrections.atom", "", "application/atom+xml; charset=utf-8"},
		{"/haiti-mss/claims", "text/csv", "text/csv; charset=utf-8"},
		{"/haiti-mss/claims", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"},
		{"/haiti-mss/claims", "application/json;q=0.9, text/html;q=0.4", "application/json"},
	} {
		t.Run(c.target+" "+c.accept, func(t *testing.T) {
			a := reading(t).local()
			if c.accept != "" {
				a.header.Set("Accept", c.accept)
			}
			if got := a.ask("GET", c.target, nil); got.Code != 200 || got.Header().Get("Content-Type") != c.media {
				t.Errorf("%d %s", got.Code, got.Header().Get("Content-Type"))
			}
		})
	}
	t.Run("a form it does not have is a problem with a hint", func(t *testing.T) {
		got := w.ask("GET", "/haiti-mss/claims.atom", nil)
		var p struct{ Title, Hint string }
		if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil || got.Code != http.StatusNotFound || !strings.Contains(p.Hint, ".csv") {
			t.Errorf("%d %s", got.Code, got.Body)
		}
	})
	t.Run("the feed is Atom and names each correction once", func(t *testing.T) {
		var f struct {
			XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
			ID      string   `xml:"id"`
			Updated string   `xml:"updated"`
			Entry   []struct {
				ID      string `xml:"id"`
				Updated string `xml:"updated"`
				Summary string `xml:"summary"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal([]byte(w.get(t, "/haiti-mss/corrections.atom")), &f); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, e := range f.Entry {
			if e.ID == "" || seen[e.ID] || e.Updated == "" || e.Summary == "" {
				t.Errorf("entry %+v", e)
			}
			seen[e.ID] = true
		}
		if len(f.Entry) == 0 || f.ID == "" || f.Updated == "" {
			t.Errorf("%+v", f)
		}
	})
	t.Run("a sheet of records has the columns that can be imported again", func(t *testing.T) {
		rows := readCSV(t, w.get(t, "/haiti-mss/records/movement.csv"))
		for _, want := range []string{"ref", "at", "until", "zone", "reported", "source", "grade", "owner", "marking", "place", "lat", "lon", "note", "contributor", "persons"} {
			column(t, rows, want)
		}
	})
}

func readCSV(t *testing.T, s string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(s)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func readXLSX(t *testing.T, s string, width int) [][]string {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader([]byte(s)))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		for len(rows[i]) < width {
			rows[i] = append(rows[i], "")
		}
	}
	return rows
}

func column(t *testing.T, rows [][]string, id string) int {
	t.Helper()
	for i, c := range rows[0] {
		if c == id {
			return i
		}
	}
	t.Fatalf("no column %q in %v", id, rows[0])
	return -1
}
