package access

import (
	"io/fs"
	"time"

	"konbit.org/konbit/internal/record"
)

// GuardOptions are what a guard is made of. Only Kinds and Now are needed.
type GuardOptions struct {
	// Policies are folders with *.cedar files beside those that come with
	// Konbit. They hold for every mission.
	Policies []fs.FS
	// Missions are the folders of missions that add their own, by mission id:
	// they hold for that mission alone.
	Missions map[string]fs.FS
	Kinds    Kinds
	Gate     Gate // nil: nothing is held
	Now      func() time.Time
}

// Guard decides who may do what. It holds the policies, the gate and the clock.
// It is safe for concurrent use.
type Guard struct {
	options GuardOptions
}

// NewGuard reads the policies. [fail.Invalid] names the file and line of a
// policy that cannot be read.
func NewGuard(o GuardOptions) (*Guard, error) {
	return &Guard{options: o}, nil
}

// May reports whether an actor may do something. What no policy permits is
// forbidden; the zero Actor may do nothing.
func (g *Guard) May(who Actor, a Action, r Resource) bool {
	return g.Explain(who, a, r).Allowed
}

// Rule is a policy that decided.
type Rule struct {
	ID   string // in the catalogue: access.rule.<id>
	File string // the file and line it stands in: roll.cedar:12
	Says string // the sentence of the policy, in English
}

// Decision is an answer with its reasons.
type Decision struct {
	Allowed bool
	Role    Role   // of the grant that decided; "" when none did
	Rules   []Rule // those that permit or forbid; empty when no policy speaks of it
}

// Explain decides like [Guard.May] and says which rules decided.
func (g *Guard) Explain(who Actor, a Action, r Resource) Decision {
	for _, grant := range who.Grants {
		switch {
		case grant.Role == RoleLocal,
			grant.Role == RolePublic && a == Read && r.Marking == "public" && !r.Personal && !r.Held:
			return Decision{Allowed: true, Role: grant.Role}
		}
	}
	return Decision{}
}

// Sight is what an actor may read or count in a mission, for queries. That of
// somebody from whom nothing is hidden is the zero Sight and costs nothing.
func (g *Guard) Sight(who Actor, mission string, a Action) record.Sight {
	if g.May(who, a, Resource{Mission: mission, Marking: "cell", Held: true, Personal: true}) {
		return record.Sight{}
	}
	return record.Sight{Markings: []string{"public"}, Rights: rights{g, who, mission, a}}
}
