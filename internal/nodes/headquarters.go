package nodes

import (
	"context"
	"strconv"
	"sync"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// Headquarters knows which entries headquarters has: all that are here, where this
// node is headquarters; its own; and of other nodes those up to the number that it
// signed for. What nobody has said is not known, and never taken for yes. It is
// safe for concurrent use.
type Headquarters struct {
	self, id journal.NodeID

	mu       sync.RWMutex
	received map[journal.NodeID]uint64
}

// NewHeadquarters is told which node is headquarters; the zero node means that
// nobody has said.
func NewHeadquarters(self, id journal.NodeID) *Headquarters {
	return &Headquarters{self: self, id: id, received: map[journal.NodeID]uint64{}}
}

// Named reports whether somebody has said which node is headquarters.
func (h *Headquarters) Named() bool { return h.id != journal.NodeID{} }

// Here reports whether this node is headquarters: what is recorded here is there.
func (h *Headquarters) Here() bool { return h.Named() && h.id == h.self }

// Has reports whether headquarters is known to have an entry of a node.
func (h *Headquarters) Has(node journal.NodeID, seq uint64) bool {
	if h.Here() || h.Named() && node == h.id {
		return true
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	return seq > 0 && seq <= h.received[node]
}

// Hear takes in what headquarters signed of what it has received; everything else
// is passed over. It is for the entries of a commit, in any order: a number that
// was higher once stays.
func (h *Headquarters) Hear(entries []journal.Stored) {
	for i := range entries {
		e := &entries[i]
		if e.Kind != Kind || e.Op != journal.OpState || !h.Named() || e.Node != h.id {
			continue
		}
		node, err := Parse(e.Ref)
		if err != nil {
			continue
		}
		last, err := strconv.ParseUint(e.Fields["received"].Text, 10, 64)
		if err != nil {
			continue // it speaks of something else
		}
		h.mu.Lock()
		h.received[node] = max(h.received[node], last)
		h.mu.Unlock()
	}
}

// Load reads what the records of a mission say.
func (h *Headquarters) Load(ctx context.Context, records Records, mission string) error {
	return said(ctx, records, mission, h.Hear)
}

// said gives every entry about the nodes of a mission to a listener.
func said(ctx context.Context, records Records, mission string, hear func([]journal.Stored)) error {
	q := record.Query{Mission: mission, Kind: Kind, Struck: true, Limit: 1000}
	for {
		page, err := records.List(ctx, q)
		if err != nil {
			return err
		}
		for i := range page.Versions {
			h, err := records.History(ctx, page.Versions[i].Key, record.AsOf{})
			if err != nil {
				return err
			}
			for _, s := range h.Steps {
				hear([]journal.Stored{s.Entry})
			}
		}
		if q.After = page.Next; page.Next == "" {
			return nil
		}
	}
}
