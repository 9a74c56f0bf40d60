package web

import (
	"net/url"
	"slices"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/operations"
	"konbit.org/konbit/internal/record"
)

// flashTable is flashes with what they owe.
func (v *visit) flashTable(flashes []operations.Flash) *table {
	t := &table{caption: v.t("room.flash.open"), empty: v.t("room.flash.none"), columns: []column{
		{id: "number", label: v.fieldLabel("flash", "number"), hxl: "#meta+number"},
		{id: "summary", label: v.fieldLabel("flash", "summary"), main: true, hxl: "#description"},
		{id: "category", label: v.fieldLabel("flash", "category"), hxl: "#event+type"},
		{id: "at", label: v.t("room.when"), hxl: "#date+start"},
		{id: "place", label: v.t("room.where"), hxl: "#loc"},
		{id: "due", label: v.t("room.due")},
		{id: "status", label: v.fieldLabel("flash", "status"), hxl: "#status"},
	}}
	for i := range flashes {
		f := &flashes[i]
		t.rows = append(t.rows, []cell{
			{text: v.num(f.Number())},
			{text: f.Text("summary"), href: v.roomLink("flash", f.Ref), note: v.maybeSame(f)},
			{text: v.coded("flash", "category", f.Text("category")), raw: f.Text("category")},
			v.whenCell(f.Lo),
			v.placeCell(&f.Version),
			v.dueCell(f.Clock.Owes, f.Clock.Due, f.Clock.Late, f.Clock.Calls > 0),
			v.stateCell(&f.Version, "status", map[string]string{"OPEN": "hold", "CLOSED": "agrees"}),
		})
	}
	return t
}

func (s *site) flashes(v *visit) (*page, error) {
	q := record.Query{Mission: v.mission.ID, After: v.r.URL.Query().Get("after"), Limit: 50}
	flashes, next, err := v.Room.Flashes.All(v.r.Context(), v.who, q)
	if err != nil {
		return nil, err
	}
	t := v.flashTable(flashes)
	t.caption = v.t("room.tab.flash")
	p := v.roomPage(v.t("room.tab.flash"), v.flashesBody(t, next))
	p.crumbs, p.table, p.data, p.file = v.roomCrumbs(), t, rowsAsData(t), v.mission.ID+"-flash"
	return p, nil
}

// flashForm is what is asked in the first minute. It is sent from a phone, so all
// that can be left out stands below.
func (v *visit) flashForm() cellForm {
	b := cellForm{kindID: "flash", lede: v.t("room.flash.lede"), send: v.t("room.flash.send"), picks: []pick{
		{legend: v.t("room.flash.now"), ids: []string{"category", "severity", "summary", "place"}},
		{legend: v.t("room.flash.hurt"), ids: operations.CountFields()},
		{legend: v.t("room.flash.rest"), folded: true, ids: []string{"at", "unit", "reported-by", "action", "support", "media", "lat", "lon", "incident"}},
	}}
	b.title, b.action, b.back = v.t("room.flash.new"), v.roomLink("flash", "new"), v.roomLink("flash")
	b.crumbs = v.roomCrumbs(crumb{v.t("room.tab.flash"), v.roomLink("flash")})
	b.keep = v.kindLabel("flash")
	return b
}

func (s *site) flashNew(v *visit) (*page, error) {
	if !v.mayWrite("flash") {
		return nil, v.notYours()
	}
	values := url.Values{"f.at": {v.stamped(v.now)}, "f.incident": {v.r.URL.Query().Get("incident")}}
	return v.cellPage(v.flashForm(), values, nil)
}

// placeMap is the map on which a form that asks for degrees can be shown a place;
// nil where it asks for none, or the mission has no map.
func (v *visit) placeMap(sets []fieldset) *movingMap {
	asks := func(id string) bool { return slices.ContainsFunc(sets, func(s fieldset) bool { return s.asks(id) }) }
	if len(v.mission.areas) == 0 || !asks("place") || !asks("lat") || !asks("lon") {
		return nil
	}
	m := v.movingMap(time.Time{})
	return &m
}

