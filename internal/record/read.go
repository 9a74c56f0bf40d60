package record

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

// Get gives a record as it was known. It is [fail.NotFound] when there is no
// such record, or nothing of it was known by then.
func (s *Store) Get(ctx context.Context, key Key, asOf AsOf) (Version, error) {
	if asOf == (AsOf{}) {
		return s.newest(ctx, key)
	}
	h, err := s.History(ctx, key, asOf)
	if err != nil {
		return Version{}, err
	}
	return h.Steps[len(h.Steps)-1].Version, nil
}

func (s *Store) newest(ctx context.Context, key Key) (v Version, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		shelfID, ok := s.shelf(key.Mission, key.Kind)
		if !ok {
			return notFound(key)
		}
		r, err := s.current(ctx, tx, shelfID, key.Ref)
		if isNoRows(err) {
			return notFound(key)
		}
		v = s.version(&r)
		return err
	})
	return v, err
}

// version is a stored row as readers see it.
func (s *Store) version(r *row) Version {
	name := s.shelfName(r.shelf)
	v := Version{
		Key: Key{Mission: name.mission, Kind: name.kind, Ref: r.ref}, ID: r.id, Number: int(r.number),
		KnownFrom: time.UnixMilli(r.knownFrom).UTC(), Fields: r.cells, Conflict: r.flags&flagConflict != 0,
	}
	if r.knownTo != 0 && r.knownTo != forever {
		v.KnownTo = time.UnixMilli(r.knownTo).UTC()
	}
	if r.lo != noEvent {
		v.Lo, v.Hi = time.UnixMilli(r.lo).UTC(), time.UnixMilli(r.hi).UTC()
	}
	switch {
	case r.flags&flagWithdrawn != 0:
		v.State = Withdrawn
	case r.flags&flagStruck != 0:
		v.State = Struck
	}
	return v
}

// History gives every step of a record that was known by then, oldest first.
// Heads are always those of all that is stored: what an author of a correction
// has had the chance to see.
func (s *Store) History(ctx context.Context, key Key, asOf AsOf) (h History, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		h, err = s.history(ctx, tx, key, asOf)
		return err
	})
	return h, err
}

func (s *Store) history(ctx context.Context, tx *store.Tx, key Key, asOf AsOf) (History, error) {
	shelfID, ok := s.shelf(key.Mission, key.Kind)
	if !ok {
		return History{}, notFound(key)
	}
	r, err := s.current(ctx, tx, shelfID, key.Ref)
	if isNoRows(err) {
		return History{}, notFound(key)
	}
	if err != nil {
		return History{}, err
	}
	entries, err := s.load(ctx, tx, r.entries)
	if err != nil {
		return History{}, err
	}
	h := History{Key: key, Heads: heads(entries)}
	h.Steps = s.steps(key, entries, asOf)
	if len(h.Steps) == 0 {
		return History{}, fail.Newf(fail.NotFound, "ask with a later known date", "nothing was known of %s by then", key)
	}
	for i := range h.Steps {
		h.Steps[i].ID = r.id
	}
	return h, nil
}

// steps folds what had been recorded and leaves out what was told later.
func (s *Store) steps(key Key, entries []journal.Stored, asOf AsOf) []Step {
	if !asOf.Recorded.IsZero() {
		entries = slices.DeleteFunc(slices.Clone(entries), func(e journal.Stored) bool { return e.Clock.Time().After(asOf.Recorded) })
	}
	steps := Fold(key, entries)
	if !asOf.Known.IsZero() {
		steps = slices.DeleteFunc(steps, func(st Step) bool { return st.KnownFrom.After(asOf.Known) })
	}
	name := shelf{key.Mission, key.Kind}
	for i := range steps {
		if lo, hi, ok := s.bounds(name, steps[i].Fields); ok && steps[i].Text("at") != "" {
			steps[i].Lo, steps[i].Hi = lo, hi
		}
	}
	return steps
}

// Find gives the keys that "ref", "kind/ref" or "mission/kind/ref" may mean,
// sorted. Refs may themselves hold slashes.
func (s *Store) Find(ctx context.Context, ref string) ([]Key, error) {
	var out []Key
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		for _, on := range s.Shelves("") {
			key := Key{Mission: on.Mission, Kind: on.Kind}
			for _, prefix := range []string{"", on.Kind + "/", on.Mission + "/" + on.Kind + "/"} {
				rest, ok := strings.CutPrefix(ref, prefix)
				if !ok || rest == "" {
					continue
				}
				key.Ref = rest
				_, err := s.find(ctx, tx, key)
				if fail.Is(err, fail.NotFound) {
					continue
				}
				if err != nil {
					return err
				}
				out = append(out, key)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Key) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(out), err
}

// Keys gives the keys of records by number, in the order asked.
func (s *Store) Keys(ctx context.Context, ids []int64) ([]Key, error) {
	out := make([]Key, 0, len(ids))
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		for _, id := range ids {
			var shelfID int64
			var ref string
			if err := tx.QueryRow(ctx, `SELECT shelf, ref FROM record WHERE id = ?`, id).Scan(&shelfID, &ref); err != nil {
				return err
			}
			name := s.shelfName(shelfID)
			out = append(out, Key{Mission: name.mission, Kind: name.kind, Ref: ref})
		}
		return nil
	})
	return out, err
}

