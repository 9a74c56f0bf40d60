package web

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"strings"

	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/claim"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// verdicts in the order in which they are told.
func verdicts() []string {
	return []string{claim.Agrees, claim.Rounded, claim.Disagrees, claim.Incomparable, claim.Unknown}
}

func legendMark(verdict string) string { return chart.Sign(markShape(verdict), "mark mark-"+verdict) }

type claimsPage struct {
	filters   []verdictFilter
	conflicts []conflictView
	groups    []claimGroup
	total     int
}

type verdictFilter struct {
	navItem
	verdict string
	count   int
}

type conflictView struct {
	why    string
	claims []crumb
}

// claimGroup are the claims of one measure, oldest first.
type claimGroup struct {
	label, href, anchor string
	table               *table
}

// claims shows what was said beside what the record says.
func (s *site) claims(v *visit) (*page, error) {
	query := v.r.URL.Query()
	wanted, of := query.Get("verdict"), query.Get("measure")
	if wanted != "" && !slices.Contains(verdicts(), wanted) {
		return nil, fail.New(fail.Invalid, v.t("web.error.verdict", "verdict", wanted), strings.Join(verdicts(), " "))
	}
	report, err := v.claimReport(of)
	if err != nil {
		return nil, err
	}
	b := claimsPage{total: len(report.Claims)}
	for _, verdict := range verdicts() {
		n := 0
		for _, c := range report.Claims {
			if c.Verdict == verdict {
				n++
			}
		}
		b.filters = append(b.filters, verdictFilter{navItem{label: v.t("web.verdict." + verdict), href: v.here("verdict", verdict), current: wanted == verdict}, verdict, n})
	}
	report.Claims = slices.DeleteFunc(report.Claims, func(c claim.Verdict) bool { return wanted != "" && c.Verdict != wanted })
	b.groups = v.claimGroups(report.Claims)
	if wanted == "" {
		b.conflicts = v.conflictViews(&report)
	}
	p := &page{title: v.t("web.claims.title"), body: v.claimsBody(b), table: v.claimTable(report.Claims), data: report, file: v.mission.ID + "-claims"}
	if d, err := v.mission.Measures.Get(of); err == nil {
		p.title += ": " + v.in5(d.Label)
		p.crumbs = []crumb{{v.t("web.nav.claims"), v.in("claims")}}
	}
	return p, nil
}

// claimReport is that of one measure, or of all. A claim about a later day than
// the one looked at is left out.
func (v *visit) claimReport(measureID string) (report claim.Report, err error) {
	if measureID == "" {
		report, err = v.Claims.Check(v.r.Context(), v.who, v.mission.ID, v.asOf())
	} else {
		report, err = v.Claims.Beside(v.r.Context(), v.who, v.mission.ID, measureID, v.asOf())
	}
	if err != nil || v.when.at.IsZero() {
		return report, err
	}
	later := map[record.Key]bool{}
	report.Claims = slices.DeleteFunc(report.Claims, func(c claim.Verdict) bool {
		later[c.Key] = c.From.After(v.when.at)
		return later[c.Key]
	})
	report.Conflicts = slices.DeleteFunc(report.Conflicts, func(c claim.Conflict) bool { return later[c.A] || later[c.B] })
	return report, nil
}

func (v *visit) claimGroups(claims []claim.Verdict) []claimGroup {
	byMeasure := map[string][]claim.Verdict{}
	for _, c := range claims {
		byMeasure[c.Measure] = append(byMeasure[c.Measure], c)
	}
	var ids []string
	for id := range byMeasure {
		ids = append(ids, id)
	}
	// What can be held against a figure stands first, the rest below.
	slices.SortFunc(ids, func(a, b string) int {
		switch {
		case a == "":
			return len(b)
		case b == "":
			return -1
		}
		return strings.Compare(a, b)
	})
	var all []claimGroup
	for _, id := range ids {
		g := claimGroup{label: cmp.Or(id, v.t("web.claims.nofigure")), anchor: "m-" + strings.ReplaceAll(id, ".", "-")}
		if d, err := v.mission.Measures.Get(id); err == nil {
			g.label, g.href = v.in5(d.Label), v.in("figures", id)
		}
		list := byMeasure[id]
		sort.SliceStable(list, func(i, j int) bool { return list[i].At.Before(list[j].At) })
		g.table = v.claimTable(list)
		g.table.caption = g.label
		all = append(all, g)
	}
	return all
}

