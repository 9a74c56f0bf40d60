package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/operations"
	"konbit.org/konbit/internal/record"
)

// roomRoutes are the operations room's. Who has no business there finds nothing.
func (s *site) roomRoutes() []route {
	return []route{
		{"GET", "/{mission}/room", hidden(), s.inside(s.room)},
		{"GET", "/{mission}/room/log", hidden(), s.inside(s.logPage)},
		{"POST", "/{mission}/room/log", hidden(), s.inside(s.logAdd)},
		{"POST", "/{mission}/room/log/{ref}/close", hidden(), s.inside(s.logClose)},
		{"POST", "/{mission}/room/log/{ref}/strike", hidden(), s.inside(s.logStrike)},
		{"POST", "/{mission}/room/shift", hidden(), s.inside(s.shift)},
		{"GET", "/{mission}/room/flash", hidden(), s.inside(s.flashes)},
		{"GET", "/{mission}/room/flash/new", hidden(), s.inside(s.flashNew)},
		{"POST", "/{mission}/room/flash/new", hidden(), s.inside(s.flashSend)},
		{"GET", "/{mission}/room/flash/{ref}", hidden(), s.inside(s.flash)},
		{"POST", "/{mission}/room/flash/{ref}/acknowledge", hidden(), s.inside(s.flashAck)},
		{"POST", "/{mission}/room/flash/{ref}/follow", hidden(), s.inside(s.flashFollow)},
		{"POST", "/{mission}/room/flash/{ref}/close", hidden(), s.inside(s.flashClose)},
		{"GET", "/{mission}/room/incidents/{ref}", hidden(), s.inside(s.incident)},
		{"POST", "/{mission}/room/incidents/{ref}/merge", hidden(), s.inside(s.incidentMerge)},
		{"POST", "/{mission}/room/incidents/{ref}/unmerge", hidden(), s.inside(s.incidentUnmerge)},
		{"GET", "/{mission}/room/patrols", hidden(), s.inside(s.patrols)},
		{"GET", "/{mission}/room/patrols/new", hidden(), s.inside(s.patrolNew)},
		{"POST", "/{mission}/room/patrols/new", hidden(), s.inside(s.patrolAdd)},
		{"POST", "/{mission}/room/patrols/copy", hidden(), s.inside(s.planCopy)},
		{"GET", "/{mission}/room/patrols/{ref}", hidden(), s.inside(s.patrol)},
		{"POST", "/{mission}/room/patrols/{ref}/step", hidden(), s.inside(s.patrolStep)},
		{"POST", "/{mission}/room/patrols/{ref}/report", hidden(), s.inside(s.patrolReport)},
		{"GET", "/{mission}/room/posts", hidden(), s.inside(s.posts)},
		{"GET", "/{mission}/room/posts/{ref}", hidden(), s.inside(s.post)},
		{"POST", "/{mission}/room/posts/{ref}/signals", hidden(), s.inside(s.postSignals)},
		{"POST", "/{mission}/room/posts/{ref}/vehicles", hidden(), s.inside(s.postVehicles)},
		{"GET", "/{mission}/room/detentions", hidden(), s.detained(s.detentions)},
		{"GET", "/{mission}/room/detentions/new", hidden(), s.detained(s.detentionNew)},
		{"POST", "/{mission}/room/detentions/new", hidden(), s.detained(s.detentionAdd)},
		{"GET", "/{mission}/room/detentions/{ref}", hidden(), s.detained(s.detention)},
		{"GET", "/{mission}/room/detentions/{ref}/receipt", hidden(), s.detained(s.detentionReceipt)},
		{"POST", "/{mission}/room/detentions/{ref}/end", hidden(), s.detained(s.detentionEnd)},
		{"GET", "/{mission}/room/register", hidden(), s.inside(s.seizures)},
		{"GET", "/{mission}/room/register/new", hidden(), s.inside(s.seizureNew)},
		{"POST", "/{mission}/room/register/new", hidden(), s.inside(s.seizureAdd)},
		{"GET", "/{mission}/room/register/{ref}", hidden(), s.inside(s.seizure)},
		{"GET", "/{mission}/room/register/{ref}/receipt", hidden(), s.inside(s.receipt)},
		{"POST", "/{mission}/room/register/{ref}/step", hidden(), s.inside(s.seizureStep)},
	}
}

