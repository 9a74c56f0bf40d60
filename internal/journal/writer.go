package journal

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

const insertEntry = "INSERT INTO entry (pos, id, id8, node, seq, body, sig) VALUES (?, ?, ?, ?, ?, ?, ?)"

// run is the one goroutine that writes. While it commits, callers gather; the
// next commit takes them all. So groups grow with the load, without any delay
// made on purpose.
func (j *Journal) run(ctx context.Context) {
	defer close(j.stopped)
	for {
		select {
		case c := <-j.queue:
			j.serve(ctx, j.gather(c))
			continue
		case <-j.stop:
		}
		select { // stopping: only what is waiting already
		case c := <-j.queue:
			j.serve(ctx, j.gather(c))
		default:
			return
		}
	}
}

// gather takes what is waiting, up to groupSize entries.
func (j *Journal) gather(first *call) []*call {
	calls := []*call{first}
	yielded := false
	for size := len(first.drafts) + len(first.foreign); size < groupSize; {
		select {
		case c := <-j.queue:
			calls = append(calls, c)
			size += len(c.drafts) + len(c.foreign)
			continue
		default:
		}
		if yielded {
			break
		}
		// Callers answered a moment ago have not had a core yet. Letting them
		// run first brings their next entries into this commit, which would
		// otherwise take only the half that waited during the last one.
		yielded = true
		runtime.Gosched()
	}
	return calls
}

// serve commits and answers calls: those with own drafts together, each with
// entries of other nodes alone.
func (j *Journal) serve(ctx context.Context, calls []*call) {
	var own []*call
	for _, c := range calls {
		if c.foreign == nil {
			own = append(own, c)
		}
	}
	if len(own) > 0 {
		j.appendGroup(ctx, own)
	}
	for _, c := range calls {
		if c.foreign != nil {
			c.err = j.accept(ctx, c)
			j.answer(c)
		}
	}
}

// appendGroup commits calls together. When the folder refuses the group, each
// call is tried alone, so that one cannot keep the others out.
func (j *Journal) appendGroup(ctx context.Context, calls []*call) {
	err := j.commitOwn(ctx, calls)
	if len(calls) > 1 && err != nil && !fail.Is(err, fail.Unavailable) && !fail.Is(err, fail.Damaged) {
		for _, c := range calls {
			c.err = j.commitOwn(ctx, []*call{c})
			j.answer(c)
		}
		return
	}
	for _, c := range calls {
		c.err = err
	}
	j.answer(calls...)
}

// answer tells the watchers what was stored, then lets the callers go on: whoever
// has written finds what they wrote, in a search as well.
func (j *Journal) answer(calls ...*call) {
	var stored []Stored
	for _, c := range calls {
		stored = append(stored, c.stored...)
	}
	if len(stored) > 0 {
		j.watchMu.Lock()
		watchers := j.watchers
		j.watchMu.Unlock()
		for _, watch := range watchers {
			watch(stored)
		}
	}
	for _, c := range calls {
		close(c.done)
	}
}

// commitOwn stamps, signs, stores and folds the drafts of calls in one
// transaction. On success each call has its stored entries.
func (j *Journal) commitOwn(ctx context.Context, calls []*call) error {
	if err := j.known(ctx); err != nil {
		return err
	}
	if fault := j.ends.faults[j.keys.Node()]; fault != "" {
		return fail.New(fail.Damaged, "the journal is damaged: "+fault, "konbit verify --data DIR; then restore a backup")
	}
	next := *j.ends
	g, last := j.stamp(&next, calls)
	signed := g.sign(j.keys)
	// Signatures are needed only as rows are written; whatever happens, the
	// signers are done before the group is given up.
	defer signed.Wait()
	err := j.db.Write(ctx, func(tx *store.Tx) error {
		if last.row == 0 {
			row, err := addNode(ctx, tx, j.keys.Node())
			if err != nil {
				return err
			}
			last.row = row
		}
		return j.store(ctx, tx, g, func(int) int64 { return last.row }, map[NodeID]end{j.keys.Node(): last}, next)
	})
	if err != nil {
		j.ends = nil // the truth is in the file
		return fmt.Errorf("append to the journal: %w", err)
	}
	j.ends.nodes[j.keys.Node()] = last
	j.ends.pos, j.ends.highWater = next.pos, next.highWater
	from := 0
	for _, c := range calls {
		c.stored = g.entries[from : from+len(c.drafts) : from+len(c.drafts)]
		from += len(c.drafts)
	}
	return nil
}

