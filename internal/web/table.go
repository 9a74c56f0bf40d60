package web

// Line is a line of the list of routes, for a walk of the whole site.
type Line struct {
	Method  string
	Pattern string // as [net/http.ServeMux] has it, without a suffix
}

// Lines are all routes of the site, in the order of the list.
func Lines() []Line {
	var all []Line
	for _, r := range (&site{}).routes() {
		all = append(all, Line{r.method, r.pattern})
	}
	return all
}
