package journal_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

func TestWhatIsAppendedIsReadBack(t *testing.T) {
	n := newNode(t, t.TempDir(), setup{})
	withdraw := journal.Entry{
		Mission: "demo", Op: journal.OpWithdraw, Actor: "chief", Reported: told.Add(time.Hour), Reason: "wrong sheet",
		Targets: []journal.ID{{9}, {3}, {9}},
	}
	first := mustAppend(t, n, report("a"), report("b"))
	second := mustAppend(t, n, withdraw)
	want := append(first, second...)
	if diff := cmp.Diff(want, all(t, n)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]journal.ID{{3}, {9}}, second[0].Targets); diff != "" {
		t.Errorf("a set: %s", diff)
	}
	for i, s := range want {
		if s.Seq != uint64(i+1) || s.Pos != int64(i+1) || s.Node != n.Node() || i > 0 && s.Prev != want[i-1].ID {
			t.Errorf("entry %d is not in its place: %+v", i+1, s)
		}
		got, err := n.Get(t.Context(), s.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s, got); diff != "" {
			t.Error(diff)
		}
	}
	if _, err := n.Get(t.Context(), journal.ID{1}); !fail.Is(err, fail.NotFound) {
		t.Errorf("an unknown id: %v", err)
	}
	mustVerify(t, n, 3)
}

func TestTheChainGoesOnAfterReopeningEvenWithTheClockPutBack(t *testing.T) {
	dir := t.TempDir()
	at := func(when time.Time) setup { return setup{now: func() time.Time { return when }} }
	n, err := openNode(t.Context(), dir, at(told))
	if err != nil {
		t.Fatal(err)
	}
	first := mustAppend(t, n, report("a"))
	n.close(t)
	again := newNode(t, dir, at(told.AddDate(-1, 0, 0)))
	second := mustAppend(t, again, report("b"))
	if second[0].Seq != 2 || second[0].Prev != first[0].ID || second[0].Clock <= first[0].Clock {
		t.Errorf("%v does not follow %v", second[0].Entry, first[0].Entry)
	}
	if again.Node() != first[0].Node {
		t.Error("the node has another key")
	}
	mustVerify(t, again, 2)
}

func TestManyCallersShareCommitsAndAreAllKept(t *testing.T) {
	f := &folder{}
	commits := 0
	n := newNode(t, t.TempDir(), setup{folder: f, store: store.Options{Fault: func(string) error { commits++; return nil }}})
	var told []string
	n.OnCommit(func(batch []journal.Stored) {
		for _, s := range batch {
			told = append(told, s.Ref)
		}
	})
	var wg sync.WaitGroup
	for w := range 32 {
		wg.Go(func() {
			for i := range 10 {
				stored, err := n.Append(t.Context(), report(fmt.Sprintf("%d-%d", w, i)), report("second"))
				if err != nil || len(stored) != 2 || stored[1].Pos != stored[0].Pos+1 {
					t.Errorf("got %d entries, %v", len(stored), err)
				}
			}
		})
	}
	wg.Wait()
	if err := n.Close(); err != nil { // all watchers were called
		t.Fatal(err)
	}
	var refs []string
	for _, s := range all(t, n) {
		refs = append(refs, s.Ref)
	}
	if len(refs) != 640 || commits > 320 {
		t.Errorf("%d entries in %d commits", len(refs), commits)
	}
	if diff := cmp.Diff(refs, f.refs); diff != "" {
		t.Errorf("folded: %s", diff)
	}
	if diff := cmp.Diff(refs, told); diff != "" {
		t.Errorf("watched: %s", diff)
	}
	mustVerify(t, n, 640)
	if _, err := n.Append(t.Context(), report("late")); !fail.Is(err, fail.Unavailable) {
		t.Errorf("after Close: %v", err)
	}
}

func TestOneBadCallerDoesNotRefuseTheOthers(t *testing.T) {
	f := &folder{}
	n := newNode(t, t.TempDir(), setup{folder: f})
	long := report("long")
	long.Reason = strings.Repeat("x", journal.MaxString+1)
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			switch i % 3 {
			case 0:
				if _, err := n.Append(t.Context(), report("good")); err != nil {
					t.Errorf("a good caller: %v", err)
				}
			case 1:
				if _, err := n.Append(t.Context(), report("before"), report("poison")); !fail.Is(err, fail.Invalid) {
					t.Errorf("the folder's refusal: %v", err)
				}
			default:
				if _, err := n.Append(t.Context(), report("before"), long); !fail.Is(err, fail.Invalid) {
					t.Errorf("too long: %v", err)
				}
			}
		})
	}
	wg.Wait()
	for _, s := range all(t, n) {
		if s.Ref != "good" {
			t.Errorf("half of a refused call was kept: %s", s.Ref)
		}
	}
	mustVerify(t, n, 20)
}

func TestAFailedCommitIsReportedAndTheChainGoesOn(t *testing.T) {
	boom := errors.New("boom")
	var broken bool
	n := newNode(t, t.TempDir(), setup{store: store.Options{Fault: func(string) error {
		if broken {
			return boom
		}
		return nil
	}}})
	first := mustAppend(t, n, report("a"))
	broken = true
	if _, err := n.Append(t.Context(), report("lost")); !errors.Is(err, boom) {
		t.Errorf("want the fault, got %v", err)
	}
	broken = false
	second := mustAppend(t, n, report("b"))
	if second[0].Seq != 2 || second[0].Prev != first[0].ID {
		t.Errorf("%+v does not follow the last entry that was stored", second[0])
	}
	mustVerify(t, n, 2)
}