// inside lets those in who work in the room; to others there is no such page.
func (s *site) inside(handle func(*visit) (*page, error)) func(*visit) (*page, error) {
	return func(v *visit) (*page, error) {
		if !v.inRoom() {
			return s.missing(v)
		}
		return handle(v)
	}
}

// inRoom reports whether the visitor may read what the log holds for the mission,
// or of those for whom they have a role. What of it is public makes nobody belong.
func (v *visit) inRoom() bool { return v.inRoomFor("log") }

func (v *visit) inRoomFor(kindID string) bool { return v.inRoomMarked(kindID, "mission") }

func (v *visit) inRoomMarked(kindID, marking string) bool {
	if v.mission == nil || v.who.IsPublic() {
		return false
	}
	return slices.ContainsFunc(append(v.owners(), "host"), func(owner string) bool {
		return v.Guard.May(v.who, access.Read, access.Resource{Mission: v.mission.ID, Kind: kindID, Owner: owner, Marking: marking})
	})
}

func (v *visit) roomLink(more ...string) string {
	return address(append([]string{v.mission.ID, "room"}, more...)...)
}

func (v *visit) roomKey(kindID string) record.Key {
	return record.Key{Mission: v.mission.ID, Kind: kindID, Ref: v.r.PathValue("ref")}
}

// roomCrumbs lead to the board, and to a list of the room.
func (v *visit) roomCrumbs(more ...crumb) []crumb {
	return append([]crumb{{v.t("room.title"), v.roomLink()}}, more...)
}

// roomTabs are the pages of the room.
func (v *visit) roomTabs() []navItem {
	var items []navItem
	for _, tab := range []struct{ key, segment, kind string }{
		{"room.tab.board", "", "log"},
		{"room.tab.log", "log", "log"},
		{"room.tab.flash", "flash", "flash"},
		{"room.tab.patrols", "patrols", "patrol"},
		{"room.tab.posts", "posts", "post"},
		{"room.tab.register", "register", "seizure"},
		{"room.tab.detentions", "detentions", "detention"},
	} {
		if !v.inRoomFor(tab.kind) || tab.kind == "detention" && !v.mayCustody() {
			continue
		}
		here := v.roomLink()
		current := v.r.URL.Path == here
		if tab.segment != "" {
			here = v.roomLink(tab.segment)
			current = strings.HasPrefix(v.r.URL.Path+"/", here+"/")
		}
		items = append(items, navItem{label: v.t(tab.key), href: here, current: current})
	}
	if v.mayKeep() {
		items = append(items, navItem{label: v.t("kept.tab"), href: address(v.mission.ID, "kept")})
	}
	return items
}

// roomPage is a page of the room.
func (v *visit) roomPage(title string, body templ.Component) *page {
	return &page{title: title, bare: true, body: body}
}

// act is a form of one button.
type act struct {
	to, does    string
	form, token string
	primary     bool
}

func (v *visit) act(does string, primary bool, to ...string) act {
	form := newForm()
	return act{to: v.roomLink(to...), does: does, form: form, token: v.token(form), primary: primary}
}

// stateCell is a code of a choice with a shape of its own.
func (v *visit) stateCell(rec *record.Version, field string, badges map[string]string) cell {
	code := rec.Text(field)
	return cell{text: v.coded(rec.Kind, field, code), raw: code, badge: badges[code]}
}

// whenCell is a time by the mission's clocks, with the group below it. Of what is
// near the hour is enough, which leaves the board its room; the group has the day.
func (v *visit) whenCell(t time.Time) cell {
	if t.IsZero() || v.now.Sub(t).Abs() > 18*time.Hour {
		return v.timeCell(t)
	}
	return cell{text: v.clockWords(t), raw: iso(t), note: v.group(t)}
}

