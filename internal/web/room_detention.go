package web

import (
	"net/url"
	"time"

	"konbit.org/konbit/internal/custody"
	"konbit.org/konbit/internal/record"
)

// mayCustody reports whether the visitor may read of persons in custody: they are
// restricted, so that most who are in the room know nothing of them.
func (v *visit) mayCustody() bool { return v.inRoomMarked("detention", "restricted") }

func (s *site) detained(handle func(*visit) (*page, error)) func(*visit) (*page, error) {
	return s.inside(func(v *visit) (*page, error) {
		if !v.mayCustody() {
			return s.missing(v)
		}
		return handle(v)
	})
}

func detentionBadges() map[string]string {
	return map[string]string{"HELD": "hold", "HANDED": "agrees", "RELEASED": "agrees"}
}

// custodyCell says how long somebody is held and may be.
func (v *visit) custodyCell(p *custody.Person) cell {
	c := p.Clock
	if c.Due.IsZero() {
		return cell{text: v.t("room.detention.held", "time", v.lasted(c.Held)), raw: void}
	}
	out := v.dueCell("handover", c.Due, c.Late, c.Late)
	out.note = v.t("room.detention.held", "time", v.lasted(c.Held))
	if c.Near && !c.Late {
		out.badge = "stale"
	}
	return out
}

func (v *visit) minorCell(p *custody.Person) cell {
	switch p.Text("minor") {
	case "yes":
		return cell{text: v.fieldLabel("detention", "minor"), raw: "yes", badge: "alarm"}
	case "":
		return cell{text: v.t("room.posts.unknown"), raw: void, badge: "unknown"}
	}
	return cell{raw: "no"}
}

func (v *visit) detentionTable(people []custody.Person) *table {
	t := &table{caption: v.t("room.tab.detentions"), empty: v.t("room.detention.none"), columns: []column{
		{id: "number", label: v.fieldLabel("detention", "number"), hxl: "#meta+number"},
		{id: "person", label: v.fieldLabel("detention", "person"), main: true},
		{id: "minor", label: v.fieldLabel("detention", "minor")},
		{id: "at", label: v.t("room.when"), hxl: "#date+start"},
		{id: "post", label: v.fieldLabel("detention", "post"), hxl: "#loc+post"},
		{id: "status", label: v.fieldLabel("detention", "status"), hxl: "#status"},
		{id: "due", label: v.t("room.detention.due")},
		{id: "handed-to", label: v.fieldLabel("detention", "handed-to")},
	}}
	for i := range people {
		p := &people[i]
		t.rows = append(t.rows, []cell{
			{text: v.dec(p.Text("number")), raw: p.Text("number")},
			{text: p.Text("person"), href: v.roomLink("detentions", p.Ref)},
			v.minorCell(p),
			v.whenCell(p.Lo),
			{text: v.namedPost(p.Text("post")), raw: p.Text("post")},
			v.stateCell(&p.Version, "status", detentionBadges()),
			v.custodyCell(p),
			{text: p.Text("handed-to")},
		})
	}
	return t
}

func (s *site) detentions(v *visit) (*page, error) {
	q := record.Query{Mission: v.mission.ID, After: v.r.URL.Query().Get("after"), Limit: 50}
	people, next, err := v.Room.Detentions.People(v.r.Context(), v.who, q)
	if err != nil {
		return nil, err
	}
	t := v.detentionTable(people)
	p := v.roomPage(v.t("room.tab.detentions"), v.detentionsBody(t, next))
	p.crumbs, p.table, p.data, p.file = v.roomCrumbs(), t, rowsAsData(t), v.mission.ID+"-detentions"
	return p, nil
}

func (v *visit) detentionForm() cellForm {
	b := cellForm{kindID: "detention", lede: v.t("room.detention.lede"), send: v.t("room.detention.take"), picks: []pick{
		{legend: v.t("room.patrol.what"), ids: []string{"person", "sex", "minor", "hurt"}},
		{legend: v.t("room.register.how"), ids: []string{"at", "place", "post", "basis", "told-why", "case", "incident", "patrol"}, needed: []string{"at"}},
	}}
	b.title, b.action, b.back = v.t("room.detention.new"), v.roomLink("detentions", "new"), v.roomLink("detentions")
	b.crumbs = v.roomCrumbs(crumb{v.t("room.tab.detentions"), v.roomLink("detentions")})
	return b
}

func (s *site) detentionNew(v *visit) (*page, error) {
	if !v.mayWrite("detention") {
		return nil, v.notYours()
	}
	return v.cellPage(v.detentionForm(), url.Values{"f.at": {v.stamped(v.now)}, "f.post": {v.ownPost()}}, nil)
}

