package web

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

type formPage struct {
	k         *kind.Kind
	key       record.Key // Ref empty for a new record
	title     string
	fieldsets []fieldset
	problems  []formProblem
	form      string
	token     string
	heads     string
	action    string
	back      string
	lists     []datalist
	onMap     *movingMap // its place can be shown on this map; nil for none
}

type fieldset struct {
	legend string
	fields []formField
	folded bool
}

func (s fieldset) asks(id string) bool {
	return slices.ContainsFunc(s.fields, func(f formField) bool { return f.name == "f."+id })
}

// wrong says that something in it was refused, so that it is not hidden.
func (s fieldset) wrong() bool {
	return slices.ContainsFunc(s.fields, func(f formField) bool { return f.problem != "" })
}

// formField is one field as it stands in the form.
type formField struct {
	id, name, label, help, unit string
	control                     string // input, textarea, select
	mode                        string // inputmode
	list                        string // id of a datalist
	value                       string
	options                     []option
	required                    bool
	problem                     string
	locate                      bool // a telephone may say where it is
}

type formProblem struct{ id, label, why, hint string }

type datalist struct {
	id      string
	options []option
}

// newForm is a form's id: what is sent twice with it counts once.
func newForm() string { return rand.Text()[:20] }

func (s *site) newForm(v *visit) (*page, error) {
	k, err := v.kind()
	if err != nil {
		return nil, err
	}
	values := url.Values{}
	v.fillIn(k, values)
	b := formPage{k: k, key: record.Key{Mission: v.mission.ID, Kind: k.ID}, title: v.t("web.form.new", "kind", v.in5(k.Label)), form: newForm()}
	return v.formPage(b, values, nil)
}

// fillIn puts into a form what the link to it says.
func (v *visit) fillIn(k *kind.Kind, values url.Values) {
	for name, given := range v.r.URL.Query() {
		if _, ok := k.Field(name); ok && !slices.Contains(ownParameters(), name) {
			values["f."+name] = given
		}
	}
}

func (s *site) editForm(v *visit) (*page, error) {
	key, k, err := v.key()
	if err != nil {
		return nil, err
	}
	h, err := v.Reader.History(v.r.Context(), v.who, key, record.AsOf{})
	if err != nil {
		return nil, err
	}
	last := &h.Steps[len(h.Steps)-1]
	values := url.Values{}
	for id, val := range last.Fields {
		values.Set("f."+id, val.Text)
	}
	v.fillIn(k, values)
	b := formPage{k: k, key: key, title: v.t("web.form.correct", "title", v.title(&last.Version)), form: newForm(), heads: joinHeads(h.Heads)}
	return v.formPage(b, values, nil)
}

// formPage lays the form out with what was typed and what is wrong with it.
func (v *visit) formPage(b formPage, values url.Values, problems []kind.Problem) (*page, error) {
	b.token = v.token(b.form)
	b.back, b.action = v.in("records", b.k.ID), v.link(address(b.key.Mission, "records", b.k.ID, "new"))
	if b.key.Ref != "" {
		b.back, b.action = v.recordLink(b.key), v.link(address(b.key.Mission, "records", b.k.ID, b.key.Ref, "edit"))
	}
	own := func(f kind.Field) bool {
		return !slices.ContainsFunc(kind.Reserved(), func(r kind.Field) bool { return r.ID == f.ID })
	}
	groups := []struct {
		legend string
		of     func(kind.Field) bool
	}{
		{"web.form.what", func(f kind.Field) bool { return own(f) }},
		{"web.form.when", func(f kind.Field) bool { return slices.Contains([]string{"at", "until", "zone"}, f.ID) }},
		{"web.form.where", func(f kind.Field) bool { return slices.Contains([]string{"place", "lat", "lon"}, f.ID) }},
		{"web.form.handling", func(f kind.Field) bool { return slices.Contains([]string{"note", "owner", "marking"}, f.ID) }},
	}
	for _, g := range groups {
		set := fieldset{legend: v.t(g.legend)}
		for _, f := range b.k.AllFields() {
			if !g.of(f) {
				continue
			}
			x, list, err := v.formField(&f, "f."+f.ID, values, problems)
			if err != nil {
				return nil, err
			}
			if list != nil {
				b.lists = append(b.lists, *list)
			}
			set.fields = append(set.fields, x)
		}
		if len(set.fields) > 0 {
			b.fieldsets = append(b.fieldsets, set)
		}
	}
	if err := v.basis(&b, values, problems); err != nil {
		return nil, err
	}
	b.problems, b.onMap = v.formProblems(b.k, problems), v.placeMap(b.fieldsets)
	p := &page{title: b.title, bare: true, crumbs: []crumb{{v.t("web.nav.records"), v.in("records")}, {v.in5(b.k.Plural), v.in("records", b.k.ID)}}, body: v.formBody(b)}
	v.refuse(p, problems, b.problems...)
	return p, nil
}

