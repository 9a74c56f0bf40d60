package web

// Route is a line of the route table, for the walk of the tests.
type Route struct{ Method, Pattern, Need string }

// Routes gives the route table.
func Routes() []Route {
	var all []Route
	for _, r := range (&site{}).routes() {
		all = append(all, Route{r.method, r.pattern, string(r.need)})
	}
	return all
}

// Address, CutSuffix and Instant are tested by themselves.
var (
	Address = address
	Instant = instant
)

// CutSuffix gives the rest and the format of an escaped path.
func CutSuffix(escaped string) (rest, suffix string) {
	rest, f := cutSuffix(escaped)
	return rest, string(f)
}

// Unformula keeps a spreadsheet from computing a text.
func Unformula(s string) string { return unformula(s) }
