package web_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/mission"
	"konbit.org/konbit/internal/web"
)

// ofPeople fills a route of the node in.
func ofPeople(pattern string) string {
	return strings.NewReplacer("{name}", "duty", "{secret}", "kbi_none", "{provider}", "none").Replace(pattern)
}

func TestEveryRouteOfPeople(t *testing.T) {
	h := town(t)
	seats := map[string]*asker{"": h.public(), "admin": h.enter(t, "admin"), "auditor": h.enter(t, "auditor"), "duty": h.enter(t, "duty")}
	may := map[string]string{"account": "admin", "audit": "auditor"}
	for _, r := range web.Routes() {
		if r.OfRecord() {
			continue
		}
		target := ofPeople(r.Pattern)
		for who, a := range seats {
			t.Run(r.Method+" "+r.Pattern+" for "+who, func(t *testing.T) {
				got := a.ask(r.Method, target, url.Values{}).Code
				in := who != "" && (r.Rule == "own" || r.Rule == "may" && may[r.Action] == who)
				switch {
				case r.Rule == "open":
					if got == http.StatusInternalServerError {
						t.Errorf("answers %d", got)
					}
				case r.Rule != "own" && r.Rule != "may":
					t.Errorf("its permission is %q", r.Rule)
				case in && r.Method == "GET" && got != http.StatusOK:
					t.Errorf("answers %d", got)
				case in && r.Method == "POST" && got != http.StatusForbidden:
					t.Errorf("a form without its token gets %d", got)
				case !in && who == "" && r.Method == "GET" && got != http.StatusSeeOther:
					t.Errorf("a stranger gets %d instead of the sign-in", got)
				case !in && who == "" && r.Method == "POST" && got != http.StatusUnauthorized:
					t.Errorf("a stranger's form gets %d", got)
				case !in && who != "" && got != http.StatusForbidden:
					t.Errorf("answers %d", got)
				}
				if who == "" && r.Rule != "open" && r.Method == "GET" {
					if data := a.ask("GET", target+".json", nil); data.Code != http.StatusUnauthorized || strings.Contains(data.Body.String(), "grants") {
						t.Errorf("as data a stranger gets %d %s", data.Code, data.Body)
					}
				}
			})
		}
	}
}

func TestNoMissionMayBeCalledAsAPageOfTheNode(t *testing.T) {
	for _, r := range web.Routes() {
		first, _, _ := strings.Cut(r.Pattern[1:], "/")
		if r.OfRecord() {
			continue
		}
		found := false
		for _, name := range mission.Reserved() {
			found = found || name == first
		}
		if !found {
			t.Errorf("%s: add %q to mission.Reserved", r.Pattern, first)
		}
	}
}

func TestEveryPageOfPeopleInEveryLanguage(t *testing.T) {
	h := town(t)
	for who, targets := range map[string][]string{
		"":        {"/sign-in", "/sign-in?next=/haiti-mss", "/setup", "/invitations/kbi_none"},
		"admin":   {"/people", "/people/duty", "/people/admin", "/account", "/account?code=", "/people/nobody.there"},
		"auditor": {"/audit"},
		"duty":    {"/account", "/people"},
	} {
		a := h.public()
		if who != "" {
			a = h.enter(t, who)
		}
		for _, target := range targets {
			for _, lang := range []string{"en", "fr", "ht", "es", "sw"} {
				t.Run(who+" at "+target+" in "+lang, func(t *testing.T) {
					join := map[bool]string{true: "&", false: "?"}[strings.Contains(target, "?")]
					got := a.ask("GET", target+join+"lang="+lang, nil)
					html := got.Body.String()
					if key := regexp.MustCompile(`\b(people|web|account|common|access)\.[a-z]+[.a-z-]*\b`).FindString(text(html)); key != "" {
						t.Errorf("shows the key %q", key)
					}
					if n := strings.Count(html, "<h1"); n != 1 {
						t.Errorf("%d first headings", n)
					}
					ids := map[string]bool{}
					for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(html, -1) {
						if ids[m[1]] {
							t.Errorf("the id %q stands twice", m[1])
						}
						ids[m[1]] = true
					}
					if bad := regexp.MustCompile(`(?i)\sstyle=|\son[a-z]+=|javascript:`).FindString(html); bad != "" {
						t.Errorf("%q does not pass its own content policy", bad)
					}
					policy := "script-src 'none'"
					if strings.Contains(html, "<script") {
						policy = "script-src 'self'"
					}
					if !strings.Contains(got.Header().Get("Content-Security-Policy"), policy) {
						t.Errorf("its policy is not %s", policy)
					}
					if got.Code == http.StatusOK && got.Header().Get("Cache-Control") != "no-store" {
						t.Errorf("may be kept: %q", got.Header().Get("Cache-Control"))
					}
				})
			}
		}
	}
}

