package web

import (
	"slices"
	"strings"

	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/operations"
	"konbit.org/konbit/internal/record"
)

func (v *visit) postTable(states []operations.State) *table {
	t := &table{caption: v.t("room.tab.posts"), empty: v.t("room.posts.none"), columns: []column{
		{id: "name", label: v.fieldLabel("post", "name"), main: true, hxl: "#loc+name"},
		{id: "status", label: v.fieldLabel("post", "status"), hxl: "#status"},
		{id: "holder", label: v.fieldLabel("post", "holder"), hxl: "#org"},
		{id: "reaches", label: v.t("room.posts.reaches")},
		{id: "signals", label: v.t("room.posts.signals")},
		{id: "vehicles", label: v.t("room.posts.vehicles")},
		{id: "since", label: v.t("room.posts.since"), hxl: "#date"},
	}}
	for i := range states {
		s := &states[i]
		since := cell{text: v.t("room.posts.nothing"), raw: void, badge: "unknown"}
		if !s.Since.IsZero() {
			since = v.whenCell(s.Since)
			if s.Stale(v.now) {
				since.badge = "stale"
			}
		}
		t.rows = append(t.rows, []cell{
			{text: v.postName(&s.Post), raw: s.Post.Ref, href: v.roomLink("posts", s.Post.Ref), note: strings.ReplaceAll(s.Post.Text("aliases"), "|", " · ")},
			v.stateCell(&s.Post, "status", map[string]string{"OPEN": "open", "CLOSED": "closed", "PLANNED": "hold", "HANDED-OVER": "closed"}),
			{text: v.owner(s.Post.Text("holder")), raw: s.Post.Text("holder")},
			v.reachCell(s),
			{text: v.worksOf(s.Signals, "means", "working", "quantity")},
			{text: v.worksOf(s.Vehicles, "type", "operational", "total")},
			since,
		})
	}
	return t
}

func (v *visit) reachCell(s *operations.State) cell {
	switch {
	case !s.Known:
		return cell{text: v.t("room.posts.unknown"), raw: void, badge: "unknown"}
	case s.Reaches:
		return cell{text: v.t("room.posts.yes"), raw: "yes", badge: "live"}
	}
	return cell{text: v.t("room.posts.no"), raw: "no", badge: "alarm"}
}

// worksOf is how many work of how many, by means or type.
func (v *visit) worksOf(list []record.Version, what, works, total string) string {
	text := ""
	for i := range list {
		if text != "" {
			text += " · "
		}
		rec := &list[i]
		text += v.coded(rec.Kind, what, rec.Text(what)) + " " + v.dec(known(rec.Text(works))) + "/" + v.dec(known(rec.Text(total)))
	}
	return text
}

// known is a number as said; what nobody said is not zero.
func known(text string) string {
	if text == "" {
		return "?"
	}
	return text
}

func (s *site) posts(v *visit) (*page, error) {
	states, err := v.Room.Posts.States(v.r.Context(), v.who, v.mission.ID)
	if err != nil {
		return nil, err
	}
	t := v.postTable(states)
	p := v.roomPage(v.t("room.tab.posts"), v.postsBody(t))
	p.crumbs, p.table, p.data, p.file = v.roomCrumbs(), t, rowsAsData(t), v.mission.ID+"-posts"
	return p, nil
}

type postView struct {
	operations.State
	facts    []fieldLine
	reach    cell
	signals  returnForm
	vehicles returnForm
	cut      []string // for how long the post did not reach headquarters
	history  *table
	mayWrite bool
}

// returnForm asks for the state of every means or type on one line each.
type returnForm struct {
	act
	title, total, works, reach string
	state                      *table // as said last
	lines                      []returnLine
}

type returnLine struct{ code, label, total string }

func (s *site) post(v *visit) (*page, error) {
	key := v.roomKey("post")
	state, err := v.Room.Posts.Post(v.r.Context(), v.who, key)
	if err != nil {
		return nil, err
	}
	b := postView{State: state, reach: v.reachCell(&state), mayWrite: v.mayWrite("signals")}
	b.facts = v.linesOf(&state.Post, []string{"type", "aliases", "place", "holder", "status", "at", "source"})
	b.signals = v.returnForm("signals", state.Signals)
	b.vehicles = v.returnForm("vehicles", state.Vehicles)
	if b.cut, err = v.cutOff(key); err != nil {
		return nil, err
	}
	if b.history, err = v.holders(key); err != nil {
		return nil, err
	}
	p := v.roomPage(v.postName(&state.Post), v.postBody(b))
	p.crumbs, p.table, p.file = v.roomCrumbs(crumb{v.t("room.tab.posts"), v.roomLink("posts")}), b.history, v.mission.ID+"-post-"+key.Ref
	p.data = map[string]any{"post": v.version(&state.Post), "signals": v.versions(state.Signals), "vehicles": v.versions(state.Vehicles)}
	return p, nil
}

