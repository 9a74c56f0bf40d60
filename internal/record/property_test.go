package record_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// story draws what several desks say about a few records: late, unseen,
// retracted, withdrawn.
func story(t *rapid.T, p []*pen) []journal.Stored {
	var told []journal.Stored
	for minute := range rapid.IntRange(1, 14).Draw(t, "entries") {
		ref := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "ref")
		var before []journal.ID
		for _, e := range told {
			if e.Ref == ref {
				before = append(before, e.ID)
			}
		}
		e := journal.Entry{
			Ref: ref, Op: rapid.SampledFrom([]journal.Op{journal.OpState, journal.OpState, journal.OpState, journal.OpRetract, journal.OpWithdraw}).Draw(t, "op"),
			Reported: day(rapid.IntRange(0, 6).Draw(t, "reported")), Source: rapid.SampledFrom([]string{"", "s1", "s2"}).Draw(t, "source"),
			Batch: rapid.SampledFrom([]string{"", "b1"}).Draw(t, "batch"),
		}
		if len(before) > 0 {
			e.Seen = rapid.SliceOfNDistinct(rapid.SampledFrom(before), 0, len(before), rapid.ID).Draw(t, "seen")
		}
		switch {
		case e.Op == journal.OpWithdraw && len(before) == 0:
			e.Op = journal.OpState
		case e.Op == journal.OpWithdraw:
			e.Targets = []journal.ID{rapid.SampledFrom(before).Draw(t, "target")}
		}
		if e.Op == journal.OpState {
			e.Fields = fields(
				rapid.SampledFrom([]string{"persons", "contributor"}).Draw(t, "field"), rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "value"),
				"at", fmt.Sprintf("2025-01-0%d", rapid.IntRange(1, 3).Draw(t, "at")))
		}
		told = append(told, rapid.SampledFrom(p).Draw(t, "node").write(minute, e))
	}
	return told
}

// deliver hands a story over in any order, with repeats, in any batches.
func deliver(t *rapid.T, b *bench, told []journal.Stored) {
	sent := rapid.Permutation(slices.Concat(told, rapid.SliceOfN(rapid.SampledFrom(told), 0, 3).Draw(t, "repeats"))).Draw(t, "order")
	for len(sent) > 0 {
		n := rapid.IntRange(1, len(sent)).Draw(t, "batch size")
		b.put(sent[:n]...)
		sent = sent[n:]
	}
}

func TestAnyOrderRepetitionAndBatchingGivesTheSameVersions(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		told := story(rt, []*pen{{t: t}, {t: t, node: 1}, {t: t, node: 2}})
		left, right := newBench(t, t.TempDir()), newBench(t, t.TempDir())
		defer left.close() // hundreds of runs would otherwise hold all their files open
		defer right.close()
		left.put(told...)
		deliver(rt, right, told)
		want, got := digest(t, left), digest(t, right)
		if want != got {
			rt.Fatalf("versions differ: %v\n%v", dump(t, left), dump(t, right))
		}
		if faults, err := right.Verify(t.Context(), nil); err != nil || len(faults) > 0 {
			rt.Fatalf("the steps of the long way differ from the short way: %v %v", faults, err)
		}
		if err := right.Rebuild(t.Context(), (*stored)(right), nil); err != nil {
			rt.Fatal(err)
		}
		if again := digest(t, right); again != want {
			rt.Fatalf("rebuilt store differs")
		}
	})
}

// stored reads a bench's entries back as a journal would.
type stored bench

func (s *stored) All(ctx context.Context, from int64, fn func(journal.Stored) error) error {
	b := (*bench)(s)
	for pos := from; pos <= b.pos; pos++ {
		e, err := b.entry(ctx, pos)
		if err != nil {
			return err
		}
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

func digest(t *testing.T, b *bench) string {
	d, err := b.Digest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func dump(t *testing.T, b *bench) (out []string) {
	err := b.Versions(t.Context(), "m", "movement", day(0).AddDate(1, 0, 0), func(v record.Version) error {
		out = append(out, fmt.Sprintf("%s %d %s..%s %v", v.Ref, v.Number, v.KnownFrom.Format("15:04"), v.KnownTo.Format("15:04"), v.Fields))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
