package grid

import (
	"math"

	"konbit.org/konbit/internal/fail"
)

// UTM is a position in one zone of the Universal Transverse Mercator grid.
type UTM struct {
	Zone     int     // 1 to 60
	North    bool    // north of the equator; south of it northings begin at 10,000,000
	Easting  float64 // metres; 500,000 on the zone's central meridian
	Northing float64 // metres
}

// The limits of the grid, in degrees of latitude, and what a refusal says.
const (
	southEnd  = -80
	northEnd  = 84
	polarHint = "give latitude and longitude: between 84° N and 80° S a grid can be made"
)

// The ellipsoid of WGS 84 and the constants of UTM, in metres.
const (
	equatorial    = 6378137.0
	flattening    = 1 / 298.257223563
	scale         = 0.9996
	falseEasting  = 500_000.0
	falseNorthing = 10_000_000.0
)

// ToUTM gives a position in degrees in the zone that it belongs to. A position
// off the Earth or near a pole is [fail.Invalid].
func ToUTM(lat, lon float64) (UTM, error) {
	switch {
	case !(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180):
		return UTM{}, fail.Newf(fail.Invalid, "latitude is -90 to 90, longitude -180 to 180", "no position %g, %g", lat, lon)
	case lat < southEnd || lat > northEnd:
		return UTM{}, fail.Newf(fail.Invalid, polarHint, "no grid near the poles: %g, %g", lat, lon)
	}
	return project(lat, lon, zoneOf(lat, lon)), nil
}

// zoneOf is the zone of a position: six degrees each, but for Norway and Svalbard.
func zoneOf(lat, lon float64) int {
	zone := min(int(math.Floor((lon+180)/6))+1, 60)
	if lon == 180 {
		zone = 1
	}
	switch {
	case lat >= 56 && lat < 64 && lon >= 3 && lon < 12:
		return 32
	case lat < 72 || lon < 0 || lon >= 42:
		return zone
	case lon < 9:
		return 31
	case lon < 21:
		return 33
	case lon < 33:
		return 35
	}
	return 37
}

// meridian is the central meridian of a zone, in degrees.
func meridian(zone int) float64 { return float64(6*zone - 183) }

// project puts a position into a zone, also one a little outside of it.
func project(lat, lon float64, zone int) UTM {
	e := math.Sqrt(flattening * (2 - flattening))
	sinLon, cosLon := math.Sincos(radians(math.Remainder(lon-meridian(zone), 360)))
	tau := math.Tan(radians(lat))
	sigma := math.Sinh(e * math.Atanh(e*tau/math.Hypot(1, tau)))
	conformal := tau*math.Hypot(1, sigma) - sigma*math.Hypot(1, tau)
	xi := math.Atan2(conformal, cosLon)
	eta := math.Asinh(sinLon / math.Hypot(conformal, cosLon))
	x, y := eta, xi
	for j, a := range forward() {
		k := 2 * float64(j+1)
		y += a * math.Sin(k*xi) * math.Cosh(k*eta)
		x += a * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	out := UTM{Zone: zone, North: lat >= 0, Easting: falseEasting + scale*rectifying()*x, Northing: scale * rectifying() * y}
	if !out.North {
		out.Northing += falseNorthing
	}
	return out
}

// Position gives latitude and longitude in degrees.
func (u UTM) Position() (lat, lon float64) {
	northing := u.Northing
	if !u.North {
		northing -= falseNorthing
	}
	xi := northing / (scale * rectifying())
	eta := (u.Easting - falseEasting) / (scale * rectifying())
	x, y := eta, xi
	for j, b := range backward() {
		k := 2 * float64(j+1)
		y -= b * math.Sin(k*xi) * math.Cosh(k*eta)
		x -= b * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	conformal := math.Sin(y) / math.Hypot(math.Sinh(x), math.Cos(y))
	lat = math.Atan(geodetic(conformal)) * 180 / math.Pi
	lon = meridian(u.Zone) + math.Atan2(math.Sinh(x), math.Cos(y))*180/math.Pi
	return lat, math.Remainder(lon, 360)
}

// geodetic solves for the tangent of the latitude whose conformal latitude has
// the given tangent. Newton's steps double the right digits; three are enough.
func geodetic(conformal float64) float64 {
	e2 := flattening * (2 - flattening)
	e := math.Sqrt(e2)
	tau := conformal
	for range 5 {
		sigma := math.Sinh(e * math.Atanh(e*tau/math.Hypot(1, tau)))
		is := tau*math.Hypot(1, sigma) - sigma*math.Hypot(1, tau)
		tau += (conformal - is) / math.Hypot(1, is) * (1 + (1-e2)*tau*tau) / ((1 - e2) * math.Hypot(1, tau))
	}
	return tau
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }

// third is the third flattening, in which the series run.
const third = flattening / (2 - flattening)

// rectifying is the radius of the circle as long as a meridian (Karney, equation 14).
func rectifying() float64 {
	n2 := third * third
	return equatorial / (1 + third) * (1 + n2*(1.0/4+n2*(1.0/64+n2/256)))
}

// forward are Krüger's coefficients alpha (Karney, equation 35).
func forward() [6]float64 {
	const n = third
	return [6]float64{
		n * (1.0/2 + n*(-2.0/3+n*(5.0/16+n*(41.0/180+n*(-127.0/288+n*7891.0/37800))))),
		n * n * (13.0/48 + n*(-3.0/5+n*(557.0/1440+n*(281.0/630-n*1983433.0/1935360)))),
		n * n * n * (61.0/240 + n*(-103.0/140+n*(15061.0/26880+n*167603.0/181440))),
		n * n * n * n * (49561.0/161280 + n*(-179.0/168+n*6601661.0/7257600)),
		n * n * n * n * n * (34729.0/80640 - n*3418889.0/1995840),
		n * n * n * n * n * n * 212378941.0 / 319334400,
	}
}

// backward are Krüger's coefficients beta (Karney, equation 36).
func backward() [6]float64 {
	const n = third
	return [6]float64{
		n * (1.0/2 + n*(-2.0/3+n*(37.0/96+n*(-1.0/360+n*(-81.0/512+n*96199.0/604800))))),
		n * n * (1.0/48 + n*(1.0/15+n*(-437.0/1440+n*(46.0/105-n*1118711.0/3870720)))),
		n * n * n * (17.0/480 + n*(-37.0/840+n*(-209.0/4480+n*5569.0/90720))),
		n * n * n * n * (4397.0/161280 + n*(-11.0/504-n*830251.0/7257600)),
		n * n * n * n * n * (4583.0/161280 - n*108847.0/3991680),
		n * n * n * n * n * n * 20648693.0 / 638668800,
	}
}
