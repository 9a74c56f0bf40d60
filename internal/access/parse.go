package access

import (
	"slices"
	"strings"

	"konbit.org/konbit/internal/fail"
)

// Scope says what a role is limited by beside its mission.
type Scope string

// The scopes.
const (
	ScopeNone   Scope = ""
	ScopeOwner  Scope = "owner"  // a contributor or donor, ISO 3166-1 alpha-3
	ScopePerson Scope = "person" // whose family it is
)

// ScopeOf is what a role is limited by.
func ScopeOf(r Role) Scope {
	switch r {
	case RoleMinistry, RoleNotifier, RoleMinistryFam, RoleDonor:
		return ScopeOwner
	case RoleFamily:
		return ScopePerson
	default:
		return ScopeNone
	}
}

// Roles are those that come with Konbit, the widest known first.
func Roles() []Role {
	return []Role{
		RolePublic, RoleLocal, RoleAdmin, RoleAuditor, RoleCommander, RoleDuty, RoleOperations, RolePersonnel, RoleMedical,
		RoleFinance, RoleConduct, RoleWelfare, RoleSpokes, RoleCell, RoleMinistry, RoleNotifier, RoleMinistryFam, RoleFamily,
		RoleDonor, RoleHost, RoleProgram,
	}
}

// Roles are those that come with Konbit, then those that a mission's groups name.
func (g *Guard) Roles(mission string) []Role {
	out := Roles()
	var more []Role
	for _, members := range g.rules(mission).groups.Roles {
		for _, r := range members {
			if !slices.Contains(out, r) && !slices.Contains(more, r) {
				more = append(more, r)
			}
		}
	}
	slices.Sort(more)
	return append(out, more...)
}

// Actions are all actions.
func Actions() []Action {
	return []Action{
		Read, Count, CountLarge, Write, Retract, Withdraw, Import, Export, Erase, Notify, Declare, Name, Minimise, SeeReason,
		Account, Delegate, Audit, Revoke,
	}
}

// ParseActor reads somebody who is named by what they are: duty, ministry:CAN,
// family:per-0001, or several with a plus sign between. ok is false for what names
// no role of the mission, as the name of an account. The error is [fail.Invalid],
// for a role without the scope that it needs.
func (g *Guard) ParseActor(mission, text string) (who Actor, ok bool, err error) {
	who.Name = text
	for one := range strings.SplitSeq(text, "+") {
		word, scope, _ := strings.Cut(one, ":")
		role := Role(word)
		if !slices.Contains(g.Roles(mission), role) {
			return Actor{}, false, nil
		}
		grant := Grant{Role: role}
		needs := ScopeOf(role)
		if (needs == ScopeNone) != (scope == "") {
			return Actor{}, true, fail.Newf(fail.Invalid, "duty, ministry:CAN or family:per-0001", "%q does not say whose it is, or says it of a role that is nobody's", one)
		}
		switch needs {
		case ScopeOwner:
			grant.Owner = strings.ToUpper(scope)
		case ScopePerson:
			grant.Person = scope
		case ScopeNone:
		}
		who.Grants = append(who.Grants, grant)
	}
	return who, true, nil
}

// ParseResource reads a class that is written out, as casualty:owner=CAN,held:
// the kind, then owner, marking, ref and whether the gate is closed over it.
func ParseResource(mission, text string) (Resource, error) {
	kindID, rest, _ := strings.Cut(text, ":")
	r := Resource{Mission: mission, Kind: kindID, Owner: "mission", Marking: "mission"}
	if rest == "" {
		return r, nil
	}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "owner":
			r.Owner = value
		case "marking":
			r.Marking = value
		case "ref":
			r.Ref = value
		case "held":
			r.Held = true
		default:
			return Resource{}, fail.Newf(fail.Invalid, "casualty:owner=CAN,marking=cell,held", "%q is none of owner=, marking=, ref= and held", part)
		}
	}
	return r, nil
}
