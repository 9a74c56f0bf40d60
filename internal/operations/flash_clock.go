package operations

import (
	"time"
)

// The states of a flash report.
const (
	FlashOpen   = "OPEN"
	FlashClosed = "CLOSED"
)

// What a flash owes next: somebody must say that it was read, then the written
// word, then one every few hours until it is closed.
const (
	OweAcknowledge = "acknowledge"
	OweWritten     = "written"
	OweFollow      = "follow"
)

// FlashTimes are the mission's own times for flash reports.
type FlashTimes struct {
	First       time.Duration // from the event to the sending; a later one is shown as late
	Acknowledge time.Duration // from the sending to the next one who is called
	Written     time.Duration // from the sending to the first written follow-up
	Every       time.Duration // from one follow-up to the next
	Calls       int           // how many are called, one after the other
}

// UsualFlashTimes are the common practice: sent within half an hour of the event;
// ten minutes unread and the next one is called (the duty officer, the chief of
// operations, the commander); the written report in two hours, then one every four.
func UsualFlashTimes() FlashTimes {
	return FlashTimes{First: 30 * time.Minute, Acknowledge: 10 * time.Minute, Written: 2 * time.Hour, Every: 4 * time.Hour, Calls: 3}
}

// Chain is when each one of the chain is to be called about a flash that nobody
// has read.
func (t FlashTimes) Chain(sent time.Time) []time.Time {
	var at []time.Time
	for i := range t.Calls {
		at = append(at, sent.Add(time.Duration(i+1)*t.Acknowledge))
	}
	return at
}

// FlashClock is what a flash owes and how loud it must be.
type FlashClock struct {
	Owes string    // one of the Owe constants; "" for a closed one
	Due  time.Time // UTC
	Late bool
	// Calls is how many of the phone chain must have been called by now: 0 while
	// there is time, then one more for each further stretch unread.
	Calls int
	// Chain is when each of the chain is to be called, while nobody has read it.
	Chain []time.Time
	Sent  time.Time // UTC
	// FirstLate says that the flash itself came later after the event than it
	// should.
	FirstLate bool
	// Next is when the clock says something else if nobody does anything; zero for
	// never.
	Next time.Time
}

// FlashClockOf is the clock of a flash at a time. sent is when it came in, acked
// when somebody said that it was read (zero: nobody), last the newest follow-up.
func FlashClockOf(status string, sent, acked, last time.Time, times FlashTimes, now time.Time) FlashClock {
	switch {
	case status == FlashClosed || sent.IsZero():
		return FlashClock{}
	case acked.IsZero():
		return unread(sent, times, now)
	case last.IsZero():
		return owed(OweWritten, sent.Add(times.Written), now)
	}
	return owed(OweFollow, last.Add(times.Every), now)
}

func owed(what string, due, now time.Time) FlashClock {
	c := FlashClock{Owes: what, Due: due, Late: !now.Before(due)}
	if !c.Late {
		c.Next = due
	}
	return c
}

// unread is the clock while nobody has said that it was read.
func unread(sent time.Time, times FlashTimes, now time.Time) FlashClock {
	c := owed(OweAcknowledge, sent.Add(times.Acknowledge), now)
	if !c.Late || times.Acknowledge <= 0 {
		return c
	}
	c.Calls = int(min(now.Sub(sent)/times.Acknowledge, time.Duration(times.Calls)))
	if c.Calls < times.Calls {
		c.Next = sent.Add(time.Duration(c.Calls+1) * times.Acknowledge)
	}
	return c
}
