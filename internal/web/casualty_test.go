package web_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/mission"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/web"
)

// guests are accounts of which only the session is asked: its token names the
// role, the contributor after a colon and the post after an @.
type guests struct{ anyAccounts }

// anyAccounts is there because web.Accounts has a method of its own name.
type anyAccounts interface{ web.Accounts }

func (guests) Empty(context.Context) (bool, error) { return false, nil }

func (guests) Session(_ context.Context, token string) (accounts.Session, access.Actor, error) {
	token, post, _ := strings.Cut(token, "@")
	role, owner, _ := strings.Cut(token, ":")
	grant := access.Grant{Role: access.Role(role), Mission: "haiti-mss", Owner: owner, Post: post}
	return accounts.Session{Name: role}, access.Actor{Name: role, Grants: []access.Grant{grant}}, nil
}

func (guests) WhoRead(context.Context, access.Actor, record.Key) ([]accounts.Reading, error) {
	return nil, fail.New(fail.Denied, "not for you", "ask the auditor")
}

func (guests) Providers() []accounts.Provider { return nil }

// cell is a world whose clock moves and whose visitors have roles.
type cell struct {
	*world
	clock time.Time
}

func newCell(t *testing.T) *cell {
	t.Helper()
	return newCellOf(t, nil)
}

// newCellOf has its mission changed before its pages are made.
func newCellOf(t *testing.T, change func(*mission.Mission)) *cell {
	t.Helper()
	c := &cell{clock: now()}
	tick := func() time.Time { return c.clock }
	data := sample(t)
	n, err := app.Open(t.Context(), app.Config{Data: data, Now: tick, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	o := web.Options{
		Reader: n.Door, Lister: n.Door, Changer: n.Door, Figures: n.Figures, Claims: n.Claims, Desk: n.Desk, Guard: n.Guard, Cell: n.Cell, Room: n.Room(), Reports: n.Reports(),
		Accounts: guests{}, Words: n.Words, Now: tick, Log: slog.New(slog.DiscardHandler), Secret: []byte("sixteen bytes of it"),
	}
	for _, m := range n.Missions() {
		if change != nil {
			change(m.Mission)
		}
		o.Missions = append(o.Missions, web.Mission{Mission: m.Mission, Kinds: m.Kinds, Measures: m.Measures})
	}
	pages, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	c.world = &world{node: n, pages: pages}
	return c
}

// as is a visitor with a role, of a contributor where the role has one.
func (c *cell) as(role string) *asker {
	a := c.public()
	a.cookie = []*http.Cookie{{Name: "konbit_session", Value: role}}
	return a
}

// send fills a form in as a browser does: what is not typed stays as the page has it.
func (a *asker) send(t *testing.T, page string, typed map[string]string) (where string, code int, body string) {
	t.Helper()
	_, form, _ := strings.Cut(a.get(t, page), `class="entry"`)
	all := map[string]string{}
	for _, m := range regexp.MustCompile(`<input id="[^"]*" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		all[m[1]] = m[2]
	}
	for _, m := range regexp.MustCompile(`(?s)<select id="[^"]*" name="([^"]*)"(.*?)</select>`).FindAllStringSubmatch(form, -1) {
		if chosen := regexp.MustCompile(`value="([^"]*)" selected`).FindStringSubmatch(m[2]); chosen != nil {
			all[m[1]] = chosen[1]
		}
	}
	maps.Copy(all, typed)
	return a.fill(t, page, all)
}

const board = "/haiti-mss/casualties"

// report begins a file as the cell and gives its address.
func (c *cell) report(t *testing.T, status string) string {
	t.Helper()
	to, code, body := c.as("cell").send(t, board+"/new", map[string]string{"f.status": status, "f.contributor": "KEN", "f.name": "Jina La Siri", "f.place": "Pont-Sondé"})
	if code != http.StatusSeeOther || !strings.HasPrefix(to, board+"/") {
		t.Fatalf("%d to %q\n%s", code, to, text(body))
	}
	return to
}

// tell records that the one next of kin was told.
func (c *cell) tell(t *testing.T, file string) {
	t.Helper()
	kin := map[string]string{"f.order": "1", "f.relation": "SPOUSE", "f.name": "Mke Wake", "f.language": "sw", "f.phone": "+254 700 000 001", "f.may-be-told": "yes"}
	if _, code, body := c.as("cell").send(t, file+"/kin", kin); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	form := c.as("cell").get(t, file+"/told")
	_, options, _ := strings.Cut(form, `name="f.kin"`)
	_, options, _ = strings.Cut(options, `<option value="KIN-`)
	ref, _, _ := strings.Cut(options, `"`)
	told := map[string]string{"f.kin": "KIN-" + ref, "f.outcome": "TOLD", "f.how": "IN-PERSON", "f.notifier": "Inspector Mfano, welfare", "f.language": "sw"}
	if _, code, body := c.as("notifier:KEN").send(t, file+"/told", told); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
}

