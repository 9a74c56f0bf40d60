package web

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/sitrep"
)

// reportRoutes are for situation reports and what posts send for them. One that
// is out may be read in its public version by everybody.
func (s *site) reportRoutes() []route {
	return []route{
		{"GET", "/{mission}/reports", door(), s.reports},
		{"POST", "/{mission}/reports", hidden(), s.reporting(s.reportOpen)},
		{"GET", "/{mission}/reports/due", hidden(), s.reporting(s.reportDue)},
		{"GET", "/{mission}/reports/input", hidden(), s.reporting(s.inputNew)},
		{"POST", "/{mission}/reports/input", hidden(), s.reporting(s.inputSend)},
		{"GET", "/{mission}/reports/{ref}", door(), s.report},
		{"POST", "/{mission}/reports/{ref}/words", hidden(), s.reporting(s.reportWords)},
		{"POST", "/{mission}/reports/{ref}/check", hidden(), s.reporting(s.reportCheck)},
		{"POST", "/{mission}/reports/{ref}/release", hidden(), s.reporting(s.reportRelease)},
		{"POST", "/{mission}/reports/{ref}/corrigendum", hidden(), s.reporting(s.reportCorrigendum)},
	}
}

// mayReports reports whether the visitor works with reports.
func (v *visit) mayReports() bool { return v.inRoomFor("report") }

// reporting lets those in who work with reports; to others there is no such page.
func (s *site) reporting(handle func(*visit) (*page, error)) func(*visit) (*page, error) {
	return func(v *visit) (*page, error) {
		if !v.mayReports() {
			return s.missing(v)
		}
		return handle(v)
	}
}

func (v *visit) reportLink(more ...string) string {
	return address(append([]string{v.mission.ID, "reports"}, more...)...)
}

// reportReader is as whom the list of reports is read: everybody may know that one is
// out, and read its public version, which the door makes.
func (v *visit) reportReader() access.Actor {
	if v.mayReports() {
		return v.who
	}
	return access.Actor{Name: "report", Grants: []access.Grant{{Role: access.RoleDuty, Mission: v.mission.ID}}}
}

type reportsPage struct {
	list     *table
	next     string
	alarms   []alarm
	due      []dueLine
	inputs   []inputLine
	day      string
	n, m     int
	mayWrite bool
	inside   bool
	open     act
	forms    []option
}

type dueLine struct {
	what, when, state string
	badge             string
}

type inputLine struct{ name, state, badge string }

// reports is the list, and for who works with them what is due now.
func (s *site) reports(v *visit) (*page, error) {
	b := reportsPage{inside: v.mayReports(), mayWrite: v.mayWrite("report")}
	q := record.Query{Mission: v.mission.ID, After: v.r.URL.Query().Get("after"), Limit: 50}
	if !b.inside {
		q.Where = map[string][]string{"status": {sitrep.Released}}
	}
	all, next, err := v.Reports.Reports(v.r.Context(), v.reportReader(), q)
	if err != nil {
		return nil, err
	}
	if b.list, err = v.reportTable(all); err != nil {
		return nil, err
	}
	b.next = next
	if b.inside {
		if err := v.reportsInside(&b); err != nil {
			return nil, err
		}
	}
	p := &page{title: v.t("report.title"), bare: true, body: v.reportsBody(b), table: b.list, data: rowsAsData(b.list), file: v.mission.ID + "-reports"}
	return p, nil
}

func (v *visit) reportsInside(b *reportsPage) (err error) {
	if b.day, err = v.Reports.Making(v.r.Context(), v.mission.ID); err != nil {
		return err
	}
	if b.alarms, err = v.reportAlarms(); err != nil {
		return err
	}
	due, err := v.whatIsDue(v.now.Add(24 * time.Hour))
	if err != nil {
		return err
	}
	for _, d := range due {
		b.due = append(b.due, v.dueLine(d))
		v.comes(d.At)
	}
	inputs, err := v.Reports.Inputs(v.r.Context(), v.who, v.mission.ID, b.day, record.AsOf{})
	if err != nil {
		return err
	}
	b.n, b.m = sitrep.Received(inputs)
	for _, p := range inputs {
		l := inputLine{p.Name, v.t("report.standing.NOT-RECEIVED"), "stale"}
		if p.Received {
			l.state, l.badge = v.t("report.input.received"), "live"
		}
		if p.Nil {
			l.state = v.t("report.standing.NIL")
		}
		b.inputs = append(b.inputs, l)
	}
	form := newForm()
	b.open = act{to: v.reportLink(), does: v.t("report.new"), form: form, token: v.token(form), primary: true}
	for _, id := range []string{sitrep.Daily, sitrep.Weekly, sitrep.Monthly} {
		b.forms = append(b.forms, option{id, v.coded("report", "form", id)})
	}
	return nil
}

