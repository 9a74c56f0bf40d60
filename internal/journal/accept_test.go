package journal_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/journal"
)

// sent is what a node would send of all it has.
func sent(t testing.TB, n *node) []journal.Raw {
	t.Helper()
	var raws []journal.Raw
	for _, s := range all(t, n) {
		body, err := s.Encode()
		if err != nil {
			t.Fatal(err)
		}
		raws = append(raws, journal.Raw{Body: body, Signature: s.Signature})
	}
	return raws
}

func accept(t testing.TB, n *node, raws ...journal.Raw) ([]journal.Stored, []journal.Rejected) {
	t.Helper()
	stored, rejected, err := n.Accept(t.Context(), raws)
	if err != nil {
		t.Fatal(err)
	}
	return stored, rejected
}

// chains is the journal without what only this node knows of it: where it lies.
func chains(t testing.TB, n *node) map[journal.NodeID][]journal.ID {
	t.Helper()
	m := map[journal.NodeID][]journal.ID{}
	for _, s := range all(t, n) {
		m[s.Node] = append(m[s.Node], s.ID)
	}
	return m
}

func TestChainsArriveTheSameInAnyOrderCutAndRepeat(t *testing.T) {
	var parts [][]journal.Raw // in pieces that join
	total := 0
	for i := range 3 {
		n := newNode(t, t.TempDir(), setup{})
		for k := range 4 {
			mustAppend(t, n, report(fmt.Sprint(i, "-", k)))
		}
		raws := sent(t, n)
		total += len(raws)
		parts = append(parts, raws)
	}
	reference := newNode(t, t.TempDir(), setup{})
	accept(t, reference, slices.Concat(parts...)...)
	want := chains(t, reference)
	if len(want) != 3 {
		t.Fatalf("want 3 chains, got %d", len(want))
	}
	base := t.TempDir()
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		n := newNode(t, fmt.Sprint(base, "/", run), setup{})
		mix := rapid.Permutation(slices.Concat(slices.Concat(parts...), parts[0], parts[2])).Draw(rt, "mix")
		size := rapid.IntRange(3, len(mix)).Draw(rt, "size")
		var again []journal.Raw
		for rounds := 0; len(mix) > 0; rounds++ {
			if rounds > total {
				rt.Fatalf("%d entries never join", len(mix))
			}
			for batch := range slices.Chunk(mix, size) {
				_, rejected := accept(t, n, batch...)
				for _, r := range rejected { // early: sent again later
					if !strings.Contains(r.Why, "missing") {
						rt.Fatalf("rejected: %s", r.Why)
					}
					again = append(again, r.Raw)
				}
			}
			mix, again = again, nil
		}
		if diff := cmp.Diff(want, chains(t, n)); diff != "" {
			rt.Fatal(diff)
		}
		if run%10 != 1 { // it reads the whole file, which is the same as for any other journal
			return
		}
		if r, err := n.Verify(t.Context(), nil); err != nil || len(r.Faults) > 0 || r.Nodes != 3 {
			rt.Fatal(r, err)
		}
	})
}

func TestWhatIsNotRightIsRejectedAndTheRestKept(t *testing.T) {
	from := newNode(t, t.TempDir(), setup{})
	mustAppend(t, from, report("1"), report("2"), report("3"))
	raws := sent(t, from)
	other := newNode(t, t.TempDir(), setup{})
	mustAppend(t, other, report("x"))
	bad := map[string]journal.Raw{
		"signature is not": {Body: raws[0].Body, Signature: sent(t, other)[0].Signature},
		"byte":             {Body: []byte("no entry"), Signature: raws[0].Signature},
		"missing":          raws[2],
	}
	for why, raw := range bad {
		t.Run(why, func(t *testing.T) {
			n := newNode(t, t.TempDir(), setup{})
			stored, rejected := accept(t, n, raw, raws[0], raws[0])
			if len(stored) != 1 || len(rejected) != 1 || !strings.Contains(rejected[0].Why, why) || !bytes.Equal(rejected[0].Body, raw.Body) {
				t.Errorf("stored %d, rejected %+v", len(stored), rejected)
			}
			mustVerify(t, n, 1)
		})
	}
}

