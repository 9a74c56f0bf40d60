package measure

import (
	"slices"
	"strings"
)

// nearest is the name that takes the fewest changes of a letter to become
// given; a shared last part ("present" for "strength.present") comes first.
func nearest(given string, names []string) string {
	best, least := "", 1<<30
	given = strings.ToLower(given)
	for _, name := range slices.Sorted(slices.Values(names)) {
		d := distance(given, strings.ToLower(name))
		if strings.HasSuffix(name, "."+given) || strings.HasPrefix(name, given) {
			d = 0
		}
		if d < least {
			best, least = name, d
		}
	}
	return best
}

// distance is the number of letters to put in, take out or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, before+1)
		}
	}
	return row[len(b)]
}
