package journal

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

const (
	// groupSize is how many entries one commit takes from waiting callers. More
	// would not make it cheaper, but would make the first caller wait longer.
	groupSize = 1000
	// defaultDrift is how far ahead another node's clock may be.
	defaultDrift = time.Hour
)

// Folder works the entries of a commit into what can be queried. It runs in
// the transaction that stores them, so both are there or neither. An error that
// is not of the kinds Unavailable or Damaged refuses the call whose entries
// caused it. batch must not be changed or kept.
type Folder interface {
	Fold(ctx context.Context, tx *store.Tx, batch []Stored) error
}

// Options are the parts a journal stands on.
type Options struct {
	DB       *store.DB
	Keys     *Keys
	Now      clock.Wall
	MaxDrift time.Duration // how far ahead another node's clock may be; 0 means an hour
	Folder   Folder        // may be nil
	// Revoked says up to which entry a node is trusted; revoked is false when it
	// is trusted altogether. It may be nil.
	Revoked func(NodeID) (last uint64, revoked bool)
	Log     *slog.Logger // may be nil
}

// Journal is the journal of one node. It is safe for concurrent use.
type Journal struct {
	db     *store.DB
	keys   *Keys
	clock  *clock.Hybrid
	folder Folder
	trust  func(NodeID) (last uint64, revoked bool)
	log    *slog.Logger

	queue   chan *call
	stop    chan struct{} // closed by Close
	stopped chan struct{} // closed when the writer has ended
	once    sync.Once

	watchMu  sync.Mutex
	watchers []func([]Stored)

	ends *ends // of the chains; only the writer touches it, nil when unknown
}

// call is one caller waiting for the writer: with own drafts, or with entries
// of other nodes.
type call struct {
	drafts   []draft
	foreign  []Stored
	bodies   [][]byte // of foreign
	rejected []Rejected

	stored []Stored
	err    error
	done   chan struct{}
}

type draft struct {
	entry Entry
	said  said
}

// Open reads the ends of the chains and starts the writer, which works until
// Close. The DB and the Keys stay the caller's to close, after the journal.
func Open(ctx context.Context, opt Options) (*Journal, error) {
	if opt.MaxDrift == 0 {
		opt.MaxDrift = defaultDrift
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	var known *ends
	err := opt.DB.Read(ctx, func(tx *store.Tx) (err error) {
		known, err = readEnds(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	j := &Journal{
		db: opt.DB, keys: opt.Keys, folder: opt.Folder, trust: opt.Revoked, log: opt.Log,
		clock: clock.New(opt.Now, known.highWater, opt.MaxDrift),
		queue: make(chan *call, 256), stop: make(chan struct{}), stopped: make(chan struct{}),
		ends: known,
	}
	if fault := known.faults[j.keys.Node()]; fault != "" {
		j.log.ErrorContext(ctx, "journal damaged, nothing can be written", slog.String("why", fault))
	}
	go j.run(context.WithoutCancel(ctx))
	return j, nil
}

// Close lets the writer finish what callers wait for, and ends it. Later calls
// of Append are refused with [fail.Unavailable].
func (j *Journal) Close() error {
	j.once.Do(func() { close(j.stop) })
	<-j.stopped
	return nil
}

// distrust says why an entry does not count; "" when it does.
func (j *Journal) distrust(e *Entry) string {
	if j.trust == nil {
		return ""
	}
	if last, revoked := j.trust(e.Node); revoked && e.Seq > last {
		return fmt.Sprintf("the node is revoked: its entries count up to %d", last)
	}
	return ""
}

// Node is the name of this node.
func (j *Journal) Node() NodeID { return j.keys.Node() }

// OnCommit has fn called after each commit, in order, outside the transaction
// and before the callers are answered. fn must return soon, for the writer
// waits for it, and must not call Append or Accept.
func (j *Journal) OnCommit(fn func([]Stored)) {
	j.watchMu.Lock()
	defer j.watchMu.Unlock()
	j.watchers = append(j.watchers, fn)
}

// Append stamps, signs and stores entries: all of one call or none, next to one
// another. When it returns without an error they are on the disk and folded.
// Callers at the same time share a commit.
//
// It refuses with [fail.Invalid] entries that are not whole, with
// [fail.Unavailable] when the disk does not take them, with [fail.Damaged] when
// the end of this node's chain is missing, and with the folder's error. When
// ctx ends while the call waits, the entries may be stored or not: send them
// again with the same Draft, which makes a repeat harmless.
func (j *Journal) Append(ctx context.Context, entries ...Entry) ([]Stored, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	c := &call{drafts: make([]draft, len(entries)), done: make(chan struct{})}
	for i, given := range entries {
		e, err := given.normal()
		if err != nil {
			return nil, err
		}
		// The caller may change its map as soon as it gives up waiting.
		e.Fields = maps.Clone(e.Fields)
		said := e.encodeSaid(make([]byte, 0, 512))
		if size := len(said.bytes) + maxStamps; size > MaxEntry {
			return nil, tooLarge(size)
		}
		c.drafts[i] = draft{entry: e, said: said}
	}
	if err := j.hand(ctx, c); err != nil {
		return nil, err
	}
	return c.stored, c.err
}

// hand gives a call to the writer and waits for it.
func (j *Journal) hand(ctx context.Context, c *call) error {
	closed := fail.New(fail.Unavailable, "the journal is closed", "try again when the node is up")
	select {
	case <-j.stop:
		return closed
	default:
	}
	select {
	case j.queue <- c:
	case <-ctx.Done():
		return ctx.Err()
	case <-j.stop:
		return closed
	}
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-j.stopped:
	}
	// The writer may have answered just before it ended.
	select {
	case <-c.done:
		return nil
	default:
		return closed
	}
}
