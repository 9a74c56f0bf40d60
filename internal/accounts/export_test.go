package accounts

import "time"

// HashesDone tells how many passwords were hashed.
func (s *Service) HashesDone() int64 { return s.passwords.done.Load() }

// ParsePHC and ParseSecret are what reads stored texts.
func ParsePHC(text string) (string, error) {
	p, err := parsePHC(text)
	return p.String(), err
}

// ParseSecret tells whether a text is a secret with a prefix.
func ParseSecret(prefix, text string) bool {
	_, ok := parseSecret(prefix, text)
	return ok
}

// CheckPassword, WaitAfter and Secrets are the rules themselves.
func CheckPassword(password, name string) error { return checkPassword(password, name) }

// WaitAfter is the wait after so many failures.
func WaitAfter(failures, free int64) time.Duration { return waitAfter(failures, free) }

// Secrets are the sealed fields.
func Secrets() []string { return secrets() }
