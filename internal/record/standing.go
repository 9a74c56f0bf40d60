package record

import (
	"context"
	"slices"
	"sync"

	"konbit.org/konbit/internal/store"
)

// standing says of every record on which shelf it stands now and in which class:
// four bytes that spare reading a record only to find that the reader may not. It
// is read at the first question that needs it and kept up with the commits. What
// it does not know is looked at in the record.
type standing struct {
	mu    sync.RWMutex
	ready bool
	of    []uint32 // by record number: shelf and class in half the bits each; 0 is not known
	hand  []int64  // what a commit in hand touches: it is not known until then
}

const classBits = 16

// stands packs a shelf and a class; 0 where it cannot.
func stands(shelfID, class int64) uint32 {
	if class <= 0 || class >= 1<<classBits || shelfID >= 1<<classBits {
		return 0
	}
	return uint32(shelfID<<classBits | class)
}

// coming is told of what a commit will touch, before anybody can read it.
func (p *standing) coming(rows []row) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hand = p.hand[:0]
	for i := range rows {
		p.hand = append(p.hand, rows[i].id)
		p.set(rows[i].id, 0)
	}
}

// committed is told of the newest versions of a commit with their classes.
func (p *standing) committed(rows []row, numberOf func(*row) int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range rows {
		p.set(rows[i].id, stands(rows[i].shelf, numberOf(&rows[i])))
	}
	p.hand = p.hand[:0]
}

// forget drops all: the store is made again.
func (p *standing) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready, p.of = false, nil
}

func (p *standing) set(id int64, as uint32) {
	if !p.ready {
		return
	}
	if int(id) >= len(p.of) {
		p.of = slices.Grow(p.of, int(id)+1-len(p.of))[:id+1]
	}
	p.of[id] = as
}

// read reads all of it, once.
func (p *standing) read(ctx context.Context, db *store.DB) error {
	p.mu.RLock()
	ready := p.ready
	p.mu.RUnlock()
	if ready {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ready {
		return nil
	}
	var of []uint32
	err := db.Read(ctx, func(tx *store.Tx) error {
		var last int64
		if err := tx.QueryRow(ctx, `SELECT coalesce(max(id), 0) FROM record`).Scan(&last); err != nil {
			return err
		}
		of = make([]uint32, last+1)
		// The index by time has all that is asked for: the number is the end of the place.
		rows, err := tx.Query(ctx, `SELECT shelf, t, class FROM record INDEXED BY record_by_time`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var shelfID, t, class int64
			if err := rows.Scan(&shelfID, &t, &class); err != nil {
				return err
			}
			of[t&(1<<idBits-1)] = stands(shelfID, class)
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	p.of, p.ready = of, true
	for _, id := range p.hand {
		p.set(id, 0)
	}
	return nil
}

// Warm reads ahead what the first question of a reader from whom something is
// hidden would wait for.
func (s *Store) Warm(ctx context.Context) error {
	if s.index == nil || s.index.foreign {
		return nil
	}
	return s.standing.read(ctx, s.db)
}

// classNumber is the number of a newest version's class; 0 where none is kept.
func (s *Store) classNumber(r *row) int64 {
	v := s.version(r)
	m := s.markedAs(&v)
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.marked[m]
}

// reachable tells which records are worth reading for a list; ok is false where
// that is not known without reading them.
func (s *Store) reachable(ctx context.Context, l *listing) (worth func(id int64) bool, ok bool, err error) {
	if l.Sight.Rights == nil {
		return func(int64) bool { return true }, true, nil
	}
	if s.index.foreign {
		return nil, false, nil
	}
	if err := s.standing.read(ctx, s.db); err != nil {
		return nil, false, err
	}
	known := map[uint32]bool{0: true}
	return func(id int64) bool {
		var as uint32
		s.standing.mu.RLock()
		if int(id) < len(s.standing.of) {
			as = s.standing.of[id]
		}
		s.standing.mu.RUnlock()
		yes, asked := known[as]
		if !asked {
			yes = s.readsClass(l, as)
			known[as] = yes
		}
		return yes
	}, true, nil
}

// readsClass reports whether a list is of records that stand so.
func (s *Store) readsClass(l *listing, as uint32) bool {
	s.mu.RLock()
	on, m := s.names[int64(as>>classBits)], s.marks[int64(as&(1<<classBits-1))]
	s.mu.RUnlock()
	k, known := s.schema.Kind(on.mission, on.kind)
	return !known || l.asks(on) && l.Sight.Rights.Reads(on.kind, m.of(k.Marking))
}

// passed is how many places are looked at for one that is worth it.
const passed = 20

// spare is how many places more than needed are asked for: the next question costs
// as much as some dozen of them.
const spare = 8

// worthReading goes a quick way that finds also what the reader may not read, and
// passes that over. It asks for so many pages of places at least, where the way
// takes long to begin, and for more each time. Where nearly all is passed over, it
// goes on the sure way.
func (s *Store) worthReading(ctx context.Context, l *listing, quick candidates, pages int, sure candidates) (candidates, error) {
	worth, ok, err := s.reachable(ctx, l)
	if err != nil || !ok {
		return sure, err
	}
	var kept []placed
	walked, whole, at := 0, false, l.cursor
	return func(ctx context.Context, tx *store.Tx, cursor int64, n int) ([]placed, error) {
		kept = slices.DeleteFunc(kept, func(p placed) bool { return !l.behind(p.t, cursor) })
		if l.behind(cursor, at) {
			at = cursor
		}
		for len(kept) < n && !whole {
			if walked >= passed*n {
				return sure(ctx, tx, cursor, n)
			}
			ask := max(pages*n, n-len(kept)+spare, walked)
			found, err := quick(ctx, tx, at, ask)
			if err != nil {
				return nil, err
			}
			if walked, whole = walked+len(found), len(found) < ask; len(found) > 0 {
				at = found[len(found)-1].t
			}
			for _, p := range found {
				if worth(p.id) {
					kept = append(kept, p)
				}
			}
		}
		return slices.Clone(kept[:min(n, len(kept))]), nil
	}, nil
}

// pagesOfWords is how many pages of places the index of words is asked for at once.
const pagesOfWords = 4
