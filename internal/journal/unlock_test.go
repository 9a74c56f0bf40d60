package journal_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/crypto/chacha20poly1305"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

// cheap makes tests of passphrases quick.
func cheap() journal.Cost { return journal.Cost{Passes: 1, MemoryKiB: 64, Threads: 1} }

func words(text string) journal.Unlock {
	return journal.Unlock{Passphrase: []byte(text), Cost: cheap()}
}

func file(letter string) journal.Unlock {
	return journal.Unlock{KeyFile: []byte(strings.Repeat(letter, 32))}
}

const passphrase = "five words nobody has said"

func unlock(t *testing.T, dir string, u ...journal.Unlock) *journal.Keys {
	t.Helper()
	k, err := journal.OpenKeys(t.Context(), dir, now, u...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.Close() })
	return k
}

// opens says whether the folder opens with u, and that value then reads as Marie.
func opens(t *testing.T, dir string, value journal.Value, u ...journal.Unlock) bool {
	t.Helper()
	k, err := journal.OpenKeys(t.Context(), dir, now, u...)
	if fail.Is(err, fail.Denied) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if got, err := k.Open(t.Context(), value, "name"); err != nil || got != "Marie" {
		t.Fatalf("opened, but the value reads %q, %v", got, err)
	}
	return true
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAProtectedFolderOpensWithItsSecretsOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k := unlock(t, dir, words(passphrase))
	node, v := k.Node(), seal(t, k, person, "name", "Marie")
	must(t, k.Protect(t.Context(), file("k")))
	must(t, k.Close())
	both := words(passphrase)
	both.KeyFile = file("x").KeyFile
	for _, c := range []struct {
		name string
		with []journal.Unlock
		want bool
	}{
		{"nothing", nil, false},
		{"the passphrase", []journal.Unlock{words(passphrase)}, true},
		{"the key file", []journal.Unlock{file("k")}, true},
		{"another passphrase", []journal.Unlock{words(passphrase + "!")}, false},
		{"another key file", []journal.Unlock{file("x")}, false},
		{"the passphrase beside another key file", []journal.Unlock{both}, true},
		{"the passphrase as a key file", []journal.Unlock{{KeyFile: []byte(passphrase)}}, false},
	} {
		if got := opens(t, dir, v, c.with...); got != c.want {
			t.Errorf("with %s: %v", c.name, got)
		}
	}
	s, err := journal.Protection(dir)
	if err != nil || !s.Protected() || !s.Made || s.Node != node || s.Cost != cheap() ||
		!slices.Equal(s.Slots, []string{journal.SlotKeyFile, journal.SlotPassphrase}) {
		t.Errorf("the state without a secret: %+v, %v", s, err)
	}
}

func TestAWrongSecretIsToldTheSameWhateverIsWrong(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	must(t, unlock(t, dir, words(passphrase)).Close())
	var said []string
	for _, u := range []journal.Unlock{words("another passphrase"), file("x"), words("short")} {
		_, err := journal.OpenKeys(t.Context(), dir, now, u)
		if !fail.Is(err, fail.Denied) || fail.HintOf(err) == "" {
			t.Fatalf("%v", err)
		}
		said = append(said, err.Error())
	}
	if len(slices.Compact(said)) != 1 {
		t.Errorf("%q", said)
	}
}

