package nodes_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/nodes"
)

var here, head, post = journal.NodeID{1}, journal.NodeID{2}, journal.NodeID{3}

func said(by, of journal.NodeID, state, trusted string) journal.Stored {
	e := journal.Entry{Kind: nodes.Kind, Ref: of.String(), Op: journal.OpState, Node: by}
	e.Fields = map[string]journal.Value{"state": {Text: state}, "trusted": {Text: trusted}}
	return journal.Stored{Entry: e}
}

func TestWhoseRevocationCounts(t *testing.T) {
	for _, c := range []struct {
		name    string
		entry   journal.Stored
		last    uint64
		revoked bool
	}{
		{"this node's", said(here, post, nodes.Revoked, "7"), 7, true},
		{"an authority's", said(head, post, nodes.Revoked, "7"), 7, true},
		{"that of somebody else", said(journal.NodeID{9}, post, nodes.Revoked, "7"), 0, false},
		{"the lost node's own", said(post, post, nodes.Revoked, "7"), 0, false},
		{"a word of trust", said(head, post, nodes.Active, ""), 0, false},
		{"one that does not say since when", said(head, post, nodes.Revoked, ""), 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			trust := nodes.NewTrust(here, head)
			trust.Hear([]journal.Stored{c.entry})
			if last, revoked := trust.Revoked(post); last != c.last || revoked != c.revoked {
				t.Errorf("%d, %v", last, revoked)
			}
		})
	}
}

func TestRevocationsCommute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []journal.Stored
		least := uint64(1 << 40)
		for _, n := range rapid.SliceOfN(rapid.Uint64Range(0, 1000), 1, 8).Draw(t, "last") {
			all = append(all, said(here, post, nodes.Revoked, fmt.Sprint(n)), said(here, post, nodes.Active, ""))
			least = min(least, n)
		}
		trust := nodes.NewTrust(here)
		for _, e := range rapid.Permutation(all).Draw(t, "order") {
			trust.Hear([]journal.Stored{e})
		}
		if last, revoked := trust.Revoked(post); !revoked || last != least {
			t.Fatalf("%d, %v, want %d", last, revoked, least)
		}
	})
}

func TestANameOfANode(t *testing.T) {
	if got, err := nodes.Parse(post.String()); err != nil || got != post {
		t.Error(got, err)
	}
	for _, text := range []string{"", "03", strings.Repeat("x", 64), post.String() + "00"} {
		if _, err := nodes.Parse(text); !fail.Is(err, fail.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