func TestARoleIsGivenForATimeAndTakenBack(t *testing.T) {
	h := newTown(t, app.SiteOptions{})
	admin := h.enter(t, "admin")
	const page = "/people/spokesperson"
	w := admin.post(t, admin.get(t, page), page+"/grant", map[string]string{"role": "commander", "mission": "haiti-mss", "until": "tomorrow", "reason": "stands in"})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="tomorrow"`) || !strings.Contains(w.Body.String(), `value="stands in"`) {
		t.Errorf("a day that is none: %d, or what was typed is lost", w.Code)
	}
	w = admin.post(t, w.Body.String(), page+"/grant", map[string]string{"role": "commander", "mission": "haiti-mss", "until": "2026-11-21", "reason": "stands in"})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, text(w.Body.String()))
	}
	shown := func() bool {
		h.clock = h.clock.Add(time.Second)
		return strings.Contains(text(h.enter(t, "spokesperson").get(t, "/account")), "commander")
	}
	if !shown() {
		t.Error("the role is not held")
	}
	h.clock = h.clock.Add(48 * time.Hour)
	if shown() {
		t.Error("the role is held after its last day")
	}
	t.Run("ended by hand it is gone at once", func(t *testing.T) {
		admin := h.enter(t, "admin")
		html := admin.get(t, "/people/finance")
		ref := regexp.MustCompile(`name="grant" value="([^"]*)"`).FindStringSubmatch(html)
		finance := h.enter(t, "finance")
		if w := admin.post(t, html, "/people/finance/end", map[string]string{"grant": ref[1], "reason": "went home"}); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, text(w.Body.String()))
		}
		if got := text(finance.get(t, "/account")); !strings.Contains(got, "You have no role at present") {
			t.Error(got)
		}
	})
	t.Run("nobody changes their own", func(t *testing.T) {
		admin := h.enter(t, "admin")
		html := admin.get(t, "/people/admin")
		if strings.Contains(html, `action="/people/admin/grant"`) {
			t.Error("a form offers it")
		}
		other := admin.get(t, "/people/duty")
		values := hidden(t, other)
		values.Set("role", "cell")
		values.Set("reason", "curious")
		if got := admin.ask("POST", "/people/admin/grant", values); got.Code == http.StatusSeeOther {
			t.Error("a request does it")
		}
	})
}

func TestASuspendedAccountIsOutAtOnceAndARecoveredOneComesBack(t *testing.T) {
	h := newTown(t, app.SiteOptions{})
	admin, duty := h.enter(t, "admin"), h.enter(t, "duty")
	if w := admin.post(t, admin.get(t, "/people/duty"), "/people/duty/suspend", map[string]string{"reason": "phone lost"}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if got := duty.ask("GET", "/account", nil).Code; got != http.StatusSeeOther {
		t.Errorf("its session lives: %d", got)
	}
	if w := admin.post(t, admin.get(t, "/people/duty"), "/people/duty/resume", map[string]string{"reason": "phone found"}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, text(w.Body.String()))
	}
	w := admin.post(t, admin.get(t, "/people/duty"), "/people/duty/recover", map[string]string{"reason": "password forgotten, seen in person"})
	link := regexp.MustCompile(`/invitations/[a-z0-9_]+`).FindString(w.Body.String())
	if link == "" {
		t.Fatalf("%d %s", w.Code, text(w.Body.String()))
	}
	guest := h.public()
	html := guest.get(t, link)
	if w = guest.post(t, html, link, map[string]string{"password": "five boats under green moon"}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, text(w.Body.String()))
	}
	w = guest.post(t, guest.get(t, "/sign-in"), "/sign-in", map[string]string{"name": "duty", "password": "five boats under green moon"})
	if w.Code != http.StatusSeeOther {
		t.Errorf("%d %s", w.Code, text(w.Body.String()))
	}
}