// basis is the part of the form that belongs to the statement, not the record:
// its ref, when the mission was told, on what it rests and why it is made.
func (v *visit) basis(b *formPage, values url.Values, problems []kind.Problem) error {
	set := fieldset{legend: v.t("web.form.basis")}
	for _, f := range kind.Envelope() {
		if f.ID == "ref" {
			f.Required = false // a new record without one gets a name of its own
			if b.key.Ref != "" {
				continue
			}
		}
		if f.ID == "source" {
			f.Required = b.k.Source == "required"
		}
		x, list, err := v.formField(&f, "e."+f.ID, values, problems)
		if err != nil {
			return err
		}
		if list != nil {
			b.lists = append(b.lists, *list)
		}
		set.fields = append(set.fields, x)
	}
	if b.key.Ref != "" {
		set.fields = append(set.fields, formField{
			id: "e.reason", name: "e.reason", label: v.t("web.form.reason"), help: v.t("web.form.reason.help"),
			control: "input", value: values.Get("e.reason"), required: true,
		})
	}
	b.fieldsets = append(b.fieldsets, set)
	return nil
}

func (v *visit) formField(f *kind.Field, name string, values url.Values, problems []kind.Problem) (formField, *datalist, error) {
	x := formField{id: name, name: name, label: v.in5(f.Label), help: v.in5(f.Help), unit: strings.TrimPrefix(f.Unit, "person"), value: values.Get(name), control: "input", required: f.Required}
	for _, p := range problems {
		if p.Field == f.ID {
			x.problem = v.why(p)
		}
	}
	switch f.Type {
	case kind.Choice, kind.Flag:
		x.control, x.options = "select", v.ours(f, v.options(f))
	case kind.Number:
		x.mode = "numeric"
	case kind.Quantity, kind.Money:
		x.mode = "decimal"
	case kind.Text:
		if f.Max == "" || len(f.Max) > 3 {
			x.control = "textarea"
		}
		if len(f.Codes) > 0 {
			x.control, x.options = "select", v.options(f)
		}
	case kind.Reference, kind.Person:
		list, err := v.suggestions(f)
		if err != nil || list == nil {
			return x, nil, err
		}
		x.list = list.id
		return x, list, nil
	case kind.Place:
		x.locate = f.ID == "place"
		v.locates = v.locates || x.locate
	case kind.Date, kind.Point, kind.List, kind.Link, kind.Media:
		// a plain field; its help says how it is written
	}
	return x, nil, nil
}

