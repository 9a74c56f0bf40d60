package journal_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

func TestVerifyPlacesAChangeOfAnyColumn(t *testing.T) {
	cases := []struct {
		name, change string
		pos          int64
		where        string
	}{
		{"a byte of a body", "UPDATE entry SET body = CAST(substr(body, 1, 100) || x'01' || substr(body, 102) AS BLOB) WHERE pos = 3", 3, "id"},
		{"a body for another", "UPDATE entry SET body = (SELECT body FROM entry WHERE pos = 2) WHERE pos = 3", 3, "chain"},
		{"an empty body", "UPDATE entry SET body = x'' WHERE pos = 3", 3, "body"},
		{"a signature", "UPDATE entry SET sig = zeroblob(64) WHERE pos = 3", 3, "signature"},
		{"a short signature", "UPDATE entry SET sig = x'00' WHERE pos = 3", 3, "signature"},
		{"an id", "UPDATE entry SET id = zeroblob(32) WHERE pos = 3", 3, "id"},
		{"the beginning of an id", "UPDATE entry SET id8 = id8 + 1 WHERE pos = 3", 3, "index"},
		{"a number", "UPDATE entry SET seq = 77 WHERE pos = 3", 3, "column"},
		{"a node", "INSERT INTO node (id, key) VALUES (9, zeroblob(32)); UPDATE entry SET node = 9 WHERE pos = 3", 3, "column"},
		{"an entry taken out", "DELETE FROM entry WHERE pos = 3", 3, "file"},
		{"the order", "UPDATE entry SET pos = 99 WHERE pos = 2; UPDATE entry SET pos = 2 WHERE pos = 3; UPDATE entry SET pos = 3 WHERE pos = 99", 2, "chain"},
		{"the last entry cut off", "DELETE FROM entry WHERE pos = 5", 0, "end"},
		{"the record of the end", "UPDATE head SET seq = 4", 0, "end"},
		{"no record of the end", "DELETE FROM head", 0, "end"},
		{"the key of the node", "UPDATE node SET key = zeroblob(32)", 1, "column"},
		{"the mark", "UPDATE journal_meta SET value = value + 1", 0, "mark"},
		{"no mark", "DELETE FROM journal_meta", 0, "mark"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			n := newNode(t, t.TempDir(), setup{})
			mustAppend(t, n, report("1"), report("2"), report("3"), report("4"), report("5"))
			mustVerify(t, n, 5)
			change(t, n, c.change)
			r, err := n.Verify(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			found := slices.ContainsFunc(r.Faults, func(f journal.Fault) bool { return f.Pos == c.pos && f.Where == c.where })
			if !found {
				t.Errorf("want a fault of the %s at position %d, got %v", c.where, c.pos, r.Faults)
			}
			for _, f := range r.Faults {
				if f.Pos != 0 && c.pos != 0 && c.name != "the key of the node" && c.name != "the order" &&
					c.name != "a body for another" && c.name != "an entry taken out" && f.Pos != c.pos {
					t.Errorf("a fault where there is none: %v", f)
				}
			}
		})
	}
}

