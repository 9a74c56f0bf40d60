package journal

import (
	"context"
	"fmt"
	"syscall"

	"golang.org/x/crypto/chacha20poly1305"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// Protect puts the master key under each secret of u, in the place of an earlier
// secret of the same kind; another kind stays. A folder that lay open gets a new
// master key, for the old one has been on the disk in plain. No other program
// may have the data folder open.
func (k *Keys) Protect(ctx context.Context, u Unlock) error {
	if err := u.check(); err != nil {
		return err
	}
	return k.change(func(l locks) error {
		if len(l.Slots) > 0 && l.Slots[0].Kind == SlotOpen {
			return k.remaster(ctx, u)
		}
		fresh, err := newLocks(k.master, u)
		if err != nil {
			return err
		}
		for _, old := range l.Slots {
			if !holds(fresh.Slots, old.Kind) {
				fresh.Slots = append(fresh.Slots, old)
			}
		}
		return writeLocks(k.dir, fresh)
	})
}

// Unprotect leaves the master key in the open: from then on whoever has the
// folder has everything.
func (k *Keys) Unprotect(context.Context) error {
	return k.change(func(locks) error {
		l, err := newLocks(k.master, Unlock{})
		if err != nil {
			return err
		}
		return writeLocks(k.dir, l)
	})
}

// Remaster makes a new master key, puts it under the secrets of u and nothing
// else, and wraps every key anew. It is for when a copy of the folder and its
// secret may be in wrong hands: what they have opens no key made afterwards, but
// still opens what was there. It may be broken off: the next opening goes on.
func (k *Keys) Remaster(ctx context.Context, u Unlock) error {
	if err := u.check(); err != nil {
		return err
	}
	return k.change(func(locks) error { return k.remaster(ctx, u) })
}

func holds(slots []slot, kind string) bool {
	for _, s := range slots {
		if s.Kind == kind {
			return true
		}
	}
	return false
}

// change runs fn alone, with what unlock.json says now.
func (k *Keys) change(fn func(locks) error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.box == nil {
		return fail.New(fail.Unavailable, "the keys are closed", "try again when the node is up")
	}
	held, err := hold(k.dir, syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer held.Close() //nolint:errcheck // only the lock is wanted
	l, err := readLocks(k.dir)
	if err != nil {
		return err
	}
	return fn(l)
}

// remaster takes three steps, each whole or not there: the new master key with
// the old one wrapped under it, the keys wrapped anew, the old one forgotten.
func (k *Keys) remaster(ctx context.Context, u Unlock) error {
	master := random(chacha20poly1305.KeySize)
	l, err := newLocks(master, u)
	if err != nil {
		return err
	}
	if l.Previous, err = wrap(master, k.master, "master", "previous"); err != nil {
		return err
	}
	box, err := chacha20poly1305.NewX(master)
	if err != nil {
		return fmt.Errorf("make a master key: %w", err)
	}
	if err := writeLocks(k.dir, l); err != nil {
		return err
	}
	k.previous, k.master, k.box = k.master, master, box
	return k.settle(ctx)
}

// settle wraps every key that is in plain or under the master key before, the
// node's last, for its file tells whether that is done; then it forgets the
// master key before.
func (k *Keys) settle(ctx context.Context) error {
	if err := k.wrapPersons(ctx); err != nil {
		return err
	}
	if err := k.scour(ctx); err != nil {
		return err
	}
	if err := k.writeNode(); err != nil {
		return err
	}
	if k.previous == nil {
		return nil
	}
	l, err := readLocks(k.dir)
	if err != nil {
		return err
	}
	l.Previous = nil
	if err := writeLocks(k.dir, l); err != nil {
		return err
	}
	clear(k.previous)
	k.previous = nil
	return nil
}

// wrapPersons wraps in one transaction the keys of persons that need it.
func (k *Keys) wrapPersons(ctx context.Context) error {
	err := k.db.Write(ctx, func(tx *store.Tx) error {
		fresh, err := k.rewrapped(ctx, tx)
		if err != nil || len(fresh) == 0 {
			return err
		}
		for subject, key := range fresh {
			if _, err := tx.Exec(ctx, "UPDATE person SET key = ? WHERE subject = ?", key, subject); err != nil {
				return err
			}
		}
		return owe(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("wrap the keys of persons: %w", err)
	}
	return nil
}

func (k *Keys) rewrapped(ctx context.Context, tx *store.Tx) (map[string][]byte, error) {
	rows, err := tx.Query(ctx, "SELECT subject, key FROM person")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	fresh := map[string][]byte{}
	for rows.Next() {
		var subject string
		var key []byte
		if err := rows.Scan(&subject, &key); err != nil {
			return nil, err
		}
		stale := len(key) == chacha20poly1305.KeySize // as version 1 stored it
		if !stale {
			if key, stale, err = k.unwrap(key, "person", subject); err != nil {
				return nil, fail.New(fail.Damaged, "the key of a person does not open with the key of the folder",
					"restore the whole folder keys/ from a backup: its files belong together")
			}
		}
		if stale {
			fresh[subject] = seal(k.box, key, "person", subject)
		}
		clear(key)
	}
	return fresh, rows.Err()
}

// owe writes down that bytes of keys may stand in unused pages, so that a power
// cut does not leave them there.
func owe(ctx context.Context, tx *store.Tx) error {
	_, err := tx.Exec(ctx, "INSERT INTO chore (name) VALUES ('vacuum') ON CONFLICT DO NOTHING")
	return err
}

// scour clears them: changing a row zeroes it, but an earlier copy of it may
// stand in the log or in the unused part of a page that was divided.
func (k *Keys) scour(ctx context.Context) error {
	owed := 0
	err := k.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM chore").Scan(&owed)
	})
	if err == nil && owed > 0 {
		if err = k.db.Vacuum(ctx); err == nil {
			err = k.db.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.Exec(ctx, "DELETE FROM chore")
				return err
			})
		}
	}
	if err != nil {
		return fmt.Errorf("clear old keys from the file: %w", err)
	}
	return nil
}