// ours puts the mission's own countries before all others in a list of countries.
func (v *visit) ours(f *kind.Field, all []option) []option {
	if f.List != "iso3166-1" {
		return all
	}
	near := append(slices.Clone(v.mission.Contributors), v.mission.Host)
	slices.SortStableFunc(all, func(a, b option) int {
		return cmp.Compare(btoi(!slices.Contains(near, a.value)), btoi(!slices.Contains(near, b.value)))
	})
	return all
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// suggestions are the newest records a reference may mean.
func (v *visit) suggestions(f *kind.Field) (*datalist, error) {
	to := f.To
	if to == "" {
		to = "person"
	}
	if _, ok := v.mission.Kinds.Get(to); !ok {
		return nil, nil
	}
	list, err := v.Lister.List(v.r.Context(), v.who, record.Query{Mission: v.mission.ID, Kind: to, Limit: 60})
	if err != nil || len(list.Versions) == 0 {
		return nil, err
	}
	d := &datalist{id: "list-" + f.ID}
	for i := range list.Versions {
		d.options = append(d.options, option{list.Versions[i].Ref, v.title(&list.Versions[i])})
	}
	return d, nil
}

func (v *visit) why(p kind.Problem) string {
	if p.Code == refTaken {
		return v.t("web.form.taken")
	}
	return v.note(Note{"refusal." + p.Code + ".why", p.Args})
}

func (v *visit) formProblems(k *kind.Kind, problems []kind.Problem) []formProblem {
	var all []formProblem
	for _, p := range problems {
		x := formProblem{label: p.Field, why: v.why(p)}
		if hint := "refusal." + p.Code + ".hint"; v.Words.Has(hint) {
			x.hint = v.note(Note{hint, p.Args})
		}
		if f, ok := k.Field(p.Field); ok {
			x.label, x.id = v.in5(f.Label), "f."+p.Field
		}
		for _, f := range kind.Envelope() {
			if f.ID == p.Field {
				x.label, x.id = v.in5(f.Label), "e."+p.Field
			}
		}
		all = append(all, x)
	}
	return all
}

// readForm takes a sent form: the token first, then what was typed.
func (v *visit) readForm() (desk.Draft, error) {
	form, err := v.proven()
	if err != nil {
		return desk.Draft{}, err
	}
	d := desk.Draft{
		Kind: v.r.PathValue("kind"), Ref: v.r.PathValue("ref"), Fields: map[string]string{}, Form: form.Get("form"),
		Source: form.Get("e.source"), Grade: form.Get("e.grade"), Reason: strings.TrimSpace(form.Get("e.reason") + form.Get("reason")),
	}
	if d.Form == "" {
		d.Form = newForm() // a program that repeats itself names its form
	}
	for name := range form {
		if id, ok := strings.CutPrefix(name, "f."); ok {
			d.Fields[id] = strings.TrimSpace(form.Get(name))
		}
	}
	if reported := strings.TrimSpace(form.Get("e.reported")); reported != "" {
		d.Fields["reported"] = reported
	}
	for text := range strings.FieldsSeq(form.Get("seen")) {
		raw, err := hex.DecodeString(text)
		if err != nil || len(raw) != len(journal.ID{}) {
			return d, fail.New(fail.Invalid, v.t("web.error.form"), v.t("web.error.form.hint"))
		}
		d.Seen = append(d.Seen, journal.ID(raw))
	}
	return d, nil
}

func (s *site) add(v *visit) (*page, error) {
	k, err := v.kind()
	if err != nil {
		return nil, err
	}
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	b := formPage{k: k, key: record.Key{Mission: v.mission.ID, Kind: k.ID}, title: v.t("web.form.new", "kind", v.in5(k.Label)), form: d.Form}
	if d.Ref = strings.TrimSpace(v.sent.Get("e.ref")); d.Ref != "" {
		// A new record may not be said about one that is there by chance; the same
		// form sent twice may.
		h, err := v.Reader.History(v.r.Context(), v.who, record.Key{Mission: v.mission.ID, Kind: k.ID, Ref: d.Ref}, record.AsOf{})
		if err == nil && !slices.ContainsFunc(h.Steps, func(s record.Step) bool { return strings.HasSuffix(s.Entry.Draft, d.Form) }) {
			return v.formPage(b, v.sent, []kind.Problem{{Field: "ref", Code: refTaken}})
		}
		if err != nil && !fail.Is(err, fail.NotFound) {
			return nil, err
		}
	}
	return v.submit(b, d)
}

// refTaken is the one problem that only this package finds.
const refTaken = "taken"

// correct takes a corrected record, and a conflict that somebody settles.
func (s *site) correct(v *visit) (*page, error) {
	key, k, err := v.key()
	if err != nil {
		return nil, err
	}
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	b := formPage{k: k, key: key, title: v.t("web.form.correct", "title", key.Ref), form: d.Form, heads: joinHeads(d.Seen)}
	return v.submit(b, d)
}

func (v *visit) submit(b formPage, d desk.Draft) (*page, error) {
	out, err := v.Desk.Submit(v.r.Context(), v.who, v.mission.ID, []desk.Draft{d}, desk.Options{})
	if err != nil {
		return nil, err
	}
	if out[0].Status == desk.StatusRefused {
		return v.formPage(b, v.sent, out[0].Problems)
	}
	// What was just written must be seen, so the dates of the past go.
	return &page{goTo: v.link(address(v.mission.ID, "records", d.Kind, out[0].Ref), "at", "", "known", "")}, nil
}

func (s *site) retract(v *visit) (*page, error) {
	key, _, err := v.key()
	if err != nil {
		return nil, err
	}
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	if d.Reason == "" {
		return nil, fail.New(fail.Invalid, v.t("web.error.reason"), v.t("web.error.reason.hint"))
	}
	if err := v.Desk.Retract(v.r.Context(), v.who, key, d.Reason); err != nil {
		return nil, err
	}
	return &page{goTo: v.link(address(key.Mission, "records", key.Kind, key.Ref), "at", "", "known", "")}, nil
}
