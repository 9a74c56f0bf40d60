package web

import (
	"slices"

	"konbit.org/konbit/internal/access"
)

// permission is who may take a route. Its zero value is no permission: a route
// that has none keeps the site from starting.
type permission struct {
	rule   string        // door, open, own or may
	action access.Action // what the guard is asked, where the rule is may
}

// door lets anybody in, because everything that such a page reads passes the
// door with the actor who asks.
func door() permission { return permission{rule: "door"} }

// open lets anybody in to a page that reads nothing of the record: it is where
// people sign in.
func open() permission { return permission{rule: "open"} }

// own is for anybody who is signed in, about themselves alone.
func own() permission { return permission{rule: "own"} }

// may lets the guard decide, about the mission and the kind in the address.
func may(a access.Action) permission { return permission{rule: "may", action: a} }

// hidden is for pages of which nobody is to know but those who have business
// there: who is signed in and has none finds nothing, as at any wrong address.
// What they may do there is decided by the handler, about the file in hand.
func hidden() permission { return permission{rule: "hidden"} }

// route is one line of the site: everything that can be asked for stands here.
type route struct {
	method, pattern string
	need            permission
	handle          func(*visit) (*page, error)
}

// routes is the whole site, an area a line. A suffix (.json .csv .xlsx .geojson
// .atom) is cut off before the pattern is matched; see formats. The first step
// of an address that is no mission's is kept from missions; see mission.Reserved.
func (s *site) routes() []route {
	return slices.Concat(
		s.recordRoutes(),
		s.mapRoutes(),
		s.cellRoutes(),
		s.roomRoutes(),
		s.reportRoutes(),
		s.liveRoutes(),
		s.keptRoutes(),
		s.peopleRoutes(),
		s.componentRoutes(),
	)
}

// recordRoutes are for what any record has, whatever its kind.
func (s *site) recordRoutes() []route {
	return []route{
		{"GET", "/{$}", door(), s.home},
		{"GET", "/{mission}", door(), s.front},
		{"GET", "/{mission}/figures", door(), s.figures},
		{"GET", "/{mission}/figures/{measure}", door(), s.figure},
		{"GET", "/{mission}/figures/{measure}/evidence", door(), s.evidence},
		{"GET", "/{mission}/claims", door(), s.claims},
		{"GET", "/{mission}/corrections", door(), s.corrections},
		{"GET", "/{mission}/search", door(), s.search},
		{"GET", "/{mission}/records", door(), s.kinds},
		{"GET", "/{mission}/records/{kind}", door(), s.list},
		{"GET", "/{mission}/records/{kind}/new", may(access.Write), s.newForm},
		{"POST", "/{mission}/records/{kind}/new", may(access.Write), s.add},
		{"GET", "/{mission}/records/{kind}/{ref}", door(), s.record},
		{"GET", "/{mission}/records/{kind}/{ref}/edit", may(access.Write), s.editForm},
		{"POST", "/{mission}/records/{kind}/{ref}/edit", may(access.Write), s.correct},
		{"POST", "/{mission}/records/{kind}/{ref}/settle", may(access.Write), s.correct},
		{"POST", "/{mission}/records/{kind}/{ref}/retract", may(access.Retract), s.retract},
		{"GET", "/{mission}/sources/{ref}", door(), s.source},
	}
}

