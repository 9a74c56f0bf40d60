package crawl_test

import (
	"net/http"
	"net/url"
	"regexp"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
)

const password = "seven quiet herons at dusk"

// visitors sign in as everybody does, by the form; those whose role wants it with
// the code of an app.
func visitors() []seat {
	return []seat{
		{"visitor-duty", "", []access.Grant{{Role: access.RoleDuty}}, counts},
		{"visitor-personnel", "", []access.Grant{{Role: access.RolePersonnel}}, counts},
		{"visitor-family", "", []access.Grant{{Role: access.RoleFamily, Person: victim}}, nothing},
	}
}

// welcome invites the visitors, who choose what they sign in with, and gives the
// program its token.
func (w *world) welcome() {
	w.t.Helper()
	for _, who := range visitors() {
		link, err := w.node.Accounts.Invite(w.t.Context(), access.Local(), accounts.Invitation{Name: who.name, Personal: "A visitor", Grants: who.grants, Reason: "crawl"})
		if err != nil {
			w.t.Fatal(err)
		}
		chosen := accounts.Credentials{Password: password}
		if who.name == "visitor-personnel" {
			app, err := w.node.Accounts.NewTOTP(who.name)
			if err != nil {
				w.t.Fatal(err)
			}
			w.codes = app.Secret
			chosen.Secret, chosen.Code = app.Secret, w.code()
		}
		if err := w.node.Accounts.Accept(w.t.Context(), link, chosen); err != nil {
			w.t.Fatal(err)
		}
	}
	token, err := w.node.Accounts.NewToken(w.t.Context(), access.Local(), "program", w.clock.now().Add(30*24*time.Hour))
	if err != nil {
		w.t.Fatal(err)
	}
	w.token = token
}

func (w *world) code() string {
	w.t.Helper()
	code, err := accounts.Code(w.codes, w.clock.now())
	if err != nil {
		w.t.Fatal(err)
	}
	return code
}

var hidden = regexp.MustCompile(`type="hidden" name="([^"]*)" value="([^"]*)"`)

// enter signs a visitor in by the form and keeps the cookie.
func (w *world) enter(who seat) {
	w.t.Helper()
	stranger := seat{name: "anonymous"}
	page := w.ask(stranger, get("/sign-in"))
	form := url.Values{"name": {who.name}, "password": {password}}
	for _, m := range hidden.FindAllStringSubmatch(string(page.body), -1) {
		form.Set(m[1], m[2])
	}
	if who.name == "visitor-personnel" {
		form.Set("code", w.code())
	}
	got := w.ask(stranger, request{method: http.MethodPost, target: "/sign-in", form: form})
	for _, c := range (&http.Response{Header: got.header}).Cookies() {
		if c.Name == "konbit_session" {
			w.cookies[who.name] = c.Value
		}
	}
	if w.cookies[who.name] == "" {
		w.t.Fatalf("%s world: %s cannot sign in: %d\n%s", w.name, who.name, got.status, got.body)
	}
}

// visit crawls as those who signed in by the form.
func (c *crawl) visit(moment string) {
	c.t.Helper()
	s := c.with.scene()
	all := s.walk(c.t, thin)
	for _, who := range visitors() {
		c.with.enter(who)
		c.without.enter(who)
		c.compare(who, all)
	}
	c.report(moment + ", signed in by the form")
}
