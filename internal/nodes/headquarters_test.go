package nodes_test

import (
	"testing"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/nodes"
)

func receipt(by, of journal.NodeID, last string) journal.Stored {
	e := said(by, of, nodes.Active, "")
	e.Fields["received"] = journal.Value{Text: last}
	return e
}

func TestWhatHeadquartersHas(t *testing.T) {
	for _, c := range []struct {
		name     string
		self, hq journal.NodeID
		heard    []journal.Stored
		of       journal.NodeID
		seq      uint64
		has      bool
	}{
		{"at headquarters, all that is there", head, head, nil, post, 9, true},
		{"elsewhere, its own", post, head, nil, head, 9, true},
		{"elsewhere, nothing yet", post, head, nil, post, 1, false},
		{"elsewhere, what it signed for", post, head, []journal.Stored{receipt(head, post, "7")}, post, 7, true},
		{"not what came after", post, head, []journal.Stored{receipt(head, post, "7")}, post, 8, false},
		{"not by another's word", post, head, []journal.Stored{receipt(here, post, "7")}, post, 7, false},
		{"not by the node's own word", post, head, []journal.Stored{receipt(post, post, "7")}, post, 7, false},
		{"where nobody has said which node it is", post, journal.NodeID{}, []journal.Stored{receipt(journal.NodeID{}, post, "7")}, post, 7, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := nodes.NewHeadquarters(c.self, c.hq)
			h.Hear(c.heard)
			if got := h.Has(c.of, c.seq); got != c.has {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestReceiptsCommute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := []journal.Stored{receipt(head, post, "3"), receipt(head, post, "12"), receipt(head, post, "12"), said(head, post, nodes.Active, ""), receipt(head, here, "40")}
		h := nodes.NewHeadquarters(post, head)
		for _, e := range rapid.Permutation(all).Draw(t, "order") {
			h.Hear([]journal.Stored{e})
		}
		if !h.Has(post, 12) || h.Has(post, 13) {
			t.Fatal("not twelve")
		}
	})
}
