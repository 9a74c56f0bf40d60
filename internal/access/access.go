package access

import (
	"slices"
)

// Actor is who asks. The zero Actor may do nothing.
type Actor struct {
	Name   string  // what entries carry: the ref of an account, "local" or "public"
	Grants []Grant // those that hold now
}

// Local is the person at the machine: may do all.
func Local() Actor { return Actor{Name: "local", Grants: []Grant{{Role: RoleLocal}}} }

// Public is everybody: sees what is marked public, writes nothing.
func Public() Actor {
	return Actor{Name: "public", Grants: []Grant{{Role: RolePublic}}}
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
