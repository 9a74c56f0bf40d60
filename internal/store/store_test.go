package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

var posts = fstest.MapFS{
	"0001_post.sql": {Data: []byte("CREATE TABLE post (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;\n")},
}

func open(t *testing.T, path string, opt store.Options) *store.DB {
	t.Helper()
	if opt.Migrations == nil {
		opt.Migrations = posts
	}
	db, err := store.Open(t.Context(), path, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func add(ctx context.Context, db *store.DB, names ...string) error {
	return db.Write(ctx, func(tx *store.Tx) error {
		for _, name := range names {
			if _, err := tx.Exec(ctx, "INSERT INTO post (name) VALUES (?)", name); err != nil {
				return err
			}
		}
		return nil
	})
}

func names(t *testing.T, db *store.DB) []string {
	t.Helper()
	var all []string
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Query(t.Context(), "SELECT name FROM post ORDER BY id")
		if err != nil {
			return err
		}
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			all = append(all, name)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatWasWrittenIsThereAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c%.db")
	db := open(t, path, store.Options{})
	if err := add(t.Context(), db, "Alpha", "Bravo"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the write-ahead log is still beside the closed file: %v", err)
	}
	if diff := cmp.Diff([]string{"Alpha", "Bravo"}, names(t, open(t, path, store.Options{}))); diff != "" {
		t.Error(diff)
	}
}

func TestAFailedTransactionLeavesNothing(t *testing.T) {
	boom := errors.New("boom")
	faulty := false
	db := open(t, filepath.Join(t.TempDir(), "x.db"), store.Options{Fault: func(point string) error {
		if faulty && point == "commit" {
			return boom
		}
		return nil
	}})
	if err := add(t.Context(), db, "Alpha", "Alpha"); err == nil {
		t.Error("the same name twice was taken")
	}
	faulty = true
	if err := add(t.Context(), db, "Alpha"); !errors.Is(err, boom) {
		t.Errorf("want the fault, got %v", err)
	}
	faulty = false
	func() {
		defer func() { _ = recover() }()
		_ = db.Write(t.Context(), func(tx *store.Tx) error {
			_, _ = tx.Exec(t.Context(), "INSERT INTO post (name) VALUES ('Panic')")
			panic("boom")
		})
	}()
	if err := add(t.Context(), db, "Bravo"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Bravo"}, names(t, db)); diff != "" {
		t.Error(diff)
	}
}

func TestAReaderSeesOneSnapshotAndDoesNotWait(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"), store.Options{})
	if err := add(t.Context(), db, "Alpha"); err != nil {
		t.Fatal(err)
	}
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		count := func() (n int, err error) {
			return n, tx.QueryRow(t.Context(), "SELECT count(*) FROM post").Scan(&n)
		}
		before, err := count()
		if err != nil {
			return err
		}
		if err := add(t.Context(), db, "Bravo"); err != nil {
			return fmt.Errorf("a reader stopped the writer: %w", err)
		}
		after, err := count()
		if err != nil {
			return err
		}
		if before != 1 || after != 1 {
			t.Errorf("one snapshot gave %d, then %d", before, after)
		}
		if _, err := tx.Exec(t.Context(), "INSERT INTO post (name) VALUES ('Charlie')"); err == nil {
			t.Error("a reader wrote")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAQueryMayRunInsideItself(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"), store.Options{})
	if err := add(t.Context(), db, "Alpha", "Bravo"); err != nil {
		t.Fatal(err)
	}
	var pairs []string
	const query = "SELECT name FROM post WHERE id > ? ORDER BY id;\n"
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		outer, err := tx.Query(t.Context(), query, 0)
		if err != nil {
			return err
		}
		for outer.Next() {
			inner, err := tx.Query(t.Context(), query, 0)
			if err != nil {
				return err
			}
			for inner.Next() {
				var a, b string
				if err := errors.Join(outer.Scan(&a), inner.Scan(&b)); err != nil {
					return err
				}
				pairs = append(pairs, a+b)
			}
		}
		left, err := tx.Query(t.Context(), query, 0) // left open on purpose
		if err == nil {
			left.Next()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"AlphaAlpha", "AlphaBravo", "BravoAlpha", "BravoBravo"}
	if diff := cmp.Diff(want, pairs); diff != "" {
		t.Error(diff)
	}
	if err := add(t.Context(), db, "Charlie"); err != nil {
		t.Errorf("after a query was left open: %v", err)
	}
}

func TestManyDifferentTextsDoNotPileUp(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"), store.Options{Readers: 1})
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		for i := range 2000 {
			var n int
			if err := tx.QueryRow(t.Context(), fmt.Sprintf("SELECT %d", i)).Scan(&n); err != nil || n != i {
				return fmt.Errorf("%d: got %d: %w", i, n, err)
			}
		}
		return tx.QueryRow(t.Context(), "SELECT 1 WHERE 0").Scan(new(int))
	})
	if !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("no row: %v", err)
	}
}

func TestManyWritersAndReadersAtOnce(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"), store.Options{})
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := range 10 {
				if err := add(t.Context(), db, fmt.Sprintf("%d/%d", w, i)); err != nil {
					t.Error(err)
				}
				_ = names(t, db)
			}
		})
	}
	wg.Wait()
	if got := len(names(t, db)); got != 160 {
		t.Errorf("got %d, want 160", got)
	}
}

