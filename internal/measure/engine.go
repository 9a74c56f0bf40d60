package measure

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// Source is where the records come from: [record.Store].
type Source interface {
	// Versions visits every version of every record of a kind. A recorded
	// time leaves out what this node wrote after it; zero means now.
	Versions(ctx context.Context, mission, kind string, recorded time.Time, fn func(record.Version) error) error
	// VersionsOf gives all versions of one record.
	VersionsOf(ctx context.Context, id int64) ([]record.Version, error)
	// Keys gives the names of records in the order asked.
	Keys(ctx context.Context, ids []int64) ([]record.Key, error)
}

// Mission is what the engine must know of a mission.
type Mission struct {
	Kinds    Kinds
	Measures *Set
	Zone     *time.Location // in which its days begin and end
	// Published are the measures that everybody is given otherwise than who has
	// a role, by id.
	Published map[string]Publication
}

// Options of an Engine.
type Options struct {
	Source   Source
	Guard    Guard                            // nil answers nobody but who sits at the machine
	Missions func(id string) (Mission, error) // fail.NotFound for an unknown one
	Now      func() time.Time
	// Gated reports whether the kin gate can close over records of a kind, so
	// that who may not count what is held is told of it; nil: never.
	Gated func(*kind.Kind) bool
}

// Engine computes figures. It is safe for use by many at once.
type Engine struct {
	source   Source
	missions func(id string) (Mission, error)
	now      func() time.Time
	guard    Guard
	gated    func(*kind.Kind) bool

	mu     sync.Mutex
	tables map[tableKey]*held
}

type tableKey struct{ mission, kind string }

// held is a table with the records that changed since it was read.
type held struct {
	mu    sync.RWMutex // guards table
	table *table       // nil until first asked for

	pendingMu sync.Mutex
	pending   map[uint32]struct{}
}

// New makes an engine. It reads nothing until the first question.
func New(o Options) *Engine {
	e := &Engine{source: o.Source, missions: o.Missions, now: o.Now, guard: o.Guard, gated: o.Gated, tables: map[tableKey]*held{}}
	if e.guard == nil {
		e.guard = alone{}
	}
	if e.gated == nil {
		e.gated = func(*kind.Kind) bool { return false }
	}
	return e
}

// Changed tells that records were written: give it to [record.Store.OnChange]. It
// returns at once; they are read again before the next figure on their kind.
func (e *Engine) Changed(changed []record.Changed) {
	for _, c := range changed {
		e.mu.Lock()
		h := e.tables[tableKey{c.Mission, c.Kind}]
		e.mu.Unlock()
		if h == nil {
			continue // nobody asked yet: the first question reads it
		}
		h.pendingMu.Lock()
		h.pending[uint32(c.ID)] = struct{}{}
		h.pendingMu.Unlock()
	}
}

// Forget drops what is held in memory, as after the store was made again.
func (e *Engine) Forget() {
	e.mu.Lock()
	clear(e.tables)
	e.mu.Unlock()
}

// Memory is the number of rows held and the bytes their columns take.
func (e *Engine) Memory() (rows, bytes int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, h := range e.tables {
		h.mu.RLock()
		if h.table != nil {
			rows += h.table.rows()
			bytes += h.table.size()
		}
		h.mu.RUnlock()
	}
	return rows, bytes
}

// Mission gives the kinds, measures and zone of a mission; [fail.NotFound].
func (e *Engine) Mission(id string) (Mission, error) {
	m, err := e.missions(id)
	if err != nil {
		return Mission{}, err
	}
	if m.Zone == nil {
		m.Zone = time.UTC
	}
	return m, nil
}

