package record

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

// rebuildBatch is how many entries one transaction of a rebuild folds: enough
// that the commit costs nothing, few enough to hold in memory.
const rebuildBatch = 10000

// Entries is a journal as a rebuild and a check read it: every entry from a
// position on, in order of position.
type Entries interface {
	All(ctx context.Context, from int64, fn func(journal.Stored) error) error
}

// Rebuild empties the record store and makes it again from the journal. Nothing
// else may write meanwhile; what readers see in between is incomplete. It may
// be broken off: then [Store.Outdated] asks for it again. progress may be nil.
func (s *Store) Rebuild(ctx context.Context, entries Entries, progress func(done int64)) error {
	if err := s.empty(ctx); err != nil {
		return err
	}
	s.seen = map[uint64]struct{}{}
	defer func() { s.seen = nil }()
	batch := make([]journal.Stored, 0, rebuildBatch)
	indexed := make(chan error, 1)
	indexed <- nil
	done := int64(0)
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if err := s.db.Write(ctx, func(tx *store.Tx) error { return s.Fold(ctx, tx, batch) }); err != nil {
			return err
		}
		done += int64(len(batch))
		// The index is written on another core while the next batch is folded.
		if err := <-indexed; err != nil {
			indexed <- nil // nobody writes any more
			return err
		}
		s.Committed(batch)
		go func() { indexed <- s.Flush(ctx) }()
		batch = batch[:0]
		if progress != nil {
			progress(done)
		}
		return nil
	}
	err := entries.All(ctx, 1, func(e journal.Stored) error {
		if batch = append(batch, e); len(batch) < rebuildBatch {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err == nil { // while the last words are written
		err = s.db.Write(ctx, func(tx *store.Tx) error { return each(ctx, tx, restored()...) })
	}
	if indexErr := <-indexed; err == nil {
		err = indexErr
	}
	if err != nil {
		return fmt.Errorf("rebuild the record store: %w", err)
	}
	if err := s.Flush(ctx); err != nil || s.index == nil {
		return err
	}
	return s.index.db.Write(ctx, func(tx *store.Tx) error {
		return each(ctx, tx, `DELETE FROM mark WHERE name = '`+rebuilding+`'`, usualCache)
	})
}

// rebuilding is the mark of a store that has been emptied and is not whole yet.
const rebuilding = "rebuilding"

// Flush writes what waits for the search index.
func (s *Store) Flush(ctx context.Context) error {
	if s.index == nil {
		return nil
	}
	return s.index.flush(ctx)
}

// spotTable is made anew: an R*Tree is emptied row by row.
const spotTable = `CREATE VIRTUAL TABLE spot USING rtree(id, south, north, west, east, +t INTEGER)`

// largeCache and usualCache set how much of a file a rebuild, and everything
// else, keeps in memory, in KiB.
const (
	largeCache = `PRAGMA cache_size = -65536`
	usualCache = `PRAGMA cache_size = -16384`
)

// dropped takes out the indexes by time, and restored makes them again: sorted
// at once they cost a fraction of what they cost entry by entry.
func dropped() []string {
	return []string{`DROP INDEX IF EXISTS record_by_time`, `DROP INDEX IF EXISTS record_ahead`}
}

func restored() []string {
	return []string{
		`CREATE INDEX record_by_time ON record(shelf, t, class)`,
		`CREATE INDEX record_ahead ON record(shelf, t) WHERE t >> 28 > known_from / 1000`,
		usualCache,
	}
}

func each(ctx context.Context, tx *store.Tx, statements ...string) error {
	for _, q := range statements {
		if _, err := tx.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// empty takes everything out that the journal can give back. It is noted first,
// so that a rebuild that is broken off is asked for again ([Store.Outdated]).
func (s *Store) empty(ctx context.Context) error {
	s.counted.forget()
	s.plotted.forget()
	s.standing.forget()
	s.kept.forget()
	s.firsts.forget()
	if s.index != nil {
		err := s.index.db.Write(ctx, func(tx *store.Tx) error { return setMark(ctx, tx, rebuilding, 1) })
		if err != nil {
			return err
		}
		// The mark must be on the disk before anything is taken out.
		if err := s.index.db.Checkpoint(ctx); err != nil {
			return err
		}
	}
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		if err := each(ctx, tx, append(dropped(), `DELETE FROM past`, `DELETE FROM record`, `DELETE FROM series`, `DELETE FROM shelf`, `DELETE FROM class`, largeCache)...); err != nil {
			return err
		}
		return s.loadShelves(tx)
	})
	if err != nil || s.index == nil {
		return err
	}
	s.index.writing.Lock()
	defer s.index.writing.Unlock()
	s.index.mu.Lock()
	s.index.waiting, s.index.rows, s.index.newest = map[int64]*row{}, 0, 0
	s.index.mu.Unlock()
	return s.index.db.Write(ctx, func(tx *store.Tx) error {
		return each(ctx, tx, largeCache, `INSERT INTO words (words) VALUES ('delete-all')`, `DELETE FROM slot`,
			`DROP TABLE spot`, spotTable, `DELETE FROM mark WHERE name = 'done'`)
	})
}

// Digest is a hash over all versions, whatever order they were made in: two
// stores of the same entries have the same digest.
func (s *Store) Digest(ctx context.Context) (string, error) {
	var sum [sha256.Size]byte
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		for _, on := range s.Shelves("") {
			id, _ := s.shelf(on.Mission, on.Kind)
			err := s.eachVersion(ctx, tx, `r.shelf = ?`, id, func(v Version) error {
				one := versionHash(&v)
				for i := range sum { // a sum does not depend on the order
					sum[i] += one[i]
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return hex.EncodeToString(sum[:]), err
}

func versionHash(v *Version) [sha256.Size]byte {
	h := sha256.New()
	for _, text := range []string{v.Mission, v.Kind, v.Ref} {
		writeText(h, text)
	}
	var until int64 = forever
	if !v.KnownTo.IsZero() {
		until = v.KnownTo.UnixMilli()
	}
	flags := int64(v.State)
	if v.Conflict {
		flags |= flagConflict
	}
	for _, n := range []int64{int64(v.Number), v.KnownFrom.UnixMilli(), until, v.Lo.UnixMilli(), v.Hi.UnixMilli(), flags} {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], uint64(n))
		h.Write(b[:])
	}
	h.Write(packCells(v.Fields))
	return [sha256.Size]byte(h.Sum(nil))
}

func writeText(h hash.Hash, s string) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(len(s)))
	h.Write(b[:])
	h.Write([]byte(s))
}

// Fault is a record whose stored versions are not what its entries say.
type Fault struct {
	Key Key
	Why string
}

// Verify folds every record anew and compares. A fault here is mended by
// [Store.Rebuild]; the journal is checked by [journal.Journal.Verify].
func (s *Store) Verify(ctx context.Context, progress func(done int64)) ([]Fault, error) {
	var faults []Fault
	done, told := int64(0), int64(0)
	for _, on := range s.Shelves("") {
		ids, err := s.idsOf(ctx, on.Mission, on.Kind)
		if err != nil {
			return faults, err
		}
		for _, id := range ids {
			fault, n, err := s.verifyRecord(ctx, id)
			if err != nil {
				return faults, err
			}
			if fault != nil {
				faults = append(faults, *fault)
			}
			if told += n; progress != nil && told-done > 1000 {
				done = told
				progress(done)
			}
		}
	}
	missing, err := s.unfolded(ctx, told)
	if err == nil && missing != nil {
		faults = append(faults, *missing)
	}
	return faults, err
}

func (s *Store) idsOf(ctx context.Context, mission, kind string) (ids []int64, err error) {
	shelfID, _ := s.shelf(mission, kind)
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id FROM record WHERE shelf = ?`, shelfID)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return rows.Err()
	})
	return ids, err
}

// verifyRecord compares one record, and counts its entries.
func (s *Store) verifyRecord(ctx context.Context, id int64) (fault *Fault, entries int64, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		var shelfID int64
		var ref string
		var packed []byte
		if err := tx.QueryRow(ctx, `SELECT shelf, ref, entries FROM record WHERE id = ?`, id).Scan(&shelfID, &ref, &packed); err != nil {
			return err
		}
		name := s.shelfName(shelfID)
		key := Key{Mission: name.mission, Kind: name.kind, Ref: ref}
		list, err := s.load(ctx, tx, packed)
		if err != nil && !fail.Is(err, fail.Damaged) && !fail.Is(err, fail.NotFound) {
			return err
		}
		readable := err == nil && len(list) > 0
		if entries = int64(len(list)); !readable {
			fault = &Fault{Key: key, Why: "its entries cannot be read"}
			return nil
		}
		same, err := s.sameVersions(ctx, tx, id, key, list)
		if err != nil && !fail.Is(err, fail.Damaged) {
			return err
		}
		if !same {
			fault = &Fault{Key: key, Why: "its versions are not what its entries say"}
			return nil
		}
		if same, err = s.sameMark(ctx, tx, id); err == nil && !same {
			fault = &Fault{Key: key, Why: "its class is not what it states"}
		}
		return err
	})
	return fault, entries, err
}

func (s *Store) sameVersions(ctx context.Context, tx *store.Tx, id int64, key Key, list []journal.Stored) (bool, error) {
	for i := range list {
		if keyOf(&list[i]) != key {
			return false, nil
		}
	}
	var want, got [sha256.Size]byte
	for _, st := range s.steps(key, list, AsOf{}) {
		if !st.KnownTo.IsZero() && !st.KnownTo.After(st.KnownFrom) {
			continue
		}
		one := versionHash(&st.Version)
		for i := range want {
			want[i] += one[i]
		}
	}
	err := s.eachVersion(ctx, tx, `r.id = ?`, id, func(v Version) error {
		one := versionHash(&v)
		for i := range got {
			got[i] += one[i]
		}
		return nil
	})
	return err == nil && want == got, err
}

// unfolded finds entries that no record has.
func (s *Store) unfolded(ctx context.Context, folded int64) (*Fault, error) {
	var stored int64
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM entry`).Scan(&stored)
	})
	if err != nil || stored == folded {
		return nil, err
	}
	return &Fault{Why: fmt.Sprintf("%d entries in the journal, %d in the records", stored, folded)}, nil
}
