package web

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/custody"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/operations"
	"konbit.org/konbit/internal/sitrep"
)

// cellForm is a form of the cell or of the operations room: a few fields of one
// kind, in the order in which they are asked in a bad hour.
type cellForm struct {
	formPage
	kindID string
	lede   string
	warn   string // what must be read before it is sent
	facts  []fieldLine
	send   string // the word on the button
	grave  bool   // it cannot be taken back quietly
	keep   string // what it is called while it waits in the browser; "" is never kept
	picks  []pick
	// choices are the codes of fields that have none in their kind.
	choices map[string][]option
	crumbs  []crumb // where it stands, if not in the cell
}

// pick is a group of fields; "e." before an id takes it from the envelope.
type pick struct {
	legend string
	ids    []string
	needed []string // asked for though the kind does not
	folded bool     // may be left out in a bad hour
}

// stamped is a time as a form holds it: the mission's clocks.
func (v *visit) stamped(t time.Time) string { return t.In(v.location()).Format("2006-01-02 15:04") }

// laid is a form with what was typed and what is wrong with it.
func (v *visit) laid(b cellForm, values url.Values, problems []kind.Problem) (cellForm, error) {
	k, ok := v.mission.Kinds.Get(b.kindID)
	if !ok {
		return b, fail.New(fail.NotFound, v.t("web.error.page"), v.t("web.error.begin"))
	}
	b.k = k
	if b.form == "" {
		b.form = newForm()
	}
	b.token, b.problems = v.token(b.form), v.formProblems(k, problems)
	for _, p := range b.picks {
		set := fieldset{legend: p.legend}
		for _, f := range pickFields(k, p) {
			name := "f." + f.ID
			if slices.ContainsFunc(kind.Envelope(), func(e kind.Field) bool { return e.ID == f.ID }) {
				name = "e." + f.ID
			}
			x, list, err := v.formField(&f, name, values, problems)
			if err != nil {
				return b, err
			}
			if own, ok := b.choices[f.ID]; ok {
				x.control, x.options, x.list, list = "select", own, "", nil
			}
			if list != nil {
				b.lists = append(b.lists, *list)
			}
			set.fields = append(set.fields, x)
		}
		set.folded = p.folded
		b.fieldsets = append(b.fieldsets, set)
	}
	b.onMap = v.placeMap(b.fieldsets)
	return b, nil
}

// cellPage is a page that is one form.
func (v *visit) cellPage(b cellForm, values url.Values, problems []kind.Problem) (*page, error) {
	b, err := v.laid(b, values, problems)
	if err != nil {
		return nil, err
	}
	p := &page{title: b.title, bare: true, crumbs: b.crumbs, body: v.cellFormBody(b)}
	if b.crumbs == nil {
		p.crumbs = v.cellCrumbs()
		if b.key.Ref != "" {
			p.crumbs = append(p.crumbs, crumb{b.key.Ref, v.fileLink(b.key.Ref)})
		}
	}
	v.refuse(p, problems, b.problems...)
	return p, nil
}

// refuse makes a page say, to machines too, that what was sent is not taken; said
// is the same in words, for a form that was kept and is not on any page.
func (v *visit) refuse(p *page, problems []kind.Problem, said ...formProblem) {
	if len(problems) == 0 {
		return
	}
	p.status = 422
	p.data = map[string]any{"type": "about:blank", "kind": "invalid", "title": v.n("web.form.problems", len(problems)), "status": 422, "problems": problems, "says": sayProblems(said)}
}

func sayProblems(said []formProblem) []map[string]string {
	out := []map[string]string{}
	for _, p := range said {
		out = append(out, map[string]string{"field": p.id, "label": p.label, "why": p.why, "hint": p.hint})
	}
	return out
}

// refusals are what a form was refused for.
func refusals(err error) ([]kind.Problem, bool) {
	if refused, ok := errors.AsType[*casualty.Refused](err); ok {
		return refused.Outcome.Problems, true
	}
	if refused, ok := errors.AsType[*operations.Refused](err); ok {
		return refused.Outcome.Problems, true
	}
	if refused, ok := errors.AsType[*sitrep.Refused](err); ok {
		return refused.Outcome.Problems, true
	}
	if refused, ok := errors.AsType[*custody.Refused](err); ok {
		return refused.Outcome.Problems, true
	}
	return nil, false
}

