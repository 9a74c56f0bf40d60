package accounts

import (
	"context"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"konbit.org/konbit/internal/fail"
)

// Hashing is the cost of a password's hash (argon2id).
type Hashing struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultHashing is the second choice of RFC 9106 with less memory, because two at
// once must fit a laptop of 2 GB beside everything else: 64 MiB in three passes,
// which took 0.15 s on the machine it was measured on (docs/formats/accounts.md).
// One thread: there are two cores, and pages must still be answered.
func DefaultHashing() Hashing { return Hashing{Memory: 64 << 10, Passes: 3, Threads: 1} }

// Limits of what a stored hash may ask of this machine: a pack could bring one
// that takes all its memory.
const (
	maxMemory  = 256 << 10 // KiB
	maxPasses  = 16
	maxThreads = 8
)

// phc is a hash as it is stored: $argon2id$v=19$m=65536,t=3,p=1$salt$hash.
type phc struct {
	Hashing
	salt, hash []byte
}

func (p phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Passes, p.Threads, b64.EncodeToString(p.salt), b64.EncodeToString(p.hash))
}

// parsePHC reads what [phc.String] writes and nothing else.
func parsePHC(text string) (phc, error) {
	bad := fail.New(fail.Damaged, "a stored password cannot be read", "let its owner choose a new one: konbit account recover NAME")
	part := strings.Split(text, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != "v="+strconv.Itoa(argon2.Version) {
		return phc{}, bad
	}
	var p phc
	cost := strings.Split(part[3], ",")
	if len(cost) != 3 {
		return phc{}, bad
	}
	for i, into := range []struct {
		name string
		max  uint64
		set  func(uint64)
	}{
		{"m=", maxMemory, func(n uint64) { p.Memory = uint32(n) }},
		{"t=", maxPasses, func(n uint64) { p.Passes = uint32(n) }},
		{"p=", maxThreads, func(n uint64) { p.Threads = uint8(n) }},
	} {
		digits, ok := strings.CutPrefix(cost[i], into.name)
		n, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil || n == 0 || n > into.max {
			return phc{}, bad
		}
		into.set(n)
	}
	var errSalt, errHash error
	b64 := base64.RawStdEncoding.Strict()
	p.salt, errSalt = b64.DecodeString(part[4])
	p.hash, errHash = b64.DecodeString(part[5])
	if errSalt != nil || errHash != nil || len(p.salt) < 8 || len(p.salt) > 64 || len(p.hash) < 16 || len(p.hash) > 64 || p.String() != text {
		return phc{}, bad
	}
	return p, nil
}

// passwords makes and checks hashes, a few at a time: each takes its memory and
// a core, and somebody who sends many must not take all of both.
type passwords struct {
	cost    Hashing
	random  io.Reader
	turn    chan struct{}
	waiting atomic.Int64
	done    atomic.Int64 // hashes computed, for tests
	nobody  phc          // checked where there is no account, so that it costs the same
}

const (
	hashesAtOnce  = 2
	hashesWaiting = 32
	saltBytes     = 16
	hashBytes     = 32
	minPassword   = 12   // characters
	maxPassword   = 1024 // bytes
)

func newPasswords(cost Hashing, random io.Reader) *passwords {
	if cost == (Hashing{}) {
		cost = DefaultHashing()
	}
	return &passwords{
		cost: cost, random: random, turn: make(chan struct{}, hashesAtOnce),
		nobody: phc{cost, make([]byte, saltBytes), make([]byte, hashBytes)},
	}
}

// hash makes the text to be stored.
func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	out := phc{Hashing: p.cost, salt: make([]byte, saltBytes)}
	if _, err := io.ReadFull(p.random, out.salt); err != nil {
		return "", fmt.Errorf("make salt: %w", err)
	}
	key, err := p.key(ctx, password, out, hashBytes)
	out.hash = key
	return out.String(), err
}

// matches reports whether a password is that of a stored hash. An empty stored
// text takes the same work and matches nothing.
func (p *passwords) matches(ctx context.Context, password, stored string) (bool, error) {
	want, real := p.nobody, false
	if parsed, err := parsePHC(stored); err == nil {
		want, real = parsed, true
	}
	got, err := p.key(ctx, password, want, uint32(len(want.hash)))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want.hash) == 1 && real, nil
}

func (p *passwords) key(ctx context.Context, password string, of phc, length uint32) ([]byte, error) {
	if p.waiting.Add(1) > hashesWaiting {
		p.waiting.Add(-1)
		return nil, fail.New(fail.Unavailable, "too many sign-ins at once", "try again in some seconds")
	}
	defer p.waiting.Add(-1)
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-p.turn }()
	p.done.Add(1)
	// Composed, so that one keyboard's é is another's.
	return argon2.IDKey([]byte(norm.NFC.String(password)), of.salt, of.Passes, of.Memory, of.Threads, length), nil
}

//go:embed common.txt
var commonWords string

// checkPassword refuses what is guessed first. There are no rules about kinds of
// characters: they make passwords that people write down and programs guess.
func checkPassword(password, name string) error {
	letters := []rune(norm.NFC.String(password))
	switch {
	case len(letters) < minPassword:
		return invalid("password-short", "the password has fewer than 12 characters", "take four or five words that do not belong together")
	case len(password) > maxPassword:
		return invalid("password-long", "the password has more than 1024 bytes", "take a shorter one")
	case easy(strings.ToLower(string(letters)), name):
		return invalid("password-common", "the password is among those that are guessed first", "take four or five words that do not belong together")
	}
	return nil
}

// easy reports whether a password is a common word with ornaments, the name of
// the account, or a short piece over and over.
func easy(password, name string) bool {
	core := strings.Trim(password, "0123456789!?.,;:*#@$%&+-_= ")
	plain := strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(core)
	for word := range strings.FieldsSeq(commonWords) {
		if password == word || core == word || plain == word || core == word+word || plain == word+word {
			return true
		}
	}
	if n := len([]rune(core)); n > 0 && n < 4 || name != "" && (core == name || core == name+name) {
		return true
	}
	for n := 1; n <= 4; n++ {
		if n < len(password) && strings.HasPrefix(strings.Repeat(password[:n], len(password)/n+1), password) {
			return true
		}
	}
	return false
}
