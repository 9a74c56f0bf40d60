package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// accountPage is what somebody sees and changes of their own account.
type accountPage struct {
	of       accounts.Account
	key      formKey
	done     string
	why      string
	hint     string
	grants   *table
	sessions []accounts.Session
	readers  *table
	roles    []access.Role // those that can be handed over
	totp     accounts.TOTP // while an app is being added
	picture  string
	typed    map[string]string // what was typed in a form that was refused
}

func (s *site) account(v *visit) (*page, error) {
	if v.session == nil {
		return nil, fail.New(fail.Denied, v.t("people.error.signin"), v.t("people.error.signin.hint"))
	}
	return v.accountPage(accountPage{}, 0)
}

func (v *visit) accountPage(b accountPage, status int) (p *page, err error) {
	ctx := v.r.Context()
	if b.of, err = v.Accounts.Account(ctx, v.self, v.session.Name); err != nil {
		return nil, err
	}
	if b.sessions, err = v.Accounts.Sessions(ctx, v.self, v.session.Name); err != nil {
		return nil, err
	}
	if b.readers, err = v.readersOf(b.of.Person); err != nil {
		return nil, err
	}
	if adds := v.r.URL.Query().Has("code") || b.totp.Secret != ""; adds {
		if b.totp.Secret == "" {
			if b.totp, err = v.Accounts.NewTOTP(b.of.Name); err != nil {
				return nil, err
			}
		}
		if b.picture, err = v.qr(b.totp.URL); err != nil {
			return nil, err
		}
	}
	b.key, b.grants, b.done = v.newKey(), v.grantTable(b.of.Grants, false), v.doneWords()
	for _, g := range v.self.Grants {
		if g.Role != access.RolePublic && !slices.Contains(b.roles, g.Role) {
			b.roles = append(b.roles, g.Role)
		}
	}
	return &page{
		status: status, title: v.t("people.account.title"), bare: true, secret: true, scripts: []string{"passkey.js"}, body: v.accountBody(b),
		data: map[string]any{"name": b.of.Name, "roles": v.rolesOf(v.self), "grants": grantData(b.of.Grants)},
	}, nil
}

// readersOf lists who read what is about a person; nil where the account is tied
// to nobody.
func (v *visit) readersOf(ref string) (*table, error) {
	if ref == "" || len(v.Missions) == 0 {
		return nil, nil
	}
	key := record.Key{Mission: v.Missions[0].ID, Kind: "person", Ref: ref}
	all, err := v.Accounts.WhoRead(v.r.Context(), v.self, key)
	if err != nil {
		return nil, err
	}
	t := v.readingTable(all)
	t.empty = v.t("people.account.noreaders")
	return t, nil
}

// doneWords says what was just done: its name comes in the address of the page
// after a form, and any other name says nothing.
func (v *visit) doneWords() string {
	key := "people.done." + v.r.URL.Query().Get("done")
	if !v.Words.Has(key) {
		return ""
	}
	return v.t(key)
}

// grantTable lists grants; the ones that hold first.
func (v *visit) grantTable(all []accounts.Given, ended bool) *table {
	t := &table{caption: v.t("people.person.grants"), empty: v.t("people.person.nogrants"), columns: []column{
		{id: "role", label: v.t("people.grant.role"), main: true},
		{id: "scope", label: v.t("people.grant.scope")},
		{id: "from", label: v.t("people.grant.from")},
		{id: "until", label: v.t("people.grant.until")},
		{id: "by", label: v.t("people.grant.by")},
	}}
	for _, g := range all {
		over := !g.Until.IsZero() && !g.Until.After(v.now)
		if over && !ended {
			continue
		}
		from := ""
		if !g.From.IsZero() {
			from = v.moment(g.From)
		}
		by := g.By
		if g.DelegatedFrom != "" {
			by = g.DelegatedFrom
		}
		t.rows = append(t.rows, []cell{
			{text: v.roleWord(g.Role), raw: string(g.Role), struck: over},
			{text: v.grantScope(g.Grant)},
			{text: from, raw: iso(g.From)},
			{text: v.until(g.Until), raw: iso(g.Until)},
			{text: by, note: g.Reason},
		})
	}
	return t
}