// holders is who held a post in which state, newest first.
func (v *visit) holders(key record.Key) (*table, error) {
	h, err := v.Reader.History(v.r.Context(), v.who, key, record.AsOf{})
	if err != nil {
		return nil, err
	}
	t := &table{caption: v.t("room.posts.history"), columns: []column{
		{id: "at", label: v.t("room.posts.event"), main: true, hxl: "#date+start"},
		{id: "known", label: v.t("web.clock.reported")},
		{id: "holder", label: v.fieldLabel("post", "holder")},
		{id: "status", label: v.fieldLabel("post", "status")},
		{id: "name", label: v.fieldLabel("post", "name")},
		{id: "by", label: v.t("room.posts.by")},
	}}
	for i := len(h.Steps) - 1; i >= 0; i-- {
		rec := &h.Steps[i].Version
		t.rows = append(t.rows, []cell{
			v.eventCell(rec.Text("at")),
			v.timeCell(rec.KnownFrom),
			{text: v.owner(rec.Text("holder")), raw: rec.Text("holder")},
			{text: v.coded("post", "status", rec.Text("status")), raw: rec.Text("status")},
			{text: rec.Text("name")},
			{text: v.actor(h.Steps[i].Entry.Actor), raw: h.Steps[i].Entry.Actor},
		})
	}
	return t, nil
}

// stateTable is the last word on each means or type: how many there are, how many
// work, and since when that is known.
func (v *visit) stateTable(kindID string, last []record.Version) *table {
	what, total, works := returnFields(kindID)
	t := &table{caption: v.t("room.posts." + kindID), columns: []column{
		{id: what, label: v.fieldLabel(kindID, what), main: true},
		{id: works, label: v.fieldLabel(kindID, works), number: true},
		{id: total, label: v.fieldLabel(kindID, total), number: true},
	}}
	extra := "reason"
	if kindID == "signals" {
		extra = "reach-hq"
	}
	t.columns = append(t.columns, column{id: extra, label: v.fieldLabel(kindID, extra)}, column{id: "at", label: v.t("room.posts.since"), hxl: "#date"})
	for i := range last {
		rec := &last[i]
		more := cell{text: rec.Text(extra)}
		if extra == "reach-hq" {
			more = v.reachCell(&operations.State{Known: rec.Text(extra) != "", Reaches: rec.Text(extra) == "yes"})
		}
		since := v.whenCell(rec.Lo)
		if v.now.Sub(rec.Lo) > operations.StaleSignals {
			since.badge = "stale"
		}
		t.rows = append(t.rows, []cell{
			{text: v.coded(kindID, what, rec.Text(what)), raw: rec.Text(what)},
			{text: v.dec(known(rec.Text(works))), raw: rec.Text(works)},
			{text: v.dec(known(rec.Text(total))), raw: rec.Text(total)},
			more, since,
		})
	}
	return t
}

// cutOff says for how long a post did not reach headquarters.
func (v *visit) cutOff(key record.Key) ([]string, error) {
	var all []string
	for _, s := range []struct {
		word string
		days int
	}{{"room.posts.cutday", 1}, {"room.posts.cutweek", 7}} {
		cut, unknown, err := v.Room.Posts.CutOff(v.r.Context(), v.who, key, v.now.AddDate(0, 0, -s.days), v.now)
		if err != nil {
			return nil, err
		}
		said := v.lasted(cut) + " " + v.t(s.word)
		if unknown > 0 {
			said += " (" + v.t("room.posts.unheard", "time", v.lasted(unknown)) + ")"
		}
		all = append(all, said)
	}
	return all, nil
}

// returnFields name what a line of a return says, by kind.
func returnFields(kindID string) (what, total, works string) {
	if kindID == "signals" {
		return "means", "quantity", "working"
	}
	return "type", "total", "operational"
}

func (v *visit) returnForm(kindID string, last []record.Version) returnForm {
	what, total, works := returnFields(kindID)
	b := returnForm{act: v.act(v.t("room.posts.send"), true, "posts", v.r.PathValue("ref"), kindID), title: v.t("room.posts." + kindID)}
	b.total, b.works = v.fieldLabel(kindID, total), v.fieldLabel(kindID, works)
	if kindID == "signals" {
		b.reach = v.fieldLabel(kindID, "reach-hq")
	}
	b.state = v.stateTable(kindID, last)
	f, ok := v.field(kindID, what)
	if !ok {
		return b
	}
	for _, c := range f.Codes {
		l := returnLine{code: c.ID, label: v.in5(c.Label)}
		if i := slices.IndexFunc(last, func(rec record.Version) bool { return rec.Text(what) == c.ID }); i >= 0 {
			l.total = last[i].Text(total) // what is there changes seldom; what works is asked anew
		}
		b.lines = append(b.lines, l)
	}
	return b
}

func (s *site) postSignals(v *visit) (*page, error) { return v.returnedHere("signals") }

func (s *site) postVehicles(v *visit) (*page, error) { return v.returnedHere("vehicles") }

func (v *visit) returnedHere(kindID string) (*page, error) {
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	return v.returned(kindID, v.r.PathValue("ref"), d.Form)
}

func (v *visit) returned(kindID, post, form string) (*page, error) {
	what, _, _ := returnFields(kindID)
	f, ok := v.field(kindID, what)
	if !ok {
		return nil, v.notYours()
	}
	r := operations.Returns{Post: post, At: iso(v.written()), Form: form}
	for _, c := range f.Codes {
		r.Lines = append(r.Lines, v.returnLine(&c))
	}
	send := v.Room.Posts.Signals
	if kindID == "vehicles" {
		send = v.Room.Posts.Vehicles
	}
	return v.backTo(send(v.r.Context(), v.who, v.mission.ID, r), "posts", r.Post)
}

// returnLine is one line as sent. What is there without a word on what works is
// what the page had filled in, not news.
func (v *visit) returnLine(c *kind.Code) operations.Return {
	l := operations.Return{What: c.ID, Total: v.sent.Get("total." + c.ID), Works: v.sent.Get("works." + c.ID), Reach: v.sent.Get("reach." + c.ID)}
	if l.Works == "" && l.Reach == "" {
		l.Total = ""
	}
	return l
}
