package live

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"konbit.org/konbit/internal/access"
)

// Reader is who looks on and at what.
type Reader struct {
	Who      access.Actor
	Key      string // whose streams are counted together: an account, or an address
	Stranger bool   // has not signed in
	Mission  string
	Kinds    []string // the kinds of record to hear of; none means all
	Short    bool     // kinds and refs without fields: for those who load a page anyway
	After    string   // the mark of the last event that came through
}

func (r *Reader) wanted(kindID string) bool {
	return len(r.Kinds) == 0 || slices.Contains(r.Kinds, kindID)
}

// wants tells readers apart who ask for other things.
func (r *Reader) wants() string {
	kinds := slices.Sorted(slices.Values(r.Kinds))
	if r.Short {
		kinds = append(kinds, "-")
	}
	return strings.Join(kinds, " ")
}

// Why a stream is over.
const (
	OverSlow = "slow" // the reader took too long
	OverStop = "stop" // the node stops
	OverWho  = "who"  // the session has ended, or is allowed something else now
)

// Beat is how often a stream says that it is there while nothing else is said.
const Beat = 15 * time.Second

// Stream is what one reader is told. Whoever joined must leave.
type Stream struct {
	hub      *Hub
	reader   Reader
	of       circle
	standing access.Standing
	ready    chan struct{}

	mu     sync.Mutex
	queue  [][]byte
	size   int
	unsure bool
	over   string
}

// Join begins a stream. The first bytes are there at once: a greeting, and what
// was missed since [Reader.After]. It is refused with [ErrFull], [ErrMany] or
// [ErrEnded].
func (h *Hub) Join(ctx context.Context, r Reader) (*Stream, error) {
	s := &Stream{hub: h, reader: r, ready: make(chan struct{}, 1)}
	h.mu.Lock()
	if err := h.room(r); err != nil {
		h.mu.Unlock()
		return nil, err
	}
	h.all++
	h.each[r.Key]++
	if r.Stranger {
		h.strangers++
	}
	h.put(s)
	h.expect(ctx)
	now, spread := h.moment(), 5*len(h.circles[s.of])
	missed, whole := h.since(r)
	h.mu.Unlock()
	more, mark := h.chunk(h.hears(s.standing, r, gather(missed), h.reader(ctx)), r.Short), ""
	if r.After != "" && !whole {
		more = h.reload(now)
	}
	if more == nil {
		mark = h.mark(now)
	}
	var b bytes.Buffer
	b.WriteString("retry: 3000\n")
	write(&b, "hello", mark, map[string]int64{"beat": Beat.Milliseconds(), "spread": int64(min(spread, 8000))})
	b.Write(more)
	s.first(b.Bytes())
	return s, nil
}

// room refuses a reader for whom there is none.
func (h *Hub) room(r Reader) error {
	switch {
	case h.ended:
		return ErrEnded
	case h.each[r.Key] >= h.Limits.Each:
		return ErrMany
	case h.all >= h.Limits.All, r.Stranger && h.strangers >= h.Limits.Strangers:
		return ErrFull
	}
	return nil
}

// since is what was said after a reader's mark; whole is false where that is not
// known any more.
func (h *Hub) since(r Reader) (missed []said, whole bool) {
	h.forget(h.Now().UnixMicro())
	boot, at, ok := ParseMark(r.After)
	if !ok || boot != h.boot || at < h.floor {
		return nil, false
	}
	return h.pick(r, at), true
}

// pick are the statements after a time that somebody asks for.
func (h *Hub) pick(r Reader, after int64) (out []said) {
	for _, s := range h.past {
		if s.at > after && s.key.Mission == r.Mission && r.wanted(s.key.Kind) {
			out = append(out, s)
		}
	}
	return out
}

// Recent gives what a reader hears of what is remembered, as if they had looked on
// all the while, with the mark to go on from.
func (h *Hub) Recent(ctx context.Context, r Reader) (all []Change, mark string) {
	h.mu.Lock()
	h.expect(ctx)
	h.tellPending(ctx)
	h.forget(h.Now().UnixMicro())
	after := h.floor
	if boot, at, ok := ParseMark(r.After); ok && boot == h.boot {
		after = max(after, at)
	}
	mark = h.mark(h.moment())
	picked := h.pick(r, after)
	h.mu.Unlock()
	return h.hears(h.Door.Standing(r.Who, r.Mission), r, gather(picked), h.reader(ctx)), mark
}

// Once writes what [Hub.Recent] gives as a stream that ends.
func (h *Hub) Once(ctx context.Context, r Reader) []byte {
	all, mark := h.Recent(ctx, r)
	var b bytes.Buffer
	b.Write(h.chunk(all, r.Short))
	write(&b, "beat", mark, struct{}{})
	return b.Bytes()
}

// Leave ends a stream and makes room for another.
func (s *Stream) Leave() {
	h := s.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(s)
	h.all--
	if h.each[s.reader.Key]--; h.each[s.reader.Key] == 0 {
		delete(h.each, s.reader.Key)
	}
	if s.reader.Stranger {
		h.strangers--
	}
}

// Ready has something in it when there is something to take.
func (s *Stream) Ready() <-chan struct{} { return s.ready }

// Take gives what has come. Where unsure is set, whoever writes it must find out
// first whether the reader still is who they were: what came may not be for them.
// Where over says why, nothing more comes.
func (s *Stream) Take() (chunks [][]byte, unsure bool, over string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chunks, unsure, over = s.queue, s.unsure, s.over
	s.queue, s.size, s.unsure = nil, 0, false
	return chunks, unsure, over
}

// Beat is the sign of life, with a mark until which nothing was missed; nil while
// something waits to be taken.
func (s *Stream) Beat() []byte {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	now := s.hub.moment()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) > 0 {
		return nil
	}
	var b bytes.Buffer
	write(&b, "beat", s.hub.mark(now), struct{}{})
	return b.Bytes()
}

// push gives a stream what its circle hears. A reader for whom too much waits is
// let go: they come back and are told what they missed.
func (s *Stream) push(chunk []byte) {
	s.mu.Lock()
	if s.over == "" && s.size+len(chunk) > s.hub.Limits.Queue {
		s.over, s.queue = OverSlow, nil
	}
	if s.over == "" {
		s.queue = append(s.queue, chunk)
		s.size += len(chunk)
	}
	s.mu.Unlock()
	s.signal()
}

// first puts what a stream begins with before what has come since.
func (s *Stream) first(chunk []byte) {
	s.mu.Lock()
	s.queue = slices.Insert(s.queue, 0, chunk)
	s.mu.Unlock()
	s.signal()
}

func (s *Stream) end(why string) {
	s.mu.Lock()
	if s.over == "" {
		s.over, s.queue = why, nil
	}
	s.mu.Unlock()
	s.signal()
}

func (s *Stream) unsettle() {
	s.mu.Lock()
	s.unsure = true
	s.mu.Unlock()
	s.signal()
}

func (s *Stream) signal() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}
