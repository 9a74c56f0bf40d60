package cli

import (
	"io"
	"time"
)

// Instant is instant, for the tests.
var Instant = instant

// Wrap is wrap, for the tests.
var Wrap = wrap

// Drawn is what a bar writes to a terminal of a width while fn works it.
func Drawn(w io.Writer, now func() time.Time, width int, fn func(set func(done, total, counted int64))) {
	e := &env{Proc: Proc{Stderr: w, Now: now, Width: width}}
	b := e.bar("rows")
	fn(b.bytes)
	b.end()
}

// Report is how an error is told, and its exit code.
func Report(p Proc, debug, asJSON bool, err error) int {
	e := &env{Proc: p, common: common{Debug: debug, JSON: asJSON}, log: newLog(p.Stderr, debug)}
	return e.report(err)
}
