package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/web"
	"konbit.org/konbit/missions"
)

// house is a node with real accounts and a clock that moves.
type house struct {
	*world
	clock time.Time
}

// newHouse makes a node on which nobody has an account. before changes its
// folder, o what its pages are for.
func newHouse(t testing.TB, o app.SiteOptions, before func(dir string)) *house {
	t.Helper()
	h := &house{clock: now()}
	tick := func() time.Time { return h.clock }
	data := sample(t)
	if before != nil {
		before(data)
	}
	n, err := app.Open(context.Background(), app.Config{Data: data, Now: tick, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	pages, err := n.Site(o)
	if err != nil {
		t.Fatal(err)
	}
	h.world = &world{node: n, pages: pages}
	return h
}

// theTown is shared by tests that each sign in for themselves.
var theTown struct {
	sync.Mutex
	*house
}

func town(t *testing.T) *house {
	t.Helper()
	theTown.Lock()
	defer theTown.Unlock()
	if theTown.house == nil {
		theTown.house = newTown(keep{t, filepath.Join(sharedDir, "town")}, app.SiteOptions{})
	}
	return theTown.house
}

// newTown is a house with the fictional people of the sample.
func newTown(t testing.TB, o app.SiteOptions) *house {
	t.Helper()
	h := newHouse(t, o, nil)
	folder, err := fs.Sub(missions.FS, "haiti-mss")
	if err != nil {
		t.Fatal(err)
	}
	if all, err := h.node.DemoPeople(context.Background(), folder); err != nil || len(all) < 10 {
		t.Fatalf("%d people, %v", len(all), err)
	}
	return h
}

// post fills the form that goes to action in, and keeps the cookies that come back.
func (a *asker) post(t *testing.T, html, action string, typed map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	i := strings.Index(html, `action="`+action+`"`)
	if i < 0 {
		t.Fatalf("no form goes to %s in\n%s", action, text(html))
	}
	form, _, _ := strings.Cut(html[i:], "</form>")
	values := url.Values{}
	for _, m := range regexp.MustCompile(`type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		values.Add(m[1], strings.NewReplacer("&amp;", "&", "&#34;", `"`, "&#39;", "'").Replace(m[2]))
	}
	for name, value := range typed {
		values.Set(name, value)
	}
	return a.keep(a.ask("POST", action, values))
}

// keep takes the cookies of an answer as a browser does.
func (a *asker) keep(w *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	for _, c := range w.Result().Cookies() {
		kept := a.cookie[:0]
		for _, old := range a.cookie {
			if old.Name != c.Name {
				kept = append(kept, old)
			}
		}
		if a.cookie = kept; c.MaxAge >= 0 {
			a.cookie = append(a.cookie, c)
		}
	}
	return w
}

// enter signs somebody of the sample in, from the network.
func (h *house) enter(t *testing.T, name string) *asker {
	t.Helper()
	a := h.public()
	w := a.post(t, a.get(t, "/sign-in"), "/sign-in", map[string]string{"name": name, "password": app.DemoPassword})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%s is not let in: %d %s", name, w.Code, text(w.Body.String()))
	}
	return a
}

func TestTheFirstAccount(t *testing.T) {
	const code = "seven-boats"
	chosen := map[string]string{"name": "ada.okello", "called": "Ada", "password": "four words nobody guesses", "setup": code}
	for name, c := range map[string]struct {
		set   func(*asker)
		code  string
		typed string
		get   int
		post  int
	}{
		"is made by who sits at the machine":           {func(*asker) {}, "", "", 200, 303},
		"is not made from elsewhere":                   {func(a *asker) { a.public = true }, "", code, 403, 403},
		"is not made through a proxy":                  {func(a *asker) { a.header.Set("X-Forwarded-For", "192.0.2.9") }, "", code, 403, 403},
		"is made from elsewhere by who has the code":   {func(a *asker) { a.public = true }, code, code, 200, 303},
		"is not made from elsewhere with another code": {func(a *asker) { a.public = true }, code, "eight-boats", 200, 403},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, app.SiteOptions{SetupCode: c.code}, nil)
			a := h.local()
			c.set(a)
			page := a.ask("GET", "/setup", nil)
			if page.Code != c.get {
				t.Fatalf("the page answers %d", page.Code)
			}
			if c.get != http.StatusOK {
				return
			}
			typed := maps.Clone(chosen)
			typed["setup"] = c.typed
			got := a.post(t, page.Body.String(), "/setup", typed)
			if got.Code != c.post {
				t.Fatalf("the form answers %d: %s", got.Code, text(got.Body.String()))
			}
			if c.post != http.StatusSeeOther {
				return
			}
			if html := a.get(t, "/people"); !strings.Contains(html, "ada.okello") {
				t.Error("the first account is not signed in")
			}
			if again := h.local().ask("GET", "/setup", nil).Code; again != http.StatusNotFound {
				t.Errorf("a second first account: %d", again)
			}
			if other := h.local().ask("GET", "/haiti-mss/records/movement/new", nil).Code; other != http.StatusSeeOther {
				t.Errorf("whoever sits at the machine still may do all: %d", other)
			}
		})
	}
}