func TestSomebodyChangesTheirPasswordAndEndsOtherSessions(t *testing.T) {
	h := newTown(t, app.SiteOptions{})
	a, other := h.enter(t, "finance"), h.enter(t, "finance")
	id := regexp.MustCompile(`action="/account/session/end">(?s:.*?)name="id" value="([^"]*)"`).FindStringSubmatch(a.get(t, "/account"))
	if id == nil {
		t.Fatal("the other session is not listed")
	}
	if w := a.post(t, a.get(t, "/account"), "/account/session/end", map[string]string{"id": id[1]}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	if got := other.ask("GET", "/account", nil).Code; got != http.StatusSeeOther {
		t.Errorf("the ended session lives: %d", got)
	}
	w := a.post(t, a.get(t, "/account"), "/account/password", map[string]string{"current": "not this one at all", "password": "five boats under green moon"})
	if w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), "five boats") {
		t.Errorf("with a wrong password: %d", w.Code)
	}
	h.clock = h.clock.Add(time.Minute)
	w = a.post(t, w.Body.String(), "/account/password", map[string]string{"current": app.DemoPassword, "password": "five boats under green moon"})
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in?") {
		t.Fatalf("%d %s", w.Code, text(w.Body.String()))
	}
	if html := text(a.get(t, w.Header().Get("Location"))); !strings.Contains(html, "The password is changed") {
		t.Error(html)
	}
}

func TestTheAuditTellsWhoReadWhat(t *testing.T) {
	h := newTown(t, app.SiteOptions{})
	cell := h.enter(t, "cell")
	cell.get(t, "/haiti-mss/records/casualty/cas-ken-2025-03-25")
	auditor := h.enter(t, "auditor")
	html := text(auditor.get(t, "/audit"))
	for _, want := range []string{"Signed in", "cell", "Read", "cas-ken-2025-03-25", "Invited"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q in\n%s", want, html)
		}
	}
	only := auditor.get(t, "/audit.csv?who=cell")
	rows, err := csv.NewReader(strings.NewReader(only)).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		if row[1] != "cell" {
			t.Errorf("somebody else's line: %v", row)
		}
	}
	var one struct {
		Readings []struct{ Who, Event, Ref string }
	}
	if err := json.Unmarshal([]byte(auditor.get(t, "/audit.json?about=casualty/cas-ken-2025-03-25")), &one); err != nil || len(one.Readings) == 0 {
		t.Fatalf("%+v %v", one, err)
	}
	for _, r := range one.Readings {
		if r.Ref != "cas-ken-2025-03-25" {
			t.Errorf("about another record: %+v", r)
		}
	}
}

func TestWhoAsksTooOftenIsToldWhenToComeBack(t *testing.T) {
	h := newTown(t, app.SiteOptions{Limits: web.Limits{Person: web.Rate{PerSecond: 10, Burst: 60}, Anonymous: web.Rate{PerSecond: 2, Burst: 20}}})
	until := func(a *asker, target string) (asked, wait int) {
		for asked = range 200 {
			if w := a.ask("GET", target, nil); w.Code == http.StatusTooManyRequests {
				wait, _ = strconv.Atoi(w.Header().Get("Retry-After"))
				return asked, wait
			}
		}
		return asked, 0
	}
	at := func(from string) *asker {
		a := h.public()
		a.from = from
		return a
	}
	plain, wait := until(at("192.0.2.10:1"), "/haiti-mss/claims")
	search, _ := until(at("192.0.2.11:1"), "/haiti-mss/search?q=port")
	export, _ := until(at("192.0.2.12:1"), "/haiti-mss/records/movement.csv")
	if plain != 20 || search != 2 || export != 2 || wait < 1 {
		t.Errorf("%d pages, %d searches, %d exports, then %d seconds; want 20, 2, 2 and at least 1", plain, search, export, wait)
	}
	if again, _ := until(at("192.0.2.10:9"), "/haiti-mss"); again != 0 {
		t.Errorf("another port of the same address has %d more", again)
	}
	until(at("[2001:db8:1:2::1]:1"), "/haiti-mss")
	if neighbour, _ := until(at("[2001:db8:1:2:aaaa::9]:1"), "/haiti-mss"); neighbour != 0 {
		t.Errorf("another address of the same subscriber has %d more", neighbour)
	}
	if stranger, _ := until(at("[2001:db8:1:3::1]:1"), "/haiti-mss"); stranger == 0 {
		t.Error("another subscriber has none")
	}
	h.clock = h.clock.Add(10 * time.Second)
	if later, _ := until(at("192.0.2.10:1"), "/haiti-mss"); later != 20 {
		t.Errorf("ten seconds later there are %d", later)
	}
	a := at("192.0.2.20:1")
	w := a.post(t, a.get(t, "/sign-in"), "/sign-in", map[string]string{"name": "duty", "password": app.DemoPassword})
	if w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	until(at("192.0.2.20:1"), "/haiti-mss")
	if person, _ := until(a, "/haiti-mss/claims"); person != 60 {
		t.Errorf("who is signed in shares the allowance of the address: %d", person)
	}
	if local := h.local().ask("GET", "/haiti-mss", nil).Code; local != http.StatusOK {
		t.Errorf("the machine itself: %d", local)
	}
}
