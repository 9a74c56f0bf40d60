package app_test

import (
	"bytes"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/sitrep"
)

var update = flag.Bool("update", false, "write the golden files anew")

// season is a node of one mission whose clock moves through generated days.
type season struct {
	t     *testing.T
	node  *app.Node
	zone  *time.Location
	clock time.Time
	// incidents are those recorded, by ref, with the day they belong to.
	incidents map[string]string
	killed    map[string]int // by day
	present   map[string]int // at the end of a day
	there     int            // now
}

// lakeShore is the map of the mission: two areas, one on each side of the lake.
const lakeShore = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"name":"West"},"geometry":{"type":"Polygon","coordinates":[[[30,1],[31,1],[31,3],[30,3],[30,1]]]}},
{"type":"Feature","properties":{"name":"East"},"geometry":{"type":"Polygon","coordinates":[[[31.2,1],[32,1],[32,3],[31.2,3],[31.2,1]]]}}]}`

func newSeason(t *testing.T, zone string) *season {
	t.Helper()
	s := &season{t: t, incidents: map[string]string{}, killed: map[string]int{}, present: map[string]int{}, there: 241}
	var err error
	if s.zone, err = time.LoadLocation(zone); err != nil {
		t.Fatal(err)
	}
	// The first morning of the sixty, some of which lie on both sides of the day
	// on which clocks are moved in the west.
	s.clock = time.Date(2025, 2, 1, 6, 0, 0, 0, s.zone)
	file := filepath.Join(t.TempDir(), "mission.yaml")
	yaml := "id: lake\ntitle: Lake mission\nsummary: A fictional mission.\nzone: " + zone +
		"\nhost: NOR\nlead: KEN\ncontributors: [KEN, JAM]\nlanguages: [en]\nstarted: \"2025-01-01\"\n" +
		"map: {file: map.geojson, provenance: Drawn for this test., licence: Nobody’s.}\n"
	if err := os.WriteFile(filepath.Join(filepath.Dir(file), "map.geojson"), []byte(lakeShore), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	now := func() time.Time { return s.clock }
	if _, err := app.Init(t.Context(), data, file, journal.Unlock{}, now); err != nil {
		t.Fatal(err)
	}
	if s.node, err = app.Open(t.Context(), app.Config{Data: data, Now: now, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.node.Close() })
	s.say("source", "src-own", map[string]string{"at": "2025-01-01", "title": "The mission itself", "publisher": "Lake mission"})
	for _, name := range []string{"North", "South", "Ferry"} {
		s.say("post", "pst-"+strings.ToLower(name), map[string]string{"at": "2025-01-02", "name": name, "type": "BASE", "status": "OPEN"})
	}
	s.say("movement", "mov-1", map[string]string{"at": "2025-01-10", "contributor": "KEN", "direction": "IN", "persons": "217"})
	s.say("movement", "mov-2", map[string]string{"at": "2025-01-12", "contributor": "JAM", "direction": "IN", "persons": "24"})
	return s
}

func (s *season) say(kindID, ref string, fields map[string]string) {
	s.t.Helper()
	source := "src-own"
	if kindID == "source" {
		source = ""
	}
	out, err := s.node.Desk.Submit(s.t.Context(), access.Local(), "lake", []desk.Draft{{Kind: kindID, Ref: ref, Source: source, Fields: fields}}, desk.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	if out[0].Status == desk.StatusRefused {
		s.t.Fatalf("%s %s: %v", kindID, ref, out[0].Problems)
	}
}

func actor(name string, role access.Role) access.Actor {
	return access.Actor{Name: name, Grants: []access.Grant{{Role: role, Mission: "lake"}}}
}

// live goes through one day: incidents at any minute and at the very edges, inputs
// of some posts, patrols; and the report drafted, checked and released.
func (s *season) live(r *rand.Rand, n int) string {
	s.t.Helper()
	rhythm := sitrep.UsualRhythm()
	morning := time.Date(2025, 2, 1+n, 0, 0, 0, 0, s.zone)
	day := morning.Format(time.DateOnly)
	p, err := sitrep.PeriodOf(sitrep.Daily, day, rhythm, s.zone)
	if err != nil {
		s.t.Fatal(err)
	}
	s.clock = p.To.Add(30 * time.Minute)
	minutes := int(p.To.Sub(p.From) / time.Minute)
	at := []time.Time{p.From, p.To.Add(-time.Second), time.Date(2025, 2, 1+n, 0, 0, 0, 0, s.zone)}
	for range r.IntN(4) {
		at = append(at, p.From.Add(time.Duration(r.IntN(minutes))*time.Minute))
	}
	for i, t := range at {
		ref, killed := fmt.Sprintf("inc-%s-%d", day, i), r.IntN(3)
		s.say("incident", ref, map[string]string{
			"at": t.UTC().Format(time.RFC3339), "category": "SHOOTING", "summary": "Shots " + ref, "place": "Ferry", "killed": strconv.Itoa(killed), "own-injured": strconv.Itoa(r.IntN(2)),
		})
		s.incidents[ref] = sitrep.DayOf(t, rhythm, s.zone)
		s.killed[s.incidents[ref]] += killed
	}
	s.move(n, p.From.Add(time.Hour))
	s.present[day] = s.there
	for _, post := range []string{"pst-north", "pst-south", "pst-ferry"} {
		switch r.IntN(4) {
		case 0: // says nothing
		case 1:
			s.say("input", "inp-"+day+"-"+post, map[string]string{"at": stampOf(s.clock), "post": post, "for": day, "nil": "yes"})
		default:
			s.say("input", "inp-"+day+"-"+post, map[string]string{"at": stampOf(s.clock), "post": post, "for": day, "section": "SITUATION", "text": "Quiet on the shore."})
		}
	}
	return s.release(sitrep.Daily, day)
}

// move has some go on leave and come back, and two leave for good.
func (s *season) move(n int, at time.Time) {
	for _, m := range []struct {
		day          int
		contributor  string
		direction    string
		persons, sum int
	}{{19, "KEN", "LEAVE", 5, -5}, {19, "JAM", "LEAVE", 1, -1}, {26, "KEN", "RETURN", 5, 5}, {40, "JAM", "OUT", 2, -2}, {40, "JAM", "IN", 3, 3}} {
		if m.day != n {
			continue
		}
		s.say("movement", fmt.Sprintf("mov-%d-%s-%s", n, m.contributor, m.direction), map[string]string{
			"at": stampOf(at), "contributor": m.contributor, "direction": m.direction, "persons": strconv.Itoa(m.persons),
		})
		s.there += m.sum
	}
}

func stampOf(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (s *season) release(form, day string) string {
	s.t.Helper()
	ctx, reports := s.t.Context(), s.node.Reports()
	ref, err := reports.Open(ctx, actor("dora", access.RoleDuty), "lake", "HQ", form, day)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := reports.Save(ctx, actor("dora", access.RoleDuty), "lake", ref, map[string]string{"words-summary": "The day was as it was."}, "save-"+ref); err != nil {
		s.t.Fatal(err)
	}
	if err := reports.Check(ctx, actor("oda", access.RoleOperations), "lake", ref, "check-"+ref); err != nil {
		s.t.Fatal(err)
	}
	if err := reports.Release(ctx, actor("cora", access.RoleCommander), "lake", ref, "out-"+ref); err != nil {
		s.t.Fatal(err)
	}
	return ref
}

func (s *season) compose(ref string, a sitrep.Audience, lang string) (sitrep.Report, sitrep.Document) {
	s.t.Helper()
	r, err := s.node.Reports().Report(s.t.Context(), actor("dora", access.RoleDuty), "lake", ref)
	if err != nil {
		s.t.Fatal(err)
	}
	d, err := s.node.Reports().Compose(s.t.Context(), r, a, lang)
	if err != nil {
		s.t.Fatal(err)
	}
	return r, d
}

// alone asks a figure by itself, as the page of the figure does.
func (s *season) alone(id string, p sitrep.Period, known time.Time) string {
	s.t.Helper()
	f, err := s.node.Figures.Figure(s.t.Context(), access.Local(), measure.Query{Mission: "lake", Measure: id, From: p.From.Add(-time.Second), At: p.To.Add(-time.Second), Known: known})
	if err != nil {
		s.t.Fatal(err)
	}
	if f.Total == nil {
		return "0"
	}
	return f.Total.String()
}

func sectionOf(d sitrep.Document, id string) sitrep.Section {
	for _, s := range d.Sections {
		if s.ID == id {
			return s
		}
	}
	return sitrep.Section{}
}

func column(t sitrep.Table, label string) int {
	for i, c := range t.Columns {
		if c.Label == label {
			return i
		}
	}
	return -1
}

func TestSixtyDaysOfReports(t *testing.T) {
	for _, zone := range []string{"America/Port-au-Prince", "Africa/Nairobi"} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			s := newSeason(t, zone)
			r := rand.New(rand.NewPCG(60, uint64(len(zone)))) // the same days each time
			in := map[string]string{}
			days := 60
			if testing.Short() { // beside the race detector; test/go.sh asks for all of them without it
				days = 6
			}
			for n := range days {
				s.day(r, n, in)
			}
			if len(in) < 3*(days-1) || len(s.incidents) < 3*days {
				t.Errorf("%d incidents of %d stand in reports: the days are not lived", len(in), len(s.incidents))
			}
			for ref, day := range s.incidents {
				// What happened at the very end of the last day is in the next.
				if in[ref] != day && day <= time.Date(2025, 2, days, 0, 0, 0, 0, time.UTC).Format(time.DateOnly) {
					t.Errorf("%s happened on %s and stands in the report of %q", ref, day, in[ref])
				}
			}
			if !testing.Short() {
				s.golden(zone)
			}
		})
	}
}

// day holds one daily report to what was recorded.
func (s *season) day(r *rand.Rand, n int, in map[string]string) {
	s.t.Helper()
	ref := s.live(r, n)
	report, d := s.compose(ref, sitrep.Internal(), "en")
	if want := fmt.Sprintf("HQ/DSR/2025/%d", n+1); d.Number != want {
		s.t.Errorf("the report of %s has the number %s, not %s", report.Period.Day, d.Number, want)
	}
	incidents := sectionOf(d, "incidents")
	if len(incidents.Figures) != 2 || len(incidents.Tables) != 1 {
		s.t.Fatalf("%s: %+v", ref, incidents)
	}
	table := incidents.Tables[0]
	refs, killed := column(table, "Ref"), column(table, "Killed")
	for _, row := range table.Rows {
		if was, twice := in[row[refs]]; twice {
			s.t.Errorf("%s stands in the reports of %s and %s", row[refs], was, report.Period.Day)
		}
		in[row[refs]] = report.Period.Day
	}
	for i, id := range []string{"incidents.recorded", "incidents.killed"} {
		if got := s.alone(id, report.Period, report.Known()); got != incidents.Figures[i].Value {
			s.t.Errorf("%s: %s is %s alone and %s in the report", ref, id, got, incidents.Figures[i].Value)
		}
	}
	if got := table.Total[killed]; got != incidents.Figures[1].Value {
		s.t.Errorf("%s: the column says %s killed, the figure %s", ref, got, incidents.Figures[1].Value)
	}
	if got := strconv.Itoa(len(table.Rows)); got != incidents.Figures[0].Value {
		s.t.Errorf("%s: %s rows, the figure says %s", ref, got, incidents.Figures[0].Value)
	}
	s.totals(ref, d)
	personnel, present := sectionOf(d, "personnel"), strconv.Itoa(s.present[report.Period.Day])
	if personnel.Figures[0].Value != present || personnel.Tables[0].Total[column(personnel.Tables[0], "At the end")] != present {
		s.t.Errorf("%s: not %s: %+v", ref, present, personnel)
	}
	s.balance(ref, personnel.Tables[0])
	s.standings(ref, report.Period.Day, d)
}

// totals holds that every total is the sum of its column, or says that something is
// not known.
func (s *season) totals(ref string, d sitrep.Document) {
	s.t.Helper()
	for _, section := range d.Sections {
		for _, t := range section.Tables {
			for i, c := range t.Columns {
				if !c.Number || t.Total == nil || t.Total[i] == "" {
					continue
				}
				sum := 0
				for _, row := range t.Rows {
					n, err := strconv.Atoi(row[i])
					if err != nil && row[i] != "–" {
						s.t.Errorf("%s: %q is no number in %q", ref, row[i], c.Label)
					}
					sum += n
				}
				if got := t.Total[i]; got != strconv.Itoa(sum) && (got != "–" || sum != 0) {
					s.t.Errorf("%s: the total of %q is %s, its rows make %d", ref, c.Label, got, sum)
				}
			}
		}
	}
}

// balance holds that who was there, came and left makes who is there, row by row, and
// that the sexes make all.
func (s *season) balance(ref string, t sitrep.Table) {
	s.t.Helper()
	for _, row := range append(slices.Clone(t.Rows), t.Total) {
		n := func(label string) int {
			v, _ := strconv.Atoi(row[column(t, label)]) // – is none
			return v
		}
		if n("At the beginning")+n("In")-n("Out") != n("At the end") || n("Women")+n("Men")+n("Sex not said") != n("At the end") {
			s.t.Errorf("%s: the strength does not balance: %v", ref, row)
		}
	}
}

// standings holds that NIL is never said for those who said nothing.
func (s *season) standings(ref, day string, d sitrep.Document) {
	s.t.Helper()
	inputs, err := s.node.Reports().Inputs(s.t.Context(), access.Local(), "lake", day, record.AsOf{})
	if err != nil {
		s.t.Fatal(err)
	}
	n, m := sitrep.Received(inputs)
	want := sitrep.Nil
	if n < m {
		want = sitrep.NotReceived
	}
	if got := sectionOf(d, "conduct").Standing; got != want {
		s.t.Errorf("%s: %d of %d sent something and the section is %s", ref, n, m, got)
	}
	if !strings.Contains(sitrep.Text(d), fmt.Sprintf("%d of %d received", n, m)) {
		s.t.Errorf("%s does not say %d of %d", ref, n, m)
	}
}

// golden are a weekly, a monthly and a daily as they are read, in five languages.
func (s *season) golden(zone string) {
	s.t.Helper()
	name := strings.ToLower(zone[strings.LastIndexByte(zone, '/')+1:])
	week := s.release(sitrep.Weekly, "2025-03-09") // clocks were moved that night in the west
	_, d := s.compose(week, sitrep.Internal(), "en")
	sum := 0
	for day := 3; day <= 9; day++ {
		_, daily := s.compose(fmt.Sprintf("DSR-HQ-2025-03-%02d", day), sitrep.Internal(), "en")
		n, err := strconv.Atoi(sectionOf(daily, "incidents").Figures[1].Value)
		if err != nil {
			s.t.Fatal(err)
		}
		sum += n
	}
	if got := sectionOf(d, "incidents").Figures[1].Value; got != strconv.Itoa(sum) {
		s.t.Errorf("the week says %s killed, its days %d", got, sum)
	}
	for _, lang := range []string{"en", "fr", "ht", "es", "sw"} {
		_, daily := s.compose("DSR-HQ-2025-03-09", sitrep.Internal(), lang)
		s.same(name+"-daily-"+lang+".txt", sitrep.Text(daily))
	}
	for _, lang := range []string{"en", "ht"} {
		_, daily := s.compose("DSR-HQ-2025-03-09", sitrep.Internal(), lang)
		s.same(name+"-daily-"+lang+".pdf.txt", s.printed(daily))
	}
	s.same(name+"-weekly.pdf.txt", s.printed(d))
	month := s.release(sitrep.Monthly, "2025-03-31")
	_, d = s.compose(month, sitrep.Public(), "en")
	s.same(name+"-monthly-public.txt", sitrep.Text(d))
	s.same(name+"-weekly.txt", func() string { _, d := s.compose(week, sitrep.Internal(), "en"); return sitrep.Text(d) }())
}

// printed is what stands in the PDF of a report, as somebody else's program reads it.
func (s *season) printed(d sitrep.Document) string {
	s.t.Helper()
	reader, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") == "true" {
			s.t.Fatal("pdftotext is not on this machine")
		}
		s.t.Skip("SKIPPED: pdftotext is not on this machine, so nobody has read the PDF back")
	}
	path := filepath.Join(s.t.TempDir(), "report.pdf")
	var out bytes.Buffer
	if err := sitrep.PDF(&out, d, ""); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		s.t.Fatal(err)
	}
	text, err := exec.CommandContext(s.t.Context(), reader, "-raw", path, "-").Output()
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\f", "\n")
}

func (s *season) same(name, got string) {
	s.t.Helper()
	path := filepath.Join("testdata", "reports", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		s.t.Errorf("%s: %s", name, diff)
	}
}

// What nobody recorded is not done: of parts it is known who sent theirs, of a plan of
// patrols it is not known whether there is one.
func TestWhatIsDueSaysOnlyWhatIsKnown(t *testing.T) {
	s := newSeason(t, "Africa/Nairobi")
	thursday := time.Date(2025, 2, 6, 0, 0, 0, 0, s.zone)
	s.clock = thursday.Add(18*time.Hour + time.Minute)
	states := func() map[string]string {
		t.Helper()
		due, err := s.node.Reports().Due(t.Context(), actor("dora", access.RoleDuty), "lake", thursday, thursday.AddDate(0, 0, 1))
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, d := range due {
			out[d.What] = d.State
		}
		return out
	}
	want := map[string]string{"input": sitrep.DueLate, "plan": sitrep.DuePast, "cutoff": sitrep.DueDone, "remind": sitrep.DueOpen, "issue": sitrep.DueOpen}
	if diff := cmp.Diff(want, states()); diff != "" {
		t.Error(diff)
	}
	for _, post := range []string{"pst-north", "pst-south", "pst-ferry"} {
		s.say("input", "inp-"+post, map[string]string{"at": stampOf(s.clock), "post": post, "for": "2025-02-06", "nil": "yes"})
	}
	if got := states()["input"]; got != sitrep.DueDone {
		t.Errorf("every post has sent its part, and it is %q", got)
	}
}
