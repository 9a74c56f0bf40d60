package kind

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zone names must be read alike on a laptop without them

	"konbit.org/konbit/internal/dtg"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/lang"
)

var ( // patterns, compiled once; nothing writes them
	slashed   = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(\D|$)`)
	groupLike = regexp.MustCompile(`(?i)^\d{2} ?\d{4} ?([A-Z]) ?[A-Z]{3} ?\d{2}$`)
	localTime = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$`)
)

// Location gives the location of a zone field: a zone letter other than J, or an
// IANA name. An empty zone gives fallback. The error is fail.Invalid.
func Location(zone string, fallback *time.Location) (*time.Location, error) {
	if zone == "" {
		return fallback, nil
	}
	if len(zone) == 1 {
		offset, err := dtg.Offset(strings.ToUpper(zone)[0])
		if err != nil {
			return nil, err
		}
		return time.FixedZone(strings.ToUpper(zone), int(offset.Seconds())), nil
	}
	// LoadLocation reads "Local" as the machine's own clock, which is not a
	// statement anybody else can read.
	if zone != "UTC" && !strings.Contains(zone, "/") {
		return nil, fail.Newf(fail.Invalid, "write a letter such as Q, or a name such as Africa/Nairobi", "no such zone %q", zone)
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fail.Newf(fail.Invalid, "write a letter such as Q, or a name such as Africa/Nairobi", "no such zone %q", zone)
	}
	return loc, nil
}

// location is Location, remembered: reading a zone costs more than the rest of
// a row.
func (k *Kind) location(zone string, fallback *time.Location) (*time.Location, error) {
	if zone == "" || k.compiled == nil {
		return Location(zone, fallback)
	}
	if loc, ok := k.zones.Load(zone); ok {
		return loc.(*time.Location), nil
	}
	loc, err := Location(zone, fallback)
	if err == nil {
		k.zones.Store(zone, loc)
	}
	return loc, err
}

// Bounds is the half-open stretch [lo, hi) of UTC time in which a record's event
// lies, from its canonical at, until and zone; loc is the mission's zone, for a
// record that names none. Both are zero when at is empty.
func (k *Kind) Bounds(fields map[string]string, loc *time.Location) (lo, hi time.Time, err error) {
	if fields["at"] == "" {
		return time.Time{}, time.Time{}, nil
	}
	loc, err = k.location(fields["zone"], loc)
	if err != nil {
		return lo, hi, err
	}
	at, err := edtf.Parse(fields["at"])
	if err != nil {
		return lo, hi, err
	}
	lo, hi = at.Bounds(loc)
	if fields["until"] == "" {
		return lo, hi, nil
	}
	until, err := edtf.Parse(fields["until"])
	if err != nil {
		return lo, hi, err
	}
	_, last := until.Bounds(loc)
	// "Sent in June, back in June" is June, not a fault; only an end that lies
	// wholly before the start is.
	if !last.After(lo) {
		return lo, hi, fail.Newf(fail.Invalid, "give an until after at", "until %s is before at %s", fields["until"], fields["at"])
	}
	return lo, last, nil
}

// readWhen reads a date or time as people write it and gives it as canonical
// EDTF. letter is the zone letter of a date-time group.
func readWhen(s string, zone *time.Location, formats []string) (canonical, letter, problem string) {
	for _, f := range formats {
		if t, withTime, ok := readMapped(s, f); ok {
			if !withTime {
				return t.Format(time.DateOnly), "", ""
			}
			return localise(t, zone)
		}
	}
	if m := groupLike.FindStringSubmatch(s); m != nil {
		if strings.EqualFold(m[1], "J") {
			return "", "", "dtg-zone-j"
		}
		t, err := dtg.Parse(s)
		if err != nil {
			return "", "", "date"
		}
		return t.Format(time.RFC3339), strings.ToUpper(m[1]), ""
	}
	if m := slashed.FindStringSubmatch(s); m != nil {
		if len(m[1]) == 2 && m[1] > "12" || len(m[2]) == 2 && m[2] > "12" {
			return "", "", "date-order" // one reading only, but of a format that nobody named
		}
		return "", "", "date-ambiguous"
	}
	if localTime.MatchString(s) {
		s = strings.Replace(s, " ", "T", 1)
		for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
			if t, err := time.Parse(layout, s); err == nil {
				return localise(t, zone)
			}
		}
	}
	d, err := edtf.Parse(s)
	if err != nil {
		return "", "", "date"
	}
	return d.String(), "", ""
}

// localise puts the clock reading t onto the clocks of zone. A reading that the
// clocks skip, or show twice, when summer time begins and ends is refused.
func localise(t time.Time, zone *time.Location) (canonical, letter, problem string) {
	if zone == nil {
		return "", "", "zone-needed"
	}
	at := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
	if at.Hour() != t.Hour() || at.Minute() != t.Minute() {
		return "", "", "time-skipped"
	}
	for _, other := range []time.Time{at.Add(-time.Hour), at.Add(time.Hour)} {
		if other.Hour() == at.Hour() && other.Minute() == at.Minute() {
			return "", "", "time-twice"
		}
	}
	return edtf.FromTime(at).String(), "", ""
}

// readMapped reads s by a format of a mapping file: yyyy yy MMMM MMM MM M dd d
// HH H mm ss, everything else literally. Month names may be in any of the five
// languages. withTime says that the format holds an hour.
func readMapped(s, format string) (t time.Time, withTime, ok bool) {
	part := map[byte]int{}
	for format != "" {
		run := 1
		for run < len(format) && format[run] == format[0] {
			run++
		}
		letter := format[0]
		if !strings.ContainsRune("yMdHms", rune(letter)) {
			if !strings.HasPrefix(s, format[:run]) {
				return t, false, false
			}
			s, format = s[run:], format[run:]
			continue
		}
		format = format[run:]
		value, rest, ok := readPart(s, letter, run)
		if !ok {
			return t, false, false
		}
		part[letter], s = value, rest
	}
	if s != "" || part['y'] == 0 || part['M'] == 0 || part['d'] == 0 {
		return t, false, false
	}
	t = time.Date(part['y'], time.Month(part['M']), part['d'], part['H'], part['m'], part['s'], 0, time.UTC)
	_, withTime = part['H']
	same := t.Year() == part['y'] && int(t.Month()) == part['M'] && t.Day() == part['d'] &&
		t.Hour() == part['H'] && t.Minute() == part['m'] && t.Second() == part['s']
	return t, withTime, same
}

func readPart(s string, letter byte, run int) (value int, rest string, ok bool) {
	if letter == 'M' && run >= 3 {
		end := strings.IndexAny(s, " -/,0123456789")
		if end < 0 {
			end = len(s)
		}
		m, ok := lang.MonthNamed(s[:end])
		return int(m), s[end:], ok
	}
	most := max(run, 2)
	end := 0
	for end < len(s) && end < most && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end < run && run > 1 || end == 0 {
		return 0, s, false
	}
	value, err := strconv.Atoi(s[:end])
	if letter == 'y' && run == 2 {
		value += 2000
		if value >= 2070 { // as in a date-time group
			value -= 100
		}
	}
	return value, s[end:], err == nil
}
