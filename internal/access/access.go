package access

import (
	"slices"

	"konbit.org/konbit/internal/record"
)

// Actor is who asks. The zero Actor may do nothing.
type Actor struct {
	Name   string // what entries carry: the ref of an account, "local" or "public"
	Role   Role
	Grants []Grant // those that hold now
}

// Local is the person at the machine: may do all.
func Local() Actor { return Actor{Name: "local", Role: RoleLocal, Grants: []Grant{{Role: RoleLocal}}} }

// Public is everybody: sees what is marked public, writes nothing.
func Public() Actor {
	return Actor{Name: "public", Role: RolePublic, Grants: []Grant{{Role: RolePublic}}}
}

// Is reports whether the actor has a grant of this role.
func (a Actor) Is(role Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == role })
}

// IsLocal reports whether it is the person at the machine.
func (a Actor) IsLocal() bool { return a.Is(RoleLocal) }

// IsPublic reports whether it is anybody: no grant says more than that.
func (a Actor) IsPublic() bool {
	return !slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role != RolePublic })
}

// MayWrite reports whether the actor may make statements.
func (a Actor) MayWrite() bool { return a.Role == RoleLocal }

// Sees reports whether the actor may read what carries this marking.
func (a Actor) Sees(marking string) bool {
	switch a.Role {
	case RoleLocal:
		return true
	case RolePublic:
		return marking == "public"
	default:
		return false
	}
}

// seesAll reports whether nothing is hidden from the actor.
func (a Actor) seesAll() bool { return a.Sight().Markings == nil }

// Sight is the actor's view for queries.
func (a Actor) Sight() record.Sight {
	switch a.Role {
	case RoleLocal:
		return record.Sight{}
	case RolePublic:
		return record.Sight{Markings: []string{"public"}}
	default:
		return record.Sight{Markings: []string{}}
	}
}