func (c *cell) missing(t *testing.T) string {
	t.Helper()
	f := c.public().figure(t, "/haiti-mss/figures/casualties.missing.json")
	if f.Total == nil {
		return "unknown"
	}
	return f.Total.String()
}

func TestNothingOfACasualtyLeavesTheCellBeforeTheFamilyIsToldAndTheHoldIsOver(t *testing.T) {
	c := newCell(t)
	before := c.missing(t)
	file := c.report(t, "MISSING")
	if got := text(c.as("cell").get(t, file)); !strings.Contains(got, "Closed Nobody outside the cell sees this casualty. It opens 24 h after") {
		t.Fatal(got)
	}
	c.clock = c.clock.Add(2 * time.Hour)
	if got := text(c.as("cell").get(t, board)); !strings.Contains(got, "2 h since the report") || strings.Contains(got, "Jina") {
		t.Errorf("the board says %s", got)
	}
	c.tell(t, file)
	got := text(c.as("cell").get(t, file))
	for _, want := range []string{"Opens 21 November 2026, 12:04", "It opens by itself in 24 h", "Mke Wake", "Told, 20 November 2026, 12:04", "Inspector Mfano, welfare"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	c.clock = c.clock.Add(23 * time.Hour)
	if now := c.missing(t); now != before {
		t.Errorf("the public counts %s within the hold, %s before", now, before)
	}
	c.clock = c.clock.Add(time.Hour + time.Minute)
	if now := c.missing(t); now == before {
		t.Errorf("the public counts %s after the hold as before", now)
	}
	if got := text(c.as("cell").get(t, file)); !strings.Contains(got, "The family was told first. Open since") {
		t.Error(got)
	}
}

// onceOnly is what is made anew for every form on a page: its id and its token.
var onceOnly = regexp.MustCompile(`[A-Z2-7]{20}|[0-9a-f]{32}`)

func TestAHiddenFileIsToOutsidersWhatNoFileIs(t *testing.T) {
	c := newCell(t)
	file := c.report(t, "VSI")
	ref := strings.TrimPrefix(file, board+"/")
	for _, who := range []string{"ministry:JAM", "notifier:JAM", "ministry:KEN", "family:", "donor:CAN", "host", "spokesperson", "duty", "commander", "admin", "auditor"} {
		for _, step := range []string{"", ".json", "/status", "/kin", "/told", "/declare", "/name"} {
			there, none := c.as(who).ask("GET", file+step, nil), c.as(who).ask("GET", board+"/none"+step, nil)
			is, isNot := onceOnly.ReplaceAllString(there.Body.String(), ""), onceOnly.ReplaceAllString(none.Body.String(), "")
			if diff := cmp.Diff(isNot, strings.ReplaceAll(is, ref, "none")); there.Code != http.StatusNotFound || diff != "" {
				t.Errorf("%s at %s: %d there and %d where none is:\n%s", who, step, there.Code, none.Code, diff)
			}
			if got := c.as(who).ask("POST", file+step, url.Values{}); step != "" && step != ".json" && got.Code != http.StatusNotFound {
				t.Errorf("%s sends to %s: %d", who, step, got.Code)
			}
		}
	}
	t.Run("who has not signed in is asked to at every address alike", func(t *testing.T) {
		if got := c.public().ask("GET", file, nil); got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header().Get("Location"), "/sign-in") {
			t.Errorf("%d to %s", got.Code, got.Header().Get("Location"))
		}
	})
}

func TestTheBoardShowsEachWhatIsTheirs(t *testing.T) {
	c := newCell(t)
	ref := strings.TrimPrefix(c.report(t, "VSI"), board+"/")
	for who, want := range map[string]struct {
		code     int
		ref, any bool
	}{
		"cell": {200, true, true}, "notifier:KEN": {200, true, true}, "notifier:JAM": {200, false, true}, "duty": {200, false, true},
		"commander": {200, false, true}, "family:": {404, false, false}, "donor:CAN": {404, false, false}, "host": {404, false, false}, "admin": {404, false, false},
	} {
		got := c.as(who).ask("GET", board, nil)
		if got.Code != want.code || strings.Contains(got.Body.String(), ref) != want.ref {
			t.Errorf("%s: %d, file shown %t", who, got.Code, strings.Contains(got.Body.String(), ref))
		}
	}
	if got := text(c.as("duty").get(t, board)); !strings.Contains(got, "How many. You may see no more.") {
		t.Error(got)
	}
	if csv := c.as("cell").get(t, board+".csv"); !strings.Contains(csv, ref) || !strings.Contains(csv, "#affected+status") {
		t.Error(csv)
	}
}

