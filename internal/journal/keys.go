package journal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// Keys are the secrets of a node: its own key, which signs, and a key for each
// person whose values it may read. They lie outside the journal, so that a
// backup of the journal without them gives no personal value away. Safe for
// concurrent use.
type Keys struct {
	node ed25519.PrivateKey
	now  func() time.Time
	db   *store.DB

	mu      sync.RWMutex // Erase alone; all others together
	cacheMu sync.Mutex
	cache   map[string][]byte // keys of persons read lately
}

//go:embed persons/*.sql
var persons embed.FS

// OpenKeys opens the folder, conventionally DATA/keys, and makes what is missing:
// on the first call this is the birth of the node. It refuses ([fail.Denied]) a
// node key that others on the machine can read. Close the keys when done.
func OpenKeys(ctx context.Context, dir string, now func() time.Time) (*Keys, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fail.Wrap(fail.Unavailable, err, "make the folder of keys", store.HintSpace)
	}
	node, err := nodeKey(dir)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "persons.db")
	// SQLite makes the files beside it with the permissions of this one.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fail.Wrap(fail.Unavailable, err, "open the keys of persons", "")
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open the keys of persons: %w", err)
	}
	tables, err := fs.Sub(persons, "persons")
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, path, store.Options{Migrations: tables, SecureDelete: true, Readers: 2})
	if err != nil {
		return nil, fmt.Errorf("open the keys of persons: %w", err)
	}
	return &Keys{node: node, now: now, db: db, cache: map[string][]byte{}}, nil
}

// Close closes the files.
func (k *Keys) Close() error { return k.db.Close() }

// Node is the public key of this node, its name.
func (k *Keys) Node() NodeID { return NodeID(k.node.Public().(ed25519.PublicKey)) }

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

// nodeKey reads the node's key, or makes it. The file is the 32-byte seed in
// hexadecimal, so that it can be written down and typed in again.
func nodeKey(dir string) (ed25519.PrivateKey, error) {
	path := filepath.Join(dir, "node.key")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newNodeKey(dir, path)
	}
	if err != nil {
		return nil, fail.Wrap(fail.Denied, err, "read the key of the node", "run konbit as the owner of the data folder")
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return nil, fail.New(fail.Denied, "others on this machine can read the key of the node", "chmod 600 "+path)
	}
	seed, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fail.New(fail.Damaged, "the key of the node is not a key", "restore keys/node.key from a backup")
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// newNodeKey writes a new key so that after a power cut there is either none or
// a whole one.
func newNodeKey(dir, path string) (ed25519.PrivateKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := rand.Read(seed); err != nil {
		return nil, fmt.Errorf("make the key of the node: %w", err)
	}
	part := path + ".part"
	err := errors.Join(
		writeSynced(part, hex.EncodeToString(seed)+"\n"),
		os.Rename(part, path),
		syncFolder(dir),
	)
	if err != nil {
		return nil, fail.Wrap(fail.Unavailable, err, "write the key of the node", store.HintSpace)
	}
	return ed25519.NewKeyFromSeed(seed), nil
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
