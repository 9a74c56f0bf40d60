package web

import (
	"net/url"
	"strings"
	"time"

	"konbit.org/konbit/internal/operations"
	"konbit.org/konbit/internal/record"
)

// patrolBadges give the states of a patrol a shape.
func patrolBadges() map[string]string {
	return map[string]string{"PLANNED": "hold", "OUT": "live", "BACK": "stale", "REPORTED": "agrees", "CANCELLED": "struck"}
}

func (v *visit) patrolName(rec *record.Version) string {
	name := v.dec(rec.Text("number"))
	if sign := rec.Text("call-sign"); sign != "" {
		name += " " + sign
	}
	return strings.TrimSpace(name + " · " + rec.Text("destination"))
}

func (v *visit) patrolTable(patrols []operations.Patrol) *table {
	t := &table{caption: v.t("room.patrols.open"), empty: v.t("room.patrols.none"), columns: []column{
		{id: "number", label: v.fieldLabel("patrol", "number"), hxl: "#meta+number"},
		{id: "destination", label: v.fieldLabel("patrol", "destination"), main: true, hxl: "#loc+destination"},
		{id: "post", label: v.fieldLabel("patrol", "post"), hxl: "#loc+post"},
		{id: "type", label: v.fieldLabel("patrol", "type")},
		{id: "at", label: v.t("room.patrols.leaves"), hxl: "#date+start"},
		{id: "status", label: v.fieldLabel("patrol", "status"), hxl: "#status"},
		{id: "due", label: v.t("room.due")},
		{id: "heard", label: v.t("room.patrols.heard")},
	}}
	for i := range patrols {
		p := &patrols[i]
		heard := cell{raw: void}
		if !p.Clock.Last.IsZero() {
			heard = cell{text: v.t("cell.ago", "time", v.lasted(v.now.Sub(p.Clock.Last))), raw: iso(p.Clock.Last)}
		}
		t.rows = append(t.rows, []cell{
			{text: v.dec(p.Text("number")), raw: p.Text("number")},
			{text: strings.TrimSpace(p.Text("call-sign") + " " + p.Text("destination")), href: v.roomLink("patrols", p.Ref)},
			{text: v.namedPost(p.Text("post")), raw: p.Text("post")},
			{text: v.coded("patrol", "type", p.Text("type")), raw: p.Text("type")},
			v.whenCell(p.Lo),
			v.stateCell(&p.Version, "status", patrolBadges()),
			v.dueCell(p.Clock.Owes, p.Clock.Due, p.Clock.Late, p.Clock.Alarm), heard,
		})
	}
	return t
}

// week is the week of the mission, from Monday to Monday, of which a day is named.
func (v *visit) week(day string) (from, to time.Time) {
	at, err := time.ParseInLocation(time.DateOnly, day, v.location())
	if err != nil {
		at = v.now.In(v.location())
	}
	back := (int(at.Weekday()) + 6) % 7
	from = time.Date(at.Year(), at.Month(), at.Day()-back, 0, 0, 0, 0, v.location())
	return from, time.Date(from.Year(), from.Month(), from.Day()+7, 0, 0, 0, 0, v.location())
}

type planView struct {
	from, to       time.Time
	before, after  string
	plan           *table
	grid           weekGrid
	copy           *act // plan it as the week before
	week           string
	planned, done  int
	out, cancelled int
	mayWrite       bool
}

// patrols is the plan of a week against what was done.
func (s *site) patrols(v *visit) (*page, error) {
	b := planView{mayWrite: v.mayWrite("patrol")}
	b.from, b.to = v.week(v.r.URL.Query().Get("week"))
	plan, err := v.Room.Patrols.Plan(v.r.Context(), v.who, v.mission.ID, b.from, b.to)
	if err != nil {
		return nil, err
	}
	for i := range plan {
		b.planned++
		switch plan[i].Text("status") {
		case operations.PatrolReported:
			b.done++
		case operations.PatrolCancelled:
			b.cancelled++
		case operations.PatrolOut:
			b.out++
		}
	}
	b.before = v.link(v.roomLink("patrols"), "week", b.from.AddDate(0, 0, -7).Format(time.DateOnly))
	b.after = v.link(v.roomLink("patrols"), "week", b.to.Format(time.DateOnly))
	posts, err := v.postOptions()
	if err != nil {
		return nil, err
	}
	b.grid, b.week = v.weekGrid(&b, plan, posts), b.from.Format(time.DateOnly)
	if b.mayWrite && b.to.After(v.now) {
		a := v.act(v.t("room.plan.copy"), false, "patrols", "copy")
		b.copy = &a
	}
	b.plan = v.patrolTable(plan)
	b.plan.caption, b.plan.empty = v.t("room.plan.title"), v.t("room.plan.none")
	p := v.roomPage(v.t("room.tab.patrols"), v.planBody(b))
	p.crumbs, p.table, p.file = v.roomCrumbs(), b.plan, v.mission.ID+"-patrols"
	p.data = map[string]any{"from": iso(b.from), "until": iso(b.to), "planned": b.planned, "done": b.done, "cancelled": b.cancelled, "patrols": rowsAsData(b.plan)}
	return p, nil
}

func (v *visit) patrolForm() cellForm {
	b := cellForm{kindID: "patrol", lede: v.t("room.patrol.lede"), send: v.t("room.patrol.plan"), picks: []pick{
		{legend: v.t("room.patrol.what"), ids: []string{"post", "type", "destination", "call-sign", "persons", "vehicles", "joint"}},
		{legend: v.t("room.patrol.when"), ids: []string{"at", "until", "check-every"}, needed: []string{"at"}},
		{legend: v.t("room.flash.rest"), ids: []string{"route"}},
	}}
	b.title, b.action, b.back = v.t("room.patrol.new"), v.roomLink("patrols", "new"), v.roomLink("patrols")
	b.crumbs = v.roomCrumbs(crumb{v.t("room.tab.patrols"), v.roomLink("patrols")})
	return b
}

