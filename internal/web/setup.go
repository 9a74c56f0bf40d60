package web

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
)

// beginPage is where somebody chooses what to sign in with: the first account of
// a node, or one that was invited.
type beginPage struct {
	key           formKey
	setup, coded  bool // the first account; with the code of the terminal
	title, lede   string
	name, called  string
	code          string // of the set-up
	why, hint     string // what was wrong
	totp          accounts.TOTP
	picture       string
	action, again string // where the form goes, and a passkey
	grants        []string
	password      bool // an invitation to somebody who has none yet
}

// mayBegin lets in who sits at the machine, and who has the code that stands on
// its terminal; nobody once there is an account.
func (v *visit) mayBegin() error {
	if err := v.needAccounts(); err != nil {
		return err
	}
	empty, err := v.empty(v.r)
	if err != nil {
		return err
	}
	if !empty {
		return fail.New(fail.NotFound, v.t("people.setup.done"), v.t("people.setup.done.hint"))
	}
	if !v.unset && v.SetupCode == "" {
		return fail.New(fail.Denied, v.t("people.setup.elsewhere"), v.t("people.setup.elsewhere.hint"))
	}
	return nil
}

func (s *site) setupForm(v *visit) (*page, error) {
	if err := v.mayBegin(); err != nil {
		return nil, err
	}
	return v.setupPage(beginPage{}, 0)
}

func (v *visit) setupPage(b beginPage, status int) (*page, error) {
	b.setup, b.coded, b.action, b.password = true, !v.unset, "/setup", true
	b.title, b.lede = v.t("people.setup.title"), v.t("people.setup.lede")
	return v.beginPage(b, status)
}

func (v *visit) beginPage(b beginPage, status int) (*page, error) {
	b.key = v.newKey()
	if b.totp.Secret == "" {
		label := b.name
		if label == "" {
			label = v.r.Host
		}
		var err error
		if b.totp, err = v.Accounts.NewTOTP(label); err != nil {
			return nil, err
		}
	}
	var err error
	if b.picture, err = v.qr(b.totp.URL); err != nil {
		return nil, err
	}
	p := &page{status: status, title: b.title, bare: true, secret: true, body: v.beginBody(b)}
	if b.again != "" {
		p.scripts = []string{"passkey.js"}
	}
	return p, nil
}

// appOf reads back the secret that was shown for an app. It is made anew when
// the code does not fit: a picture that was not read helps nobody.
func appOf(values url.Values) accounts.Credentials {
	c := accounts.Credentials{Password: values.Get("password"), Code: strings.ReplaceAll(values.Get("code"), " ", "")}
	if c.Code != "" {
		c.Secret = values.Get("secret")
	}
	return c
}

// shownApp keeps the picture that was shown, so that a phone that has read it
// need not read another.
func shownApp(values url.Values) accounts.TOTP {
	to := values.Get("app")
	if !strings.HasPrefix(to, "otpauth://totp/") {
		return accounts.TOTP{}
	}
	return accounts.TOTP{Secret: values.Get("secret"), URL: to}
}

func (s *site) setUp(v *visit) (*page, error) {
	if err := v.mayBegin(); err != nil {
		return nil, err
	}
	values, err := v.proven()
	if err != nil {
		return nil, err
	}
	b := beginPage{name: strings.TrimSpace(values.Get("name")), called: strings.TrimSpace(values.Get("called")), totp: shownApp(values), code: values.Get("setup")}
	if !v.unset && subtle.ConstantTimeCompare([]byte(strings.TrimSpace(b.code)), []byte(v.SetupCode)) != 1 {
		b.why, b.hint = v.t("people.setup.badcode"), v.t("people.setup.code.help")
		return v.setupPage(b, http.StatusForbidden)
	}
	session, err := v.Accounts.Setup(v.r.Context(), accounts.Invitation{Name: b.name, Personal: b.called, Language: v.lang}, appOf(values), v.from())
	if err != nil {
		if fail.KindOf(err) == fail.Internal {
			return nil, err
		}
		b.why, b.hint = v.plainly(err)
		return v.setupPage(b, http.StatusUnprocessableEntity)
	}
	s.peopled.Store(true)
	v.unset = false
	return v.signedInAs(session, signPage{next: "/people"})
}

// invited gives the account that an invitation is for.
func (v *visit) invited() (accounts.Account, string, error) {
	if err := v.needAccounts(); err != nil {
		return accounts.Account{}, "", err
	}
	secret := v.r.PathValue("secret")
	a, err := v.Accounts.Invitation(v.r.Context(), secret)
	if fail.Is(err, fail.NotFound) || fail.Is(err, fail.Denied) || fail.Is(err, fail.Invalid) {
		err = fail.New(fail.NotFound, v.t("people.invitation.gone"), v.t("people.invitation.gone.hint"))
	}
	return a, secret, err
}

