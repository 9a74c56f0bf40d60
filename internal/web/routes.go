package web

// permission is who may take a route. There is no zero value in the table: a
// route without a permission does not compile into the walk of its test.
type permission string

const (
	public permission = "public" // anybody; what is read still passes the door
	write  permission = "write"  // actors that may make statements
)

// route is one line of the site: everything that can be asked for stands here.
type route struct {
	method, pattern string
	need            permission
	handle          func(*visit) (*page, error)
}

// routes is the whole site on one screen. A suffix (.json .csv .xlsx .geojson
// .atom) is cut off before the pattern is matched; see formats.
func (s *site) routes() []route {
	return []route{
		{"GET", "/{$}", public, s.home},
		{"GET", "/{mission}", public, s.front},
		{"GET", "/{mission}/figures", public, s.figures},
		{"GET", "/{mission}/figures/{measure}", public, s.figure},
		{"GET", "/{mission}/figures/{measure}/evidence", public, s.evidence},
		{"GET", "/{mission}/claims", public, s.claims},
		{"GET", "/{mission}/corrections", public, s.corrections},
		{"GET", "/{mission}/search", public, s.search},
		{"GET", "/{mission}/map", public, s.mapPage},
		{"GET", "/{mission}/records", public, s.kinds},
		{"GET", "/{mission}/records/{kind}", public, s.list},
		{"GET", "/{mission}/records/{kind}/new", write, s.newForm},
		{"POST", "/{mission}/records/{kind}/new", write, s.add},
		{"GET", "/{mission}/records/{kind}/{ref}", public, s.record},
		{"GET", "/{mission}/records/{kind}/{ref}/edit", write, s.editForm},
		{"POST", "/{mission}/records/{kind}/{ref}/edit", write, s.correct},
		{"POST", "/{mission}/records/{kind}/{ref}/settle", write, s.correct},
		{"POST", "/{mission}/records/{kind}/{ref}/retract", write, s.retract},
		{"GET", "/{mission}/sources/{ref}", public, s.source},
	}
}
