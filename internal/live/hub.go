package live

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// Records is where the steps of a record are read: [record.Store]. What of them
// somebody hears is decided by the door.
type Records interface {
	History(ctx context.Context, key record.Key, asOf record.AsOf) (record.History, error)
}

// Door decides who hears what: [access.Door].
type Door interface {
	Standing(who access.Actor, mission string) access.Standing
	Hearing(of access.Standing) access.Hearing
}

// Limits bound what streams may cost.
type Limits struct {
	All       int           // streams at a time
	Strangers int           // of them, those of people who have not signed in
	Each      int           // of one account, or of one address of strangers
	Queue     int           // bytes that may wait for one reader
	Keep      time.Duration // how long a reader may be away and still be told what was missed
}

// UsualLimits let a thousand people look on, leave room for those who work when
// strangers come in numbers, and let a class share an address.
func UsualLimits() Limits {
	return Limits{All: 1500, Strangers: 500, Each: 24, Queue: 256 << 10, Keep: 15 * time.Minute}
}

// Options are what a hub is made of. All are needed.
type Options struct {
	Records Records
	Door    Door
	// People says of which kinds the records decide who may sign in, and to what:
	// when one changes, every stream asks again whose it is.
	People func(kind string) bool
	// Notes says of which kinds the records note who read what. They are not told: a
	// page that looks again because somebody looked would never come to rest.
	Notes func(kind string) bool
	// Gate says over which records of a mission the kin gate is closed now, as
	// [access.Guard.Closed] does: when it opens by itself, those who may are told. nil
	// where nothing is held; only of Missions it is asked.
	Gate     func(mission string) []access.Hold
	Missions []string
	Limits   Limits
	Now      func() time.Time
	Log      *slog.Logger
}

// The refusals of [Hub.Join].
var (
	ErrFull  = errors.New("too many look on")
	ErrMany  = errors.New("too many streams of one reader")
	ErrEnded = errors.New("the node stops")
)

const (
	// mostAtOnce is how many statements are told one by one; after a larger import
	// everybody is told to load the page again.
	mostAtOnce = 4096
	// mostKept bounds how many statements are remembered, whatever [Limits.Keep] is.
	mostKept = 16384
)

// Hub tells readers what commits change. Give [Hub.Committed] to the journal after
// everything that must have taken a commit in first, above all the kin gate. It is
// safe for concurrent use.
type Hub struct {
	Options
	boot string // tells the marks of this process from those of another

	quick   sync.Mutex // guards pending and last; the journal's writer takes it
	pending []said
	last    int64
	wake    chan struct{}

	mu        sync.Mutex // guards what is below, while commits are told too; taken before quick
	past      []said
	closed    map[string][]access.Hold // what the gate said last, by mission
	floor     int64                    // what was said until then is forgotten
	circles   map[circle]map[*Stream]struct{}
	each      map[string]int
	all       int
	strangers int
	ended     bool
}

// said is one committed entry: when, of which record.
type said struct {
	at  int64 // microseconds, alike in one commit and rising from one to the next
	key record.Key
	id  journal.ID
}

// circle is readers who are told the same: of one standing, asking alike.
type circle struct{ mission, standing, kinds string }

// New makes a hub. [Hub.Run] does its work.
func New(o Options) *Hub {
	h := &Hub{
		Options: o, boot: rand.Text()[:10], wake: make(chan struct{}, 1),
		circles: map[circle]map[*Stream]struct{}{}, each: map[string]int{}, closed: map[string][]access.Hold{},
	}
	if o.Gate != nil {
		for _, mission := range o.Missions {
			h.closed[mission] = o.Gate(mission)
		}
	}
	h.last = o.Now().UnixMicro()
	h.floor = h.last - lag.Microseconds()
	return h
}

// Committed takes a commit in: for [journal.Journal.OnCommit]. It never waits for
// a reader.
func (h *Hub) Committed(batch []journal.Stored) {
	h.quick.Lock()
	at := h.next()
	for i := range batch {
		e := &batch[i]
		if h.Notes(e.Kind) {
			continue
		}
		h.pending = append(h.pending, said{at, record.Key{Mission: e.Mission, Kind: e.Kind, Ref: e.Ref}, e.ID})
	}
	h.quick.Unlock()
	h.rouse()
}

// rouse has what is pending told.
func (h *Hub) rouse() {
	select {
	case h.wake <- struct{}{}:
	default: // it is roused already
	}
}

// next is the time of what is told next: later than all before. It is for who has
// the quick lock.
func (h *Hub) next() int64 {
	h.last = max(h.Now().UnixMicro(), h.last+1)
	return h.last
}

