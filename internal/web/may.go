package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
)

// may reports whether the visitor may do something with records of a kind of the
// mission in hand; "" means with the mission as such. It is for what a page
// offers: what is asked for is decided again, by what the record is.
func (v *visit) may(a access.Action, kindID string) bool {
	mission := ""
	if v.mission != nil {
		mission = v.mission.ID
	}
	if kindID != "" {
		return v.Guard.MayAny(v.who, a, mission, kindID)
	}
	if v.Guard.May(v.who, a, access.Resource{Mission: mission}) {
		return true
	}
	// On pages of the node, who looks after one mission may look after that one.
	return v.mission == nil && slices.ContainsFunc(v.who.Grants, func(g access.Grant) bool {
		return g.Mission != "" && v.Guard.May(v.who, a, access.Resource{Mission: g.Mission})
	})
}

func (v *visit) mayWrite(kindID string) bool { return v.may(access.Write, kindID) }

// admit lets the visitor take a route or says why not. Who might be let in once
// signed in is sent there; what was typed goes along.
func (v *visit) admit(rt route) (*page, error) {
	switch rt.need.rule {
	case "door", "open":
		return nil, nil
	case "hidden":
		// Everybody knows that there may be such pages: who has not signed in yet
		// is asked to, whatever the address.
		if v.signedIn() || v.Accounts == nil || v.PublicOnly || v.self.IsLocal() {
			return nil, nil
		}
	case "own":
		if v.signedIn() {
			return nil, nil
		}
	case "may":
		if v.may(rt.need.action, v.r.PathValue("kind")) {
			return nil, nil
		}
	}
	return v.turnedAway()
}

// turnedAway answers who may not take a route.
func (v *visit) turnedAway() (*page, error) {
	if v.signedIn() || v.Accounts == nil || v.PublicOnly || v.self.IsLocal() {
		return nil, fail.New(fail.Denied, v.t("people.error.denied"), v.t("people.error.denied.hint"))
	}
	if v.format != asHTML {
		return nil, statusError{code: http.StatusUnauthorized, err: fail.New(fail.Denied, v.t("people.error.signin"), v.t("people.error.signin.hint"))}
	}
	if v.r.Method == http.MethodGet || v.r.Method == http.MethodHead {
		return &page{goTo: v.link("/sign-in", "next", v.r.URL.RequestURI())}, nil
	}
	return v.signInAgain()
}

// sameSite is an address on this site to go on to, or "" where it is none.
func sameSite(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(to, "/") ||
		strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return ""
	}
	for _, own := range []string{"/sign-in", "/sign-out", "/setup", "/invitations"} {
		if u.Path == own || strings.HasPrefix(u.Path, own+"/") {
			return ""
		}
	}
	return to
}
