package web

import (
	"net/url"

	"konbit.org/konbit/internal/custody"
	"konbit.org/konbit/internal/record"
)

// seizures is the register of seized items.
func (s *site) seizures(v *visit) (*page, error) {
	q := record.Query{Mission: v.mission.ID, After: v.r.URL.Query().Get("after"), Limit: 50}
	items, next, err := v.Room.Register.Items(v.r.Context(), v.who, q)
	if err != nil {
		return nil, err
	}
	t := v.itemTable(items)
	p := v.roomPage(v.t("room.tab.register"), v.registerBody(t, next))
	p.crumbs, p.table, p.data, p.file = v.roomCrumbs(), t, rowsAsData(t), v.mission.ID+"-register"
	return p, nil
}

func (v *visit) itemTable(items []custody.Item) *table {
	t := &table{caption: v.t("room.tab.register"), empty: v.t("room.register.none"), columns: []column{
		{id: "number", label: v.fieldLabel("seizure", "number"), hxl: "#meta+number"},
		{id: "item", label: v.fieldLabel("seizure", "item"), main: true, hxl: "#item"},
		{id: "type", label: v.fieldLabel("seizure", "type"), hxl: "#item+type"},
		{id: "quantity", label: v.fieldLabel("seizure", "quantity"), number: true, hxl: "#item+num"},
		{id: "serial", label: v.fieldLabel("seizure", "serial")},
		{id: "at", label: v.t("room.when"), hxl: "#date+start"},
		{id: "held", label: v.t("room.register.held")},
		{id: "chain", label: v.t("room.register.chain")},
	}}
	for i := range items {
		it := &items[i]
		t.rows = append(t.rows, []cell{
			{text: v.dec(it.Text("number")), raw: it.Text("number")},
			{text: v.title(&it.Version), raw: it.Text("item"), href: v.roomLink("register", it.Ref)},
			{text: v.coded("seizure", "type", it.Text("type")), raw: it.Text("type")},
			{text: v.dec(it.Text("quantity")) + " " + v.coded("seizure", "unit", it.Text("unit")), raw: it.Text("quantity")},
			{text: it.Text("serial")},
			v.whenCell(it.Lo),
			{text: it.Held},
			v.chainCell(it),
		})
	}
	return t
}

func (v *visit) chainCell(it *custody.Item) cell {
	switch {
	case len(it.Chain) == 0:
		return cell{text: v.t("room.register.nochain"), raw: "none", badge: "stale"}
	case it.Gaps > 0:
		return cell{text: v.n("room.register.gaps", it.Gaps), raw: "gap", badge: "disagrees"}
	case it.Done:
		return cell{text: v.t("room.register.done"), raw: "done", badge: "agrees"}
	}
	return cell{text: v.t("room.register.whole"), raw: "whole", badge: "live"}
}

func (v *visit) seizureForm() cellForm {
	b := cellForm{kindID: "seizure", lede: v.t("room.register.lede"), send: v.t("room.register.take"), picks: []pick{
		{legend: v.t("room.patrol.what"), ids: []string{"type", "item", "quantity", "unit", "serial"}},
		{legend: v.t("room.register.how"), ids: []string{"at", "place", "post", "basis", "case", "joint", "incident", "patrol"}},
	}}
	b.title, b.action, b.back = v.t("room.register.new"), v.roomLink("register", "new"), v.roomLink("register")
	b.crumbs = v.roomCrumbs(crumb{v.t("room.tab.register"), v.roomLink("register")})
	return b
}

func (s *site) seizureNew(v *visit) (*page, error) {
	if !v.mayWrite("seizure") {
		return nil, v.notYours()
	}
	return v.cellPage(v.seizureForm(), url.Values{"f.at": {v.stamped(v.now)}}, nil)
}

func (s *site) seizureAdd(v *visit) (*page, error) {
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	b := v.seizureForm()
	b.form = d.Form
	v.envelope(d.Fields, "place")
	for id, text := range d.Fields {
		if text == "" {
			delete(d.Fields, id)
		}
	}
	ref, err := v.Room.Register.Take(v.r.Context(), v.who, v.mission.ID, d, v.actor(v.who.Name))
	return v.settle(b, v.roomLink("register", ref), err)
}

