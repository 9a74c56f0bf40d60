package record

import (
	"cmp"
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

//go:embed search/*.sql
var searchFiles embed.FS

// SearchMigrations are the tables of the search index, for [store.Open].
func SearchMigrations() fs.FS {
	sub, err := fs.Sub(searchFiles, "search")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	return sub
}

// index keeps the words and places of the newest versions. It is written after
// the commit, in batches: an acknowledgement need not wait for it, and FTS5
// takes sorted batches several times faster. Nobody reads it stale, because
// every search first writes what is waiting ([index.flush]).
type index struct {
	store   *Store
	db      *store.DB
	foreign bool // another process writes it

	writing sync.Mutex // held while a batch is written
	newest  int64      // largest record number that is indexed; under writing

	mu      sync.Mutex
	waiting map[int64]*row // by record number; nil means it is read back
	rows    int            // how many are not nil
	pos     int64          // position of the last entry among the waiting
	wake    chan struct{}
}

func newIndex(s *Store, db *store.DB) *index {
	return &index{store: s, db: db, waiting: map[int64]*row{}, wake: make(chan struct{}, 1)}
}

const (
	// maxRows bounds the memory of what is waiting; behind it rows are read back.
	maxRows = 20000
	// maxBehind is how many records may wait before the writer does.
	maxBehind = 20000
)

// behind is how many records wait.
func (x *index) behind() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.waiting)
}

// add queues touched records, with their newest versions.
func (x *index) add(rows []row, pos int64) {
	x.mu.Lock()
	for i := range rows {
		id := rows[i].id
		if x.waiting[id] != nil {
			x.rows--
		}
		x.waiting[id] = nil
		if x.rows < maxRows {
			x.waiting[id] = &rows[i]
			x.rows++
		}
	}
	x.pos = max(x.pos, pos)
	x.mu.Unlock()
	select {
	case x.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Run writes the search index behind the commits until ctx ends. Without it
// searches still answer rightly, but pay for the writing themselves.
func (s *Store) Run(ctx context.Context) error {
	if s.index == nil {
		<-ctx.Done()
		return nil
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.index.wake:
			s.index.gather(ctx)
			if err := s.index.flush(ctx); err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "write the search index", slog.Any("error", err))
			}
		}
	}
}

// gather lets a batch grow for a moment: FTS5 writes a hundred records in one
// transaction many times faster than in a hundred. A reader does not wait for it.
func (x *index) gather(ctx context.Context) {
	timer := time.NewTimer(gatherTime)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

const gatherTime = 200 * time.Millisecond

// flush indexes what was waiting when it was called. What could not be written
// waits on.
func (x *index) flush(ctx context.Context) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.mu.Lock()
	waiting, pos := x.waiting, x.pos
	x.waiting, x.rows = map[int64]*row{}, 0
	x.mu.Unlock()
	if len(waiting) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(waiting))
	for chunk := range slices.Chunk(ids, indexChunk) {
		if err := x.write(ctx, chunk, waiting); err != nil {
			x.mu.Lock()
			for id := range waiting {
				if _, newer := x.waiting[id]; !newer {
					x.waiting[id] = nil
				}
			}
			x.mu.Unlock()
			return err
		}
	}
	return x.db.Write(ctx, func(tx *store.Tx) error { return setMark(ctx, tx, "done", pos) })
}

// indexChunk bounds the memory of one batch.
const indexChunk = 10000

// item is what the index keeps of one record.
type item struct {
	id, t    int64
	body     string
	lat, lon float64
	placed   bool
}

