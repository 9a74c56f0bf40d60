package journal

import (
	"context"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// maxCached bounds the keys kept in memory; past it the cache starts anew.
const maxCached = 20_000

// Seal hides plain under the key of the person subject ("mission/kind/ref"),
// making that key if there is none. The key is on the disk before Seal returns.
// It refuses ([fail.Denied]) a person whose key was destroyed.
//
// The same text in the same field of the same person gives the same bytes. The
// record needs that, to see without the key that two desks wrote the same and
// that a sheet sent twice has not changed. So whoever sees two sealed values of
// one field of one person learns whether they are equal, and nothing across
// fields or persons.
func (k *Keys) Seal(ctx context.Context, subject, field, plain string) (Value, error) {
	if subject == "" || field == "" || plain == "" {
		return Value{}, fail.New(fail.Invalid, "to seal takes a person, a field and a text", "")
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	key, err := k.key(ctx, subject)
	if fail.Is(err, fail.NotFound) {
		key, err = k.newKey(ctx, subject)
	}
	if err != nil {
		return Value{}, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(field + "\x00" + plain))
	nonce := mac.Sum(nil)[:chacha20poly1305.NonceSizeX]
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return Value{}, fmt.Errorf("seal: %w", err)
	}
	return Value{Subject: subject, Sealed: aead.Seal(nonce, nonce, []byte(plain), bound(subject, field))}, nil
}

// Open reads a sealed value of a field; a value that is not sealed gives its
// text. It gives [fail.NotFound] when this node has no key for the person or the
// key was destroyed, and [fail.Damaged] when the value was sealed for another
// person or field or has been changed.
func (k *Keys) Open(ctx context.Context, v Value, field string) (string, error) {
	if v.Sealed == nil {
		return v.Text, nil
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	key, err := k.key(ctx, v.Subject)
	if err != nil {
		return "", err
	}
	damaged := fail.New(fail.Damaged, "a sealed value does not open with the person's key", "konbit verify --data DIR")
	if len(v.Sealed) < chacha20poly1305.NonceSizeX {
		return "", damaged
	}
	var aead cipher.AEAD
	if aead, err = chacha20poly1305.NewX(key); err != nil {
		return "", fmt.Errorf("open a sealed value: %w", err)
	}
	nonce, sealed := v.Sealed[:chacha20poly1305.NonceSizeX], v.Sealed[chacha20poly1305.NonceSizeX:]
	plain, err := aead.Open(nil, nonce, sealed, bound(v.Subject, field))
	if err != nil {
		return "", damaged
	}
	return string(plain), nil
}

// bound ties a sealed value to its person and field, so that it cannot be moved.
func bound(subject, field string) []byte { return []byte(subject + "\x00" + field) }

// Erase destroys the key of a person for good: afterwards none of the person's
// sealed values can be read by anyone who has only this node. The bytes of the
// key are gone from the files of the folder; copies in backups and what a disk
// keeps of overwritten blocks are out of reach. Repeating it is harmless.
func (k *Keys) Erase(ctx context.Context, subject string) error {
	if subject == "" {
		return fail.New(fail.Invalid, "no person named", "")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cacheMu.Lock()
	clear(k.cache[subject])
	delete(k.cache, subject)
	k.cacheMu.Unlock()
	err := k.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM person WHERE subject = ?", subject); err != nil {
			return err
		}
		if err := owe(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO erased (subject, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
			subject, k.now().UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("destroy the key of a person: %w", err)
	}
	return k.scour(ctx)
}

// Erased tells when the key of a person was destroyed, in UTC; false if it was not.
func (k *Keys) Erased(ctx context.Context, subject string) (time.Time, bool, error) {
	var at int64
	err := k.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "SELECT at FROM erased WHERE subject = ?", subject).Scan(&at)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, false, nil
	}
	return time.UnixMilli(at).UTC(), err == nil, err
}

// key gives a person's key, from memory or the file.
func (k *Keys) key(ctx context.Context, subject string) ([]byte, error) {
	k.cacheMu.Lock()
	key, ok := k.cache[subject]
	k.cacheMu.Unlock()
	if ok {
		return key, nil
	}
	err := k.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "SELECT key FROM person WHERE subject = ?", subject).Scan(&key)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fail.New(fail.NotFound, "there is no key for this person here", "")
	}
	if err != nil {
		return nil, fmt.Errorf("find the key of a person: %w", err)
	}
	if key, err = k.openKey(subject, key); err != nil {
		return nil, err
	}
	k.remember(subject, key)
	return key, nil
}

func (k *Keys) openKey(subject string, wrapped []byte) ([]byte, error) {
	key, _, err := k.unwrap(wrapped, "person", subject)
	if err != nil {
		return nil, fail.New(fail.Damaged, "the key of a person does not open with the key of the folder",
			"restore the whole folder keys/ from a backup: its files belong together")
	}
	return key, nil
}

func (k *Keys) remember(subject string, key []byte) {
	k.cacheMu.Lock()
	defer k.cacheMu.Unlock()
	if len(k.cache) >= maxCached {
		clear(k.cache)
	}
	k.cache[subject] = key
}

// newKey makes and commits a person's key. When two callers make one at the same
// time, both get the one that was written first.
func (k *Keys) newKey(ctx context.Context, subject string) ([]byte, error) {
	if k.box == nil {
		return nil, fail.New(fail.Unavailable, "the keys are closed", "try again when the node is up")
	}
	fresh := random(chacha20poly1305.KeySize)
	key := seal(k.box, fresh, "person", subject)
	clear(fresh)
	err := k.db.Write(ctx, func(tx *store.Tx) error {
		var at int64
		err := tx.QueryRow(ctx, "SELECT at FROM erased WHERE subject = ?", subject).Scan(&at)
		if err == nil {
			return fail.Newf(fail.Denied, "record the person under a new reference if there is a lawful reason to",
				"the personal data of this person was erased on %s", time.UnixMilli(at).UTC().Format(time.DateOnly))
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		const insert = "INSERT INTO person (subject, key) VALUES (?, ?) ON CONFLICT DO NOTHING"
		if _, err := tx.Exec(ctx, insert, subject, key); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "SELECT key FROM person WHERE subject = ?", subject).Scan(&key)
	})
	if err != nil {
		return nil, err
	}
	if key, err = k.openKey(subject, key); err != nil {
		return nil, err
	}
	k.remember(subject, key)
	return key, nil
}