// notYours is said to who may read a page and do nothing there.
func (v *visit) notYours() error {
	return fail.New(fail.Denied, v.t("people.error.denied"), v.t("people.error.denied.hint"))
}

// envelope takes what was typed of every record's own fields into the draft.
func (v *visit) envelope(fields map[string]string, ids ...string) {
	for _, id := range ids {
		if text := v.sent.Get("e." + id); text != "" {
			fields[id] = text
		}
	}
}

func (s *site) flashSend(v *visit) (*page, error) {
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	v.envelope(d.Fields, "place", "lat", "lon")
	v.dated(d.Fields)
	b := v.flashForm()
	b.form = d.Form
	ref, err := v.Room.Flashes.Send(v.r.Context(), v.who, v.mission.ID, d)
	return v.settle(b, v.roomLink("flash", ref), err)
}

// flashView is one flash with all that came after it.
type flashView struct {
	operations.Flash
	ticks    ticks
	facts    []fieldLine
	counts   *table
	due      cell
	acts     []act
	follow   []followLine
	fields   []formField
	form     act
	incident cell
	late     string // the flash itself came late
	chain    []callLine
	flashes  *table
	lines    *table
	proposed []proposalView
	merged   []cell
	into     cell
	unmerge  *act
	mayWrite bool
}

// callLine is one step of the phone chain of an unread flash.
type callLine struct {
	says, at string
	due      bool // it should have been made by now
}

type followLine struct{ number, when, text, counts string }

type proposalView struct {
	rec    cell
	when   cell
	why    string
	score  string
	merge  *act
	target string
}

func (s *site) flash(v *visit) (*page, error) {
	f, err := v.Room.Flashes.Flash(v.r.Context(), v.who, v.roomKey("flash"))
	if err != nil {
		return nil, err
	}
	b, err := v.flashView(f)
	if err != nil {
		return nil, err
	}
	p := v.roomPage(v.t("room.flash.title", "number", v.num(f.Number())), v.flashBody(b))
	p.crumbs, p.table, p.file = v.roomCrumbs(crumb{v.t("room.tab.flash"), v.roomLink("flash")}), b.counts, v.mission.ID+"-flash-"+f.Ref
	p.data = map[string]any{"flash": v.version(&f.Version), "followups": v.versions(f.Follow), "counts": rowsAsData(b.counts), "owes": f.Clock.Owes, "due": iso(f.Clock.Due), "late": f.Clock.Late, "calls": f.Clock.Calls, "ticks": b.ticks.state()}
	return p, nil
}

func (v *visit) flashView(f operations.Flash) (flashView, error) {
	b := flashView{Flash: f, mayWrite: v.mayWrite("flash"), counts: v.countTable(&f)}
	b.due = v.dueCell(f.Clock.Owes, f.Clock.Due, f.Clock.Late, f.Clock.Calls > 0)
	b.facts = v.linesOf(&f.Version, []string{"category", "severity", "unit", "reported-by", "action", "support", "media", "acknowledged", "acknowledged-by", "status", "closed"})
	var err error
	if b.ticks, err = v.ticksOf(f.Key); err != nil {
		return b, err
	}
	if ref := f.Text("incident"); ref != "" {
		b.incident = cell{text: ref, href: v.roomLink("incidents", ref)}
	}
	for i := range f.Follow {
		b.follow = append(b.follow, v.followLine(&f.Follow[i]))
	}
	if f.Clock.FirstLate {
		b.late = v.t("room.flash.latefirst", "time", v.lasted(f.Clock.Sent.Sub(f.Lo)))
	}
	for i, at := range f.Clock.Chain {
		b.chain = append(b.chain, callLine{says: v.call(i + 1), at: v.group(at) + " · " + v.clockWords(at), due: i < f.Clock.Calls})
	}
	if err := v.proposals(&b, f.Text("incident")); err != nil {
		return b, err
	}
	lines, err := v.linesAbout(f.Ref)
	if err != nil {
		return b, err
	}
	b.lines = lines
	if !b.mayWrite || f.Text("status") == operations.FlashClosed {
		return b, nil
	}
	if f.Text("acknowledged") == "" {
		b.acts = append(b.acts, v.act(v.t("room.flash.ack"), true, "flash", f.Ref, "acknowledge"))
	}
	b.acts = append(b.acts, v.act(v.t("room.flash.close"), false, "flash", f.Ref, "close"))
	k, ok := v.mission.Kinds.Get("followup")
	if !ok {
		return b, nil
	}
	b.form = v.act(v.t("room.flash.follow"), true, "flash", f.Ref, "follow")
	b.fields, _, err = v.picked(k, v.typedOr(url.Values{}), v.faults, append([]string{"text"}, operations.CountFields()...)...)
	return b, err
}

