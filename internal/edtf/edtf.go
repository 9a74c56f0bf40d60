package edtf

import (
	"time"
)

// Past and Future stand for an open start and an open end, so that an open
// interval still compares as a plain pair of times. No bound lies outside them.
var (
	Past   = time.Time{}
	Future = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

// Tick is how long an instant lasts: the finest step that is kept.
const Tick = time.Millisecond

// Date is one statement of when something happened. It is comparable: two Dates
// are equal exactly when their canonical texts are. The zero Date says nothing;
// its text is empty and its bounds are Past and Future.
type Date struct {
	start, end point
	interval   bool
}

// shape says how a point is written, from coarse to fine.
type shape uint8

const (
	absent  shape = iota // nothing between the slashes: not known
	open                 // "..": not ended, or no beginning
	century              // 20XX
	decade               // 202X
	year                 // 2025
	yearX                // 2025-XX: some month of the year
	yearXX               // 2025-XX-XX: some day of the year
	season               // 2025-21
	month                // 2025-02
	monthX               // 2025-02-XX: some day of the month
	day                  // 2025-02-17
	moment               // 2025-02-17T16:30:00 with or without an offset
)

// point is one end of a statement. Every field is plain data so that Date
// stays comparable.
type point struct {
	shape     shape
	year      int
	month     int // 1–12, or 21–24 for a season
	day       int
	milli     int // milliseconds since midnight
	offset    int // minutes east of UTC
	hasOffset bool
	qualifier byte // 0, '~', '?' or '%'
}

// FromTime is the instant t, with the offset t carries (rounded down to a whole
// minute) and cut to milliseconds. A year outside 1 to 9999 gives the zero Date.
func FromTime(t time.Time) Date {
	_, seconds := t.Zone()
	minutes := seconds / 60
	t = t.In(time.FixedZone("", minutes*60))
	if t.Year() < 1 || t.Year() > 9999 || minutes < -maxOffset || minutes > maxOffset {
		return Date{}
	}
	midnight := ((t.Hour()*60+t.Minute())*60+t.Second())*1000 + t.Nanosecond()/1e6
	return Date{start: point{
		shape: moment, year: t.Year(), month: int(t.Month()), day: t.Day(),
		milli: midnight, offset: minutes, hasOffset: true,
	}}
}

// IsZero says that nothing is stated.
func (d Date) IsZero() bool { return d == Date{} }

// IsInstant says that a single moment is stated, to the second or finer.
func (d Date) IsInstant() bool { return !d.interval && d.start.shape == moment }

// IsInterval says that a start and an end are stated; either may be open.
func (d Date) IsInterval() bool { return d.interval }

// HasOffset says that the bounds are the same in every zone: each end is a
// date-time with its offset, or open.
func (d Date) HasOffset() bool {
	if d.IsZero() {
		return false
	}
	return d.start.fixed() && (!d.interval || d.end.fixed())
}

// Approximate says that an end carries ~ or %.
func (d Date) Approximate() bool { return d.has('~') }

// Uncertain says that an end carries ? or %.
func (d Date) Uncertain() bool { return d.has('?') }

func (d Date) has(q byte) bool {
	for _, p := range [...]point{d.start, d.end} {
		if p.qualifier == q || p.qualifier == '%' {
			return true
		}
	}
	return false
}

// Bounds is the half-open interval [lo, hi) in UTC in which the event lies. What
// carries no offset is read on the clocks of loc (nil means UTC). An instant
// lasts one Tick, so lo is always before hi; nothing lies outside Past and Future.
//
// A local time that the clocks of loc skip or repeat is taken as [time.Date]
// takes it.
func (d Date) Bounds(loc *time.Location) (lo, hi time.Time) {
	if d.IsZero() {
		return Past, Future
	}
	if loc == nil {
		loc = time.UTC
	}
	lo, hi = d.start.bounds(loc)
	if d.interval {
		_, hi = d.end.bounds(loc)
		if d.end.isOpen() {
			hi = Future
		}
		if d.start.isOpen() {
			lo = Past
		}
	}
	lo, hi = clamp(lo, Past, Future.Add(-Tick)), clamp(hi, Past.Add(Tick), Future)
	if !lo.Before(hi) {
		// Clocks put forward, or an offset beside a bare date, can turn the ends round.
		hi = lo.Add(Tick)
	}
	return lo, hi
}

func clamp(t, lo, hi time.Time) time.Time {
	switch {
	case t.Before(lo):
		return lo
	case t.After(hi):
		return hi
	}
	return t
}

func (p point) isOpen() bool { return p.shape == open || p.shape == absent }

func (p point) fixed() bool { return p.isOpen() || p.shape == moment && p.hasOffset }

// bounds of an open point are meaningless; the caller replaces them.
func (p point) bounds(loc *time.Location) (lo, hi time.Time) {
	at := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, loc).UTC() }
	switch p.shape {
	case century:
		return at(p.year, 1, 1), at(p.year+100, 1, 1)
	case decade:
		return at(p.year, 1, 1), at(p.year+10, 1, 1)
	case year, yearX, yearXX:
		return at(p.year, 1, 1), at(p.year+1, 1, 1)
	case season:
		first := (p.month - 20) * 3 // 21 begins in March; 24 in December and ends in the next year
		return at(p.year, first, 1), at(p.year, first+3, 1)
	case month, monthX:
		return at(p.year, p.month, 1), at(p.year, p.month+1, 1)
	case day:
		return at(p.year, p.month, p.day), at(p.year, p.month, p.day+1)
	case moment:
		lo = p.moment(loc)
		return lo, lo.Add(Tick)
	case absent, open:
	}
	return Past, Future
}

func (p point) moment(loc *time.Location) time.Time {
	if p.hasOffset {
		loc = time.FixedZone("", p.offset*60)
	}
	seconds, milli := p.milli/1000, p.milli%1000
	return time.Date(p.year, time.Month(p.month), p.day,
		seconds/3600, seconds/60%60, seconds%60, milli*1e6, loc).UTC()
}
