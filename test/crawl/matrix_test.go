package crawl_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"konbit.org/konbit/internal/web"
)

const matrixPage = "../../docs/access-matrix.md"

// The marks of the tables.
const (
	more    = "●" // more than the public
	public  = "◐" // what the public sees
	refused = "–"
	signIn  = "→"
)

// columns are the seats of the tables, by the short names of their heads.
func columns() [][2]string {
	return [][2]string{
		{"anonymous", "public"},
		{"duty", "duty"},
		{"operations", "operations"},
		{"commander", "commander"},
		{"personnel", "personnel"},
		{"medical", "medical"},
		{"finance", "finance"},
		{"conduct", "conduct"},
		{"welfare", "welfare"},
		{"spokesperson", "spokesperson"},
		{"cell", "cell"},
		{"ministry-ury", "own ministry"},
		{"notifier-ury", "own notifier"},
		{"kin-officer-ury", "own welfare officer"},
		{"ministry-nor", "other ministry"},
		{"family-of-victim", "family"},
		{"donor", "donor"},
		{"host", "host police"},
		{"admin", "admin"},
		{"auditor", "auditor"},
		{"program", "program"},
	}
}

func seatOf(name string) seat {
	all := seats()
	return all[slices.IndexFunc(all, func(s seat) bool { return s.name == name })]
}

// matrix is the page of who gets what, out of real answers.
func (c *crawl) matrix() string {
	var b strings.Builder
	b.WriteString(intro)
	head := func(first string) {
		b.WriteString("| " + first)
		for _, col := range columns() {
			b.WriteString(" | " + col[1])
		}
		b.WriteString(" |\n|---" + strings.Repeat("|:-:", len(columns())) + "|\n")
	}
	b.WriteString("## Routes\n\n")
	head("route")
	s := c.with.scene()
	for _, r := range web.Lines() {
		fmt.Fprintf(&b, "| `%s %s`", r.Method, r.Pattern)
		targets := s.fill(c.t, r.Pattern)
		for _, col := range columns() {
			b.WriteString(" | " + c.mark(seatOf(col[0]), r.Method, targets))
		}
		b.WriteString(" |\n")
	}
	b.WriteString("\n## Data\n\nThe rows are those of the matrix that the policies started from. *Own* is the small\ncontributor whose member is missing; its family has not been told.\n\n")
	head("data")
	for _, p := range probed() {
		b.WriteString("| " + p.data)
		for _, col := range columns() {
			a := c.with.ask(seatOf(col[0]), get(p.target))
			c.requests++
			has := a.status == http.StatusOK && (p.tells == "" || strings.Contains(string(a.raw()), p.tells))
			b.WriteString(" | " + map[bool]string{true: more, false: refused}[has])
		}
		b.WriteString(" |\n")
	}
	b.WriteString(broken)
	return b.String()
}

// mark is the best that a seat gets of the addresses of a route.
func (c *crawl) mark(who seat, method string, targets []string) string {
	best := refused
	for _, target := range targets {
		r := request{method: method, target: target, header: http.Header{"Accept": {"application/json"}}}
		if method == http.MethodPost {
			r.form = url.Values{}
		}
		a := c.put(who, r)
		if method == http.MethodGet && a.status == http.StatusNotFound { // a form has no other form
			r.header = nil
			a = c.put(who, r)
		}
		switch {
		case a.status == http.StatusUnauthorized || a.status == http.StatusSeeOther && strings.Contains(a.header.Get("Location"), "/sign-in"):
			return signIn
		case method == http.MethodPost && c.pastTheDoor(a):
			return more
		case method == http.MethodPost || a.status != http.StatusOK:
			continue
		}
		b := c.put(seatOf("anonymous"), r)
		if b.status == http.StatusNotFound && r.header != nil {
			r.header = nil
			b = c.put(seatOf("anonymous"), r)
		}
		if b.status != a.status || strings.HasPrefix(target, "/"+mission) && string(b.body) != string(a.body) {
			return more
		}
		best = public
	}
	return best
}

func (c *crawl) put(who seat, r request) answer {
	c.requests++
	return c.with.ask(who, r)
}

// pastTheDoor reports whether a form was refused for its missing token, or for
// what it says, and not for who sent it.
func (c *crawl) pastTheDoor(a answer) bool {
	return a.status != http.StatusForbidden && a.status != http.StatusUnauthorized && a.status != http.StatusNotFound ||
		strings.Contains(string(a.body), c.with.node.Words.Say("en", "web.error.token", nil))
}