// countTable keeps the first numbers beside the last.
func (v *visit) countTable(f *operations.Flash) *table {
	t := &table{caption: v.t("room.flash.hurt"), empty: v.t("room.flash.nocount"), columns: []column{
		{id: "side", label: v.t("room.flash.side"), main: true},
		{id: "first", label: v.t("room.flash.first"), number: true},
		{id: "last", label: v.t("room.flash.last"), number: true},
		{id: "by", label: v.t("room.flash.by"), number: true},
	}}
	said := func(text string) cell {
		if text == "" {
			return cell{text: v.t("room.flash.unsaid"), raw: void}
		}
		return cell{text: v.dec(text), raw: text}
	}
	for _, c := range f.Counts {
		if c.First == "" && c.Last == "" {
			continue
		}
		by := cell{text: v.t("room.flash.itself"), raw: "0"}
		if c.By > 0 {
			by = cell{text: v.num(c.By)}
		}
		t.rows = append(t.rows, []cell{{text: v.fieldLabel("flash", c.Field), raw: c.Field}, said(c.First), said(c.Last), by})
	}
	return t
}

func (v *visit) followLine(rec *record.Version) followLine {
	l := followLine{number: v.dec(rec.Text("number")), when: v.timeWords(rec.Lo), text: rec.Text("text")}
	for _, id := range operations.CountFields() {
		if text := rec.Text(id); text != "" {
			if l.counts != "" {
				l.counts += " · "
			}
			l.counts += v.fieldLabel("followup", id) + " " + v.dec(text)
		}
	}
	return l
}

func (s *site) flashAck(v *visit) (*page, error) {
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	key := v.roomKey("flash")
	return v.backTo(v.Room.Flashes.Acknowledge(v.r.Context(), v.who, key, d.Form), "flash", key.Ref)
}

func (s *site) flashFollow(v *visit) (*page, error) {
	d, err := v.typed()
	if err != nil {
		return nil, err
	}
	v.dated(d.Fields)
	key := v.roomKey("flash")
	return v.again(v.Room.Flashes.Follow(v.r.Context(), v.who, key, d), "followup", s.flash, "flash", key.Ref)
}

func (s *site) flashClose(v *visit) (*page, error) {
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	key := v.roomKey("flash")
	return v.backTo(v.Room.Flashes.Close(v.r.Context(), v.who, key, d.Form), "flash", key.Ref)
}

// maybeSame says that other incidents may be the one that an open flash is of:
// nobody looks for a double who does not know of it.
func (v *visit) maybeSame(f *operations.Flash) string {
	if f.Text("status") != operations.FlashOpen || f.Text("incident") == "" {
		return ""
	}
	all, err := v.Room.Flashes.Proposals(v.r.Context(), v.who, record.Key{Mission: f.Mission, Kind: "incident", Ref: f.Text("incident")})
	if err != nil || len(all) == 0 { // the incident may be out of the reader's sight
		return ""
	}
	return v.n("room.merge.maybe", len(all))
}

