package crawl_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestAStreamTellsNothingOfACasualty compares what everybody would have heard of
// the last minutes, in which one of the twins has a casualty.
func TestAStreamTellsNothingOfACasualty(t *testing.T) {
	c := &crawl{t: t, clock: &wall{}, faults: map[string][]string{}}
	c.clock.set(t, "2026-02-20T12:00:00Z")
	c.without = newWorld(t, t.TempDir(), c.clock)
	c.with = c.without.twin("planted")
	c.clock.set(t, "2026-03-01T12:00:00Z")
	c.with.batch("", missing()...)
	c.clock.set(t, "2026-03-01T12:05:00Z")
	c.without.batches("sheet.csv", careless(covered, covered, covered)...)
	c.clock.set(t, "2026-03-01T12:05:00Z")
	c.with.batches(batchName, careless(victimName, victimNumber, victimAlias)...)
	stream := http.Header{"Accept": {"text/event-stream"}}
	heard := 0
	for _, who := range seats() {
		if who.before == everything || !present(who) {
			continue
		}
		for _, r := range []request{
			{method: http.MethodGet, target: "/" + mission + "/live?once=yes", header: stream},
			{method: http.MethodGet, target: "/" + mission + "/live?once=yes&short=yes&kinds=casualty,person,incident", header: stream},
			get("/" + mission + "/live"), get("/" + mission + "/live.json"),
		} {
			a, b := c.with.ask(who, r), c.without.ask(who, r)
			if !same(a, b) {
				c.fault(who, "%s differs: %s", r, differs(a.alike(), b.alike()))
			}
			if strings.Contains(string(a.body), "event: change") {
				heard++
			}
		}
	}
	c.report("a casualty of minutes ago")
	if heard < 10 {
		t.Errorf("only %d heard anything: the comparison says nothing", heard)
	}
	i := 0
	for seats()[i].name != "cell" {
		i++
	}
	if all := c.with.ask(seats()[i], request{method: http.MethodGet, target: "/" + mission + "/live?once=yes", header: stream}); !strings.Contains(string(all.body), plantedCasualty) {
		t.Error("the cell does not hear of the casualty")
	}
}
