package access

import (
	"slices"
	"sync"

	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// rights are what an actor may read, or count, in one mission. They are a table
// of classes, worked out once for all who hold the same grants.
type rights struct {
	guard   *Guard
	grants  []Grant
	print   string
	mission string
	action  Action

	mu      sync.RWMutex
	classes map[string][]record.Class // by kind
	open    map[likeness]*open
}

// likeness names the records of one kind that are alike in what may be read.
type likeness struct {
	kind string
	of   record.Class
}

// open is what may be read of records that are alike: they at all, and which of
// their fields.
type open struct {
	reads  bool
	fields map[string]bool
	coded  map[string]bool // fields that hold one of some codes, and so no name
}

// openKept bounds how many of them are kept; each is a few hundred bytes.
const openKept = 2048

// openOf is worked out once: a list asks it for every row.
func (r *rights) openOf(kindID string, of record.Class) *open {
	c := r.guard.rules(r.mission).class(r.grants, &Resource{Owner: of.Owner, Ref: of.Ref})
	at := likeness{kindID, record.Class{Marking: of.Marking, Owner: c.Owner, Ref: c.Ref}}
	r.mu.RLock()
	known := r.open[at]
	r.mu.RUnlock()
	if known != nil {
		return known
	}
	known = &open{reads: slices.Contains(kind.Markings(), of.Marking) && r.may(kindID, of), fields: map[string]bool{}, coded: map[string]bool{}}
	if k, ok := r.guard.kinds.Kind(r.mission, kindID); ok {
		for _, f := range k.AllFields() {
			known.fields[f.ID] = r.mayField(kindID, &f, of)
			known.coded[f.ID] = f.Type == kind.Choice || f.Type == kind.Flag
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open == nil || len(r.open) >= openKept {
		r.open = map[likeness]*open{}
	}
	r.open[at] = known
	return known
}

// names reports whether a ref may be that of a record which a rule or a grant names.
func (r *rights) names(ref string) bool {
	return r.guard.rules(r.mission).literals[ref] || slices.ContainsFunc(r.grants, func(g Grant) bool { return g.Person == ref })
}

// tables keep the rights of those who asked last.
type tables struct {
	mu  sync.Mutex
	all map[standpoint]*rights
}

// tablesKept bounds how many rights are kept; each is some kilobytes.
const tablesKept = 512

func (g *Guard) rights(grants []Grant, print, mission string, a Action) *rights {
	q := standpoint{print, mission, a}
	g.sets.mu.Lock()
	defer g.sets.mu.Unlock()
	r := g.sets.all[q]
	if r == nil {
		if g.sets.all == nil || len(g.sets.all) >= tablesKept {
			g.sets.all = map[standpoint]*rights{}
		}
		r = &rights{guard: g, grants: grants, print: print, mission: mission, action: a, classes: map[string][]record.Class{}}
		g.sets.all[q] = r
	}
	return r
}

// Classes asks for each marking whose records may be read: everybody's, or those
// of the owners and the single records that the rules or the grants name.
func (r *rights) Classes(kindID string) []record.Class {
	r.mu.RLock()
	known, ok := r.classes[kindID]
	r.mu.RUnlock()
	if ok {
		return known
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	owners, refs := r.named()
	out := []record.Class{}
	for _, marking := range kind.Markings() {
		out = append(out, r.ofMarking(kindID, marking, owners, refs)...)
	}
	if len(r.classes) < 1000 { // kinds are few; what is asked for may be anything
		r.classes[kindID] = out
	}
	return out
}

// ofMarking gives the class of all where all are open, else those that are.
func (r *rights) ofMarking(kindID, marking string, owners, refs []string) (out []record.Class) {
	all := true
	for _, owner := range owners {
		yes := r.may(kindID, record.Class{Marking: marking, Owner: owner})
		all = all && yes
		if yes && owner != "" {
			out = append(out, record.Class{Marking: marking, Owner: owner})
		}
	}
	if all {
		return []record.Class{{Marking: marking}}
	}
	for _, ref := range refs {
		for _, owner := range owners {
			if r.may(kindID, record.Class{Marking: marking, Owner: owner, Ref: ref}) {
				out = append(out, record.Class{Marking: marking, Ref: ref, Owner: owner})
			}
		}
	}
	return out
}

// named are the owners and refs to ask for; "" is any that is not named.
func (r *rights) named() (owners, refs []string) {
	owners = []string{""}
	seen := map[string]bool{"": true}
	for _, g := range r.grants {
		if g.Person != "" {
			refs = append(refs, g.Person)
		}
		if !seen[g.Owner] {
			seen[g.Owner] = true
			owners = append(owners, g.Owner)
		}
	}
	for _, text := range r.guard.rules(r.mission).owners() {
		if !seen[text] {
			seen[text] = true
			owners = append(owners, text)
		}
	}
	return owners, append(refs, r.guard.rules(r.mission).single...)
}

func (r *rights) may(kindID string, of record.Class) bool {
	return r.guard.decided(r.grants, r.print, r.action, &Resource{
		Mission: r.mission, Kind: kindID, Marking: of.Marking, Owner: of.Owner, Ref: of.Ref,
	})
}

// Reads asks the guard and so agrees with [Guard.May].
// A marking that is none of the five is read by nobody.
func (r *rights) Reads(kindID string, of record.Class) bool { return r.openOf(kindID, of).reads }

// Field reports whether a field of a class may be read. A secret one never may.
func (r *rights) Field(kindID string, f *kind.Field, of record.Class) bool {
	if yes, known := r.openOf(kindID, of).fields[f.ID]; known {
		return yes
	}
	return r.mayField(kindID, f, of)
}

func (r *rights) mayField(kindID string, f *kind.Field, of record.Class) bool {
	if f.Secret || !slices.Contains(kind.Markings(), of.Marking) {
		return false
	}
	return r.guard.decided(r.grants, r.print, r.action, &Resource{
		Mission: r.mission, Kind: kindID, Marking: of.Marking, Owner: of.Owner, Ref: of.Ref,
		Field: f.ID, FieldMarking: f.Marking, Personal: f.Personal,
	})
}
