package web

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"konbit.org/konbit/internal/accounts"
)

type totp = accounts.TOTP

// spaced writes a secret in fours, to be read and typed.
func spaced(secret string) string {
	var b strings.Builder
	for i, r := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// islandKey is the form key of a script's own requests.
func (v *visit) islandKey() templ.Attributes {
	k := v.newKey()
	return templ.Attributes{"data-form": k.form, "data-token": k.token}
}

// nameTyped is the name in the form: what was typed, or what the address says.
func (v *visit) nameTyped(typed string) string {
	if typed == "" {
		return v.r.URL.Query().Get("name")
	}
	return typed
}

// signInLink leads to the sign-in and back to this page.
func (v *visit) signInLink() string {
	next := ""
	if v.r.Method == "GET" {
		next = sameSite(v.r.URL.RequestURI())
	}
	if next == "/" {
		next = ""
	}
	if next == "" {
		return "/sign-in"
	}
	return link("/sign-in", "next", next)
}

func (v *visit) auditLink() string {
	if v.mission != nil {
		return link("/audit", "mission", v.mission.ID)
	}
	return "/audit"
}

// until says until when, or that there is no end.
func (v *visit) until(t time.Time) string {
	if t.IsZero() {
		return v.t("people.grant.always")
	}
	return v.moment(t)
}

func (v *visit) wayWord(how string) string {
	for way, key := range map[string]string{
		accounts.ByPassword: "password", accounts.ByCode: "totp", accounts.ByPasskey: "passkey", accounts.ByProvider: "oidc",
	} {
		if how == way {
			return v.t("people.way." + key)
		}
	}
	return how
}

// ways are what an account may sign in with.
func (v *visit) ways(a *accounts.Account) string {
	var all []string
	switch {
	case a.Password && a.TOTP:
		all = append(all, v.t("people.way.totp"))
	case a.Password:
		all = append(all, v.t("people.way.password"))
	}
	if len(a.Passkeys) > 0 {
		all = append(all, v.t("people.way.passkey"))
	}
	for _, p := range a.Providers {
		all = append(all, v.t("people.way.oidc")+" ("+p+")")
	}
	if len(a.Tokens) > 0 {
		all = append(all, v.t("people.way.token"))
	}
	return strings.Join(all, ", ")
}

func (v *visit) providerWord(p accounts.Provider) string {
	if word := v.in5(p.Label); word != "" {
		return word
	}
	return p.ID
}

// stamp is an instant to the second, on the clocks of the node's own mission.
func (v *visit) stamp(t time.Time) string {
	zone := v.location()
	if v.mission == nil && len(v.Missions) > 0 && v.Missions[0].Location() != nil {
		zone = v.Missions[0].Location()
	}
	return v.Words.Date(v.lang, t.In(zone)) + ", " + t.In(zone).Format("15:04:05")
}

// eventWord says an event of the audit, in the words of its kind.
func (v *visit) eventWord(event string) string {
	if len(v.Missions) == 0 || v.Missions[0].Kinds == nil {
		return event
	}
	k, ok := v.Missions[0].Kinds.Get("reading")
	if !ok {
		return event
	}
	f, ok := k.Field("event")
	if !ok {
		return event
	}
	for _, c := range f.Codes {
		if c.ID == event {
			return v.in5(c.Label)
		}
	}
	return event
}

// canonical is a name as accounts keep it.
func canonical(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
