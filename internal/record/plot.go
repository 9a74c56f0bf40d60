package record

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/store"
)

// plot is one version of a record that stands somewhere: what decides whether it
// is on a map, and where. A million of them are 60 MB and are walked in
// milliseconds; the same question to an R*Tree and then to each record takes a
// hundred times as long.
type plot struct {
	lat, lon float64
	from, to int64 // known, in milliseconds; to is exclusive, forever for the newest version
	lo, hi   int64 // event interval, noEvent for none
	id       uint32
	profile  uint32
}

// plots are all that ever stood somewhere of one kind. They are read at the first
// question and kept up behind the commits.
type plots struct {
	mu    sync.RWMutex // guards what follows
	ready bool
	seen  int64 // position of the last entry, where another process writes
	tiles map[tile][]plot
	maxID int64
	// profiles are the different combinations of what rights and filters ask for.
	profiles []Version
	codes    map[string]uint32
	newest   map[uint32]uint32 // profile of the newest version, of records with several
	fields   []string          // that a profile has

	pendingMu sync.Mutex
	pending   map[int64]struct{}
}

// tile is a square of half a degree.
type tile struct{ x, y int16 }

const tilesPerDegree = 2

func tileAt(lat, lon float64) tile {
	return tile{int16(math.Floor(lon * tilesPerDegree)), int16(math.Floor(lat * tilesPerDegree))}
}

// plotted are the plots of a store, by kind.
type plotted struct {
	mu  sync.Mutex
	all map[shelf]*plots
}

func (p *plotted) of(name shelf) *plots {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[shelf]*plots{}
	}
	if p.all[name] == nil {
		p.all[name] = &plots{pending: map[int64]struct{}{}}
	}
	return p.all[name]
}

// touched is told of a commit; a kind that nobody asked for is read whole later.
func (p *plotted) touched(changed []Changed) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range changed {
		if one := p.all[shelf{c.Mission, c.Kind}]; one != nil {
			one.pendingMu.Lock()
			one.pending[c.ID] = struct{}{}
			one.pendingMu.Unlock()
		}
	}
}

// forget drops all plots: the store is made again.
func (p *plotted) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = nil
}

// use gives the plots of a kind for reading, as of the last commit; the caller
// calls done when finished.
func (s *Store) use(ctx context.Context, name shelf) (p *plots, done func(), err error) {
	p = s.plotted.of(name)
	seen, err := s.lastSeen(ctx)
	if err != nil {
		return nil, nil, err
	}
	p.mu.RLock()
	if p.ready && p.seen == seen && !p.stale() {
		return p, p.mu.RUnlock, nil
	}
	p.mu.RUnlock()
	if err := s.replot(ctx, name, p, seen); err != nil {
		return nil, nil, err
	}
	// What is committed from here on was not there when the question was asked.
	p.mu.RLock()
	return p, p.mu.RUnlock, nil
}

// lastSeen is the last entry, where another process writes and tells nobody.
func (s *Store) lastSeen(ctx context.Context) (pos int64, err error) {
	if s.index != nil && !s.index.foreign {
		return 0, nil
	}
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `SELECT coalesce(max(pos), 0) FROM entry`).Scan(&pos)
	})
	return pos, err
}

func (p *plots) stale() bool {
	p.pendingMu.Lock()
	defer p.pendingMu.Unlock()
	return len(p.pending) > 0
}

func (p *plots) take() map[int64]struct{} {
	p.pendingMu.Lock()
	defer p.pendingMu.Unlock()
	taken := p.pending
	p.pending = map[int64]struct{}{}
	return taken
}

// replot reads what changed, or all where that is most of it.
func (s *Store) replot(ctx context.Context, name shelf, p *plots, seen int64) (err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	changed := p.take()
	defer func() { p.ready = err == nil }() // half of it is none: it is read whole next time
	if !p.ready || p.seen != seen || len(changed) > 1000+int(p.maxID)/20 {
		p.clear(s, name)
		p.seen = seen
		return s.Versions(ctx, name.mission, name.kind, time.Time{}, func(v Version) error {
			p.add(&v)
			return nil
		})
	}
	p.drop(changed)
	for id := range changed {
		versions, err := s.VersionsOf(ctx, id)
		if err != nil {
			return err
		}
		for i := range versions {
			p.add(&versions[i])
		}
	}
	return nil
}

func (p *plots) clear(s *Store, name shelf) {
	p.tiles, p.maxID = map[tile][]plot{}, 0
	p.profiles, p.codes, p.newest = nil, map[string]uint32{}, map[uint32]uint32{}
	p.fields = []string{"marking", "owner"}
	k, ok := s.schema.Kind(name.mission, name.kind)
	if !ok {
		return
	}
	if k.Owner != "" {
		p.fields = append(p.fields, k.Owner)
	}
	for _, f := range k.AllFields() {
		if f.Filter && !f.Personal && !worded(&f) && (f.Type == kind.Choice || f.Type == kind.Flag) && !slices.Contains(p.fields, f.ID) {
			p.fields = append(p.fields, f.ID)
		}
	}
}

// add takes a version in. It copies what it keeps.
func (p *plots) add(v *Version) {
	p.maxID = max(p.maxID, v.ID)
	lat, lon, placed := position(v)
	placed = placed && v.State == Live && lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180
	current := v.KnownTo.IsZero()
	if !placed && (!current || v.Number == 1) {
		return
	}
	profile := p.profile(v)
	if current && v.Number > 1 {
		p.newest[uint32(v.ID)] = profile
	}
	if !placed {
		return
	}
	one := plot{lat: lat, lon: lon, from: v.KnownFrom.UnixMilli(), to: forever, lo: noEvent, hi: noEvent, id: uint32(v.ID), profile: profile}
	if !current {
		one.to = v.KnownTo.UnixMilli()
	}
	if !v.Lo.IsZero() || !v.Hi.IsZero() {
		one.lo, one.hi = v.Lo.UnixMilli(), v.Hi.UnixMilli()
	}
	at := tileAt(lat, lon)
	p.tiles[at] = append(p.tiles[at], one)
}

// profile numbers the combination of what rights and filters ask of a version.
func (p *plots) profile(v *Version) uint32 {
	var room [128]byte
	key := room[:0]
	for _, f := range p.fields {
		key = append(append(key, v.Fields[f].Text...), 0)
	}
	if code, ok := p.codes[string(key)]; ok {
		return code
	}
	like := Version{Key: Key{Mission: v.Mission, Kind: v.Kind}, Fields: map[string]journal.Value{}}
	for _, f := range p.fields {
		if text := v.Fields[f].Text; text != "" {
			like.Fields[f] = journal.Value{Text: string([]byte(text))} // a part of a longer text would keep all of it
		}
	}
	code := uint32(len(p.profiles))
	p.profiles, p.codes[string(key)] = append(p.profiles, like), code
	return code
}

// drop takes records out that are read again. A record with a larger number than
// any before is not there yet.
func (p *plots) drop(changed map[int64]struct{}) {
	old := map[uint32]bool{}
	for id := range changed {
		if id <= p.maxID {
			old[uint32(id)] = true
			delete(p.newest, uint32(id))
		}
	}
	if len(old) == 0 {
		return
	}
	for at, list := range p.tiles {
		p.tiles[at] = slices.DeleteFunc(list, func(one plot) bool { return old[one.id] })
	}
}
