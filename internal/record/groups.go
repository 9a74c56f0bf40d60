package record

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// GroupQuery asks what stands in a box, with what is too near to tell apart
// counted together.
type GroupQuery struct {
	Mission string
	AsOf    // by known date; by recorded date nothing is grouped
	Box     Box
	Zoom    int // as web maps count: at 0 the world is 512 units wide, each step doubles it
	Layers  []Layer
	Sight   Sight
}

// Layer is one kind on a map.
type Layer struct {
	Kind     string
	From, To time.Time           // as [Query] has them
	Where    map[string][]string // fields that are offered as filters and have codes
	Ground   bool                // there to find one's way by: counted by itself
}

// Group is what stands close together, or a single record.
type Group struct {
	N        int
	Lat, Lon float64 // the middle of what is in it
	Box      Box     // which just holds it
	Kinds    map[string]int
	Ground   bool
	// Versions are the records themselves: of one that stands alone, and of a few
	// that no closer look would part. nil for what is only counted.
	Versions []Version
}

// Groups are what a box shows. The sum of their N by kind is the length of the
// list of the same kind, box, dates and reader.
type Groups struct {
	Groups []Group
	Kinds  map[string]int // how many of each kind are in the box
}

const (
	// groupWidth is how far apart two things must be to be told apart, in units
	// of a map that is 512 wide at zoom 0.
	groupWidth = 64
	// mostGroups is how many of them one answer holds.
	mostGroups = 400
	// mostAcross bounds the grid of a box that is far too wide for its zoom.
	mostAcross = 64
	// closest is the zoom at which a closer look parts little; there up to
	// fewTogether are told one by one.
	closest, fewTogether = 16, 8
)

// Groups answers from what is kept in memory. What the reader may see is decided
// for each combination of marking, owner and codes once; what is held, or open by
// its ref alone, is read by itself as in a list.
func (s *Store) Groups(ctx context.Context, q GroupQuery) (Groups, error) {
	if !q.Recorded.IsZero() {
		return Groups{}, fail.New(fail.Invalid, "a map is not grouped by recorded date", "leave the recorded date out")
	}
	g := newGrouping(&q)
	for i := range q.Layers {
		if err := s.groupLayer(ctx, g, i); err != nil {
			return Groups{}, err
		}
	}
	out := g.groups()
	err := s.db.Read(ctx, func(tx *store.Tx) error { return s.tellSingles(ctx, tx, g, out) })
	return g.answer(out), err
}

// grouping collects an answer.
type grouping struct {
	*GroupQuery
	grids []grid    // one, or two for a box across the antimeridian
	lists []listing // by layer
	kinds []string
	known int64
	found []Version // what was read apart
}

func newGrouping(q *GroupQuery) *grouping {
	g := &grouping{GroupQuery: q, known: forever - 1}
	if !q.Known.IsZero() {
		g.known = q.Known.UnixMilli()
	}
	for _, l := range q.Layers {
		g.kinds = append(g.kinds, l.Kind)
	}
	boxes := q.Box.flat()
	cell := cellOf(q.Zoom, boxes)
	for _, b := range boxes {
		g.grids = append(g.grids, newGrid(b, cell, len(q.Layers)))
	}
	return g
}

// groupLayer counts one kind.
func (s *Store) groupLayer(ctx context.Context, g *grouping, layer int) error {
	on := &g.Layers[layer]
	l, err := s.listing(Query{Mission: g.Mission, Kind: on.Kind, AsOf: g.AsOf, From: on.From, To: on.To, Where: on.Where, Box: &g.Box, Sight: g.Sight})
	if err != nil {
		return err
	}
	g.lists = append(g.lists, *l)
	if l.blind {
		return nil
	}
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		if l.apart, err = s.readApart(ctx, tx, l); err != nil {
			return err
		}
		return s.groupApart(ctx, tx, g, layer, l)
	})
	if err != nil {
		return err
	}
	p, done, err := s.use(ctx, shelf{g.Mission, on.Kind})
	if err != nil {
		return err
	}
	defer done()
	for field := range on.Where {
		if !slices.Contains(p.fields, field) {
			return fail.Newf(fail.Invalid, "filter the list instead", "a map of %s is not filtered by %s", on.Kind, field)
		}
	}
	w := walkOf(s, g, l, p, layer)
	for i := range g.grids {
		w.walk(&g.grids[i], p)
	}
	return nil
}

// groupApart counts what is read one by one.
func (s *Store) groupApart(ctx context.Context, tx *store.Tx, g *grouping, layer int, l *listing) error {
	if l.apart == nil {
		return nil
	}
	for _, p := range l.apart.places {
		v, ok, err := s.candidate(ctx, tx, l, p)
		if err != nil {
			return err
		}
		if ok {
			ok, err = s.nowOpen(ctx, tx, l, &v)
		}
		if err != nil {
			return err
		}
		if lat, lon, placed := position(&v); ok && placed {
			g.found = append(g.found, v)
			for i := range g.grids {
				if g.grids[i].holds(lat, lon) {
					g.grids[i].count(lat, lon, layer, g.Layers[layer].Ground, -len(g.found))
					break
				}
			}
		}
	}
	return nil
}