// probe asks for one kind of data.
type probe struct{ data, target, tells string }

func probed() []probe {
	in := "/" + mission
	return []probe{
		{"log entry of the mission", in + "/records/incident/inc-log.json", ""},
		{"roll: own person", in + "/records/person/per-ury-2.json", "Ondina"},
		{"roll: person of another", in + "/records/person/per-nor-1.json", "Norvald"},
		{"kin of an own person", in + "/records/kin/kin-1.json", "Petronia"},
		{"casualty before kin told: identity", file, victimName},
		{"casualty before kin told: counted", missed, `"URY"`},
		{"strength by contingent", in + "/figures/strength.present.json?by=contributor", `"NOR"`},
		{"seizure register", in + "/records/seizure/sei-1.json", "Rifle"},
		{"seizure: serial number", in + "/records/seizure/sei-1.json", "ZZ-4411"},
		{"money: own donation", in + "/records/flow/flo-own.json", "750000"},
		{"money: donation of another", in + "/records/flow/flo-other.json", "990000"},
		{"money: public donation", in + "/records/flow/flo-isl.json", "500000"},
		{"audit", "/audit", ""},
		{"people and their grants", "/people", ""},
	}
}

// compareMatrix holds the page to what was found, or writes it.
func (c *crawl) compareMatrix(got string) {
	c.t.Helper()
	if *update {
		if err := os.WriteFile(matrixPage, []byte(got), 0o600); err != nil {
			c.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(matrixPage)
	if err != nil {
		c.t.Fatal(err)
	}
	if got != string(want) {
		c.t.Errorf("docs/access-matrix.md is not what the site does; look at the difference and run go test ./test/crawl -update: %s", differs(got, string(want)))
	}
}

const intro = `# Who gets what

Made by ` + "`go test ./test/crawl -update`" + ` out of what a node really answered; the same test
fails when this page is stale. What each role may do stands in the policies, in
sentences; ` + "`konbit access explain`" + ` names the one that decides.

The world asked is a small fictional mission on the day after somebody of its smallest
contributor went missing. Their family has not been told.

● more than the public sees · ◐ what the public sees · – refused, or nothing there for
them · → must sign in first

`

const broken = `
## What the crawl covers

Two worlds stand side by side, one with the casualty and one without, copies of one
folder. Everybody who may not know of it gets the same answer from both, byte for byte:
every route of the site's list with every kind, record, measure and dimension there is,
as page, JSON, CSV, XLSX, GeoJSON and feed, at past dates, narrowed by each field,
searched for each spelling of the name, in five languages, compressed, by HEAD, with the
tag of the other world, and as forms that are sent; what the pages point to; then the
reading commands. Anonymous readers are asked everything, all others every address as
page and data. Whoever may count but not know gets figures that may differ and everything
else the same, and no name anywhere. Most come with a session that no clock ends; three
sign in by the form, one of them with a code, and a program brings its token.

It is asked when somebody is missing, when their family was told and the hold is not
over, when they are declared dead months later, and when the family was told of that. In
between and at the end what may be seen must be seen. The log of the whole run names
nobody.

Seen to fail when

| broken for a moment | what the crawl said |
|---|---|
| the door let a held record through | the page of the casualty: 200 beside 404 |
| figures forgot what is held | one missing instead of not known, on the front page and at the command line |
| lists and counts took what the index has | a search for the contributor: 5 hits instead of 4 |
| names were not covered in what others wrote | the name on the front page of the duty officer |
| covered words were searched | a search for the name: 6 hits instead of 1 |
| an export went round the door | the casualty in the sheet of another ministry |
| a refusal told hidden from missing | to the family: 403 beside 404 |
| the tag of a page was made of more than the page | another tag of the same page |
| texts were covered that stood there before the gate closed anew | a note without the name it had yesterday |
| the audit named whose file had been read | the reference of the file, to the auditor |

## What it does not cover

Known, and not hidden yet:

- the *reference* of a record that is not itself held. A source called after somebody is
  listed under that reference, though the name is covered in its title;
- the commander, who declares a death, sees the reference of the file before the family
  knows, and nothing else that names anybody;
- a statement that changes only fields somebody may not read raises the number of the
  version that they see. What changed is hidden; that something did is not;
- an old text with the name in it, corrected after the event, has the name covered from
  then on, also in what it said before.
`