func (s *site) patrolNew(v *visit) (*page, error) {
	if !v.mayWrite("patrol") {
		return nil, v.notYours()
	}
	values := url.Values{"f.at": {v.stamped(v.now.Add(time.Hour))}, "f.until": {v.stamped(v.now.Add(4 * time.Hour))}, "f.post": {v.ownPost()}, "f.check-every": {"60"}}
	return v.cellPage(v.patrolForm(), values, nil)
}

func (s *site) patrolAdd(v *visit) (*page, error) {
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	b := v.patrolForm()
	b.form = d.Form
	d.Kind, d.Fields["status"] = "patrol", operations.PatrolPlanned
	for id, text := range d.Fields {
		if text == "" {
			delete(d.Fields, id)
		}
	}
	return v.put(b, d, func(ref string) string { return v.roomLink("patrols", ref) })
}

type patrolView struct {
	operations.Patrol
	facts  []fieldLine
	due    cell
	checks *table
	steps  []stepAct
	report []formField
	form   act
	lines  *table
}

// stepAct is a word of a patrol that somebody hears on the radio.
type stepAct struct {
	act
	step string
}

func (s *site) patrol(v *visit) (*page, error) {
	one, err := v.Room.Patrols.Patrol(v.r.Context(), v.who, v.roomKey("patrol"))
	if err != nil {
		return nil, err
	}
	b := patrolView{Patrol: one, checks: v.checkTable(one.Checks)}
	b.due = v.dueCell(one.Clock.Owes, one.Clock.Due, one.Clock.Late, one.Clock.Alarm)
	b.facts = v.linesOf(&one.Version, []string{
		"post", "type", "status", "persons", "vehicles", "joint", "at", "until", "check-every", "route", "left", "returned",
		"report", "driven", "deviation", "contacts-women", "contacts-men", "gear",
	})
	if err := v.patrolActs(&b); err != nil {
		return nil, err
	}
	if b.lines, err = v.linesAbout(one.Ref); err != nil {
		return nil, err
	}
	p := v.roomPage(v.t("room.patrol.title", "name", v.patrolName(&one.Version)), v.patrolBody(b))
	p.crumbs, p.table, p.file = v.roomCrumbs(crumb{v.t("room.tab.patrols"), v.roomLink("patrols")}), b.checks, v.mission.ID+"-patrol-"+one.Ref
	p.data = map[string]any{"patrol": v.version(&one.Version), "checks": v.versions(one.Checks), "owes": one.Clock.Owes, "due": iso(one.Clock.Due), "late": one.Clock.Late, "alarm": one.Clock.Alarm}
	return p, nil
}

// patrolActs are what may be said of a patrol in the state it is in.
func (v *visit) patrolActs(b *patrolView) error {
	if !v.mayWrite("checkin") {
		return nil
	}
	add := func(step string, primary bool) {
		b.steps = append(b.steps, stepAct{v.act(v.t("room.step."+step), primary, "patrols", b.Ref, "step"), step})
	}
	switch b.Text("status") {
	case operations.PatrolPlanned:
		add("OUT", true)
	case operations.PatrolOut:
		add("CHECK", true)
		add("BACK", false)
	}
	if !v.mayWrite("patrol") || b.Text("status") == operations.PatrolReported || b.Text("status") == operations.PatrolCancelled {
		return nil
	}
	k, ok := v.mission.Kinds.Get("patrol")
	if !ok {
		return nil
	}
	var ids []string
	if b.Text("status") == operations.PatrolBack {
		ids = []string{"report", "driven", "deviation", "contacts-women", "contacts-men", "gear"}
		b.form = v.act(v.t("room.patrol.report"), true, "patrols", b.Ref, "report")
	} else if b.Text("status") == operations.PatrolPlanned {
		ids = []string{"deviation"}
		b.form = v.act(v.t("room.patrol.cancel"), false, "patrols", b.Ref, "report")
	}
	var err error
	b.report, _, err = v.picked(k, v.typedOr(url.Values{}), v.faults, ids...)
	return err
}

func (v *visit) checkTable(checks []record.Version) *table {
	t := &table{caption: v.t("room.patrol.heard"), empty: v.t("room.patrol.unheard"), columns: []column{
		{id: "at", label: v.t("room.when"), main: true},
		{id: "step", label: v.fieldLabel("checkin", "step")},
		{id: "place", label: v.t("room.where")},
		{id: "text", label: v.fieldLabel("checkin", "text")},
	}}
	for i := range checks {
		c := &checks[i]
		t.rows = append(t.rows, []cell{v.whenCell(c.Lo), {text: v.coded("checkin", "step", c.Text("step")), raw: c.Text("step")}, v.placeCell(c), {text: c.Text("text")}})
	}
	return t
}

func (s *site) patrolStep(v *visit) (*page, error) {
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	v.envelope(d.Fields, "place", "lat", "lon")
	v.dated(d.Fields)
	key := v.roomKey("patrol")
	err = v.Room.Patrols.CheckIn(v.r.Context(), v.who, key, operations.Step{What: v.sent.Get("step"), Fields: d.Fields, Form: d.Form})
	return v.again(err, "checkin", s.patrol, "patrols", key.Ref)
}

func (s *site) patrolReport(v *visit) (*page, error) {
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	key := v.roomKey("patrol")
	if d.Fields["report"] == "" {
		d.Fields["status"] = operations.PatrolCancelled
	}
	return v.again(v.Room.Patrols.Report(v.r.Context(), v.who, key, d.Fields, d.Form), "patrol", s.patrol, "patrols", key.Ref)
}
