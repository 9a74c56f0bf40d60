package journal_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

const person = "demo/person/P-1"

func openKeys(t *testing.T, dir string) *journal.Keys {
	t.Helper()
	k, err := journal.OpenKeys(t.Context(), dir, func() time.Time { return told })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.Close() })
	return k
}

func seal(t *testing.T, k *journal.Keys, subject, field, plain string) journal.Value {
	t.Helper()
	v, err := k.Seal(t.Context(), subject, field, plain)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestASealedValueOpensForItsPersonAndFieldOnly(t *testing.T) {
	k := openKeys(t, t.TempDir())
	v := seal(t, k, person, "name", "Marie Exemple")
	if got, err := k.Open(t.Context(), v, "name"); err != nil || got != "Marie Exemple" {
		t.Errorf("got %q, %v", got, err)
	}
	if bytes.Contains(v.Sealed, []byte("Marie")) {
		t.Error("the text stands in the sealed bytes")
	}
	if got, err := k.Open(t.Context(), journal.Value{Text: "open"}, "name"); err != nil || got != "open" {
		t.Errorf("a value that is not sealed: %q, %v", got, err)
	}
	if _, err := k.Open(t.Context(), v, "phone"); !fail.Is(err, fail.Damaged) {
		t.Errorf("as another field: %v", err)
	}
	seal(t, k, "demo/person/P-2", "name", "Jean Exemple")
	moved := v
	moved.Subject = "demo/person/P-2"
	if _, err := k.Open(t.Context(), moved, "name"); !fail.Is(err, fail.Damaged) {
		t.Errorf("as another person: %v", err)
	}
	for i := range v.Sealed {
		spoiled := journal.Value{Subject: person, Sealed: bytes.Clone(v.Sealed)}
		spoiled.Sealed[i] ^= 1
		if _, err := k.Open(t.Context(), spoiled, "name"); !fail.Is(err, fail.Damaged) {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
	if _, err := k.Open(t.Context(), journal.Value{Subject: person, Sealed: []byte{1}}, "name"); !fail.Is(err, fail.Damaged) {
		t.Errorf("cut short: %v", err)
	}
	if _, err := openKeys(t, t.TempDir()).Open(t.Context(), v, "name"); !fail.Is(err, fail.NotFound) {
		t.Errorf("at a node without the key: %v", err)
	}
}

func TestEqualValuesAreEqualWithinOnePersonAndFieldOnly(t *testing.T) {
	k := openKeys(t, t.TempDir())
	v := seal(t, k, person, "name", "Marie")
	if !bytes.Equal(v.Sealed, seal(t, k, person, "name", "Marie").Sealed) {
		t.Error("the same value twice looks like a change")
	}
	for _, other := range []journal.Value{
		seal(t, k, person, "name", "Mario"), seal(t, k, person, "alias", "Marie"), seal(t, k, "demo/person/P-2", "name", "Marie"),
	} {
		if bytes.Equal(v.Sealed[:24], other.Sealed[:24]) {
			t.Error("a nonce was used twice")
		}
	}
}

func TestKeysAreThereAfterReopeningAndOnlyTheOwnerReadsThem(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := openKeys(t, dir)
	node, v := k.Node(), seal(t, k, person, "name", "Marie")
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	again := openKeys(t, dir)
	if got, err := again.Open(t.Context(), v, "name"); err != nil || got != "Marie" || again.Node() != node {
		t.Errorf("got %q, %v", got, err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "node.key")
	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.OpenKeys(t.Context(), dir, now); !fail.Is(err, fail.Denied) || fail.HintOf(err) != "chmod 600 "+key {
		t.Errorf("a key that others can read: %v", err)
	}
	if err := os.WriteFile(key, []byte("no key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(key, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.OpenKeys(t.Context(), dir, now); !fail.Is(err, fail.Damaged) {
		t.Errorf("no key: %v", err)
	}
}

func TestAnErasedPersonIsGoneForGood(t *testing.T) {
	dir := t.TempDir()
	k := openKeys(t, dir)
	var all []journal.Value
	for i := range 300 { // enough for pages to be divided
		all = append(all, seal(t, k, fmt.Sprintf("demo/person/P-%d", i), "name", "Marie"))
	}
	gone, kept := "demo/person/P-150", "demo/person/P-151"
	key, other := storedKey(t, dir, gone), storedKey(t, dir, kept)
	if !inFiles(t, dir, key) {
		t.Fatal("the key was never in the files, so the test would prove nothing")
	}
	for range 2 {
		if err := k.Erase(t.Context(), gone); err != nil {
			t.Fatal(err)
		}
	}
	if inFiles(t, dir, key) {
		t.Error("the key is still in the files")
	}
	if !inFiles(t, dir, other) {
		t.Error("another person's key is gone too")
	}
	look := func(k *journal.Keys) {
		t.Helper()
		if _, err := k.Open(t.Context(), all[150], "name"); !fail.Is(err, fail.NotFound) {
			t.Errorf("the erased value: %v", err)
		}
		if got, err := k.Open(t.Context(), all[151], "name"); err != nil || got != "Marie" {
			t.Errorf("another person: %q, %v", got, err)
		}
		_, err := k.Seal(t.Context(), gone, "name", "Marie")
		if !fail.Is(err, fail.Denied) || !strings.Contains(err.Error(), "erased on 2025-03-25") {
			t.Errorf("sealing again: %v", err)
		}
		if at, erased, err := k.Erased(t.Context(), gone); err != nil || !erased || !at.Equal(told) {
			t.Errorf("erased at %v, %v, %v", at, erased, err)
		}
		if _, erased, err := k.Erased(t.Context(), kept); err != nil || erased {
			t.Errorf("another person: %v, %v", erased, err)
		}
	}
	look(k)
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	look(openKeys(t, dir))
}

func TestAnErasedPersonLeavesTheChainWhole(t *testing.T) {
	n := newNode(t, t.TempDir(), setup{})
	e := report("P-1")
	e.Fields["name"] = seal(t, n.keys, person, "name", "Marie")
	mustAppend(t, n, e)
	if err := n.keys.Erase(t.Context(), person); err != nil {
		t.Fatal(err)
	}
	mustVerify(t, n, 1)
}

func TestManyWhoSealForOnePersonShareOneKey(t *testing.T) {
	k := openKeys(t, t.TempDir())
	var wg sync.WaitGroup
	values := make([]journal.Value, 16)
	for i := range values {
		wg.Go(func() {
			var err error
			if values[i], err = k.Seal(t.Context(), person, "name", "Marie"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, v := range values {
		if !bytes.Equal(v.Sealed, values[0].Sealed) {
			t.Fatal("two keys for one person")
		}
	}
}

func storedKey(t *testing.T, dir, subject string) (key []byte) {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(dir, "persons.db"), store.Options{Migrations: os.DirFS("persons"), Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(t.Context(), "SELECT key FROM person WHERE subject = ?", subject).Scan(&key)
	})
	if err != nil || len(key) != 72 { // nonce, key, tag
		t.Fatal(key, err)
	}
	return key
}

func inFiles(t *testing.T, dir string, want []byte) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, want) {
			return true
		}
	}
	return false
}
