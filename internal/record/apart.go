package record

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// since are the first known times, in milliseconds, that a reader does not know
// of, by record number.
type since map[int64]int64

func sinceOf(held []Held) since {
	if len(held) == 0 {
		return nil
	}
	out := make(since, len(held))
	for _, h := range held {
		at := h.Since.UnixMilli()
		if old, twice := out[h.ID]; twice {
			at = min(at, old)
		}
		out[h.ID] = at
	}
	return out
}

// heldOf are those of one kind, or all for "".
func heldOf(kindID string, all []Held) []Held {
	if kindID == "" {
		return all
	}
	var out []Held
	for _, h := range all {
		if h.Key.Kind == kindID {
			out = append(out, h)
		}
	}
	return out
}

// view makes of a version what a reader knows of it: the last one before the
// hold is still in force. It is false for a version that they do not know.
func (s since) view(v *Version) bool {
	at, held := s[v.ID]
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

// apart are the records of a list that are read one by one beside the others:
// those that a reader knows as they were before a hold, and those that are open
// to them by their ref alone. The other ways to candidates pass them over, so
// that nothing of a version that is held decides what is listed, or where.
type apart struct {
	ids    map[int64]bool
	places []placed // in the list's order
}

// readApart finds them, as they were known.
func (s *Store) readApart(ctx context.Context, tx *store.Tx, l *listing) (*apart, error) {
	refs := slices.ContainsFunc(l.scopes, func(c scope) bool { return len(c.refs) > 0 })
	if len(l.held) == 0 && !refs {
		return nil, nil
	}
	out := &apart{ids: map[int64]bool{}}
	for id := range l.held {
		out.ids[id] = true
	}
	for _, c := range l.scopes {
		for _, ref := range c.refs {
			id, err := s.find(ctx, tx, Key{l.Mission, c.kind, ref})
			if fail.Is(err, fail.NotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			out.ids[id] = true
		}
	}
	places, err := placesBefore(ctx, tx, l.untilOf(out.ids))
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		if l.asks(s.shelfName(p.shelf)) {
			out.places = append(out.places, p.placed)
		}
	}
	out.places = l.first(out.places, len(out.places))
	return out, nil
}

// untilOf are the times of [listing.until] for several records, as the database
// reads them: [[id, until], …].
func (l *listing) untilOf(ids map[int64]bool) string {
	out := []byte{'['}
	for id := range ids {
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(append(out, '['), id, 10)
		out = append(strconv.AppendInt(append(out, ','), l.until(id), 10), ']')
	}
	return string(append(out, ']'))
}

// shelved is a place with the shelf it stands on.
type shelved struct {
	placed
	shelf int64
}

// placesBefore is [Store.placeBefore] for several records at once: what is held
// is asked for by every list.
func placesBefore(ctx context.Context, tx *store.Tx, asked string) (out []shelved, err error) {
	const (
		newest = `SELECT r.shelf, r.t, r.id, 0 FROM json_each(?) j JOIN record r ON r.id = j.value ->> 0 WHERE r.known_from < j.value ->> 1`
		older  = `SELECT p.shelf, p.t, p.record, p.id FROM json_each(?) j JOIN past p ON p.id =
			(SELECT q.id FROM past q WHERE q.record = j.value ->> 0 AND q.known_from < j.value ->> 1 ORDER BY q.known_from DESC, q.number DESC LIMIT 1)`
	)
	seen := map[int64]bool{}
	for _, query := range []string{newest, older} {
		rows, err := tx.Query(ctx, query, asked)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			p := shelved{placed: placed{apart: true}}
			if err := rows.Scan(&p.shelf, &p.t, &p.id, &p.past); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			if !seen[p.id] {
				seen[p.id] = true
				out = append(out, p)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// asks reports whether a list is of records that stand on a shelf.
func (l *listing) asks(on shelf) bool {
	return on.mission == l.Mission && slices.ContainsFunc(l.scopes, func(c scope) bool { return c.kind == on.kind })
}

// until is the known time, exclusive, in milliseconds, before which the version
// of a record was made that a list shows.
func (l *listing) until(id int64) int64 {
	until := int64(forever)
	if !l.Known.IsZero() {
		until = l.Known.UnixMilli() + 1
	}
	if at, held := l.held[id]; held {
		until = min(until, at)
	}
	return until
}

// placeBefore finds the last version of a record that was known before a time,
// and on which shelf it stands; on none if there was no version.
func (s *Store) placeBefore(ctx context.Context, tx *store.Tx, id, until int64) (p placed, on shelf, err error) {
	const (
		newest = `SELECT shelf, t, id, 0 FROM record WHERE id = ? AND known_from < ?`
		older  = `SELECT shelf, t, record, id FROM past WHERE record = ? AND known_from < ? ORDER BY known_from DESC, number DESC LIMIT 1`
	)
	for _, query := range []string{newest, older} {
		var shelfID int64
		err := tx.QueryRow(ctx, query, id, until).Scan(&shelfID, &p.t, &p.id, &p.past)
		if err == nil {
			p.apart = true
			return p, s.shelfName(shelfID), nil
		}
		if !isNoRows(err) {
			return p, on, err
		}
	}
	return p, on, nil
}

// beside puts what is read apart among what another way finds.
func (a *apart) beside(l *listing, next candidates) candidates {
	if a == nil {
		return next
	}
	return func(ctx context.Context, tx *store.Tx, cursor int64, n int) ([]placed, error) {
		found, err := next(ctx, tx, cursor, n)
		if err != nil {
			return nil, err
		}
		for _, p := range a.places {
			if l.behind(p.t, cursor) && p.t < l.end {
				found = append(found, p)
			}
		}
		return l.first(found, n), nil
	}
}

// skips reports whether a place found the usual way belongs to a record that is
// read apart.
func (a *apart) skips(p placed) bool { return a != nil && !p.apart && a.ids[p.id] }

// Before gives the version of a record that was in force just before a known
// time, as if nothing had been told since: what a reader knows of a record that
// is held from t on. It is [fail.NotFound] when there was none. Several versions
// may begin in one millisecond; t leaves out all of them.
func (s *Store) Before(ctx context.Context, key Key, t time.Time) (v Version, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		id, err := s.find(ctx, tx, key)
		if err != nil {
			return err
		}
		p, on, err := s.placeBefore(ctx, tx, id, t.UnixMilli())
		if err != nil {
			return err
		}
		if on == (shelf{}) {
			return notFound(key)
		}
		r, err := s.versionRow(ctx, tx, p)
		if err != nil {
			return err
		}
		v = s.version(&r)
		since{id: t.UnixMilli()}.view(&v)
		return nil
	})
	return v, err
}

// compareIn is the list's order of two places. Of one and the same place that
// which is read apart comes first: a page mark between the two loses nothing.
func (l *listing) compareIn(a, b placed) int {
	by := cmp.Compare(b.t, a.t)
	if l.Order == OldestFirst {
		by = -by
	}
	if by == 0 && a.apart != b.apart {
		by = map[bool]int{true: -1, false: 1}[a.apart]
	}
	return by
}
