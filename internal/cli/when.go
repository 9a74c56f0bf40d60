package cli

import (
	"strings"
	"time"

	"konbit.org/konbit/internal/dtg"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
)

const howToDate = "write it as 2025-01-05, 2025-01-05T12:00-05:00 or 051200RJAN25"

// instant reads the date of a question: RFC 3339, a date-time group, or a day,
// month or year, which mean their last second on the clocks of loc: a figure of
// a day counts the whole day. "" is the zero time.
func instant(flag, text string, loc *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, nil
	}
	t, groupErr := dtg.Parse(text)
	if groupErr == nil {
		return dtg.Closing(t), nil
	}
	if looksLikeGroup(text) {
		return time.Time{}, fail.Wrap(fail.Invalid, groupErr, "bad --"+flag, fail.HintOf(groupErr))
	}
	d, err := edtf.Parse(text)
	if err != nil || d.IsInterval() || d.Approximate() || d.Uncertain() {
		return time.Time{}, fail.Newf(fail.Invalid, howToDate, "bad --%s: %.40q is not a date", flag, text)
	}
	lo, hi := d.Bounds(loc)
	if d.IsInstant() {
		return lo.In(loc), nil
	}
	return hi.Add(-time.Second).In(loc), nil
}

// looksLikeGroup says that somebody meant a date-time group: digits, then a letter.
func looksLikeGroup(text string) bool {
	letters := strings.TrimLeft(text, "0123456789 ")
	return letters != text && letters != "" && strings.IndexByte("-/.:", letters[0]) < 0 && letters[0] != 'T'
}

// asked are the dates of a question.
type asked struct{ at, known, recorded time.Time }

func readDates(at, known, recorded string, loc *time.Location) (a asked, err error) {
	if a.at, err = instant("at", at, loc); err != nil {
		return a, err
	}
	if a.known, err = instant("known", known, loc); err != nil {
		return a, err
	}
	a.recorded, err = instant("recorded", recorded, loc)
	return a, err
}
