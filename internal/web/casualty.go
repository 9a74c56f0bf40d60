package web

import (
	"context"
	"slices"
	"strconv"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// Cell is what the pages of the casualty cell stand on: [casualty.Cell].
type Cell interface {
	Board(ctx context.Context, who access.Actor, mission string) ([]casualty.Case, error)
	File(ctx context.Context, who access.Actor, key record.Key) (casualty.File, error)
	Notify(ctx context.Context, who access.Actor, mission string, visit casualty.Visit) (casualty.Visited, error)
	Undeclared(ctx context.Context, who access.Actor, mission string) ([]casualty.Undeclared, error)
	Declare(ctx context.Context, who access.Actor, key record.Key, d casualty.Declaration) error
	Hold(mission string) time.Duration
	Minimises(ctx context.Context, who access.Actor, mission string, t time.Time) ([]casualty.Minimise, error)
	Begin(ctx context.Context, who access.Actor, mission string, o casualty.Order) (string, error)
	Review(ctx context.Context, who access.Actor, key record.Key, until time.Time) error
	Narrow(ctx context.Context, who access.Actor, key record.Key, scope, contributor, post string) error
	Release(ctx context.Context, who access.Actor, key record.Key, share int, pause time.Duration) error
	Lift(ctx context.Context, who access.Actor, key record.Key) error
	Notices(ctx context.Context, who access.Actor, mission string) ([]record.Version, error)
}

// owners are the contributors for whom the visitor may have been granted
// something, and "" for the mission itself.
func (v *visit) owners() []string {
	all := []string{""}
	for _, g := range v.who.Grants {
		if g.Owner != "" && !slices.Contains(all, g.Owner) {
			all = append(all, g.Owner)
		}
	}
	return all
}

// mayHeld reports whether the visitor may do something with casualties of whose
// family nobody was told yet: those of anybody, or of one contributor.
func (v *visit) mayHeld(a access.Action, field string) bool {
	return slices.ContainsFunc(v.owners(), func(owner string) bool {
		return v.Guard.May(v.who, a, access.Resource{
			Mission: v.mission.ID, Kind: "casualty", Owner: owner, Marking: "cell", Field: field, Held: true,
		})
	})
}

// inCell reports whether the visitor works on casualty files.
func (v *visit) inCell() bool { return v.mayHeld(access.Read, "") }

// onBoard reports whether the board has anything for the visitor.
func (v *visit) onBoard() bool { return v.inCell() || v.mayHeld(access.Count, "persons") }

// mayReport reports whether the visitor may begin a file.
func (v *visit) mayReport() bool {
	return v.Guard.May(v.who, access.Write, access.Resource{Mission: v.mission.ID, Kind: "casualty", Marking: "cell"})
}

func (v *visit) mayDeclare() bool { return v.may(access.Declare, "casualty") }

// mayFile reports whether the visitor may do something to a file, or to a record
// of another kind that belongs to it.
func (v *visit) mayFile(a access.Action, kindID string, f *casualty.File) bool {
	r := access.Resource{Mission: v.mission.ID, Kind: kindID, Owner: f.Casualty.Text("owner"), Marking: "cell"}
	if r.Owner == "" {
		r.Owner = f.Casualty.Text("contributor")
	}
	if kindID == "casualty" {
		r.Ref, r.Held = f.Casualty.Ref, !f.Gate.Open
		if m := f.Casualty.Text("marking"); m != "" {
			r.Marking = m
		}
	}
	return v.Guard.May(v.who, a, r)
}

type boardPage struct {
	open, opened *table // shut over, and no longer
	counts       *table // for who may count and no more
	undeclared   *table // for who may declare
}

// casualties is the cell's board: what somebody must still do something about.
func (s *site) casualties(v *visit) (*page, error) {
	p := &page{title: v.t("cell.board.title"), bare: true, file: v.mission.ID + "-casualties"}
	var b boardPage
	var err error
	switch {
	case v.inCell():
		cases, err := v.Cell.Board(v.r.Context(), v.who, v.mission.ID)
		if err != nil {
			return nil, err
		}
		b.open, b.opened = v.boardTables(cases)
		p.table, p.data = v.boardTable(cases, ""), v.boardData(cases)
	case v.mayHeld(access.Count, "persons"):
		if b.counts, err = v.countsTable(); err != nil {
			return nil, err
		}
		p.table, p.data = b.counts, rowsAsData(b.counts)
	default:
		return s.missing(v)
	}
	if v.mayDeclare() && !v.inCell() {
		if b.undeclared, err = v.undeclaredTable(); err != nil {
			return nil, err
		}
	}
	p.body = v.boardBody(b)
	return p, nil
}

func (v *visit) boardTables(cases []casualty.Case) (open, opened *table) {
	var shut, free []casualty.Case
	for _, c := range cases {
		if c.Gate.Open {
			free = append(free, c)
		} else {
			shut = append(shut, c)
		}
	}
	return v.boardTable(shut, "cell.board.shut"), v.boardTable(free, "cell.board.opened")
}

func (v *visit) boardTable(cases []casualty.Case, caption string) *table {
	t := &table{empty: v.t("cell.board.none"), columns: []column{
		{id: "ref", label: v.t("cell.board.file"), hxl: "#affected+ref", main: true},
		{id: "gate", label: v.t("cell.board.gate")},
		{id: "status", label: v.fieldLabel("casualty", "status"), hxl: "#affected+status"},
		{id: "contributor", label: v.fieldLabel("casualty", "contributor"), hxl: "#org+country"},
		{id: "kin", label: v.fieldLabel("casualty", "kin"), hxl: "#status+kin"},
		{id: "waiting", label: v.t("cell.board.clock")},
		{id: "follow", label: v.t("cell.board.follow")},
		{id: "at", label: v.t("cell.board.since"), hxl: "#date+start"},
		{id: "reported", label: v.t("web.clock.reported"), hxl: "#date+reported"},
	}}
	if caption != "" {
		t.caption = v.t(caption)
	}
	for i := range cases {
		t.rows = append(t.rows, v.boardRow(&cases[i]))
	}
	return t
}

func (v *visit) boardRow(c *casualty.Case) []cell {
	rec := &c.Casualty
	waiting := cell{text: v.t("cell.board.ran"), raw: void}
	if c.Waiting > 0 {
		waiting = cell{text: v.lasted(c.Waiting), raw: strconv.Itoa(int(c.Waiting.Seconds())), note: v.t("cell.board.untold")}
	}
	return []cell{
		{text: rec.Ref, href: v.fileLink(rec.Ref)},
		v.gateCell(c.Gate),
		{text: v.coded("casualty", "status", rec.Text("status")), raw: rec.Text("status"), note: v.coded("casualty", "cause", rec.Text("cause"))},
		{text: v.owner(rec.Text("contributor")), raw: rec.Text("contributor")},
		v.kinCell(rec),
		waiting,
		v.dutyCell(c.Duties),
		v.sinceCell(rec),
		v.timeCell(c.Reported),
	}
}

func (v *visit) kinCell(rec *record.Version) cell {
	state := rec.Text("kin")
	if state == "" {
		state = "NOT-STARTED"
	}
	c := cell{text: v.coded("casualty", "kin", state), raw: state}
	if state == "NOT-STARTED" {
		c.badge = "stale"
	}
	return c
}

// gateCell is the gate in one or two words.
func (v *visit) gateCell(g casualty.GateState) cell {
	switch {
	case g.Open:
		return cell{text: v.t("cell.gate.open"), raw: "open", badge: "open"}
	case g.OpensAt.IsZero():
		return cell{text: v.t("cell.gate.closed"), raw: "closed", badge: "closed"}
	}
	return cell{text: v.t("cell.gate.opens", "time", v.moment(g.OpensAt)), raw: iso(g.OpensAt), badge: "hold", note: v.t("cell.in", "time", v.lasted(g.OpensAt.Sub(v.now)))}
}

// dutyCell is the next follow-up report that is due.
func (v *visit) dutyCell(duties []casualty.Duty) cell {
	for _, d := range duties {
		switch {
		case d.Overdue(v.now):
			return cell{text: v.t("cell.overdue", "time", v.lasted(v.now.Sub(d.At))), raw: iso(d.At), badge: "stale", note: v.moment(d.At)}
		case !d.Done:
			return cell{text: v.t("cell.in", "time", v.lasted(d.At.Sub(v.now))), raw: iso(d.At), note: v.moment(d.At)}
		}
	}
	return cell{text: v.t("cell.board.onchange"), raw: void}
}

// sinceCell is when it happened, in three writings where the minute is known.
func (v *visit) sinceCell(rec *record.Version) cell {
	return v.eventCell(rec.Text("at"))
}

func (v *visit) timeCell(t time.Time) cell {
	if t.IsZero() {
		return cell{}
	}
	c := v.clock("web.clock.reported", t)
	out := cell{text: c.local, raw: iso(t)}
	if c.utc != "" {
		out.note = c.group + " · " + c.utc
	}
	return out
}

// lasted writes how long something took or takes.
func (v *visit) lasted(d time.Duration) string {
	m := int(d.Round(time.Minute).Minutes())
	switch {
	case m < 60:
		return v.t("cell.lasted.minutes", "m", v.num(m))
	case m < 48*60 && m%60 == 0:
		return v.t("cell.lasted.whole", "h", v.num(m/60))
	case m < 48*60:
		return v.t("cell.lasted.hours", "h", v.num(m/60), "m", v.num(m%60))
	}
	return v.t("cell.lasted.days", "d", v.num(m/(24*60)), "h", v.num(m/60%24))
}

func (v *visit) fileLink(ref string, more ...string) string {
	return address(append([]string{v.mission.ID, "casualties", ref}, more...)...)
}

// fieldLabel names a field of a kind; its id where the mission has none of it.
func (v *visit) fieldLabel(kindID, field string) string {
	if f, ok := v.field(kindID, field); ok {
		return v.in5(f.Label)
	}
	return field
}

func (v *visit) field(kindID, field string) (*kind.Field, bool) {
	k, ok := v.mission.Kinds.Get(kindID)
	if !ok {
		return nil, false
	}
	return k.Field(field)
}

// coded names a code of a field.
func (v *visit) coded(kindID, field, code string) string {
	if f, ok := v.field(kindID, field); ok && code != "" {
		return v.code(f, code)
	}
	return code
}

// countsTable is what somebody may know who may only count.
func (v *visit) countsTable() (*table, error) {
	t := &table{caption: v.t("cell.board.counts"), empty: v.t("cell.board.none"), columns: []column{
		{id: "measure", label: v.t("web.figure.measure"), main: true},
		{id: "contributor", label: v.fieldLabel("casualty", "contributor"), hxl: "#org+country"},
		{id: "persons", label: v.fieldLabel("casualty", "persons"), hxl: "#affected", number: true},
	}}
	for _, id := range []string{"casualties.deaths", "casualties.missing", "casualties.injured"} {
		d, err := v.mission.Measures.Get(id)
		if err != nil {
			continue
		}
		f, err := v.Figures.Figure(v.r.Context(), v.who, measure.Query{Mission: v.mission.ID, Measure: id, By: []string{"contributor"}})
		if err != nil {
			return nil, err
		}
		for _, row := range f.Rows {
			by := row.By["contributor"]
			t.rows = append(t.rows, []cell{
				{text: v.in5(d.Label), raw: id, href: v.in("figures", id)},
				{text: v.dimension(d, "contributor", by), raw: by},
				{text: v.dec(row.Value.String()), raw: row.Value.String()},
			})
		}
	}
	return t, nil
}

// undeclaredTable lists what waits for a named authority, by reference alone.
func (v *visit) undeclaredTable() (*table, error) {
	list, err := v.Cell.Undeclared(v.r.Context(), v.who, v.mission.ID)
	if err != nil {
		return nil, err
	}
	t := &table{caption: v.t("cell.undeclared.title"), empty: v.t("cell.undeclared.none"), columns: []column{
		{id: "ref", label: v.t("cell.board.file"), main: true},
		{id: "status", label: v.fieldLabel("casualty", "status")},
		{id: "contributor", label: v.fieldLabel("casualty", "contributor")},
		{id: "reported", label: v.t("web.clock.reported")},
	}}
	for _, u := range list {
		t.rows = append(t.rows, []cell{
			{text: u.Key.Ref, href: v.fileLink(u.Key.Ref, "declare")},
			{text: v.coded("casualty", "status", u.Status), raw: u.Status},
			{text: v.owner(u.Contributor), raw: u.Contributor},
			v.timeCell(u.Reported),
		})
	}
	return t, nil
}

func (v *visit) boardData(cases []casualty.Case) any {
	all := make([]map[string]any, 0, len(cases))
	for i := range cases {
		c := &cases[i]
		m := map[string]any{
			"ref": c.Casualty.Ref, "contributor": c.Casualty.Text("contributor"), "status": c.Casualty.Text("status"),
			"at": c.Casualty.Text("at"), "reported": iso(c.Reported), "kin": c.Casualty.Text("kin"),
			"waitingSeconds": int(c.Waiting.Seconds()), "gate": gateData(c.Gate), "href": v.fileLink(c.Casualty.Ref),
		}
		for _, d := range c.Duties {
			if !d.Done {
				m["followUp"] = map[string]any{"due": iso(d.At), "overdue": d.Overdue(v.now)}
				break
			}
		}
		all = append(all, m)
	}
	return map[string]any{"mission": v.mission.ID, "now": iso(v.now), "files": all}
}

func gateData(g casualty.GateState) map[string]any {
	return map[string]any{"open": g.Open, "opens": iso(g.OpensAt), "needs": g.Needs}
}
