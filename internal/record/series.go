package record

import (
	"context"
	"strconv"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/store"
)

// Last gives the last number that a series of a kind has given, 0 for none. A
// number stays given when its record is struck or its statement withdrawn.
func (s *Store) Last(ctx context.Context, mission, kindID, series string) (int64, error) {
	var last int64
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT last FROM series JOIN shelf ON shelf.id = series.shelf
			WHERE mission = ? AND kind = ? AND name = ?`, mission, kindID, series).Scan(&last)
	})
	if isNoRows(err) {
		return 0, nil
	}
	return last, err
}

// numbered keeps the numbers that entries give, in the transaction that stores
// them. It looks at entries and not at versions: those forget.
func (s *Store) numbered(ctx context.Context, tx *store.Tx, shelf int64, entries []journal.Stored) error {
	for i := range entries {
		name := entries[i].Fields[kind.SeriesField].Text
		if name == "" || entries[i].Op != journal.OpState {
			continue
		}
		number, err := strconv.ParseInt(entries[i].Fields[kind.NumberField].Text, 10, 64)
		if err != nil {
			continue // a kind with a field of that name that is no number
		}
		_, err = tx.Exec(ctx, `INSERT INTO series (shelf, name, last) VALUES (?, ?, ?)
			ON CONFLICT (shelf, name) DO UPDATE SET last = max(last, excluded.last)`, shelf, name, number)
		if err != nil {
			return err
		}
	}
	return nil
}