// claimTable sets claims and figures side by side.
func (v *visit) claimTable(claims []claim.Verdict) *table {
	t := &table{caption: v.t("web.claims.title"), empty: v.t("web.claims.none"), columns: []column{
		{id: "at", label: v.t("web.claims.date"), main: true, hxl: "#date"},
		{id: "claimed", label: v.t("web.claims.claimed"), number: true},
		{id: "computed", label: v.t("web.claims.computed"), number: true},
		{id: "verdict", label: v.t("web.claims.verdict")},
		{id: "why", label: v.t("web.claims.why")},
		{id: "source", label: v.t("web.record.source"), hxl: "#meta+source"},
		{id: "measure", only: true, hxl: "#indicator+code"},
		{id: "scope", only: true},
		{id: "grade", only: true, hxl: "#meta+grade"},
		{id: "ref", only: true, hxl: "#meta+id"},
		{id: "statement", only: true, hxl: "#description+statement"},
	}}
	for i := range claims {
		c := &claims[i]
		when := v.event(c.Record.Text("at"))
		if when == "" {
			when = v.t("web.value.undated")
		}
		computed := cell{text: "—", raw: void}
		if c.Computed != nil {
			computed = cell{text: v.money(c.Computed.String(), c.Apart), raw: c.Computed.String(), href: v.figureThen(c)}
		}
		said := "" // where no figure says what it is about
		if c.Measure == "" {
			said = c.Record.Text("statement")
		}
		source := v.sourceCell(&c.Record)
		source.note = c.Record.Text(record.FieldGrade)
		t.rows = append(t.rows, []cell{
			{text: when, raw: c.Record.Text("at"), href: v.recordLink(c.Record.Key), note: said},
			{text: v.claimed(c), raw: c.Claimed, note: v.scopeWords(c)},
			computed,
			{badge: c.Verdict, text: v.t("web.verdict." + c.Verdict), raw: c.Verdict},
			{text: v.Claims.Say(v.lang, c.Reason)},
			source,
			{raw: c.Measure},
			{raw: c.Scope},
			{raw: c.Record.Text(record.FieldGrade)},
			{raw: c.Record.Ref},
			{raw: c.Record.Text("statement")},
		})
	}
	return t
}

// figureThen is the figure that a claim was held against, at the claim's own date.
func (v *visit) figureThen(c *claim.Verdict) string {
	if chosen := v.r.URL.Query().Get("lang"); chosen != "" && c.Address != "" {
		return c.Address + "&lang=" + escapeQuery(chosen)
	}
	return c.Address
}

// judged is the verdict on one claim, for its own page: what may be cited of a
// claim is what was found, not only that it was made.
func (v *visit) judged(rec *record.Version) (*judgement, error) {
	report, err := v.claimReport(rec.Text("measure"))
	if err != nil {
		return nil, err
	}
	report.Conflicts = slices.DeleteFunc(report.Conflicts, func(c claim.Conflict) bool { return c.A != rec.Key && c.B != rec.Key })
	conflicts := v.conflictViews(&report)
	report.Claims = slices.DeleteFunc(report.Claims, func(c claim.Verdict) bool { return c.Key != rec.Key })
	if len(report.Claims) == 0 {
		return nil, nil //nolint:nilnil // a claim of a later day than the one looked at is not judged
	}
	c := &report.Claims[0]
	j := &judgement{verdict: c.Verdict, word: v.t("web.verdict." + c.Verdict), why: v.Claims.Say(v.lang, c.Reason), href: v.figureThen(c), conflicts: conflicts}
	if d, err := v.mission.Measures.Get(c.Measure); err == nil {
		j.figure = v.in5(d.Label)
	}
	return j, nil
}

// judgement is a verdict as the page of its claim tells it.
type judgement struct {
	verdict, word, why, figure, href string
	conflicts                        []conflictView
}

// amount is the claimed number; nil where no number was said.
func amount(c *claim.Verdict) *measure.Amount {
	a, err := measure.ParseAmount(c.Record.Text("value"))
	if err != nil || c.Record.Text("value") == "" {
		return nil
	}
	return &a
}

// claimed is the claim's value with its precision: about 1,000; over 600.
func (v *visit) claimed(c *claim.Verdict) string {
	a := amount(c)
	if a == nil {
		return c.Claimed
	}
	text := v.money(a.String(), apart(c))
	if precision := "claim.said." + c.Record.Text("precision"); v.Words.Has(precision) {
		return v.t(precision, "value", text)
	}
	return text
}