func TestASecretThatIsTooShortIsRefused(t *testing.T) {
	for name, u := range map[string]journal.Unlock{
		"a short passphrase": words("eleven char"),
		"a short key file":   {KeyFile: make([]byte, 31)},
		"a huge key file":    {KeyFile: make([]byte, 65<<10)},
		"no secret":          {},
		"an absurd cost":     {Passphrase: []byte(passphrase), Cost: journal.Cost{Passes: 1, MemoryKiB: 1 << 30, Threads: 1}},
	} {
		k := unlock(t, t.TempDir())
		if err := k.Protect(t.Context(), u); err == nil || fail.HintOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAChangedPassphraseLeavesTheOldOneUseless(t *testing.T) {
	dir := t.TempDir()
	k := unlock(t, dir, words(passphrase))
	v, secret := seal(t, k, person, "name", "Marie"), k.Secret("forms")
	must(t, k.Protect(t.Context(), words("quite another passphrase")))
	if !bytes.Equal(secret, k.Secret("forms")) || bytes.Equal(secret, k.Secret("sessions")) || len(secret) != 32 {
		t.Error("the secrets of purposes are not what they should be")
	}
	must(t, k.Close())
	if k.Secret("forms") != nil {
		t.Error("closed keys give a secret away")
	}
	if opens(t, dir, v, words(passphrase)) || !opens(t, dir, v, words("quite another passphrase")) {
		t.Error("the passphrase did not change")
	}
	k = unlock(t, dir, words("quite another passphrase"))
	must(t, k.Unprotect(t.Context()))
	must(t, k.Close())
	if !opens(t, dir, v) {
		t.Error("an open folder asks for a secret")
	}
}

func TestANewMasterKeyMakesAnOldCopyOfTheSlotsUseless(t *testing.T) {
	dir := t.TempDir()
	k := unlock(t, dir, words(passphrase))
	v, secret := seal(t, k, person, "name", "Marie"), k.Secret("forms")
	old, err := os.ReadFile(filepath.Join(dir, "unlock.json"))
	must(t, err)
	must(t, k.Remaster(t.Context(), file("n")))
	late := seal(t, k, "demo/person/P-2", "name", "Marie")
	if bytes.Equal(secret, k.Secret("forms")) {
		t.Error("the secrets of purposes are the old ones")
	}
	must(t, k.Close())
	if opens(t, dir, v, words(passphrase)) || !opens(t, dir, v, file("n")) || !opens(t, dir, late, file("n")) {
		t.Error("the folder opens with the wrong secret")
	}
	must(t, os.WriteFile(filepath.Join(dir, "unlock.json"), old, 0o600))
	if _, err := journal.OpenKeys(t.Context(), dir, now, words(passphrase)); !fail.Is(err, fail.Damaged) {
		t.Errorf("with the slots of before: %v", err)
	}
}

// A power cut may come between any two files; the folder as it was at each
// moment must open with the new secret and have nothing left under the old key.
func TestAChangeOfTheMasterKeyThatWasBrokenOffIsFinished(t *testing.T) {
	before, dir := t.TempDir(), t.TempDir()
	k := unlock(t, before, words(passphrase))
	v := seal(t, k, person, "name", "Marie")
	must(t, k.Close())
	copyKeys(t, before, dir)
	k = unlock(t, dir, words(passphrase))
	half := filepath.Join(t.TempDir(), "half")
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // the transaction over persons is refused
	if err := k.Remaster(ctx, words("quite another passphrase")); err == nil {
		t.Fatal("the change was not broken off")
	}
	must(t, k.Close())
	copyKeys(t, dir, half)
	var l struct{ Previous []byte }
	raw, err := os.ReadFile(filepath.Join(half, "unlock.json"))
	must(t, err)
	must(t, json.Unmarshal(raw, &l))
	if l.Previous == nil {
		t.Fatal("nothing was under way, so the test would prove nothing")
	}
	if opens(t, half, v, words(passphrase)) || !opens(t, half, v, words("quite another passphrase")) {
		t.Error("half changed, it does not open as it should")
	}
	raw, err = os.ReadFile(filepath.Join(half, "unlock.json"))
	must(t, err)
	if bytes.Contains(raw, []byte("previous")) || !opens(t, half, v, words("quite another passphrase")) {
		t.Error("the change was not finished")
	}
}

func copyKeys(t *testing.T, from, to string) {
	t.Helper()
	must(t, os.CopyFS(to, os.DirFS(from)))
	must(t, os.Chmod(filepath.Join(to, "node.key"), 0o600))
}

// oldFolder is a folder as version 1 made it: all keys in plain.
func oldFolder(t *testing.T, dir string) (seed, key []byte, v journal.Value) {
	t.Helper()
	first, err := os.ReadFile("persons/0001_person.sql")
	must(t, err)
	db, err := store.Open(t.Context(), filepath.Join(dir, "persons.db"), store.Options{
		Migrations: fstest.MapFS{"0001_person.sql": {Data: first}}, SecureDelete: true,
	})
	must(t, err)
	key = bytes.Repeat([]byte{0xa7, 0x1c, 0x5e, 0x93}, 8)
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		for i := range 200 {
			one := bytes.Clone(key)
			one[31] = byte(i)
			subject := person
			if i > 0 {
				subject += string(rune('a'+i%26)) + string(rune('a'+i/26))
			}
			if _, err := tx.Exec(t.Context(), "INSERT INTO person (subject, key) VALUES (?, ?)", subject, one); err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, db.Close())
	key[31] = 0
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("name\x00Marie"))
	nonce := mac.Sum(nil)[:24]
	aead, err := chacha20poly1305.NewX(key)
	must(t, err)
	v = journal.Value{Subject: person, Sealed: aead.Seal(nonce, nonce, []byte("Marie"), []byte(person+"\x00name"))}
	seed = bytes.Repeat([]byte{0xc4, 0x0b, 0x77, 0xd2}, 8)
	must(t, os.WriteFile(filepath.Join(dir, "node.key"), []byte(hex.EncodeToString(seed)+"\n"), 0o600))
	return seed, key, v
}

func TestThePlainKeysOfAnOlderFolderAreWrappedAndGone(t *testing.T) {
	dir := t.TempDir()
	seed, key, v := oldFolder(t, dir)
	name := journal.NodeID(ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
	if !inFiles(t, dir, key[:31]) || !inFiles(t, dir, []byte(hex.EncodeToString(seed))) {
		t.Fatal("the keys were never in the files, so the test would prove nothing")
	}
	// A secret that happens to be there protects nothing that nobody asked for.
	k := unlock(t, dir, words(passphrase))
	if k.Node() != name {
		t.Error("the node has another name")
	}
	open, err := os.ReadFile(filepath.Join(dir, "unlock.json"))
	must(t, err)
	var l struct{ Slots []struct{ Key []byte } }
	must(t, json.Unmarshal(open, &l))
	if s, err := journal.Protection(dir); err != nil || s.Protected() || s.Unwrapped || len(l.Slots[0].Key) != 32 {
		t.Errorf("%+v, %v", s, err)
	}
	must(t, k.Protect(t.Context(), words(passphrase)))
	must(t, k.Close())
	for what, raw := range map[string][]byte{
		"a person's key": key[:31], "the seed": seed, "the seed in hexadecimal": []byte(hex.EncodeToString(seed)),
		"the open master key": l.Slots[0].Key, "the open slot": []byte(`"key"`),
	} {
		if inFiles(t, dir, raw) {
			t.Errorf("%s is still in the files", what)
		}
	}
	if opens(t, dir, v) || !opens(t, dir, v, words(passphrase)) {
		t.Error("it does not open as it should")
	}
	// Somebody has a copy from when it lay open.
	must(t, os.WriteFile(filepath.Join(dir, "unlock.json"), open, 0o600))
	if _, err := journal.OpenKeys(t.Context(), dir, now); !fail.Is(err, fail.Damaged) {
		t.Errorf("with the open slot of before: %v", err)
	}
}

func TestFilesThatDoNotBelongTogetherAreTold(t *testing.T) {
	for name, spoil := range map[string]func(dir string) error{
		"unlock.json is missing":   func(dir string) error { return os.Remove(filepath.Join(dir, "unlock.json")) },
		"unlock.json is cut short": func(dir string) error { return os.Truncate(filepath.Join(dir, "unlock.json"), 20) },
		"node.key is cut short":    func(dir string) error { return os.Truncate(filepath.Join(dir, "node.key"), 100) },
		"unlock.json asks for too much": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "unlock.json"), []byte(
				`{"version":1,"slots":[{"kind":"passphrase","argon2id":{"passes":4000000000,"memory-kib":4000000000,"threads":1}}]}`), 0o600)
		},
	} {
		dir := t.TempDir()
		must(t, unlock(t, dir, words(passphrase)).Close())
		must(t, spoil(dir))
		if _, err := journal.OpenKeys(t.Context(), dir, now, words(passphrase)); !fail.Is(err, fail.Damaged) || fail.HintOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A wrapped key must not open in the place of another person's.
func TestKeysThatWereExchangedDoNotOpen(t *testing.T) {
	dir := t.TempDir()
	k := unlock(t, dir)
	v := seal(t, k, person, "name", "Marie")
	seal(t, k, "demo/person/P-2", "name", "Marie")
	must(t, k.Close())
	db, err := store.Open(t.Context(), filepath.Join(dir, "persons.db"), store.Options{Migrations: os.DirFS("persons")})
	must(t, err)
	must(t, db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE person SET key = (SELECT key FROM person WHERE subject = 'demo/person/P-2') WHERE subject = ?", person)
		return err
	}))
	must(t, db.Close())
	if _, err := unlock(t, dir).Open(t.Context(), v, "name"); !fail.Is(err, fail.Damaged) {
		t.Errorf("%v", err)
	}
}