func TestTheBannerLeadsToTheSetUpUntilSomebodyHasAnAccount(t *testing.T) {
	h := newHouse(t, app.SiteOptions{}, nil)
	if html := h.local().get(t, "/haiti-mss"); !strings.Contains(text(html), "This node has no accounts yet") || !strings.Contains(html, `href="/setup"`) {
		t.Error("the person at the machine is not told")
	}
	if html := h.public().get(t, "/haiti-mss"); strings.Contains(html, `href="/setup"`) {
		t.Error("strangers are led to the set-up")
	}
	if html := town(t).local().get(t, "/haiti-mss"); strings.Contains(html, `href="/setup"`) || !strings.Contains(html, `href="/sign-in`) {
		t.Error("with accounts, the banner stands and the way to sign in does not")
	}
}

func TestEveryRefusedSignInIsTheSame(t *testing.T) {
	h := town(t)
	said := map[string]bool{}
	for name, typed := range map[string]map[string]string{
		"no such name":   {"name": "nobody.there", "password": "lamp river field sung"},
		"wrong password": {"name": "family", "password": "lamp river field sung"},
	} {
		a := h.public()
		a.from = "192.0.2.67:1"
		w := a.post(t, a.get(t, "/sign-in"), "/sign-in", typed)
		html := w.Body.String()
		if w.Code != http.StatusForbidden || len(w.Result().Cookies()) > 0 {
			t.Errorf("%s: %d with %v", name, w.Code, w.Result().Cookies())
		}
		if !strings.Contains(html, `value="`+typed["name"]+`"`) || strings.Contains(html, "sung") {
			t.Errorf("%s: the name is lost or the password is shown", name)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: may be kept", name)
		}
		_, alert, _ := strings.Cut(html, `role="alert"`)
		alert, _, _ = strings.Cut(alert, "</div>")
		said[alert] = true
	}
	if len(said) != 1 {
		t.Errorf("the refusals can be told apart: %v", said)
	}
}

func TestAfterMistakesASignInSaysHowLongToWait(t *testing.T) {
	h := town(t)
	a := h.public()
	a.from = "192.0.2.66:1"
	for range 12 {
		w := a.post(t, a.get(t, "/sign-in"), "/sign-in", map[string]string{"name": "donor.usa", "password": "not this one at all"})
		if w.Code == http.StatusTooManyRequests {
			if w.Header().Get("Retry-After") == "" || w.Header().Get("Retry-After") == "0" {
				t.Errorf("Retry-After is %q", w.Header().Get("Retry-After"))
			}
			return
		}
	}
	t.Error("twelve mistakes and no wait")
}

func TestWhereASignInLeads(t *testing.T) {
	h := town(t)
	for who, want := range map[string]string{"admin": "/people", "duty": "/haiti-mss", "auditor": "/audit"} {
		a := h.public()
		w := a.post(t, a.get(t, "/sign-in"), "/sign-in", map[string]string{"name": who, "password": app.DemoPassword})
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("%s goes to %q, want %q", who, got, want)
		}
	}
	for next, want := range map[string]string{
		"/haiti-mss/claims?at=2025-01-05": "/haiti-mss/claims?at=2025-01-05",
		"//evil.example/a":                "",
		"https://evil.example/":           "",
		`/\evil.example`:                  "",
		"/sign-out":                       "",
		"haiti-mss":                       "",
		"/\nevil":                         "",
		"javascript:alert(1)":             "",
	} {
		if got := web.SameSite(next); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
	t.Run("a page that asks for it leads there and back", func(t *testing.T) {
		a := h.public()
		w := a.ask("GET", "/haiti-mss/records/movement/new?lang=en", nil)
		to := w.Header().Get("Location")
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/sign-in?") {
			t.Fatalf("%d to %q", w.Code, to)
		}
		w = a.post(t, a.get(t, to), "/sign-in", map[string]string{"name": "personnel", "password": app.DemoPassword})
		if got := w.Header().Get("Location"); got != "/haiti-mss/records/movement/new?lang=en" {
			t.Errorf("then to %q", got)
		}
	})
}