func (s *site) detentionAdd(v *visit) (*page, error) {
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	b := v.detentionForm()
	b.form = d.Form
	v.envelope(d.Fields, "place")
	for id, text := range d.Fields {
		if text == "" {
			delete(d.Fields, id)
		}
	}
	ref, err := v.Room.Detentions.Hold(v.r.Context(), v.who, v.mission.ID, d)
	return v.settle(b, v.roomLink("detentions", ref), err)
}

type detentionView struct {
	custody.Person
	facts  []fieldLine
	state  cell
	minor  cell
	due    cell
	fields []formField
	form   act
	lines  *table
	paper  bool // to be printed and signed
}

func (v *visit) detentionView() (detentionView, error) {
	p, err := v.Room.Detentions.Person(v.r.Context(), v.who, v.roomKey("detention"))
	if err != nil {
		return detentionView{}, err
	}
	b := detentionView{Person: p, state: v.stateCell(&p.Version, "status", detentionBadges()), minor: v.minorCell(&p), due: v.custodyCell(&p)}
	b.facts = v.linesOf(&p.Version, []string{"person", "sex", "minor", "hurt", "at", "place", "post", "basis", "told-why", "case", "incident", "patrol", "ended", "handed-to", "receipt"})
	if b.lines, err = v.linesAbout(p.Ref); err != nil {
		return b, err
	}
	if k, ok := v.mission.Kinds.Get("detention"); ok && v.mayWrite("detention") && p.Text("status") == custody.Held {
		b.form = v.act(v.t("room.detention.end"), true, "detentions", p.Ref, "end")
		b.fields, _, err = v.picked(k, v.typedOr(url.Values{"f.ended": {v.stamped(v.now)}, "f.status": {custody.Handed}}), v.faults, "status", "ended", "handed-to", "receipt")
		for i := range b.fields {
			if f := &b.fields[i]; f.name == "f.status" {
				f.options = f.options[1:] // who is held is held already
			}
		}
	}
	return b, err
}

func (s *site) detention(v *visit) (*page, error) {
	b, err := v.detentionView()
	if err != nil {
		return nil, err
	}
	p := v.roomPage(v.detentionTitle(&b), v.detentionBody(b))
	p.crumbs, p.file = v.roomCrumbs(crumb{v.t("room.tab.detentions"), v.roomLink("detentions")}), v.mission.ID+"-detention-"+b.Ref
	p.data = map[string]any{"detention": v.version(&b.Version), "due": iso(b.Clock.Due), "late": b.Clock.Late, "held_minutes": int(b.Clock.Held / time.Minute)}
	return p, nil
}

func (v *visit) detentionTitle(b *detentionView) string {
	return v.t("room.detention.title", "number", v.dec(b.Text("number")), "person", b.Text("person"))
}

// detentionReceipt is one page to print and sign.
func (s *site) detentionReceipt(v *visit) (*page, error) {
	b, err := v.detentionView()
	if err != nil {
		return nil, err
	}
	b.paper = true
	p := v.roomPage(v.t("room.detention.receipt", "number", v.dec(b.Text("number"))), v.detentionPaper(b))
	p.crumbs = v.roomCrumbs(crumb{v.t("room.tab.detentions"), v.roomLink("detentions")}, crumb{v.detentionTitle(&b), v.roomLink("detentions", b.Ref)})
	return p, nil
}

func (s *site) detentionEnd(v *visit) (*page, error) {
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	for id, text := range d.Fields {
		if text == "" {
			delete(d.Fields, id)
		}
	}
	key := v.roomKey("detention")
	return v.again(v.Room.Detentions.End(v.r.Context(), v.who, key, d), "detention", s.detention, "detentions", key.Ref)
}

// custodyAlarms are those who are held longer than they may be, and minors who
// soon will be.
func (v *visit) custodyAlarms(held []custody.Person) (all []alarm) {
	for i := range held {
		p := &held[i]
		v.comes(p.Clock.Due)
		minor := p.Text("minor") == "yes"
		says := ""
		switch {
		case p.Clock.Late:
			says = v.t("room.alarm.custody", "person", p.Text("person"), "time", v.lasted(v.now.Sub(p.Clock.Due)))
		case p.Clock.Near && minor:
			says = v.t("room.alarm.custody.soon", "person", p.Text("person"), "time", v.lasted(p.Clock.Due.Sub(v.now)))
		default:
			continue
		}
		note := ""
		if minor {
			note = v.fieldLabel("detention", "minor")
		}
		all = append(all, alarm{says: says, note: note, href: v.roomLink("detentions", p.Ref)})
	}
	return all
}
