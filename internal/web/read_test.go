package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/web"
)

func TestDatesStayInEveryLink(t *testing.T) {
	w := reading(t).local()
	html := w.get(t, "/haiti-mss?at=2025-01-05&known=2025-02-01&lang=fr")
	for part := range strings.SplitSeq(html, `href="`) {
		link, _, _ := strings.Cut(part, `"`)
		if !strings.HasPrefix(link, "/haiti-mss") || link == "/haiti-mss/minimise" { // which is about now
			continue
		}
		changes := strings.Contains(html, `href="`+link+`">Revenir`) || strings.Contains(html, `href="`+link+`">Telle que connue`) || strings.Contains(link, "lang=") && !strings.Contains(link, "lang=fr")
		if !changes && (!strings.Contains(link, "at=2025-01-05") || !strings.Contains(link, "known=2025-02-01") || !strings.Contains(link, "lang=fr")) {
			t.Errorf("%s lost its dates", link)
		}
	}
	if said := text(html); !strings.Contains(said, "Vous consultez le passé") || !strings.Contains(said, "5 janvier 2025, 23:59") {
		t.Error(said[:600])
	}
}

func TestDatesAreReadInEveryWriting(t *testing.T) {
	zone, err := time.LoadLocation("America/Port-au-Prince")
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"2025-01-05": "2025-01-05T23:59:59-05:00", "2025-01": "2025-01-31T23:59:59-05:00", "2025-01-05T12:00:00Z": "2025-01-05T07:00:00-05:00",
		"051200RJAN25": "2025-01-05T12:00:00-05:00", "052359RJAN25": "2025-01-05T23:59:59-05:00",
		"2025-01-05T12:00:00 03:00": "2025-01-05T04:00:00-05:00", "2025-07-05": "2025-07-05T23:59:59-04:00",
	} {
		if got, err := web.Instant(in, zone); err != nil || got.In(zone).Format(time.RFC3339) != want {
			t.Errorf("%s: %s, %v; want %s", in, got.In(zone).Format(time.RFC3339), err, want)
		}
	}
	for _, bad := range []string{"yesterday", "01/02/2025", "2025-01-05/2025-02-01", "251630JMAR25", "2025-13-01"} {
		if got, err := web.Instant(bad, zone); err == nil {
			t.Errorf("%s was read as %s", bad, got)
		}
	}
}

func TestAProblemSaysWhatToDo(t *testing.T) {
	w := reading(t).local()
	for _, c := range []struct {
		target string
		status int
		hint   string
	}{
		{"/haiti-mss.json?at=yesterday", 400, "2025-01-05"},
		{"/haiti-mms.json", 404, "/haiti-mss"},
		{"/haiti-mss/figurs.json", 404, "/haiti-mss/figures"},
		{"/haiti-mss/figures/strength.presnt.json", 404, "/haiti-mss/figures/strength.present"},
		{"/haiti-mss/records/movment.json", 404, "/haiti-mss/records/movement"},
		{"/haiti-mss/records/movement/none.json", 404, "/haiti-mss/records/movement"},
		{"/haiti-mss/figures/strength.present.json?by=colour", 400, "contributor"},
		{"/haiti-mss/figures/strength.present.json?where=KEN", 400, "where="},
		{"/haiti-mss/claims.json?verdict=maybe", 400, "disagrees"},
		{"/haiti-mss/records/movement.json?order=up", 400, "order=old"},
	} {
		t.Run(c.target, func(t *testing.T) {
			got := w.ask("GET", c.target, nil)
			var p struct {
				Title, Hint, Instance string
				Status                int
			}
			if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil {
				t.Fatal(err, got.Body)
			}
			if got.Code != c.status || p.Status != c.status || !strings.Contains(p.Hint, c.hint) || got.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("%d %s %+v", got.Code, got.Header().Get("Content-Type"), p)
			}
			html := w.ask("GET", strings.Replace(c.target, ".json", "", 1), nil)
			if html.Code != c.status || !strings.Contains(text(html.Body.String()), "What to do:") {
				t.Errorf("the page: %d", html.Code)
			}
		})
	}
}

