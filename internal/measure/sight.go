package measure

import (
	"context"
	"math"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// Guard decides what an actor may count and read: [access.Guard].
type Guard interface {
	May(who access.Actor, a access.Action, r access.Resource) bool
	Sight(who access.Actor, mission string, a access.Action) record.Sight
	// Closed are the records of a mission over which the kin gate is closed now.
	Closed(mission string) []access.Hold
	Readable(who access.Actor, v *record.Version) map[string]journal.Value
	// Everybody reports whether an actor may no more than everybody may.
	Everybody(who access.Actor, mission string) bool
}

// sight is what one actor may count and read in one mission.
type sight struct {
	all         bool // nothing is hidden
	read, count record.Rights
	// uncounted and unread are from when on, in milliseconds, the statements on
	// a held record may not be counted or read, by record number.
	uncounted, unread map[uint32]int64
	kinds             map[string]bool // of either
	large             []access.Hold   // of the uncounted: those that count in a large group
}

func (e *Engine) sight(who access.Actor, mission string) *sight {
	count, read := e.guard.Sight(who, mission, access.Count), e.guard.Sight(who, mission, access.Read)
	s := &sight{read: read.Rights, count: count.Rights, uncounted: sinceOf(count.Held), unread: sinceOf(read.Held), kinds: map[string]bool{}}
	s.all = s.read == nil && s.count == nil && len(count.Held)+len(read.Held) == 0
	for _, h := range slices.Concat(count.Held, read.Held) {
		s.kinds[h.Kind] = true
	}
	if len(count.Held) == 0 {
		return s
	}
	beyond := sinceOf(e.guard.Sight(who, mission, access.CountLarge).Held)
	for _, h := range e.guard.Closed(mission) {
		_, held := s.uncounted[uint32(h.ID)]
		_, never := beyond[uint32(h.ID)]
		if held && !never && h.Persons > 0 {
			s.large = append(s.large, h)
		}
	}
	return s
}

func sinceOf(held []record.Held) map[uint32]int64 {
	if len(held) == 0 {
		return nil
	}
	out := make(map[uint32]int64, len(held))
	for _, h := range held {
		at := h.Since.UnixMilli()
		if old, twice := out[uint32(h.ID)]; twice {
			at = min(at, old)
		}
		out[uint32(h.ID)] = at
	}
	return out
}

// counts reports whether records of a class count for the actor. What may be
// read can be counted by hand.
func (s *sight) counts(kindID string, of record.Class) bool {
	return s.count == nil || s.count.Reads(kindID, of) || s.lists(kindID, of)
}

func (s *sight) lists(kindID string, of record.Class) bool {
	return s.read == nil || s.read.Reads(kindID, of)
}

// splits reports whether records of a class may be told apart by a field.
func (s *sight) splits(k *kind.Kind, field string, of record.Class) bool {
	f, ok := k.Field(field)
	if !ok {
		return true
	}
	return s.count == nil || s.count.Field(k.ID, f, of) || s.read == nil || s.read.Field(k.ID, f, of)
}

// view makes of a version what the actor may count of it: the one before a hold
// is still in force. It is false for one of which they do not know.
func (s *sight) view(v *record.Version) bool {
	at, held := s.uncounted[uint32(v.ID)]
	if !held {
		return true
	}
	if v.KnownFrom.UnixMilli() >= at {
		return false
	}
	if !v.KnownTo.IsZero() && v.KnownTo.UnixMilli() >= at {
		v.KnownTo = time.Time{}
	}
	return true
}

// alone is the guard of an engine without one: who sits at the machine is
// answered, and nobody else.
type alone struct{}

func (alone) May(who access.Actor, _ access.Action, _ access.Resource) bool { return who.IsLocal() }

func (alone) Sight(who access.Actor, _ string, _ access.Action) record.Sight {
	if who.IsLocal() {
		return record.Sight{}
	}
	return record.Sight{Rights: nothing{}}
}

func (alone) Everybody(who access.Actor, _ string) bool { return !who.IsLocal() }

func (alone) Closed(string) []access.Hold { return nil }

func (alone) Readable(_ access.Actor, v *record.Version) map[string]journal.Value { return v.Fields }

type nothing struct{}

func (nothing) Classes(string) []record.Class                { return nil }
func (nothing) Reads(string, record.Class) bool              { return false }
func (nothing) Field(string, *kind.Field, record.Class) bool { return false }

// look is a sight made ready for a table: what each class of its rows may.
type look struct {
	counts, lists []bool // by class
	everyCounts   bool   // and nothing is held: no row need be asked about
	everyListed   bool
	held, unread  map[uint32]int64        // nil where no record of the table's kind is
	stood         map[uint32]record.Class // of held records just before the hold; asked for on a known date alone
	shutBy        [][]bool                // by dimension asked by, then class; nil where nothing is shut
	shutWhere     [][]bool                // by test of where
	shutParts     []bool                  // by class: the parts of a split may not be told
}

// noClass is the code of the classes that did not fit: nobody but who sees all
// may count their records.
const noClass = math.MaxUint16

// ready works out what the actor may with each class.
func (s *scan) ready() {
	t, p := s.t, s.plan
	for _, of := range t.classes {
		s.counts = append(s.counts, p.sight.counts(t.kind.ID, of))
		s.lists = append(s.lists, p.sight.lists(t.kind.ID, of))
	}
	if p.sight.kinds[t.kind.ID] && p.query.Recorded.IsZero() {
		s.held = p.sight.uncounted
	}
	if p.sight.kinds[t.kind.ID] {
		s.unread = p.sight.unread // every row would be looked up
	}
	every := func(classes []bool) bool {
		return s.held == nil && s.unread == nil && len(t.classes) < noClass && !slices.Contains(classes, false)
	}
	s.everyCounts, s.everyListed = p.sight.all || every(s.counts), p.sight.all || every(s.lists)
}

// shut gives, by class, whether records that count may not be told apart by a
// field; nil where all may.
func (s *scan) shut(dimension, field string) []bool {
	if s.sight.all || field == "" {
		return nil
	}
	var out []bool
	for i, of := range s.t.classes {
		if s.counts[i] && !s.sight.splits(s.t.kind, field, of) {
			if out == nil {
				out = make([]bool, len(s.t.classes))
			}
			out[i] = true
			s.closed[dimension] = true
		}
	}
	return out
}

// either is true where one of two is; nil stands for nowhere.
func either(a, b []bool) []bool {
	if a == nil || b == nil {
		return append(a, b...)
	}
	for i := range a {
		a[i] = a[i] || b[i]
	}
	return a
}

// until is when a version ended for the actor; ok is false for one they do not
// know of.
func (s *scan) until(row int) (until int64, ok bool) {
	until = s.t.knownTo[row]
	if s.held == nil {
		return until, true
	}
	since, held := s.held[s.t.id[row]]
	switch {
	case !held:
	case s.t.knownFrom[row] >= since:
		return 0, false
	case until >= since:
		until = always
	}
	return until, true
}

// seen reports whether a row counts for the actor. What is closed to them today
// must not come back by asking for the past.
func (s *scan) seen(row int, until int64) bool {
	return s.everyCounts || s.may(s.counts, row) && s.mayNow(row, until, s.counts, s.sight.counts)
}

// listed reports whether a row that counts may be named.
func (s *scan) listed(row int) bool {
	if s.everyListed {
		return true
	}
	if s.unread != nil {
		if since, held := s.unread[s.t.id[row]]; held && s.t.knownFrom[row] >= since {
			return false
		}
	}
	until, _ := s.until(row)
	return s.may(s.lists, row) && s.mayNow(row, until, s.lists, s.sight.lists)
}

func (s *scan) may(classes []bool, row int) bool {
	code := s.t.class[row]
	return code != noClass && classes[code]
}

func (s *scan) mayNow(row int, until int64, classes []bool, ask func(string, record.Class) bool) bool {
	if until == always {
		return true
	}
	id := s.t.id[row]
	if _, held := s.held[id]; held {
		now, ok := s.stood[id]
		return ok && ask(s.t.kind.ID, now)
	}
	code, ok := s.t.classNow[id]
	return !ok || code != noClass && classes[code]
}

// before finds the classes of held records as they stood before the hold.
func (e *Engine) before(ctx context.Context, s *scan) error {
	if s.held == nil || s.known == always {
		return nil
	}
	s.stood = map[uint32]record.Class{}
	for id := range s.held {
		versions, err := e.source.VersionsOf(ctx, int64(id))
		if err != nil {
			return err
		}
		for i := range versions {
			v := &versions[i]
			if v.Kind == s.t.kind.ID && s.sight.view(v) && v.KnownTo.IsZero() {
				s.stood[id] = s.t.layout.classOf(v)
			}
		}
	}
	return nil
}

// smallest is the number of persons below which a group identifies.
const smallest = 5

// admit lets held records count for who may count large groups: those of one
// contributor in one event, if the figure tells nothing but the contributor, and
// if the group counts in it with all its members and with five persons or more.
// So no difference of two figures tells of fewer.
func (s *scan) admit() {
	if len(s.sight.large) == 0 || s.held == nil || s.d.How == Latest || !s.coarse() {
		return
	}
	type group struct {
		ids     []uint32
		persons Amount
		part    bool // not all of it is in this figure
	}
	type name struct{ owner, event string }
	of, groups := map[uint32]name{}, map[name]*group{}
	for _, h := range s.sight.large {
		n := name{h.Owner, h.Group}
		if h.Group == "" {
			n.event = "@" + h.Ref
		}
		of[uint32(h.ID)] = n
	}
	for row := range s.t.rows() {
		n, member := of[s.t.id[row]]
		if !member || s.t.knownTo[row] != always {
			continue
		}
		term, amount, known := s.match(row)
		if term < 0 {
			continue
		}
		g := groups[n]
		if g == nil {
			g = &group{}
			groups[n] = g
		}
		g.ids, g.persons = append(g.ids, s.t.id[row]), g.persons+amount.Abs()
		g.part = g.part || !known || !s.within(row)
	}
	for _, g := range groups {
		if g.part || g.persons < smallest*One {
			continue
		}
		s.held = without(s.held, g.ids)
	}
}

// within reports whether a newest row is in the figure but for where.
func (s *scan) within(row int) bool {
	t := s.t
	return t.knownFrom[row] < s.known && t.hi[row] != never && t.hi[row] <= s.end && t.hi[row] > s.start && s.may(s.counts, row)
}

// coarse reports whether a question tells nothing but the contributor.
func (s *scan) coarse() bool {
	for _, name := range s.query.By {
		if name != contributor {
			return false
		}
	}
	for name := range s.query.Where {
		if name != contributor {
			return false
		}
	}
	return true
}

const contributor = "contributor"

func without(held map[uint32]int64, ids []uint32) map[uint32]int64 {
	out := make(map[uint32]int64, len(held))
	for id, at := range held {
		if !slices.Contains(ids, id) {
			out[id] = at
		}
	}
	return out
}