func pickFields(k *kind.Kind, p pick) []kind.Field {
	all := fieldsOf(k, p.ids...)
	for _, f := range kind.Envelope() {
		if slices.Contains(p.ids, "e."+f.ID) {
			f.Required = false
			all = append(all, f)
		}
	}
	for i := range all {
		all[i].Required = all[i].Required || slices.Contains(p.needed, all[i].ID)
	}
	return all
}

// typed reads a sent form of the cell: the token, and what was typed.
func (v *visit) typed() (desk.Draft, error) {
	d, err := v.readForm()
	d.Ref = ""
	return d, err
}

// settle turns what the desk refuses into the form again.
func (v *visit) settle(b cellForm, goTo string, err error) (*page, error) {
	if problems, ok := refusals(err); ok {
		return v.cellPage(b, v.r.PostForm, problems)
	}
	if err != nil {
		return nil, err
	}
	return &page{goTo: goTo}, nil
}

// put submits one draft of a form.
func (v *visit) put(b cellForm, d desk.Draft, goTo func(ref string) string) (*page, error) {
	out, err := v.Desk.Submit(v.r.Context(), v.who, v.mission.ID, []desk.Draft{d}, desk.Options{})
	if err != nil {
		return nil, err
	}
	if out[0].Status == desk.StatusRefused {
		return v.cellPage(b, v.r.PostForm, out[0].Problems)
	}
	return &page{goTo: goTo(out[0].Ref)}, nil
}

// newCasualty is the first report: what is known in the first minute.
func (v *visit) newCasualty() cellForm {
	b := cellForm{kindID: "casualty", lede: v.t("cell.new.lede"), send: v.t("cell.new.send"), picks: []pick{
		{legend: v.t("web.form.what"), ids: []string{"status", "cause", "contributor"}},
		{legend: v.t("cell.new.who"), ids: []string{"person", "name", "persons"}},
		{legend: v.t("cell.new.where"), ids: []string{"at", "place", "incident"}},
		{legend: v.t("cell.new.rest"), ids: []string{"note", "e.source", "e.grade"}},
	}}
	b.title, b.action, b.back = v.t("cell.new.title"), address(v.mission.ID, "casualties", "new"), address(v.mission.ID, "casualties")
	return b
}

func (s *site) casualtyNew(v *visit) (*page, error) {
	if !v.mayReport() {
		return s.missing(v)
	}
	if ref := v.r.URL.Query().Get("sent"); ref != "" {
		return &page{title: v.t("cell.sent.title"), bare: true, body: v.sentBody(ref)}, nil
	}
	values := url.Values{"f.at": {v.stamped(v.now)}, "f.cause": {"TBD"}, "f.persons": {"1"}}
	return v.cellPage(v.newCasualty(), values, nil)
}

func (s *site) casualtyAdd(v *visit) (*page, error) {
	if !v.mayReport() {
		return s.missing(v)
	}
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	d.Kind, d.Fields["kin"], d.Fields["marking"] = "casualty", "NOT-STARTED", "cell"
	for id, text := range d.Fields {
		if text == "" {
			delete(d.Fields, id) // what is left open is not said to be empty
		}
	}
	b := v.newCasualty()
	b.form = d.Form
	return v.put(b, d, func(ref string) string {
		if v.inCell() {
			return v.fileLink(ref)
		}
		return v.link(address(v.mission.ID, "casualties", "new"), "sent", ref)
	})
}

