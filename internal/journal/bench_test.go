package journal_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

const writers = 32

// BenchmarkAppend32Writers is what callers get: 32 of them, each waiting for its
// entry of about 600 bytes to be on the disk before it sends the next. Compare
// its entries/s with those of BenchmarkFloor, run beside it.
func BenchmarkAppend32Writers(b *testing.B) {
	commits := 0
	n := newNode(b, b.TempDir(), setup{store: store.Options{Fault: func(string) error { commits++; return nil }}})
	e := report("a")
	b.ResetTimer()
	together(b, func() error {
		_, err := n.Append(b.Context(), e)
		return err
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64(b.N)/float64(commits), "entries/commit")
}

// together has 32 goroutines share b.N calls of do.
func together(b *testing.B, do func() error) {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(b.N))
	done := make(chan error, writers)
	for range writers {
		go func() {
			for left.Add(-1) >= 0 {
				if err := do(); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range writers {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFloor is the same rows in groups of the same size, put by one
// goroutine into the same tables with nothing but database/sql: what this disk
// and this SQLite can give. No journal can be faster in groups of 32.
func BenchmarkFloor(b *testing.B) {
	ctx := b.Context()
	path := filepath.Join(b.TempDir(), "konbit.db")
	db, err := store.Open(ctx, path, store.Options{}) // makes the tables
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	bare, err := sql.Open("sqlite", path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer bare.Close()
	bare.SetMaxOpenConns(1)
	stmt, err := bare.PrepareContext(ctx, "INSERT INTO entry (pos, id, id8, node, seq, body, sig) VALUES (?, ?, ?, 1, ?, ?, ?)")
	if err != nil {
		b.Fatal(err)
	}
	body, sig := encoded(b), make([]byte, 64)
	b.ResetTimer()
	for pos := 1; pos <= b.N; {
		if pos, err = bareGroup(ctx, bare, stmt, pos, min(pos+writers, b.N+1), body, sig); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func bareGroup(ctx context.Context, bare *sql.DB, stmt *sql.Stmt, from, upto int, body, sig []byte) (int, error) {
	tx, err := bare.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	in := tx.StmtContext(ctx, stmt)
	for ; from < upto; from++ {
		id := make([]byte, 32)
		hash := uint64(from) * 0x9e3779b97f4a7c15 // spread as hashes are
		for i := range 8 {
			id[i] = byte(hash >> (8 * (7 - i)))
		}
		if _, err := in.ExecContext(ctx, from, id, int64(hash), from, body, sig); err != nil {
			return 0, err
		}
	}
	return from, tx.Commit()
}

// encoded is the body of a report, as a node's second entry.
func encoded(tb testing.TB) []byte {
	tb.Helper()
	e := report("a")
	e.Node, e.Seq, e.Prev, e.Clock = journal.NodeID{1}, 2, journal.ID{2}, 1<<56
	body, err := e.Encode()
	if err != nil {
		tb.Fatal(err)
	}
	return body
}

func BenchmarkEncode(b *testing.B) {
	e := report("a")
	e.Node, e.Seq, e.Prev, e.Clock = journal.NodeID{1}, 2, journal.ID{2}, 1<<56
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Encode(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	body := encoded(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := journal.Decode(body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAll reads a journal of 50,000 entries, as a rebuild does.
func BenchmarkAll(b *testing.B) {
	n := filled(b, 50_000)
	b.ResetTimer()
	count := 0
	for range b.N {
		if err := n.All(b.Context(), 1, func(journal.Stored) error { count++; return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(count)/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkVerify checks a journal of 50,000 entries.
func BenchmarkVerify(b *testing.B) {
	n := filled(b, 50_000)
	b.ResetTimer()
	for range b.N {
		r, err := n.Verify(b.Context(), nil)
		if err != nil || len(r.Faults) > 0 {
			b.Fatal(r.Faults, err)
		}
	}
	b.ReportMetric(50_000*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func filled(b *testing.B, count int) *node {
	b.Helper()
	n := newNode(b, b.TempDir(), setup{})
	for from := 0; from < count; from += 1000 {
		drafts := make([]journal.Entry, 0, 1000)
		for i := range 1000 {
			drafts = append(drafts, report(fmt.Sprintf("incident-%06d", from+i)))
		}
		mustAppend(b, n, drafts...)
	}
	return n
}