// Run tells readers until ctx ends, and then ends their streams.
func (h *Hub) Run(ctx context.Context) {
	defer h.End()
	ticker := time.NewTicker(again)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
			h.tell(ctx)
		case <-ticker.C:
			h.look(ctx)
		}
	}
}

// End ends all streams and lets no other begin.
func (h *Hub) End() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
	for s := range h.streams {
		s.end(OverStop)
	}
}

// streams yields all of them.
func (h *Hub) streams(yield func(*Stream) bool) {
	for _, in := range h.circles {
		for s := range in {
			if !yield(s) {
				return
			}
		}
	}
}

// Unsettle has every stream ask again whose it is before anything more is sent:
// sessions may have ended that no entry tells of.
func (h *Hub) Unsettle() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams {
		s.unsettle()
	}
}

func (h *Hub) tell(ctx context.Context) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tellPending(ctx)
}

// tellPending tells what is pending. The lock of the circles is held all the while,
// so that whoever joins meanwhile misses nothing and hears nothing twice.
func (h *Hub) tellPending(ctx context.Context) {
	batch := h.take()
	if len(batch) == 0 {
		return
	}
	h.remember(batch)
	if slices.ContainsFunc(batch, func(s said) bool { return h.People(s.key.Kind) }) {
		for s := range h.streams {
			s.unsettle()
		}
	}
	switch {
	case h.all == 0:
	case len(batch) > mostAtOnce:
		again := h.reload(h.moment())
		for s := range h.streams {
			s.push(again)
		}
	default:
		h.tellEach(ctx, gather(batch))
	}
}

func (h *Hub) take() []said {
	h.quick.Lock()
	defer h.quick.Unlock()
	batch := h.pending
	h.pending = nil
	return batch
}

// tellEach works out for each circle what it hears of, and gives it to all in it.
func (h *Hub) tellEach(ctx context.Context, changes []change) {
	h.regroup()
	read := h.reader(ctx)
	for _, in := range h.circles {
		for s := range in {
			chunk := h.chunk(h.hears(s.standing, s.reader, changes, read), s.reader.Short)
			if chunk != nil {
				for s := range in {
					s.push(chunk)
				}
			}
			break // one speaks for all
		}
	}
}

// reader reads each record once, and only those that somebody asks for.
func (h *Hub) reader(ctx context.Context) func(key record.Key) *record.History {
	known := map[record.Key]*record.History{}
	return func(key record.Key) *record.History {
		of, ok := known[key]
		if ok {
			return of
		}
		if found, err := h.Records.History(ctx, key, record.AsOf{}); err == nil {
			of = &found
		} else if ctx.Err() == nil {
			h.Log.ErrorContext(ctx, "a change was not told", slog.String("kind", key.Kind), slog.Any("error", err))
		}
		known[key] = of
		return of
	}
}

// regroup moves readers whose grants have begun or ended to the circle that they
// are of now.
func (h *Hub) regroup() {
	now := h.Now()
	var moved []*Stream
	for s := range h.streams {
		if until := s.standing.Until; !until.IsZero() && !now.Before(until) {
			moved = append(moved, s)
		}
	}
	for _, s := range moved {
		h.drop(s)
		h.put(s)
	}
}

// put adds a stream to its circle.
func (h *Hub) put(s *Stream) {
	s.standing = h.Door.Standing(s.reader.Who, s.reader.Mission)
	s.of = circle{s.reader.Mission, s.standing.Alike(), s.reader.wants()}
	if h.circles[s.of] == nil {
		h.circles[s.of] = map[*Stream]struct{}{}
	}
	h.circles[s.of][s] = struct{}{}
}

func (h *Hub) drop(s *Stream) {
	delete(h.circles[s.of], s)
	if len(h.circles[s.of]) == 0 {
		delete(h.circles, s.of)
	}
}

// lag is how far behind the time marks stay that stand at no change: by then what
// was committed has been told, so that the mark is the same whether there was
// something or not. What it covers twice is told twice, which is harmless.
const lag = time.Second

// moment is a time until which everything was told. It holds for who has the lock.
func (h *Hub) moment() int64 {
	at := h.Now().Add(-lag).UnixMicro()
	h.quick.Lock()
	defer h.quick.Unlock()
	if len(h.pending) > 0 { // of an import that is being told
		at = min(at, h.pending[0].at-1)
	}
	return at
}

// Mark is what somebody comes back with who reads something now and wants to hear
// of all that changes from then on: what was committed before is in what is read.
func (h *Hub) Mark() string { return h.mark(h.Now().UnixMicro()) }
