package app_test

import (
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// merges is a node on which incidents are merged and unmerged.
type merges struct {
	*app.Node
	tick time.Time
	made int
}

const plain = "cod-demo" // any mission; this one has no incidents of its own

func newMerges(t *testing.T) *merges {
	t.Helper()
	m := &merges{tick: time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)}
	now := func() time.Time { m.tick = m.tick.Add(time.Second); return m.tick }
	dir := filepath.Join(t.TempDir(), "data")
	if _, err := app.Init(t.Context(), dir, tiny, journal.Unlock{}, now); err != nil {
		t.Fatal(err)
	}
	n, err := app.Open(t.Context(), app.Config{Data: dir, Now: now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	m.Node = n
	return m
}

// incidents are as many new ones, by ref.
func (m *merges) incidents(t *rapid.T, n int) []string {
	var drafts []desk.Draft
	var refs []string
	for range n {
		m.made++
		refs = append(refs, fmt.Sprintf("inc-%d", m.made))
		drafts = append(drafts, desk.Draft{Kind: "incident", Ref: refs[len(refs)-1], Fields: map[string]string{
			"at": "2026-11-20T10:00", "category": "AMBUSH", "summary": "Convoy fired upon", "source": "src", "grade": "B2", "marking": "mission",
		}})
	}
	if m.made == n {
		drafts = append([]desk.Draft{{Kind: "source", Ref: "src", Fields: map[string]string{"title": "The log", "marking": "mission"}}}, drafts...)
	}
	out, err := m.Desk.Submit(t.Context(), access.Local(), plain, drafts, desk.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range out {
		if o.Status == desk.StatusRefused {
			t.Fatalf("%s: %+v", o.Ref, o.Problems)
		}
	}
	return refs
}

func key(ref string) record.Key { return record.Key{Mission: plain, Kind: "incident", Ref: ref} }

// into is what each of the incidents is said to be the same as.
func (m *merges) into(t *rapid.T, refs []string) map[int]int {
	out := map[int]int{}
	for i, ref := range refs {
		v, err := m.Door.Record(t.Context(), access.Local(), key(ref), record.AsOf{})
		if err != nil {
			t.Fatal(err)
		}
		if to := slices.Index(refs, v.Text("merged-into")); to >= 0 {
			out[i] = to
		}
	}
	return out
}

func (m *merges) counted(t *rapid.T) string {
	f, err := m.Figures.Figure(t.Context(), access.Local(), measure.Query{Mission: plain, Measure: "incidents.recorded", At: m.tick})
	if err != nil {
		t.Fatal(err)
	}
	if f.Total == nil {
		return "0"
	}
	return f.Total.String()
}

// Merges in any order make the same of the same incidents; each takes one out of
// the count, and undoing all of them brings back every one.
func TestMergesCommuteAndAreUndone(t *testing.T) {
	m := newMerges(t)
	flashes := m.Room().Flashes
	before := 0
	rapid.Check(t, func(t *rapid.T) {
		const size = 5
		one, two := m.incidents(t, size), m.incidents(t, size)
		before += 2 * size
		want := map[int]int{}
		for child := 1; child < size; child++ { // into an older one: no ring
			if rapid.Bool().Draw(t, "merged") {
				want[child] = rapid.IntRange(0, child-1).Draw(t, "into")
			}
		}
		children := slices.Sorted(maps.Keys(want))
		if len(children) > 1 {
			children = rapid.Permutation(children).Draw(t, "order")
		}
		for _, c := range slices.Sorted(maps.Keys(want)) {
			if err := flashes.Merge(t.Context(), access.Local(), key(one[c]), one[want[c]], ""); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range children {
			if err := flashes.Merge(t.Context(), access.Local(), key(two[c]), two[want[c]], ""); err != nil {
				t.Fatal(err)
			}
		}
		if a, b := m.into(t, one), m.into(t, two); !maps.Equal(a, want) || !maps.Equal(b, want) {
			t.Fatalf("%v and %v, want %v", a, b, want)
		}
		if got := m.counted(t); got != fmt.Sprint(before-2*len(want)) {
			t.Fatalf("%s are counted of %d with %d merged", got, before, 2*len(want))
		}
		for _, refs := range [][]string{one, two} {
			for _, c := range children {
				if err := flashes.Unmerge(t.Context(), access.Local(), key(refs[c]), ""); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got := m.counted(t); got != fmt.Sprint(before) {
			t.Fatalf("%s are counted of %d when all is undone", got, before)
		}
	})
}

// Whatever is merged and unmerged by whomever, there is never a ring: every
// incident leads to one that counts.
func TestNoMergesMakeARing(t *testing.T) {
	m := newMerges(t)
	flashes := m.Room().Flashes
	rapid.Check(t, func(t *rapid.T) {
		const size = 4
		refs := m.incidents(t, size)
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			a, b := rapid.IntRange(0, size-1).Draw(t, "a"), rapid.IntRange(0, size-1).Draw(t, "b")
			if rapid.Bool().Draw(t, "undo") {
				_ = flashes.Unmerge(t.Context(), access.Local(), key(refs[a]), "")
			} else {
				_ = flashes.Merge(t.Context(), access.Local(), key(refs[a]), refs[b], "")
			}
		}
		into := m.into(t, refs)
		for i := range refs {
			at, steps := i, 0
			for next, merged := into[at]; merged; next, merged = into[at] {
				if at = next; steps > size {
					t.Fatalf("a ring: %v", into)
				}
				steps++
			}
		}
	})
}