func TestACallerWhoGivesUpDoesNotWaitAndSpoilsNothing(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"), store.Options{Readers: 1})
	for range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		err := db.Write(t.Context(), func(*store.Tx) error { return add(ctx, db, "Alpha") })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("want the deadline, got %v", err)
		}
		cancel()
		ctx, cancel = context.WithTimeout(t.Context(), 5*time.Millisecond)
		err = db.Read(ctx, func(tx *store.Tx) error {
			_, err := tx.Query(ctx, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT count(*) FROM n")
			return err
		})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("want the deadline, got %v", err)
		}
		cancel()
		if got := names(t, db); len(got) != 0 { // on the same connection
			t.Errorf("got %v", got)
		}
	}
	if err := add(t.Context(), db, "Bravo"); err != nil {
		t.Error(err)
	}
}

func TestFilesThatAreNotOursAreRefused(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	newer := filepath.Join(dir, "newer.db")
	open(t, newer, store.Options{Migrations: fstest.MapFS{
		"0001_post.sql": posts["0001_post.sql"], "0002_more.sql": {Data: []byte("CREATE TABLE more (id INTEGER) STRICT")},
	}})
	foreign := filepath.Join(dir, "foreign.db")
	raw, err := sql.Open("sqlite", foreign)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(ctx, "CREATE TABLE theirs (id INTEGER)"); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte("This is a letter and no database, whatever its name may say to you."), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fail.Kind{newer: fail.Invalid, foreign: fail.Invalid, text: fail.Damaged} {
		_, err := store.Open(ctx, name, store.Options{Migrations: posts})
		if !fail.Is(err, want) || fail.HintOf(err) == "" {
			t.Errorf("%s: want %v with a hint, got %v", filepath.Base(name), want, err)
		}
	}
	if _, err := store.Open(ctx, filepath.Join(dir, "none.db"), store.Options{ReadOnly: true}); !fail.Is(err, fail.NotFound) {
		t.Errorf("no file: %v", err)
	}
}

func TestReadingOnlyDoesNotWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	if err := add(t.Context(), open(t, path, store.Options{}), "Alpha"); err != nil {
		t.Fatal(err)
	}
	db := open(t, path, store.Options{ReadOnly: true})
	if err := add(t.Context(), db, "Bravo"); !fail.Is(err, fail.Denied) {
		t.Errorf("want denied, got %v", err)
	}
	if diff := cmp.Diff([]string{"Alpha"}, names(t, db)); diff != "" {
		t.Error(diff)
	}
}

func TestAMigrationThatFailsIsNotHalfDone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	open(t, path, store.Options{})
	bad := fstest.MapFS{
		"0001_post.sql": posts["0001_post.sql"],
		"0002_bad.sql":  {Data: []byte("CREATE TABLE half (id INTEGER) STRICT; CREATE TABLE half (id INTEGER) STRICT;")},
	}
	if _, err := store.Open(t.Context(), path, store.Options{Migrations: bad}); err == nil {
		t.Fatal("the bad migration passed")
	}
	bad["0002_bad.sql"] = &fstest.MapFile{Data: []byte("CREATE TABLE half (id INTEGER) STRICT")}
	if err := add(t.Context(), open(t, path, store.Options{Migrations: bad}), "Alpha"); err != nil {
		t.Fatal(err)
	}
}

func TestTheListOfMigrationsHasNoGaps(t *testing.T) {
	for _, name := range []string{"0002_gap.sql", "1_short.sql", "0001.sql"} {
		files := fstest.MapFS{name: {Data: []byte("SELECT 1")}}
		if _, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), store.Options{Migrations: files}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "konbit.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Read(t.Context(), func(*store.Tx) error { return nil }); !fail.Is(err, fail.Unavailable) {
		t.Errorf("after Close: %v", err)
	}
}
