package journal

import (
	"context"
	"fmt"
	"runtime"

	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// maxFaults bounds a report: past it the journal is known to be in pieces.
const maxFaults = 1000

// Report is what Verify found.
type Report struct {
	Entries int64 // that were there to be checked
	Nodes   int
	Faults  []Fault // in the order of positions; at most 1000
}

// Fault is one thing that is not as it was written.
type Fault struct {
	Pos   int64 // 0 when it belongs to no entry
	Node  NodeID
	Seq   uint64
	Where string // body, signature, id, index, column, chain, clock, end, mark, node, revoked or file
	Why   string
}

// String says where and why on one line.
func (f Fault) String() string {
	if f.Pos == 0 {
		return fmt.Sprintf("%s: %s", f.Where, f.Why)
	}
	return fmt.Sprintf("position %d (node %s, entry %d): %s: %s", f.Pos, f.Node.Short(), f.Seq, f.Where, f.Why)
}

// Verify reads every entry and checks its encoding, hash, signature, columns,
// place in its chain and clock, then the ends of the chains and the file below.
// What it finds is in the report; an error means only that it could not look.
// progress, which may be nil, is called now and then with entries done and in
// all. Appending meanwhile is allowed; what is appended after the start is not
// checked.
func (j *Journal) Verify(ctx context.Context, progress func(done, total int64)) (Report, error) {
	v := &verifier{j: j, chains: map[NodeID]link{}, progress: progress}
	if err := v.begin(ctx); err != nil {
		return v.report, err
	}
	if err := v.entries(ctx); err != nil {
		return v.report, err
	}
	v.checkEnds()
	v.report.Nodes = len(v.chains)
	return v.report, v.file(ctx)
}

type verifier struct {
	j        *Journal
	progress func(done, total int64)
	report   Report
	total    int64 // last position at the start

	nodes     map[int64]NodeID // as the table says
	heads     map[int64]end
	highWater clock.Stamp
	chains    map[NodeID]link // as the entries say
	newest    clock.Stamp
}

func (v *verifier) fault(f Fault) {
	if len(v.report.Faults) < maxFaults {
		v.report.Faults = append(v.report.Faults, f)
	}
}

// unreadable takes down an error of the file as a fault, and gives any other back.
func (v *verifier) unreadable(err error, what string) error {
	if fail.Is(err, fail.Damaged) {
		v.fault(Fault{Where: "file", Why: what + " cannot be read: " + err.Error()})
		return nil
	}
	return err
}

// begin reads, in one snapshot, what the entries must agree with.
func (v *verifier) begin(ctx context.Context) error {
	v.nodes, v.heads = map[int64]NodeID{}, map[int64]end{}
	return v.j.db.Read(ctx, func(tx *store.Tx) error {
		var mark int64
		err := tx.QueryRow(ctx, `SELECT coalesce((SELECT max(pos) FROM entry), 0),
			coalesce((SELECT value FROM journal_meta WHERE name = ?), 0)`, highWater).Scan(&v.total, &mark)
		if err := v.unreadable(err, "the table of entries"); err != nil {
			return err
		}
		v.highWater = clock.Stamp(mark)
		return v.unreadable(v.tables(ctx, tx), "the table of nodes")
	})
}

func (v *verifier) tables(ctx context.Context, tx *store.Tx) error {
	rows, err := tx.Query(ctx, `SELECT node.id, node.key, coalesce(head.seq, 0), coalesce(head.id, x'')
		FROM node LEFT JOIN head ON head.node = node.id ORDER BY node.id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var row, seq int64
		var key, id []byte
		if err := rows.Scan(&row, &key, &seq, &id); err != nil {
			return err
		}
		if len(key) != len(NodeID{}) || len(id) != len(ID{}) {
			v.fault(Fault{Where: "node", Why: fmt.Sprintf("row %d is not whole", row)})
			continue
		}
		v.nodes[row] = NodeID(key)
		v.heads[row] = end{row: row, seq: uint64(seq), id: ID(id)}
	}
	return rows.Err()
}

// checked is a page of rows with what is wrong with each alone.
type checked struct {
	raws    []raw
	entries []Entry
	faults  [][]Fault
	done    chan struct{}
}

// entries checks all rows: each by itself on all cores, the chains in order.
func (v *verifier) entries(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	pages := make(chan *checked, runtime.GOMAXPROCS(0))
	failed := make(chan error, 1)
	go func() {
		defer close(pages)
		failed <- v.read(ctx, pages)
	}()
	defer func() {
		cancel()
		for p := range pages {
			<-p.done
		}
	}()
	next := int64(1)
	for p := range pages {
		<-p.done
		for i := range p.raws {
			next = v.follow(&p.raws[i], &p.entries[i], p.faults[i], next)
		}
		if v.progress != nil {
			v.progress(min(next-1, v.total), v.total)
		}
	}
	return <-failed
}

// read sends pages of rows. Where the file cannot be read it goes on row by row,
// so that one bad page does not hide the rest.
func (v *verifier) read(ctx context.Context, to chan<- *checked) error {
	for from := int64(1); from <= v.total; {
		upto := min(from+pageSize-1, v.total)
		raws, err := v.rows(ctx, from, upto)
		if fail.Is(err, fail.Damaged) {
			raws, err = v.singly(ctx, from, upto)
		}
		if err != nil {
			return err
		}
		from = upto + 1
		p := &checked{raws: raws, done: make(chan struct{})}
		go p.check(v.nodes)
		select {
		case to <- p:
		case <-ctx.Done():
			<-p.done
			return ctx.Err()
		}
	}
	return nil
}

func (v *verifier) singly(ctx context.Context, from, upto int64) ([]raw, error) {
	var raws []raw
	for pos := from; pos <= upto; pos++ {
		one, err := v.rows(ctx, pos, pos)
		if err != nil && !fail.Is(err, fail.Damaged) {
			return nil, err
		}
		raws = append(raws, one...)
	}
	return raws, nil
}

// rows reads whole rows at positions from..upto.
func (v *verifier) rows(ctx context.Context, from, upto int64) (raws []raw, err error) {
	const query = "SELECT pos, id, id8, node, seq, body, sig FROM entry WHERE pos BETWEEN ? AND ? ORDER BY pos"
	err = v.j.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(context.WithoutCancel(ctx), query, from, upto)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r raw
			if err := rows.Scan(&r.pos, &r.id, &r.id8, &r.node, &r.seq, &r.body, &r.sig); err != nil {
				return err
			}
			raws = append(raws, r)
		}
		return rows.Err()
	})
	return raws, err
}

// check looks at each row by itself.
func (p *checked) check(nodes map[int64]NodeID) {
	defer close(p.done)
	p.entries = make([]Entry, len(p.raws))
	p.faults = make([][]Fault, len(p.raws))
	var scratch []byte
	for i := range p.raws {
		p.entries[i], p.faults[i] = p.raws[i].check(nodes, &scratch)
	}
}

func (r *raw) check(nodes map[int64]NodeID, scratch *[]byte) (Entry, []Fault) {
	var faults []Fault
	say := func(where, why string) { faults = append(faults, Fault{Where: where, Why: why}) }
	id := hash(r.body)
	if string(r.id) != string(id[:]) {
		say("id", "it is not the hash of the body")
	}
	if len(r.id) == len(id) && r.id8 != ID(r.id).id8() {
		say("index", "it does not begin as the id does")
	}
	e, err := Decode(r.body)
	if err != nil {
		say("body", err.Error())
		return e, faults
	}
	if !signedBy(e.Node, r.body, r.sig, scratch) {
		say("signature", "it is not the node's signature of the body")
	}
	if r.seq != int64(e.Seq) {
		say("column", fmt.Sprintf("seq %d is not that of the body", r.seq))
	}
	if nodes[r.node] != e.Node {
		say("column", fmt.Sprintf("node %d is not that of the body", r.node))
	}
	return e, faults
}

// follow checks a row against those before it, takes down its faults, and gives
// the position that should come next.
func (v *verifier) follow(r *raw, e *Entry, faults []Fault, next int64) int64 {
	v.report.Entries++
	for missing := next; missing < r.pos; missing++ {
		v.fault(Fault{Pos: missing, Where: "file", Why: "the entry is missing or cannot be read"})
		if len(v.report.Faults) >= maxFaults {
			break
		}
	}
	node, seq := e.Node, e.Seq
	if seq == 0 { // the body cannot be read; the columns may still say
		node, seq = v.nodes[r.node], uint64(r.seq)
	} else if f, broken := v.chains[node].follows(e); broken {
		faults = append(faults, f)
	}
	if why := v.j.distrust(e); why != "" {
		faults = append(faults, Fault{Where: "revoked", Why: why})
	}
	l := link{seq: seq, id: hash(r.body), clock: e.Clock}
	copy(l.column[:], r.id)
	v.chains[node] = l
	v.newest = max(v.newest, e.Clock)
	for _, f := range faults {
		f.Pos, f.Node, f.Seq = r.pos, node, seq
		v.fault(f)
	}
	return r.pos + 1
}

// link is the last entry of a chain seen so far. Its id stands twice: where the
// two differ that entry has its fault, and the next one, which names the right
// one of them, should not have it too.
type link struct {
	seq        uint64
	id, column ID
	clock      clock.Stamp
}

// follows says what is wrong with e standing after l.
func (l link) follows(e *Entry) (Fault, bool) {
	switch {
	case e.Seq != l.seq+1:
		return Fault{Where: "chain", Why: fmt.Sprintf("it follows entry %d of the node", l.seq)}, true
	case e.Prev != l.id && e.Prev != l.column:
		return Fault{Where: "chain", Why: "it names another entry before it"}, true
	case e.Clock <= l.clock:
		return Fault{Where: "clock", Why: "its stamp is not after that of the entry before it"}, true
	}
	return Fault{}, false
}

// checkEnds compares where the chains end with where they were written to end.
func (v *verifier) checkEnds() {
	ended := map[NodeID]bool{}
	for row, head := range v.heads {
		node := v.nodes[row]
		ended[node] = true
		if last := v.chains[node]; last.seq != head.seq || last.id != head.id {
			v.fault(Fault{Node: node, Seq: head.seq, Where: "end", Why: fmt.Sprintf(
				"the chain of node %s was written to entry %d and ends at %d", node.Short(), head.seq, last.seq)})
		}
	}
	for node, last := range v.chains {
		if !ended[node] {
			v.fault(Fault{Node: node, Seq: last.seq, Where: "end", Why: "the end of the chain of node " + node.Short() + " is not on record"})
		}
	}
	if v.highWater != v.newest {
		v.fault(Fault{Where: "mark", Why: fmt.Sprintf("the clock's high-water mark is %v and the newest stamp %v", v.highWater, v.newest)})
	}
}

// file has SQLite look at every page of the file.
func (v *verifier) file(ctx context.Context) error {
	err := v.j.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, "PRAGMA integrity_check")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				return err
			}
			if line != "ok" {
				v.fault(Fault{Where: "file", Why: line})
			}
		}
		return rows.Err()
	})
	return v.unreadable(err, "the file")
}