// seedOf reads the node's seed from an open folder as docs/formats/keys.md says.
func seedOf(t *testing.T, dir string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "unlock.json"))
	must(t, err)
	var l struct{ Slots []struct{ Key []byte } }
	must(t, json.Unmarshal(raw, &l))
	text, err := os.ReadFile(filepath.Join(dir, "node.key"))
	must(t, err)
	part := strings.Fields(string(text))
	if len(part) != 3 || part[0] != "konbit-node-key-1" {
		t.Fatalf("node.key is %q", text)
	}
	aead, err := chacha20poly1305.NewX(l.Slots[0].Key)
	must(t, err)
	wrapped := mustHex(t, part[2])
	seed, err := aead.Open(nil, wrapped[:24], wrapped[24:], []byte("konbit node 1\x00"+part[1]))
	must(t, err)
	return seed
}

func BenchmarkUnlockWithAPassphrase(b *testing.B) {
	dir := b.TempDir()
	u := journal.Unlock{Passphrase: []byte(passphrase)}
	for b.Loop() {
		k, err := journal.OpenKeys(b.Context(), dir, now, u)
		if err != nil {
			b.Fatal(err)
		}
		_ = k.Close()
	}
}

// BenchmarkOpenWithAColdKey is a value whose person's key is not in memory yet.
func BenchmarkOpenWithAColdKey(b *testing.B) {
	dir := b.TempDir()
	k, err := journal.OpenKeys(b.Context(), dir, now)
	if err != nil {
		b.Fatal(err)
	}
	defer k.Close()
	const persons = 30_000 // more than are kept in memory
	var values []journal.Value
	for i := range persons {
		v, err := k.Seal(b.Context(), "demo/person/"+hex.EncodeToString([]byte{byte(i >> 16), byte(i >> 8), byte(i)}), "name", "Marie")
		if err != nil {
			b.Fatal(err)
		}
		values = append(values, v)
	}
	i := 0
	for b.Loop() {
		if _, err := k.Open(b.Context(), values[i%persons], "name"); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
