package web

import (
	"context"
	"slices"
	"sync"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// Versions is where corrections are found: [record.Store].
type Versions interface {
	Versions(ctx context.Context, mission, kind string, recorded time.Time, fn func(record.Version) error) error
	VersionsOf(ctx context.Context, id int64) ([]record.Version, error)
}

// keptChanges is how many corrections of a mission are held in memory.
const keptChanges = 2000

// Changes remembers the newest corrections of each mission, so that a front page
// need not read every version. It holds names and times only; what is shown is
// read through the door, with the actor of the request. Safe for concurrent use.
type Changes struct {
	source Versions
	reader Reader
	kinds  func(mission string) []string

	mu    sync.Mutex
	known map[string]*missionChanges
}

type missionChanges struct {
	list []changePoint // newest known first
	full bool          // older ones were dropped
}

type changePoint struct {
	key record.Key
	id  int64
	at  time.Time
}

// NewChanges makes a memory that is filled when it is first asked.
func NewChanges(source Versions, reader Reader, kinds func(mission string) []string) *Changes {
	return &Changes{source: source, reader: reader, kinds: kinds, known: map[string]*missionChanges{}}
}

// Changed tells that records were written: what was remembered of the mission is
// read again when next asked for.
func (c *Changes) Changed(list []record.Changed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range list {
		m := c.known[x.Mission]
		if m == nil {
			continue
		}
		if err := c.renew(m, x.ID); err != nil {
			delete(c.known, x.Mission)
		}
	}
}

func (c *Changes) renew(m *missionChanges, id int64) error {
	m.list = slices.DeleteFunc(m.list, func(p changePoint) bool { return p.id == id })
	versions, err := c.source.VersionsOf(context.Background(), id)
	if err != nil {
		return err
	}
	for i := range versions {
		m.add(&versions[i])
	}
	m.trim()
	return nil
}

func (m *missionChanges) add(v *record.Version) {
	if v.Number > 1 {
		m.list = append(m.list, changePoint{key: v.Key, id: v.ID, at: v.KnownFrom})
	}
}

func (m *missionChanges) trim() {
	slices.SortStableFunc(m.list, func(a, b changePoint) int { return b.at.Compare(a.at) })
	if len(m.list) > keptChanges {
		m.list, m.full = slices.Clip(m.list[:keptChanges]), true
	}
}

// load reads all versions of a mission once.
func (c *Changes) load(ctx context.Context, mission string) (*missionChanges, error) {
	m := &missionChanges{}
	for _, kind := range c.kinds(mission) {
		err := c.source.Versions(ctx, mission, kind, time.Time{}, func(v record.Version) error {
			if m.add(&v); len(m.list) > 4*keptChanges {
				m.trim()
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	m.trim()
	return m, nil
}

// Changes gives the corrections known by the asked date, the newest first, that
// the actor may see.
func (c *Changes) Changes(ctx context.Context, who access.Actor, q ChangeQuery) ([]record.Step, error) {
	c.mu.Lock()
	m := c.known[q.Mission]
	if m == nil {
		var err error
		if m, err = c.load(ctx, q.Mission); err != nil {
			c.mu.Unlock()
			return nil, err
		}
		c.known[q.Mission] = m
	}
	list := slices.Clone(m.list)
	c.mu.Unlock()
	var steps []record.Step
	for _, p := range list {
		if len(steps) >= q.Limit {
			break
		}
		if !q.Known.IsZero() && p.at.After(q.Known) {
			continue
		}
		h, err := c.reader.History(ctx, who, p.key, q.AsOf)
		if fail.Is(err, fail.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for i := range h.Steps {
			if s := &h.Steps[i]; s.KnownFrom.Equal(p.at) && s.Number > 1 {
				steps = append(steps, *s)
				break
			}
		}
	}
	return steps, nil
}
