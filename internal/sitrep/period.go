package sitrep

import (
	"time"

	"konbit.org/konbit/internal/fail"
)

// The forms of a report.
const (
	Daily   = "DSR"
	Weekly  = "WSR"
	Monthly = "MSR"
)

// Rhythm is when what is due, on the mission's clocks, as time since midnight.
type Rhythm struct {
	Input  time.Duration // the posts' parts
	CutOff time.Duration // where a period ends and the next begins
	Remind time.Duration // the duty officer is told that the report is not out
	Issue  time.Duration // the report is out
}

// UsualRhythm is the common practice: inputs at 1700, cut-off 1800, a word to the
// duty officer at 1945, out at 2000.
func UsualRhythm() Rhythm {
	return Rhythm{Input: 17 * time.Hour, CutOff: 18 * time.Hour, Remind: 19*time.Hour + 45*time.Minute, Issue: 20 * time.Hour}
}

// Period is the stretch a report is about: From is in it, To is not.
type Period struct {
	Form     string
	Day      string // YYYY-MM-DD: the day on which it ends
	From, To time.Time
}

// PeriodOf is the period of a form that ends on a day. A week ends at the cut-off
// of Sunday's report and a month at that of its last day, so that seven dailies
// make a week and the dailies of a month make the month. The day may be any of
// them. Cut-offs are on the mission's clocks: where those are moved, a day is 23
// or 25 hours long and no moment is in two periods or none.
func PeriodOf(form, day string, r Rhythm, zone *time.Location) (Period, error) {
	t, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return Period{}, fail.Newf(fail.Invalid, "write it as 2025-03-25", "%q is no day", day)
	}
	last := t
	days := 1
	switch form {
	case Daily:
	case Weekly:
		days = 7
		last = t.AddDate(0, 0, (7-int(t.Weekday()))%7)
	case Monthly:
		last = time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, zone)
		days = last.Day()
	default:
		return Period{}, fail.Newf(fail.Invalid, "use one of DSR, WSR, MSR", "%q is no form of a report", form)
	}
	return Period{Form: form, Day: last.Format(time.DateOnly), From: clockOn(last.AddDate(0, 0, -days), r.CutOff), To: clockOn(last, r.CutOff)}, nil
}

// clockOn is what the clock shows on a day: not so many hours after its midnight.
func clockOn(day time.Time, at time.Duration) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), int(at/time.Hour), int(at%time.Hour/time.Minute), 0, 0, day.Location()).UTC()
}

// DayOf is the day whose daily report a moment belongs to.
func DayOf(t time.Time, r Rhythm, zone *time.Location) string {
	local := t.In(zone)
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone)
	if !t.Before(clockOn(day, r.CutOff)) {
		day = day.AddDate(0, 0, 1)
	}
	return day.Format(time.DateOnly)
}

// Days are the days of the daily reports that a period is made of.
func (p Period) Days(zone *time.Location) []string {
	var out []string
	day := p.From.In(zone).AddDate(0, 0, 1)
	for d := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone); ; d = d.AddDate(0, 0, 1) {
		out = append(out, d.Format(time.DateOnly))
		if d.Format(time.DateOnly) >= p.Day {
			return out
		}
	}
}
