package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
)

// signPage is the page on which somebody signs in.
type signPage struct {
	key       formKey
	name      string
	next      string
	why       string // what went wrong, or why it is asked
	hint      string
	bad       bool
	kept      []crumb // what was typed in a form that could not be sent
	to        string  // where that form goes
	providers []accounts.Provider
}

// needAccounts refuses the pages of people where there can be none.
func (v *visit) needAccounts() error {
	if v.Accounts == nil || v.PublicOnly {
		return fail.New(fail.NotFound, v.t("web.error.page"), v.t("web.error.begin"))
	}
	return nil
}

func (s *site) signInForm(v *visit) (*page, error) {
	if err := v.needAccounts(); err != nil {
		return nil, err
	}
	if empty, err := s.empty(v.r); err != nil || empty {
		return &page{goTo: "/setup"}, err
	}
	next := sameSite(v.r.URL.Query().Get("next"))
	if v.session != nil {
		return &page{goTo: v.onward(next)}, nil
	}
	b := signPage{next: next}
	if next != "" {
		b.why = v.t("people.signin.first")
	}
	if done := v.doneWords(); done != "" {
		b.why = done
	}
	return v.signPage(b, 0), nil
}

func (v *visit) signPage(b signPage, status int) *page {
	b.key, b.providers = v.newKey(), v.Accounts.Providers()
	return &page{status: status, title: v.t("people.signin.title"), bare: true, secret: true, scripts: []string{"passkey.js"}, body: v.signBody(b)}
}

// signInAgain answers a form that came after its session had ended: nothing that
// was typed is lost.
func (v *visit) signInAgain() (*page, error) {
	b := signPage{why: v.t("people.signin.first")}
	values, err := v.posted()
	if err != nil {
		return nil, err
	}
	if v.mission != nil { // forms about people hold passwords: those are typed again
		b.to, b.kept, b.why = v.r.URL.RequestURI(), keep(values), v.t("people.signin.kept")
	}
	return v.signPage(b, http.StatusUnauthorized), nil
}

// keep are the values of a form that can be sent again.
func keep(values url.Values) []crumb {
	var all []crumb
	for name, of := range values {
		if name == "token" || name == "form" {
			continue
		}
		for _, value := range of {
			all = append(all, crumb{name, value})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].label < all[j].label })
	return all
}

func (s *site) signIn(v *visit) (*page, error) {
	if err := v.needAccounts(); err != nil {
		return nil, err
	}
	values, err := v.proven()
	if err != nil {
		return nil, err
	}
	b := signPage{name: strings.TrimSpace(values.Get("name")), next: sameSite(values.Get("next")), to: sameSite(values.Get("to"))}
	for name, of := range values {
		if kept, ok := strings.CutPrefix(name, "kept."); ok && b.to != "" {
			b.kept = append(b.kept, keep(url.Values{kept: of})...)
		}
	}
	session, err := v.Accounts.SignIn(v.r.Context(), accounts.Attempt{
		Name: b.name, Password: values.Get("password"), Code: strings.ReplaceAll(values.Get("code"), " ", ""), From: v.from(),
	})
	if err != nil {
		return v.refusedSignIn(b, err)
	}
	return v.signedInAs(session, b)
}

// refusedSignIn shows the form again with what is wrong; not the password.
func (v *visit) refusedSignIn(b signPage, err error) (*page, error) {
	kind := fail.KindOf(err)
	if kind == fail.Internal {
		return nil, err
	}
	b.bad = true
	b.why, b.hint = v.plainly(err)
	p := v.signPage(b, http.StatusForbidden)
	p.data = v.problem(err).data
	if kind == fail.Unavailable {
		p.status, p.retry = http.StatusTooManyRequests, retryAfter(err)
	}
	return p, nil
}

// retryAfter is how many seconds a refusal says to wait.
func retryAfter(err error) int {
	if r, ok := errors.AsType[*accounts.Refusal](err); ok {
		if n, err := strconv.Atoi(r.Args["seconds"]); err == nil {
			return n
		}
	}
	return 60
}

// signedInAs gives the browser its session and goes where its owner wanted to go.
func (v *visit) signedInAs(session accounts.Session, b signPage) (*page, error) {
	v.begin(session)
	v.session = &session
	who, err := v.whoIs(session)
	if err != nil {
		return nil, err
	}
	v.self, v.who = who, who
	if len(b.kept) > 0 && b.to != "" {
		return &page{title: v.t("people.resume.title"), bare: true, secret: true, body: v.resumeBody(b.to, b.kept, v.newKey())}, nil
	}
	return &page{goTo: v.onward(b.next)}, nil
}

// whoIs is the actor of a session just begun; its owner's language is kept by the
// browser unless another was chosen there.
func (v *visit) whoIs(session accounts.Session) (access.Actor, error) {
	_, who, err := v.Accounts.Session(v.r.Context(), session.Token)
	if err != nil {
		return who, err
	}
	a, err := v.Accounts.Account(v.r.Context(), who, session.Name)
	if err == nil && a.Language != "" && v.cookie("konbit_lang") == "" {
		v.keep("konbit_lang", a.Language)
	}
	return who, nil
}