func change(t *testing.T, n *node, statements string) {
	t.Helper()
	err := n.db.Write(t.Context(), func(tx *store.Tx) error {
		for s := range bytes.SplitSeq([]byte(statements), []byte("; ")) {
			if _, err := tx.Exec(t.Context(), string(s)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A forger who has the file but not the key makes everything fit but the signature.
func TestAForgedEntryThatFitsInEverythingElseIsFound(t *testing.T) {
	n := newNode(t, t.TempDir(), setup{})
	stored := mustAppend(t, n, report("1"), report("2"))
	forged := stored[1].Entry
	forged.Fields["killed"] = journal.Value{Text: "12"}
	body, err := forged.Encode()
	if err != nil {
		t.Fatal(err)
	}
	id := hashOf(body)
	err = n.db.Write(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Exec(t.Context(), "UPDATE head SET id = ?", id[:]); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), "UPDATE entry SET body = ?, id = ?, id8 = ? WHERE pos = 2", body, id[:], first8(id))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := n.Verify(t.Context(), nil)
	want := []journal.Fault{{Pos: 2, Node: n.Node(), Seq: 2, Where: "signature", Why: "it is not the node's signature of the body"}}
	if diff := cmp.Diff(want, r.Faults); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// A node that holds its key can sign anything, but it cannot make another chain
// of it: each entry must still stand where it says.
func TestASignedEntryThatDoesNotStandInItsChainIsFound(t *testing.T) {
	cases := map[string]func(e, first *journal.Entry){
		"chain": func(e, _ *journal.Entry) { e.Prev = journal.ID{7} },
		"clock": func(e, first *journal.Entry) { e.Clock = first.Clock },
	}
	for where, spoil := range cases {
		t.Run(where, func(t *testing.T) {
			n := newNode(t, t.TempDir(), setup{})
			stored := mustAppend(t, n, report("1"), report("2"))
			e := stored[1].Entry
			spoil(&e, &stored[0].Entry)
			body, err := e.Encode()
			if err != nil {
				t.Fatal(err)
			}
			id, sig := hashOf(body), signAs(t, n, body)
			err = n.db.Write(t.Context(), func(tx *store.Tx) error {
				for q, args := range map[string][]any{
					"UPDATE entry SET body = ?, id = ?, id8 = ?, sig = ? WHERE pos = 2": {body, id[:], first8(id), sig},
					"UPDATE head SET id = ?":            {id[:]},
					"UPDATE journal_meta SET value = ?": {int64(e.Clock)},
				} {
					if _, err := tx.Exec(t.Context(), q, args...); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			r, err := n.Verify(t.Context(), nil)
			if err != nil || len(r.Faults) != 1 || r.Faults[0].Pos != 2 || r.Faults[0].Where != where {
				t.Errorf("want one fault of the %s at position 2, got %v, %v", where, r.Faults, err)
			}
			reader := newNode(t, t.TempDir(), setup{})
			good := journal.Raw{Body: mustEncode(t, stored[0]), Signature: stored[0].Signature}
			if _, rejected := accept(t, reader, good, journal.Raw{Body: body, Signature: sig}); len(rejected) != 1 {
				t.Errorf("another node took it: %v", rejected)
			}
		})
	}
}

// signAs signs a body with the key of a node.
func signAs(t *testing.T, n *node, body []byte) []byte {
	t.Helper()
	key := ed25519.NewKeyFromSeed(seedOf(t, filepath.Join(n.dir, "keys")))
	return ed25519.Sign(key, append([]byte("konbit entry 1\x00"), body...))
}

// flipped is a closed journal and what was in it.
type flipped struct {
	file []byte
	keys *journal.Keys
	want []journal.Stored
	dir  string
}

func closedJournal(t *testing.T) *flipped {
	t.Helper()
	dir := t.TempDir()
	n, err := openNode(t.Context(), dir, setup{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		mustAppend(t, n, report(fmt.Sprint("incident-", i)))
	}
	f := &flipped{keys: n.keys, want: all(t, n), dir: t.TempDir()}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if err := n.db.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.keys.Close() })
	if f.file, err = os.ReadFile(filepath.Join(dir, "konbit.db")); err != nil {
		t.Fatal(err)
	}
	return f
}

// flip changes one byte of the file and looks: faults is what verify found, or
// one fault when the file does not open at all; got is what can still be read.
func (f *flipped) flip(t *testing.T, offset int) (faults []journal.Fault, got []journal.Stored) {
	t.Helper()
	path := filepath.Join(f.dir, fmt.Sprint(offset, ".db"))
	file := slices.Clone(f.file)
	file[offset] ^= 1 << (offset % 8)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path)
	refused := func(err error) ([]journal.Fault, []journal.Stored) {
		return []journal.Fault{{Where: "file", Why: err.Error()}}, nil
	}
	db, err := store.Open(t.Context(), path, store.Options{Readers: 1})
	if err != nil {
		return refused(err)
	}
	defer db.Close()
	j, err := journal.Open(t.Context(), journal.Options{DB: db, Keys: f.keys, Now: now})
	if err != nil {
		return refused(err)
	}
	defer j.Close()
	r, err := j.Verify(t.Context(), nil)
	if err != nil {
		return refused(err)
	}
	_ = j.All(t.Context(), 1, func(s journal.Stored) error { got = append(got, s); return nil })
	return r.Faults, got
}

func TestOneFlippedByteOfAnEntryInTheFileIsFoundAndPlaced(t *testing.T) {
	f := closedJournal(t)
	const pos = 6
	s := f.want[pos-1]
	body, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	placed := func(offset int) bool {
		faults, _ := f.flip(t, offset)
		return slices.ContainsFunc(faults, func(f journal.Fault) bool { return f.Pos == pos })
	}
	for name, part := range map[string][]byte{"body": body, "signature": s.Signature, "id": s.ID[:]} {
		at := f.live(part, placed)
		if at < 0 {
			t.Fatalf("no flip of the first byte of the %s is found and placed", name)
		}
		for offset := at + 1; offset < at+len(part); offset += thin {
			if !placed(offset) {
				t.Errorf("byte %d of the %s: not found and placed", offset-at, name)
			}
		}
	}
}

// live gives the place in the file where part is in use. As SQLite divides a
// page it leaves old copies of rows in what is then unused.
func (f *flipped) live(part []byte, placed func(int) bool) int {
	for from := 0; ; {
		next := bytes.Index(f.file[from:], part)
		if next < 0 {
			return -1
		}
		if placed(from + next) {
			return from + next
		}
		from += next + 1
	}
}

// Some bytes of a file hold nothing. So the promise for all the others together
// is this: found, or of no consequence.
func TestAnyFlippedByteOfTheFileIsFoundOrLeavesEveryEntryAsItWas(t *testing.T) {
	f := closedJournal(t)
	found, harmless := 0, 0
	for offset := 0; offset < len(f.file); offset += 509 * thin {
		faults, got := f.flip(t, offset)
		if len(faults) > 0 {
			found++
			continue
		}
		harmless++
		if diff := cmp.Diff(f.want, got); diff != "" {
			t.Errorf("byte %d: not found, and yet: %s", offset, diff)
		}
	}
	if found == 0 || harmless == 0 {
		t.Errorf("found %d, harmless %d: the test does not look where it should", found, harmless)
	}
	t.Logf("of %d flips %d were found and %d hit bytes that hold nothing", found+harmless, found, harmless)
}

func TestAFileCutShortIsFound(t *testing.T) {
	f := closedJournal(t)
	for _, keep := range []int{len(f.file) - 4096, len(f.file) / 2, 4096} {
		path := filepath.Join(f.dir, fmt.Sprint("short", keep))
		if err := os.WriteFile(path, f.file[:keep], 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			if !fail.Is(err, fail.Damaged) {
				t.Errorf("%d bytes: %v", keep, err)
			}
			continue
		}
		j, err := journal.Open(t.Context(), journal.Options{DB: db, Keys: f.keys, Now: now})
		if err == nil {
			r, err := j.Verify(t.Context(), nil)
			if err == nil && len(r.Faults) == 0 {
				t.Errorf("%d bytes of %d: nothing found", keep, len(f.file))
			}
			_ = j.Close()
		} else if !fail.Is(err, fail.Damaged) {
			t.Errorf("%d bytes: %v", keep, err)
		}
		_ = db.Close()
	}
}