func (v *visit) reportTable(all []sitrep.Report) (*table, error) {
	t := &table{caption: v.t("report.title"), empty: v.t("report.none"), columns: []column{
		{id: "number", label: v.fieldLabel("report", "number"), main: true, hxl: "#meta+number"},
		{id: "form", label: v.t("report.form")},
		{id: "day", label: v.t("report.day"), hxl: "#date"},
		{id: "status", label: v.fieldLabel("report", "status"), hxl: "#status"},
		{id: "released", label: v.fieldLabel("report", "released")},
		{id: "remark", label: v.t("report.changes")},
	}}
	flags, err := v.Reports.Corrected(v.r.Context(), v.reportReader(), v.mission.ID, all)
	if err != nil {
		return nil, err
	}
	numbers := map[string]string{}
	for i := range all {
		numbers[all[i].Ref] = all[i].Number()
	}
	for i := range all {
		r := &all[i]
		remark := cell{raw: void}
		if by := flags[r.Ref]; len(by) > 0 {
			remark = cell{text: v.t("report.flag", "number", by[0].Number()), raw: by[0].Number(), badge: "stale", href: v.reportLink(by[0].Ref)}
		} else if r.Text("corrects") != "" {
			corrects := cmp.Or(numbers[r.Text("corrects")], r.Text("corrects"))
			remark = cell{text: v.t("report.supersedes") + " " + corrects, raw: corrects, href: v.reportLink(r.Text("corrects"))}
		}
		t.rows = append(t.rows, []cell{
			{text: r.Number(), href: v.reportLink(r.Ref)},
			{text: v.coded("report", "form", r.Period.Form), raw: r.Period.Form},
			{text: v.event(r.Period.Day), raw: r.Period.Day},
			v.stateCell(&r.Version, "status", map[string]string{"DRAFT": "hold", "CHECKED": "rounded", "RELEASED": "live"}), v.timeCell(r.Known()), remark,
		})
	}
	return t, nil
}

// reportOpen drafts the report of a period, or leads to the one that is there.
func (s *site) reportOpen(v *visit) (*page, error) {
	if _, err := v.readForm(); err != nil {
		return nil, err
	}
	if !v.mayWrite("report") {
		return nil, v.notYours()
	}
	ref, err := v.Reports.Open(v.r.Context(), v.who, v.mission.ID, "", v.sent.Get("form-of"), v.sent.Get("day"))
	if err != nil {
		return nil, err
	}
	return &page{goTo: v.reportLink(ref)}, nil
}

// reportPage is one report for one audience.
type reportPage struct {
	sitrep.Report
	doc      sitrep.Document
	versions []navItem
	drift    *table
	correct  *act
	flags    []crumb
	fields   []formField
	words    act
	acts     []act
	waits    string
}

func (s *site) report(v *visit) (*page, error) {
	r, err := v.Reports.Report(v.r.Context(), v.reportReader(), v.mission.ID, v.r.PathValue("ref"))
	if fail.Is(err, fail.NotFound) || err == nil && !v.mayReports() && r.Text("status") != sitrep.Released {
		return s.missing(v)
	}
	if err != nil {
		return nil, err
	}
	a := v.audience()
	b := reportPage{Report: r}
	if b.doc, err = v.Reports.Compose(v.r.Context(), r, a, v.lang); err != nil {
		return nil, err
	}
	if v.mayReports() {
		if err := v.reportInside(&b, a); err != nil {
			return nil, err
		}
	}
	if v.format != asHTML {
		if err := v.Reports.Exported(v.r.Context(), v.who, r, a, string(v.format)); err != nil {
			return nil, err
		}
	}
	p := &page{title: b.doc.Title + " " + b.doc.Number, bare: true, body: v.reportBody(b), data: b.doc, file: strings.ReplaceAll(b.doc.Number, "/", "-")}
	p.crumbs = []crumb{{v.t("report.title"), v.reportLink()}}
	p.papers = v.reportPapers(b.doc)
	return p, nil
}

// reportInside is what who works with reports may do with one.
func (v *visit) reportInside(b *reportPage, a sitrep.Audience) error {
	b.versions = v.versionTabs(b.Ref, a)
	if a != v.ownAudience() {
		return nil
	}
	if b.Text("status") == sitrep.Released {
		return v.reportAfter(b)
	}
	if !v.mayWrite("report") {
		return nil
	}
	return v.reportActs(b)
}

// reportAfter is what has changed since a report went out.
func (v *visit) reportAfter(b *reportPage) error {
	flags, err := v.Reports.Corrected(v.r.Context(), v.who, v.mission.ID, []sitrep.Report{b.Report})
	if err != nil {
		return err
	}
	for _, c := range flags[b.Ref] {
		b.flags = append(b.flags, crumb{v.t("report.flag", "number", c.Number()), v.reportLink(c.Ref)})
		if c.Text("corrects") == b.Ref || b.Text("corrects") != "" && c.Text("corrects") == b.Text("corrects") {
			return nil // what differs now is said of the correction
		}
	}
	changes, err := v.Reports.Drift(v.r.Context(), b.Report, v.lang)
	if err != nil || len(changes) == 0 {
		return err
	}
	b.drift = &table{caption: v.t("report.drift.title"), columns: []column{
		{id: "what", label: v.t("report.evidence"), main: true}, {id: "was", label: v.t("report.drift.was"), number: true}, {id: "now", label: v.t("report.drift.now"), number: true},
	}}
	for _, c := range changes {
		row := []cell{{text: c.Label, raw: c.Measure}, {text: c.Was}, {text: c.Now}}
		if c.Measure == "" {
			row[0] = cell{text: v.t("report.drift.late", "name", c.Label)}
		}
		b.drift.rows = append(b.drift.rows, row)
	}
	if v.mayWrite("report") {
		a := v.reportAct(b.Ref, "corrigendum", v.t("report.drift.do"), true)
		b.correct = &a
	}
	return nil
}