func TestACallerWhoGivesUpIsAnswered(t *testing.T) {
	n := newNode(t, t.TempDir(), setup{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := n.Append(ctx, report("a"))
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	mustAppend(t, n, report("b"))
}

func TestEntriesThatAreNotWholeAreRefused(t *testing.T) {
	n := newNode(t, t.TempDir(), setup{})
	cases := map[string]func(*journal.Entry){
		"no mission":                  func(e *journal.Entry) { e.Mission = "" },
		"no ref":                      func(e *journal.Entry) { e.Ref = "" },
		"no actor":                    func(e *journal.Entry) { e.Actor = "" },
		"no reported time":            func(e *journal.Entry) { e.Reported = time.Time{} },
		"no operation":                func(e *journal.Entry) { e.Op = 0 },
		"an unknown operation":        func(e *journal.Entry) { e.Op = 4 },
		"a retraction with fields":    func(e *journal.Entry) { e.Op = journal.OpRetract },
		"a statement with targets":    func(e *journal.Entry) { e.Targets = []journal.ID{{1}} },
		"a withdrawal of nothing":     func(e *journal.Entry) { e.Op, e.Fields = journal.OpWithdraw, nil },
		"a text that is not UTF-8":    func(e *journal.Entry) { e.Reason = "\xff" },
		"a field without a name":      func(e *journal.Entry) { e.Fields[""] = journal.Value{Text: "x"} },
		"a field open and sealed":     func(e *journal.Entry) { e.Fields["x"] = journal.Value{Text: "x", Sealed: []byte{1}, Subject: "s"} },
		"sealed for nobody":           func(e *journal.Entry) { e.Fields["x"] = journal.Value{Sealed: []byte{1}} },
		"a person and nothing sealed": func(e *journal.Entry) { e.Fields["x"] = journal.Value{Subject: "s"} },
		"too many fields": func(e *journal.Entry) {
			for i := range journal.MaxFields {
				e.Fields[fmt.Sprint(i)] = journal.Value{Text: "x"}
			}
		},
		"too large": func(e *journal.Entry) {
			for i := range 5 {
				e.Fields[fmt.Sprint(i)] = journal.Value{Text: strings.Repeat("x", journal.MaxString)}
			}
		},
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			e := report("a")
			spoil(&e)
			if _, err := n.Append(t.Context(), e); !fail.Is(err, fail.Invalid) {
				t.Errorf("want invalid, got %v", err)
			}
		})
	}
	mustVerify(t, n, 0)
}

func TestAllStartsAnywhereAndStopsWhereToldTo(t *testing.T) {
	n := newNode(t, t.TempDir(), setup{})
	var drafts []journal.Entry
	for i := range 1300 { // more than two pages
		drafts = append(drafts, report(fmt.Sprint(i)))
	}
	mustAppend(t, n, drafts...)
	next := int64(700)
	if err := n.All(t.Context(), next, func(s journal.Stored) error {
		if s.Pos != next || s.Ref != fmt.Sprint(next-1) {
			return fmt.Errorf("want %d, got %d", next, s.Pos)
		}
		next++
		return nil
	}); err != nil || next != 1301 {
		t.Errorf("ended before %d: %v", next, err)
	}
	enough := errors.New("enough")
	if err := n.All(t.Context(), 1, func(s journal.Stored) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := n.All(ctx, 1, func(journal.Stored) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTheClockIsNotBehindTheJournalWhateverTheMarkSays(t *testing.T) {
	dir := t.TempDir()
	n, err := openNode(t.Context(), dir, setup{now: func() time.Time { return told }})
	if err != nil {
		t.Fatal(err)
	}
	first := mustAppend(t, n, report("a"))
	err = n.db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE journal_meta SET value = 0")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	n.close(t)
	again := newNode(t, dir, setup{now: func() time.Time { return time.UnixMilli(0) }})
	if second := mustAppend(t, again, report("b")); second[0].Clock <= first[0].Clock {
		t.Errorf("%v is not after %v", second[0].Clock, first[0].Clock)
	}
	if first[0].Clock < clock.At(told) {
		t.Errorf("%v is before the wall clock", first[0].Clock)
	}
}

func TestWithoutTheEndOfItsChainNothingIsWritten(t *testing.T) {
	dir := t.TempDir()
	n, err := openNode(t.Context(), dir, setup{})
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, n, report("a"), report("b"))
	if err := n.db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), "DELETE FROM entry WHERE pos = 2")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	n.close(t)
	again := newNode(t, dir, setup{})
	// A second entry with number 2 would be a fork at every node that has the first.
	if _, err := again.Append(t.Context(), report("c")); !fail.Is(err, fail.Damaged) {
		t.Errorf("want damaged, got %v", err)
	}
	r, err := again.Verify(t.Context(), nil)
	if err != nil || len(r.Faults) == 0 {
		t.Errorf("verify found nothing: %v", err)
	}
}
