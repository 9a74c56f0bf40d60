package edtf

import (
	"fmt"
	"strings"
	"time"

	"konbit.org/konbit/internal/fail"
)

// Longer texts cannot be a date; refusing them early keeps messages short.
const maxText = 80

// The widest offset that any place on earth has used, in minutes.
const maxOffset = 15*60 + 59

const example = "write it as 2025-03-25, 2025-02, 2025-03-25T16:30-04:00 or 2024-06-25/2024-07-16"

// Parse reads one date. Lower case, a space in place of T and surrounding blanks
// are accepted; digits of a second beyond milliseconds are cut. The error is
// [fail.Invalid] and its hint shows a form that works.
func Parse(s string) (Date, error) {
	text := strings.ToUpper(strings.TrimSpace(s))
	if text == "" {
		return Date{}, fail.New(fail.Invalid, "the date is empty", example)
	}
	if len(text) > maxText {
		return Date{}, fail.New(fail.Invalid, "the date is too long", example)
	}
	from, to, interval := strings.Cut(text, "/")
	if !interval {
		p, err := parsePoint(s, from)
		return Date{start: p}, err
	}
	return parseInterval(s, from, to)
}

func parseInterval(s, from, to string) (Date, error) {
	start, err := parseEnd(s, from)
	if err != nil {
		return Date{}, err
	}
	end, err := parseEnd(s, to)
	if err != nil {
		return Date{}, err
	}
	if start.isOpen() && end.isOpen() {
		return Date{}, refuse(s, "it is open at both ends")
	}
	if !start.isOpen() && !end.isOpen() && reversed(start, end) {
		return Date{}, fail.Newf(fail.Invalid, "write the earlier end first: 2024-06-25/2024-07-16",
			"bad date %q: it ends before it begins", s)
	}
	return Date{start: start, end: end, interval: true}, nil
}

// reversed refuses only what is reversed in every zone: where one end carries an
// offset and the other does not, the reader's zone may still put them right.
func reversed(start, end point) bool {
	lo, _ := start.bounds(time.UTC)
	_, hi := end.bounds(time.UTC)
	if start.fixed() != end.fixed() {
		hi = hi.Add(maxOffset * time.Minute)
	}
	return !lo.Before(hi)
}

func parseEnd(s, text string) (point, error) {
	switch text {
	case "":
		return point{shape: absent}, nil
	case "..":
		return point{shape: open}, nil
	}
	return parsePoint(s, text)
}

func parsePoint(s, text string) (point, error) {
	var qualifier byte
	if n := len(text); n > 0 && strings.IndexByte("~?%", text[n-1]) >= 0 {
		text, qualifier = text[:n-1], text[n-1]
	}
	date, clock, timed := strings.Cut(text, "T")
	if !timed {
		date, clock, timed = strings.Cut(text, " ")
	}
	p, ok := parseDay(date)
	if !ok {
		return point{}, refuse(s, "it is not a date")
	}
	if why := p.missing(); why != "" {
		return point{}, refuse(s, why)
	}
	p.qualifier = qualifier
	if !timed {
		return p, nil
	}
	if p.shape != day {
		return point{}, refuse(s, "a time of day needs a whole date")
	}
	if qualifier != 0 {
		return point{}, fail.Newf(fail.Invalid,
			"say between when and when: 2025-03-25T16:00-04:00/2025-03-25T17:00-04:00",
			"bad date %q: a time of day takes no %c", s, qualifier)
	}
	if !p.setClock(clock) {
		return point{}, refuse(s, "it is not a time of day")
	}
	return p, nil
}

// parseDay knows each form by its length; the digits decide the rest.
func parseDay(s string) (point, bool) {
	if len(s) != 4 && len(s) != 7 && len(s) != 10 {
		return point{}, false
	}
	if len(s) > 4 && s[4] != '-' || len(s) > 7 && s[7] != '-' {
		return point{}, false
	}
	var ok bool
	p := point{shape: year}
	switch {
	case s[2:] == "XX":
		p.shape = century
		p.year, ok = digits(s[:2])
		p.year *= 100
		return p, ok
	case s[3:] == "X":
		p.shape = decade
		p.year, ok = digits(s[:3])
		p.year *= 10
		return p, ok
	}
	if p.year, ok = digits(s[:4]); !ok || len(s) == 4 {
		return p, ok
	}
	if s[5:7] == "XX" {
		p.shape = yearX
		if len(s) == 10 {
			p.shape = yearXX
			return p, s[8:] == "XX"
		}
		return p, true
	}
	if p.month, ok = digits(s[5:7]); !ok {
		return p, false
	}
	p.shape = month
	switch {
	case len(s) == 7 && p.month > 20:
		p.shape = season
	case len(s) == 10 && s[8:] == "XX":
		p.shape = monthX
	case len(s) == 10:
		p.shape = day
		p.day, ok = digits(s[8:])
	}
	return p, ok
}