// onward is the page to go to after signing in: the one asked for, else where
// one's work is, else the front page of one's own mission.
func (v *visit) onward(next string) string {
	if next != "" {
		return next
	}
	for role, page := range map[access.Role]string{access.RoleAdmin: "/people", access.RoleAuditor: "/audit"} {
		if only(v.self, role) {
			return page
		}
	}
	for _, g := range v.self.Grants {
		if s, ok := v.missions[g.Mission]; ok && g.Mission != "" {
			return address(s.ID)
		}
	}
	if len(v.Missions) > 0 {
		return address(v.Missions[0].ID)
	}
	return "/"
}

// only reports whether somebody has one role and no other but that of everybody.
func only(who access.Actor, role access.Role) bool {
	return who.Is(role) && !slices.ContainsFunc(who.Grants, func(g access.Grant) bool { return g.Role != role && g.Role != access.RolePublic })
}

func (s *site) signOut(v *visit) (*page, error) {
	if _, err := v.proven(); err != nil {
		return nil, err
	}
	if v.session != nil {
		if err := v.Accounts.SignOut(v.r.Context(), v.session.Token); err != nil {
			return nil, err
		}
	}
	v.forget(v.sessionCookie())
	v.forget("konbit_as")
	if v.secure() {
		v.w.Header().Set("Clear-Site-Data", `"cache"`)
	}
	return &page{goTo: "/"}, nil
}

// site is this site as passkeys know it: they belong to its name.
func (v *visit) site5() accounts.Site {
	host, _, _ := strings.Cut(v.r.Host, ":")
	return accounts.Site{Host: host, Name: "Konbit", Origins: []string{v.origin()}}
}

// begun answers the script that works with a passkey.
func begun(c accounts.Ceremony, err error) (*page, error) {
	if err != nil {
		return nil, err
	}
	return &page{secret: true, data: map[string]any{"ceremony": c.ID, "options": json.RawMessage(c.Options)}}, nil
}

func (s *site) passkeyLogin(v *visit) (*page, error) {
	if err := v.needAccounts(); err != nil {
		return nil, err
	}
	values, err := v.proven()
	if err != nil {
		return nil, err
	}
	ceremony := values.Get("ceremony")
	if ceremony == "" {
		return begun(v.Accounts.BeginLogin(v.r.Context(), v.site5()))
	}
	session, err := v.Accounts.FinishLogin(v.r.Context(), v.site5(), ceremony, []byte(values.Get("answer")), v.from())
	if err != nil {
		return nil, err
	}
	return v.signedInAs(session, signPage{next: sameSite(values.Get("next"))})
}

// bindingCookie holds what proves that the browser that comes back from a
// provider is the one that went there.
const bindingCookie = "konbit_provider"

func (v *visit) providerBack(id string) string {
	return v.origin() + address("sign-in", "oidc", id, "callback")
}

func (s *site) toProvider(v *visit) (*page, error) {
	if err := v.needAccounts(); err != nil {
		return nil, err
	}
	id := v.r.PathValue("provider")
	if !slices.ContainsFunc(v.Accounts.Providers(), func(p accounts.Provider) bool { return p.ID == id }) {
		return nil, fail.New(fail.NotFound, v.t("web.error.page"), "/sign-in")
	}
	h, err := v.Accounts.Begin(v.r.Context(), id, v.providerBack(id))
	if err != nil {
		return nil, err
	}
	kept := url.Values{"binding": {h.Binding}, "next": {sameSite(v.r.URL.Query().Get("next"))}}
	http.SetCookie(v.w, &http.Cookie{ //nolint:gosec // see begin
		Name: bindingCookie, Value: kept.Encode(), Path: "/sign-in/oidc/", MaxAge: 600, HttpOnly: true, Secure: v.secure(), SameSite: http.SameSiteLaxMode,
	})
	return &page{goTo: h.URL, secret: true}, nil
}

func (s *site) fromProvider(v *visit) (*page, error) {
	if err := v.needAccounts(); err != nil {
		return nil, err
	}
	id := v.r.PathValue("provider")
	kept, err := url.ParseQuery(v.cookie(bindingCookie))
	if err != nil {
		return nil, fail.Wrap(fail.Denied, err, v.t("people.error.provider"), "/sign-in")
	}
	http.SetCookie(v.w, &http.Cookie{Name: bindingCookie, Path: "/sign-in/oidc/", MaxAge: -1, HttpOnly: true, Secure: v.secure(), SameSite: http.SameSiteLaxMode}) //nolint:gosec // see begin
	query := v.r.URL.Query()
	if refused := query.Get("error"); refused != "" || query.Get("code") == "" || kept.Get("binding") == "" {
		return nil, fail.New(fail.Denied, v.t("people.error.provider"), "/sign-in")
	}
	session, err := v.Accounts.Finish(v.r.Context(), accounts.Return{
		Provider: id, Code: query.Get("code"), State: query.Get("state"), Binding: kept.Get("binding"), Redirect: v.providerBack(id), From: v.from(),
	})
	if err != nil {
		return nil, err
	}
	return v.signedInAs(session, signPage{next: sameSite(kept.Get("next"))})
}
