package casualty

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/journal"
)

// The codes that the gate reads.
const (
	statusReturned = "RETURNED"
	statusDeceased = "DECEASED"
)

// Terms are what a mission sets for its gate.
type Terms struct {
	Hold time.Duration  // between telling the family and anything going out
	Zone *time.Location // of a time of telling that names no offset
}

// told are the states of the kin that let the hold begin: everybody who must
// know first has been told, would not hear it, or need not.
func told() []string { return []string{"TOLD-ALL", "REFUSED", "WAIVED"} }

// Opens is from when on the gate is open over a version with these fields, UTC.
// ok is false when nothing that it says opens it ever: then it is closed.
//
// It opens a hold after the family was told, by somebody who is named, of just
// the status in force. Where the time of telling is a day, the hold runs from
// its end. A hold of its own counts where it is longer than the mission's.
//
// That somebody is back on duty opens nothing by itself: what nobody outside the
// cell was told of stays with it, also what was written by mistake. It is shown at
// once only where an earlier status was open: see [file.shut].
func Opens(fields map[string]journal.Value, terms Terms) (at time.Time, ok bool) {
	text := func(field string) string { return strings.TrimSpace(fields[field].Text) }
	status := text("status")
	switch {
	case status == "":
		return time.Time{}, false
	case !slices.Contains(told(), text("kin")), text("told-by") == "", text("told-of") != status:
		return time.Time{}, false
	}
	when, ok := instant(text("told"), terms.Zone)
	if !ok {
		return time.Time{}, false
	}
	return when.Add(holdOf(text("hold"), terms.Hold)), true
}

// Open reports whether the gate is open at a time over a version with these
// fields, and from when on; opensAt is zero where nothing opens it, or nothing
// had to.
func Open(fields map[string]journal.Value, terms Terms, now time.Time) (open bool, opensAt time.Time) {
	at, ok := Opens(fields, terms)
	return ok && !now.Before(at), at
}

// instant reads when something was over: a moment as it is, anything longer or
// less sure at its end.
func instant(text string, zone *time.Location) (time.Time, bool) {
	if text == "" {
		return time.Time{}, false
	}
	date, err := edtf.Parse(text)
	if err != nil {
		return time.Time{}, false
	}
	lo, hi := date.Bounds(zone)
	if date.IsInstant() {
		return lo, true
	}
	return hi, hi.Before(edtf.Future)
}

// holdOf is the longer of the two holds. What cannot be read is no reason for a
// shorter one.
func holdOf(text string, mission time.Duration) time.Duration {
	hours, err := strconv.Atoi(text)
	if err != nil || hours < 0 {
		return mission
	}
	return max(mission, time.Duration(hours)*time.Hour)
}
