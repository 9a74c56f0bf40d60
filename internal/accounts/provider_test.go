package accounts_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
)

const redirect = "http://localhost:9/sign-in/back"

// ministry is a real OpenID provider with the users test-user2 and others.
func ministry(t *testing.T, w *world) {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) }))
	t.Cleanup(server.Close)
	issuer := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	clients := map[string]*storage.Client{"konbit": storage.WebClient("konbit", "planted-client-secret", redirect)}
	handler = exampleop.SetupServer(issuer, storage.NewStorageWithClients(storage.NewUserStore(issuer), clients), nil, false)
	for _, claim := range []string{"sub", "email", "preferred_username"} {
		w.config.Providers = append(w.config.Providers, accounts.Provider{
			ID: "by-" + strings.ReplaceAll(claim, "_", "-"), Label: kind.Words{"en": "Ministry"}, Issuer: issuer, Client: "konbit", Secret: "planted-client-secret", Claim: claim,
		})
	}
	w.mu.Lock()
	w.now = time.Now() // the provider's tokens carry the time of the machine
	w.mu.Unlock()
	w.start()
}

// atMinistry goes the way of a browser and gives what it comes back with.
func atMinistry(t *testing.T, address, user string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), redirect) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := browser.Get(address)
	must(t, err)
	body, err := io.ReadAll(page.Body)
	must(t, err)
	must(t, page.Body.Close())
	id := page.Request.URL.Query().Get("authRequestID")
	if id == "" {
		t.Fatalf("no login page at %s: %s", page.Request.URL, body)
	}
	form := url.Values{"username": {user}, "password": {"verysecure"}, "id": {id}}
	back, err := browser.PostForm(page.Request.URL.Scheme+"://"+page.Request.URL.Host+"/login/username", form)
	must(t, err)
	must(t, back.Body.Close())
	to, err := url.Parse(back.Header.Get("Location"))
	must(t, err)
	return to.Query()
}

func TestAMinistrySignsItsOwnPeopleIn(t *testing.T) {
	w := newWorld(t)
	ministry(t, w)
	for provider, subject := range map[string]string{"by-sub": "id2", "by-email": "test-user2@zitadel.ch", "by-preferred-username": "test-user2"} {
		name := "ada." + provider
		link, err := w.Invite(t.Context(), access.Local(), accounts.Invitation{
			Name: name, Provider: provider, Subject: subject, Grants: []access.Grant{{Role: access.RoleMinistry, Owner: "BHS"}},
		})
		must(t, err)
		if link != "" {
			t.Error("there is nothing to accept, and a link was given")
		}
		if provider != "by-sub" {
			continue // the claims of a profile are not in this provider's ID token
		}
		begun, err := w.Begin(t.Context(), provider, redirect)
		must(t, err)
		back := atMinistry(t, begun.URL, "test-user2")
		session, err := w.Finish(t.Context(), accounts.Return{
			Provider: provider, Code: back.Get("code"), State: back.Get("state"), Binding: begun.Binding, Redirect: redirect, From: "192.0.2.1",
		})
		must(t, err)
		_, who, err := w.Session(t.Context(), session.Token)
		must(t, err)
		if who.Name != name || len(who.Grants) != 1 || who.Grants[0].Role != access.RoleMinistry || session.How != accounts.ByProvider {
			t.Errorf("signed in as %+v by %s", who, session.How)
		}
	}
}

