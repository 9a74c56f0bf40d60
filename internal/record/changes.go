package record

import (
	"cmp"
	"context"
	"slices"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

// ChangeQuery asks what became known in a mission, the newest first.
type ChangeQuery struct {
	Mission string
	AsOf
	Corrections bool // only what replaced, struck or took back an earlier version
	Limit       int  // 0 means 50
	// Keep leaves a step out for which it is false, before Limit is counted: how
	// many others come must not tell that there was one. nil keeps all.
	Keep func(ctx context.Context, step *Step) (bool, error)
}

// maxWalk bounds how far back a search for the newest statements reads.
const maxWalk = 5000

// Changes gives the steps that a mission took last: by when it was told for
// corrections, by when this node wrote them otherwise.
func (s *Store) Changes(ctx context.Context, q ChangeQuery) ([]Step, error) {
	if q.Limit <= 0 {
		q.Limit = DefaultLimit
	}
	q.Limit = min(q.Limit, MaxLimit)
	// Looked for further back when what was found is left out. Keep is asked
	// between two reads, because it may read itself.
	for n := q.Limit; ; n *= 4 {
		steps, more, err := s.changes(ctx, q, n)
		if err != nil {
			return nil, err
		}
		kept, err := q.keep(ctx, steps)
		if err != nil || len(kept) >= q.Limit || !more {
			return kept, err
		}
	}
}

// keep gives the first steps that are kept.
func (q *ChangeQuery) keep(ctx context.Context, steps []Step) ([]Step, error) {
	if q.Keep == nil {
		return steps[:min(q.Limit, len(steps))], nil
	}
	var out []Step
	for i := range steps {
		ok, err := q.Keep(ctx, &steps[i])
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, steps[i])
		}
		if len(out) == q.Limit {
			break
		}
	}
	return out, nil
}

// changes gives the newest n steps; more tells that there may be others.
func (s *Store) changes(ctx context.Context, q ChangeQuery, n int) (steps []Step, more bool, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		if q.Corrections {
			steps, more, err = s.corrections(ctx, tx, q, n)
			return err
		}
		steps, err = s.latest(ctx, tx, q, n)
		more = len(steps) == n
		return err
	})
	return steps, more && n < maxWalk, err
}

// corrections finds where earlier versions ended.
func (s *Store) corrections(ctx context.Context, tx *store.Tx, q ChangeQuery, n int) (out []Step, more bool, err error) {
	known := int64(forever)
	if !q.Known.IsZero() {
		known = q.Known.UnixMilli()
	}
	type end struct{ record, at int64 }
	var ends []end
	for _, on := range s.Shelves(q.Mission) {
		id, _ := s.shelf(on.Mission, on.Kind)
		rows, err := tx.Query(ctx, `SELECT record, known_to FROM past WHERE shelf = ? AND known_to <= ? ORDER BY known_to DESC LIMIT +?`, id, known, n)
		if err != nil {
			return nil, false, err
		}
		for rows.Next() {
			var e end
			if err := rows.Scan(&e.record, &e.at); err != nil {
				return nil, false, err
			}
			ends = append(ends, e)
		}
		if err := rows.Err(); err != nil {
			return nil, false, err
		}
	}
	slices.SortStableFunc(ends, func(a, b end) int { return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(b.record, a.record)) })
	more = len(ends) >= n
	for _, e := range ends[:min(n, len(ends))] {
		steps, err := s.stepsOf(ctx, tx, e.record, q.AsOf)
		if err != nil {
			return nil, false, err
		}
		for _, st := range steps {
			if st.Number > 1 && st.KnownFrom.UnixMilli() == e.at {
				out = append(out, st)
			}
		}
	}
	return out, more, nil
}

func (s *Store) stepsOf(ctx context.Context, tx *store.Tx, id int64, asOf AsOf) ([]Step, error) {
	var shelfID int64
	var ref string
	var packed []byte
	if err := tx.QueryRow(ctx, `SELECT shelf, ref, entries FROM record WHERE id = ?`, id).Scan(&shelfID, &ref, &packed); err != nil {
		return nil, err
	}
	entries, err := s.load(ctx, tx, packed)
	if err != nil {
		return nil, err
	}
	name := s.shelfName(shelfID)
	steps := s.steps(Key{Mission: name.mission, Kind: name.kind, Ref: ref}, entries, asOf)
	for i := range steps {
		steps[i].ID = id
	}
	return steps, nil
}

// latest walks the journal back from its end.
func (s *Store) latest(ctx context.Context, tx *store.Tx, q ChangeQuery, n int) ([]Step, error) {
	var pos int64
	if err := tx.QueryRow(ctx, `SELECT coalesce(max(pos), 0) FROM entry`).Scan(&pos); err != nil {
		return nil, err
	}
	var out []Step
	for walked := 0; pos > 0 && len(out) < n && walked < maxWalk; pos, walked = pos-1, walked+1 {
		e, err := journal.At(ctx, tx, pos)
		if err != nil {
			return nil, err
		}
		late := !q.Known.IsZero() && e.Reported.After(q.Known) || !q.Recorded.IsZero() && e.Clock.Time().After(q.Recorded)
		if e.Mission != q.Mission || late {
			continue
		}
		step, ok, err := s.stepOf(ctx, tx, &e, q.AsOf)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, step)
		}
	}
	return out, nil
}

// stepOf is the step that an entry made.
func (s *Store) stepOf(ctx context.Context, tx *store.Tx, e *journal.Stored, asOf AsOf) (Step, bool, error) {
	id, err := s.find(ctx, tx, keyOf(e))
	if fail.Is(err, fail.NotFound) {
		return Step{}, false, nil // the first of its kind, committed this moment
	}
	if err != nil {
		return Step{}, false, err
	}
	steps, err := s.stepsOf(ctx, tx, id, asOf)
	at := slices.IndexFunc(steps, func(st Step) bool { return st.Entry.ID == e.ID })
	if err != nil || at < 0 {
		return Step{}, false, err
	}
	return steps[at], true, nil
}