// cellRoutes are the casualty cell's.
func (s *site) cellRoutes() []route {
	return []route{
		{"GET", "/{mission}/casualties", hidden(), s.casualties},
		{"GET", "/{mission}/casualties/new", hidden(), s.casualtyNew},
		{"POST", "/{mission}/casualties/new", hidden(), s.casualtyAdd},
		{"GET", "/{mission}/casualties/{ref}", hidden(), s.casualtyFile},
		{"GET", "/{mission}/casualties/{ref}/status", hidden(), s.casualtyStep},
		{"POST", "/{mission}/casualties/{ref}/status", hidden(), s.casualtyPut},
		{"GET", "/{mission}/casualties/{ref}/clocks", hidden(), s.casualtyStep},
		{"POST", "/{mission}/casualties/{ref}/clocks", hidden(), s.casualtyPut},
		{"GET", "/{mission}/casualties/{ref}/kin", hidden(), s.casualtyStep},
		{"POST", "/{mission}/casualties/{ref}/kin", hidden(), s.casualtyPut},
		{"GET", "/{mission}/casualties/{ref}/told", hidden(), s.casualtyStep},
		{"POST", "/{mission}/casualties/{ref}/told", hidden(), s.casualtyPut},
		{"GET", "/{mission}/casualties/{ref}/declare", hidden(), s.casualtyDeclare},
		{"POST", "/{mission}/casualties/{ref}/declare", hidden(), s.casualtyDeclared},
		{"GET", "/{mission}/casualties/{ref}/name", hidden(), s.casualtyName},
		{"POST", "/{mission}/casualties/{ref}/name", hidden(), s.casualtyNamed},
		{"GET", "/{mission}/minimise", hidden(), s.minimise},
		{"POST", "/{mission}/minimise", hidden(), s.minimiseStart},
		{"POST", "/{mission}/minimise/{ref}/review", hidden(), s.minimiseReview},
		{"POST", "/{mission}/minimise/{ref}/narrow", hidden(), s.minimiseNarrow},
		{"POST", "/{mission}/minimise/{ref}/release", hidden(), s.minimiseRelease},
		{"POST", "/{mission}/minimise/{ref}/lift", hidden(), s.minimiseLift},
		{"GET", "/{mission}/accounted", door(), s.accounted},
		{"POST", "/{mission}/accounted", may(access.Write), s.accountedAdd},
	}
}

// peopleRoutes are for signing in, one's own account and others' accounts.
func (s *site) peopleRoutes() []route {
	return []route{
		{"GET", "/setup", open(), s.setupForm},
		{"POST", "/setup", open(), s.setUp},
		{"GET", "/sign-in", open(), s.signInForm},
		{"POST", "/sign-in", open(), s.signIn},
		{"POST", "/sign-in/passkey", open(), s.passkeyLogin},
		{"GET", "/sign-in/oidc/{provider}", open(), s.toProvider},
		{"GET", "/sign-in/oidc/{provider}/callback", open(), s.fromProvider},
		{"POST", "/sign-out", open(), s.signOut},
		{"GET", "/invitations/{secret}", open(), s.invitation},
		{"POST", "/invitations/{secret}", open(), s.accept},
		{"POST", "/invitations/{secret}/passkey", open(), s.passkeyInvited},
		{"GET", "/account", own(), s.account},
		{"POST", "/account/password", own(), s.changePassword},
		{"POST", "/account/code", own(), s.changeCode},
		{"POST", "/account/passkey", own(), s.passkeyAdd},
		{"POST", "/account/passkey/remove", own(), s.passkeyRemove},
		{"POST", "/account/session/end", own(), s.endSession},
		{"POST", "/account/delegate", own(), s.delegate},
		{"GET", "/people", may(access.Account), s.people},
		{"POST", "/people", may(access.Account), s.invite},
		{"GET", "/people/{name}", may(access.Account), s.person},
		{"POST", "/people/{name}/grant", may(access.Account), s.grant},
		{"POST", "/people/{name}/end", may(access.Account), s.endGrant},
		{"POST", "/people/{name}/suspend", may(access.Account), s.suspend},
		{"POST", "/people/{name}/resume", may(access.Account), s.unsuspend},
		{"POST", "/people/{name}/recover", may(access.Account), s.recovery},
		{"POST", "/people/{name}/token", may(access.Account), s.newToken},
		{"POST", "/people/{name}/token/end", may(access.Account), s.endToken},
		{"GET", "/audit", may(access.Audit), s.audit},
	}
}
