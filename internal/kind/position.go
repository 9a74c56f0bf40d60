package kind

import (
	"cmp"
	"math"
	"regexp"
	"strconv"

	"konbit.org/konbit/internal/grid"
)

// position holds that half a position is none, and takes a position from the
// grid or the degrees in the text of the place where it has no fields of its own.
func (c *checker) position() {
	for _, pair := range [][2]string{{"lat", "lon"}, {"lon", "lat"}} {
		if c.out[pair[0]] != "" && c.out[pair[1]] == "" && !c.has(pair[1]) {
			c.problem(pair[1], "point", map[string]string{"value": c.out[pair[0]]})
		}
	}
	if name, reference, ok := grid.Cut(c.out["place"]); ok {
		c.gridOfPlace(name, reference)
	} else if m := degreesLast.FindStringSubmatch(c.out["place"]); m != nil {
		c.degreesOfPlace(m[1], m[2])
	}
}

// degreesLast are degrees that a place is or ends with, as telephones share them.
var degreesLast = regexp.MustCompile(`(?:^|[\s,])(-?\d{1,2}\.\d{3,}), ?(-?\d{1,3}\.\d{3,})$`)

func (c *checker) degreesOfPlace(first, second string) {
	lat, problem := degrees("lat", first, false)
	lon, other := degrees("lon", second, false)
	switch {
	case problem != "" || other != "":
		c.problem("place", cmp.Or(problem, other), map[string]string{"value": first + ", " + second})
	case c.has("lat") || c.has("lon"):
	case c.out["lat"] == "" && c.out["lon"] == "":
		c.out["lat"], c.out["lon"] = lat, lon
	case c.out["lat"] != lat || c.out["lon"] != lon:
		c.problem("place", "grid-differs", map[string]string{"value": first + ", " + second, "lat": c.out["lat"], "lon": c.out["lon"]})
	}
}

// gridOfPlace reads the grid that a place ends with. Both the name and the grid
// stay as the text of the place: how many digits were said tells how well it is
// known.
func (c *checker) gridOfPlace(name, reference string) {
	square, problem := gridSquare(reference)
	if problem != "" {
		c.problem("place", problem, map[string]string{"value": reference})
		return
	}
	text := grid.Spaced(reference)
	if name != "" {
		text = name + " " + text
	}
	c.out["place"] = text
	lat, lon := c.out["lat"], c.out["lon"]
	switch {
	case c.has("lat") || c.has("lon"):
	case lat == "" && lon == "":
		c.out["lat"], c.out["lon"] = degreeText(square.Lat), degreeText(square.Lon)
	case !within(square, lat, lon):
		c.problem("place", "grid-differs", map[string]string{"value": reference, "lat": lat, "lon": lon})
	}
}

// gridSquare reads a grid reference, or names what is wrong with it.
func gridSquare(reference string) (square grid.Square, problem string) {
	square, err := grid.Parse(reference)
	if err == nil {
		return square, ""
	}
	digits := len(reference)
	for digits > 0 && reference[digits-1] >= '0' && reference[digits-1] <= '9' {
		digits--
	}
	if (len(reference)-digits)%2 != 0 {
		return square, "grid-half"
	}
	return square, "grid"
}

// degreeText is a coordinate as it is stored: six decimals, a hand's breadth.
func degreeText(f float64) string {
	text, _ := canonicalDecimal(strconv.FormatFloat(f, 'f', 6, 64)) // a plain decimal
	return text
}

// within reports whether a position may be meant by a square: inside, or as near
// its edge as a phone is sure of where it is.
func within(square grid.Square, lat, lon string) bool {
	const metresPerDegree, unsure = 111_320.0, 50.0
	y, errY := strconv.ParseFloat(lat, 64)
	x, errX := strconv.ParseFloat(lon, 64)
	if errY != nil || errX != nil {
		return false
	}
	north := math.Abs(y-square.Lat) * metresPerDegree
	east := math.Abs(math.Remainder(x-square.Lon, 360)) * metresPerDegree * math.Cos(square.Lat*math.Pi/180)
	return max(north, east) <= square.Side*0.75+unsure
}
