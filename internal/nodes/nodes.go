package nodes

import (
	"context"
	"embed"
	"encoding/hex"
	"io/fs"
	"maps"
	"strconv"
	"sync"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// Kind is the kind of the records about nodes; their ref is the node's name in
// hexadecimal.
const Kind = "node"

// The states of a node.
const (
	Active  = "ACTIVE"
	Revoked = "REVOKED"
)

//go:embed kinds/*.yaml
var definitions embed.FS

// Definitions are the kinds of this domain, as kind.Load reads them.
func Definitions() fs.FS { return definitions }

// Parse reads the name of a node: 64 hexadecimal digits.
func Parse(text string) (journal.NodeID, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(journal.NodeID{}) {
		return journal.NodeID{}, fail.Newf(fail.Invalid, "konbit node list shows the nodes", "%q is not the name of a node", text)
	}
	return journal.NodeID(raw), nil
}

// Records are what is read to know.
type Records interface {
	List(ctx context.Context, q record.Query) (record.Page, error)
	History(ctx context.Context, key record.Key, asOf record.AsOf) (record.History, error)
}

// Trust knows which nodes are revoked. It is safe for concurrent use.
type Trust struct {
	authority map[journal.NodeID]bool

	mu      sync.RWMutex
	revoked map[journal.NodeID]uint64
}

// NewTrust believes revocations that these nodes signed.
func NewTrust(authorities ...journal.NodeID) *Trust {
	t := &Trust{authority: map[journal.NodeID]bool{}, revoked: map[journal.NodeID]uint64{}}
	for _, n := range authorities {
		t.authority[n] = true
	}
	return t
}

// Revoked gives the last entry of a node that counts; revoked is false when all do.
func (t *Trust) Revoked(n journal.NodeID) (last uint64, revoked bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	last, revoked = t.revoked[n]
	return last, revoked
}

// All gives every revoked node with the last of its entries that counts.
func (t *Trust) All() map[journal.NodeID]uint64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return maps.Clone(t.revoked)
}

// Hear takes in what an entry says of a node; everything else is passed over. It
// is for the entries of a commit, in any order.
func (t *Trust) Hear(entries []journal.Stored) {
	for i := range entries {
		e := &entries[i]
		if e.Kind != Kind || e.Op != journal.OpState || !t.authority[e.Node] || e.Fields["state"].Text != Revoked {
			continue
		}
		node, err := Parse(e.Ref)
		if err != nil || node == e.Node {
			continue
		}
		last, err := strconv.ParseUint(e.Fields["trusted"].Text, 10, 64)
		if err != nil {
			last = 0 // revoked, and it is not said since when: nothing counts
		}
		t.mu.Lock()
		if old, known := t.revoked[node]; !known || last < old {
			t.revoked[node] = last
		}
		t.mu.Unlock()
	}
}

// Load reads what the records of a mission say.
func (t *Trust) Load(ctx context.Context, records Records, mission string) error {
	return said(ctx, records, mission, t.Hear)
}
