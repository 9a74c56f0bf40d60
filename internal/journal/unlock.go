package journal

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// MinPassphrase and MinKeyFile are the least bytes of a secret that protects a
// folder; MaxKeyFile is the most that is read of one.
const (
	MinPassphrase = 12
	MinKeyFile    = 32
	MaxKeyFile    = 64 << 10
)

// Unlock is what opens a protected folder, or will open it from now on. Either
// or both may be set; the zero value opens only what is not protected.
type Unlock struct {
	Passphrase []byte
	KeyFile    []byte // the whole content of the file
	Cost       Cost   // of a passphrase that is set; zero means [DefaultCost]
}

func (u Unlock) given() bool { return len(u.Passphrase) > 0 || len(u.KeyFile) > 0 }

// check says whether u may protect a folder.
func (u Unlock) check() error {
	switch {
	case !u.given():
		return fail.New(fail.Invalid, "nothing to protect the folder with", "give a passphrase or a key file")
	case len(u.Passphrase) > 0 && len(u.Passphrase) < MinPassphrase:
		return fail.Newf(fail.Invalid, "take five or six words that do not belong together", "the passphrase has less than %d characters", MinPassphrase)
	case len(u.KeyFile) > 0 && len(u.KeyFile) < MinKeyFile:
		return fail.Newf(fail.Invalid, "head -c 32 /dev/urandom > FILE makes one", "the key file has less than %d bytes", MinKeyFile)
	case len(u.KeyFile) > MaxKeyFile:
		return fail.Newf(fail.Invalid, "head -c 32 /dev/urandom > FILE makes one", "the key file has more than %d bytes", MaxKeyFile)
	}
	return u.cost().check()
}

func (u Unlock) cost() Cost {
	if u.Cost == (Cost{}) {
		return DefaultCost()
	}
	return u.Cost
}

// Cost is how much work one try of a passphrase is (argon2id).
type Cost struct {
	Passes    uint32 `json:"passes"`
	MemoryKiB uint32 `json:"memory-kib"`
	Threads   uint8  `json:"threads"`
}

// DefaultCost takes about half a second on two cores: little for who types a
// passphrase once a day, 128 MiB and half a second for each guess of a thief.
func DefaultCost() Cost { return Cost{Passes: 3, MemoryKiB: 128 << 10, Threads: 2} }

// check keeps a file that somebody meddled with from taking the machine.
func (c Cost) check() error {
	if c.Passes < 1 || c.Passes > 32 || c.MemoryKiB < 8 || c.MemoryKiB > 1<<20 || c.Threads < 1 || c.Threads > 16 {
		return fail.New(fail.Damaged, "the work that "+unlockFile+" asks for is out of bounds", "restore keys/"+unlockFile+" from a backup")
	}
	return nil
}

// The kinds of slots, in which the master key lies.
const (
	SlotPassphrase = "passphrase"
	SlotKeyFile    = "key-file"
	SlotOpen       = "open" // in plain: no protection
)

// slot holds the master key in one form.
type slot struct {
	Kind    string `json:"kind"`
	Salt    []byte `json:"salt,omitempty"`
	Cost    *Cost  `json:"argon2id,omitempty"`
	Wrapped []byte `json:"wrapped,omitempty"`
	Key     []byte `json:"key,omitempty"` // of an open slot: the master key itself
}

const (
	unlockFile    = "unlock.json"
	unlockVersion = 1
	maxSlots      = 8
	maxUnlockFile = 64 << 10
)

// locks is the content of unlock.json.
type locks struct {
	Version int    `json:"version"`
	Slots   []slot `json:"slots"`
	// Previous is the master key before this one, wrapped under it, while a change
	// is under way: what is not wrapped anew yet opens with it.
	Previous []byte `json:"previous,omitempty"`
}

