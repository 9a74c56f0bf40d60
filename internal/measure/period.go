package measure

import (
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/fail"
)

// parsePeriod reads an ISO 8601 duration of days, weeks or hours: P45D, P2W,
// PT6H. Months and years are refused, because they have no fixed length.
func parsePeriod(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	units := map[byte]time.Duration{'D': 24 * time.Hour, 'W': 7 * 24 * time.Hour}
	rest, ok := strings.CutPrefix(text, "P")
	if hours, has := strings.CutPrefix(rest, "T"); has {
		rest, units = hours, map[byte]time.Duration{'H': time.Hour, 'M': time.Minute}
	}
	if !ok || len(rest) < 2 || units[rest[len(rest)-1]] == 0 {
		return 0, fail.Newf(fail.Invalid, "write it as P45D", "bad period %q", text)
	}
	n, err := strconv.Atoi(rest[:len(rest)-1])
	if err != nil || n <= 0 || n > 36500 {
		return 0, fail.Newf(fail.Invalid, "write it as P45D", "bad period %q", text)
	}
	return time.Duration(n) * units[rest[len(rest)-1]], nil
}