// known reads the ends of the chains again after a fault.
func (j *Journal) known(ctx context.Context) error {
	if j.ends != nil {
		return nil
	}
	return j.db.Read(ctx, func(tx *store.Tx) (err error) {
		j.ends, err = readEnds(ctx, tx)
		return err
	})
}

// group is the entries of one commit.
type group struct {
	entries []Stored
	bodies  [][]byte
	ready   []chan struct{} // one for each signStride entries, closed when signed
}

const signStride = 8

// stamp gives the drafts their place in the chain and encodes them. It moves
// next on, and gives the new end of this node's chain.
func (j *Journal) stamp(next *ends, calls []*call) (*group, end) {
	node := j.keys.Node()
	last := next.nodes[node]
	count := 0
	for _, c := range calls {
		count += len(c.drafts)
	}
	g := &group{entries: make([]Stored, 0, count), bodies: make([][]byte, 0, count)}
	for _, c := range calls {
		for _, d := range c.drafts {
			e := d.entry
			e.Node, e.Seq, e.Prev, e.Clock = node, last.seq+1, last.id, j.clock.Now()
			body := e.encodeStamps(make([]byte, 0, maxStamps+len(d.said.bytes)), d.said)
			next.pos++
			next.highWater = max(next.highWater, e.Clock)
			last.seq, last.id, last.clock = e.Seq, hash(body), e.Clock
			g.entries = append(g.entries, Stored{Entry: e, ID: last.id, Pos: next.pos, Size: len(body)})
			g.bodies = append(g.bodies, body)
		}
	}
	return g, last
}

// sign signs the group on all cores, in order, while the first rows are written.
func (g *group) sign(keys *Keys) *sync.WaitGroup {
	strides := (len(g.entries) + signStride - 1) / signStride
	g.ready = make([]chan struct{}, strides)
	for i := range g.ready {
		g.ready[i] = make(chan struct{})
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(strides, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			var scratch []byte
			for {
				stride := int(next.Add(1) - 1)
				if stride >= strides {
					return
				}
				for i := stride * signStride; i < min((stride+1)*signStride, len(g.entries)); i++ {
					g.entries[i].Signature = keys.sign(g.bodies[i], &scratch)
				}
				close(g.ready[stride])
			}
		})
	}
	return &wg
}

// store writes the rows of a group, the new ends of the chains and the clock's
// high-water mark, and has the group folded.
func (j *Journal) store(ctx context.Context, tx *store.Tx, g *group, row func(i int) int64, heads map[NodeID]end, next ends) error {
	for i := range g.entries {
		if g.ready != nil {
			<-g.ready[i/signStride]
		}
		e := &g.entries[i]
		_, err := tx.Exec(ctx, insertEntry, e.Pos, e.ID[:], e.ID.id8(), row(i), int64(e.Seq), g.bodies[i], e.Signature)
		if err != nil {
			return err
		}
	}
	for _, h := range heads {
		const set = "INSERT INTO head (node, seq, id) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, id = excluded.id"
		if _, err := tx.Exec(ctx, set, h.row, int64(h.seq), h.id[:]); err != nil {
			return err
		}
	}
	const mark = "INSERT INTO journal_meta (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
	if _, err := tx.Exec(ctx, mark, highWater, int64(next.highWater)); err != nil {
		return err
	}
	if j.folder == nil {
		return nil
	}
	return j.folder.Fold(ctx, tx, g.entries)
}

func addNode(ctx context.Context, tx *store.Tx, node NodeID) (int64, error) {
	res, err := tx.Exec(ctx, "INSERT INTO node (key) VALUES (?)", node[:])
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}
