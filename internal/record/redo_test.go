package record_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/store"
)

// many are entries made up as they are read.
type many struct {
	p    *pen
	n    int
	stop int // the reading breaks off before this one; 0 for never
}

func (m many) All(ctx context.Context, _ int64, fn func(journal.Stored) error) error {
	for i := range m.n {
		if i+1 == m.stop {
			return errors.New("broken off")
		}
		e := m.p.write(i, journal.Entry{Ref: fmt.Sprint("r", i), Fields: fields("persons", "1")})
		e.Pos = int64(i + 1)
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// TestARebuildWhoseIndexCannotBeWrittenEnds with the error, and does not wait
// for ever for a writer that has ended.
func TestARebuildWhoseIndexCannotBeWrittenEnds(t *testing.T) {
	b := newBench(t, t.TempDir())
	done := make(chan error, 1)
	go func() {
		done <- b.Rebuild(t.Context(), many{p: &pen{t: t}, n: 30001}, func(n int64) {
			if n == 10000 {
				_ = b.search.Close()
			}
		})
	}()
	select {
	case err := <-done:
		if err == nil {
			t.Error("no error, though the index could not be written")
		}
	case <-time.After(time.Minute):
		t.Fatal("the rebuild hangs")
	}
}

// TestARebuildThatWasBrokenOffIsAskedForAgain: what it had emptied would else be
// missing without anybody being told.
func TestARebuildThatWasBrokenOffIsAskedForAgain(t *testing.T) {
	versions := map[string]string{"m": "0123456789abcdef"}
	for _, stop := range []int{1, 10005} {
		dir := t.TempDir()
		b := newBench(t, dir)
		b.put((&pen{t: t, node: 1}).write(1, journal.Entry{Ref: "a", Fields: fields("persons", "1")}))
		if err := b.FoldedWith(t.Context(), versions); err != nil {
			t.Fatal(err)
		}
		if again, err := b.Outdated(t.Context(), versions); again || err != nil {
			t.Fatalf("outdated before: %v %v", again, err)
		}
		if err := b.Rebuild(t.Context(), many{p: &pen{t: t}, n: 10010, stop: stop}, nil); err == nil {
			t.Fatal("it was not broken off")
		}
		b.close()
		b = newBench(t, dir)
		b.pos = 1
		if again, err := b.Outdated(t.Context(), versions); !again || err != nil {
			t.Errorf("broken off at %d: outdated %v %v, want true", stop, again, err)
		}
		if err := b.Rebuild(t.Context(), (*stored)(b), nil); err != nil {
			t.Fatal(err)
		}
		if again, err := b.Outdated(t.Context(), versions); again || err != nil {
			t.Errorf("after it was done: outdated %v %v, want false", again, err)
		}
		page, err := b.List(t.Context(), record.Query{Mission: "m", Kind: "movement"})
		if err != nil || len(page.Versions) != 1 {
			t.Errorf("%d records %v, want the one there is", len(page.Versions), err)
		}
		b.close()
	}
}

// TestSeveralFoldsBeforeTheWatchersAreTold happens when the entries of another
// node are taken one by one because some of them cannot be folded.
func TestSeveralFoldsBeforeTheWatchersAreTold(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	var told []record.Changed
	b.OnChange(func(c []record.Changed) { told = append(told, c...) })
	var all []journal.Stored
	for i := range 3 {
		e := p.write(i, journal.Entry{Ref: fmt.Sprint("r", i), Fields: fields("summary", "convoy")})
		e.Pos = int64(i + 1)
		all = append(all, e)
		err := b.db.Write(t.Context(), func(tx *store.Tx) error {
			if err := insert(t.Context(), tx, e); err != nil {
				return err
			}
			return errors.Join(b.Fold(t.Context(), tx, all[i:]), map[bool]error{true: errors.New("disk full")}[i == 2])
		})
		if (err != nil) != (i == 2) {
			t.Fatal(err)
		}
	}
	b.Committed(all[:2])
	page, err := b.List(t.Context(), record.Query{Mission: "m", Text: "convoy"})
	if n := len(page.Versions); err != nil || n != 2 || len(told) != 2 {
		t.Errorf("%d found, %v, %d told of; want both that were stored", n, err, len(told))
	}
}

// TestARecordOfANewKindAfterACommitThatFailed: what the failed transaction made
// must not be taken for stored, or the record would have no kind to be found by.
func TestARecordOfANewKindAfterACommitThatFailed(t *testing.T) {
	dir := t.TempDir()
	b, p := newBench(t, dir), &pen{t: t}
	full := errors.New("disk full")
	e := p.write(1, journal.Entry{Ref: "a", Fields: fields("persons", "1")})
	e.Pos = 1
	for _, whole := range []bool{true, false} { // folded and not committed, or not even folded
		batch := []journal.Stored{e}
		if !whole {
			batch = append(batch, journal.Stored{}) // no body: cannot be folded
		}
		err := b.db.Write(t.Context(), func(tx *store.Tx) error { return errors.Join(b.Fold(t.Context(), tx, batch), full) })
		if !errors.Is(err, full) {
			t.Fatal(err)
		}
	}
	b.put(p.write(2, journal.Entry{Kind: "other", Ref: "b", Fields: fields("persons", "2")}))
	b.put(e)
	b.close()
	b = newBench(t, dir)
	v, err := b.Get(t.Context(), key("a"), record.AsOf{})
	if err != nil || v.Text("persons") != "1" {
		t.Errorf("after a restart: %v %v, want the record that was stored", v.Fields, err)
	}
}
