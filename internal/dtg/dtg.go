package dtg

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/fail"
)

const example = "write it as 251630QMAR25: day, hour and minute, zone letter, month, year"

// months are English in every mission: the group is a fixed international form.
func months() []string {
	return []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
}

// Two-digit years from here on belong to the last century.
const pivot = 70

// Parse reads a group, also in lower case and with single blanks between its
// parts. The time keeps the letter's fixed offset, and its zone is named by the
// letter. Years 00–69 are 2000–2069, 70–99 are 1970–1999. The error is
// [fail.Invalid] with a hint.
func Parse(s string) (time.Time, error) {
	text, ok := squeeze(strings.ToUpper(strings.TrimSpace(s)))
	if !ok {
		return time.Time{}, fail.Newf(fail.Invalid, example, "bad date-time group %.60q", s)
	}
	offset, err := Offset(text[6])
	if err != nil {
		return time.Time{}, err
	}
	month := 1 + slices.Index(months(), text[7:10])
	day, hour, minute, year := two(text[0:]), two(text[2:]), two(text[4:]), two(text[10:])
	switch {
	case month == 0:
		return time.Time{}, fail.Newf(fail.Invalid, "months are JAN to DEC", "bad date-time group %q: no month %q", s, text[7:10])
	case hour > 23 || minute > 59:
		return time.Time{}, fail.Newf(fail.Invalid, "times are 0000 to 2359", "bad date-time group %q: no time %s", s, text[2:6])
	case year < pivot:
		year += 2000
	default:
		year += 1900
	}
	zone := time.FixedZone(text[6:7], int(offset/time.Second))
	at := time.Date(year, time.Month(month), day, hour, minute, 0, 0, zone)
	if at.Day() != day {
		return time.Time{}, fail.Newf(fail.Invalid, example, "bad date-time group %q: %s has no day %s", s, text[7:10], text[:2])
	}
	return at, nil
}

// Closing is the time that a group of the last minute of a day asks about: 2359 is
// how the end of a day is written, so it means the last second, and a figure of a
// day asked for by the group printed beside it is the same figure.
func Closing(t time.Time) time.Time {
	if t.Hour() == 23 && t.Minute() == 59 && t.Second() == 0 {
		return t.Add(59 * time.Second)
	}
	return t
}

// squeeze drops the blanks between the parts and checks what stands where.
func squeeze(s string) (string, bool) {
	b := make([]byte, 0, 12)
	blank := false
	for i := range len(s) {
		n := len(b)
		if s[i] == ' ' {
			if blank || n != 2 && n != 6 && n != 7 && n != 10 {
				return "", false
			}
			blank = true
			continue
		}
		blank = false
		letter := n >= 6 && n < 10
		if n == 12 || letter && (s[i] < 'A' || s[i] > 'Z') || !letter && (s[i] < '0' || s[i] > '9') {
			return "", false
		}
		b = append(b, s[i])
	}
	return string(b), len(b) == 12
}

func two(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }

// Format writes t, cut to the minute, on the clocks of a zone letter. It refuses
// ([fail.Invalid]) a letter that is no zone, and a year outside 1970–2069, which
// two digits could not bring back.
func Format(t time.Time, letter byte) (string, error) {
	letter = upper(letter)
	offset, err := Offset(letter)
	if err != nil {
		return "", err
	}
	t = t.In(time.FixedZone("", int(offset/time.Second)))
	if t.Year() < 1900+pivot || t.Year() >= 2000+pivot {
		return "", fail.Newf(fail.Invalid, "write it as 2025-03-25T16:30Z", "a date-time group cannot hold the year %d", t.Year())
	}
	return fmt.Sprintf("%02d%02d%02d%c%s%02d", t.Day(), t.Hour(), t.Minute(), letter, months()[t.Month()-1], t.Year()%100), nil
}

// Letter is the zone letter of t's own offset; false when it has none, as with
// half-hour offsets.
func Letter(t time.Time) (byte, bool) {
	_, seconds := t.Zone()
	hours := seconds / 3600
	switch {
	case seconds%3600 != 0 || hours < -12 || hours > 12:
		return 0, false
	case hours == 0:
		return 'Z', true
	case hours < 0:
		return byte('N' - 1 - hours), true
	case hours < 10:
		return byte('A' - 1 + hours), true
	}
	return byte('K' - 10 + hours), true // J is skipped
}

// Offset is how far the clocks of a zone letter are ahead of UTC. J and anything
// but a letter are refused as [fail.Invalid].
func Offset(letter byte) (time.Duration, error) {
	letter = upper(letter)
	switch {
	case letter == 'Z':
		return 0, nil
	case letter == 'J':
		return 0, fail.New(fail.Invalid, "zone letter J says only \"local time\"", "write the letter of the zone itself: Q is UTC-4, R is UTC-5, C is UTC+3")
	case letter >= 'A' && letter <= 'I':
		return time.Duration(letter-'A'+1) * time.Hour, nil
	case letter >= 'K' && letter <= 'M':
		return time.Duration(letter-'K'+10) * time.Hour, nil
	case letter >= 'N' && letter <= 'Y':
		return -time.Duration(letter-'N'+1) * time.Hour, nil
	}
	return 0, fail.Newf(fail.Invalid, "zone letters are A to Z without J; Z is UTC", "no zone letter %q", letter)
}

func upper(b byte) byte {
	if b >= 'a' && b <= 'z' {
		return b - 'a' + 'A'
	}
	return b
}
