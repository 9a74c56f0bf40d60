package crawl_test

import (
	"fmt"
	"html"
	"maps"
	"net/http"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
)

// crawl compares what two worlds answer.
type crawl struct {
	t             *testing.T
	clock         *wall
	with, without *world
	requests      int
	faults        map[string][]string // by who asks
	linked        map[string]bool     // addresses that pages point to; nil while nobody collects them
}

func (c *crawl) fault(who seat, format string, args ...any) {
	c.faults[who.name] = append(c.faults[who.name], fmt.Sprintf(format, args...))
}

// compare asks both worlds for everything as one seat. Whoever may know nothing
// gets the same from both. Whoever may count gets the same but for figures and
// what is held against them, and in those nothing that names anybody.
func (c *crawl) compare(who seat, all []request) {
	for _, r := range all {
		c.requests += 2
		a, b := c.with.ask(who, r), c.without.ask(who, r)
		c.collect(a)
		switch {
		case a.status >= http.StatusInternalServerError || b.status >= http.StatusInternalServerError:
			c.fault(who, "%s: %d and %d: %s", r, a.status, b.status, cut(string(a.body), 0))
		case who.name == string(access.RoleCommander) && declaring(r.target):
			c.byRefAlone(who, r, a)
		case who.before == counts && counting(r.target):
			c.unnamed(who, r, a, b)
		default:
			if !same(a, b) {
				c.fault(who, "%s differs: %s", r, differs(a.alike(), b.alike()))
			} else if tag := b.header.Get("Etag"); r.method == http.MethodGet && tag != "" && tag == a.header.Get("Etag") && c.requests%5 == 0 {
				c.again(who, r, tag)
			}
		}
	}
}

// declaring reports whether an address is where the commander declares that
// somebody missing is dead: there the file must be told from others, by its
// reference and nothing else.
func declaring(target string) bool {
	path, _, _ := strings.Cut(target, "?")
	return strings.HasPrefix(path, "/"+mission+"/casualties") && (strings.Contains(path, "/declare") || counting(target))
}

// byRefAlone holds that an answer tells no more of who it is than the reference
// that somebody careless gave the file.
func (c *crawl) byRefAlone(who seat, r request, a answer) {
	list := slices.DeleteFunc(needles(), func(n string) bool {
		return strings.Contains(plantedCasualty, strings.ToLower(n)) || strings.Contains(n, plantedCasualty)
	})
	if found := pile(a.raw()).has(list); len(found) > 0 {
		c.fault(who, "%s tells %q", r, found)
	}
}

// counting reports whether an address answers with figures or with what is held
// against them, or with how often something was looked for.
func counting(target string) bool {
	path, _, _ := strings.Cut(target, "?")
	rest, inside := strings.CutPrefix(path, "/"+mission)
	if !inside || rest == "" || rest[0] == '.' {
		return true
	}
	board, _, _ := strings.Cut(rest, "?")
	if board == "/casualties" || board == "/casualties.json" || board == "/casualties.csv" || board == "/casualties.xlsx" {
		return true // to who may not read the files: how many there are
	}
	return rest == "/records" || slices.ContainsFunc([]string{"/figures", "/claims", "/records/claim", "/records/reading", "/records.", "/map"}, func(p string) bool { return strings.HasPrefix(rest, p) })
}

// unnamed holds that an answer with the plant tells no name that the one without
// it does not tell, and points to none of its records.
func (c *crawl) unnamed(who seat, r request, a, b answer) {
	list := append(needles(), plantedCasualty, plantedIncident)
	found := pile(a.raw()).has(list)
	if len(found) == 0 {
		return
	}
	known := pile(b.raw()).has(list)
	if more := slices.DeleteFunc(found, func(n string) bool { return slices.Contains(known, n) }); len(more) > 0 {
		c.fault(who, "%s tells %q", r, more)
	}
}

var href = regexp.MustCompile(`href="(/[^"#]*)`)

// collect keeps where a page points to.
func (c *crawl) collect(a answer) {
	if c.linked == nil || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		return
	}
	for _, m := range href.FindAllSubmatch(a.body, -1) {
		c.linked[html.UnescapeString(string(m[1]))] = true
	}
}

// most is how many links are followed: those of dates repeat themselves.
const most = 1500

// follow gives the links that were not asked for, and stops collecting.
func (c *crawl) follow(asked []request) (out []request) {
	known := map[string]bool{}
	for _, r := range asked {
		known[r.target] = true
	}
	for _, to := range slices.Sorted(keys(c.linked)) {
		if !known[to] && !strings.HasPrefix(to, "/-/") && !strings.HasPrefix(to, "/sign-") {
			out = append(out, get(to))
		}
	}
	c.linked = nil
	c.t.Logf("%d links of pages lead elsewhere", len(out))
	step := len(out)/most + 1
	for i := range len(out) / step {
		out[i] = out[i*step]
	}
	return out[:len(out)/step]
}

// again asks with the tag that the twin without the plant gave: who has that page
// has it in both.
func (c *crawl) again(who seat, r request, tag string) {
	r.header = http.Header{"If-None-Match": {tag}}
	c.requests += 2
	a, b := c.with.ask(who, r), c.without.ask(who, r)
	if a.status != b.status {
		c.fault(who, "%s: %d and %d", r, a.status, b.status)
	}
}

