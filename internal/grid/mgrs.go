package grid

import (
	"fmt"
	"math"
	"strings"

	"konbit.org/konbit/internal/fail"
)

// Square is what a grid reference names.
type Square struct {
	Lat, Lon float64 // its middle, in degrees
	Side     float64 // metres: 1 with ten digits, 100,000 without any
}

const (
	example = "write it as 18QYF8015053225: zone, band, square, then two halves of one to five digits each"
	letters = "ABCDEFGHJKLMNPQRSTUVWXYZ" // I and O are left out: they read as figures
	bands   = "CDEFGHJKLMNPQRSTUVWX"     // eight degrees each from 80° S; X has twelve
	rows    = "ABCDEFGHJKLMNPQRSTUV"     // of squares, again every 2,000 km
	square  = 100_000.0                  // metres
	cycle   = 20 * square
)

// Format gives the grid reference of a position in degrees, with digits from 0
// (the square of 100 km) to 5 (one metre) for each half. Positions near the
// poles are [fail.Invalid].
func Format(lat, lon float64, digits int) (string, error) {
	if digits < 0 || digits > 5 {
		return "", fail.Newf(fail.Invalid, "from 0 (100 km) to 5 (1 m)", "a grid has no %d digits", digits)
	}
	u, err := ToUTM(lat, lon)
	if err != nil {
		return "", err
	}
	// A hundredth of a millimetre: what a position loses by being written and read.
	east, north := math.Floor(u.Easting+1e-5), math.Floor(u.Northing+1e-5)
	if !u.North {
		north = min(north, falseNorthing-1) // a hair south of the equator is in the last row
	}
	column := int(east/square) - 1
	row := (int(north/square) + rowShift(u.Zone)) % len(rows)
	text := fmt.Sprintf("%d%c%c%c", u.Zone, bandOf(lat), columns(u.Zone)[column], rows[row])
	if digits == 0 {
		return text, nil
	}
	cut := math.Pow10(5 - digits)
	return text + fmt.Sprintf("%0*d%0*d", digits, int(math.Mod(east, square)/cut), digits, int(math.Mod(north, square)/cut)), nil
}

// Spaced is a reference with blanks between its parts, as it is read aloud:
// 18Q YF 80150 53225.
func Spaced(reference string) string {
	zone := strings.IndexFunc(reference, func(r rune) bool { return r < '0' || r > '9' })
	if zone < 0 || len(reference) < zone+3 || len(reference[zone+3:])%2 != 0 {
		return reference
	}
	half := (len(reference) + zone + 3) / 2
	return strings.TrimSpace(strings.Join([]string{reference[:zone+1], reference[zone+1 : zone+3], reference[zone+3 : half], reference[half:]}, " "))
}

// columns are the letters of the squares of a zone from west to east.
func columns(zone int) string { return letters[(zone-1)%3*8:][:8] }

// rowShift is the letter at the equator: even zones begin at F.
func rowShift(zone int) int {
	if zone%2 == 0 {
		return 5
	}
	return 0
}

func bandOf(lat float64) byte {
	if lat < 0 {
		lat = min(lat, -1e-9) // a hair south of the equator is still south of it
	}
	return bands[min(int(math.Floor((lat-southEnd)/8)), len(bands)-1)]
}

// Looks reports whether a text is meant as a grid reference: figures, three
// letters, figures. It may still be a wrong one.
func Looks(text string) bool {
	zone, rest := cutDigits(squeeze(text))
	if len(zone) < 1 || len(zone) > 2 || len(rest) < 3 {
		return false
	}
	for i := range 3 {
		if rest[i] < 'A' || rest[i] > 'Z' {
			return false
		}
	}
	digits, over := cutDigits(rest[3:])
	return over == "" && digits != ""
}

