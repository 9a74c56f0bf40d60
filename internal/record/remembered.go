package record

import (
	"context"
	"slices"
	"sync"

	"konbit.org/konbit/internal/store"
)

// mostRemembered bounds how many answers of a sort are kept; each is some kilobytes.
const mostRemembered = 256

// remembered keeps what was read for those who asked last. What a commit touches is
// forgotten before anybody can read the commit.
type remembered[K comparable, V any] struct {
	touches func(K, *V, *row) bool // whether a commit of the row may make it another

	mu    sync.Mutex
	turn  uint64 // commits, and those in hand
	hand  bool   // a commit is in hand
	known map[K]*V
}

// coming is told of what a commit will touch, before anybody can read it.
func (k *remembered[K, V]) coming(rows []row) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.turn++
	k.hand = true
	for key, v := range k.known {
		for i := range rows {
			if k.touches(key, v, &rows[i]) {
				delete(k.known, key)
				break
			}
		}
	}
}

func (k *remembered[K, V]) committed() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.turn++
	k.hand = false
}

// forget drops all: the store is made again.
func (k *remembered[K, V]) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.turn++
	k.known = nil
}

// get gives what is remembered, and the state of which what is read next will be.
func (k *remembered[K, V]) get(key K) (*V, uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.known[key], k.turn
}

// put remembers what was read by one who asked for the state before they began.
func (k *remembered[K, V]) put(key K, turn uint64, v *V) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if turn != k.turn || k.hand {
		return
	}
	if k.known == nil || len(k.known) >= mostRemembered {
		k.known = map[K]*V{}
	}
	k.known[key] = v
}

// holds reports whether what was remembered still is: no commit has touched it.
func (k *remembered[K, V]) holds(key K, v *V) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.known[key] == v
}

// apartKey is all that what is read apart depends on but the entries. Who may see the
// same has the same serial, and holds of their own time have another.
type apartKey struct {
	mission, kind string
	serial        uint64
	order         Order
}

// firstKey is the same of the first places of a list of one kind.
type firstKey struct {
	shelf  int64
	serial uint64
	order  Order
}

// firstPlaces are those with which a list of one kind begins for a reader; whole says
// that there are no more.
type firstPlaces struct {
	places []placed
	whole  bool
}

// remember makes the two sorts: the held records of a reader, for which every list asks
// while the gate is closed over anybody, and the beginning of a list.
func (s *Store) remember() {
	s.kept.touches = func(_ apartKey, a *apart, r *row) bool { return a.ids[r.id] }
	s.firsts.touches = func(key firstKey, _ *firstPlaces, r *row) bool { return key.shelf == r.shelf }
}

// memory is what a list uses of what is remembered.
type memory struct {
	apart *apart
	first *firstPlaces

	apartKey   apartKey
	firstKey   firstKey
	apartTurn  uint64
	firstTurn  uint64
	apartKnown bool // it depends on nothing else
	firstKnown bool
}

// recall looks up what is remembered for a list. It comes before the transaction:
// what is read there is of that state or a later one.
func (s *Store) recall(l *listing, anew bool) {
	var m memory
	if l.Sight.Serial != 0 && l.AsOf == (AsOf{}) && s.index != nil && !s.index.foreign {
		m.apartKey = apartKey{l.Mission, l.Kind, l.Sight.Serial, l.Order}
		// Records that are open by their ref alone may yet be written.
		m.apartKnown = !slices.ContainsFunc(l.scopes, func(c scope) bool { return len(c.refs) > 0 })
		shelfID, there := s.shelf(l.Mission, l.Kind)
		m.firstKey = firstKey{shelfID, l.Sight.Serial, l.Order}
		m.firstKnown = there && l.After == "" && l.From.IsZero() && l.To.IsZero()
	}
	if m.apartKnown {
		m.apart, m.apartTurn = s.kept.get(m.apartKey)
	}
	if m.firstKnown {
		m.first, m.firstTurn = s.firsts.get(m.firstKey)
	}
	if anew {
		m.apart, m.first = nil, nil
	}
	l.memory = m
}

// unchanged reports whether what a list used is as it was: else the answer is of neither
// state.
func (s *Store) unchanged(m *memory) bool {
	return (m.apart == nil || s.kept.holds(m.apartKey, m.apart)) && (m.first == nil || s.firsts.holds(m.firstKey, m.first))
}

// besideApart answers a question with what is read apart for it. Both begin and ask
// may be called twice: where a commit has touched what was remembered, everything is
// read anew. begin is called before a transaction is open, ask inside it.
func (s *Store) besideApart(ctx context.Context, l *listing, begin func() error, ask func(tx *store.Tx) error) error {
	for _, anew := range []bool{false, true} {
		s.recall(l, anew)
		if err := begin(); err != nil {
			return err
		}
		err := s.db.Read(ctx, func(tx *store.Tx) (err error) {
			if l.apart = l.memory.apart; l.apart == nil {
				if l.apart, err = s.readApart(ctx, tx, l); err != nil {
					return err
				}
				if l.apart != nil && l.memory.apartKnown {
					s.kept.put(l.memory.apartKey, l.memory.apartTurn, l.apart)
				}
			}
			return ask(tx)
		})
		if err != nil || anew || s.unchanged(&l.memory) {
			return err
		}
	}
	return nil
}

// fromFirst begins a list of one kind with what is remembered of its beginning.
func (s *Store) fromFirst(l *listing, next candidates) candidates {
	m := &l.memory
	if !m.firstKnown {
		return next
	}
	begun := false
	return func(ctx context.Context, tx *store.Tx, cursor int64, n int) ([]placed, error) {
		if begun {
			return next(ctx, tx, cursor, n)
		}
		begun = true
		if f := m.first; f != nil && (f.whole || len(f.places) >= n) {
			return slices.Clone(f.places[:min(n, len(f.places))]), nil
		}
		m.first = nil // too short for this page
		found, err := next(ctx, tx, cursor, n)
		if err == nil {
			s.firsts.put(m.firstKey, m.firstTurn, &firstPlaces{slices.Clone(found), len(found) < n})
		}
		return found, err
	}
}
