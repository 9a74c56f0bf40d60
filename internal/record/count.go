package record

import (
	"context"
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
	countWalked = MaxLimit
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
			t, err := s.countIndex(ctx, l)
			if err == nil && t.N == 0 && l.beginning() {
				t, err = s.countIndex(ctx, l)
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
	if !s.wordsOpen(l) {
		return false
	}
	for field, values := range l.Where {
		if !s.indexes(l, field) || len(values) == 0 || slices.Contains(values, "") {
			return false
		}
	}
	return true
}

// wordsOpen reports whether a hit of the index on the words asked for is one for
// the reader too: it has the words of all fields, and tags among them.
func (s *Store) wordsOpen(l *listing) bool {
	if len(l.words) == 0 {
		return true
	}
	if slices.ContainsFunc(l.words, func(w string) bool { return strings.HasPrefix(w, tagPrefix) }) {
		return false
	}
	for _, on := range s.Shelves(l.Mission) {
		shut := func(f searchField) bool { return f.words && !l.Sight.reads(f.marking, false) }
		if (l.Kind == "" || l.Kind == on.Kind) && slices.ContainsFunc(s.searched(on.Mission, on.Kind), shut) {
			return false
		}
	}
	return true
}

func (s *Store) countIndex(ctx context.Context, l *listing) (t Total, err error) {
	err = s.index.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)`,
			s.expression(l), countIndexed+1).Scan(&t.N)
	})
	if t.N > countIndexed {
		t = Total{N: countIndexed, More: true}
	}
	return t, err
}
