package record_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/store"
)

// askedAgain has two readers ask until stop is called, and reports what is wrong.
func askedAgain(t *testing.T, ask func() error) (stop func()) {
	t.Helper()
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := ask(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	return func() {
		close(done)
		readers.Wait()
	}
}

// TestHeldRecordsAreListedAsBeforeWhileTheyAreWritten has readers ask again and again
// while a first statement is made of each of many records that are held from them:
// what is remembered of them must never be of another state than what is read.
func TestHeldRecordsAreListedAsBeforeWhileTheyAreWritten(t *testing.T) {
	const many = 40
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	sight := record.Sight{Rights: grants{classes: map[string][]record.Class{"movement": {{Marking: "public"}}}}, Serial: 1}
	for i := range many {
		ref := fmt.Sprintf("r%02d", i)
		b.put(p.write(1+i, journal.Entry{Ref: ref, Fields: fields("at", "2025-01-02", "summary", "before", "marking", "public")}))
		v, err := b.Get(t.Context(), record.Key{Mission: "m", Kind: "movement", Ref: ref}, record.AsOf{})
		if err != nil {
			t.Fatal(err)
		}
		sight.Held = append(sight.Held, record.Held{Key: v.Key, ID: v.ID, Since: v.KnownFrom.Add(time.Millisecond)})
	}
	ask := func() error {
		q := record.Query{Mission: "m", Kind: "movement", Sight: sight}
		page, err := b.List(t.Context(), q)
		if err != nil {
			return err
		}
		for i := range page.Versions {
			if text := page.Versions[i].Text("summary"); text != "before" {
				return fmt.Errorf("%s says %q", page.Versions[i].Ref, text)
			}
		}
		n, err := b.Count(t.Context(), q)
		if err == nil && (len(page.Versions) != many || n.N != many) {
			err = fmt.Errorf("%d listed, %d counted", len(page.Versions), n.N)
		}
		return err
	}
	if err := ask(); err != nil { // it is remembered before anything is written
		t.Fatal(err)
	}
	stop := askedAgain(t, ask)
	for i := range many {
		b.put(p.write(100+i, journal.Entry{Ref: fmt.Sprintf("r%02d", i), Fields: fields("summary", "after", "at", "2025-02-01")}))
	}
	stop()
	if err := ask(); err != nil {
		t.Error(err)
	}
}

// TestAListBeginsAsItStandsWhileItsRecordsMove has readers ask for the beginning of a
// list while its records change their times and their classes.
func TestAListBeginsAsItStandsWhileItsRecordsMove(t *testing.T) {
	const many = 12
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	for i := range many {
		b.put(p.write(1+i, journal.Entry{Ref: fmt.Sprintf("r%02d", i), Fields: fields("at", "2025-01-02", "marking", "public")}))
	}
	b.put(p.write(50, journal.Entry{Ref: "hidden", Fields: fields("at", "2025-01-03", "marking", "mission")}))
	q := record.Query{Mission: "m", Kind: "movement", Limit: many, Sight: record.Sight{
		Rights: grants{classes: map[string][]record.Class{"movement": {{Marking: "public"}, {Marking: "owner"}}}}, Serial: 1,
	}}
	ask := func() error {
		page, err := b.List(t.Context(), q)
		if err == nil && (len(page.Versions) != many || page.Next != "") {
			err = fmt.Errorf("%d listed, next %q", len(page.Versions), page.Next)
		}
		return err
	}
	stop := askedAgain(t, ask)
	for i := range 80 {
		b.put(p.write(100+i, journal.Entry{Ref: fmt.Sprintf("r%02d", i%many), Fields: fields("at", fmt.Sprintf("2025-01-%02d", 3+i%20), "marking", []string{"owner", "public"}[i%2])}))
		if err := ask(); err != nil {
			t.Errorf("after %d: %v", i, err)
		}
	}
	stop()
	// What may be read no more is gone from the beginning, and what may be is there.
	b.put(p.write(300, journal.Entry{Ref: "r00", Fields: fields("marking", "mission")}), p.write(301, journal.Entry{Ref: "hidden", Fields: fields("marking", "public")}))
	if got := b.refsOf(q); len(got) != many || slices.Contains(got, "r00") || !slices.Contains(got, "hidden") {
		t.Errorf("in the end: %v", got)
	}
}

// TestACommitThatFailsLeavesListsRight has the class of a record change in a
// transaction that is taken back, before and after it is asked for.
func TestACommitThatFailsLeavesListsRight(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	for i, marking := range []string{"public", "mission"} {
		b.put(p.write(1+i, journal.Entry{Ref: marking, Fields: fields("at", "2025-01-01", "summary", "word", "marking", marking)}))
	}
	q := record.Query{Mission: "m", Text: "word", Sight: record.Sight{Rights: grants{classes: map[string][]record.Class{"movement": {{Marking: "public"}}}}, Serial: 1}}
	check := func(when string) {
		t.Helper()
		if got := b.refsOf(q); len(got) != 1 || got[0] != "public" {
			t.Errorf("%s: %v", when, got)
		}
	}
	check("at first")
	broken := errors.New("the disk is full")
	change := p.write(10, journal.Entry{Ref: "public", Fields: fields("marking", "mission")})
	err := b.db.Write(t.Context(), func(tx *store.Tx) error {
		if err := b.Fold(t.Context(), tx, []journal.Stored{change}); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	check("after a commit that failed")
	b.put(p.write(11, journal.Entry{Ref: "mission", Fields: fields("marking", "public")}))
	if got := b.refsOf(q); len(got) != 2 {
		t.Errorf("after one that did not: %v", got)
	}
}
