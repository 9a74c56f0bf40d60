package web

import (
	"net/url"
	"strings"
	"time"

	"konbit.org/konbit/internal/dtg"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
)

// dates are the two dates a visitor may ask for. Zero times mean now.
type dates struct {
	at, known         time.Time
	atText, knownText string // as they stand in the address
	lastDay           bool   // nobody asked: it is the last day of a mission that is over
}

func readDates(query url.Values, loc *time.Location) (dates, error) {
	d := dates{atText: strings.TrimSpace(query.Get("at")), knownText: strings.TrimSpace(query.Get("known"))}
	var err error
	if d.at, err = instant(d.atText, loc); err != nil {
		return dates{}, err
	}
	if d.known, err = instant(d.knownText, loc); err != nil {
		return dates{}, err
	}
	return d, nil
}

// instant reads RFC 3339, a date or a date-time group. A day, month or year means
// its last second on the clocks of loc: a figure of a day counts the whole day.
func instant(text string, loc *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	// A plus that was typed into an address arrives as a blank.
	if day, clock, ok := strings.Cut(text, "T"); ok && plainDay(day) {
		text = day + "T" + strings.Replace(clock, " ", "+", 1)
	}
	if t, err := dtg.Parse(text); err == nil {
		return dtg.Closing(t), nil
	}
	d, err := edtf.Parse(text)
	if err != nil || d.IsInterval() {
		return time.Time{}, fail.Newf(fail.Invalid, "write 2025-01-05, 2025-01-05T12:00-05:00 or 051200RJAN25", "%q is not a date", text)
	}
	lo, hi := d.Bounds(loc)
	if d.IsInstant() {
		return lo.In(loc), nil
	}
	return hi.Add(-time.Second).In(loc), nil
}

// plainDay says that a text is what a browser's date field can hold.
func plainDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return text == "" || err == nil
}