// incident is one incident with what may be the same.
func (s *site) incident(v *visit) (*page, error) {
	ctx, key := v.r.Context(), v.roomKey("incident")
	rec, err := v.Reader.Record(ctx, v.who, key, record.AsOf{})
	if err != nil {
		return nil, err
	}
	b := flashView{mayWrite: v.mayWrite("incident")}
	b.Version = rec
	b.facts = v.linesOf(&rec, append([]string{"category", "severity", "place", "killed", "injured"}, append(operations.CountFields(), "reported-by", "source")...))
	if err := v.proposals(&b, rec.Ref); err != nil {
		return nil, err
	}
	merged, err := v.Room.Flashes.Merged(ctx, v.who, key)
	if err != nil {
		return nil, err
	}
	for i := range merged {
		b.merged = append(b.merged, cell{text: v.title(&merged[i]), href: v.roomLink("incidents", merged[i].Ref), note: merged[i].Ref})
	}
	if into := rec.Text("merged-into"); into != "" {
		b.into = cell{text: into, href: v.roomLink("incidents", into)}
		if b.mayWrite {
			a := v.act(v.t("room.merge.undo"), false, "incidents", rec.Ref, "unmerge")
			b.unmerge = &a
		}
	}
	flashes, _, err := v.Room.Flashes.All(ctx, v.who, record.Query{Mission: key.Mission, Where: map[string][]string{"incident": {rec.Ref}}, Limit: 50})
	if err != nil {
		return nil, err
	}
	refs := []string{rec.Ref}
	for i := range flashes { // a line about its flash is a line about the incident
		refs = append(refs, flashes[i].Ref)
	}
	if b.lines, err = v.linesAbout(refs...); err != nil {
		return nil, err
	}
	if len(flashes) > 0 {
		b.flashes = v.flashTable(flashes)
		b.flashes.caption = v.t("room.tab.flash")
	}
	p := v.roomPage(v.title(&rec), v.incidentBody(b))
	p.crumbs, p.data = v.roomCrumbs(), map[string]any{"incident": v.version(&rec), "merged": v.versions(merged), "proposed": len(b.proposed)}
	return p, nil
}

// proposals are the incidents that may be the same as one.
func (v *visit) proposals(b *flashView, incident string) error {
	if incident == "" {
		return nil
	}
	all, err := v.Room.Flashes.Proposals(v.r.Context(), v.who, record.Key{Mission: v.mission.ID, Kind: "incident", Ref: incident})
	if fail.Is(err, fail.NotFound) { // out of the reader's sight
		return nil
	}
	for i := range all {
		b.proposed = append(b.proposed, v.proposal(&all[i], incident, b.mayWrite && v.mayWrite("incident")))
	}
	return err
}

func (v *visit) proposal(p *operations.Proposal, of string, may bool) proposalView {
	out := proposalView{
		rec: cell{text: v.title(&p.Version), href: v.roomLink("incidents", p.Ref), note: p.Ref}, when: v.whenCell(p.Lo),
		score: v.num(int(p.Score*100+0.5)) + " %", target: p.Ref,
	}
	for _, w := range p.Why {
		if out.why != "" {
			out.why += ", "
		}
		out.why += v.t("room.alike." + w)
	}
	if may {
		a := v.act(v.t("room.merge.do"), false, "incidents", of, "merge")
		out.merge = &a
	}
	return out
}

// linesAbout are the lines of the log that belong to something.
func (v *visit) linesAbout(refs ...string) (*table, error) {
	lines, err := v.Room.Log.About(v.r.Context(), v.who, v.mission.ID, refs...)
	if err != nil {
		return nil, err
	}
	t := v.logTable(lines)
	t.caption, t.empty = v.t("room.log.about"), v.t("room.log.noneabout")
	return t, nil
}

func (s *site) incidentMerge(v *visit) (*page, error) {
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	key := v.roomKey("incident")
	return v.backTo(v.Room.Flashes.Merge(v.r.Context(), v.who, key, v.sent.Get("into"), d.Form), "incidents", v.sent.Get("into"))
}

func (s *site) incidentUnmerge(v *visit) (*page, error) {
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	key := v.roomKey("incident")
	return v.backTo(v.Room.Flashes.Unmerge(v.r.Context(), v.who, key, d.Form), "incidents", key.Ref)
}