func (x *index) write(ctx context.Context, ids []int64, waiting map[int64]*row) error {
	items := make([]item, 0, len(ids))
	err := x.store.db.Read(ctx, func(tx *store.Tx) error {
		cells := map[string]journal.Value{}
		for _, id := range ids {
			r := waiting[id]
			if r == nil {
				read, err := x.store.byID(ctx, tx, id, cells)
				if err != nil {
					return err
				}
				r = &read
			}
			items = append(items, x.store.item(r))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return x.put(ctx, items)
}

// put writes items in order of the timeline: FTS5 flushes its memory whenever a
// rowid is smaller than the one before.
func (x *index) put(ctx context.Context, items []item) error {
	slices.SortFunc(items, func(a, b item) int { return cmp.Compare(a.t, b.t) })
	if x.newest == 0 {
		if err := x.db.Read(ctx, func(tx *store.Tx) error {
			return tx.QueryRow(ctx, `SELECT coalesce(max(record), 0) FROM slot`).Scan(&x.newest)
		}); err != nil {
			return err
		}
	}
	newest := x.newest
	err := x.db.Write(ctx, func(tx *store.Tx) error {
		for i := range items {
			if items[i].id > x.newest {
				newest = max(newest, items[i].id)
				continue // it cannot be there yet
			}
			if err := clearItem(ctx, tx, items[i].id); err != nil {
				return err
			}
		}
		for i := range items {
			if err := putItem(ctx, tx, &items[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		x.newest = newest
	}
	return err
}

func clearItem(ctx context.Context, tx *store.Tx, id int64) error {
	var t int64
	err := tx.QueryRow(ctx, `SELECT t FROM slot WHERE record = ?`, id).Scan(&t)
	if isNoRows(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM words WHERE rowid = ?`, t); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM spot WHERE id = ?`, id)
	return err
}

func putItem(ctx context.Context, tx *store.Tx, it *item) error {
	if _, err := tx.Exec(ctx, `INSERT INTO words (rowid, body) VALUES (?, ?)`, it.t, it.body); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT OR REPLACE INTO slot (record, t) VALUES (?, ?)`, it.id, it.t); err != nil {
		return err
	}
	if !it.placed {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO spot (id, south, north, west, east, t) VALUES (?, ?, ?, ?, ?, ?)`,
		it.id, it.lat, it.lat, it.lon, it.lon, it.t)
	return err
}

func setMark(ctx context.Context, tx *store.Tx, name string, value int64) error {
	_, err := tx.Exec(ctx, `INSERT OR REPLACE INTO mark (name, value) VALUES (?, ?)`, name, value)
	return err
}

func (s *Store) byID(ctx context.Context, tx *store.Tx, id int64, cells map[string]journal.Value) (row, error) {
	r := row{id: id, cells: cells}
	var raw []byte
	err := tx.QueryRow(ctx, `SELECT shelf, ref, number, known_from, lo, hi, flags, cells FROM record WHERE id = ?`, id).
		Scan(&r.shelf, &r.ref, &r.number, &r.knownFrom, &r.lo, &r.hi, &r.flags, &raw)
	if err != nil {
		return r, err
	}
	return r, unpackCells(raw, cells)
}

func (s *Store) item(r *row) item {
	v := s.version(r)
	it := item{id: r.id, t: r.timeline(), body: string(s.body(make([]byte, 0, 1024), &v))}
	it.lat, it.lon, it.placed = position(&v)
	return it
}

// position is where a version stands, from its own lat and lon.
func position(v *Version) (lat, lon float64, ok bool) {
	lat, errLat := strconv.ParseFloat(v.Text("lat"), 64)
	lon, errLon := strconv.ParseFloat(v.Text("lon"), 64)
	return lat, lon, errLat == nil && errLon == nil
}

// current brings the index up to date, and is false where that is for another
// process to do and it has not.
func (x *index) current(ctx context.Context) (bool, error) {
	if x == nil {
		return false, nil
	}
	if !x.foreign {
		return true, x.flush(ctx)
	}
	done, last, err := x.ends(ctx)
	return done == last, err
}

// ends are the positions of the last entry that is indexed and of the last one.
func (x *index) ends(ctx context.Context) (done, last int64, err error) {
	err = x.db.Read(ctx, func(tx *store.Tx) error {
		err := tx.QueryRow(ctx, `SELECT value FROM mark WHERE name = 'done'`).Scan(&done)
		if isNoRows(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	err = x.store.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT coalesce(max(pos), 0) FROM entry`).Scan(&last)
	})
	return done, last, err
}

// CatchUp indexes what was committed but not indexed when the node stopped. Call
// it after the journal is open and before readers come.
func (s *Store) CatchUp(ctx context.Context) error {
	if s.index == nil {
		return nil
	}
	done, last, err := s.index.ends(ctx)
	if err != nil {
		return err
	}
	if done > last {
		done = 0 // the journal was replaced; index everything
	}
	if done == last {
		return nil
	}
	ids, err := s.since(ctx, done, last)
	if err != nil {
		return err
	}
	s.index.mu.Lock()
	for _, id := range ids {
		s.index.waiting[id] = nil
	}
	s.index.pos = last
	s.index.mu.Unlock()
	return s.index.flush(ctx)
}

// since finds the records that entries after a position touched.
func (s *Store) since(ctx context.Context, done, last int64) (ids []int64, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		if done == 0 {
			ids, err = allIDs(ctx, tx)
			return err
		}
		for pos := done + 1; pos <= last; pos++ {
			e, err := journal.At(ctx, tx, pos)
			if err != nil {
				return err
			}
			id, err := s.find(ctx, tx, keyOf(&e))
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	return ids, err
}

func allIDs(ctx context.Context, tx *store.Tx) ([]int64, error) {
	rows, err := tx.Query(ctx, `SELECT id FROM record`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
