package record

import (
	"context"
	"encoding/binary"
	"encoding/hex"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// Outdated reports whether the versions were folded with other definitions of
// the kinds than those given by version ([kind.Set.Version], by mission): event
// intervals and words depend on them; or that a rebuild was broken off. Then
// call [Store.Rebuild], and [Store.FoldedWith] when it is done. Ask before
// [Store.CatchUp], which needs a whole store.
func (s *Store) Outdated(ctx context.Context, versions map[string]string) (bool, error) {
	outdated, err := s.brokenOff(ctx)
	if err != nil {
		return false, err
	}
	for mission, version := range versions {
		want, err := mark(version)
		if err != nil {
			return false, err
		}
		var got int64
		err = s.index.db.Read(ctx, func(tx *store.Tx) error {
			return tx.QueryRow(ctx, `SELECT value FROM mark WHERE name = ?`, "kinds/"+mission).Scan(&got)
		})
		if isNoRows(err) {
			outdated = outdated || len(s.Shelves(mission)) > 0
			continue
		}
		if err != nil {
			return false, err
		}
		outdated = outdated || got != want
	}
	return outdated, nil
}

// brokenOff reports whether a rebuild has not come to its end.
func (s *Store) brokenOff(ctx context.Context) (bool, error) {
	var n int
	err := s.index.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT count(*) FROM mark WHERE name = ?`, rebuilding).Scan(&n)
	})
	return n > 0, err
}

// FoldedWith notes the definitions that the versions were folded with.
func (s *Store) FoldedWith(ctx context.Context, versions map[string]string) error {
	return s.index.db.Write(ctx, func(tx *store.Tx) error {
		for mission, version := range versions {
			value, err := mark(version)
			if err != nil {
				return err
			}
			if err := setMark(ctx, tx, "kinds/"+mission, value); err != nil {
				return err
			}
		}
		return nil
	})
}

// mark is the beginning of a hexadecimal digest as a number.
func mark(version string) (int64, error) {
	raw, err := hex.DecodeString(version)
	if err != nil || len(raw) < 8 {
		return 0, fail.Newf(fail.Internal, "", "bad version of the kinds %q", version)
	}
	return int64(binary.BigEndian.Uint64(raw)), nil
}
