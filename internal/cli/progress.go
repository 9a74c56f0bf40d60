package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// bar shows how far long work has come, on a terminal and nowhere else: a log
// file wants the outcome, not the way there. The zero bar shows nothing.
type bar struct {
	mu      sync.Mutex
	w       io.Writer
	now     func() time.Time
	what    string
	width   int
	began   time.Time
	drawn   time.Time
	counted int64 // of what is named, where done and total are bytes
}

// redraw is how often the line is written anew: more is flicker.
const redraw = 100 * time.Millisecond

func (e *env) bar(what string) *bar {
	return &bar{w: e.Stderr, now: e.Now, what: what, width: e.Width, began: e.Now()}
}

// set says how much is done of how much; a total of 0 is not known.
func (b *bar) set(done, total int64) { b.draw(done, total, done) }

// bytes says how many bytes are read of how many, and what was counted in them.
func (b *bar) bytes(done, total, counted int64) { b.draw(done, total, counted) }

func (b *bar) draw(done, total, counted int64) {
	if b.width == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counted = counted
	now := b.now()
	if now.Sub(b.drawn) < redraw {
		return
	}
	b.drawn = now
	fmt.Fprintf(b.w, "\r%s\x1b[K", b.line(done, total, now.Sub(b.began)))
}

// line is the bar, the count, the speed and the time that is left.
func (b *bar) line(done, total int64, took time.Duration) string {
	text := fmt.Sprintf(" %d %s", b.counted, b.what)
	if s := took.Seconds(); s >= 1 {
		text += fmt.Sprintf(", %.0f/s", float64(b.counted)/s)
	}
	if total <= 0 {
		return cut(text, b.width)
	}
	part := min(1, float64(done)/float64(total))
	if part > 0 && took >= time.Second {
		left := time.Duration(float64(took) * (1 - part) / part).Round(time.Second)
		text += fmt.Sprintf(", %s left", left)
	}
	text = fmt.Sprintf(" %3.0f%%%s", 100*part, text)
	room := min(40, b.width-len(text)-3)
	if room < 5 {
		return cut(text, b.width)
	}
	full := int(part * float64(room))
	return "[" + strings.Repeat("#", full) + strings.Repeat(".", room-full) + "]" + text
}

func cut(text string, width int) string {
	if len(text) >= width {
		return text[:max(0, width-1)]
	}
	return text
}

// end takes the line away.
func (b *bar) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.width > 0 && !b.drawn.IsZero() {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