// fileForm is a form about a file that is there.
func (v *visit) fileForm(f *casualty.File, step string) cellForm {
	ref := f.Casualty.Ref
	b := cellForm{kindID: "casualty", send: v.t("web.form.save"), lede: v.paragraph(&f.Casualty)}
	b.key, b.action, b.back = f.Casualty.Key, v.fileLink(ref, step), v.fileLink(ref)
	b.title = v.t("cell.act."+step) + " · " + ref
	switch step {
	case "status":
		b.warn = v.t("cell.status.warn")
		b.picks = []pick{{ids: []string{"status", "cause", "person", "name", "persons", "remains", "note", "e.source", "e.grade"}}}
	case "clocks":
		b.picks = []pick{{ids: []string{"wounded", "requested", "wheels-up", "handover", "remains"}}}
	case "kin":
		b.kindID = "kin"
		b.picks = []pick{{ids: []string{"order", "relation", "name", "language", "phone", "address", "may-be-told", "protected", "protected-note"}}}
	case "told":
		b.kindID, b.send = "notification", v.t("cell.told.send")
		b.warn = v.t("cell.told.warn", "status", v.coded("casualty", "status", f.Casualty.Text("status")))
		b.picks = []pick{{ids: []string{"kin", "relation", "outcome", "at", "how", "language", "notifier", "place", "note"}}}
		b.choices = map[string][]option{"kin": v.kinOptions(f)}
	}
	return b
}

// stepOf is the form that an address names, with what it needs.
func (v *visit) stepOf() (step string, a access.Action, kindID string) {
	parts := strings.Split(strings.Trim(v.r.URL.Path, "/"), "/")
	switch step = parts[len(parts)-1]; step {
	case "kin":
		return step, access.Write, "kin"
	case "told":
		return step, access.Notify, "notification"
	default:
		return step, access.Write, "casualty"
	}
}

// openStep reads the file of a form and refuses who may read it but not do this.
func (s *site) openStep(v *visit) (*casualty.File, cellForm, string, error) {
	f, err := s.readFile(v)
	if err != nil {
		return nil, cellForm{}, "", err
	}
	step, a, kindID := v.stepOf()
	if !v.mayFile(a, kindID, f) {
		return nil, cellForm{}, "", fail.New(fail.Denied, v.t("cell.error.denied"), v.t("cell.error.denied.hint"))
	}
	return f, v.fileForm(f, step), step, nil
}

func (s *site) casualtyStep(v *visit) (*page, error) {
	f, b, step, err := s.openStep(v)
	if err != nil {
		return nil, err
	}
	values := url.Values{}
	switch step {
	case "kin":
		values.Set("f.order", v.nextKin(f))
		values.Set("f.may-be-told", "yes")
	case "told":
		values.Set("f.at", v.stamped(v.now))
		values.Set("f.how", "IN-PERSON")
	default:
		for id, val := range f.Casualty.Fields {
			values.Set("f."+id, val.Text)
		}
	}
	return v.cellPage(b, values, nil)
}

func (v *visit) nextKin(f *casualty.File) string {
	last := 0
	for _, k := range f.Kin {
		last = max(last, k.Order)
	}
	return number(last + 1)
}

func (s *site) casualtyPut(v *visit) (*page, error) {
	f, b, step, err := s.openStep(v)
	if err != nil {
		return nil, err
	}
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	b.form = d.Form
	back := func(string) string { return v.fileLink(f.Casualty.Ref) }
	switch step {
	case "told":
		_, err := v.Cell.Notify(v.r.Context(), v.who, v.mission.ID, casualty.Visit{
			Casualty: f.Casualty.Ref, Kin: d.Fields["kin"], Relation: d.Fields["relation"], Outcome: d.Fields["outcome"],
			At: d.Fields["at"], How: d.Fields["how"], Notifier: d.Fields["notifier"], Language: d.Fields["language"],
			Place: d.Fields["place"], Note: d.Fields["note"], Form: d.Form,
		})
		return v.settle(b, back(""), err)
	case "kin":
		d.Kind, d.Fields["contributor"] = "kin", f.Casualty.Text("contributor")
		if person := f.Casualty.Text("person"); person != "" {
			d.Fields["person"] = person
		} else {
			d.Fields["casualty"] = f.Casualty.Ref
		}
	default:
		d.Kind, d.Ref = "casualty", f.Casualty.Ref
		for id, text := range d.Fields { // what stays as it is, is not said again
			if text == f.Casualty.Text(id) {
				delete(d.Fields, id)
			}
		}
	}
	return v.put(b, d, back)
}

// kinOptions are the kin of a file to choose from, in their order.
func (v *visit) kinOptions(f *casualty.File) []option {
	var all []option
	for i, line := range v.kinLines(f) {
		label := line.order + " · " + line.relation
		if line.name != "" {
			label += " · " + line.name
		}
		all = append(all, option{f.Kin[i].Ref, label})
	}
	return all
}