// blind crawls a moment at which the gate is closed as everybody who is kept out.
func (c *crawl) blind(moment string, deep []string, seatsAsked ...string) {
	c.t.Helper()
	began, before := time.Now(), c.requests
	s := c.with.scene("2026-02-28", "2026-03-01")
	full, thin := s.walk(c.t, full), s.walk(c.t, thin)
	forms := s.sent(c.t)
	for _, who := range seats() {
		if who.before == everything || !present(who) || len(seatsAsked) > 0 && !slices.Contains(seatsAsked, who.name) {
			continue
		}
		if !slices.Contains(deep, who.name) {
			c.compare(who, thin)
			continue
		}
		c.linked = map[string]bool{}
		c.compare(who, slices.Concat(full, forms))
		c.compare(who, c.follow(full))
	}
	c.report(moment)
	c.t.Logf("%s: %d requests in %v", moment, c.requests-before, time.Since(began).Round(time.Millisecond))
}

// report fails the test with the first faults of each seat.
func (c *crawl) report(moment string) {
	c.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(c.faults)) {
		list := c.faults[name]
		c.t.Errorf("%s: %s: %d answers tell of the casualty; first:\n%s", moment, name, len(list), strings.Join(list[:min(len(list), *shown)], "\n"))
	}
	c.faults = map[string][]string{}
}

// sees holds that an answer has, or has not, certain texts in it.
func (c *crawl) sees(who, target string, want bool, texts ...string) {
	c.t.Helper()
	i := slices.IndexFunc(seats(), func(s seat) bool { return s.name == who })
	a := c.with.ask(seats()[i], get(target))
	c.requests++
	for _, text := range texts {
		if got := len(pile(a.raw()).has([]string{text})) == 1; got != want {
			c.t.Errorf("%s sees %q at %s: %t, want %t (%d)", who, text, target, got, want, a.status)
		}
	}
}

// Those who are asked at every moment, and those who are asked for everything.
var (
	often = []string{"anonymous", "duty", "personnel", "ministry-ury", "ministry-nor", "family-of-victim", "auditor"}
	some  = []string{"anonymous", "duty", "ministry-ury", "family-of-victim"}
	deep  = []string{"anonymous"}
)

const (
	file   = "/" + mission + "/records/casualty/" + plantedCasualty + ".json"
	missed = "/" + mission + "/figures/casualties.missing.json?by=contributor"
	died   = "/" + mission + "/figures/casualties.deaths.json?by=contributor"
)

func TestNothingTellsOfACasualtyBeforeItsFamilyKnows(t *testing.T) {
	began := time.Now()
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // a hundred thousand short answers
	c := &crawl{t: t, clock: &wall{}, faults: map[string][]string{}}
	c.clock.set(t, "2026-02-20T12:00:00Z")
	c.without = newWorld(t, t.TempDir(), c.clock)
	c.with = c.without.twin("planted")
	c.clock.set(t, "2026-03-01T12:00:00Z")
	c.with.said(missing()...)
	c.clock.set(t, "2026-03-01T12:05:00Z")
	c.without.batches("sheet.csv", careless(covered, covered, covered)...)
	c.clock.set(t, "2026-03-01T12:05:00Z")
	c.with.batches(batchName, careless(victimName, victimNumber, victimAlias)...)

	c.clock.set(t, "2026-03-02T13:00:00Z")
	c.sees("cell", file, true, victimName, victimNumber)
	c.sees("notifier-ury", file, true, victimName)
	c.sees("duty", missed, true, `"URY"`)
	c.blind("missing, family not told", deep)
	c.visit("missing, family not told")
	c.compareMatrix(c.matrix())
	c.commands("missing, family not told", "anonymous", "duty", "ministry-nor", "family-of-victim")

	c.clock.set(t, "2026-03-02T14:00:00Z")
	c.with.said(toldOf("MISSING", "2026-03-02T09:00-05:00")...)
	c.clock.set(t, "2026-03-02T20:00:00Z")
	c.blind("missing, family told, hold not over", nil, some...)

	c.clock.set(t, "2026-03-04T12:00:00Z")
	c.sees("anonymous", missed, true, `"URY"`)
	c.sees("anonymous", file, true, "MISSING", plantedIncident)
	c.sees("anonymous", file, false, victimNumber, victimAlias, kinPhone) // what is sealed stays so
	c.sees("anonymous", died, false, `"URY"`)

	// The twin is now where a death is not declared.
	c.without = c.with.twin("missing")
	c.clock.set(t, "2026-09-01T12:00:00Z")
	c.with.said(deceased("2026-09-01")...)
	c.clock.set(t, "2026-09-02T12:00:00Z")
	c.sees("cell", file, true, victimName, "DECEASED")
	c.blind("declared dead, family not told of it", nil, often...)

	c.clock.set(t, "2026-09-02T14:00:00Z")
	c.with.said(toldOf("DECEASED", "2026-09-02T09:00-05:00")...)
	c.clock.set(t, "2026-09-02T20:00:00Z")
	c.blind("declared dead, family told, hold not over", nil, some...)

	c.clock.set(t, "2026-09-04T12:00:00Z")
	c.sees("anonymous", died, true, `"URY"`)
	c.sees("anonymous", missed, false, `"URY"`)
	c.sees("anonymous", file, true, "DECEASED")
	c.sees("anonymous", file, false, victimNumber, "public-name")
	c.with.said(says("casualty", plantedCasualty, "public-name", victimName))
	c.sees("anonymous", file, true, "public-name")
	c.quiet()
	t.Logf("%d requests in %v", c.requests, time.Since(began).Round(time.Millisecond))
}

// quiet holds that no log line of either world names anybody.
func (c *crawl) quiet() {
	c.t.Helper()
	for _, w := range []*world{c.with, c.without} {
		if found := pile([]byte(w.logged())).has(append(needles(), plantedCasualty)); len(found) > 0 {
			c.t.Errorf("the log of the %s world tells %q", w.name, found)
		}
	}
}
