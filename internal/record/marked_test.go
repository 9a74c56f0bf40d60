package record_test

import (
	"fmt"
	"slices"
	"testing"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/store"
)

// refsOf pages through a list.
func (b *bench) refsOf(q record.Query) (refs []string) {
	b.Helper()
	for {
		page, err := b.List(b.Context(), q)
		if err != nil {
			b.Fatal(err)
		}
		for i := range page.Versions {
			refs = append(refs, page.Versions[i].Ref)
		}
		if q.After = page.Next; page.Next == "" {
			return refs
		}
	}
}

// TestAListBySomeClassesLeavesNoneOut asks for few of many, so that the walk over
// the timeline is what answers, also where a record was written before its class
// was kept beside it.
func TestAListBySomeClassesLeavesNoneOut(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	markings, owners := []string{"public", "mission", "owner", ""}, []string{"AAA", "BBB", ""}
	var want []string
	for i := range 60 {
		marking, owner := markings[i%len(markings)], owners[i/7%len(owners)]
		ref := fmt.Sprintf("r%02d", i)
		f := fields("at", fmt.Sprintf("2025-01-01T%02d:%02d", i/60, i%60))
		for name, text := range map[string]string{"marking": marking, "contributor": owner} {
			if text != "" {
				f[name] = journal.Value{Text: text}
			}
		}
		b.put(p.write(1+i, journal.Entry{Ref: ref, Fields: f}))
		if marking == "public" || marking == "owner" && owner == "AAA" {
			want = append(want, ref)
		}
	}
	rights := grants{classes: map[string][]record.Class{"movement": {{Marking: "public"}, {Marking: "owner", Owner: "AAA"}}}}
	q := record.Query{Mission: "m", Kind: "movement", Limit: 2, Sight: record.Sight{Rights: rights}}
	check := func(when string) {
		t.Helper()
		q.Order = record.OldestFirst
		if got := b.refsOf(q); !slices.Equal(got, want) {
			t.Errorf("%s, oldest first: %v\nwant %v", when, got, want)
		}
		q.Order = record.NewestFirst
		got := b.refsOf(q)
		slices.Reverse(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s, newest first: %v\nwant %v", when, got, want)
		}
	}
	check("as written")
	err := b.db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE record SET class = 0 WHERE id % 3 = 0`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	check("of a folder that is older")
	// A record changes its class.
	b.put(p.write(100, journal.Entry{Ref: want[3], Fields: fields("marking", "mission")}))
	want = slices.Delete(want, 3, 4)
	check("after a change")
	if faults, err := b.Verify(t.Context(), nil); err != nil || len(faults) > 0 {
		t.Errorf("faults %v, %v", faults, err)
	}
	err = b.db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE record SET class = 1 + class % 2 WHERE ref = 'r01'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if faults, err := b.Verify(t.Context(), nil); err != nil || len(faults) != 1 || faults[0].Key.Ref != "r01" {
		t.Errorf("of a class that is wrong: %v, %v", faults, err)
	}
}

// TestACountOverSeveralKindsCountsEachOnce has one kind with a field that is not for
// the reader, which is walked, and one that is counted in the index.
func TestACountOverSeveralKindsCountsEachOnce(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	b.put(p.write(1, journal.Entry{Kind: "report", Ref: "a", Fields: fields("at", "2025-01-01", "summary", "ada", "marking", "public")}))
	b.put(p.write(2, journal.Entry{Kind: "movement", Ref: "b", Fields: fields("at", "2025-01-02", "route", "ada", "marking", "public")}))
	b.put(p.write(3, journal.Entry{Kind: "movement", Ref: "c", Fields: fields("at", "2025-01-03", "summary", "ada", "marking", "public")}))
	rights := grants{
		classes: map[string][]record.Class{"movement": {{Marking: "public"}}, "report": {{Marking: "public"}}},
		shut:    map[string]string{"route": "-"},
	}
	for _, serial := range []uint64{0, 7} { // a count that may be remembered, and is
		q := record.Query{Mission: "m", Text: "ada", Sight: record.Sight{Rights: rights, Serial: serial}}
		for range 2 {
			n, err := b.Count(t.Context(), q)
			if refs := b.refsOf(q); err != nil || n.N != int64(len(refs)) || !slices.Equal(refs, []string{"c", "a"}) {
				t.Errorf("%d counted, %v listed, %v", n.N, refs, err)
			}
		}
	}
	b.put(p.write(4, journal.Entry{Kind: "movement", Ref: "d", Fields: fields("at", "2025-01-04", "summary", "ada", "marking", "public")}))
	n, err := b.Count(t.Context(), record.Query{Mission: "m", Text: "ada", Sight: record.Sight{Rights: rights, Serial: 7}})
	if err != nil || n.N != 3 {
		t.Errorf("after one more: %d, %v", n.N, err)
	}
}

// TestOneRecordOfAKindOpensNoOtherToACount has a reader who may read all of one kind
// and a single record of the other.
func TestOneRecordOfAKindOpensNoOtherToACount(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	b.put(p.write(1, journal.Entry{Kind: "report", Ref: "a", Fields: fields("at", "2025-01-01", "marking", "public")}))
	b.put(p.write(2, journal.Entry{Kind: "movement", Ref: "b", Fields: fields("at", "2025-01-02", "marking", "mission")}))
	b.put(p.write(3, journal.Entry{Kind: "movement", Ref: "c", Fields: fields("at", "2025-01-03", "marking", "mission")}))
	q := record.Query{Mission: "m", Sight: record.Sight{Rights: grants{classes: map[string][]record.Class{"movement": {{Ref: "b"}}, "report": {{}}}}}}
	if n, err := b.Count(t.Context(), q); err != nil || n.N != 2 {
		t.Errorf("%d counted, %v listed, %v", n.N, b.refsOf(q), err)
	}
}
