package accounts

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// longestDelegation is a long watch and its handover.
const longestDelegation = 24 * time.Hour

var ( // nothing writes them
	rolePattern    = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	countryPattern = regexp.MustCompile(`^[A-Z]{3}$`)
)

// grantable reports whether a role can be given at all: nobody is given the
// machine, and everybody has what is public.
func grantable(r access.Role) bool {
	return r != access.RoleLocal && r != access.RolePublic && len(r) <= 60 && rolePattern.MatchString(string(r))
}

// checkGrant refuses a grant without the scope its role needs: a ministry of no
// country would be everybody's.
func checkGrant(g access.Grant) error {
	if !grantable(g.Role) {
		return invalid("role", fmt.Sprintf("%q is no role that can be given", g.Role), "docs/adr/0010-accounts-in-the-record.md lists the roles")
	}
	if g.Owner != "" && !countryPattern.MatchString(g.Owner) {
		return invalid("country", "a country is written with the three capital letters of ISO 3166-1", "for example: BHS")
	}
	switch g.Role {
	case access.RoleMinistry, access.RoleMinistryFam, access.RoleNotifier, access.RoleDonor:
		if g.Owner == "" {
			return invalid("country-missing", "the role "+string(g.Role)+" is for one country", "name it: --country BHS")
		}
	case access.RoleFamily:
		if g.Person == "" {
			return invalid("person-missing", "the role family is for one person's family", "name the person's record: --person REF")
		}
	default:
	}
	if !g.Until.IsZero() && !g.Until.After(g.From) {
		return invalid("dates", "the grant ends before it begins", "give an end after the beginning")
	}
	return nil
}

// mayGive reports whether an actor may give this grant to others.
func (s *Service) mayGive(by access.Actor, g access.Grant) error {
	on := access.Resource{Mission: g.Mission, Kind: kindAccount, Owner: "mission", Marking: "restricted"}
	if s.c.Guard.May(by, access.Account, on) {
		return nil
	}
	return mayNot("give the role " + string(g.Role))
}

// grantStatement is a new grant as it is written. A zero From begins now.
func (s *Service) grantStatement(account string, g Given, by string) (statement, error) {
	if g.From.IsZero() {
		g.From = s.time()
	}
	if err := checkGrant(g.Grant); err != nil {
		return statement{}, err
	}
	ref, err := s.ref(kindGrant)
	if err != nil {
		return statement{}, err
	}
	return statement{key: record.Key{Mission: s.c.Home, Kind: kindGrant, Ref: ref}, reason: g.Reason, fields: map[string]string{
		"account": account, "role": string(g.Role), "mission": g.Mission, "country": g.Owner, "post": g.Post,
		"person": g.Person, "at": stamp(g.From), "until": stamp(g.Until), "by": by, "reason": g.Reason, "delegated-from": g.DelegatedFrom,
	}}, nil
}

// Grant gives a role to an account and gives the ref of the grant. A zero From
// begins now, a zero Until has no end; By is filled in. Nobody gives to
// themselves.
func (s *Service) Grant(ctx context.Context, by access.Actor, name string, g access.Grant, reason string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, a, err := s.other(ctx, by, name, "give a role to")
	if err != nil {
		return "", err
	}
	if err := s.mayGive(by, g); err != nil {
		return "", err
	}
	st, err := s.grantStatement(a.name, Given{Grant: g, Reason: reason}, by.Name)
	if err != nil {
		return "", err
	}
	if err := s.state(ctx, by.Name, st); err != nil {
		return "", err
	}
	return st.key.Ref, s.event(ctx, Reading{Event: eventGrant, Who: by.Name, About: st.key})
}

// EndGrant ends a grant now. One that was delegated may also be ended by who
// handed it on; any, but that of the last admin, by who may do [access.Account].
func (s *Service) EndGrant(ctx context.Context, by access.Actor, ref, reason string) error {
	if err := needReason(reason); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := s.directory(ctx)
	if err != nil {
		return err
	}
	a, g := d.grant(ref)
	if g == nil {
		return fail.Newf(fail.NotFound, "konbit account show NAME lists the grants of an account", "there is no grant %q", ref)
	}
	if own := g.DelegatedFrom != "" && g.DelegatedFrom == by.Name; !own {
		if err := s.mayGive(by, g.Grant); err != nil {
			return err
		}
	}
	if s.lastAdmin(d, a, ref) {
		return lastAdmin()
	}
	now := s.time()
	if !g.Until.IsZero() && !now.Before(g.Until) {
		return nil
	}
	set := map[string]string{"until": stamp(now)}
	if now.Before(g.From) {
		set["at"] = stamp(now) // it never held
	}
	st := statement{key: record.Key{Mission: s.c.Home, Kind: kindGrant, Ref: ref}, fields: set, reason: reason}
	if err := s.state(ctx, by.Name, st); err != nil {
		return err
	}
	return s.event(ctx, Reading{Event: eventEndGrant, Who: by.Name, About: st.key})
}

