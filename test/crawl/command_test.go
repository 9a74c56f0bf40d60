package crawl_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/cli"
)

// commands are those that read, as a typist would give them.
func commands() [][]string {
	return [][]string{
		{"figure", "casualties.missing", "--by", "contributor", "--json"},
		{"figure", "casualties.missing", "--where", "contributor=URY"},
		{"record", "casualty/" + plantedCasualty, "--json"},
		{"record", plantedIncident},
		{"record", "person/" + victim},
		{"record", "incident/inc-road", "--json"},
		{"export", "--kind", "casualty", "--format", "csv"},
		{"export", "--kind", "source", "--format", "xlsx"},
		{"export", "--kind", "incident", "--format", "geojson"},
		{"claims", "check", "--json"},
		{"kinds"},
		{"access", "explain", "public", "read", "casualty/" + plantedCasualty},
	}
}

// typed runs a command in this process and gives all it writes.
func (w *world) typed(who seat, args []string) string {
	var out, errs bytes.Buffer
	args = append(slices.Clone(args), "--data", w.dir)
	if as := who.typed(); as != "" {
		args = append(args, "--as", as)
	}
	code := cli.Run(w.t.Context(), cli.Proc{
		Args: args, Getenv: func(string) string { return "" }, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Now: w.clock.now,
	})
	a := answer{status: code, body: out.Bytes()}
	return strings.ReplaceAll(a.alike()+errs.String(), w.dir, "DATA")
}

// typed is how --as names a seat.
func (s seat) typed() string {
	switch {
	case s.name == "local":
		return ""
	case len(s.grants) == 0:
		return "public"
	}
	return s.name
}

// commands asks both worlds at the command line.
func (c *crawl) commands(moment string, names ...string) {
	c.t.Helper()
	began, n := time.Now(), 0
	for _, who := range seats() {
		if !slices.Contains(names, who.name) || !present(who) {
			continue
		}
		for _, args := range commands() {
			n += 2
			a, b := c.with.typed(who, args), c.without.typed(who, args)
			if who.before == nothing || !slices.Contains([]string{"figure", "claims"}, args[0]) {
				if a != b {
					c.fault(who, "konbit %s differs: %s", strings.Join(args, " "), differs(a, b))
				}
				continue
			}
			c.unnamed(who, get(fmt.Sprint("konbit ", args)), answer{body: []byte(a)}, answer{body: []byte(b)})
		}
	}
	c.report(moment + ", at the command line")
	c.requests += n
	c.t.Logf("%s: %d commands in %v", moment, n, time.Since(began).Round(time.Millisecond))
}