func (s *site) invitation(v *visit) (*page, error) {
	a, secret, err := v.invited()
	if err != nil {
		return nil, err
	}
	return v.invitationPage(beginPage{}, a, secret, 0)
}

func (v *visit) invitationPage(b beginPage, a accounts.Account, secret string, status int) (*page, error) {
	called := a.Personal
	if called == "" {
		called = a.Name
	}
	b.title = v.t("people.invitation.title", "name", called)
	b.lede = v.t("people.invitation.lede", "until", v.moment(a.Invited))
	b.name, b.password = a.Name, true
	b.action, b.again = address("invitations", secret), address("invitations", secret, "passkey")
	for _, g := range a.Grants {
		if g.Active(v.now) {
			b.grants = append(b.grants, v.grantWords(g.Grant))
		}
	}
	return v.beginPage(b, status)
}

func (s *site) accept(v *visit) (*page, error) {
	a, secret, err := v.invited()
	if err != nil {
		return nil, err
	}
	values, err := v.proven()
	if err != nil {
		return nil, err
	}
	credentials := appOf(values)
	if err := v.Accounts.Accept(v.r.Context(), secret, credentials); err != nil {
		if fail.KindOf(err) == fail.Internal {
			return nil, err
		}
		b := beginPage{totp: shownApp(values)}
		b.why, b.hint = v.plainly(err)
		return v.invitationPage(b, a, secret, http.StatusUnprocessableEntity)
	}
	return &page{goTo: v.link("/sign-in", "name", a.Name)}, nil
}

func (s *site) passkeyInvited(v *visit) (*page, error) {
	_, secret, err := v.invited()
	if err != nil {
		return nil, err
	}
	return v.register(accounts.Enrolment{Invitation: secret}, "/sign-in")
}

// register adds a passkey, in two steps of the script.
func (v *visit) register(e accounts.Enrolment, next string) (*page, error) {
	values, err := v.proven()
	if err != nil {
		return nil, err
	}
	if ceremony := values.Get("ceremony"); ceremony != "" {
		if err := v.Accounts.FinishRegister(v.r.Context(), v.site5(), ceremony, []byte(values.Get("answer"))); err != nil {
			return nil, err
		}
		return &page{goTo: next}, nil
	}
	if e.Label = strings.TrimSpace(values.Get("label")); e.Label == "" {
		e.Label = v.t("people.passkey.default")
	}
	return begun(v.Accounts.BeginRegister(v.r.Context(), v.site5(), e))
}

// grantWords says a grant in a line: the role and what it is for.
func (v *visit) grantWords(g access.Grant) string {
	parts := []string{v.roleWord(g.Role)}
	if scope := v.grantScope(g); scope != "" {
		parts = append(parts, scope)
	}
	return strings.Join(parts, " · ")
}

func (v *visit) roleWord(r access.Role) string {
	if key := "people.role." + string(r); v.Words.Has(key) {
		return v.t(key)
	}
	return string(r) // a role that a mission added
}

// grantScope says what a grant is for; "" is everything.
func (v *visit) grantScope(g access.Grant) string {
	var parts []string
	if m, ok := v.missions[g.Mission]; ok {
		parts = append(parts, v.in5(m.Title))
	} else if g.Mission != "" {
		parts = append(parts, g.Mission)
	}
	if g.Owner != "" {
		parts = append(parts, v.Words.Country(v.lang, g.Owner))
	}
	for _, ref := range []string{g.Post, g.Person} {
		if ref != "" {
			parts = append(parts, ref)
		}
	}
	return strings.Join(parts, " · ")
}

// seesWhat says as whom the visitor looks.
func (v *visit) seesWhat() string {
	switch {
	case v.who.IsLocal():
		return v.t("web.foot.actor.local")
	case v.who.IsPublic():
		return v.t("web.foot.actor.public")
	}
	return v.t("people.foot.roles", "roles", v.rolesOf(v.who))
}

// rolesOf are the names of an actor's roles.
func (v *visit) rolesOf(who access.Actor) string {
	var all []string
	seen := map[access.Role]bool{access.RolePublic: true}
	for _, g := range who.Grants {
		if !seen[g.Role] {
			seen[g.Role] = true
			all = append(all, v.roleWord(g.Role))
		}
	}
	return strings.Join(all, ", ")
}
