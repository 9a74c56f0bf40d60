package access

import (
	"io/fs"
	"slices"
	"time"

	"konbit.org/konbit/internal/fail"
)

// GuardOptions are what a guard is made of. Only Kinds and Now are needed.
type GuardOptions struct {
	// Policies are folders with policies/*.cedar beside those that come with
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
	kinds Kinds
	gate  Gate
	now   func() time.Time
	house *rulebook
	own   map[string]*rulebook // of missions that add rules: those of the house with their own
	memo  memo
	sets  tables
	views views
}

// NewGuard reads the policies. [fail.Invalid] names the file and line of a
// policy that cannot be read.
func NewGuard(o GuardOptions) (*Guard, error) {
	if o.Kinds == nil || o.Now == nil {
		return nil, fail.New(fail.Internal, "the guard lacks kinds or a clock", "")
	}
	house, err := readRules(append([]fs.FS{shipped}, o.Policies...)...)
	if err != nil {
		return nil, err
	}
	g := &Guard{kinds: o.Kinds, gate: o.Gate, now: o.Now, house: house, own: map[string]*rulebook{}}
	for id, folder := range o.Missions {
		if g.own[id], err = house.with(folder); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// CheckPolicies reads the policies of a mission's folder as a guard would beside
// those of the house: [fail.Invalid] names the file and line of one with a fault.
func CheckPolicies(folder fs.FS) error {
	house, err := readRules(shipped)
	if err == nil {
		_, err = house.with(folder)
	}
	return err
}

// May reports whether an actor may do something. What no policy permits is
// forbidden; the zero Actor may do nothing.
func (g *Guard) May(who Actor, a Action, r Resource) bool {
	grants := g.grants(who, r.Mission)
	if r.Secret {
		return false
	}
	if local(grants) {
		return true
	}
	return g.decided(grants, fingerprint(grants), a, &r)
}

// MayAny reports whether there is any record of a kind, of whatever marking and
// owner, with which the actor may do something: whether a page offers it.
func (g *Guard) MayAny(who Actor, a Action, mission, kindID string) bool {
	s := g.Sight(who, mission, a)
	return s.Rights == nil || len(s.Rights.Classes(kindID)) > 0
}

// decided asks the memory before the policies. A decision depends on nothing but
// the grants and the class, so that a million rows are a handful of decisions.
func (g *Guard) decided(grants []Grant, print string, a Action, r *Resource) bool {
	book := g.rules(r.Mission)
	q := question{grants: print, action: a, resource: book.class(grants, r)}
	if yes, known := g.memo.get(q); known {
		return yes
	}
	yes := slices.ContainsFunc(grants, func(grant Grant) bool {
		return book.decide(g.request(grant, a, &q.resource)).Allowed
	})
	g.memo.put(q, yes)
	return yes
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

// Explain decides like [Guard.May] and says which rules decided: those that
// permit it, or else those that forbid what another one permits or would.
func (g *Guard) Explain(who Actor, a Action, r Resource) Decision {
	book := g.rules(r.Mission)
	grants := g.grants(who, r.Mission)
	if local(grants) && !r.Secret { // no rule of a mission keeps them from it
		return Decision{Allowed: true, Role: RoleLocal, Rules: book.named("local-all")}
	}
	of := book.class(grants, &r)
	var no Decision
	if r.Secret {
		return no
	}
	for _, grant := range grants {
		d := book.decide(g.request(grant, a, &of))
		d.Role = grant.Role
		if d.Allowed {
			return d
		}
		if len(no.Rules) == 0 && len(d.Rules) > 0 {
			no = d
		}
	}
	return no
}

// Closed are the records of a mission over which the kin gate is closed now. The
// list is shared: nobody may change it.
func (g *Guard) Closed(mission string) []Hold {
	if g.gate == nil {
		return nil
	}
	return g.gate.Closed(mission, g.now())
}

// Everybody reports whether an actor may no more in a mission than everybody may:
// none of their grants there is for anything but the public role.
func (g *Guard) Everybody(who Actor, mission string) bool {
	return !slices.ContainsFunc(g.grants(who, mission), func(grant Grant) bool { return grant.Role != RolePublic })
}

// grants are those of an actor that hold now in a mission. Who was granted
// anything is also one of the public.
func (g *Guard) grants(who Actor, mission string) []Grant {
	now := g.now()
	if len(who.Grants) == 0 {
		return nil
	}
	out := make([]Grant, 0, len(who.Grants)+1)
	public := false
	for _, grant := range who.Grants {
		if grant.Mission != "" && grant.Mission != mission || !grant.Active(now) {
			continue
		}
		if grant.Role == RoleLocal {
			return []Grant{grant}
		}
		public = public || grant.Role == RolePublic
		out = append(out, grant)
	}
	if !public {
		out = append(out, Grant{Role: RolePublic})
	}
	return out
}

// local reports whether nothing is hidden from who holds these grants. Whoever
// sits at the machine holds the data folder: no rule could keep them from it.
func local(grants []Grant) bool { return len(grants) == 1 && grants[0].Role == RoleLocal }

// all reports whether nothing is hidden from the actor in a mission.
func (g *Guard) all(who Actor, mission string) bool { return local(g.grants(who, mission)) }

func (g *Guard) rules(mission string) *rulebook {
	if own := g.own[mission]; own != nil {
		return own
	}
	return g.house
}

// fingerprint tells grants that decide alike from others.
func fingerprint(grants []Grant) string {
	b := make([]byte, 0, 128)
	for i := range grants {
		g := &grants[i]
		for _, part := range [...]string{string(g.Role), g.Mission, g.Owner, g.Post, g.Person} {
			b = append(append(b, part...), 0)
		}
	}
	return string(b)
}
