package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/missions"
)

// openSample loads both sample missions and opens the node.
func openSample(t *testing.T) *app.Node {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := app.Demo(t.Context(), dir, missions.FS, missions.Order(), time.Now, nil); err != nil {
		t.Fatal(err)
	}
	n, err := app.Open(t.Context(), app.Config{Data: dir, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

// on is the last second of a day where the mission is.
func on(t *testing.T, n *app.Node, day string) time.Time {
	t.Helper()
	if day == "" {
		return time.Time{}
	}
	m, err := n.Mission("")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation(time.DateTime, day+" 23:59:59", m.Location())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestTheSampleMissionGivesTheFiguresOfItsSources holds the figures that the
// founding mission's public record supports.
func TestTheSampleMissionGivesTheFiguresOfItsSources(t *testing.T) {
	n := openSample(t)
	for _, tc := range []struct {
		measure, at, known string
		by                 []string
		want               string // rows as key value, then the total
	}{
		{"strength.present", "2024-06-25", "", nil, "200 = 200"},
		{"strength.present", "2024-07-16", "", []string{"contributor"}, "KEN 400 = 400"},
		{"strength.present", "2024-07-16", "2024-07-01", nil, "200 = 200"},
		{"strength.present", "2024-06-24", "", nil, "= null"},
		{"strength.present", "2025-01-05", "", []string{"contributor"}, "KEN 400, GTM 150, JAM 24, SLV 8, BHS 6, BLZ 2 = 590"},
		{"money.received", "2024-04-30", "", []string{"donor"}, "CAN USD 8700000, USA USD 6000000, FRA USD 3200000 = 17900000"},
		{"money.received", "2024-03-11", "", []string{"donor"}, "= null"},
		{"money.announced", "2024-12-31", "", []string{"donor"}, "CAN CAD 86200000 = 86200000"},
		{"cohort.graduated", "2025-01-10", "", []string{"sex"}, "M 526, F 213 = 739"},
		{"cohort.enrolled", "2025-01-10", "", nil, "750 = 750"},
		{"mandate.ceiling", "2025-10-01", "", nil, "2500 = 2500"},
		{"mandate.ceiling", "2025-10-02", "", nil, "5550 = 5550"},
		{"mandate.ceiling", "2026-10-03", "", nil, "= null"},
		{"casualties.missing", "2025-04-06", "2025-05-01", nil, "1 = 1"},
		{"casualties.deaths", "2025-04-06", "2025-05-01", nil, "1 = 1"},
		{"casualties.deaths", "2025-04-06", "2025-09-30", nil, "2 = 2"},
	} {
		t.Run(fmt.Sprint(tc.measure, " on ", tc.at, " known ", tc.known), func(t *testing.T) {
			f, err := n.Figures.Figure(t.Context(), access.Local(), measure.Query{
				Mission: "haiti-mss", Measure: tc.measure, By: tc.by, At: on(t, n, tc.at), Known: on(t, n, tc.known),
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, inWords(f)); diff != "" {
				t.Error(diff)
			}
			for _, r := range f.Rows {
				if r.Records == 0 || len(r.Evidence) != r.Records {
					t.Errorf("%v: %d records, %d of them named", r.By, r.Records, len(r.Evidence))
				}
			}
		})
	}
}

func TestAGraduationNamesWhatIsMissingAndWhatWasClaimed(t *testing.T) {
	n := openSample(t)
	f, err := n.Figures.Figure(t.Context(), access.Local(), measure.Query{Mission: "haiti-mss", Measure: "cohort.graduated", At: on(t, n, "2025-01-10")})
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, note := range f.Notes {
		said = append(said, n.Words.Say("en", "note."+note.Code, note.Args))
	}
	all := strings.Join(said, "\n")
	for _, want := range []string{"750", "10", "747"} {
		if !strings.Contains(all, want) {
			t.Errorf("the notes do not speak of %s:\n%s", want, all)
		}
	}
}

func inWords(f measure.Figure) string {
	var rows []string
	for _, r := range f.Rows {
		var words []string
		for _, v := range r.By {
			words = append(words, v)
		}
		if r.Apart != "" {
			words = append(words, r.Apart)
		}
		rows = append(rows, strings.Join(append(words, r.Value.String()), " "))
	}
	total := "null"
	if f.Total != nil {
		total = f.Total.String()
	}
	return strings.TrimSpace(strings.Join(rows, ", ") + " = " + total)
}

// TestEveryPublicContradictionIsHeldWithAVerdict is the list that the product
// was made for.
func TestEveryPublicContradictionIsHeldWithAVerdict(t *testing.T) {
	n := openSample(t)
	report, err := n.Claims.Check(t.Context(), access.Local(), "haiti-mss", record.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ measure, scope, at, claimed, verdict string }{
		{"strength.arrived", "contributor=KEN", "2025-09", "745", claim.Disagrees},
		{"strength.present", "contributor=KEN", "2025-01", "at least 600", claim.Agrees},
		{"strength.present", "", "2025-09", "about 1,000", claim.Rounded},
		{"cohort.enrolled", "name=Vertières class (34th)", "2024-08-27", "747", claim.Disagrees},
		{"strength.present", "contributor=KEN", "2024-06-25", "400", claim.Disagrees},
		{"strength.present", "contributor=KEN", "2024-08-28", "394", claim.Disagrees},
		{"money.received", "currency=USD", "2024-04", "18,000,000", claim.Rounded},
		{"money.received", "currency=USD", "2024-02-29", "10,800,000", claim.Unknown},
		{"money.received", "currency=USD", "2024-12-31", "85,000,000", claim.Unknown},
		{"money.pledged", "currency=USD", "2024-12-31", "110,300,000", claim.Unknown},
		{"money.received", "currency=USD", "2025-02-04", "110,000,000", claim.Unknown},
		{"money.received", "currency=USD", "2025-12", "113,000,000", claim.Unknown},
		{"money.announced", "donor=CAN;currency=USD", "2024-06-26", "80,500,000", claim.Incomparable},
		{"casualties.deaths", "contributor=KEN", "2025-09", "3", claim.Agrees},
	} {
		t.Run(tc.measure+" "+tc.scope+" "+tc.claimed, func(t *testing.T) {
			at := slices.IndexFunc(report.Claims, func(v claim.Verdict) bool {
				return v.Measure == tc.measure && v.Scope == tc.scope && strings.HasPrefix(v.Record.Text("at"), tc.at) && strings.Contains(v.Claimed, tc.claimed)
			})
			if at < 0 {
				t.Fatal("the claim is not held")
			}
			v := report.Claims[at]
			if v.Verdict != tc.verdict || v.Why == "" {
				t.Errorf("verdict %s (%s), want %s with a reason", v.Verdict, v.Why, tc.verdict)
			}
		})
	}
	for _, v := range report.Claims {
		if v.Record.Text(record.FieldSource) == "" || v.Record.Text(record.FieldGrade) == "" {
			t.Errorf("%s has no source or no grade", v.Key)
		}
	}
}

// TestEveryFormOfAFigureGivesTheSameNumber asks the page, its other forms and
// the engine.
func TestEveryFormOfAFigureGivesTheSameNumber(t *testing.T) {
	n := openSample(t)
	site, err := n.Site(app.SiteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	for _, who := range []string{"", "&as=public"} {
		query := "?at=2025-01-05&by=contributor" + who
		page := get(t, server.URL+"/haiti-mss/figures/strength.present"+query)
		if !strings.Contains(page, "590") || !strings.Contains(page, "400") {
			t.Errorf("the page does not show 590 and 400")
		}
		var figure struct {
			Total int `json:"total"`
			Rows  []struct {
				By      map[string]string `json:"by"`
				Value   int               `json:"value"`
				Records int               `json:"records"`
			} `json:"rows"`
		}
		if err := json.Unmarshal([]byte(get(t, server.URL+"/haiti-mss/figures/strength.present.json"+query)), &figure); err != nil {
			t.Fatal(err)
		}
		if figure.Total != 590 || len(figure.Rows) != 6 || figure.Rows[0].Value != 400 {
			t.Errorf("json: %+v, want 590 in six rows, the first 400", figure)
		}
		if csv := get(t, server.URL+"/haiti-mss/figures/strength.present.csv"+query); !strings.Contains(csv, "KEN,400") && !strings.Contains(csv, ",400") {
			t.Errorf("csv does not give 400:\n%s", csv)
		}
	}
}

func get(t *testing.T, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v\n%s", address, res.Status, err, body)
	}
	return string(body)
}

func TestTwoMissionsStandSideBySide(t *testing.T) {
	n := openSample(t)
	if len(n.Missions()) != 2 {
		t.Fatalf("%d missions, want 2", len(n.Missions()))
	}
	for _, m := range n.Missions() {
		page, err := n.Door.List(t.Context(), access.Public(), record.Query{Mission: m.ID, Kind: "instrument"})
		if err != nil || len(page.Versions) == 0 {
			t.Errorf("%s: %d instruments %v, want some", m.ID, len(page.Versions), err)
		}
		for _, v := range page.Versions {
			if v.Mission != m.ID {
				t.Errorf("%s among the records of %s", v.Key, m.ID)
			}
		}
	}
}

func TestADemoNeverThrowsAwayAMissionOfYours(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if _, err := app.Init(t.Context(), dir, "../../missions/cod-demo/mission.yaml", journal.Unlock{}, time.Now); err != nil {
		t.Fatal(err)
	}
	if err := app.Demo(t.Context(), dir, missions.FS, missions.Order(), time.Now, nil); err == nil {
		t.Fatal("demo took the folder of a real mission")
	}
	if _, err := app.Open(t.Context(), app.Config{Data: dir, ReadOnly: true, Now: time.Now, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Errorf("the folder cannot be opened any more: %v", err)
	}
}

func TestOneWriterAndManyReadersShareAFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if _, err := app.Init(t.Context(), dir, "../../missions/cod-demo/mission.yaml", journal.Unlock{}, time.Now); err != nil {
		t.Fatal(err)
	}
	config := app.Config{Data: dir, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	first, err := app.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if second, err := app.Open(t.Context(), config); err == nil {
		_ = second.Close()
		t.Error("a second writer was let in")
	}
	config.ReadOnly = true
	reader, err := app.Open(t.Context(), config)
	if err != nil {
		t.Fatalf("a reader beside the writer: %v", err)
	}
	_ = reader.Close()
}
