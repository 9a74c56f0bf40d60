package operations

import (
	"strconv"
	"time"

	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/record"
)

// The states of a patrol.
const (
	PatrolPlanned   = "PLANNED"
	PatrolOut       = "OUT"
	PatrolBack      = "BACK"
	PatrolReported  = "REPORTED"
	PatrolCancelled = "CANCELLED"
)

// What a patrol owes next: it is to leave, to call in, to be back, to report.
const (
	OweLeave  = "leave"
	OweCheck  = "check"
	OweBack   = "back"
	OweReport = "report"
)

// PatrolTimes are the mission's own times for patrols.
type PatrolTimes struct {
	CheckEvery time.Duration // where the patrol names no other
	Grace      time.Duration // from what is due to the alarm
	Report     time.Duration // from the return to the written report
}

// UsualPatrolTimes are the common practice: a call an hour, the alarm half an
// hour after one that did not come, the report two hours after the return.
func UsualPatrolTimes() PatrolTimes {
	return PatrolTimes{CheckEvery: time.Hour, Grace: 30 * time.Minute, Report: 2 * time.Hour}
}

// Clock is what a patrol owes next and since when it is overdue.
type Clock struct {
	Owes string    // one of the Owe constants; "" for nothing
	Due  time.Time // UTC
	Last time.Time // UTC; when it was last heard of, zero for never
	// Late is whether what was due has not come; Alarm whether somebody must act.
	Late, Alarm bool
	// Next is when the clock says something else if nothing is heard; zero for never.
	Next time.Time
}

// ClockOf is the clock of a patrol at a time, from its record and its check-ins
// in any order. A patrol that is out owes a call each so often, and to be back by
// the planned end, whichever comes first.
func ClockOf(v *record.Version, checks []record.Version, zone *time.Location, times PatrolTimes, now time.Time) Clock {
	c := Clock{}
	for i := range checks {
		if at, ok := instant(&checks[i], "at", zone); ok && at.After(c.Last) {
			c.Last = at
		}
	}
	switch v.Text("status") {
	case PatrolPlanned:
		c.Owes, c.Due = OweLeave, v.Lo
	case PatrolOut:
		c.out(v, zone, times)
	case PatrolBack:
		c.Owes = OweReport
		returned, ok := instant(v, "returned", zone)
		if !ok {
			returned = c.Last
		}
		c.Due = returned.Add(times.Report)
	}
	if c.Owes == "" || c.Due.IsZero() {
		return c
	}
	c.Late = !now.Before(c.Due)
	c.Alarm = !now.Before(c.Due.Add(times.Grace))
	switch {
	case !c.Late:
		c.Next = c.Due
	case !c.Alarm:
		c.Next = c.Due.Add(times.Grace)
	}
	return c
}

// out is the clock of a patrol on its way.
func (c *Clock) out(v *record.Version, zone *time.Location, times PatrolTimes) {
	if left, ok := instant(v, "left", zone); ok && left.After(c.Last) {
		c.Last = left
	}
	heard := c.Last
	if heard.IsZero() {
		heard = v.Lo
	}
	c.Owes, c.Due = OweCheck, heard.Add(checkEvery(v, times))
	if end, ok := instant(v, "until", zone); ok && end.Before(c.Due) {
		c.Owes, c.Due = OweBack, end
	}
}

func checkEvery(v *record.Version, times PatrolTimes) time.Duration {
	if n, err := strconv.Atoi(v.Text("check-every")); err == nil && n > 0 {
		return time.Duration(n) * time.Minute
	}
	return times.CheckEvery
}

// instant is the beginning of the time that a field names.
func instant(v *record.Version, field string, zone *time.Location) (time.Time, bool) {
	if v.Text(field) == "" {
		return time.Time{}, false
	}
	d, err := edtf.Parse(v.Text(field))
	if err != nil {
		return time.Time{}, false
	}
	lo, _ := d.Bounds(zone)
	return lo.UTC(), true
}
