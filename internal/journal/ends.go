package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/store"
)

// end is the last entry of a node's chain.
type end struct {
	row   int64 // of table node
	seq   uint64
	id    ID
	clock clock.Stamp
}

// ends is what the writer must know to go on.
type ends struct {
	nodes     map[NodeID]end
	pos       int64 // the last
	highWater clock.Stamp
	faults    map[NodeID]string // chains whose end is not where it was written to be
}

const highWater = "high_water"

// readEnds reads the ends from the file: at Open, and after every fault, because
// what was in memory may be of a commit that failed.
func readEnds(ctx context.Context, tx *store.Tx) (*ends, error) {
	k := &ends{nodes: map[NodeID]end{}, faults: map[NodeID]string{}}
	if err := tx.QueryRow(ctx, "SELECT coalesce(max(pos), 0) FROM entry").Scan(&k.pos); err != nil {
		return nil, err
	}
	var mark int64
	err := tx.QueryRow(ctx, "SELECT value FROM journal_meta WHERE name = ?", highWater).Scan(&mark)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	k.highWater = clock.Stamp(mark)
	rows, err := tx.Query(ctx, `SELECT node.id, node.key, coalesce(head.seq, 0), coalesce(head.id, x'')
		FROM node LEFT JOIN head ON head.node = node.id ORDER BY node.id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var key, id []byte
		var seq int64
		var e end
		if err := rows.Scan(&e.row, &key, &seq, &id); err != nil {
			return nil, err
		}
		var node NodeID
		copy(node[:], key)
		copy(e.id[:], id)
		e.seq = uint64(seq)
		if err := k.look(ctx, tx, node, e); err != nil {
			return nil, err
		}
	}
	return k, rows.Err()
}

// look compares a chain's written end with its last entry.
func (k *ends) look(ctx context.Context, tx *store.Tx, node NodeID, e end) error {
	var seq int64
	var body []byte
	err := tx.QueryRow(ctx, "SELECT seq, body FROM entry WHERE node = ? ORDER BY seq DESC LIMIT 1", e.row).Scan(&seq, &body)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	k.nodes[node] = e
	switch {
	case uint64(seq) != e.seq:
		k.faults[node] = fmt.Sprintf("the chain was written to entry %d and ends at %d", e.seq, seq)
		return nil
	case e.seq == 0:
		return nil
	case hash(body) != e.id:
		k.faults[node] = fmt.Sprintf("entry %d is not the one that was written", e.seq)
		return nil
	}
	last, err := Decode(body)
	if err != nil {
		k.faults[node] = fmt.Sprintf("entry %d cannot be read", e.seq)
		return nil //nolint:nilerr // kept as the chain's fault
	}
	e.clock = last.Clock
	k.highWater = max(k.highWater, last.Clock)
	k.nodes[node] = e
	return nil
}

// Ends lists the nodes whose entries are here, with the number of the last entry
// of each.
func (j *Journal) Ends(ctx context.Context) (map[NodeID]uint64, error) {
	out := map[NodeID]uint64{}
	err := j.db.Read(ctx, func(tx *store.Tx) error {
		known, err := readEnds(ctx, tx)
		if err != nil {
			return err
		}
		for node, e := range known.nodes {
			out[node] = e.seq
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the nodes: %w", err)
	}
	return out, nil
}