func TestTheCookieOfASession(t *testing.T) {
	h := town(t)
	for name, c := range map[string]struct {
		proto, want string
		secure      bool
	}{"over TLS": {"https", "__Host-konbit", true}, "on this machine": {"", "konbit_session", false}} {
		a := h.public()
		if c.proto != "" {
			a.header.Set("X-Forwarded-Proto", c.proto)
		}
		w := a.post(t, a.get(t, "/sign-in"), "/sign-in", map[string]string{"name": "duty", "password": app.DemoPassword})
		var got *http.Cookie
		for _, k := range w.Result().Cookies() {
			if k.Name == c.want {
				got = k
			}
		}
		if got == nil {
			t.Fatalf("%s: no %s in %v", name, c.want, w.Result().Cookies())
		}
		if !got.HttpOnly || got.Secure != c.secure || got.SameSite != http.SameSiteLaxMode || got.Path != "/" || got.Domain != "" || got.MaxAge <= 0 {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestWhoSignedOutIsOut(t *testing.T) {
	h := town(t)
	a := h.enter(t, "duty")
	stolen := &asker{world: a.world, public: true, header: http.Header{}, cookie: append([]*http.Cookie{}, a.cookie...)}
	html := a.get(t, "/haiti-mss")
	if !strings.Contains(html, "duty officer") {
		t.Error("the page does not say who looks")
	}
	if w := a.post(t, html, "/sign-out", nil); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	for name, visitor := range map[string]*asker{"the browser": a, "a copy of its cookie": stolen} {
		if got := visitor.ask("GET", "/account", nil).Code; got != http.StatusSeeOther {
			t.Errorf("%s: %d", name, got)
		}
	}
}

func TestAFormBelongsToTheSessionItWasMadeFor(t *testing.T) {
	h := town(t)
	duty, other := h.enter(t, "duty"), h.enter(t, "duty")
	html := duty.get(t, "/account")
	for name, c := range map[string]struct {
		who  *asker
		set  func(*asker)
		code int
	}{
		"another session":   {other, func(*asker) {}, 403},
		"nobody":            {h.public(), func(*asker) {}, 401},
		"from another site": {duty, func(a *asker) { a.header.Set("Sec-Fetch-Site", "cross-site") }, 403},
	} {
		c.set(c.who)
		if got := c.who.post(t, html, "/account/delegate", map[string]string{"to": "cell"}).Code; got != c.code {
			t.Errorf("%s: %d, want %d", name, got, c.code)
		}
		c.who.header = http.Header{}
	}
}

func TestWhatWasTypedWhenASessionEndedIsKept(t *testing.T) {
	h := town(t)
	const form = "/haiti-mss/records/incident/new"
	a := h.enter(t, "duty")
	html := a.get(t, form)
	typed := map[string]string{
		"f.category": "OTHER", "f.summary": "a shot was heard", "f.at": "2025-02-10", "f.place": "Pont-Sondé", "f.note": `they said "no" & left`,
		"e.source": "src-b1", "e.grade": "B2", "e.reported": "2025-02-11", "f.marking": "mission",
	}
	h.clock = h.clock.Add(13 * time.Hour)
	w := a.post(t, html, form, typed)
	if w.Code != http.StatusUnauthorized || !strings.Contains(text(w.Body.String()), "Nothing you had typed is lost") {
		t.Fatalf("%d %s", w.Code, text(w.Body.String()))
	}
	w = a.post(t, w.Body.String(), "/sign-in", map[string]string{"name": "duty", "password": app.DemoPassword})
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, text(w.Body.String()))
	}
	w = a.post(t, w.Body.String(), form, nil)
	if w.Code == http.StatusUnprocessableEntity { // the kind wants more: what was typed is in the form
		if !strings.Contains(w.Body.String(), "they said &#34;no&#34; &amp; left") {
			t.Error("the form has lost what was typed")
		}
		return
	}
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, text(w.Body.String()))
	}
	if html := text(a.get(t, w.Header().Get("Location"))); !strings.Contains(html, `they said "no" & left`) {
		t.Error(html)
	}
}

func TestAPasswordIsNeverKeptForLater(t *testing.T) {
	h := town(t)
	a := h.enter(t, "duty")
	html := a.get(t, "/account")
	h.clock = h.clock.Add(13 * time.Hour)
	w := a.post(t, html, "/account/password", map[string]string{"current": app.DemoPassword, "password": "another four words here"})
	if w.Code != http.StatusUnauthorized || strings.Contains(w.Body.String(), "another four") || strings.Contains(w.Body.String(), app.DemoPassword) {
		t.Errorf("%d: a password stands in the page", w.Code)
	}
}