// apart is the currency or unit a claim speaks of.
func apart(c *claim.Verdict) string {
	scope, err := claim.ParseScope(c.Scope)
	if err == nil && len(scope["currency"]) == 1 {
		return scope["currency"][0]
	}
	return c.Record.Text("currency")
}

// scopeWords says of what part of the figure the claim speaks; its currency
// stands with the number.
func (v *visit) scopeWords(c *claim.Verdict) string {
	var all []string
	d, err := v.mission.Measures.Get(c.Measure)
	scope, bad := claim.ParseScope(c.Scope)
	for _, dim := range slices.Sorted(maps.Keys(scope)) {
		for _, value := range scope[dim] {
			if err == nil && bad == nil && dim != "currency" {
				all = append(all, v.dimension(d, dim, value))
			}
		}
	}
	if k, ok := v.mission.Kinds.Get("claim"); ok {
		if f, ok := k.Field("stage"); ok && c.Record.Text("stage") != "" {
			all = append(all, v.code(f, c.Record.Text("stage")))
		}
	}
	return strings.Join(all, ", ")
}

// claimsBeside are those of a report that speak of just the part of the figure
// that is asked for: a claim about one contributor says nothing of the whole.
func claimsBeside(report *claim.Report, where map[string][]string) []claim.Verdict {
	var all []claim.Verdict
	for _, c := range report.Claims {
		scope, err := claim.ParseScope(c.Scope)
		if err == nil && sameScope(scope, where) {
			all = append(all, c)
		}
	}
	return all
}

// sameScope leaves out the currency, which claims state and figures keep apart.
func sameScope(scope, where map[string][]string) bool {
	for _, one := range []map[string][]string{scope, where} {
		for dim := range one {
			if dim != "currency" && !slices.Equal(slices.Sorted(slices.Values(scope[dim])), slices.Sorted(slices.Values(where[dim]))) {
				return false
			}
		}
	}
	return true
}

func (v *visit) conflictViews(report *claim.Report) []conflictView {
	byRef := map[record.Key]*claim.Verdict{}
	for i := range report.Claims {
		byRef[report.Claims[i].Key] = &report.Claims[i]
	}
	var all []conflictView
	for _, c := range report.Conflicts {
		x := conflictView{why: v.Claims.Say(v.lang, c.Reason)}
		for _, ref := range []record.Key{c.A, c.B} {
			if claim := byRef[ref]; claim != nil {
				x.claims = append(x.claims, crumb{v.claimHead(claim), v.recordLink(claim.Record.Key)})
			}
		}
		all = append(all, x)
	}
	return all
}

// claimHead names a claim in a line: what, how many, of whom, as of when, by whom.
func (v *visit) claimHead(c *claim.Verdict) string {
	label := c.Measure
	if d, err := v.mission.Measures.Get(c.Measure); err == nil {
		label = v.in5(d.Label)
	}
	parts := []string{v.t("web.pair", "name", label, "value", v.claimed(c))}
	if scope := v.scopeWords(c); scope != "" {
		parts = append(parts, scope)
	}
	if when := v.event(c.Record.Text("at")); when != "" {
		parts = append(parts, when)
	}
	if source := c.Record.Text(record.FieldSource); source != "" {
		parts = append(parts, v.source(source))
	}
	return strings.Join(parts, " · ")
}

// contradiction is a claim or conflict as the front page tells it.
type contradiction struct{ verdict, word, head, href, why string }

// telling picks the contradictions that say most: disagreements that are
// furthest from the figure first, at most one of each measure and day before
// others get a second.
func (v *visit) telling(report *claim.Report, n int) ([]contradiction, int) {
	var all []claim.Verdict
	for _, c := range report.Claims {
		if c.Verdict == claim.Disagrees {
			all = append(all, c)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return gap(&all[i]) > gap(&all[j]) })
	var picked []contradiction
	seen := map[string]bool{}
	for i := range all {
		c := &all[i]
		if seen[c.Measure] && len(all)-i > n-len(picked) || len(picked) == n {
			continue
		}
		seen[c.Measure] = true
		picked = append(picked, contradiction{c.Verdict, v.t("web.verdict." + c.Verdict), v.claimHead(c), v.recordLink(c.Record.Key), v.Claims.Say(v.lang, c.Reason)})
	}
	return picked, len(report.Claims)
}

// gap is how far a claim is from the figure, in parts of the figure.
func gap(c *claim.Verdict) float64 {
	said := amount(c)
	if said == nil || c.Computed == nil {
		return 0
	}
	return (*said - *c.Computed).Abs().Float() / max(c.Computed.Abs().Float(), 1)
}
