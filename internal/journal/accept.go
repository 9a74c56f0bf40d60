package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// Raw is an entry on its way between nodes.
type Raw struct {
	Body      []byte
	Signature []byte
}

// Rejected is an entry that was not accepted, for the quarantine.
type Rejected struct {
	Raw
	Node NodeID // as the body says; zero when it cannot be read
	Seq  uint64
	Why  string
}

// Accept stores entries that other nodes signed and gives those that were new.
// Those here already are passed over: repeats are free. Within one call they
// may come in any order; a chain is taken as far as it joins what is here. What
// does not verify, does not join, or contradicts an entry with the same node
// and number (a fork) comes back as rejected, and the rest is stored. So does what
// a revoked node signed after the last entry that is trusted.
func (j *Journal) Accept(ctx context.Context, raws []Raw) ([]Stored, []Rejected, error) {
	c := &call{foreign: []Stored{}, done: make(chan struct{})}
	type signed struct {
		entry Stored
		body  []byte
	}
	var good []signed
	var scratch []byte
	for _, r := range raws {
		e, err := Decode(r.Body)
		switch {
		case err != nil:
			c.rejected = append(c.rejected, Rejected{Raw: r, Why: err.Error()})
		case !signedBy(e.Node, r.Body, r.Signature, &scratch):
			c.rejected = append(c.rejected, Rejected{Raw: r, Node: e.Node, Seq: e.Seq, Why: "the signature is not the node's"})
		default:
			s := Stored{Entry: e, ID: hash(r.Body), Signature: slices.Clone(r.Signature), Size: len(r.Body)}
			good = append(good, signed{s, slices.Clone(r.Body)})
		}
	}
	slices.SortStableFunc(good, func(a, b signed) int {
		return cmp.Or(slices.Compare(a.entry.Node[:], b.entry.Node[:]), cmp.Compare(a.entry.Seq, b.entry.Seq))
	})
	for _, g := range good {
		c.foreign = append(c.foreign, g.entry)
		c.bodies = append(c.bodies, g.body)
	}
	if len(good) > 0 {
		if err := j.hand(ctx, c); err != nil {
			return nil, nil, err
		}
	}
	return c.stored, c.rejected, c.err
}

// accept stores what joins, all at once; when the folder refuses that, one by
// one, so that only what it cannot fold is rejected.
func (j *Journal) accept(ctx context.Context, c *call) error {
	all := make([]int, len(c.foreign))
	for i := range all {
		all[i] = i
	}
	err := j.commitForeign(ctx, c, all)
	if err == nil || fail.Is(err, fail.Unavailable) || fail.Is(err, fail.Damaged) {
		return err
	}
	for _, i := range all {
		err := j.commitForeign(ctx, c, []int{i})
		if fail.Is(err, fail.Unavailable) || fail.Is(err, fail.Damaged) {
			return err
		}
		if err != nil {
			c.reject(i, err.Error())
		}
	}
	return nil
}

func (c *call) reject(i int, why string) {
	e := &c.foreign[i]
	c.rejected = append(c.rejected, Rejected{
		Raw: Raw{Body: c.bodies[i], Signature: e.Signature}, Node: e.Node, Seq: e.Seq, Why: why,
	})
}

// commitForeign stores the entries with the given indexes that join their chains.
func (j *Journal) commitForeign(ctx context.Context, c *call, indexes []int) error {
	if err := j.known(ctx); err != nil {
		return err
	}
	next := *j.ends
	next.nodes = maps.Clone(next.nodes)
	g := &group{}
	rejected := len(c.rejected)
	touched := map[NodeID]end{}
	err := j.db.Write(ctx, func(tx *store.Tx) error {
		for _, i := range indexes {
			why, known, err := j.joins(ctx, tx, &next, &c.foreign[i])
			if err != nil {
				return err
			}
			if why != "" {
				c.reject(i, why)
			}
			if why != "" || known {
				continue
			}
			e := c.foreign[i]
			if err := next.add(ctx, tx, &e); err != nil {
				return err
			}
			touched[e.Node] = next.nodes[e.Node]
			g.entries = append(g.entries, e)
			g.bodies = append(g.bodies, c.bodies[i])
		}
		if len(g.entries) == 0 {
			return nil
		}
		row := func(i int) int64 { return next.nodes[g.entries[i].Node].row }
		return j.store(ctx, tx, g, row, touched, next)
	})
	if err != nil {
		j.ends = nil
		c.rejected = c.rejected[:rejected]
		return fmt.Errorf("accept entries: %w", err)
	}
	j.ends = &next
	c.stored = append(c.stored, g.entries...)
	return nil
}

// joins says why an entry cannot follow what is here, or that it is here already.
func (j *Journal) joins(ctx context.Context, tx *store.Tx, next *ends, e *Stored) (why string, known bool, err error) {
	last := next.nodes[e.Node]
	if fault := next.faults[e.Node]; fault != "" {
		return "this node's copy of the chain is damaged: " + fault, false, nil
	}
	if e.Seq <= last.seq {
		if e.Seq == last.seq && e.ID == last.id {
			return "", true, nil
		}
		var id []byte
		err := tx.QueryRow(ctx, "SELECT id FROM entry WHERE node = ? AND seq = ?", last.row, int64(e.Seq)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			// One of this very group, with the same number twice.
			return fmt.Sprintf("fork: the node signed two entries with the number %d", e.Seq), false, nil
		}
		if err != nil {
			return "", false, err
		}
		if ID(id) != e.ID {
			return fmt.Sprintf("fork: the node signed two entries with the number %d", e.Seq), false, nil
		}
		return "", true, nil
	}
	if why := j.distrust(&e.Entry); why != "" {
		return why, false, nil
	}
	switch {
	case e.Seq != last.seq+1:
		return fmt.Sprintf("entries %d to %d of the node are missing", last.seq+1, e.Seq-1), false, nil
	case e.Prev != last.id:
		return fmt.Sprintf("fork: it follows another entry %d than the one here", last.seq), false, nil
	case e.Clock <= last.clock:
		return "its clock stamp is not after that of the entry before it", false, nil
	}
	if err := j.clock.Observe(e.Clock); err != nil {
		return err.Error(), false, nil //nolint:nilerr // it is the reason of the rejection
	}
	return "", false, nil
}

// add makes e the end of its chain.
func (k *ends) add(ctx context.Context, tx *store.Tx, e *Stored) error {
	last := k.nodes[e.Node]
	if last.row == 0 {
		row, err := addNode(ctx, tx, e.Node)
		if err != nil {
			return err
		}
		last.row = row
	}
	k.pos++
	e.Pos = k.pos
	k.highWater = max(k.highWater, e.Clock)
	last.seq, last.id, last.clock = e.Seq, e.ID, e.Clock
	k.nodes[e.Node] = last
	return nil
}