func TestAFirstReportKeepsWhatWasTypedAndTellsWhoMayNotReadIt(t *testing.T) {
	c := newCell(t)
	_, code, body := c.as("duty").send(t, board+"/new", map[string]string{"f.status": "SI", "f.contributor": "", "f.at": "yesterday", "f.note": "at the gate"})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="yesterday"`) || !strings.Contains(body, "at the gate") || !strings.Contains(body, `href="#f.at"`) {
		t.Fatalf("%d %s", code, text(body))
	}
	to, code, body := c.as("duty").send(t, board+"/new", map[string]string{"f.status": "SI", "f.contributor": "KEN"})
	if code != http.StatusSeeOther || !strings.Contains(to, "sent=CAS") {
		t.Fatalf("%d to %q %s", code, to, text(body))
	}
	if got := text(c.as("duty").get(t, to)); !strings.Contains(got, "The casualty cell has it") {
		t.Error(got)
	}
}

func TestOnlyTheNamedAuthorityDeclares(t *testing.T) {
	c := newCell(t)
	file := c.report(t, "MISSING")
	for _, a := range []string{"GET", "POST"} {
		got := c.as("cell").ask(a, file+"/declare", nil)
		if got.Code != http.StatusForbidden || !strings.Contains(text(got.Body.String()), "Only the named authority may declare") {
			t.Errorf("%s: %d %s", a, got.Code, text(got.Body.String()))
		}
	}
	if got := c.as("commander").get(t, board); !strings.Contains(got, file+"/declare") {
		t.Fatal(text(got))
	}
	_, code, body := c.as("commander").send(t, file+"/declare", map[string]string{"f.declared-by": ""})
	if code != http.StatusUnprocessableEntity {
		t.Fatalf("%d %s", code, text(body))
	}
	_, code, body = c.as("commander").send(t, file+"/declare", map[string]string{"f.declared-by": "Force commander", "f.declared-at": "2026-11-20"})
	if code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	got := text(c.as("cell").get(t, file))
	if !strings.Contains(got, "Declared by Force commander") || strings.Index(got, "Dead by Force commander") > strings.Index(got, "Missing by") {
		t.Error(got)
	}
}

func TestANameGoesOutOnlyAfterTheGateAndWordForWord(t *testing.T) {
	c := newCell(t)
	file := c.report(t, "DECEASED")
	if got := c.as("cell").ask("GET", file+"/name", nil); got.Code != http.StatusConflict || !strings.Contains(text(got.Body.String()), "No name goes out while the gate is closed") {
		t.Fatalf("%d %s", got.Code, text(got.Body.String()))
	}
	c.tell(t, file)
	c.clock = c.clock.Add(25 * time.Hour)
	public := strings.Replace(file, "casualties", "records/casualty", 1)
	if got := c.public().ask("GET", public, nil); got.Code != http.StatusNotFound {
		t.Fatalf("the public reads a file that nobody released: %d", got.Code)
	}
	typed := map[string]string{"f.public-name": "Corporal Jina La Siri", "f.note": "Killed on duty."}
	_, code, body := c.as("cell").send(t, file+"/name", typed)
	if code != http.StatusOK || !strings.Contains(text(body), "Everybody will read exactly this") || strings.Contains(text(body), "Told by") {
		t.Fatalf("%d %s", code, text(body))
	}
	if got := c.public().ask("GET", public, nil); got.Code != http.StatusNotFound {
		t.Fatal("looking at it has released it")
	}
	values := hidden(t, body)
	if got := c.as("cell").ask("POST", file+"/name", values); got.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", got.Code, text(got.Body.String()))
	}
	if got := text(c.public().get(t, public)); !strings.Contains(got, "Corporal Jina La Siri") || strings.Contains(got, "Mke Wake") || strings.Contains(got, "Inspector Mfano") {
		t.Error(got)
	}
}

func TestMinimise(t *testing.T) {
	c := newCell(t)
	front := c.as("duty").get(t, "/haiti-mss")
	if !strings.Contains(front, `class="minimise-button" href="/haiti-mss/minimise"`) { // the first action
		t.Fatal("no way to MINIMISE on the front page")
	}
	values := hidden(t, strings.SplitAfter(c.as("duty").get(t, "/haiti-mss/minimise"), `class="minimise-start"`)[1])
	for name, value := range map[string]string{"f.scope": "MISSION", "f.reason": "A", "f.starter": "duty", "hours": "12"} { // as the page has chosen
		values.Set(name, value)
	}
	if got := c.as("duty").ask("POST", "/haiti-mss/minimise", values); got.Code != http.StatusSeeOther { // the second
		t.Fatalf("%d %s", got.Code, text(got.Body.String()))
	}
	banner := func(who string) bool { return strings.Contains(c.as(who).get(t, "/haiti-mss"), "minimise-bar") }
	if !banner("duty") || !banner("finance") || banner("donor:CAN") {
		t.Error("the banner is not where it should be")
	}
	if got := text(c.as("finance").get(t, "/haiti-mss/minimise")); strings.Contains(got, "A casualty") || !strings.Contains(got, "MINIMISE is on: The whole mission Review by 20 November 2026, 22:04, in 12 h.") {
		t.Error(got)
	}
	if got := text(c.as("duty").get(t, "/haiti-mss/minimise")); !strings.Contains(got, "Reason (not shown to all): A casualty") {
		t.Error(got)
	}
	var state struct {
		On     bool
		Orders []struct{ Ref, Scope, State, Reason string }
	}
	read := func(who string) {
		t.Helper()
		state.Orders = nil
		if err := json.Unmarshal([]byte(c.as(who).get(t, "/haiti-mss/minimise.json")), &state); err != nil {
			t.Fatal(err)
		}
	}
	send := func(who, step string, typed map[string]string) int {
		t.Helper()
		values := hidden(t, c.as("duty").get(t, "/haiti-mss/minimise"))
		for name, value := range typed {
			values.Set(name, value)
		}
		return c.as(who).ask("POST", "/haiti-mss/minimise/"+state.Orders[0].Ref+"/"+step, values).Code
	}
	if read("finance"); !state.On || state.Orders[0].Reason != "" {
		t.Errorf("%+v", state)
	}
	t.Run("a review that nobody made is called out, and the order stays", func(t *testing.T) {
		c.clock = c.clock.Add(13 * time.Hour)
		if got := text(c.as("finance").get(t, "/haiti-mss")); !strings.Contains(got, "Review overdue by 1 h") {
			t.Error(got)
		}
	})
	t.Run("who may not change it is told so", func(t *testing.T) {
		if got := send("finance", "lift", nil); got != http.StatusForbidden {
			t.Errorf("%d", got)
		}
	})
	t.Run("narrowed to one post, other posts are not bothered with it", func(t *testing.T) {
		if got := send("duty", "narrow", map[string]string{"f.scope": "POST", "f.post": "pst-lsa2"}); got != http.StatusSeeOther {
			t.Fatalf("%d", got)
		}
		if !banner("duty@pst-lsa2") || banner("duty@pst-lsa1") || !banner("finance") {
			t.Error("the banner is not where it should be")
		}
	})
	t.Run("it is reviewed, narrowed, and lifted in steps", func(t *testing.T) {
		for _, s := range []struct {
			step  string
			typed map[string]string
		}{{"review", map[string]string{"hours": "6"}}, {"narrow", map[string]string{"f.scope": "CONTRIBUTOR", "f.contributor": "KEN"}}, {"release", map[string]string{"f.share": "50", "f.minutes": "60"}}} {
			if got := send("duty", s.step, s.typed); got != http.StatusSeeOther {
				t.Fatalf("%s: %d", s.step, got)
			}
		}
		if read("duty"); state.Orders[0].Scope != "CONTRIBUTOR" || state.Orders[0].State != "STAGED" {
			t.Errorf("%+v", state)
		}
	})
	t.Run("lifted, the banner is gone", func(t *testing.T) {
		if got := send("duty", "lift", nil); got != http.StatusSeeOther {
			t.Fatalf("%d", got)
		}
		if read("duty"); state.On || banner("duty") {
			t.Errorf("%+v", state)
		}
	})
}

func TestEveryoneElseIsAccountedFor(t *testing.T) {
	c := newCell(t)
	const page = "/haiti-mss/accounted"
	if got := text(c.public().get(t, page)); strings.Contains(got, "Give word") || !strings.Contains(got, "home unit") {
		t.Error(got)
	}
	typed := map[string]string{"f.scope": "CONTRIBUTOR", "f.contributor": "KEN", "f.by": "Duty officer", "f.marking": "public"}
	if _, code, body := c.as("duty").send(t, page, map[string]string{"f.scope": "CONTRIBUTOR", "f.by": "Duty officer"}); code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="Duty officer"`) {
		t.Errorf("%d %s", code, text(body))
	}
	if _, code, body := c.as("duty").send(t, page, typed); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	if got := text(c.public().get(t, page)); !strings.Contains(got, "Kenya All others accounted for at 20 November 2026, 10:04") {
		t.Error(got)
	}
	if got := c.as("finance").ask("POST", page, url.Values{}); got.Code == http.StatusSeeOther {
		t.Error("anybody may give word")
	}
}
