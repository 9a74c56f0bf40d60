package access

import (
	"cmp"
	"sync"
	"sync/atomic"
	"time"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// Sight is what an actor may read, count or export in a mission, for queries.
// That of somebody from whom nothing is hidden is the zero Sight and costs
// nothing.
func (g *Guard) Sight(who Actor, mission string, a Action) record.Sight {
	grants := g.grants(who, mission)
	if local(grants) {
		return record.Sight{}
	}
	return g.view(grants, mission, a).sight
}

// view is a sight with what is asked of it row by row.
type view struct {
	closed []Hold // what it was made from
	sight  record.Sight
	held   map[record.Key]record.Held
}

// standpoint is all that a view depends on but the gate.
type standpoint struct {
	grants, mission string
	action          Action
}

// views keep those of who asked last: who shows a page asks a hundred times.
type views struct {
	made atomic.Uint64
	mu   sync.RWMutex
	all  map[standpoint]*view
}

func (g *Guard) view(grants []Grant, mission string, a Action) *view {
	print := fingerprint(grants)
	q := standpoint{print, mission, a}
	closed := g.Closed(mission)
	g.views.mu.RLock()
	v := g.views.all[q]
	g.views.mu.RUnlock()
	if v != nil && sameHolds(v.closed, closed) {
		return v
	}
	v = &view{closed: closed, sight: g.sightOf(grants, print, mission, a, closed)}
	v.sight.Serial = g.views.made.Add(1)
	v.held = make(map[record.Key]record.Held, len(v.sight.Held))
	for _, h := range v.sight.Held {
		if _, known := v.held[h.Key]; !known {
			v.held[h.Key] = h
		}
	}
	g.views.mu.Lock()
	defer g.views.mu.Unlock()
	if g.views.all == nil || len(g.views.all) >= tablesKept {
		g.views.all = map[standpoint]*view{}
	}
	g.views.all[q] = v
	return v
}

// sameHolds reports whether the gate gave the same answer again: a gate gives
// the same slice as long as nothing has changed, and a new one then.
func sameHolds(a, b []Hold) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func (g *Guard) sightOf(grants []Grant, print, mission string, a Action, closed []Hold) record.Sight {
	s := record.Sight{Rights: g.rights(grants, print, mission, a)}
	var names, refs []since
	for _, h := range closed {
		r := h.resource()
		if !g.decided(grants, print, a, &r) {
			s.Held = append(s.Held, record.Held{Key: h.key(), ID: h.ID, Since: h.Since})
		}
		if !g.decided(grants, print, Read, &r) {
			for _, name := range h.Names {
				names = append(names, since{name, h.From})
			}
			if h.Persons > 0 { // what is itself unknown, and not only what points to it
				refs = append(refs, since{h.Ref, h.From})
			}
		}
	}
	if c := cover(names, refs); c != nil {
		s.Cover, s.Touches = c.cover, c.touches
	}
	return s
}

func (h *Hold) key() record.Key { return record.Key{Mission: h.Mission, Kind: h.Kind, Ref: h.Ref} }

func (h *Hold) resource() Resource {
	return Resource{Mission: h.Mission, Kind: h.Kind, Owner: h.Owner, Marking: h.Marking, Ref: h.Ref, Held: true}
}

// ResourceOf is what a version is to the policies. Whether the gate is closed
// over it is not in it: a held version is told from others by its date.
func (g *Guard) ResourceOf(v *record.Version) Resource {
	r := Resource{Mission: v.Mission, Kind: v.Kind, Ref: v.Ref, Marking: v.Text("marking"), Owner: v.Text("owner"), Post: v.Text("post")}
	if k, ok := g.kinds.Kind(v.Mission, v.Kind); ok {
		r.Marking = cmp.Or(r.Marking, k.Marking)
		r.Owner = cmp.Or(r.Owner, v.Text(k.Owner))
	}
	r.Owner = cmp.Or(r.Owner, "mission")
	return r
}

// Sees reports whether an actor may read a version, also by its date where the
// gate is closed over the record.
func (g *Guard) Sees(who Actor, v *record.Version) bool {
	return g.eyes(who, v.Mission, Read).reads(v)
}

// MayWith reports whether an actor may do something with a record as it stands,
// whether the gate is closed over it or not.
func (g *Guard) MayWith(who Actor, a Action, v *record.Version) bool {
	if g.all(who, v.Mission) {
		return true
	}
	r := g.ResourceOf(v)
	for _, h := range g.Closed(v.Mission) {
		r.Held = r.Held || h.key() == v.Key
	}
	return g.May(who, a, r)
}

// Readable gives the fields of a version that an actor who may read it may read,
// as they are stored: what is sealed stays so, and texts have the names of those
// covered whose families do not know yet. The version is left as it is.
func (g *Guard) Readable(who Actor, v *record.Version) map[string]journal.Value {
	return g.eyes(who, v.Mission, Read).readable(v)
}

// eyes are one actor's view of one mission while one question is answered.
type eyes struct {
	guard *Guard
	sight record.Sight
	hold  map[record.Key]record.Held
	all   bool // nothing is hidden but secrets

	// What was asked last: the rows of a list are mostly alike.
	last struct {
		kind string
		of   record.Class
		open *open
	}
}

func (g *Guard) eyes(who Actor, mission string, a Action) *eyes {
	return g.eyesOf(g.grants(who, mission), mission, a)
}

func (g *Guard) eyesOf(grants []Grant, mission string, a Action) *eyes {
	if local(grants) {
		return &eyes{guard: g, all: true}
	}
	v := g.view(grants, mission, a)
	return &eyes{guard: g, sight: v.sight, hold: v.held}
}

// reads reports whether a version may be read: by its class, and by its date
// where the gate is closed over the record.
func (e *eyes) reads(v *record.Version) bool {
	if e.all {
		return true
	}
	if h, held := e.held(v.Key); held && !v.KnownFrom.Before(h.Since) {
		return false
	}
	if e.covered(v.Ref, v.KnownFrom) != v.Ref { // a ref that somebody made of the name
		return false
	}
	return e.alike(v).reads
}

// alike is what may be read of a version and of those like it, by an actor from
// whom something is hidden.
func (e *eyes) alike(v *record.Version) *open {
	r, table := e.sight.Rights.(*rights)
	if !table {
		return &open{} // nobody's
	}
	of := e.class(v)
	if !r.names(of.Ref) {
		of.Ref = ""
	}
	if e.last.open == nil || e.last.kind != v.Kind || e.last.of != of {
		e.last.kind, e.last.of, e.last.open = v.Kind, of, r.openOf(v.Kind, of)
	}
	return e.last.open
}

func (e *eyes) class(v *record.Version) record.Class {
	r := e.guard.ResourceOf(v)
	return record.Class{Marking: r.Marking, Owner: r.Owner, Ref: r.Ref}
}

func (e *eyes) held(key record.Key) (record.Held, bool) {
	h, held := e.hold[key]
	return h, held
}

// field reports whether a field of a version may be read. Pseudo fields and
// unknown ones carry the record's marking.
func (e *eyes) field(v *record.Version, name string) bool {
	if internal(name) {
		return e.all
	}
	k, ok := e.guard.kinds.Kind(v.Mission, v.Kind)
	if !ok {
		return true
	}
	f, ok := k.Field(name)
	if !ok {
		return true
	}
	return !f.Secret && (e.all || e.alike(v).fields[f.ID])
}

// anyField reports whether a field of any record of a kind may be filtered by:
// in every class that may be read it may be read as well.
func (e *eyes) anyField(k *kind.Kind, name string) bool {
	f, ok := k.Field(name)
	if !ok {
		return true
	}
	if f.Secret || e.all {
		return !f.Secret
	}
	for _, of := range e.sight.Rights.Classes(k.ID) {
		if !e.sight.Rights.Field(k.ID, f, of) {
			return false
		}
	}
	return true
}

func (e *eyes) readable(v *record.Version) map[string]journal.Value {
	out := make(map[string]journal.Value, len(v.Fields))
	if e.all {
		for name, value := range v.Fields {
			if e.field(v, name) {
				out[name] = value
			}
		}
		return out
	}
	may := e.alike(v)
	for name, value := range v.Fields {
		if yes, known := may.fields[name]; !yes && (known || internal(name)) {
			continue
		}
		if !may.coded[name] {
			value.Text = e.covered(value.Text, v.KnownFrom)
		}
		out[name] = value
	}
	return out
}

// covered hides in a text what the actor may not be told.
func (e *eyes) covered(text string, told time.Time) string {
	if e.sight.Cover == nil || text == "" {
		return text
	}
	return e.sight.Cover(text, told)
}