// missing names what the calendar does not have, or "".
func (p point) missing() string {
	switch {
	case p.year == 0 && p.shape != decade && p.shape != century:
		return "there is no year 0000"
	case p.shape == season && p.month > 24:
		return "seasons are 21 to 24"
	case p.shape == month || p.shape == monthX || p.shape == day:
		if p.month < 1 || p.month > 12 {
			return "months are 01 to 12"
		}
	}
	if p.shape != day {
		return ""
	}
	if t := time.Date(p.year, time.Month(p.month), p.day, 0, 0, 0, 0, time.UTC); p.day < 1 || t.Day() != p.day {
		return "that month has no such day"
	}
	return ""
}

// setClock reads hh:mm, hh:mm:ss or hh:mm:ss.fff, then Z, +hh:mm or nothing.
func (p *point) setClock(s string) bool {
	s, ok := p.cutOffset(s)
	if !ok || len(s) < 5 || s[2] != ':' {
		return false
	}
	hour, okHour := digits(s[:2])
	minute, okMinute := digits(s[3:5])
	if !okHour || !okMinute || hour > 23 || minute > 59 {
		return false
	}
	second, milli := 0, 0
	if rest := s[5:]; rest != "" {
		if len(rest) < 3 || rest[0] != ':' {
			return false
		}
		var okSecond, okMilli bool
		second, okSecond = digits(rest[1:3])
		milli, okMilli = fraction(rest[3:])
		if !okSecond || !okMilli || second > 59 {
			return false
		}
	}
	p.shape, p.milli = moment, ((hour*60+minute)*60+second)*1000+milli
	return true
}

func (p *point) cutOffset(s string) (rest string, ok bool) {
	if rest, ok = strings.CutSuffix(s, "Z"); ok {
		p.hasOffset = true
		return rest, true
	}
	i := strings.LastIndexAny(s, "+-")
	if i < 0 {
		return s, true
	}
	zone := s[i+1:]
	if len(zone) != 5 || zone[2] != ':' {
		return "", false
	}
	hour, okHour := digits(zone[:2])
	minute, okMinute := digits(zone[3:])
	p.offset, p.hasOffset = hour*60+minute, true
	if s[i] == '-' {
		p.offset = -p.offset
	}
	return s[:i], okHour && okMinute && minute < 60 && hour*60+minute <= maxOffset
}

func fraction(s string) (milli int, ok bool) {
	if s == "" {
		return 0, true
	}
	if s[0] != '.' && s[0] != ',' || len(s) < 2 || len(s) > 10 {
		return 0, false
	}
	if _, ok = digits(s[1:]); !ok {
		return 0, false
	}
	return digits((s[1:] + "00")[:3])
}

func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}

func refuse(s, why string) error {
	return fail.Newf(fail.Invalid, example, "bad date %.100q: %s", s, why)
}

// String is the canonical text: Parse of it gives the same Date. Times are
// written with seconds, an offset of zero as Z.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	if !d.interval {
		return d.start.String()
	}
	return d.start.String() + "/" + d.end.String()
}

// String is the text of one end.
func (p point) String() string {
	text := ""
	switch p.shape {
	case absent:
	case open:
		text = ".."
	case century:
		text = fmt.Sprintf("%02dXX", p.year/100)
	case decade:
		text = fmt.Sprintf("%03dX", p.year/10)
	case year:
		text = fmt.Sprintf("%04d", p.year)
	case yearX:
		text = fmt.Sprintf("%04d-XX", p.year)
	case yearXX:
		text = fmt.Sprintf("%04d-XX-XX", p.year)
	case season, month:
		text = fmt.Sprintf("%04d-%02d", p.year, p.month)
	case monthX:
		text = fmt.Sprintf("%04d-%02d-XX", p.year, p.month)
	case day:
		text = fmt.Sprintf("%04d-%02d-%02d", p.year, p.month, p.day)
	case moment:
		text = fmt.Sprintf("%04d-%02d-%02dT%s", p.year, p.month, p.day, p.clock())
	}
	if p.qualifier != 0 {
		text += string(p.qualifier)
	}
	return text
}

func (p point) clock() string {
	seconds, milli := p.milli/1000, p.milli%1000
	text := fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if milli != 0 {
		text += fmt.Sprintf(".%03d", milli)
	}
	switch {
	case !p.hasOffset:
		return text
	case p.offset == 0:
		return text + "Z"
	case p.offset < 0:
		return text + fmt.Sprintf("-%02d:%02d", -p.offset/60, -p.offset%60)
	}
	return text + fmt.Sprintf("+%02d:%02d", p.offset/60, p.offset%60)
}

// MarshalText is String, so that a Date travels in JSON and CBOR as its text.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is Parse; an empty text is the zero Date.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = Parse(string(text))
	return err
}