// State says how a folder of keys is protected. It can be read without a secret.
type State struct {
	Made      bool     // there is a key already
	Slots     []string // what opens it: passphrase, key-file, open
	Cost      Cost     // of the passphrase, if there is one
	Node      NodeID   // zero where it cannot be told without the secret
	Unwrapped bool     // made by an older konbit, wrapped at the next opening
}

// Protected reports whether a secret is needed.
func (s State) Protected() bool { return len(s.Slots) > 0 && !slices.Contains(s.Slots, SlotOpen) }

// Takes reports whether a secret of this kind opens the folder.
func (s State) Takes(slot string) bool { return slices.Contains(s.Slots, slot) }

// Protection reads how the folder of keys dir is protected, and changes nothing.
// A folder that is not there yet is not made, and not protected.
func Protection(dir string) (State, error) {
	var s State
	l, err := readLocks(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	for _, one := range l.Slots {
		s.Slots = append(s.Slots, one.Kind)
		if one.Cost != nil {
			s.Cost = *one.Cost
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, nodeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fail.Wrap(fail.Denied, err, "read the key of the node", "run konbit as the owner of the data folder")
	}
	s.Made, s.Unwrapped = true, !bytes.HasPrefix(text, []byte(wrappedNode))
	s.Node = namedIn(text)
	return s, nil
}

func readLocks(dir string) (locks, error) {
	var l locks
	raw, err := os.ReadFile(filepath.Join(dir, unlockFile))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return l, err
		}
		return l, fail.Wrap(fail.Denied, err, "read "+unlockFile, "run konbit as the owner of the data folder")
	}
	damaged := fail.New(fail.Damaged, "keys/"+unlockFile+" is not whole", "restore it from a backup: without it the keys do not open")
	if len(raw) > maxUnlockFile || json.Unmarshal(raw, &l) != nil {
		return l, damaged
	}
	if l.Version > unlockVersion {
		return l, fail.New(fail.Invalid, "keys/"+unlockFile+" was written by a newer konbit", "open it with that newer konbit")
	}
	if l.Version < 1 || len(l.Slots) == 0 || len(l.Slots) > maxSlots {
		return l, damaged
	}
	for _, s := range l.Slots {
		if s.Cost != nil {
			if err := s.Cost.check(); err != nil {
				return l, err
			}
		}
		if s.Kind == SlotPassphrase && s.Cost == nil || s.Kind == SlotOpen && len(s.Key) != chacha20poly1305.KeySize {
			return l, damaged
		}
	}
	return l, nil
}

// newLocks puts a master key under each secret of u; without one, in the open.
func newLocks(master []byte, u Unlock) (locks, error) {
	l := locks{Version: unlockVersion}
	if !u.given() {
		l.Slots = []slot{{Kind: SlotOpen, Key: master}}
		return l, nil
	}
	if err := u.check(); err != nil {
		return l, err
	}
	for _, kind := range []string{SlotPassphrase, SlotKeyFile} {
		s, err := newSlot(kind, master, u)
		if err != nil {
			return l, err
		}
		if s.Kind != "" {
			l.Slots = append(l.Slots, s)
		}
	}
	return l, nil
}

// newSlot is empty when u has no secret of the kind.
func newSlot(kind string, master []byte, u Unlock) (slot, error) {
	s := slot{Kind: kind, Salt: random(16)}
	if kind == SlotPassphrase {
		c := u.cost()
		s.Cost = &c
	}
	key, err := s.derive(u)
	if err != nil || key == nil {
		return slot{}, err
	}
	defer clear(key)
	s.Wrapped, err = wrap(key, master, "slot", kind)
	return s, err
}

// derive works out the key of a slot from the secret of its kind; nil without one.
func (s *slot) derive(u Unlock) ([]byte, error) {
	switch {
	case s.Kind == SlotPassphrase && len(u.Passphrase) > 0:
		c := s.Cost
		return argon2.IDKey(u.Passphrase, s.Salt, c.Passes, c.MemoryKiB, c.Threads, chacha20poly1305.KeySize), nil
	case s.Kind == SlotKeyFile && len(u.KeyFile) >= MinKeyFile:
		return hkdf.Key(sha256.New, u.KeyFile, s.Salt, "konbit unlock key-file 1", chacha20poly1305.KeySize)
	}
	return nil, nil
}

