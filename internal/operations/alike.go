package operations

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"konbit.org/konbit/internal/record"
)

// What speaks for two reports being of one event, and how much.
const (
	weighTime     = 0.30
	weighPlace    = 0.35
	weighCategory = 0.15
	weighWords    = 0.10
	weighCounts   = 0.10
)

const (
	sameHours   = 6 * time.Hour // beyond that the time speaks for nothing
	sameMetres  = 10_000.0      // beyond that the place speaks for nothing
	earthMetres = 6_371_008.8   // mean radius, IUGG
)

// Alike says how likely two incidents are one event, from 0 to 1, and what speaks
// for it. It is the same from either side. What one of them does not say speaks
// neither for nor against: it counts half.
func Alike(a, b *record.Version) (score float64, why []string) {
	add := func(name string, weight, how float64) {
		score += weight * how
		if how > 0.5 {
			why = append(why, name)
		}
	}
	add("time", weighTime, timeAlike(a, b))
	add("place", weighPlace, placeAlike(a, b))
	add("category", weighCategory, textAlike(a.Text("category"), b.Text("category")))
	add("words", weighWords, wordsAlike(a.Text("summary"), b.Text("summary")))
	add("counts", weighCounts, countsAlike(a, b))
	return min(1, score), why
}

func timeAlike(a, b *record.Version) float64 {
	if a.Lo.IsZero() || b.Lo.IsZero() {
		return 0.5
	}
	apart := a.Lo.Sub(b.Lo).Abs()
	if a.Lo.Before(b.Hi) && b.Lo.Before(a.Hi) {
		return 1
	}
	return max(0, 1-float64(apart)/float64(sameHours))
}

func placeAlike(a, b *record.Version) float64 {
	if la, oka := position(a); oka {
		if lb, okb := position(b); okb {
			return max(0, 1-metres(la, lb)/sameMetres)
		}
	}
	for _, field := range []string{"place", "department"} {
		if a.Text(field) != "" && b.Text(field) != "" {
			if a.Text(field) != b.Text(field) {
				return 0
			}
			if field == "department" {
				return 0.6 // a department is wide
			}
			return 1
		}
	}
	return 0.5
}

func textAlike(a, b string) float64 {
	switch {
	case a == "" || b == "" || a == "OTHER" || b == "OTHER":
		return 0.5
	case a == b:
		return 1
	}
	return 0
}

// wordsAlike is the share of the longer words that both have.
func wordsAlike(a, b string) float64 {
	wa, wb := words(a), words(b)
	if len(wa) == 0 || len(wb) == 0 {
		return 0.5
	}
	both := 0
	for w := range wa {
		if wb[w] {
			both++
		}
	}
	return float64(both) / float64(len(wa)+len(wb)-both)
}

func words(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len([]rune(w)) > 3 {
			out[w] = true
		}
	}
	return out
}

// countsAlike compares the counts that both give. First numbers are often wrong,
// so that one more or less speaks little against it.
func countsAlike(a, b *record.Version) float64 {
	sum, n := 0.0, 0
	for _, field := range append(CountFields(), "killed", "injured") {
		x, errX := strconv.Atoi(a.Text(field))
		y, errY := strconv.Atoi(b.Text(field))
		if errX != nil || errY != nil {
			continue
		}
		sum += 1 / (1 + math.Abs(float64(x-y))/2)
		n++
	}
	if n == 0 {
		return 0.5
	}
	return sum / float64(n)
}

type latLon struct{ lat, lon float64 }

func position(v *record.Version) (latLon, bool) {
	lat, errLat := strconv.ParseFloat(v.Text("lat"), 64)
	lon, errLon := strconv.ParseFloat(v.Text("lon"), 64)
	return latLon{lat, lon}, errLat == nil && errLon == nil
}

// metres is the distance along a great circle.
func metres(a, b latLon) float64 {
	rad := math.Pi / 180
	dLat, dLon := (b.lat-a.lat)*rad, (b.lon-a.lon)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a.lat*rad)*math.Cos(b.lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * earthMetres * math.Asin(math.Min(1, math.Sqrt(h)))
}
