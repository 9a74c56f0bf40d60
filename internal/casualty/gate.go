package casualty

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// The kinds that the gate reads.
const (
	kindCasualty = "casualty"
	kindPerson   = "person"
	kindIncident = "incident"
)

// Records is what the gate reads of the record store: [record.Store].
type Records interface {
	History(ctx context.Context, key record.Key, asOf record.AsOf) (record.History, error)
	Versions(ctx context.Context, mission, kind string, recorded time.Time, fn func(record.Version) error) error
	Keys(ctx context.Context, ids []int64) ([]record.Key, error)
}

// Opener opens what is sealed: [journal.Keys].
type Opener interface {
	Open(ctx context.Context, v journal.Value, field string) (string, error)
}

// GateOptions are what a gate is made of. All are needed.
type GateOptions struct {
	Records  Records
	Keys     Opener
	Missions []string
	Terms    func(mission string) Terms
	Now      func() time.Time
	Log      *slog.Logger
}

// Gate holds in memory the casualties that are not open, with what of the roll
// and the log points to the same event. It is an [access.Gate], safe for
// concurrent use.
type Gate struct {
	GateOptions

	mu    sync.RWMutex
	files map[string]map[int64]*file // by mission and number
	// coming are the files and what they point to that a commit in hand touches.
	coming map[record.Key]access.Hold
	// shown is what was answered last, by mission, until something changes.
	shown map[string]answer
}

// answer is what the gate said of a mission, good for times in [from, until).
type answer struct {
	holds       []access.Hold
	from, until time.Time // until is zero where no time opens anything
}

func (a *answer) holdsAt(t time.Time) bool {
	return !a.from.IsZero() && !t.Before(a.from) && (a.until.IsZero() || t.Before(a.until))
}

var _ access.Gate = (*Gate)(nil)

// NewGate makes a gate that knows of nothing yet: call [Gate.Load] before
// anybody reads.
func NewGate(o GateOptions) *Gate {
	return &Gate{GateOptions: o, files: map[string]map[int64]*file{}}
}

// Load reads the casualties of all missions, dropping what was known: call it at
// the start, and when the records were folded anew and so have other numbers.
func (g *Gate) Load(ctx context.Context) error {
	all := map[string]map[int64]*file{}
	for _, mission := range g.Missions {
		files, err := g.walk(ctx, mission)
		if err != nil {
			return fmt.Errorf("read the casualties of %s: %w", mission, err)
		}
		all[mission] = files
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.files, g.coming, g.shown = all, nil, nil
	return nil
}

// walk finds the casualties of a mission whose newest version is not open now.
func (g *Gate) walk(ctx context.Context, mission string) (map[int64]*file, error) {
	var shut []record.Key
	now, terms := g.Now(), g.Terms(mission)
	err := g.Records.Versions(ctx, mission, kindCasualty, time.Time{}, func(v record.Version) error {
		if !v.KnownTo.IsZero() {
			return nil
		}
		if open, _ := Open(v.Fields, terms, now); !open || v.State != record.Live || v.Conflict {
			shut = append(shut, v.Key)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	files := map[int64]*file{}
	for _, key := range shut {
		f, err := g.read(ctx, key)
		if err != nil {
			return nil, err
		}
		if _, closed := f.shut(now); closed {
			files[f.id] = f
		}
	}
	return files, nil
}

// Coming closes the gate over what a commit is about to make readable, until
// [Gate.Changed] has read it: give it to [record.Store.OnFold]. Between a commit
// and that reading, however short, somebody may look.
func (g *Gate) Coming(all []record.Coming) {
	filed := slices.ContainsFunc(all, func(c record.Coming) bool { return c.Kind == kindCasualty })
	var holds []access.Hold
	for _, c := range all {
		points := c.Kind == kindPerson || c.Kind == kindIncident
		known := points && len(g.linkedTo(record.Changed{Mission: c.Mission, Kind: c.Kind, ID: c.ID})) > 0
		if c.Kind == kindCasualty || known || points && filed {
			holds = append(holds, access.Hold{
				Mission: c.Mission, Kind: c.Kind, Ref: c.Ref, ID: c.ID, Since: c.Reported, Marking: "cell",
			})
		}
	}
	if len(holds) == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shown = nil
	if g.coming == nil {
		g.coming = map[record.Key]access.Hold{}
	}
	for _, h := range holds {
		g.coming[record.Key{Mission: h.Mission, Kind: h.Kind, Ref: h.Ref}] = h
	}
}

// arrived forgets what was coming: it has been read, or its commit failed.
func (g *Gate) arrived() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.coming != nil {
		g.coming, g.shown = nil, nil
	}
}

// Changed takes in what a commit touched: give it to [record.Store.OnChange]. It
// reads again the files that are concerned, which are few.
func (g *Gate) Changed(changed []record.Changed) {
	defer g.arrived()
	ctx := context.Background() // the commit has no other, and is over
	for _, c := range changed {
		switch c.Kind {
		case kindCasualty:
			g.renew(ctx, c.Mission, c.ID)
		case kindPerson, kindIncident:
			for _, id := range g.linkedTo(c) {
				g.renew(ctx, c.Mission, id)
			}
		}
	}
}

// linkedTo are the files that point to a record, or to one that was not there
// yet when they were read.
func (g *Gate) linkedTo(c record.Changed) (ids []int64) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	for id, f := range g.files[c.Mission] {
		if slices.ContainsFunc(f.linked, func(l linked) bool { return l.key.Kind == c.Kind && (l.id == c.ID || l.id == 0) }) {
			ids = append(ids, id)
		}
	}
	return ids
}

// renew reads one file again. One that cannot be read is closed as a whole until
// it can.
func (g *Gate) renew(ctx context.Context, mission string, id int64) {
	f, err := g.readID(ctx, id)
	if err != nil {
		g.Log.ErrorContext(ctx, "read a casualty for the gate", slog.Any("error", err))
		f = &file{key: record.Key{Mission: mission, Kind: kindCasualty}, id: id, blind: true}
	}
	_, closed := f.shut(g.Now())
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shown = nil
	if !closed {
		delete(g.files[mission], id)
		return
	}
	if g.files[mission] == nil {
		g.files[mission] = map[int64]*file{}
	}
	g.files[mission][id] = f
}

func (g *Gate) readID(ctx context.Context, id int64) (*file, error) {
	keys, err := g.Records.Keys(ctx, []int64{id})
	if err != nil {
		return nil, err
	}
	return g.read(ctx, keys[0])
}

// Closed gives the records of a mission over which the gate is closed at t, by
// kind and ref: casualties, and the persons and incidents that they point to.
func (g *Gate) Closed(mission string, t time.Time) []access.Hold {
	g.mu.RLock()
	last := g.shown[mission]
	g.mu.RUnlock()
	if last.holdsAt(t) {
		return last.holds
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := answer{from: t}
	for _, h := range g.coming {
		if h.Mission == mission {
			now.holds = append(now.holds, h)
		}
	}
	for _, f := range g.files[mission] {
		now.holds = append(now.holds, f.holds(t)...)
		if opens := f.opensAfter(t); !opens.IsZero() && (now.until.IsZero() || opens.Before(now.until)) {
			now.until = opens
		}
	}
	sortHolds(now.holds)
	if g.shown == nil {
		g.shown = map[string]answer{}
	}
	g.shown[mission] = now
	return now.holds
}

func sortHolds(list []access.Hold) {
	slices.SortFunc(list, func(a, b access.Hold) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Ref, b.Ref), a.Since.Compare(b.Since))
	})
}
