package grid_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/grid"
)

// TestPublishedPointsInUTM compares with points that others have printed.
func TestPublishedPointsInUTM(t *testing.T) {
	for name, c := range map[string]struct {
		lat, lon float64
		want     grid.UTM
		within   float64 // metres: what was printed has so many digits
	}{
		"56 N 12 E in zone 33":        {56, 12, grid.UTM{Zone: 33, North: true, Easting: 312928.561, Northing: 6210141.327}, 0.001},
		"55 N 12 E across a meridian": {55, 12, grid.UTM{Zone: 33, North: true, Easting: 308124.368, Northing: 6098907.825}, 0.001},
		"33.3 N 44.4 E":               {33.3, 44.4, grid.UTM{Zone: 38, North: true, Easting: 444140.54, Northing: 3684706.36}, 0.01},
		"a tower in Toronto":          {43.642567, -79.387139, grid.UTM{Zone: 17, North: true, Easting: 630084, Northing: 4833438}, 1},
		"33.5 N 74.75 E":              {33.5, 74.75, grid.UTM{Zone: 43, North: true, Easting: 476779, Northing: 3706747}, 1},
		"the equator at 3 E":          {0, 3, grid.UTM{Zone: 31, North: true, Easting: 500000, Northing: 0}, 0.001},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := grid.ToUTM(c.lat, c.lon)
			if err != nil || got.Zone != c.want.Zone || got.North != c.want.North ||
				math.Hypot(got.Easting-c.want.Easting, got.Northing-c.want.Northing) > 1.5*c.within {
				t.Errorf("%+v, %v; want %+v", got, err, c.want)
			}
			if lat, lon := c.want.Position(); metres(lat, lon, c.lat, c.lon) > 1.5*c.within {
				t.Errorf("back at %v, %v", lat, lon)
			}
		})
	}
}

// TestPublishedGrids are references printed by others: the Federal Geographic Data
// Committee, the manual of GeoConvert, the tests of proj4.
func TestPublishedGrids(t *testing.T) {
	for _, c := range []struct {
		lat, lon float64
		digits   int
		want     string
	}{
		{48.24949, 16.41450, 5, "33UXP0500444998"},
		{48.24949, 16.41450, 1, "33UXP04"},
		{83.62778, -32.66433, 3, "25XEN041865"},
		{0, 0, 5, "31NAA6602100000"},
		{38.889468, -77.035239, 5, "18SUJ2348306479"},
		{33.33424, 44.40363, 2, "38SMB4488"},
		{33.5, 74.75, 5, "43SDT7677906747"},
		{-33.90772474, 151.21288644, 5, "56HLH3477546637"},
	} {
		t.Run(c.want, func(t *testing.T) {
			got, err := grid.Format(c.lat, c.lon, c.digits)
			if same := got == c.want; err != nil || !same && c.digits < 5 {
				t.Errorf("%s, %v", got, err)
			}
			// Five decimals of a degree are a metre: the last digit may be the next one.
			if ours, err := grid.Parse(got); err != nil || metres(ours.Lat, ours.Lon, c.lat, c.lon) > ours.Side {
				t.Errorf("%s is %+v, %v", got, ours, err)
			}
			square, err := grid.Parse(strings.ToLower(grid.Spaced(c.want)))
			if err != nil || metres(square.Lat, square.Lon, c.lat, c.lon) > 1.5*square.Side {
				t.Errorf("%+v, %v", square, err)
			}
		})
	}
}

func TestZonesOfNorwayAndSvalbardAreWider(t *testing.T) {
	for _, c := range []struct {
		lat, lon float64
		want     string
	}{
		{60.39, 5.32, "32V"},
		{60, 2.9, "31V"},
		{55.9, 5, "31U"},
		{64, 5, "31W"},
		{78.2, 15.6, "33X"},
		{72, 8.9, "31X"},
		{73, 9, "33X"},
		{79, 22, "35X"},
		{83.9, 41.9, "37X"},
		{84, 42, "38X"},
		{71.9, 8, "32W"},
		{10, 180, "1P"},
		{10, -180, "1P"},
		{-80, 179.99, "60C"},
	} {
		got, err := grid.Format(c.lat, c.lon, 0)
		if err != nil || got[:len(got)-2] != c.want {
			t.Errorf("%v, %v: %s, %v; want %s", c.lat, c.lon, got, err, c.want)
		}
	}
}

func TestASquareAcrossAnEdgeIsReadWhole(t *testing.T) {
	square, err := grid.Parse("24XWT783908") // its place is in zone 25
	if err != nil || metres(square.Lat, square.Lon, 83.62778, -32.66433) > 5 {
		t.Errorf("%+v, %v", square, err)
	}
}

