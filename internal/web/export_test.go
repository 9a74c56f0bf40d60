package web

import "strings"

// Route is a line of the route table, for the walk of the tests.
type Route struct{ Method, Pattern, Rule, Action string }

// OfRecord reports whether the route is a page of the record, not of people.
func (r Route) OfRecord() bool {
	return r.Pattern == "/{$}" || strings.HasPrefix(r.Pattern, "/{mission}")
}

// Routes gives the route table.
func Routes() []Route {
	var all []Route
	for _, r := range (&site{}).routes() {
		all = append(all, Route{r.method, r.pattern, r.need.rule, string(r.need.action)})
	}
	return all
}

// Address, CutSuffix and Instant are tested by themselves.
var (
	Address = address
	Instant = instant
)

// TypedPosition takes a position off the end of a text.
func TypedPosition(text string) (name string, lat, lon float64, ok bool) {
	name, at, ok := typedPosition(text)
	return name, at.Lat, at.Lon, ok
}

// CutSuffix gives the rest and the format of an escaped path.
func CutSuffix(escaped string) (rest, suffix string) {
	rest, f := cutSuffix(escaped)
	return rest, string(f)
}

// Unformula keeps a spreadsheet from computing a text.
func Unformula(s string) string { return unformula(s) }

// SameSite gives an address of this site, or "".
func SameSite(to string) string { return sameSite(to) }

// Register makes the handlers of a route that says not who may take it.
func Register() error {
	s := &site{}
	return s.register([]route{{method: "GET", pattern: "/{mission}/forgotten", handle: s.home}})
}
