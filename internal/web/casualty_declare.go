package web

import (
	"maps"
	"net/url"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
)

// declareForm is for the authority that declares. It shows of the file what they
// must know, whether or not they may read it.
func (v *visit) declareForm(u *casualty.Undeclared) cellForm {
	b := cellForm{kindID: "casualty", send: v.t("cell.declare.send"), grave: true, warn: v.t("cell.declare.warn")}
	b.key, b.action, b.back = u.Key, v.fileLink(u.Key.Ref, "declare"), address(v.mission.ID, "casualties")
	b.title = v.t("cell.act.declare") + " · " + u.Key.Ref
	b.facts = []fieldLine{
		{label: v.fieldLabel("casualty", "contributor"), value: cell{text: v.owner(u.Contributor)}},
		{label: v.fieldLabel("casualty", "status"), value: cell{text: v.coded("casualty", "status", u.Status)}},
		{label: v.t("web.clock.reported"), value: v.timeCell(u.Reported)},
	}
	b.picks = []pick{{ids: []string{"declared-by", "declared-at"}, needed: []string{"declared-by", "declared-at"}}}
	return b
}

// undeclared finds the file of a declaration. Who may read the file and not
// declare is told so; to anybody else nothing is there.
func (s *site) undeclared(v *visit) (*casualty.Undeclared, error) {
	key := v.casualtyKey()
	if !v.mayDeclare() {
		if _, err := s.readFile(v); err != nil {
			return nil, err
		}
		return nil, fail.New(fail.Denied, v.t("cell.declare.denied"), v.t("cell.declare.denied.hint"))
	}
	list, err := v.Cell.Undeclared(v.r.Context(), v.who, v.mission.ID)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Key == key {
			return &list[i], nil
		}
	}
	return nil, fail.New(fail.NotFound, v.t("cell.error.file"), v.t("web.error.record.hint", "list", address(v.mission.ID, "casualties")))
}

func (s *site) casualtyDeclare(v *visit) (*page, error) {
	u, err := s.undeclared(v)
	if err != nil {
		return nil, err
	}
	return v.cellPage(v.declareForm(u), url.Values{"f.declared-at": {v.now.In(v.location()).Format(time.DateOnly)}}, nil)
}

func (s *site) casualtyDeclared(v *visit) (*page, error) {
	u, err := s.undeclared(v)
	if err != nil {
		return nil, err
	}
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	b := v.declareForm(u)
	b.form = d.Form
	err = v.Cell.Declare(v.r.Context(), v.who, u.Key, casualty.Declaration{
		Authority: d.Fields["declared-by"], On: d.Fields["declared-at"], Reason: d.Reason, Form: d.Form,
	})
	to := address(v.mission.ID, "casualties")
	if v.inCell() {
		to = v.fileLink(u.Key.Ref)
	}
	return v.settle(b, to, err)
}

type namePage struct {
	cellForm
	public []fieldLine // what everybody will read
	name   string
	note   string
}

// openName reads the file of a name that may be released. Before the gate is
// open nobody may.
func (s *site) openName(v *visit) (*casualty.File, namePage, error) {
	f, err := s.readFile(v)
	if err != nil {
		return nil, namePage{}, err
	}
	if !v.mayFile(access.Name, "casualty", f) {
		return nil, namePage{}, fail.New(fail.Denied, v.t("cell.error.denied"), v.t("cell.error.denied.hint"))
	}
	if !f.Gate.Open {
		return nil, namePage{}, fail.New(fail.Conflict, v.t("cell.name.shut"), v.gateLine(f).says)
	}
	b := namePage{cellForm: v.fileForm(f, "name")}
	b.picks = []pick{{ids: []string{"public-name", "note"}, needed: []string{"public-name"}}}
	b.lede, b.send = v.t("cell.name.lede"), v.t("cell.name.look")
	return f, b, nil
}

func (s *site) casualtyName(v *visit) (*page, error) {
	f, b, err := s.openName(v)
	if err != nil {
		return nil, err
	}
	name := f.Casualty.Text("name")
	if f.Person != nil && name == "" {
		name = f.Person.Text("name")
	}
	return v.cellPage(b.cellForm, url.Values{"f.public-name": {name}, "f.note": {f.Casualty.Text("note")}}, nil)
}

// casualtyNamed shows word for word what the public will read, and takes it only
// when that was sent back.
func (s *site) casualtyNamed(v *visit) (*page, error) {
	f, b, err := s.openName(v)
	if err != nil {
		return nil, err
	}
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	b.form = d.Form
	if v.r.PostForm.Get("confirm") != "yes" && d.Fields["public-name"] != "" {
		b.token, b.name, b.note = v.token(b.form), d.Fields["public-name"], d.Fields["note"]
		b.public = v.publicLines(f, b.name, b.note)
		crumbs := append(v.cellCrumbs(), crumb{f.Casualty.Ref, v.fileLink(f.Casualty.Ref)})
		return &page{title: b.title, bare: true, crumbs: crumbs, body: v.nameBody(b)}, nil
	}
	d.Kind, d.Ref = "casualty", f.Casualty.Ref
	d.Fields = map[string]string{"public-name": d.Fields["public-name"], "note": d.Fields["note"], "marking": "public"}
	if d.Fields["public-name"] == "" {
		return v.cellPage(b.cellForm, v.r.PostForm, []kind.Problem{{Field: "public-name", Code: "required"}})
	}
	return v.put(b.cellForm, d, func(string) string { return v.fileLink(f.Casualty.Ref) })
}

// publicLines are the fields that everybody may read of a file once its name is
// out, as the guard decides it for the public.
func (v *visit) publicLines(f *casualty.File, name, note string) []fieldLine {
	k, _ := v.mission.Kinds.Get("casualty")
	rec := f.Casualty
	rec.Fields = maps.Clone(rec.Fields)
	set := func(id, text string) {
		val := rec.Fields[id]
		val.Text, val.Sealed = text, nil
		rec.Fields[id] = val
	}
	set("public-name", name)
	set("note", note)
	set("marking", "public")
	var all []fieldLine
	for _, field := range k.AllFields() {
		r := access.Resource{
			Mission: v.mission.ID, Kind: "casualty", Owner: f.Casualty.Text("owner"), Marking: "public", Ref: f.Casualty.Ref,
			Field: field.ID, FieldMarking: field.Marking, Personal: field.Personal,
		}
		if rec.Text(field.ID) != "" && v.Guard.May(access.Public(), access.Read, r) {
			all = append(all, fieldLine{label: v.in5(field.Label), value: v.value(&field, &rec)})
		}
	}
	return all
}
