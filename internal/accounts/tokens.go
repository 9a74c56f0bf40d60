package accounts

import (
	"context"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
)

// A program's token must be looked at again from time to time.
const longestToken = 366 * 24 * time.Hour

// maxTokens lets a program change from one token to the next, on several machines.
const maxTokens = 10

// NewToken makes a token for a program's account and gives it. It is shown this
// once and holds until a time at most a year ahead.
func (s *Service) NewToken(ctx context.Context, by access.Actor, name string, until time.Time) (string, error) {
	now := s.time()
	if !until.After(now) || until.After(now.Add(longestToken)) {
		return "", invalid("token-until", "a token holds for at most a year", "give an end within a year")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, a, err := s.other(ctx, by, name, "make a token for")
	if err != nil {
		return "", err
	}
	if a.kind != Program || a.state != Active {
		return "", invalid("not-program", "a token is for a program's account", "konbit account add NAME --program")
	}
	text, hash, err := s.newSecret(prefixToken)
	if err != nil {
		return "", err
	}
	tokens, err := s.current(ctx, a)
	if err != nil {
		return "", err
	}
	if len(tokens) >= maxTokens {
		return "", refuse("tokens", fail.Conflict, "the program has ten tokens already", "end one that is not used: konbit account show "+a.name)
	}
	tokens = append(tokens, secret{hash, until.UTC().Truncate(time.Second)})
	st := statement{key: s.accountKey(a.name), fields: map[string]string{"tokens": toJSON(tokens)}}
	if err := s.state(ctx, by.Name, st); err != nil {
		return "", err
	}
	return text, s.event(ctx, Reading{Event: eventToken, Who: by.Name, About: st.key})
}

// current are the tokens of a program that are not over.
func (s *Service) current(ctx context.Context, a *entry) ([]secret, error) {
	tokens, err := s.tokens(ctx, a)
	return slices.DeleteFunc(tokens, func(t secret) bool { return !s.time().Before(t.Until) }), err
}

// EndToken ends a token by its ID.
func (s *Service) EndToken(ctx context.Context, by access.Actor, name, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, a, err := s.other(ctx, by, name, "end a token of")
	if err != nil {
		return err
	}
	tokens, err := s.current(ctx, a)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(tokens), func(t secret) bool { return len(id) >= 8 && strings.HasPrefix(t.Hash, id) })
	if len(left) == len(tokens) {
		return fail.Newf(fail.NotFound, "konbit account show "+a.name, "the program %s has no token %q", a.name, id)
	}
	st := statement{key: s.accountKey(a.name), fields: map[string]string{"tokens": toJSON(left)}}
	if err := s.state(ctx, by.Name, st); err != nil {
		return err
	}
	return s.event(ctx, Reading{Event: eventEndToken, Who: by.Name, About: st.key})
}