func TestAForkIsRejectedAndTheFirstOneStays(t *testing.T) {
	dir := t.TempDir()
	n, err := openNode(t.Context(), dir, setup{})
	if err != nil {
		t.Fatal(err)
	}
	one := mustAppend(t, n, report("1"))[0]
	// The same node, put back from a copy and gone on another way.
	change(t, n, "DELETE FROM entry; DELETE FROM head; DELETE FROM journal_meta")
	first := journal.Raw{Body: mustEncode(t, one), Signature: one.Signature}
	n.close(t)
	twin := newNode(t, dir, setup{})
	mustAppend(t, twin, report("other"), report("more"))
	forked := sent(t, twin)

	reader := newNode(t, t.TempDir(), setup{})
	accept(t, reader, first)
	_, rejected := accept(t, reader, forked...)
	if len(rejected) != 2 || !strings.Contains(rejected[0].Why, "fork") || !strings.Contains(rejected[1].Why, "fork") {
		t.Errorf("rejected %+v", rejected)
	}
	both := newNode(t, t.TempDir(), setup{})
	stored, rejected := accept(t, both, first, forked[0], first, forked[0])
	if len(stored) != 1 || len(rejected) != 2 {
		t.Errorf("both at once: stored %d, rejected %d", len(stored), len(rejected))
	}
	mustVerify(t, reader, 1)
	mustVerify(t, both, 1)
}

func TestWhatTheFolderCannotTakeIsRejectedAlone(t *testing.T) {
	good := newNode(t, t.TempDir(), setup{})
	mustAppend(t, good, report("good"))
	bad := newNode(t, t.TempDir(), setup{})
	mustAppend(t, bad, report("fine"), report("poison"), report("after"))
	n := newNode(t, t.TempDir(), setup{folder: &folder{}})
	stored, rejected := accept(t, n, slices.Concat(sent(t, bad), sent(t, good))...)
	if len(stored) != 2 || len(rejected) != 2 {
		t.Errorf("stored %d, rejected %+v", len(stored), rejected)
	}
	mustVerify(t, n, 2)
}

func TestOwnEntriesCanBeFetchedBackAfterALoss(t *testing.T) {
	dir := t.TempDir()
	n, err := openNode(t.Context(), dir, setup{})
	if err != nil {
		t.Fatal(err)
	}
	stored := mustAppend(t, n, report("1"), report("2"))
	raws := sent(t, n)
	change(t, n, "DELETE FROM entry; DELETE FROM head; DELETE FROM journal_meta; DELETE FROM node")
	n.close(t)
	again := newNode(t, dir, setup{})
	accept(t, again, raws...)
	next := mustAppend(t, again, report("3"))
	if next[0].Seq != 3 || next[0].Prev != stored[1].ID {
		t.Errorf("%+v does not follow what came back", next[0].Entry)
	}
	mustVerify(t, again, 3)
}

func mustEncode(t *testing.T, s journal.Stored) []byte {
	t.Helper()
	body, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestARevokedNodeIsHeardUpToItsLastTrustedEntryInAnyOrder(t *testing.T) {
	lost := newNode(t, t.TempDir(), setup{})
	for i := range 6 {
		mustAppend(t, lost, report(fmt.Sprint(i)))
	}
	raws := sent(t, lost)
	for name, order := range map[string][]int{
		"as written": {0, 1, 2, 3, 4, 5}, "backwards": {5, 4, 3, 2, 1, 0}, "the late ones alone": {4, 5, 3},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t, t.TempDir(), setup{revoked: func(id journal.NodeID) (uint64, bool) { return 3, id == lost.Node() }})
			var some []journal.Raw
			for _, i := range order {
				some = append(some, raws[i])
			}
			if _, rejected := accept(t, n, some...); len(rejected) != 3 || !strings.Contains(rejected[0].Why, "revoked: its entries count up to 3") {
				t.Errorf("rejected %v", rejected)
			}
			accept(t, n, raws...)
			if got := len(all(t, n)); got != 3 {
				t.Errorf("%d entries are kept, want the 3 before", got)
			}
			mustVerify(t, n, 3)
		})
	}
}

// What came in before it was known that the node was lost is told.
func TestVerifyTellsWhatARevokedNodeSigned(t *testing.T) {
	lost := newNode(t, t.TempDir(), setup{})
	for i := range 4 {
		mustAppend(t, lost, report(fmt.Sprint(i)))
	}
	last, revoked := uint64(0), false
	n := newNode(t, t.TempDir(), setup{revoked: func(journal.NodeID) (uint64, bool) { return last, revoked }})
	accept(t, n, sent(t, lost)...)
	mustVerify(t, n, 4)
	last, revoked = 2, true
	r, err := n.Verify(t.Context(), nil)
	if err != nil || len(r.Faults) != 2 || r.Faults[0].Where != "revoked" || r.Faults[0].Seq != 3 {
		t.Errorf("%v, %v", r.Faults, err)
	}
	ends, err := n.Ends(t.Context())
	if err != nil || ends[lost.Node()] != 4 {
		t.Errorf("%v, %v", ends, err)
	}
}
