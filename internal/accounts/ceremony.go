package accounts

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"konbit.org/konbit/internal/store"
)

const (
	ceremonyFor = 5 * time.Minute
	// A flood of beginnings must not fill the disk; the oldest give way.
	maxCeremonies = 10_000
)

// keep keeps what the second half of something needs, and gives the secret that
// finds it, once.
func (s *Service) keep(ctx context.Context, purpose string, data any) (string, error) {
	if s.c.Sessions == nil {
		return "", s.readOnly()
	}
	text, hash, err := s.newSecret(prefixCeremony)
	if err != nil {
		return "", err
	}
	encoded, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("keep a challenge: %w", err)
	}
	now := s.time()
	return text, s.c.Sessions.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM ceremony WHERE until <= ?", now.UnixMilli()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM ceremony WHERE hash IN (SELECT hash FROM ceremony ORDER BY until DESC LIMIT -1 OFFSET +?)`, maxCeremonies); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO ceremony (hash, purpose, data, until) VALUES (?, ?, ?, ?)", raw(hash), purpose, encoded, now.Add(ceremonyFor).UnixMilli())
		return err
	})
}

// take gives what was kept and forgets it, so that an answer counts once.
func (s *Service) take(ctx context.Context, purpose, text string, into any) error {
	over := deny("ceremony", "this sign-in was begun too long ago or is done", "begin again")
	hash, ok := parseSecret(prefixCeremony, text)
	if !ok || s.c.Sessions == nil {
		return over
	}
	var data []byte
	var until int64
	err := s.c.Sessions.Write(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "DELETE FROM ceremony WHERE hash = ? AND purpose = ? RETURNING data, until", raw(hash), purpose).Scan(&data, &until)
	})
	if errors.Is(err, sql.ErrNoRows) || err == nil && s.time().UnixMilli() >= until {
		return over
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