func (v *visit) reportAct(ref, does, says string, primary bool) act {
	form := newForm()
	return act{to: v.reportLink(ref, does), does: says, form: form, token: v.token(form), primary: primary}
}

// reportActs are the words, and the next of the three steps for who may take it.
func (v *visit) reportActs(b *reportPage) error {
	k, ok := v.mission.Kinds.Get("report")
	if !ok {
		return nil
	}
	values := url.Values{}
	var ids []string
	for _, f := range k.AllFields() {
		if strings.HasPrefix(f.ID, "words-") || f.ID == "precedence" {
			ids = append(ids, f.ID)
			values.Set("f."+f.ID, b.Text(f.ID))
		}
	}
	var err error
	if b.fields, _, err = v.picked(k, values, nil, ids...); err != nil {
		return err
	}
	for i := range b.fields {
		if strings.HasPrefix(b.fields[i].id, "f.words-") {
			b.fields[i].control = "textarea" // a line that is joined to another loses its own mark
		}
	}
	b.words = v.reportAct(b.Ref, "words", v.t("report.save"), false)
	prepared, checked := b.Text("prepared-by"), b.Text("checked-by")
	switch {
	case b.Text("status") == sitrep.Draft && v.who.Name == prepared:
		b.waits = v.t("report.wait.check", "who", v.actor(prepared))
	case b.Text("status") == sitrep.Draft:
		b.acts = append(b.acts, v.reportAct(b.Ref, "check", v.t("report.check"), true))
	case v.who.Name == prepared || v.who.Name == checked:
		b.waits = v.t("report.wait.release", "who", v.actor(prepared), "checker", v.actor(checked))
	default:
		b.acts = append(b.acts, v.reportAct(b.Ref, "release", v.t("report.release"), true))
	}
	return nil
}

// reportStep takes one step of a report and comes back to it.
func (v *visit) reportStep(take func(form string) error) (*page, error) {
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	p, err := v.backTo(take(d.Form))
	if p != nil {
		p.goTo = v.reportLink(v.r.PathValue("ref"))
	}
	return p, err
}

func (s *site) reportWords(v *visit) (*page, error) {
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	return v.reportStep(func(form string) error {
		return v.Reports.Save(v.r.Context(), v.who, v.mission.ID, v.r.PathValue("ref"), d.Fields, form)
	})
}

func (s *site) reportCheck(v *visit) (*page, error) {
	return v.reportStep(func(form string) error {
		return v.Reports.Check(v.r.Context(), v.who, v.mission.ID, v.r.PathValue("ref"), form)
	})
}

func (s *site) reportRelease(v *visit) (*page, error) {
	return v.reportStep(func(form string) error {
		return v.Reports.Release(v.r.Context(), v.who, v.mission.ID, v.r.PathValue("ref"), form)
	})
}

func (s *site) reportCorrigendum(v *visit) (*page, error) {
	if _, err := v.readForm(); err != nil {
		return nil, err
	}
	ref, err := v.Reports.Corrigendum(v.r.Context(), v.who, v.mission.ID, v.r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	return &page{goTo: v.reportLink(ref)}, nil
}

// inputForm is what a post sends, or NIL.
func (v *visit) inputForm() cellForm {
	b := cellForm{kindID: "input", lede: v.t("report.input.lede"), send: v.t("report.input.send"), picks: []pick{
		{ids: []string{"post", "for", "section", "text", "nil"}},
	}}
	b.keep = v.kindLabel("input")
	b.title, b.action, b.back = v.t("report.input.title"), v.reportLink("input"), v.reportLink()
	b.crumbs = []crumb{{v.t("report.title"), v.reportLink()}}
	return b
}

func (s *site) inputNew(v *visit) (*page, error) {
	if !v.mayWrite("input") {
		return nil, v.notYours()
	}
	day, err := v.Reports.Making(v.r.Context(), v.mission.ID)
	if err != nil {
		return nil, err
	}
	return v.cellPage(v.inputForm(), url.Values{"f.post": {v.ownPost()}, "f.for": {day}}, nil)
}

func (s *site) inputSend(v *visit) (*page, error) {
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	v.dated(d.Fields)
	b := v.inputForm()
	b.form = d.Form
	_, err = v.Reports.Send(v.r.Context(), v.who, v.mission.ID, d)
	return v.settle(b, v.reportLink(), err)
}