func TestThePublicSeesWhatIsPublicEverywhere(t *testing.T) {
	w := writing(t)
	typed := arrival()
	typed["e.ref"], typed["f.marking"], typed["f.note"] = "mov-hidden", "mission", "zebrafish"
	if _, code, body := w.local().fill(t, "/haiti-mss/records/movement/new", typed); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	if err := w.node.Records.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.local().get(t, "/haiti-mss/search?q=zebrafish"); !strings.Contains(got, "mov-hidden") {
		t.Fatal("not even the local actor finds it")
	}
	for _, target := range []string{
		"/haiti-mss", "/haiti-mss/records/movement", "/haiti-mss/records/movement.csv", "/haiti-mss/records/movement.json", "/haiti-mss/search.json?q=zebrafish",
		"/haiti-mss/corrections", "/haiti-mss/corrections.atom", "/haiti-mss/sources/src-b1", "/haiti-mss/sources/src-b1.json",
		"/haiti-mss/figures/strength.present?at=2025-03-05", "/haiti-mss/figures/strength.present.json?at=2025-03-05&by=contributor", "/haiti-mss/figures/strength.present/evidence.csv?at=2025-03-05", "/haiti-mss/map.geojson", "/haiti-mss/map/points.json", "/haiti-mss/map/points",
	} {
		for who, a := range map[string]*asker{"from outside": w.public(), "as the public": {world: w, header: http.Header{}, cookie: []*http.Cookie{{Name: "konbit_as", Value: "public"}}}} {
			if body := a.get(t, target); strings.Contains(body, "mov-hidden") || strings.Contains(body, "zebrafish\"") && !strings.Contains(target, "search") {
				t.Errorf("%s tells it to somebody %s", target, who)
			}
		}
	}
	if got := w.public().ask("GET", "/haiti-mss/records/movement/mov-hidden", nil); got.Code != http.StatusNotFound {
		t.Errorf("the record itself: %d", got.Code)
	}
}

func TestAnEndedMissionRestsOnItsLastDay(t *testing.T) {
	w := reading(t).local()
	said := text(w.get(t, "/haiti-mss"))
	for _, want := range []string{"The mission is over", "1 October 2025", "Ended 414 days ago", "Gang Suppression Force"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in %s", want, said[:500])
		}
	}
	if html := w.get(t, "/haiti-mss"); !strings.Contains(html, `/haiti-mss/figures/strength.present?at=2025-10-01"`) {
		t.Error("its links do not state the day")
	}
	if said := text(w.get(t, "/haiti-mss?at=2025-01-05")); !strings.Contains(said, "270 days left") || !strings.Contains(said, "590 persons") {
		t.Error(said[:800])
	}
}

func TestSearchListsAndFilters(t *testing.T) {
	w := reading(t).local()
	if said := text(w.get(t, "/haiti-mss/search?q=jeremie")); !strings.Contains(said, "Jérémie") {
		t.Error("accents keep a place from being found")
	}
	all, kenyan := w.get(t, "/haiti-mss/records/movement.csv"), w.get(t, "/haiti-mss/records/movement.csv?contributor=KEN")
	if a, k := len(readCSV(t, all)), len(readCSV(t, kenyan)); k >= a || k < 4 {
		t.Errorf("%d lines of %d", k, a)
	}
	newest, oldest := readCSV(t, all), readCSV(t, w.get(t, "/haiti-mss/records/movement.csv?order=old"))
	if newest[2][0] != oldest[len(oldest)-1][0] {
		t.Errorf("newest %s, last of the oldest %s", newest[2][0], oldest[len(oldest)-1][0])
	}
	t.Run("pages join without a gap or a double", func(t *testing.T) {
		seen, target := map[string]bool{}, "/haiti-mss/records/claim.json"
		for target != "" {
			var page struct {
				Count   int
				Next    string
				Records []struct{ Ref string }
			}
			if err := json.Unmarshal([]byte(w.get(t, target)), &page); err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Records {
				if seen[r.Ref] {
					t.Errorf("%s twice", r.Ref)
				}
				seen[r.Ref] = true
			}
			if target = ""; page.Next != "" {
				target = "/haiti-mss/records/claim.json?after=" + page.Next
			} else if len(seen) != page.Count {
				t.Errorf("%d of %d", len(seen), page.Count)
			}
		}
	})
}

func TestASourceShowsWhatRestsOnIt(t *testing.T) {
	w := reading(t).local()
	said := text(w.get(t, "/haiti-mss/sources/src-b5"))
	if !strings.Contains(said, "What rests on this source") || !strings.Contains(said, "Guatemala · Arrived") {
		t.Error(said)
	}
}