// namedPost names a post by its name; one that the visitor may not read by its ref.
func (v *visit) namedPost(ref string) string {
	if ref == "" {
		return v.t("room.hq")
	}
	if name, ok := v.named[ref]; ok {
		return name
	}
	name := ref
	if rec, err := v.Reader.Record(v.r.Context(), v.who, record.Key{Mission: v.mission.ID, Kind: "post", Ref: ref}, record.AsOf{}); err == nil {
		name = v.postName(&rec)
	}
	if v.named == nil {
		v.named = map[string]string{}
	}
	v.named[ref] = name
	return name
}

// dueCell says how long something is overdue, or until when there is time.
func (v *visit) dueCell(owes string, due time.Time, late, alarm bool) cell {
	switch {
	case owes == "" || due.IsZero():
		return cell{raw: void}
	case alarm:
		return cell{text: v.t("cell.overdue", "time", v.lasted(v.now.Sub(due))), raw: iso(due), badge: "alarm", note: v.t("room.owes." + owes)}
	case late:
		return cell{text: v.t("cell.overdue", "time", v.lasted(v.now.Sub(due))), raw: iso(due), badge: "stale", note: v.t("room.owes." + owes)}
	}
	return cell{text: v.t("cell.in", "time", v.lasted(due.Sub(v.now))), raw: iso(due), note: v.t("room.owes." + owes)}
}

// postOptions are the posts that the visitor may read, headquarters first.
func (v *visit) postOptions() ([]option, error) {
	states, err := v.Room.Posts.States(v.r.Context(), v.who, v.mission.ID)
	if err != nil {
		return nil, err
	}
	all := []option{{"", v.t("room.hq")}}
	for i := range states {
		all = append(all, option{states[i].Post.Ref, v.postName(&states[i].Post)})
	}
	return all, nil
}

func (v *visit) postName(rec *record.Version) string {
	if name := rec.Text("name"); name != "" {
		return name
	}
	return rec.Ref
}

// ownPost is the post for which the visitor's roles are, if they are for one.
func (v *visit) ownPost() string {
	for _, g := range v.who.Grants {
		if g.Post != "" && (g.Mission == "" || g.Mission == v.mission.ID) {
			return g.Post
		}
	}
	return ""
}

// postOf is the post in the address; the visitor's own where there is none.
func (v *visit) postOf() string {
	if q := v.r.URL.Query(); q.Has("post") {
		return q.Get("post")
	}
	return v.ownPost()
}

func nameOf(all []option, value string) string {
	i := slices.IndexFunc(all, func(o option) bool { return o.value == value })
	if i < 0 {
		return value
	}
	return all[i].label
}

type boardRoom struct {
	alarms  []alarm
	log     logView
	flashes *table
	patrols *table
	posts   *table
	follow  *table
	held    *table // nil where nobody is held
	mayFlag bool   // send a flash
}

// alarm is one thing that somebody must act upon now.
type alarm struct {
	says, href, note string
	acts             []act
}