// VersionsOf gives every version of one record, oldest first.
func (s *Store) VersionsOf(ctx context.Context, id int64) (out []Version, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		return s.eachVersion(ctx, tx, `r.id = ?`, id, func(v Version) error {
			v.Fields = cloneCells(v.Fields)
			out = append(out, v)
			return nil
		})
	})
	slices.SortFunc(out, func(a, b Version) int { return cmp.Compare(a.Number, b.Number) })
	return out, err
}

func cloneCells(cells map[string]journal.Value) map[string]journal.Value {
	return maps.Clone(cells)
}

// Versions gives every version of every record of a kind, in no order. fn must
// copy what it keeps: the Fields map is used again. With a recorded time the
// versions are folded anew from what this node had written by then, which takes
// as long as reading the journal.
func (s *Store) Versions(ctx context.Context, mission, kind string, recorded time.Time, fn func(Version) error) error {
	shelfID, ok := s.shelf(mission, kind)
	if !ok {
		return nil
	}
	return s.db.Read(ctx, func(tx *store.Tx) error {
		if recorded.IsZero() {
			return s.eachVersion(ctx, tx, `r.shelf = ?`, shelfID, fn)
		}
		return s.eachRecorded(ctx, tx, shelfID, recorded, fn)
	})
}

// eachVersion reads the versions known before and then the newest ones.
func (s *Store) eachVersion(ctx context.Context, tx *store.Tx, where string, arg any, fn func(Version) error) error {
	cells := map[string]journal.Value{}
	pastWhere := strings.ReplaceAll(strings.ReplaceAll(where, "r.id", "p.record"), "r.shelf", "p.shelf")
	for _, q := range []string{
		`SELECT p.record, p.shelf, r.ref, p.number, p.known_from, p.known_to, p.lo, p.hi, p.flags, p.cells
			FROM past p JOIN record r ON r.id = p.record WHERE ` + pastWhere,
		`SELECT r.id, r.shelf, r.ref, r.number, r.known_from, 0, r.lo, r.hi, r.flags, r.cells FROM record r WHERE ` + where,
	} {
		rows, err := tx.Query(ctx, q, arg)
		if err != nil {
			return err
		}
		if err := s.scan(rows, cells, fn); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) scan(rows *store.Rows, cells map[string]journal.Value, fn func(Version) error) error {
	defer rows.Close()
	var raw []byte
	for rows.Next() {
		r := row{cells: cells}
		if err := rows.Scan(&r.id, &r.shelf, &r.ref, &r.number, &r.knownFrom, &r.knownTo, &r.lo, &r.hi, &r.flags, &raw); err != nil {
			return err
		}
		if err := unpackCells(raw, cells); err != nil {
			return err
		}
		if err := fn(s.version(&r)); err != nil {
			return err
		}
	}
	return rows.Err()
}

// eachRecorded folds each record from the entries written by a time.
func (s *Store) eachRecorded(ctx context.Context, tx *store.Tx, shelfID int64, recorded time.Time, fn func(Version) error) error {
	rows, err := tx.Query(ctx, `SELECT id, ref, entries FROM record WHERE shelf = ?`, shelfID)
	if err != nil {
		return err
	}
	defer rows.Close()
	name := s.shelfName(shelfID)
	for rows.Next() {
		var id int64
		var ref string
		var packed []byte
		if err := rows.Scan(&id, &ref, &packed); err != nil {
			return err
		}
		entries, err := s.load(ctx, tx, packed)
		if err != nil {
			return err
		}
		for _, st := range s.steps(Key{name.mission, name.kind, ref}, entries, AsOf{Recorded: recorded}) {
			if !st.KnownTo.IsZero() && !st.KnownTo.After(st.KnownFrom) {
				continue // never in force
			}
			st.ID = id
			if err := fn(st.Version); err != nil {
				return err
			}
		}
	}
	return rows.Err()
}

// Batch gives the entries that came with an import, in order of writing.
func (s *Store) Batch(ctx context.Context, mission, batch string) ([]journal.Stored, error) {
	var out []journal.Stored
	q := Query{Mission: mission, Where: map[string][]string{FieldBatch: {batch}}, Struck: true, Limit: MaxLimit}
	for {
		page, err := s.List(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, v := range page.Versions {
			found, err := s.ofBatch(ctx, v.ID, batch)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
		if q.After = page.Next; page.Next == "" {
			break
		}
	}
	slices.SortFunc(out, func(a, b journal.Stored) int { return cmp.Compare(a.Pos, b.Pos) })
	return out, nil
}

func (s *Store) ofBatch(ctx context.Context, id int64, batch string) (out []journal.Stored, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		var packed []byte
		if err := tx.QueryRow(ctx, `SELECT entries FROM record WHERE id = ?`, id).Scan(&packed); err != nil {
			return err
		}
		entries, err := s.load(ctx, tx, packed)
		for _, e := range entries {
			if e.Batch == batch && e.Op == journal.OpState {
				out = append(out, e)
			}
		}
		return err
	})
	return out, err
}