func (d *directory) grant(ref string) (*entry, *Given) {
	for _, a := range d.accounts {
		for i := range a.grants {
			if a.grants[i].Ref == ref {
				return a, &a.grants[i]
			}
		}
	}
	return nil, nil
}

// lastAdmin reports whether without an account (or without one of its grants,
// where ref names it) nobody would be left who may look after the accounts.
func (s *Service) lastAdmin(d *directory, without *entry, ref string) bool {
	now := s.time()
	left, lost := false, false
	for _, a := range d.accounts {
		for i := range a.grants {
			g := &a.grants[i]
			if a.state != Active || g.Role != access.RoleAdmin || !d.holds(g, now) || g.DelegatedFrom != "" || g.Mission != "" && g.Mission != s.c.Home {
				continue
			}
			if a == without && (ref == "" || g.Ref == ref) {
				lost = true
			} else {
				left = true
			}
		}
	}
	return lost && !left
}

func lastAdmin() error {
	return refuse("last-admin", fail.Conflict, "nobody else has the role admin", "give it to somebody else first")
}

// Delegate hands roles of one's own on to somebody until the end of a shift, at
// most 24 hours, and gives the refs of the grants. What was itself handed on
// cannot be, and what is handed on ends when its giver loses it.
func (s *Service) Delegate(ctx context.Context, by access.Actor, to Delegation) ([]string, error) {
	now := s.time()
	if !to.Until.After(now) || to.Until.After(now.Add(longestDelegation)) {
		return nil, invalid("shift", "a role is handed on for at most 24 hours from now", "give the end of the shift")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := s.directory(ctx)
	if err != nil {
		return nil, err
	}
	from, a := d.accounts[by.Name], d.accounts[Canonical(to.To)]
	switch {
	case from == nil:
		return nil, mayNot("hand a role on without an account")
	case a == nil:
		return nil, noAccount(to.To)
	case a == from:
		return nil, deny("yourself", "nobody may hand a role on to themselves", "name somebody else")
	case a.state != Active || a.kind != Person:
		return nil, deny("not-active", "the account "+a.name+" cannot take a role", "name a person who can sign in")
	}
	all, err := s.handOn(from, a, by, to)
	if err != nil {
		return nil, err
	}
	if err := s.state(ctx, by.Name, all...); err != nil {
		return nil, err
	}
	var refs []string
	for _, st := range all {
		refs = append(refs, st.key.Ref)
		if err := s.event(ctx, Reading{Event: eventDelegate, Who: by.Name, About: st.key}); err != nil {
			return nil, err
		}
	}
	return refs, nil
}

// handOn gives the statements of a delegation: of those roles that the actor holds now,
// in this very session too.
func (s *Service) handOn(from, to *entry, by access.Actor, d Delegation) ([]statement, error) {
	var all []statement
	now := s.time()
	for _, g := range from.grants {
		held := slices.ContainsFunc(by.Grants, func(h access.Grant) bool { return sameScope(h, g.Grant) })
		if !g.Active(now) || g.DelegatedFrom != "" || !held || d.Role != "" && g.Role != d.Role {
			continue
		}
		mission := g.Mission
		if mission == "" {
			mission = s.c.Home
		}
		if !s.c.Guard.May(by, access.Delegate, access.Resource{Mission: mission, Kind: kindGrant, Owner: "mission", Marking: "restricted"}) {
			continue
		}
		given := g.Grant
		given.From, given.Until = now, d.Until
		if !g.Until.IsZero() && g.Until.Before(given.Until) {
			given.Until = g.Until
		}
		st, err := s.grantStatement(to.name, Given{Grant: given, Reason: strings.TrimSpace(d.Reason), DelegatedFrom: from.name}, by.Name)
		if err != nil {
			return nil, err
		}
		all = append(all, st)
	}
	if len(all) == 0 {
		return nil, deny("no-role", "there is no role of yours that you may hand on", "only roles that are your own, not handed on to you, can be handed on")
	}
	return all, nil
}