func TestWhatCannotBeAGridIsRefusedWithAHint(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "bad grid reference",
		"18QYF801505322":          "9 digits",
		"61QYF8015053225":         "no zone 61",
		"0QYF8015053225":          "no zone 0",
		"18IYF8015053225":         "no band I",
		"18QAF8015053225":         "no square AF in zone 18",
		"18QYW8015053225":         "no square YW",
		"18CYF8015053225":         "nowhere in 18C",
		"18QYF801505322500":       "12 digits",
		"18QYF80150-53225":        "bad grid reference",
		"32XMG1234512345":         "nowhere in 32X", // zone 32 ends where Svalbard begins
		"ZAH8015053225":           "near the poles",
		"Port-au-Prince":          "bad grid reference",
		strings.Repeat("1", 1000): "bad grid reference",
	} {
		_, err := grid.Parse(text)
		if !fail.Is(err, fail.Invalid) || !strings.Contains(err.Error(), want) || fail.HintOf(err) == "" {
			t.Errorf("%q: %v, hint %q", text, err, fail.HintOf(err))
		}
	}
	for _, at := range [][2]float64{{84.001, 0}, {-80.001, 0}, {91, 0}, {0, 181}, {math.NaN(), 0}, {0, math.Inf(1)}} {
		if _, err := grid.Format(at[0], at[1], 5); !fail.Is(err, fail.Invalid) || fail.HintOf(err) == "" {
			t.Errorf("%v: %v", at, err)
		}
	}
	if _, err := grid.Format(1, 1, 6); !fail.Is(err, fail.Invalid) {
		t.Errorf("six digits: %v", err)
	}
}

func TestATextThatIsMeantAsAGridIsKnown(t *testing.T) {
	for text, want := range map[string]bool{
		"18QYF8015053225": true, "18q yf 80150 53225": true, "18QYF801505322": true, "99ABC1": true,
		"18Q YF": false, "Delmas 33": false, "33 Delmas": false, "HT0111": false, "18.5, -72.3": false, "": false,
	} {
		if got := grid.Looks(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if got := grid.Spaced("18QYF8015053225"); got != "18Q YF 80150 53225" {
		t.Errorf("spaced: %q", got)
	}
	if got := grid.Spaced("4QFJ"); got != "4Q FJ" {
		t.Errorf("spaced: %q", got)
	}
}

func TestAnyPositionComesBackWithinOneMetre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat := rapid.Float64Range(-80, 84).Draw(t, "lat")
		lon := rapid.Float64Range(-180, 180).Draw(t, "lon")
		digits := rapid.IntRange(0, 5).Draw(t, "digits")
		text, err := grid.Format(lat, lon, digits)
		if err != nil {
			t.Fatal(err)
		}
		square, err := grid.Parse(text)
		if err != nil || square.Side != 100_000/math.Pow10(digits) {
			t.Fatalf("%s: %+v, %v", text, square, err)
		}
		// The position lies in the square: not further off than half its diagonal.
		if d := metres(square.Lat, square.Lon, lat, lon); d > square.Side*math.Sqrt2/2*1.01+0.001 {
			t.Fatalf("%s is %g m off", text, d)
		}
		u, _ := grid.ToUTM(lat, lon)
		if a, b := u.Position(); metres(a, b, lat, lon) > 0.0001 {
			t.Fatalf("%v, %v came back as %v, %v", lat, lon, a, b)
		}
	})
}

// metres is the distance of two positions near one another, near enough for a test.
func metres(aLat, aLon, bLat, bLon float64) float64 {
	const degree = 111_320.0
	return math.Hypot((aLat-bLat)*degree, math.Remainder(aLon-bLon, 360)*degree*math.Cos(aLat*math.Pi/180))
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"18QYF8015053225", "4q fj 12345 67890", "33UXP04", "24XWT783908", "31NAA66021 00000", "60CWN1", "1A", "ZAH1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		square, err := grid.Parse(text)
		if err != nil {
			if fail.HintOf(err) == "" {
				t.Fatalf("%q: no hint: %v", text, err)
			}
			return
		}
		again, err := grid.Format(square.Lat, square.Lon, 5)
		if err != nil {
			if square.Lat <= 84 && square.Lat >= -80 {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		back, err := grid.Parse(again)
		if err != nil || metres(back.Lat, back.Lon, square.Lat, square.Lon) > 1 {
			t.Fatalf("%q is %+v, which is %s, which is %+v (%v)", text, square, again, back, err)
		}
	})
}