// nowOpen reports whether the reader may read a record as they know it now: what
// was public once and is no longer does not come back by asking for the past.
func (s *Store) nowOpen(ctx context.Context, tx *store.Tx, l *listing, v *Version) (bool, error) {
	if l.Known.IsZero() || l.Sight.Rights == nil {
		return true, nil
	}
	until := int64(forever)
	if at, held := l.held[v.ID]; held {
		until = at
	}
	p, on, err := s.placeBefore(ctx, tx, v.ID, until)
	if err != nil || on == (shelf{}) {
		return false, err
	}
	r, err := s.versionRow(ctx, tx, p)
	if err != nil {
		return false, err
	}
	now := s.version(&r)
	return l.Sight.Rights.Reads(now.Kind, s.classOf(&now)), nil
}

// walker decides which plots of one kind count.
type walker struct {
	layer        int
	ground       bool
	known        int64
	start, end   int64
	counts, open []bool   // by profile: whether it matches, whether its class may be read
	apart        []uint64 // bits by record number
	newest       map[uint32]uint32
}

func walkOf(s *Store, g *grouping, l *listing, p *plots, layer int) *walker {
	w := &walker{layer: layer, ground: g.Layers[layer].Ground, known: g.known, start: math.MinInt64, end: math.MaxInt64, newest: p.newest}
	if !l.From.IsZero() {
		w.start = l.From.UnixMilli()
	}
	if !l.To.IsZero() {
		w.end = l.To.UnixMilli()
	}
	for i := range p.profiles {
		like := &p.profiles[i]
		open := l.Sight.Rights == nil || l.Sight.Rights.Reads(like.Kind, s.profileClass(like))
		counts := open
		for field, values := range l.Where {
			counts = counts && s.among(l, like, field, values)
		}
		w.open, w.counts = append(w.open, open), append(w.counts, counts)
	}
	if l.apart != nil {
		w.apart = make([]uint64, p.maxID/64+1)
		for id := range l.apart.ids {
			if id <= p.maxID {
				w.apart[id/64] |= 1 << (id % 64)
			}
		}
	}
	return w
}

// profileClass is a class without a ref: those open by their ref are read apart.
func (s *Store) profileClass(like *Version) Class {
	c := s.classOf(like)
	c.Ref = ""
	return c
}

// walk counts the plots of a grid's box.
func (w *walker) walk(g *grid, p *plots) {
	low, high := tileAt(g.box.South, g.box.West), tileAt(g.box.North, g.box.East)
	if tiles := (int(high.x-low.x) + 1) * (int(high.y-low.y) + 1); tiles > len(p.tiles) {
		for at, list := range p.tiles {
			if at.x >= low.x && at.x <= high.x && at.y >= low.y && at.y <= high.y {
				w.tile(g, list)
			}
		}
		return
	}
	for x := low.x; x <= high.x; x++ {
		for y := low.y; y <= high.y; y++ {
			w.tile(g, p.tiles[tile{x, y}])
		}
	}
}

func (w *walker) tile(g *grid, list []plot) {
	for i := range list {
		one := &list[i]
		if one.from > w.known || one.to <= w.known || !g.holds(one.lat, one.lon) {
			continue
		}
		// What has no event is before all: an end leaves it in, a beginning out.
		if one.hi <= w.start && w.start != math.MinInt64 || one.lo >= w.end || !w.counts[one.profile] {
			continue
		}
		if w.apart != nil && w.apart[one.id/64]&(1<<(one.id%64)) != 0 {
			continue
		}
		if one.to != forever {
			if now, several := w.newest[one.id]; several && !w.open[now] {
				continue
			}
		}
		g.count(one.lat, one.lon, w.layer, w.ground, int(one.id))
	}
}

// groups are what the grids counted, coarser where there would be too many.
func (g *grouping) groups() []*cell {
	for {
		var out []*cell
		for i := range g.grids {
			out = append(out, g.grids[i].filled()...)
		}
		if len(out) <= mostGroups {
			return out
		}
		for i := range g.grids {
			g.grids[i].coarsen()
		}
	}
}

// tellSingles reads what stands alone.
func (s *Store) tellSingles(ctx context.Context, tx *store.Tx, g *grouping, cells []*cell) error {
	few := 1
	if g.Zoom >= closest {
		few = fewTogether
	}
	for _, c := range cells {
		if c.n > few {
			continue
		}
		for _, m := range c.members[:c.n] {
			v, err := s.member(ctx, tx, g, int(m.layer), int64(m.id))
			if isNoRows(err) {
				continue
			}
			if err != nil {
				return err
			}
			c.versions = append(c.versions, v)
		}
		slices.SortFunc(c.versions, func(a, b Version) int { return cmp.Compare(a.ID, b.ID) })
	}
	return nil
}

// member is a counted record as it was known.
func (s *Store) member(ctx context.Context, tx *store.Tx, g *grouping, layer int, id int64) (Version, error) {
	if id < 0 {
		return g.found[-id-1], nil
	}
	p, _, err := s.placeBefore(ctx, tx, id, g.lists[layer].until(id))
	if err != nil {
		return Version{}, err
	}
	r, err := s.versionRow(ctx, tx, p)
	if err != nil {
		return Version{}, err
	}
	v := s.version(&r)
	return v, nil
}

func (g *grouping) answer(cells []*cell) Groups {
	out := Groups{Kinds: map[string]int{}}
	for _, c := range cells {
		one := Group{N: c.n, Lat: c.lat / float64(c.n), Lon: c.lon / float64(c.n), Box: c.box, Ground: c.ground, Versions: c.versions, Kinds: map[string]int{}}
		for i, n := range c.kinds {
			if n > 0 {
				one.Kinds[g.kinds[i]] += int(n)
				out.Kinds[g.kinds[i]] += int(n)
			}
		}
		out.Groups = append(out.Groups, one)
	}
	return out
}
