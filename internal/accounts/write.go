package accounts

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// statement is what is said of one record. An empty text clears the field.
type statement struct {
	key    record.Key
	fields map[string]string
	reason string
}

func (s *Service) accountKey(name string) record.Key {
	return record.Key{Mission: s.c.Home, Kind: kindAccount, Ref: name}
}

// state writes statements, all or none. The caller holds s.mu, so that nothing
// changes between what was looked at and what is written.
func (s *Service) state(ctx context.Context, who string, all ...statement) error {
	if s.c.Journal == nil {
		return s.readOnly()
	}
	entries := make([]journal.Entry, 0, len(all))
	for _, st := range all {
		e, err := s.entry(ctx, who, st)
		if err != nil {
			return err
		}
		entries = append(entries, e)
	}
	if _, err := s.c.Journal.Append(ctx, entries...); err != nil {
		return err
	}
	s.stale.Add(1)
	return nil
}

func (s *Service) entry(ctx context.Context, who string, st statement) (journal.Entry, error) {
	e := journal.Entry{
		Mission: st.key.Mission, Kind: st.key.Kind, Ref: st.key.Ref, Op: journal.OpState, Actor: who,
		Reported: s.time(), Reason: st.reason, Fields: map[string]journal.Value{},
	}
	h, err := s.c.Records.History(ctx, st.key, record.AsOf{})
	if err != nil && !fail.Is(err, fail.NotFound) {
		return e, err
	}
	if len(h.Steps) > 0 {
		e.Seen = h.Heads
		// After a clock that was set back the newest statement must still win.
		if last := h.Steps[len(h.Steps)-1].Entry.Reported; last.After(e.Reported) {
			e.Reported = last
		}
	}
	for field, text := range st.fields {
		value := journal.Value{Text: text}
		if text != "" && st.key.Kind == kindAccount && slices.Contains(secrets(), field) {
			if value, err = s.c.Keys.Seal(ctx, st.key.String(), field, text); err != nil {
				return e, err
			}
		}
		if text == "" && len(h.Steps) == 0 {
			continue // there is nothing to clear
		}
		e.Fields[field] = value
	}
	return e, nil
}

// time is the present in UTC, cut as entries keep it.
func (s *Service) time() time.Time { return s.c.Now().UTC().Truncate(time.Millisecond) }

// ref makes a name for a record of a kind.
func (s *Service) ref(kindID string) (string, error) { return desk.NewRef(kindID, s.c.Random) }

// newSecret makes 256 bits of chance in the letters of base32, and their hash.
func (s *Service) newSecret(prefix string) (text, hash string, err error) {
	var bits [32]byte
	if _, err := io.ReadFull(s.c.Random, bits[:]); err != nil {
		return "", "", fmt.Errorf("make a secret: %w", err)
	}
	text = prefix + strings.ToLower(base32Text.EncodeToString(bits[:]))
	return text, hashOf(text), nil
}

func toJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return "" // plain data of our own: it cannot be
	}
	if t := string(raw); t != "null" && t != "[]" {
		return t
	}
	return ""
}
