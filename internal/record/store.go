package record

import (
	"context"
	"fmt"
	"hash/maphash"
	"log/slog"
	"sync"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/store"
)

// Schema tells the store what it must know of a mission's kinds: where the
// event time stands, and which words and fields can be searched.
type Schema interface {
	// Kind gives a kind of a mission; a store may hold records of missions and
	// kinds that this node has no definition of.
	Kind(mission, kind string) (*kind.Kind, bool)
	// Zone is the mission's time zone, UTC where it is not known.
	Zone(mission string) *time.Location
}

// Options are what a store is made of.
type Options struct {
	DB     *store.DB // konbit.db
	Search *store.DB // search.db, opened with [SearchMigrations]; nil leaves out search and filters
	Schema Schema
	Log    *slog.Logger
	// ReadOnly says that another process may be writing, which alone keeps the
	// index: until it has, lists do without.
	ReadOnly bool
}

// Store holds the versions. It is the journal's [journal.Folder]. Safe for
// concurrent use.
type Store struct {
	db       *store.DB
	schema   Schema
	log      *slog.Logger
	index    *index
	fields   sync.Map // shelf -> []searchField
	counted  counted
	plotted  plotted
	standing standing
	kept     remembered[apartKey, apart]
	firsts   remembered[firstKey, firstPlaces]

	// Only the journal's one writer touches these.
	lastID int64 // of the newest record
	folded []row // what the last Fold touched: newest versions
	of     stretchOf
	// Shelves and classes of a transaction that may yet fail.
	made       map[shelf]int64
	madeMarked map[marked]int64
	// seen are hashes of all records while a rebuild runs: most of its entries
	// are the first of their record, and need not be looked for.
	seen map[uint64]struct{}
	seed maphash.Seed

	mu      sync.RWMutex
	shelves map[shelf]int64
	names   map[int64]shelf
	marked  map[marked]int64
	marks   map[int64]marked
	watch   []func([]Changed)
	ahead   []func([]Coming)
}

type shelf struct{ mission, kind string }

// Changed names a record that a commit touched.
type Changed struct {
	Mission, Kind string
	ID            int64
}

// Coming is a record that a commit in hand will touch.
type Coming struct {
	Key
	ID       int64
	Reported time.Time // the earliest of what is said of it, UTC
}

// Open makes a store over open databases. Call [Store.Run] to keep the search
// index current.
func Open(ctx context.Context, opt Options) (*Store, error) {
	s := &Store{
		db: opt.DB, schema: opt.Schema, log: opt.Log,
		made: map[shelf]int64{}, madeMarked: map[marked]int64{}, shelves: map[shelf]int64{}, names: map[int64]shelf{}, seed: maphash.MakeSeed(),
	}
	s.remember()
	if err := opt.DB.Read(ctx, s.loadShelves); err != nil {
		return nil, fmt.Errorf("read the shelves: %w", err)
	}
	if opt.Search != nil {
		s.index = newIndex(s, opt.Search)
		s.index.foreign = opt.ReadOnly
	}
	return s, nil
}

// OnChange asks to be told of touched records after each commit, in order of
// commit. Ask before the journal accepts entries; fn must not block.
func (s *Store) OnChange(fn func([]Changed)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watch = append(s.watch, fn)
}

// OnFold asks to be told of the records that a commit will touch before anybody
// can read them. The commit may fail still; then nobody says so, and the next one
// is told of. Ask before the journal accepts entries; fn must not block.
func (s *Store) OnFold(fn func([]Coming)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead = append(s.ahead, fn)
}

// announce tells of a batch that is folded and not yet committed.
func (s *Store) announce(fresh map[Key][]journal.Stored) {
	s.standing.coming(s.folded)
	s.kept.coming(s.folded)
	s.firsts.coming(s.folded)
	s.mu.RLock()
	ahead := s.ahead
	s.mu.RUnlock()
	if len(ahead) == 0 {
		return
	}
	coming := make([]Coming, 0, len(s.folded))
	for i := range s.folded {
		r := &s.folded[i]
		c := Coming{Key: Key{Mission: r.name.mission, Kind: r.name.kind, Ref: r.ref}, ID: r.id}
		for j := range fresh[c.Key] {
			if at := fresh[c.Key][j].Reported; j == 0 || at.Before(c.Reported) {
				c.Reported = at
			}
		}
		coming = append(coming, c)
	}
	for _, fn := range ahead {
		fn(coming)
	}
}

// stretchOf says which entries a Fold took.
type stretchOf struct {
	first, last int64 // positions
	n           int
}

func entriesOf(batch []journal.Stored) stretchOf {
	if len(batch) == 0 {
		return stretchOf{}
	}
	return stretchOf{first: batch[0].Pos, last: batch[len(batch)-1].Pos, n: len(batch)}
}