func TestWhoComesBackFromAMinistryWrongIsNotLetIn(t *testing.T) {
	w := newWorld(t)
	ministry(t, w)
	_, err := w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: "ada", Provider: "by-sub", Subject: "id2"})
	must(t, err)
	_, err = w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: "shut", Provider: "by-sub", Subject: "id1"})
	must(t, err)
	must(t, w.Suspend(t.Context(), access.Local(), "shut", "left"))
	_, err = w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: "twin", Provider: "by-sub", Subject: "id2"})
	w.wants(err, "subject-used")

	for _, tc := range []struct {
		what, user, want string
		change           func(*accounts.Return, accounts.Handover)
	}{
		{"another browser than began it", "test-user2", "provider", func(r *accounts.Return, _ accounts.Handover) { r.Binding = "kbc_other" }},
		{"another provider", "test-user2", "provider", func(r *accounts.Return, _ accounts.Handover) { r.Provider = "by-email" }},
		{"another address", "test-user2", "provider", func(r *accounts.Return, _ accounts.Handover) { r.Redirect = "http://evil.example/" }},
		{"a code that is made up", "test-user2", "provider", func(r *accounts.Return, _ accounts.Handover) { r.Code = "made up" }},
		{"a state that is made up", "test-user2", "ceremony", func(r *accounts.Return, _ accounts.Handover) { r.State = "made up" }},
		{"five minutes too late", "test-user2", "ceremony", func(*accounts.Return, accounts.Handover) { w.pass(5 * time.Minute) }},
		{"somebody whose account is suspended", "test-user@localhost", "provider", func(*accounts.Return, accounts.Handover) {}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			begun, err := w.Begin(t.Context(), "by-sub", redirect)
			must(t, err)
			back := atMinistry(t, begun.URL, tc.user)
			r := accounts.Return{Provider: "by-sub", Code: back.Get("code"), State: back.Get("state"), Binding: begun.Binding, Redirect: redirect, From: "192.0.2.1"}
			tc.change(&r, begun)
			_, err = w.Finish(t.Context(), r)
			if code(err) != tc.want {
				t.Errorf("refused with %q, want %q", code(err), tc.want)
			}
			if _, err := w.Finish(t.Context(), r); err == nil {
				t.Error("a second time it is let in")
			}
		})
	}
}

func TestNobodyEnrolsThemselvesByAMinistry(t *testing.T) {
	w := newWorld(t)
	ministry(t, w)
	begun, err := w.Begin(t.Context(), "by-sub", redirect)
	must(t, err)
	back := atMinistry(t, begun.URL, "test-user2")
	_, err = w.Finish(t.Context(), accounts.Return{Provider: "by-sub", Code: back.Get("code"), State: back.Get("state"), Binding: begun.Binding, Redirect: redirect})
	w.wants(err, "provider")
	if empty, err := w.Empty(t.Context()); err != nil || !empty {
		t.Errorf("there is an account now: %v", err)
	}
}

func TestAMinistryThatIsAwayIsToldApart(t *testing.T) {
	w := newWorld(t)
	w.config.Providers = []accounts.Provider{{ID: "away", Issuer: "http://localhost:1", Client: "konbit", Claim: "sub"}}
	w.start()
	_, err := w.Begin(t.Context(), "away", redirect)
	w.wants(err, "provider-down")
	_, err = w.Begin(t.Context(), "none", redirect)
	w.wants(err, "provider-unknown")
	for _, p := range w.Providers() {
		if p.Secret != "" {
			t.Error("a page can show the secret of a provider")
		}
	}
}

func TestTheProvidersOfAFolderAreReadAndTheirFaultsNamed(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), mode))
		must(t, os.Chmod(filepath.Join(dir, name), mode))
	}
	if got, err := accounts.LoadProviders(dir); err != nil || got != nil {
		t.Fatalf("without a file: %v, %v", got, err)
	}
	write("secret", "s3cret\n", 0o600)
	write("sign-in.yaml", "providers:\n  - id: ministry-a\n    label: {en: Ministry A}\n    issuer: https://id.example.org\n    client: konbit\n    secret-file: secret\n", 0o600)
	got, err := accounts.LoadProviders(dir)
	must(t, err)
	if len(got) != 1 || got[0].Secret != "s3cret" || got[0].Claim != "sub" {
		t.Errorf("read %+v", got)
	}
	write("secret", "s3cret\n", 0o644)
	if _, err := accounts.LoadProviders(dir); !fail.Is(err, fail.Invalid) || !strings.Contains(err.Error(), "others on this machine") {
		t.Errorf("a secret that all can read: %v", err)
	}
	write("sign-in.yaml", "providers:\n  - id: Bad Id\n    issuer: http://id.example.org\n    client: \"\"\n    claim: name\n", 0o600)
	_, err = accounts.LoadProviders(dir)
	for _, want := range []string{"id:", "label", "claim is", "https address"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %q", err, want)
		}
	}
}