// Parse reads a grid reference, also in lower case and with blanks between its
// parts. A square that lies across the edge of its zone or band is read whole,
// because patrols go on speaking one grid across the edge; a reference further
// off is [fail.Invalid], and so are the poles.
func Parse(text string) (Square, error) {
	ref, err := split(text)
	if err != nil {
		return Square{}, err
	}
	column, row := strings.IndexByte(columns(ref.zone), ref.letters[0]), strings.IndexByte(rows, ref.letters[1])
	if column < 0 || row < 0 {
		return Square{}, fail.Newf(fail.Invalid, fmt.Sprintf("squares of zone %d have a first letter %s and a second from A to V", ref.zone, columns(ref.zone)),
			"no square %s in zone %d", ref.letters, ref.zone)
	}
	side := square / math.Pow10(len(ref.east))
	u := UTM{
		Zone: ref.zone, North: ref.band >= 'N',
		Easting: float64(column+1)*square + number(ref.east)*side + side/2,
	}
	within := float64((row-rowShift(ref.zone)+len(rows))%len(rows))*square + number(ref.north)*side + side/2
	for u.Northing = within; u.Northing < falseNorthing; u.Northing += cycle {
		if lat, lon := u.Position(); ref.near(lat, lon) {
			return Square{Lat: lat, Lon: lon, Side: side}, nil
		}
	}
	return Square{}, fail.Newf(fail.Invalid, "check the letters with whoever gave it: zone and band name a part of the Earth, the next two a square in it",
		"the square %s lies nowhere in %d%c", ref.letters, ref.zone, ref.band)
}

// reference is a grid reference taken apart.
type reference struct {
	zone        int
	band        byte
	letters     string
	east, north string // digits
}

func split(text string) (ref reference, err error) {
	all := squeeze(text)
	zone, rest := cutDigits(all)
	switch {
	case all != "" && zone == "" && strings.IndexByte("ABYZ", all[0]) >= 0 && Looks("1"+all):
		return ref, fail.Newf(fail.Invalid, polarHint, "grids near the poles are not read: %.40q", text)
	case len(zone) < 1 || len(zone) > 2 || len(rest) < 3:
		return ref, fail.Newf(fail.Invalid, example, "bad grid reference %.40q", text)
	}
	ref.zone, ref.band, ref.letters = int(number(zone)), rest[0], rest[1:3]
	digits, over := cutDigits(rest[3:])
	switch {
	case over != "":
		return ref, fail.Newf(fail.Invalid, example, "bad grid reference %.40q", text)
	case ref.zone < 1 || ref.zone > 60:
		return ref, fail.Newf(fail.Invalid, "zones are 1 to 60", "bad grid reference %.40q: no zone %s", text, zone)
	case strings.IndexByte(bands, ref.band) < 0:
		return ref, fail.Newf(fail.Invalid, "bands are C to X without I and O", "bad grid reference %.40q: no band %c", text, ref.band)
	case len(digits)%2 != 0:
		return ref, fail.Newf(fail.Invalid, "both halves have the same number of digits: ask for the missing one", "bad grid reference %.40q: %d digits", text, len(digits))
	case len(digits) > 10:
		return ref, fail.Newf(fail.Invalid, "five digits each are one metre, more are not used", "bad grid reference %.40q: %d digits", text, len(digits))
	}
	ref.east, ref.north = digits[:len(digits)/2], digits[len(digits)/2:]
	return ref, nil
}

// near reports whether a position lies in the zone and band of the reference,
// or not more than a square outside of them.
func (ref *reference) near(lat, lon float64) bool {
	const edge = 1.0 // degrees of latitude; a square is 0.9 high
	south := southEnd + 8*float64(strings.IndexByte(bands, ref.band))
	north := south + 8
	if ref.band == 'X' {
		north = northEnd
	}
	if lat < south-edge || lat > north+edge {
		return false
	}
	within := min(max(lat, south), north-0.001)
	for _, step := range []float64{0, -edge / 8, edge / 8, -edge / 2, edge / 2, -edge, edge} { // zones are narrow near the pole
		near := math.Remainder(lon+step/math.Cos(radians(lat)), 360)
		if zoneOf(within, near) == ref.zone {
			return true
		}
	}
	return false
}

// squeeze drops blanks and makes letters large.
func squeeze(text string) string {
	if len(text) > 64 {
		return ""
	}
	return strings.ToUpper(strings.Join(strings.Fields(text), ""))
}

// cutDigits takes the digits a text begins with.
func cutDigits(text string) (digits, rest string) {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return text[:n], text[n:]
}

// number is the value of digits; "" is 0.
func number(digits string) (n float64) {
	for i := range len(digits) {
		n = 10*n + float64(digits[i]-'0')
	}
	return n
}
