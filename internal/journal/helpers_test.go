package journal_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

// node is a journal with all it stands on, in a folder.
type node struct {
	*journal.Journal
	db   *store.DB
	keys *journal.Keys
	dir  string
}

type setup struct {
	folder journal.Folder
	store  store.Options
	now    func() time.Time
	// revoked is journal.Options.Revoked
	revoked func(journal.NodeID) (uint64, bool)
}

func openNode(ctx context.Context, dir string, s setup) (*node, error) {
	if s.now == nil {
		s.now = time.Now
	}
	keys, err := journal.OpenKeys(ctx, filepath.Join(dir, "keys"), s.now)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, filepath.Join(dir, "konbit.db"), s.store)
	if err != nil {
		return nil, err
	}
	j, err := journal.Open(ctx, journal.Options{DB: db, Keys: keys, Now: s.now, Folder: s.folder, Revoked: s.revoked})
	if err != nil {
		return nil, err
	}
	return &node{Journal: j, db: db, keys: keys, dir: dir}, nil
}

func (n *node) close(t testing.TB) {
	t.Helper()
	for _, end := range []func() error{n.Close, n.db.Close, n.keys.Close} {
		if err := end(); err != nil {
			t.Error(err)
		}
	}
}

func newNode(t testing.TB, dir string, s setup) *node {
	t.Helper()
	n, err := openNode(t.Context(), dir, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.close(t) })
	return n
}

var told = time.Date(2025, 3, 25, 20, 30, 0, 0, time.UTC)

// report is a statement of about 600 bytes, as a post would send it.
func report(ref string) journal.Entry {
	return journal.Entry{
		Mission: "demo", Kind: "incident", Ref: ref, Op: journal.OpState, Actor: "duty.officer",
		Reported: told, Source: "sitrep-2025-03-25", Grade: "B2", Draft: "form-" + ref,
		Fields: map[string]journal.Value{
			"at": {Text: "2025-03-25T20:10:00Z"}, "category": {Text: "SHOOTING"},
			"place": {Text: "Post Alpha, north gate"}, "lat": {Text: "18.540000"}, "lon": {Text: "-72.340000"},
			"killed": {Text: "0"}, "injured": {Text: "2"},
			"summary": {Text: "Shots at the north gate from two vehicles. Patrol 3 answered and the vehicles left to the east. " +
				"Two officers have light injuries and were taken to the clinic by road. The gate stays closed until " +
				"the morning; the night patrol goes by the south road and reports each hour."},
		},
	}
}

func mustAppend(t testing.TB, n *node, entries ...journal.Entry) []journal.Stored {
	t.Helper()
	stored, err := n.Append(t.Context(), entries...)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func all(t testing.TB, n *node) []journal.Stored {
	t.Helper()
	var list []journal.Stored
	err := n.All(t.Context(), 1, func(s journal.Stored) error {
		list = append(list, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func mustVerify(t testing.TB, n *node, want int64) {
	t.Helper()
	r, err := n.Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Entries != want || len(r.Faults) > 0 {
		t.Errorf("want %d entries without a fault, got %d and %v", want, r.Entries, r.Faults)
	}
}

// folder counts what it is given and refuses refs that begin with "poison".
type folder struct {
	mu   sync.Mutex
	refs []string
}

func (f *folder) Fold(_ context.Context, _ *store.Tx, batch []journal.Stored) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range batch {
		if len(s.Ref) >= 6 && s.Ref[:6] == "poison" {
			return fail.Newf(fail.Invalid, "", "cannot fold %s", s.Ref)
		}
		if len(s.Signature) != 64 || s.Pos == 0 {
			return fmt.Errorf("entry %s is not whole", s.Ref)
		}
	}
	for _, s := range batch {
		f.refs = append(f.refs, s.Ref)
	}
	return nil
}

func now() time.Time { return time.Now() }

func hashOf(body []byte) journal.ID { return sha256.Sum256(body) }

func first8(id journal.ID) int64 { return int64(binary.BigEndian.Uint64(id[:8])) }
