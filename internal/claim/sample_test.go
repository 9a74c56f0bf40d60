package claim_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/lang"
	"konbit.org/konbit/internal/mandate"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/mission"
	"konbit.org/konbit/internal/money"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/store"
	"konbit.org/konbit/internal/strength"
)

// node is the sample mission on real files, without a web or a command line.
type node struct {
	*mission.Mission
	kinds    *kind.Set
	measures *measure.Set
	words    *lang.Catalogue
	records  *record.Store
	figures  *measure.Engine
	claims   *claim.Checker
	desk     *desk.Desk
}

func (n *node) Kind(_, id string) (*kind.Kind, bool) { return n.kinds.Get(id) }
func (n *node) Zone(string) *time.Location           { return n.Location() }

const sample = "../../missions/haiti-mss"

// openSample loads the sample mission's definitions and its sheets.
func openSample(t *testing.T) *node {
	t.Helper()
	n := &node{}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	n.Mission, err = mission.Load(os.DirFS(sample), ".")
	must(err)
	folders := []fs.FS{}
	for _, d := range []string{"strength", "casualty", "mandate", "training", "services", "custody", "operations", "support", "outreach", "money", "claim", "places", "sitrep"} {
		folders = append(folders, os.DirFS("../"+d))
	}
	folders = append(folders, n.Folder())
	n.kinds, err = kind.Load(folders...)
	must(err)
	n.measures, err = measure.Load(n.kinds, folders...)
	must(err)
	n.words, err = lang.Load()
	must(err)
	n.open(t, must)
	for _, s := range n.Sheets {
		n.submit(t, s.Kind, filepath.Join(sample, s.File))
	}
	return n
}

func (n *node) open(t *testing.T, must func(error)) {
	ctx, dir := context.Background(), t.TempDir()
	now := func() time.Time { return time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) }
	log := slog.New(slog.DiscardHandler)
	db, err := store.Open(ctx, filepath.Join(dir, "konbit.db"), store.Options{})
	must(err)
	keys, err := journal.OpenKeys(ctx, filepath.Join(dir, "keys"), now)
	must(err)
	n.records, err = record.Open(ctx, record.Options{DB: db, Schema: n, Log: log})
	must(err)
	n.figures = measure.New(measure.Options{Source: n.records, Now: now, Missions: func(string) (measure.Mission, error) {
		return measure.Mission{Kinds: n.kinds, Measures: n.measures, Zone: n.Location()}, nil
	}})
	n.records.OnChange(n.figures.Changed)
	j, err := journal.Open(ctx, journal.Options{DB: db, Keys: keys, Now: now, Folder: n.records, Log: log})
	must(err)
	j.OnCommit(n.records.Committed)
	guard, err := access.NewGuard(access.GuardOptions{Kinds: n, Now: now})
	must(err)
	n.claims = claim.New(claim.Options{Records: access.NewDoor(n.records, keys, guard), Guard: guard, Figures: n.figures, Words: n.words, Now: now})
	n.desk = desk.New(desk.Config{
		Records: n.records, Batches: n.records, Series: n.records, Journal: j, Keys: keys, Schema: n, Guard: guard, Now: now, Random: rand.Reader,
		Codes: func(string) map[string][]string { return map[string][]string{"measures": n.measures.IDs()} },
		Rules: append(append(append(strength.Rules(n.figures), money.Rules()...), mandate.Rules()...), claim.Rules()...),
	})
	t.Cleanup(func() {
		for _, c := range []func() error{j.Close, keys.Close, db.Close} {
			if err := c(); err != nil {
				t.Error(err)
			}
		}
	})
}

// submit takes a sheet in as the import does.
func (n *node) submit(t *testing.T, kindID, file string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var drafts []desk.Draft
	for i, r := range rows[1:] {
		f := map[string]string{}
		for c, name := range rows[0] {
			f[name] = r[c]
		}
		if !strings.HasPrefix(f["ref"], "#") {
			drafts = append(drafts, desk.Draft{Kind: kindID, Fields: f, Ref: f["ref"], Row: i + 2})
		}
	}
	outcomes, err := n.desk.Submit(t.Context(), access.Local(), n.ID, drafts, desk.Options{Batch: file})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outcomes {
		if o.Status == desk.StatusRefused {
			t.Errorf("%s:%d: refused: %+v", file, o.Row, o.Problems)
		}
	}
}

