package crawl_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/web"
)

// depth is how much of what can be asked for is asked for.
type depth int

const (
	thin depth = iota // every address once, as a page or as data
	full              // in every form, of every date, with every filter
)

// scene is what there is to be asked about: the same for both twins, also what is
// only in one of them.
type scene struct {
	kinds    []*kind.Kind
	measures map[string][]string // with their dimensions
	records  []record.Key
	past     []string // dates to ask for
}

func (w *world) scene(past ...string) scene {
	w.t.Helper()
	m, err := w.node.Mission(mission)
	if err != nil {
		w.t.Fatal(err)
	}
	s := scene{kinds: m.Kinds.All(), measures: map[string][]string{}, past: past}
	for _, id := range m.Measures.IDs() {
		d, err := m.Measures.Get(id)
		if err != nil {
			w.t.Fatal(err)
		}
		s.measures[id] = d.Names()
	}
	for _, k := range s.kinds {
		// Not by the door: that would be a reading of the files, for the auditor to see.
		page, err := w.node.Records.List(w.t.Context(), record.Query{Mission: mission, Kind: k.ID, Limit: record.MaxLimit, Struck: true})
		if err != nil {
			w.t.Fatal(err)
		}
		if slices.Contains([]string{"account", "grant", "reading"}, k.ID) { // alike among themselves
			page.Versions = page.Versions[:min(2, len(page.Versions))]
		}
		for i := range page.Versions {
			s.records = append(s.records, page.Versions[i].Key)
		}
	}
	return s
}

var suffixes = []string{"", ".json", ".csv", ".xlsx", ".geojson", ".atom"}

// words are searched for: what identifies the victim, and what any text may say.
func words() []string {
	return append(needles(), "quix", "zebed", "URY", "missing", "valley", "killed", "ridge")
}

// walk is every route of the site with everything that can stand in its address.
func (s scene) walk(t testing.TB, d depth) (out []request) {
	t.Helper()
	for _, r := range web.Lines() {
		if r.Method != http.MethodGet {
			continue
		}
		for _, target := range s.fill(t, r.Pattern) {
			out = append(out, s.forms(target, r.Pattern, d)...)
		}
	}
	return append(out, s.wrong(d)...)
}

// fill puts all there is into the variables of a pattern.
func (s scene) fill(t testing.TB, pattern string) []string {
	t.Helper()
	out := []string{strings.TrimSuffix(pattern, "{$}")}
	put := func(variable string, values ...string) {
		var next []string
		for _, target := range out {
			for _, v := range values {
				next = append(next, strings.ReplaceAll(target, variable, url.PathEscape(v)))
			}
		}
		out = next
	}
	if strings.Contains(pattern, "{kind}/{ref}") {
		var next []string
		for _, key := range s.records {
			next = append(next, strings.NewReplacer("{kind}", key.Kind, "{ref}", url.PathEscape(key.Ref)).Replace(out[0]))
		}
		out = next
	}
	put("{mission}", mission)
	if strings.Contains(out[0], "{measure}") {
		put("{measure}", slices.Sorted(keys(s.measures))...)
	}
	if strings.Contains(out[0], "{kind}") {
		var ids []string
		for _, k := range s.kinds {
			ids = append(ids, k.ID)
		}
		put("{kind}", ids...)
	}
	if strings.Contains(out[0], "{ref}") {
		var refs []string
		for _, key := range s.records {
			if of := refsOf(pattern); of == "" || of == key.Kind {
				refs = append(refs, key.Ref)
			}
		}
		if len(refs) == 0 {
			refs = []string{"none"} // the world has no record of that kind
		}
		put("{ref}", refs...)
	}
	if strings.Contains(out[0], "{name}") {
		put("{name}", "duty", "family-of-victim", "nobody")
	}
	put("{secret}", "not-a-secret-of-anybody")
	put("{provider}", "none")
	for _, target := range out {
		if strings.ContainsAny(target, "{}") {
			t.Fatalf("the walk does not know what to put into %s: teach it in fill", target)
		}
	}
	return out
}

// refsOf is the kind whose records a pattern without {kind} speaks of; "" is any.
func refsOf(pattern string) string {
	for _, of := range []string{"source", "casualty", "person", "minimise", "notice", "kin"} {
		if strings.Contains(pattern, "/"+of+"s/") || strings.Contains(pattern, "/"+of+"/") {
			return of
		}
	}
	if strings.Contains(pattern, "/casualties/") {
		return "casualty"
	}
	return ""
}

// forms asks for an address in all its forms.
func (s scene) forms(target, pattern string, d depth) (out []request) {
	list := strings.HasSuffix(pattern, "/records/{kind}")
	if strings.HasSuffix(pattern, "/live") { // the stream itself, as far as it goes now
		out = append(out, request{method: http.MethodGet, target: target + "?once=yes", header: http.Header{"Accept": {"text/event-stream"}}})
	}
	if d == thin {
		// Data says all that a page says and is quick; a page says it in words.
		out = append(out, get(target+".json"), get(target))
		if list {
			out = append(out, get(target+".csv"), get(target+".json?q=quixanilla"))
		}
		if strings.Contains(target, "casualties.") || strings.Contains(target, "strength.") {
			out = append(out, s.figures(target, pattern)...)
		}
		return out
	}
	for _, suffix := range suffixes {
		if suffix != "" && target == "/" {
			continue
		}
		out = append(out, get(target+suffix))
	}
	for _, day := range s.past {
		out = append(out, get(target+".json?known="+url.QueryEscape(day)), get(target+".json?at="+url.QueryEscape(day)), get(target+".csv?known="+url.QueryEscape(day)))
	}
	if list {
		out = append(out, s.lists(target)...)
	}
	if strings.HasSuffix(pattern, "/search") || strings.HasSuffix(pattern, "/map") {
		for _, text := range words() {
			out = append(out, get(target+".json?q="+url.QueryEscape(text)), get(target+"?q="+url.QueryEscape(text)))
		}
	}
	return append(out, s.figures(target, pattern)...)
}

