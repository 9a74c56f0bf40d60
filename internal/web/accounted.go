package web

import (
	"net/url"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

type accountedPage struct {
	notices []noticeLine
	form    *cellForm // for who may give one
}

type noticeLine struct {
	scope, by, persons string
	at                 cell
	ago                string
}

func (v *visit) mayAccount() bool {
	return v.Guard.May(v.who, access.Write, access.Resource{Mission: v.mission.ID, Kind: "notice", Owner: "mission", Marking: "public"})
}

// accounted is the newest word, without names, that all others are accounted for.
func (s *site) accounted(v *visit) (*page, error) {
	return v.accountedPage(newForm(), url.Values{"f.scope": {"CONTRIBUTOR"}, "f.at": {v.stamped(v.now)}, "f.marking": {"public"}}, nil)
}

func (v *visit) accountedPage(form string, values url.Values, problems []kind.Problem) (*page, error) {
	notices, err := v.Cell.Notices(v.r.Context(), v.who, v.mission.ID)
	if err != nil {
		return nil, err
	}
	var b accountedPage
	for i := range notices {
		b.notices = append(b.notices, v.noticeLine(&notices[i]))
	}
	p := &page{
		title: v.t("cell.acc.title"), bare: true, table: v.noticeTable(notices), file: v.mission.ID + "-accounted",
		data: map[string]any{"mission": v.mission.ID, "now": iso(v.now), "notices": v.versions(notices)},
	}
	if v.mayAccount() {
		f, err := v.laid(v.noticeForm(form), values, problems)
		if err != nil {
			return nil, err
		}
		b.form = &f
		v.refuse(p, problems)
	}
	p.body = v.accountedBody(b)
	return p, nil
}

func (v *visit) noticeForm(form string) cellForm {
	b := cellForm{kindID: "notice", send: v.t("cell.acc.send"), picks: []pick{{ids: []string{"scope", "contributor", "post", "at", "by", "accounted", "marking"}}}}
	b.title, b.form, b.action = v.t("cell.acc.give"), form, address(v.mission.ID, "accounted")
	b.back = b.action
	return b
}

func (v *visit) noticeLine(rec *record.Version) noticeLine {
	n := noticeLine{scope: v.scopeOf(rec), by: rec.Text("by"), at: v.sinceCell(rec)}
	if f, ok := v.field("notice", "accounted"); ok && rec.Text("accounted") != "" {
		n.persons = v.value(f, rec).text
	}
	if !rec.Lo.IsZero() && rec.Lo.Before(v.now) {
		n.ago = v.t("cell.ago", "time", v.lasted(v.now.Sub(rec.Lo)))
	}
	return n
}

func (v *visit) noticeTable(notices []record.Version) *table {
	t := &table{caption: v.t("cell.acc.title"), empty: v.t("cell.acc.none"), columns: []column{
		{id: "scope", label: v.fieldLabel("notice", "scope"), main: true},
		{id: "contributor", hxl: "#org+country", only: true},
		{id: "post", hxl: "#loc+post", only: true},
		{id: "at", label: v.t("cell.told.when"), hxl: "#date+start"},
		{id: "accounted", label: v.fieldLabel("notice", "accounted"), hxl: "#reached+accounted", number: true},
		{id: "by", label: v.fieldLabel("notice", "by"), hxl: "#org+by"},
	}}
	for i := range notices {
		rec := &notices[i]
		n := v.noticeLine(rec)
		t.rows = append(t.rows, []cell{
			{text: n.scope, raw: rec.Text("scope")},
			{raw: rec.Text("contributor")},
			{raw: rec.Text("post")},
			n.at,
			{text: n.persons, raw: rec.Text("accounted")},
			{text: n.by},
		})
	}
	return t
}

// accountedAdd gives a notice. A second one for the same people takes the place
// of the first on the page; both stay in the record.
func (s *site) accountedAdd(v *visit) (*page, error) {
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	d.Kind = "notice"
	if d.Fields["scope"] != "CONTRIBUTOR" {
		delete(d.Fields, "contributor")
	}
	if d.Fields["scope"] != "POST" {
		delete(d.Fields, "post")
	}
	out, err := v.Desk.Submit(v.r.Context(), v.who, v.mission.ID, []desk.Draft{d}, desk.Options{})
	if err != nil {
		return nil, err
	}
	if out[0].Status == desk.StatusRefused {
		return v.accountedPage(d.Form, v.r.PostForm, out[0].Problems)
	}
	return &page{goTo: address(v.mission.ID, "accounted")}, nil
}
