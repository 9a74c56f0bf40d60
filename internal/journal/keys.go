package journal

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// Keys are the secrets of a node: its own key, which signs, and a key for each
// person whose values it may read. They lie outside the journal, so that a
// backup of the journal without them gives no personal value away, and wrapped
// under a master key, which lies under a passphrase, a key file or in the open:
// docs/formats/keys.md. Safe for concurrent use.
type Keys struct {
	name NodeID
	node ed25519.PrivateKey
	now  func() time.Time
	dir  string
	db   *store.DB

	master   []byte
	box      cipher.AEAD // of the master key
	previous []byte      // the master key before it, while a change is under way

	mu      sync.RWMutex // Erase and changes of the master key alone; all others together
	cacheMu sync.Mutex
	cache   map[string][]byte // keys of persons read lately
}

//go:embed persons/*.sql
var persons embed.FS

// OpenKeys opens the folder, conventionally DATA/keys, and makes what is missing:
// on the first call this is the birth of the node, and unlock, if one is given,
// protects the folder from then on. It refuses with [fail.Denied] a node key that
// others on the machine can read, and a protected folder that unlock does not
// open: nothing of it has been read or written then. Keys that an older konbit
// left in plain are wrapped. Close the keys when done.
func OpenKeys(ctx context.Context, dir string, now func() time.Time, unlock ...Unlock) (*Keys, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fail.Wrap(fail.Unavailable, err, "make the folder of keys", store.HintSpace)
	}
	var u Unlock
	if len(unlock) > 0 {
		u = unlock[0]
	}
	k := &Keys{dir: dir, now: now, cache: map[string][]byte{}}
	held, err := hold(dir, syscall.LOCK_SH)
	if err != nil {
		return nil, err
	}
	todo, err := k.load(u, false)
	if err == nil && todo { // alone, and from the beginning: another may have done it meanwhile
		err = held.Close()
		if err == nil {
			held, err = hold(dir, syscall.LOCK_EX)
		}
		if err == nil {
			_, err = k.load(u, true)
		}
	}
	if err == nil {
		err = k.openPersons(ctx)
	}
	if err == nil && todo {
		err = k.settle(ctx)
	} else if err == nil {
		err = k.scour(ctx) // what a power cut left
	}
	if err = errors.Join(err, held.Close()); err != nil {
		return nil, errors.Join(err, k.Close())
	}
	return k, nil
}

// hold keeps other programs from changing the folder of keys, or from using it
// while this one changes it.
func hold(dir string, how int) (*os.File, error) {
	f, err := os.Open(dir)
	if err == nil {
		err = syscall.Flock(int(f.Fd()), how)
	}
	return f, fail.Wrap(fail.Unavailable, err, "open the folder of keys", "run konbit as the owner of the data folder")
}

// load reads the master key and the node's. todo says that something has to be
// made or wrapped, which load does only when it is alone.
func (k *Keys) load(u Unlock, alone bool) (todo bool, err error) {
	l, err := readLocks(k.dir)
	if errors.Is(err, fs.ErrNotExist) {
		if !alone {
			return true, nil
		}
		l, err = k.birth(u)
	}
	if err != nil {
		return false, err
	}
	if k.master, err = l.open(u); err != nil {
		return false, err
	}
	if k.box, err = chacha20poly1305.NewX(k.master); err != nil {
		return false, fmt.Errorf("open the keys: %w", err)
	}
	if l.Previous != nil {
		if k.previous, err = unwrap(k.master, l.Previous, "master", "previous"); err != nil {
			return false, fail.New(fail.Damaged, "keys/"+unlockFile+" is not whole", "restore it from a backup")
		}
	}
	todo, err = k.nodeKey()
	return todo || l.Previous != nil, err
}

// birth makes the master key. What an older konbit made is not protected by a
// secret that happens to be there: konbit node protect does that, and says so.
func (k *Keys) birth(u Unlock) (locks, error) {
	text, err := os.ReadFile(filepath.Join(k.dir, nodeFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return locks{}, fail.Wrap(fail.Denied, err, "read the key of the node", "run konbit as the owner of the data folder")
	}
	if bytes.HasPrefix(text, []byte(wrappedNode)) {
		return locks{}, fail.New(fail.Damaged, "keys/"+unlockFile+" is missing", "restore it from a backup: without it the keys do not open")
	}
	if err == nil {
		u = Unlock{}
	}
	master := random(chacha20poly1305.KeySize)
	l, err := newLocks(master, u)
	if err != nil {
		return l, err
	}
	return l, writeLocks(k.dir, l)
}

// openPersons opens persons.db.
func (k *Keys) openPersons(ctx context.Context) error {
	path := filepath.Join(k.dir, "persons.db")
	// SQLite makes the files beside it with the permissions of this one.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fail.Wrap(fail.Unavailable, err, "open the keys of persons", "")
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("open the keys of persons: %w", err)
	}
	tables, err := fs.Sub(persons, "persons")
	if err != nil {
		return err
	}
	k.db, err = store.Open(ctx, path, store.Options{Migrations: tables, SecureDelete: true, Readers: 2})
	if err != nil {
		return fmt.Errorf("open the keys of persons: %w", err)
	}
	return nil
}