type itemView struct {
	custody.Item
	facts  []fieldLine
	state  cell
	chain  *table
	fields []formField
	form   act
	lines  *table
}

func (s *site) seizure(v *visit) (*page, error) {
	item, err := v.Room.Register.Item(v.r.Context(), v.who, v.roomKey("seizure"))
	if err != nil {
		return nil, err
	}
	b, err := v.itemView(item)
	if err != nil {
		return nil, err
	}
	p := v.roomPage(v.title(&item.Version), v.itemBody(b))
	p.crumbs, p.table, p.file = v.roomCrumbs(crumb{v.t("room.tab.register"), v.roomLink("register")}), b.chain, v.mission.ID+"-item-"+item.Ref
	p.data = map[string]any{"item": v.version(&item.Version), "chain": rowsAsData(b.chain), "held": item.Held, "gaps": item.Gaps}
	return p, nil
}

func (v *visit) itemView(item custody.Item) (itemView, error) {
	b := itemView{Item: item, state: v.chainCell(&item), chain: v.chainTable(&item)}
	b.facts = v.linesOf(&item.Version, []string{"type", "item", "quantity", "unit", "serial", "at", "place", "post", "basis", "case", "joint", "incident", "patrol", "handed-to"})
	var err error
	if b.lines, err = v.linesAbout(item.Ref); err != nil {
		return b, err
	}
	if k, ok := v.mission.Kinds.Get("custody-step"); ok && v.mayWrite("custody-step") && !item.Done {
		b.form = v.act(v.t("room.register.step"), true, "register", item.Ref, "step")
		b.fields, _, err = v.picked(k, v.typedOr(url.Values{"f.from": {item.Held}}), v.faults, "step", "from", "to", "seal", "receipt", "witness")
	}
	return b, err
}

func (v *visit) chainTable(item *custody.Item) *table {
	t := &table{caption: v.t("room.register.chain"), empty: v.t("room.register.nochain"), columns: []column{
		{id: "step", label: v.fieldLabel("custody-step", "step"), main: true},
		{id: "at", label: v.t("room.when")},
		{id: "from", label: v.fieldLabel("custody-step", "from")},
		{id: "to", label: v.fieldLabel("custody-step", "to")},
		{id: "seal", label: v.fieldLabel("custody-step", "seal")},
		{id: "receipt", label: v.fieldLabel("custody-step", "receipt")},
		{id: "witness", label: v.fieldLabel("custody-step", "witness")},
		{id: "gap", label: v.t("room.register.gap")},
	}}
	for i := range item.Chain {
		l := &item.Chain[i]
		gap := cell{raw: void}
		if l.Gap != "" {
			gap = cell{text: v.t("room.gap." + l.Gap), raw: l.Gap, badge: "disagrees"}
		}
		t.rows = append(t.rows, []cell{
			{text: v.coded("custody-step", "step", l.Text("step")), raw: l.Text("step")},
			v.whenCell(l.Lo),
			{text: l.Text("from")},
			{text: l.Text("to")},
			{text: l.Text("seal")},
			{text: l.Text("receipt")},
			{text: l.Text("witness")},
			gap,
		})
	}
	return t
}

// receipt is one page to print and sign.
func (s *site) receipt(v *visit) (*page, error) {
	item, err := v.Room.Register.Item(v.r.Context(), v.who, v.roomKey("seizure"))
	if err != nil {
		return nil, err
	}
	b, err := v.itemView(item)
	if err != nil {
		return nil, err
	}
	if item.Gaps == 0 { // a column for what is wrong is for where something is
		b.chain.without("gap")
	}
	p := v.roomPage(v.t("room.receipt.title", "number", v.dec(item.Text("number"))), v.receiptBody(b))
	p.crumbs = v.roomCrumbs(crumb{v.t("room.tab.register"), v.roomLink("register")}, crumb{v.title(&item.Version), v.roomLink("register", item.Ref)})
	return p, nil
}

func (s *site) seizureStep(v *visit) (*page, error) {
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	for id, text := range d.Fields {
		if text == "" {
			delete(d.Fields, id)
		}
	}
	if d.Fields["at"] == "" {
		d.Fields["at"] = iso(v.now)
	}
	key := v.roomKey("seizure")
	return v.again(v.Room.Register.Step(v.r.Context(), v.who, key, d), "custody-step", s.seizure, "register", key.Ref)
}
