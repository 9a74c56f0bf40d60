package accounts

import (
	"context"
	"sync"

	"konbit.org/konbit/internal/store"
)

// sessionsKept bounds how many sessions are remembered; each is some hundred bytes.
const sessionsKept = 1024

// remembered are sessions as they were read, by the hash of their token: a page is
// asked for by the same few people all day. Every change of a session goes through
// [Service.changeSessions], which forgets all of them, so that one that was ended is
// over at the next page.
type remembered struct {
	mu    sync.Mutex
	turn  int64 // grows with each change
	known map[string]Session
}

// get gives a session, or with false the turn to read it in.
func (r *remembered) get(hash string) (s Session, turn int64, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok = r.known[hash]
	return s, r.turn, ok
}

// put keeps what was read, unless a session changed meanwhile.
func (r *remembered) put(hash string, s Session, turn int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if turn != r.turn {
		return
	}
	if r.known == nil || len(r.known) >= sessionsKept {
		r.known = map[string]Session{}
	}
	r.known[hash] = s
}

func (r *remembered) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn++
	r.known = nil
}

// changeSessions writes to the table of sessions.
func (s *Service) changeSessions(ctx context.Context, fn func(*store.Tx) error) error {
	defer s.sessions.forget()
	return s.c.Sessions.Write(ctx, fn)
}

// readSession reads a session of a token's hash, or remembers it.
func (s *Service) readSession(ctx context.Context, hash string) (Session, error) {
	found, turn, known := s.sessions.get(hash)
	if known {
		return found, nil
	}
	err := s.c.Sessions.Read(ctx, func(tx *store.Tx) (err error) {
		found, err = scanSession(tx.QueryRow(ctx, sessionColumns+"WHERE hash = ?", raw(hash)))
		return err
	})
	if err == nil {
		s.sessions.put(hash, found, turn)
	}
	return found, err
}