// Close closes the files and overwrites the keys in memory: the master key, the
// node's and those of persons read lately. What the ciphers copied inside
// themselves, and what the system swapped out, is out of its reach.
func (k *Keys) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cacheMu.Lock()
	defer k.cacheMu.Unlock()
	for _, key := range k.cache {
		clear(key)
	}
	clear(k.cache)
	clear(k.master)
	clear(k.previous)
	clear(k.node)
	k.box = nil
	if k.db == nil {
		return nil
	}
	return k.db.Close()
}

// Secret is a key of 32 bytes for the purpose that name says, such as signing
// the forms of pages: the same at every start, another for every name, and gone
// with the master key. A change of the master key changes it, so nothing that
// must last may be sealed with it. It is nil when the keys are closed.
func (k *Keys) Secret(name string) []byte {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.box == nil {
		return nil
	}
	key, err := hkdf.Key(sha256.New, k.master, nil, "konbit secret 1\x00"+name, 32)
	if err != nil {
		return nil // only a length out of bounds fails
	}
	return key
}

// Node is the public key of this node, its name.
func (k *Keys) Node() NodeID { return k.name }

// sign signs an encoded body; scratch is reused between calls.
func (k *Keys) sign(body []byte, scratch *[]byte) []byte {
	*scratch = append(append((*scratch)[:0], signingContext...), body...)
	return ed25519.Sign(k.node, *scratch)
}

// signedBy checks an entry's signature.
func signedBy(node NodeID, body, sig []byte, scratch *[]byte) bool {
	*scratch = append(append((*scratch)[:0], signingContext...), body...)
	return len(sig) == ed25519.SignatureSize && ed25519.Verify(node[:], *scratch, sig)
}

const (
	nodeFile    = "node.key"
	wrappedNode = "konbit-node-key-1 "
)

// nodeKey reads the node's key. The file is the node's name and its wrapped seed,
// or, as older ones wrote it and people may type it in again from paper, the
// 32-byte seed in hexadecimal. todo says that it has to be written, which settle
// does; when there is none it is made here and is nobody's until then.
func (k *Keys) nodeKey() (todo bool, err error) {
	path := filepath.Join(k.dir, nodeFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		k.setNode(random(ed25519.SeedSize))
		return true, nil
	}
	if err != nil {
		return false, fail.Wrap(fail.Denied, err, "read the key of the node", "run konbit as the owner of the data folder")
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return false, fail.New(fail.Denied, "others on this machine can read the key of the node", "chmod 600 "+path)
	}
	noKey := fail.New(fail.Damaged, "the key of the node is not a key", "restore keys/node.key and keys/"+unlockFile+" from a backup")
	if rest, ok := bytes.CutPrefix(text, []byte(wrappedNode)); ok {
		name, sealed, _ := bytes.Cut(bytes.TrimSpace(rest), []byte(" "))
		wrapped, err := hex.DecodeString(string(sealed))
		if err != nil {
			return false, noKey
		}
		seed, stale, err := k.unwrap(wrapped, "node", string(name))
		if err != nil {
			return false, noKey
		}
		k.setNode(seed)
		return stale, nil
	}
	seed, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return false, noKey
	}
	k.setNode(seed)
	return true, nil
}

func (k *Keys) setNode(seed []byte) {
	k.node = ed25519.NewKeyFromSeed(seed)
	k.name = NodeID(k.node.Public().(ed25519.PublicKey))
	clear(seed)
}

// writeNode wraps the seed and writes it so that after a power cut there is the
// old file or the whole new one.
func (k *Keys) writeNode() error {
	seed := k.node.Seed()
	defer clear(seed)
	name := k.name.String()
	return replaceSecret(k.dir, nodeFile, wrappedNode+name+" "+hex.EncodeToString(seal(k.box, seed, "node", name))+"\n")
}

// namedIn is the node that a file names; zero when it does not say.
func namedIn(text []byte) NodeID {
	rest, _ := bytes.CutPrefix(text, []byte(wrappedNode))
	name, _, ok := bytes.Cut(rest, []byte(" "))
	raw, err := hex.DecodeString(string(name))
	if !ok || err != nil || len(raw) != len(NodeID{}) {
		return NodeID{}
	}
	return NodeID(raw)
}

// unwrap opens a wrapped key; stale says that it is under the master key before
// this one.
func (k *Keys) unwrap(wrapped []byte, what, name string) (key []byte, stale bool, err error) {
	if k.box == nil || len(wrapped) != wrappedSize {
		return nil, false, errWrapped
	}
	nonce, sealed := wrapped[:chacha20poly1305.NonceSizeX], wrapped[chacha20poly1305.NonceSizeX:]
	if key, err = k.box.Open(nil, nonce, sealed, label(what, name)); err == nil {
		return key, false, nil
	}
	if k.previous == nil {
		return nil, false, errWrapped
	}
	key, err = unwrap(k.previous, wrapped, what, name)
	return key, true, err
}

func writeSynced(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