// figures asks for a figure by each dimension and within each value.
func (s scene) figures(target, pattern string) (out []request) {
	if !strings.Contains(pattern, "{measure}") {
		return nil
	}
	_, rest, _ := strings.Cut(target, "/figures/")
	id, _, _ := strings.Cut(rest, "/")
	dims := s.measures[id]
	for _, dim := range dims {
		out = append(out, get(target+".json?by="+url.QueryEscape(dim)))
	}
	if slices.Contains(dims, "contributor") {
		for _, where := range []string{"contributor=URY", "contributor=NOR,URY,CHL", "contributor=CHL"} {
			out = append(out, get(target+".json?where="+url.QueryEscape(where)))
		}
		for _, dim := range dims {
			out = append(out, get(target+".json?where="+url.QueryEscape("contributor=URY")+"&by="+url.QueryEscape(dim)))
		}
	}
	return out
}

// lists narrows a list by every field, sorts it and turns its pages.
func (s scene) lists(target string) (out []request) {
	add := func(query string) { out = append(out, get(target+".json?"+query)) }
	for _, query := range []string{"order=old", "struck=yes", "conflict=yes", "source=src-rumour", "after=1"} {
		add(query)
	}
	k := s.kind(target[strings.LastIndexByte(target, '/')+1:])
	near := slices.Contains([]string{"casualty", "person", "incident", "kin", "notification", "claim", "source", "reading"}, k.ID)
	if !near {
		add("q=zebedeo")
		add("contributor=URY&q=missing")
		return out
	}
	for _, text := range words() {
		add("q=" + url.QueryEscape(text))
	}
	for _, f := range k.AllFields() {
		for _, value := range probes(f) {
			add(url.QueryEscape(f.ID) + "=" + url.QueryEscape(value))
		}
	}
	for _, pseudo := range []string{"@source", "@batch", "@grade"} {
		add(url.QueryEscape(pseudo) + "=quixanilla.csv")
	}
	return out
}

func (s scene) kind(id string) *kind.Kind {
	i := slices.IndexFunc(s.kinds, func(k *kind.Kind) bool { return k.ID == id })
	return s.kinds[i]
}

// probes are values that tell by the number of hits.
func probes(f kind.Field) []string {
	switch {
	case f.Personal:
		return []string{victimName, victimNumber}
	case f.Type == kind.Reference || f.Type == kind.Person:
		return []string{victim, "inc-ridge", plantedCasualty, "src-rumour"}
	case f.ID == "contributor" || f.ID == "owner" || f.ID == "holder":
		return []string{"URY"}
	case f.ID == "status" || f.ID == "told-of":
		return []string{"MISSING", "DECEASED"}
	case f.ID == "kin":
		return []string{"NOT-STARTED", "TOLD-ALL"}
	case f.ID == "marking":
		return []string{"public", "cell"}
	case len(f.Codes) > 0:
		return []string{f.Codes[0].ID}
	case f.Type == kind.Number:
		return []string{"1"}
	}
	return nil
}

// wrong are addresses that are not there, and the ways to ask for one that is.
func (s scene) wrong(d depth) (out []request) {
	for _, target := range []string{
		"/" + mission + "/nothing", "/nowhere", "/" + mission + "/records/nothing", "/" + mission + "/figures/nothing", "/" + mission + "/records/casualty/cas-nobody",
		"/" + mission + "/records/person/" + url.PathEscape(victimName), "/" + mission + "/sources/" + url.PathEscape(victimName), "/" + mission + "/records/casualty/cas-ury-quixanill.json",
	} {
		out = append(out, get(target))
	}
	if d == thin {
		return out
	}
	base := "/" + mission + "/records/casualty/" + plantedCasualty
	for _, target := range []string{base, "/" + mission, "/" + mission + "/corrections", "/" + mission + "/records/incident"} {
		out = append(out, request{method: http.MethodHead, target: target}, request{method: http.MethodOptions, target: target},
			request{method: http.MethodGet, target: target, header: http.Header{"Accept-Encoding": {"gzip"}}},
			request{method: http.MethodGet, target: target, header: http.Header{"Accept": {"application/json"}}})
		for _, lang := range []string{"en", "fr", "ht", "es", "sw"} {
			out = append(out, get(target+"?lang="+lang))
		}
	}
	return out
}

// sent are forms sent with a planted ref: without their token, as from another
// site. What comes back must not tell whether the record is there.
func (s scene) sent(t testing.TB) (out []request) {
	t.Helper()
	only := scene{kinds: s.kinds, measures: s.measures}
	only.records = append(only.records, []record.Key{
		{Kind: "casualty", Ref: plantedCasualty},
		{Kind: "casualty", Ref: "cas-nobody"},
		{Kind: "incident", Ref: "inc-ridge"},
		{Kind: "person", Ref: victim},
	}...)
	for _, r := range web.Lines() {
		if r.Method != http.MethodPost || strings.Contains(r.Pattern, "sign-out") {
			continue
		}
		for _, target := range only.fill(t, r.Pattern) {
			out = append(out, request{method: http.MethodPost, target: target, form: url.Values{"form": {"abc"}, "reason": {"x"}, "e.ref": {plantedCasualty}}})
		}
	}
	return out
}