// room is the board: what is wrong first, then what is going on.
func (s *site) room(v *visit) (*page, error) {
	ctx, id := v.r.Context(), v.mission.ID
	flashes, err := v.openFlashes()
	if err != nil {
		return nil, err
	}
	patrols, err := v.openPatrols()
	if err != nil {
		return nil, err
	}
	posts, err := v.Room.Posts.States(ctx, v.who, id)
	if err != nil {
		return nil, err
	}
	open, _, err := v.Room.Log.Lines(ctx, v.who, id, operations.Page{All: true, Open: true, Limit: 10})
	if err != nil {
		return nil, err
	}
	b := boardRoom{
		flashes: v.flashTable(flashes).without("category", "status"), patrols: v.patrolTable(patrols).without("type"), posts: v.postTable(posts),
		follow: v.logTable(open), mayFlag: v.mayWrite("flash"),
	}
	b.alarms = v.alarms(flashes, patrols, posts)
	if v.mayCustody() {
		held, err := v.Room.Detentions.Held(ctx, v.who, id)
		if err != nil {
			return nil, err
		}
		b.alarms = append(b.alarms, v.custodyAlarms(held)...)
		if len(held) > 0 {
			b.held = v.detentionTable(held).without("number", "post", "status", "handed-to")
		}
	}
	late, err := v.reportAlarms()
	if err != nil {
		return nil, err
	}
	b.alarms = append(b.alarms, late...)
	if b.log, err = v.logView(v.postOf(), 8); err != nil {
		return nil, err
	}
	p := v.roomPage(v.t("room.title"), v.roomBody(b))
	p.data = map[string]any{"alarms": alarmData(b.alarms), "flashes": rowsAsData(b.flashes), "patrols": rowsAsData(b.patrols), "posts": rowsAsData(b.posts), "follow": rowsAsData(b.follow)}
	return p, nil
}

// call says who is to be called at a step of the chain: as the mission's own file
// names them, or as is usual.
func (v *visit) call(step int) string {
	if who, ok := v.mission.Rhythm.Flash.Called(step, v.lang); ok {
		return v.t("room.call", "who", who)
	}
	return v.t("room.call." + string(rune('0'+min(step, 3))))
}

func alarmData(all []alarm) []map[string]string {
	out := []map[string]string{}
	for _, a := range all {
		out = append(out, map[string]string{"says": a.says, "address": a.href})
	}
	return out
}

func (v *visit) alarms(flashes []operations.Flash, patrols []operations.Patrol, posts []operations.State) (all []alarm) {
	for i := range flashes {
		f := &flashes[i]
		if !f.Clock.Late {
			continue
		}
		a := alarm{href: v.roomLink("flash", f.Ref), note: f.Text("summary"), says: v.t("room.alarm."+f.Clock.Owes, "number", v.num(f.Number()), "time", v.lasted(v.now.Sub(f.Clock.Due)))}
		if f.Clock.Calls > 0 {
			a.note = v.call(f.Clock.Calls) + " " + a.note
		}
		if f.Clock.Owes == operations.OweAcknowledge && v.mayWrite("flash") {
			a.acts = append(a.acts, v.act(v.t("room.flash.ack"), true, "flash", f.Ref, "acknowledge"))
		}
		all = append(all, a)
	}
	for i := range patrols {
		if c := patrols[i].Clock; c.Alarm {
			all = append(all, alarm{
				href: v.roomLink("patrols", patrols[i].Ref), note: v.t("room.owes." + c.Owes),
				says: v.t("room.alarm.patrol", "name", v.patrolName(&patrols[i].Version), "time", v.lasted(v.now.Sub(c.Due))),
			})
		}
	}
	for i := range posts {
		if s := posts[i]; s.Known && !s.Reaches {
			all = append(all, alarm{href: v.roomLink("posts", s.Post.Ref), says: v.t("room.alarm.cut", "name", v.postName(&s.Post)), note: v.moment(s.Since)})
		}
	}
	return all
}

// picked are the fields of a kind as a form shows them.
func (v *visit) picked(k *kind.Kind, values url.Values, problems []kind.Problem, ids ...string) ([]formField, []datalist, error) {
	var fields []formField
	var lists []datalist
	for _, f := range pickFields(k, pick{ids: ids}) {
		x, list, err := v.formField(&f, "f."+f.ID, values, problems)
		if err != nil {
			return nil, nil, err
		}
		if list != nil {
			lists = append(lists, *list)
		}
		fields = append(fields, x)
	}
	return fields, lists, nil
}

// without keeps columns out of the page that it has no room for; sheets have them
// all the same.
func (t *table) without(ids ...string) *table {
	for i := range t.columns {
		t.columns[i].only = t.columns[i].only || slices.Contains(ids, t.columns[i].id)
	}
	return t
}
