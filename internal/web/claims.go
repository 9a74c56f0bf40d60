package web

import (
	"slices"
	"sort"
	"strings"

	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// verdicts in the order in which they are told.
func verdicts() []string {
	return []string{"agrees", "rounded", "disagrees", "incomparable", "unknown"}
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
	report, err := s.Claims.Check(v.r.Context(), v.who, v.mission.ID, v.asOf())
	if err != nil {
		return nil, err
	}
	wanted := v.r.URL.Query().Get("verdict")
	if wanted != "" && !slices.Contains(verdicts(), wanted) {
		return nil, fail.New(fail.Invalid, v.t("web.error.verdict", "verdict", wanted), strings.Join(verdicts(), " "))
	}
	b := claimsPage{total: len(report.Claims)}
	for _, verdict := range verdicts() {
		n := 0
		for _, c := range report.Claims {
			if c.Verdict == verdict {
				n++
			}
		}
		b.filters = append(b.filters, verdictFilter{navItem{v.t("web.verdict." + verdict), v.here("verdict", verdict), wanted == verdict}, verdict, n})
	}
	shown := slices.DeleteFunc(slices.Clone(report.Claims), func(c Claim) bool { return wanted != "" && c.Verdict != wanted })
	b.groups = v.claimGroups(shown)
	if wanted == "" {
		b.conflicts = v.conflictViews(&report)
	}
	t := v.claimTable(shown)
	return &page{title: v.t("web.claims.title"), body: v.claimsBody(b), table: t, data: report.data(v), file: v.mission.ID + "-claims"}, nil
}

func (v *visit) claimGroups(claims []Claim) []claimGroup {
	byMeasure := map[string][]Claim{}
	for _, c := range claims {
		byMeasure[c.Measure] = append(byMeasure[c.Measure], c)
	}
	var ids []string
	for id := range byMeasure {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	var all []claimGroup
	for _, id := range ids {
		g := claimGroup{label: id, anchor: "m-" + strings.ReplaceAll(id, ".", "-")}
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
func (v *visit) claimTable(claims []Claim) *table {
	t := &table{caption: v.t("web.claims.title"), empty: v.t("web.claims.none"), columns: []column{
		{id: "at", label: v.t("web.claims.date"), main: true, hxl: "#date"},
		{id: "claimed", label: v.t("web.claims.claimed"), number: true},
		{id: "computed", label: v.t("web.claims.computed"), number: true},
		{id: "verdict", label: v.t("web.claims.verdict")},
		{id: "why", label: v.t("web.claims.why")},
		{id: "source", label: v.t("web.record.source"), hxl: "#meta+source"},
		{id: "measure", only: true, hxl: "#indicator+code"}, {id: "scope", only: true}, {id: "grade", only: true, hxl: "#meta+grade"}, {id: "ref", only: true, hxl: "#meta+id"}}}
	for i := range claims {
		c := &claims[i]
		when := v.event(c.Record.Text("at"))
		if when == "" {
			when = v.t("web.value.undated")
		}
		computed := cell{text: "—", raw: " "}
		if c.Computed != nil {
			computed = cell{text: v.money(c.Computed.String(), c.Apart), raw: c.Computed.String()}
		}
		source := v.sourceCell(&c.Record)
		source.note = c.Record.Text(record.FieldGrade)
		t.rows = append(t.rows, []cell{
			{text: when, raw: c.Record.Text("at"), href: v.recordLink(c.Record.Key)},
			{text: v.claimed(c), raw: c.Claimed, note: v.scopeWords(c)}, computed,
			{badge: c.Verdict, text: v.t("web.verdict." + c.Verdict), raw: c.Verdict},
			{text: v.note(c.Why)}, source,
			{raw: c.Measure}, {raw: c.Scope}, {raw: c.Record.Text(record.FieldGrade)}, {raw: c.Record.Ref}})
	}
	return t
}

// claimed is the claim's value with its precision: about 1,000; over 600.
func (v *visit) claimed(c *Claim) string {
	text := c.Claimed
	if c.Value != nil {
		text = v.money(c.Value.String(), c.Apart)
	}
	if key := "web.claimed." + c.Record.Text("precision"); v.Words.Has(key) {
		return v.t(key, "value", text)
	}
	return text
}

// scopeWords says of what part of the figure the claim speaks.
func (v *visit) scopeWords(c *Claim) string {
	var all []string
	d, err := v.mission.Measures.Get(c.Measure)
	for part := range strings.FieldsFuncSeq(c.Scope, func(r rune) bool { return r == '|' || r == ';' || r == ',' || r == ' ' }) {
		dim, value, ok := strings.Cut(part, "=")
		if ok && err == nil {
			all = append(all, v.dimension(d, dim, value))
		}
	}
	if stage := c.Record.Text("stage"); stage != "" {
		if k, ok := v.mission.Kinds.Get("claim"); ok {
			if f, ok := k.Field("stage"); ok {
				all = append(all, v.code(f, stage))
			}
		}
	}
	return strings.Join(all, ", ")
}

// claimsBeside are those of a figure's own measure that speak of the scope asked.
func (v *visit) claimsBeside(report *ClaimReport, q measure.Query) []Claim {
	var all []Claim
	for _, c := range report.Claims {
		if c.Measure != q.Measure || len(q.Where) > 0 && !scoped(c.Scope, q.Where) {
			continue
		}
		all = append(all, c)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].At.Before(all[j].At) })
	return all
}

func scoped(scope string, where map[string][]string) bool {
	for dim, values := range where {
		if !slices.ContainsFunc(values, func(x string) bool { return strings.Contains(scope, dim+"="+x) }) {
			return false
		}
	}
	return true
}

func (v *visit) conflictViews(report *ClaimReport) []conflictView {
	byRef := map[string]*Claim{}
	for i := range report.Claims {
		byRef[report.Claims[i].Record.Ref] = &report.Claims[i]
	}
	var all []conflictView
	for _, c := range report.Conflicts {
		x := conflictView{why: v.note(c.Why)}
		for _, ref := range c.Claims {
			if claim := byRef[ref]; claim != nil {
				x.claims = append(x.claims, crumb{v.claimHead(claim), v.recordLink(claim.Record.Key)})
			}
		}
		all = append(all, x)
	}
	return all
}

// claimHead names a claim in a line: what, how many, of whom, as of when, by whom.
func (v *visit) claimHead(c *Claim) string {
	label := c.Measure
	if d, err := v.mission.Measures.Get(c.Measure); err == nil {
		label = v.in5(d.Label)
	}
	parts := []string{label + ": " + v.claimed(c)}
	if scope := v.scopeWords(c); scope != "" {
		parts = append(parts, scope)
	}
	if when := v.event(c.Record.Text("at")); when != "" {
		parts = append(parts, when)
	}
	if source := c.Record.Text(record.FieldSource); source != "" {
		parts = append(parts, source)
	}
	return strings.Join(parts, " · ")
}

// contradiction is a claim or conflict as the front page tells it.
type contradiction struct{ verdict, word, head, href, why string }

// telling picks the contradictions that say most: disagreements that are
// furthest from the figure first, at most one of each measure and day before
// others get a second.
func (v *visit) telling(report *ClaimReport, n int) ([]contradiction, int) {
	var all []Claim
	for _, c := range report.Claims {
		if c.Verdict == "disagrees" {
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
		picked = append(picked, contradiction{c.Verdict, v.t("web.verdict." + c.Verdict), v.claimHead(c), v.recordLink(c.Record.Key), v.note(c.Why)})
	}
	return picked, len(report.Claims)
}

// gap is how far a claim is from the figure, in parts of the figure.
func gap(c *Claim) float64 {
	if c.Value == nil || c.Computed == nil {
		return 0
	}
	return (*c.Value - *c.Computed).Abs().Float() / max(c.Computed.Abs().Float(), 1)
}

func (r *ClaimReport) data(v *visit) any {
	claims := []map[string]any{}
	for i := range r.Claims {
		c := &r.Claims[i]
		claims = append(claims, map[string]any{"ref": c.Record.Ref, "measure": c.Measure, "scope": c.Scope, "claimed": c.Claimed,
			"computed": c.Computed, "currency": c.Apart, "verdict": c.Verdict, "why": v.note(c.Why), "at": c.Record.Text("at"),
			"source": c.Record.Text(record.FieldSource), "grade": c.Record.Text(record.FieldGrade)})
	}
	conflicts := []map[string]any{}
	for _, c := range r.Conflicts {
		conflicts = append(conflicts, map[string]any{"claims": c.Claims, "why": v.note(c.Why)})
	}
	return map[string]any{"mission": v.mission.ID, "claims": claims, "conflicts": conflicts}
}