// Committed tells the watchers what a committed batch touched. The journal
// calls it after each commit ([journal.Journal.OnCommit]), before the next Fold.
func (s *Store) Committed(batch []journal.Stored) {
	if len(batch) == 0 {
		return
	}
	folded := s.folded
	if s.of == entriesOf(batch) {
		s.publish()
	} else {
		// It was folded in several transactions, or the last one failed: what
		// Fold left is not what is stored.
		var err error
		if folded, err = s.touched(batch); err != nil {
			s.log.ErrorContext(context.Background(), "find the records of a commit", slog.Any("error", err))
		}
	}
	s.folded, s.of = nil, stretchOf{} // the index keeps what it needs
	changed := make([]Changed, 0, len(folded))
	for i := range folded {
		name := s.shelfName(folded[i].shelf)
		changed = append(changed, Changed{Mission: name.mission, Kind: name.kind, ID: folded[i].id})
	}
	s.mu.RLock()
	watch := s.watch
	s.mu.RUnlock()
	s.standing.committed(folded, s.classNumber)
	s.kept.committed()
	s.firsts.committed()
	for _, fn := range watch {
		fn(changed)
	}
	s.plotted.touched(changed)
	if s.index != nil {
		s.index.add(folded, batch[len(batch)-1].Pos)
		s.counted.touched(changed)
		s.keepUp()
	}
}

// touched reads back the newest versions of the records of a batch.
func (s *Store) touched(batch []journal.Stored) (out []row, err error) {
	ctx := context.Background()
	seen := map[Key]bool{}
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		if err := s.loadShelves(tx); err != nil {
			return err
		}
		for i := range batch {
			key := keyOf(&batch[i])
			if seen[key] {
				continue
			}
			seen[key] = true
			shelfID, _ := s.shelf(key.Mission, key.Kind)
			r, err := s.current(ctx, tx, shelfID, key.Ref)
			if err != nil {
				return err
			}
			out = append(out, r)
		}
		return nil
	})
	return out, err
}

// keepUp makes the writer wait when the index is far behind: otherwise a search
// after a large import would have to write all of it first.
func (s *Store) keepUp() {
	ctx := context.Background()
	if s.index.behind() < maxBehind {
		return
	}
	if err := s.index.flush(ctx); err != nil {
		s.log.ErrorContext(ctx, "write the search index", slog.Any("error", err))
	}
}

func keyOf(e *journal.Stored) Key { return Key{Mission: e.Mission, Kind: e.Kind, Ref: e.Ref} }

// find gives the number of a record, or NotFound.
func (s *Store) find(ctx context.Context, tx *store.Tx, key Key) (int64, error) {
	shelf, ok := s.shelf(key.Mission, key.Kind)
	if !ok {
		return 0, notFound(key)
	}
	var id int64
	err := tx.QueryRow(ctx, `SELECT id FROM record WHERE shelf = ? AND ref = ?`, shelf, key.Ref).Scan(&id)
	if isNoRows(err) {
		return 0, notFound(key)
	}
	return id, err
}

func notFound(key Key) error {
	return fail.Newf(fail.NotFound, "look the ref up in the list of its kind", "no record %s", key)
}

func (s *Store) shelf(mission, kind string) (int64, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	id, ok := s.shelves[shelf{mission, kind}]
	return id, ok
}

func (s *Store) shelfName(id int64) shelf {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.names[id]
}

// Shelves are the kinds of which a mission has records, by mission; a mission
// of "" means all.
func (s *Store) Shelves(mission string) []Key {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Key
	for name := range s.shelves {
		if mission == "" || name.mission == mission {
			out = append(out, Key{Mission: name.mission, Kind: name.kind})
		}
	}
	return out
}

// loadShelves reads the shelves and classes that are stored.
func (s *Store) loadShelves(tx *store.Tx) error {
	ctx := context.Background()
	rows, err := tx.Query(ctx, `SELECT id, mission, kind FROM shelf`)
	if err != nil {
		return err
	}
	defer rows.Close()
	shelves, names := map[shelf]int64{}, map[int64]shelf{}
	for rows.Next() {
		var id int64
		var name shelf
		if err := rows.Scan(&id, &name.mission, &name.kind); err != nil {
			return err
		}
		shelves[name], names[id] = id, name
	}
	if err := rows.Err(); err != nil {
		return err
	}
	classes, err := readMarked(ctx, tx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shelves, s.names, s.marked, s.marks = shelves, names, classes, map[int64]marked{}
	for m, id := range classes {
		s.marks[id] = m
	}
	clear(s.made)
	clear(s.madeMarked)
	return nil
}

// shelfFor finds or makes a shelf inside a write transaction. One that it makes
// is kept apart until the commit: a transaction that fails takes it away.
func (s *Store) shelfFor(ctx context.Context, tx *store.Tx, name shelf) (int64, error) {
	if id, ok := s.made[name]; ok {
		return id, nil
	}
	if id, ok := s.shelf(name.mission, name.kind); ok {
		return id, nil
	}
	res, err := tx.Exec(ctx, `INSERT INTO shelf (mission, kind) VALUES (?, ?)`, name.mission, name.kind)
	if err != nil {
		return 0, err
	}
	id, err := res.LastInsertId()
	if err == nil {
		s.made[name] = id
	}
	return id, err
}

// publish shows readers the shelves and classes of a transaction that was committed.
func (s *Store) publish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, id := range s.made {
		s.shelves[name], s.names[id] = id, name
	}
	for m, id := range s.madeMarked {
		s.marked[m], s.marks[id] = id, m
	}
	clear(s.made)
	clear(s.madeMarked)
}