// open gives the master key. A wrong secret costs the same work as a right one
// and says the same for every cause.
func (l *locks) open(u Unlock) ([]byte, error) {
	var master []byte
	for i := range l.Slots {
		s := &l.Slots[i]
		if s.Kind == SlotOpen {
			return bytes.Clone(s.Key), nil
		}
		key, err := s.derive(u)
		if err != nil {
			return nil, fmt.Errorf("unlock: %w", err)
		}
		if key == nil {
			continue
		}
		if found, err := unwrap(key, s.Wrapped, "slot", s.Kind); err == nil && master == nil {
			master = found
		}
		clear(key)
	}
	switch {
	case master != nil:
		return master, nil
	case !u.given():
		return nil, fail.New(fail.Denied, "the data folder is protected and no secret was given",
			"--unlock-file FILE, or type the passphrase at a terminal")
	}
	return nil, fail.New(fail.Denied, "the data folder does not open with this secret", "try again, or use the key file; konbit node status says what opens it")
}

// wrap hides a key under another; what says what it is, so that no wrapped key
// can stand in the place of another.
func wrap(under, key []byte, what, name string) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(under)
	if err != nil {
		return nil, fmt.Errorf("wrap a key: %w", err)
	}
	return seal(aead, key, what, name), nil
}

func seal(aead cipher.AEAD, key []byte, what, name string) []byte {
	nonce := random(chacha20poly1305.NonceSizeX)
	return aead.Seal(nonce, nonce, key, label(what, name))
}

var errWrapped = errors.New("a wrapped key does not open")

func unwrap(under, wrapped []byte, what, name string) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(under)
	if err != nil {
		return nil, fmt.Errorf("unwrap a key: %w", err)
	}
	if len(wrapped) < chacha20poly1305.NonceSizeX {
		return nil, errWrapped
	}
	nonce, sealed := wrapped[:chacha20poly1305.NonceSizeX], wrapped[chacha20poly1305.NonceSizeX:]
	key, err := aead.Open(nil, nonce, sealed, label(what, name))
	if err != nil || len(key) != chacha20poly1305.KeySize {
		return nil, errWrapped
	}
	return key, nil
}

// wrappedSize is a wrapped key of 32 bytes: nonce, key, tag.
const wrappedSize = chacha20poly1305.NonceSizeX + chacha20poly1305.KeySize + chacha20poly1305.Overhead

func label(what, name string) []byte { return []byte("konbit " + what + " 1\x00" + name) }

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return b
}

// writeLocks replaces unlock.json so that after a power cut it is the old or the
// new one, and wipes the old one's bytes where the file system lets it.
func writeLocks(dir string, l locks) error {
	raw, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", unlockFile, err)
	}
	return replaceSecret(dir, unlockFile, string(raw)+"\n")
}

// replaceSecret writes a file anew and overwrites what it held before. On flash
// and on file systems that copy on writing the old bytes may stay on the medium.
func replaceSecret(dir, name, text string) error {
	path := filepath.Join(dir, name)
	old, oldErr := os.OpenFile(path, os.O_WRONLY, 0)
	err := errors.Join(writeSynced(path+".part", text), os.Rename(path+".part", path), syncFolder(dir))
	if oldErr == nil {
		// Not one that has another name still: that is somebody's copy.
		if info, err := old.Stat(); err == nil && links(info) == 0 {
			_, _ = old.WriteAt(make([]byte, info.Size()), 0) // the best that can be done
			_ = old.Sync()
		}
		_ = old.Close()
	}
	return fail.Wrap(fail.Unavailable, err, "write keys/"+name, store.HintSpace)
}

func links(info fs.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Nlink) //nolint:unconvert // narrower on other systems
	}
	return 1
}