func TestAProgramSignsInWithItsToken(t *testing.T) {
	h := town(t)
	admin := h.enter(t, "admin")
	w := admin.post(t, admin.get(t, "/people"), "/people", map[string]string{"name": "radio.log", "type": "PROGRAM", "role": "duty", "mission": "haiti-mss", "reason": "the radio room writes"})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, text(w.Body.String()))
	}
	html := admin.get(t, "/people/radio.log")
	w = admin.post(t, html, "/people/radio.log/token", map[string]string{"until": "2026-12-31"})
	token := regexp.MustCompile(`kbt_[a-z0-9]+`).FindString(w.Body.String())
	if token == "" || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("no token: %d %s", w.Code, text(w.Body.String()))
	}
	ask := func(method, target, token, media, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, target, bytes.NewReader([]byte(body)))
		r.RemoteAddr = "192.0.2.7:1"
		r.Header.Set("Authorization", "Bearer "+token)
		if media != "" {
			r.Header.Set("Content-Type", media)
		}
		rec := httptest.NewRecorder()
		h.pages.ServeHTTP(rec, r)
		return rec
	}
	const form = "/haiti-mss/records/incident/new"
	entry := `{"fields":{"category":"OTHER","summary":"a shot was heard","at":"2025-02-10","place":"Pont-Sondé","marking":"mission"},"source":"src-b1","grade":"B2","reported":"2025-02-11","form":"radio-1"}`
	for name, c := range map[string]struct {
		token, media, body string
		code               int
	}{
		"its entry is taken":                 {token, "application/json", entry, 200},
		"sent twice it counts once":          {token, "application/json; charset=utf-8", entry, 200},
		"another token is not":               {"kbt_" + strings.Repeat("a", len(token)-4), "application/json", entry, 401},
		"a file is not":                      {token, "multipart/form-data; boundary=x", "--x--", 415},
		"nothing at all is not":              {token, "", entry, 415},
		"a list is not":                      {token, "application/json", "[]", 400},
		"more than a megabyte is not":        {token, "application/json", `{"note":"` + strings.Repeat("x", 2<<20) + `"}`, 413},
		"an entry without its fields is not": {token, "application/json", `{"fields":{}}`, 422},
	} {
		got := ask("POST", form+".json", c.token, c.media, c.body)
		if got.Code != c.code {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
		if len(got.Result().Cookies()) > 0 {
			t.Errorf("%s: it gets cookies %v", name, got.Result().Cookies())
		}
		var answer struct{ Address string }
		if c.code == 200 && (json.Unmarshal(got.Body.Bytes(), &answer) != nil || !strings.HasPrefix(answer.Address, "/haiti-mss/records/incident/")) {
			t.Errorf("%s: %s", name, got.Body)
		}
	}
	if got := ask("GET", "/people.json", token, "", "").Code; got != http.StatusForbidden {
		t.Errorf("it may look after people: %d", got)
	}
}

func TestACodeAppIsAskedForOnceItIsOn(t *testing.T) {
	h := town(t)
	admin := h.enter(t, "admin")
	w := admin.post(t, admin.get(t, "/people"), "/people", map[string]string{"name": "night.watch", "role": "operations", "mission": "haiti-mss", "reason": "night shift"})
	link := regexp.MustCompile(`/invitations/[a-z0-9_]+`).FindString(w.Body.String())
	if link == "" {
		t.Fatalf("no address: %d %s", w.Code, text(w.Body.String()))
	}
	guest := h.public()
	html := guest.get(t, link)
	secret := regexp.MustCompile(`name="secret" value="([A-Z2-7]+)"`).FindStringSubmatch(html)
	if secret == nil || !strings.Contains(html, `class="qr"`) {
		t.Fatal("no secret and no picture of it")
	}
	code := func() string {
		c, err := totp.GenerateCode(secret[1], h.clock)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if w := guest.post(t, html, link, map[string]string{"password": "short", "code": code()}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), secret[1]) {
		t.Errorf("a short password: %d, or another secret than the phone has", w.Code)
	}
	if w := guest.post(t, html, link, map[string]string{"password": "four words nobody guesses", "code": "000000"}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code: %d", w.Code)
	}
	if w := guest.post(t, html, link, map[string]string{"password": "four words nobody guesses", "code": code()}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, text(w.Body.String()))
	}
	if got := h.public().ask("GET", link, nil); got.Code != http.StatusNotFound {
		t.Errorf("the address works twice: %d", got.Code)
	}
	h.clock = h.clock.Add(5 * time.Minute)
	typed := map[string]string{"name": "night.watch", "password": "four words nobody guesses"}
	if w := guest.post(t, guest.get(t, "/sign-in"), "/sign-in", typed); w.Code != http.StatusForbidden {
		t.Errorf("without the code: %d", w.Code)
	}
	h.clock = h.clock.Add(5 * time.Minute)
	typed["code"] = code()[:3] + " " + code()[3:]
	if w := guest.post(t, guest.get(t, "/sign-in"), "/sign-in", typed); w.Code != http.StatusSeeOther {
		t.Errorf("with it: %d %s", w.Code, text(w.Body.String()))
	}
}