func TestTextThatASpreadsheetWouldRun(t *testing.T) {
	for in, want := range map[string]string{"=1+1": "'=1+1", "@SUM(A1)": "'@SUM(A1)", "+cmd|x": "'+cmd|x", "-72.3": "-72.3", "+509 1234": "'+509 1234", "": "", "plain": "plain", "＝1+1": "'＝1+1", "\n=1": "'\n=1", "=5": "'=5", "'=x": "''=x"} {
		if got := web.Unformula(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string]string{"a.json": "/m/a%2Ejson", "a/b": "/m/a%2Fb", "strength.present": "/m/strength.present", "é": "/m/%C3%A9"} {
		if got := web.Address("m", in); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
	for in, want := range map[string][2]string{"/m/a.json": {"/m/a", "json"}, "/m/a%2Ejson": {"/m/a%2Ejson", ""}, "/m/strength.present": {"/m/strength.present", ""}, "/.json": {"/.json", ""}, "/a.b/c": {"/a.b/c", ""}} {
		if rest, suffix := web.CutSuffix(in); rest != want[0] || suffix != want[1] {
			t.Errorf("%s: %q %q", in, rest, suffix)
		}
	}
}

// No address makes the pages fail: whatever is typed, the answer is a page, a
// redirect or a problem of the visitor's.
func TestNoAddressFails(t *testing.T) {
	w := reading(t).public()
	try := func(t interface{ Errorf(string, ...any) }, target string) {
		r, err := http.NewRequest("GET", target, nil)
		if err != nil || r.URL.Host != "" || strings.ContainsAny(target, " \r\n\t#") {
			return
		}
		if got := w.ask("GET", r.URL.RequestURI(), nil); got.Code >= 500 {
			t.Errorf("%s: %d %s", target, got.Code, got.Body)
		}
	}
	for _, target := range []string{
		"/haiti-mss/records/claim?after=x&q=a\"b*", "/haiti-mss/records/place.geojson?place=x", "/haiti-mss/sources/%2e%2e%2f.json", "/index.xlsx?as=public",
		"/%00", "/haiti-mss/figures/x/evidence?where=a=b=c", "/haiti-mss/figures/strength.present?where=sex=F&by=sex,post", "/haiti-mss/claims?measure=x&verdict=agrees", "//", "/-/x",
		"/haiti-mss/figures/strength.present?from=2025-01-01&at=2024-01-01", "/haiti-mss/figures/strength.present/evidence?after=1", "/haiti-mss/search?q=%22&after=%00", "/haiti-mss?at=0001-01-01", "/haiti-mss?known=9999-12-31",
	} {
		try(t, target)
	}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"figures", "records", "claims", "sources", "search", "map", "corrections", "movement", "claim", "strength.present", "money.received", "evidence", "new", "x", "%2F", ".json"})
		value := rapid.SampledFrom([]string{"", "2025-01-05", "yes", "KEN", "contributor", "contributor=KEN", "sex=F,M", "0", "-1", "\u00e9", "'", "*", "(", "a OR b"})
		target := "/haiti-mss/" + strings.Join(rapid.SliceOfN(word, 0, 4).Draw(t, "path"), "/") + rapid.SampledFrom([]string{"", ".json", ".csv", ".xlsx", ".geojson", ".atom"}).Draw(t, "form") + "?"
		for _, name := range rapid.SliceOfN(rapid.SampledFrom([]string{"at", "known", "by", "where", "q", "after", "order", "verdict", "measure", "contributor", "from", "lang"}), 0, 4).Draw(t, "names") {
			target += name + "=" + url.QueryEscape(value.Draw(t, name)) + "&"
		}
		try(t, target)
	})
}

// What is read as a date is read the same again from its own writing.
func FuzzInstant(f *testing.F) {
	for _, seed := range []string{"2025-01-05", "2025-01", "051200RJAN25", "2025-01-05T12:00-05:00", "2025-01-05T12:00:00.123Z", "..", "/", "2025-01-05/..", "~", "9999-12-31"} {
		f.Add(seed)
	}
	zone, err := time.LoadLocation("America/Port-au-Prince")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := web.Instant(text, zone)
		if err != nil || text == "" || first.Year() < 1920 || first.Year() > 9998 /* before, offsets had seconds, which RFC 3339 cannot write */ {
			return
		}
		again, err := web.Instant(first.Format(time.RFC3339Nano), zone)
		if err != nil || !again.Truncate(time.Second).Equal(first.Truncate(time.Second)) {
			t.Errorf("%q is %s, then %s, %v", text, first, again, err)
		}
	})
}