func grantData(all []accounts.Given) []map[string]any {
	out := []map[string]any{}
	for _, g := range all {
		out = append(out, map[string]any{
			"ref": g.Ref, "role": string(g.Role), "mission": g.Mission, "owner": g.Owner, "post": g.Post, "person": g.Person,
			"from": iso(g.From), "until": iso(g.Until), "by": g.By,
		})
	}
	return out
}

// mine runs a change to one's own account and comes back to it: with what was
// done, or with why it was not.
func (v *visit) mine(done string, change func(form func(string) string) error) (*page, error) {
	if v.session == nil {
		return nil, fail.New(fail.Denied, v.t("people.error.signin"), v.t("people.error.signin.hint"))
	}
	values, err := v.proven()
	if err != nil {
		return nil, err
	}
	typed := map[string]string{}
	err = change(func(name string) string {
		if name != "password" && name != "current" && name != "code" {
			typed[name] = strings.TrimSpace(values.Get(name))
		}
		return strings.TrimSpace(values.Get(name))
	})
	switch {
	case err == nil:
		return &page{goTo: link("/account", "done", done)}, nil
	case fail.KindOf(err) == fail.Internal || v.format != asHTML:
		return nil, err
	}
	b := accountPage{typed: typed}
	b.why, b.hint = v.plainly(err)
	if values.Get("secret") != "" {
		b.totp = shownApp(values)
	}
	return v.accountPage(b, http.StatusUnprocessableEntity)
}

// The service ends every session of an account whose credentials change, this
// one too: who did it signs in with what is new.
func (v *visit) changed(done string, p *page, err error) (*page, error) {
	if err == nil && p.goTo != "" {
		v.forget(v.sessionCookie())
		p.goTo = link("/sign-in", "name", v.session.Name, "done", done)
	}
	return p, err
}

func (s *site) changePassword(v *visit) (*page, error) {
	p, err := v.mine("password", func(func(string) string) error {
		return v.Accounts.ChangeCredentials(v.r.Context(), v.session.Token, v.sent.Get("current"), accounts.Credentials{Password: v.sent.Get("password")})
	})
	return v.changed("password", p, err)
}

func (s *site) changeCode(v *visit) (*page, error) {
	p, err := v.mine("totp", func(form func(string) string) error {
		now := v.sent.Get("current") // the password stays what it was
		c := accounts.Credentials{Password: now, Secret: form("secret"), Code: strings.ReplaceAll(form("code"), " ", "")}
		return v.Accounts.ChangeCredentials(v.r.Context(), v.session.Token, now, c)
	})
	return v.changed("totp", p, err)
}

func (s *site) passkeyAdd(v *visit) (*page, error) {
	if v.session == nil {
		return nil, fail.New(fail.Denied, v.t("people.error.signin"), v.t("people.error.signin.hint"))
	}
	return v.register(accounts.Enrolment{Session: v.session.Token}, link("/account", "done", "passkey"))
}

func (s *site) passkeyRemove(v *visit) (*page, error) {
	return v.mine("passkey", func(form func(string) string) error {
		return v.Accounts.RemovePasskey(v.r.Context(), v.session.Token, form("id"))
	})
}

func (s *site) endSession(v *visit) (*page, error) {
	return v.mine("session", func(form func(string) string) error {
		return v.Accounts.EndSession(v.r.Context(), v.self, v.session.Name, form("id"))
	})
}

func (s *site) delegate(v *visit) (*page, error) {
	return v.mine("delegate", func(form func(string) string) error {
		until, err := v.dateTyped(form("until"))
		if err != nil {
			return err
		}
		_, err = v.Accounts.Delegate(v.r.Context(), v.self, accounts.Delegation{
			To: form("to"), Role: access.Role(form("role")), Until: until, Reason: form("reason"),
		})
		return err
	})
}

// dateTyped reads a day, or a day and an hour, on the clocks of the node's own
// mission; "" is the zero time. A day alone means its end.
func (v *visit) dateTyped(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	zone := v.location()
	if v.mission == nil && len(v.Missions) > 0 && v.Missions[0].Location() != nil {
		zone = v.Missions[0].Location()
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t.UTC(), nil
		}
	}
	if t, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		return t.AddDate(0, 0, 1).UTC(), nil
	}
	return time.Time{}, fail.New(fail.Invalid, v.t("people.error.date"), v.t("people.error.date.hint"))
}
