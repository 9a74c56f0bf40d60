package record

import (
	"context"
	"maps"
	"slices"
	"strings"

	"konbit.org/konbit/internal/store"
)

// Total is how many records a list has in all.
type Total struct {
	N    int64
	More bool // there are more than N; nobody counted on
}

const (
	// countIndexed is how far the index counts: entries of a posting list are cheap.
	countIndexed = 10_000
	// countWalked is how far a list is walked only to be counted.
	countWalked = 200
)

// Count gives how many records a list has, exactly up to a bound that keeps the
// question fast.
func (s *Store) Count(ctx context.Context, q Query) (Total, error) {
	l, err := s.listing(q)
	if err != nil || l.blind {
		return Total{}, err
	}
	if s.countable(l) {
		current, err := s.index.current(ctx)
		if err != nil {
			return Total{}, err
		}
		if current {
			t, err := s.countParts(ctx, l)
			if err == nil && t.N == 0 && l.beginning() {
				t, err = s.countParts(ctx, l)
			}
			return t, err
		}
	}
	q.After, q.Limit = "", countWalked
	page, err := s.List(ctx, q)
	return Total{N: int64(len(page.Versions)), More: page.Next != ""}, err
}

// countable reports whether the tags and words of the index say all that the
// query asks, so that nothing needs to be read to be counted.
func (s *Store) countable(l *listing) bool {
	if s.index == nil || l.AsOf != (AsOf{}) || l.Box != nil || !l.From.IsZero() || !l.To.IsZero() || l.Struck {
		return false
	}
	if open, _ := s.wordsOpen(l); len(open) == 0 {
		return false
	}
	for field, values := range l.Where {
		if !s.indexes(l, field) || !s.filterOpen(l, field) || len(values) == 0 || slices.Contains(values, "") {
			return false
		}
	}
	return true
}

// filterOpen reports whether the reader may read a filter's field in all they see.
func (s *Store) filterOpen(l *listing, field string) bool {
	if field == FieldSource || field == FieldBatch {
		return true
	}
	k, ok := s.schema.Kind(l.Mission, l.Kind)
	if !ok {
		return false
	}
	f, ok := k.Field(field)
	if !ok {
		return false
	}
	covered := l.Sight.Cover != nil && worded(f)
	return !covered && l.scopes[0].open(l.Sight.Rights, f)
}

// wordsOpen gives of the kinds asked for those of which a hit of the index on the
// words is one for the reader too, and the others: the index has the words of all
// fields, and tags among them.
func (s *Store) wordsOpen(l *listing) (open, shut []scope) {
	if len(l.words) == 0 {
		return l.scopes, nil
	}
	if l.Sight.Cover != nil && (l.Sight.Touches == nil || slices.ContainsFunc(l.words, l.Sight.Touches)) {
		return nil, l.scopes
	}
	if slices.ContainsFunc(l.words, func(w string) bool { return strings.HasPrefix(w, tagPrefix) }) {
		return nil, l.scopes
	}
	for _, c := range l.scopes {
		hidden := func(f searchField) bool { return f.words && !c.open(l.Sight.Rights, f.field) }
		if slices.ContainsFunc(s.searched(l.Mission, c.kind), hidden) {
			shut = append(shut, c)
		} else {
			open = append(open, c)
		}
	}
	return open, shut
}

// countParts counts in the index the kinds whose hits can be taken as they are,
// and walks the others, which mostly are few: one kind with a field that is not
// for everybody would else have all of them walked.
func (s *Store) countParts(ctx context.Context, l *listing) (Total, error) {
	open, shut := s.wordsOpen(l)
	part := *l
	part.scopes = open
	t, err := s.countAll(ctx, &part)
	if err != nil || len(shut) == 0 {
		return t, err
	}
	rest := *l
	rest.scopes = shut
	more, err := s.countWalk(ctx, &rest)
	return Total{N: t.N + more.N, More: t.More || more.More}, err
}

// countWalk walks a list only to count it. A question of words alone is remembered.
func (s *Store) countWalk(ctx context.Context, l *listing) (Total, error) {
	key, turn := "", s.counted.turn(l.Mission, l.Kind)
	if len(l.Where) == 0 && !l.Conflict && !s.index.foreign {
		key = walkKey(l)
	}
	if was, known := s.counted.get(key, turn); known && key != "" {
		return was, nil
	}
	l.Limit, l.cursor = countWalked, l.start()
	page, err := s.page(ctx, l)
	t := Total{N: int64(len(page.Versions)), More: page.Next != ""}
	if err == nil && key != "" {
		s.counted.put(key, turn, t)
	}
	return t, err
}

// countAll counts in the index, and what is read apart by itself.
func (s *Store) countAll(ctx context.Context, l *listing) (t Total, err error) {
	err = s.besideApart(ctx, l, func() error { return nil }, func(tx *store.Tx) error {
		t.N = 0
		if l.apart == nil {
			return nil
		}
		for _, p := range l.apart.places {
			_, ok, err := s.candidate(ctx, tx, l, p)
			if err != nil {
				return err
			}
			if ok {
				t.N++
			}
		}
		return nil
	})
	if err != nil {
		return t, err
	}
	n, err := s.countIndex(ctx, l)
	if t.N += n; t.N > countIndexed {
		t = Total{N: countIndexed, More: true}
	}
	return t, err
}

// countIndex counts what the index has, without the records that are read apart.
func (s *Store) countIndex(ctx context.Context, l *listing) (n int64, err error) {
	expression := s.expression(l)
	if expression == "" {
		return 0, nil
	}
	var without []int64
	if l.apart != nil {
		without = slices.Collect(maps.Keys(l.apart.ids))
	}
	key, turn := countKey(l, expression, without), s.counted.turn(l.Mission, l.Kind)
	if was, known := s.counted.get(key, turn); known && !s.index.foreign {
		return was.N, nil
	}
	defer func() {
		if err == nil {
			s.counted.put(key, turn, Total{N: n})
		}
	}()
	err = s.index.db.Read(ctx, func(tx *store.Tx) error {
		err := tx.QueryRow(ctx, `SELECT count(*) FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT +?)`,
			expression, countIndexed+1+len(without)).Scan(&n)
		if err != nil || n == 0 {
			return err
		}
		for _, id := range without {
			var there int64
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM words WHERE words MATCH ? AND rowid = (SELECT t FROM slot WHERE record = ?)`,
				expression, id).Scan(&there); err != nil {
				return err
			}
			n -= there
		}
		return nil
	})
	return n, err
}
