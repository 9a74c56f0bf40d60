package mission

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/lang"
)

// idPattern is compiled once; nothing writes it.
var idPattern = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// parse decodes and checks the file.
func (m *Mission) parse(raw []byte) error {
	if err := yaml.Load(raw, m, yaml.WithKnownFields()); err != nil {
		return errors.Join(located(err)...)
	}
	words, err := lang.Load()
	if err != nil {
		return err
	}
	c := &checker{m: m, lines: linesOf(raw), countries: words.Countries()}
	c.name()
	c.clock()
	c.states()
	c.hold()
	c.rhythm()
	c.publication()
	c.reports()
	c.files()
	return errors.Join(c.faults...)
}

// located puts the file's name and the line before each fault of the reader.
func located(err error) []error {
	var many *yaml.LoadErrors
	if errors.As(err, &many) && len(many.Errors) > 0 {
		var out []error
		for _, e := range many.Errors {
			out = append(out, located(e)...)
		}
		return out
	}
	if one, ok := errors.AsType[*yaml.LoadError](err); ok {
		return []error{fmt.Errorf("%s:%d: %w", File, one.Mark.Line, one)}
	}
	return []error{fmt.Errorf("%s: %w", File, err)}
}

// linesOf tells on which line each key stands, and each item of a list:
// "zone", "sheets.0".
func linesOf(raw []byte) map[string]int {
	lines := map[string]int{}
	var root yaml.Node
	if err := yaml.Unmarshal(raw, &root); err != nil || len(root.Content) == 0 {
		return lines
	}
	doc := root.Content[0]
	for i := 0; i+1 < len(doc.Content); i += 2 {
		lines[doc.Content[i].Value] = doc.Content[i].Line
		if doc.Content[i+1].Kind != yaml.SequenceNode {
			continue
		}
		for n, item := range doc.Content[i+1].Content {
			lines[fmt.Sprintf("%s.%d", doc.Content[i].Value, n)] = item.Line
		}
	}
	return lines
}

type checker struct {
	m         *Mission
	lines     map[string]int
	countries []string
	faults    []error
}

func (c *checker) bad(key, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	c.faults = append(c.faults, fmt.Errorf("%s:%d: %s: %s", File, max(1, c.lines[key]), key, what))
}

// Reserved are the first steps of addresses that are the node's own pages: no
// mission may be called so.
func Reserved() []string {
	return []string{"account", "audit", "components", "index", "invitations", "people", "setup", "sign-in", "sign-out"}
}

func (c *checker) name() {
	if !idPattern.MatchString(c.m.ID) {
		c.bad("id", "%q: use small letters, digits and hyphens", c.m.ID)
	}
	if slices.Contains(Reserved(), c.m.ID) {
		c.bad("id", "%q is the address of a page of the node: choose another name", c.m.ID)
	}
	c.text("title", c.m.Title)
	if c.m.Summary != nil {
		c.text("summary", c.m.Summary)
	}
	if c.m.Successor != nil {
		c.text("successor", c.m.Successor.Title)
		c.date("successor", c.m.Successor.From)
	}
	if len(c.m.Languages) == 0 {
		c.bad("languages", "name at least one")
	}
	for i, l := range c.m.Languages {
		if !slices.Contains(lang.Languages(), l) || slices.Contains(c.m.Languages[:i], l) {
			c.bad("languages", "%q is not one of %s, or stands twice", l, strings.Join(lang.Languages(), ", "))
		}
	}
}

// text holds that a text stands in English at least, and in no language that
// the program does not speak.
func (c *checker) text(key string, text Text) {
	if text["en"] == "" {
		c.bad(key, "needs at least en")
	}
	for l := range text {
		if !slices.Contains(lang.Languages(), l) {
			c.bad(key, "no such language %q", l)
		}
	}
}

func (c *checker) date(key, date string) {
	if date == "" {
		return
	}
	if _, err := edtf.Parse(date); err != nil {
		c.bad(key, "%v", err)
	}
}

// clock wants a zone by name: a fixed offset would be wrong for half of the year
// wherever there is summer time.
func (c *checker) clock() {
	loc, err := time.LoadLocation(c.m.Zone)
	if err != nil || c.m.Zone != "UTC" && !strings.Contains(c.m.Zone, "/") {
		c.bad("zone", "%q is no zone; write a name such as America/Belize", c.m.Zone)
		loc = time.UTC
	}
	c.m.location = loc
	c.date("started", c.m.Started)
	c.date("ended", c.m.Ended)
}

func (c *checker) states() {
	country := func(key, code string) {
		if !slices.Contains(c.countries, code) {
			c.bad(key, "%q is not an ISO 3166-1 alpha-3 code", code)
		}
	}
	country("host", c.m.Host)
	if c.m.Lead != "" {
		country("lead", c.m.Lead)
	}
	for i, code := range c.m.Contributors {
		key := fmt.Sprintf("contributors.%d", i)
		country(key, code)
		if slices.Contains(c.m.Contributors[:i], code) {
			c.bad(key, "%q stands twice", code)
		}
	}
}

// publication checks all but whether the measures are there, which nobody here knows.
func (c *checker) publication() {
	seen := map[string]bool{}
	for i, p := range c.m.Publication {
		key := fmt.Sprintf("publication.%d", i)
		if p.Measure == "" || seen[p.Measure] {
			c.bad(key, "measure %q: name one that does not stand here yet", p.Measure)
		}
		seen[p.Measure] = true
		if p.Every != "" && p.Every != "week" {
			c.bad(key, "every %q: write week, or leave it out", p.Every)
		}
		if p.Round < 0 || p.Round == 1 || p.Round > maxRound {
			c.bad(key, "round %d: write 2 to %d, or leave it out", p.Round, maxRound)
		}
		if p.Every == "" && p.Round == 0 {
			c.bad(key, "say what is different: every or round")
		}
	}
}

// maxRound keeps a figure of money as well as one of people.
const maxRound = 1_000_000

func (c *checker) files() {
	if m := c.m.Map; m != nil {
		c.file("map", m.File)
		if m.Provenance == "" || m.Licence == "" {
			c.bad("map", "say where the map comes from (provenance) and what allows its use (licence)")
		}
	}
	c.sheets("sheets", c.m.Sheets)
	c.sheets("present", c.m.Present)
}

func (c *checker) sheets(list string, all []Sheet) {
	for i, s := range all {
		key := fmt.Sprintf("%s.%d", list, i)
		if c.m.withSheets || !fs.ValidPath(s.File) {
			c.file(key, s.File)
		}
		if s.Map != "" {
			c.file(key, s.Map)
		}
		if !idPattern.MatchString(s.Kind) {
			c.bad(key, "kind %q: name the kind of its rows", s.Kind)
		}
	}
}

// file holds that a name stays inside the folder and is there.
func (c *checker) file(key, name string) {
	if !fs.ValidPath(name) || name == "." {
		c.bad(key, "file %q: name a file inside the mission's folder", name)
		return
	}
	if info, err := fs.Stat(c.m.folder, name); err != nil || info.IsDir() {
		c.bad(key, "file %q is not there", name)
	}
}
