package record

import (
	"context"
	"slices"
	"sync"

	"konbit.org/konbit/internal/store"
)

// apartsKept bounds how many are remembered; each is some kilobytes.
const apartsKept = 256

// aparts remember what is read apart for those who asked last: while the gate is
// closed over anybody, every list of everybody asks for it. What a commit touches
// is forgotten before anybody can read the commit.
type aparts struct {
	mu    sync.Mutex
	turn  uint64 // commits, and those in hand
	hand  bool   // a commit is in hand
	known map[apartKey]*apart
}

// apartKey is all that it depends on but the entries. Who may see the same has the
// same serial, and holds of their own time have another.
type apartKey struct {
	mission, kind string
	serial        uint64
	order         Order
}

// keyOfApart is false where it depends on more: on dates, or on records that may yet
// be written.
func keyOfApart(l *listing) (apartKey, bool) {
	refs := slices.ContainsFunc(l.scopes, func(c scope) bool { return len(c.refs) > 0 })
	return apartKey{l.Mission, l.Kind, l.Sight.Serial, l.Order}, l.Sight.Serial != 0 && l.AsOf == (AsOf{}) && !refs
}

// coming is told of what a commit will touch, before anybody can read it.
func (k *aparts) coming(rows []row) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.turn++
	k.hand = true
	for key, a := range k.known {
		if slices.ContainsFunc(rows, func(r row) bool { return a.ids[r.id] }) {
			delete(k.known, key)
		}
	}
}

func (k *aparts) committed() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.turn++
	k.hand = false
}

// forget drops all: the store is made again.
func (k *aparts) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.turn++
	k.known = nil
}

// get gives what is remembered, or the state of which what is read next will be.
func (k *aparts) get(key apartKey) (*apart, uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.known[key], k.turn
}

// put remembers what was read by one who asked for the state before they began.
func (k *aparts) put(key apartKey, turn uint64, a *apart) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if turn != k.turn || k.hand {
		return
	}
	if k.known == nil || len(k.known) >= apartsKept {
		k.known = map[apartKey]*apart{}
	}
	k.known[key] = a
}

// holds reports whether what was remembered still is: no commit has touched it.
func (k *aparts) holds(key apartKey, a *apart) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.known[key] == a
}

// besideApart answers a question with what is read apart for it, which is
// remembered. Both begin and ask may be called twice: where a commit has touched
// what was remembered, the first answer is of neither state. begin is called
// before a transaction is open, ask inside it.
func (s *Store) besideApart(ctx context.Context, l *listing, begin func() error, ask func(tx *store.Tx) error) error {
	key, ok := keyOfApart(l)
	ok = ok && s.index != nil && !s.index.foreign
	var turn uint64
	if l.apart = nil; ok {
		l.apart, turn = s.kept.get(key)
	}
	if err := begin(); err != nil {
		return err
	}
	if l.apart != nil {
		if err := s.db.Read(ctx, ask); err != nil || s.kept.holds(key, l.apart) {
			return err
		}
		if err := begin(); err != nil {
			return err
		}
	}
	return s.db.Read(ctx, func(tx *store.Tx) (err error) {
		if l.apart, err = s.readApart(ctx, tx, l); err != nil {
			return err
		}
		if l.apart != nil && ok {
			s.kept.put(key, turn, l.apart)
		}
		return ask(tx)
	})
}