func (n *node) figure(t *testing.T, q measure.Query, at, known string) measure.Figure {
	t.Helper()
	end := func(text string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, text, n.Location())
		if err != nil {
			t.Fatal(err)
		}
		return d.AddDate(0, 0, 1).Add(-time.Second)
	}
	q.Mission, q.At = n.ID, end(at)
	if known != "" {
		q.Known = end(known)
	}
	f, err := n.figures.Figure(t.Context(), access.Local(), q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTheFiguresOfTheSampleMission(t *testing.T) {
	n := openSample(t)
	for _, c := range []struct {
		measure, by, at, known string
		want                   string
	}{
		{"strength.present", "contributor", "2025-01-05", "", "KEN 400, GTM 150, JAM 24, SLV 8, BHS 6, BLZ 2 = 590"},
		{"strength.present", "contributor", "2024-07-16", "", "KEN 400 = 400"},
		{"strength.present", "contributor", "2024-06-25", "", "KEN 200 = 200"},
		{"strength.present", "contributor", "2024-07-16", "2024-07-01", "KEN 200 = 200"},
		{"strength.present", "contributor", "2024-06-24", "", " = none"},
		{"money.received", "donor", "2024-04-30", "", "CAN 8700000, USA 6000000, FRA 3200000 = 17900000"},
		{"money.announced", "currency", "2024-12-31", "", "CAD 86200000 = 86200000"},
		{"cohort.graduated", "sex", "2025-01-10", "", "M 526, F 213 = 739"},
		{"mandate.ceiling", "", "2025-10-01", "", "2500 = 2500"},
		{"mandate.ceiling", "", "2025-10-02", "", "5550 = 5550"},
		{"casualties.deaths", "", "2025-04-30", "2025-05-01", "1 = 1"},
		{"casualties.deaths", "", "2025-04-30", "", "2 = 2"},
		{"casualties.missing", "", "2025-04-30", "2025-05-01", "1 = 1"},
	} {
		q := measure.Query{Measure: c.measure}
		if c.by != "" {
			q.By = []string{c.by}
		}
		f := n.figure(t, q, c.at, c.known)
		var parts []string
		for _, r := range f.Rows {
			parts = append(parts, strings.TrimSpace(r.By[c.by]+" "+r.Value.String()))
			if len(r.Evidence) != r.Records || r.Records == 0 {
				t.Errorf("%s: a row of %d records names %d", c.measure, r.Records, len(r.Evidence))
			}
		}
		total := "none"
		if f.Total != nil {
			total = f.Total.String()
		}
		if got := strings.Join(parts, ", ") + " = " + total; got != c.want {
			t.Errorf("%s at %s known %s:\n got %s\nwant %s", c.measure, c.at, c.known, got, c.want)
		}
	}
	f := n.figure(t, measure.Query{Measure: "cohort.graduated"}, "2025-01-10", "")
	if gap, _ := f.Note(measure.BalanceMissing); gap.Args["whole"] != "750" || gap.Args["difference"] != "10" {
		t.Errorf("the 750 enrolled are not held against those who left and graduated: %+v", f.Notes)
	}
	notes, err := n.claims.Notes(t.Context(), access.Local(), &f, record.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	if len(notes) != 1 || notes[0].Args["whole"] != "747" || notes[0].Args["difference"] != "7" || notes[0].Args["record"] != "clm-cadets-747" {
		t.Errorf("the 747 claimed are not held against them: %+v", notes)
	}
	recorded := n.figure(t, measure.Query{Measure: "strength.present", Recorded: time.Date(2026, 7, 1, 11, 0, 0, 0, time.UTC)}, "2025-01-05", "")
	if recorded.Total != nil {
		t.Errorf("before this node wrote anything it knew of %s", recorded.Total)
	}
}

func TestTheContradictionsOfTheSampleMission(t *testing.T) {
	n := openSample(t)
	report, err := n.claims.Check(t.Context(), access.Local(), n.ID, record.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	verdicts, count := map[string]string{}, map[string]int{}
	for _, v := range report.Claims {
		verdicts[v.Key.Ref] = v.Verdict
		count[v.Verdict]++
		if v.Why == "" || strings.Contains(v.Why, "{") || strings.Contains(v.Why, "claim.why") {
			t.Errorf("%s has no reason to print: %q", v.Key.Ref, v.Why)
		}
		t.Logf("%s %s [%s] %s", v.Verdict, v.Key.Ref, v.Claimed, v.Why)
	}
	t.Log(count)
	want := map[string]string{
		"clm-ken-2024-06-25-200":       claim.Agrees,
		"clm-ken-2024-06-25-400":       claim.Disagrees, // 400 on the first day
		"clm-ken-2025-01-24-600":       claim.Agrees,    // over 600
		"clm-ken-2025-09-745":          claim.Disagrees, // the opinion piece
		"clm-total-2025-04-1000":       claim.Rounded,   // about 1,000
		"clm-cadets-747":               claim.Disagrees,
		"clm-cadets-739":               claim.Agrees,
		"clm-fund-2024-04-received":    claim.Rounded, // 18m for 17.9m
		"clm-fund-2024-02-29-received": claim.Unknown,
		"clm-fund-2024-12-31-received": claim.Unknown,
		"clm-fund-2025-02-04-received": claim.Unknown, // 110m received
		"clm-fund-2025-02-04-raised":   claim.Incomparable,
		"clm-fund-2025-09-received":    claim.Unknown,
		"clm-can-usd-80":               claim.Incomparable,
	}
	got := map[string]string{}
	for ref := range want {
		got[ref] = verdicts[ref]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var pairs []string
	for _, x := range report.Conflicts {
		pairs = append(pairs, fmt.Sprintf("%s against %s", x.A.Ref, x.B.Ref))
		t.Log(x.Why)
	}
	golden(t, "sample", strings.Join(pairs, "\n")+"\n")
}
