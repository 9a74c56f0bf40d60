package record_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
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
