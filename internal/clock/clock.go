package clock

import (
	"fmt"
	"sync"
	"time"

	"konbit.org/konbit/internal/fail"
)

// Wall gives the time of the machine. It may jump both ways.
type Wall func() time.Time

// Stamp orders entries: the upper 48 bits are Unix milliseconds, the lower 16 a
// counter. Compare stamps as numbers. The zero Stamp is before all.
type Stamp uint64

const (
	counterBits = 16
	lastMilli   = 1<<48 - 2 // one below the end, so that a full counter can still carry
)

// At is the first stamp of t's millisecond. Times before 1970 give the zero
// Stamp; times after the year 10888 give the last millisecond there is.
func At(t time.Time) Stamp {
	return Stamp(min(max(t.UnixMilli(), 0), lastMilli)) << counterBits
}

// Time is the stamp's millisecond in UTC, without the counter.
func (s Stamp) Time() time.Time { return time.UnixMilli(int64(s >> counterBits)).UTC() }

// Counter is the part below the millisecond.
func (s Stamp) Counter() uint16 { return uint16(s & (1<<counterBits - 1)) }

// String is the time and the counter, as 2025-03-25T20:30:00.000Z+0001. Texts
// sort as stamps do until the year 10000.
func (s Stamp) String() string {
	return s.Time().Format("2006-01-02T15:04:05.000Z07:00") + fmt.Sprintf("+%04x", s.Counter())
}

// Hybrid is the clock of one node. It is safe for concurrent use.
type Hybrid struct {
	wall     Wall
	maxDrift time.Duration

	mu   sync.Mutex
	last Stamp
}

// New makes a clock that continues after highWater, the last stamp this node
// wrote or accepted. Observe refuses stamps more than maxDrift ahead of now.
func New(now func() time.Time, highWater Stamp, maxDrift time.Duration) *Hybrid {
	return &Hybrid{wall: now, last: highWater, maxDrift: maxDrift}
}

// Now gives a stamp after every stamp given or observed before. It follows the
// wall clock where it can and counts on from the last stamp where the wall clock
// is behind; a full counter carries into the millisecond.
func (h *Hybrid) Now() Stamp {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = max(h.last+1, At(h.wall()))
	return h.last
}

// Observe merges a stamp received from another node, so that what is written
// next comes after it. It refuses ([fail.Invalid]) a stamp further ahead of the
// wall clock than the greatest drift, and leaves the clock as it was.
func (h *Hybrid) Observe(s Stamp) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ahead := s.Time().Sub(h.wall()); ahead > h.maxDrift {
		return fail.Newf(fail.Invalid, "set the clocks of both nodes, then send again",
			"the stamp %v is %v ahead of this node's clock, more than %v", s, ahead.Round(time.Second), h.maxDrift)
	}
	h.last = max(h.last, s)
	return nil
}

// Behind is how far the wall clock lies behind the last stamp; 0 when it does
// not. More than a few seconds means that the machine's clock was put back.
func (h *Hybrid) Behind() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(0, h.last.Time().Sub(h.wall()))
}