// TestAMinistrySignsItsPeopleIn goes the whole way of a browser to a real OpenID
// provider and back.
func TestAMinistrySignsItsPeopleIn(t *testing.T) {
	const back = "http://127.0.0.1:8480/sign-in/oidc/ministry/callback"
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	issuer := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	clients := map[string]*storage.Client{"konbit": storage.WebClient("konbit", "planted-client-secret", back)}
	handler = exampleop.SetupServer(issuer, storage.NewStorageWithClients(storage.NewUserStore(issuer), clients), nil, false)
	h := newHouse(t, app.SiteOptions{}, func(dir string) {
		for name, text := range map[string]string{
			"secret":       "planted-client-secret",
			"sign-in.yaml": "providers:\n  - {id: ministry, label: {en: Ministry of Tests}, issuer: " + issuer + ", client: konbit, secret-file: secret}\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	})
	h.clock = time.Now() // the provider's tokens carry the time of the machine
	i := accounts.Invitation{Name: "ada.okello", Provider: "ministry", Subject: "id2", Grants: []access.Grant{{Role: access.RoleMinistry, Mission: "haiti-mss", Owner: "BHS"}}}
	if _, err := h.node.Accounts.Invite(t.Context(), access.Local(), i); err != nil {
		t.Fatal(err)
	}
	a := h.public()
	if html := a.get(t, "/sign-in?next=/haiti-mss/claims"); !strings.Contains(text(html), "Sign in with Ministry of Tests") {
		t.Fatal("no way to the ministry")
	}
	out := a.keep(a.ask("GET", "/sign-in/oidc/ministry?next=/haiti-mss/claims", nil))
	if out.Code != http.StatusSeeOther || !strings.HasPrefix(out.Header().Get("Location"), issuer) {
		t.Fatalf("%d to %q", out.Code, out.Header().Get("Location"))
	}
	returned := atProvider(t, out.Header().Get("Location"), back)
	stranger := h.public()
	if got := stranger.ask("GET", "/sign-in/oidc/ministry/callback?"+returned, nil); got.Code != http.StatusForbidden || len(got.Result().Cookies()) > 1 {
		t.Errorf("a browser that never went there: %d", got.Code)
	}
	in := a.keep(a.ask("GET", "/sign-in/oidc/ministry/callback?"+returned, nil))
	if in.Code != http.StatusSeeOther || in.Header().Get("Location") != "/haiti-mss/claims" {
		t.Fatalf("%d to %q: %s", in.Code, in.Header().Get("Location"), text(in.Body.String()))
	}
	if html := text(a.get(t, "/account")); !strings.Contains(html, "ada.okello") || !strings.Contains(html, "Bahamas") {
		t.Error(html)
	}
	for target, code := range map[string]int{"/sign-in/oidc/nobody": 404, "/sign-in/oidc/ministry/callback?error=access_denied": 403} {
		if got := h.public().ask("GET", target, nil).Code; got != code {
			t.Errorf("%s: %d, want %d", target, got, code)
		}
	}
}

// atProvider signs test-user2 in there and gives the parameters that the browser
// comes back with.
func atProvider(t *testing.T, address, back string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), back) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	_ = page.Body.Close()
	form := url.Values{"username": {"test-user2"}, "password": {"verysecure"}, "id": {page.Request.URL.Query().Get("authRequestID")}}
	returned, err := browser.PostForm(page.Request.URL.Scheme+"://"+page.Request.URL.Host+"/login/username", form)
	if err != nil {
		t.Fatal(err)
	}
	_ = returned.Body.Close()
	_, query, ok := strings.Cut(returned.Header.Get("Location"), "?")
	if !ok {
		t.Fatalf("the provider leads to %q", returned.Header.Get("Location"))
	}
	return query
}