// definition gives a measure the actor may read.
func (e *Engine) definition(who access.Actor, mission, id string) (Mission, *Definition, error) {
	m, err := e.Mission(mission)
	if err != nil {
		return Mission{}, nil, err
	}
	if len(who.Grants) == 0 {
		return Mission{}, nil, fail.New(fail.Denied, "figures are not shown without an actor", "sign in")
	}
	d, err := m.Measures.Get(id)
	if err == nil && e.may(who, mission, d) {
		return m, d, nil
	}
	// One that is not there and one that they may not ask for answer alike.
	var names []string
	for _, d := range m.Measures.All() {
		if e.may(who, mission, d) {
			names = append(names, d.ID)
		}
	}
	return Mission{}, nil, noMeasure(id, names)
}

// may reports whether an actor may ask for a measure: one that is public, or all
// of whose kinds they may count.
func (e *Engine) may(who access.Actor, mission string, d *Definition) bool {
	return d.Public || !slices.ContainsFunc(d.Terms, func(t Term) bool {
		return !e.guard.May(who, access.Count, access.Resource{Mission: mission, Kind: t.Kind, Marking: "mission"})
	})
}

// use gives a kind's table for reading; the caller calls done when finished.
func (e *Engine) use(ctx context.Context, m Mission, key tableKey) (t *table, done func(), err error) {
	e.mu.Lock()
	h := e.tables[key]
	if h == nil {
		// Entered before it is read, so that no change is missed in between.
		h = &held{pending: map[uint32]struct{}{}}
		e.tables[key] = h
	}
	e.mu.Unlock()
	for {
		h.mu.RLock()
		if h.table != nil && !h.stale() {
			return h.table, h.mu.RUnlock, nil
		}
		h.mu.RUnlock()
		if err := e.refresh(ctx, m, key, h); err != nil {
			return nil, nil, err
		}
		// Writers may be faster than readers: what was committed before the
		// question is in, so the answer does not wait for a quiet moment.
		h.mu.RLock()
		if h.table != nil {
			return h.table, h.mu.RUnlock, nil
		}
		h.mu.RUnlock()
	}
}

func (h *held) stale() bool {
	h.pendingMu.Lock()
	defer h.pendingMu.Unlock()
	return len(h.pending) > 0
}

func (h *held) take() map[uint32]struct{} {
	h.pendingMu.Lock()
	defer h.pendingMu.Unlock()
	taken := h.pending
	h.pending = map[uint32]struct{}{}
	return taken
}

func (e *Engine) refresh(ctx context.Context, m Mission, key tableKey, h *held) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	changed := h.take()
	var err error
	switch {
	case h.table == nil || len(changed) > 1000+h.table.rows()/20:
		h.table = nil
		h.table, err = e.load(ctx, m, key, func(add func(record.Version) error) error {
			return e.source.Versions(ctx, key.mission, key.kind, time.Time{}, add)
		})
	case len(changed) > 0:
		err = e.renew(ctx, h.table, changed)
	}
	if err != nil {
		h.table = nil // read it whole next time
	}
	return err
}

// load reads a kind's columns from the versions that each gives.
func (e *Engine) load(ctx context.Context, m Mission, key tableKey, each func(func(record.Version) error) error) (*table, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	k, ok := m.Kinds.Get(key.kind)
	if !ok {
		return nil, fmt.Errorf("no kind %q in mission %q", key.kind, key.mission)
	}
	l, err := newLayout(k, m.Zone, m.Measures)
	if err != nil {
		return nil, err
	}
	t := newTable(l)
	if err := each(func(v record.Version) error { return t.add(&v) }); err != nil {
		return nil, fmt.Errorf("read the records of kind %s: %w", key.kind, err)
	}
	t.fit()
	return t, nil
}

// renew reads changed records again.
func (e *Engine) renew(ctx context.Context, t *table, changed map[uint32]struct{}) error {
	t.drop(changed)
	for id := range changed {
		versions, err := e.source.VersionsOf(ctx, int64(id))
		if err != nil {
			return fmt.Errorf("read record %d again: %w", id, err)
		}
		for i := range versions {
			if err := t.add(&versions[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
