package web

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

type filePage struct {
	f        *casualty.File
	said     string // one paragraph
	gate     gateLine
	person   []fieldLine
	clocks   []clockLine
	statuses []statusLine
	legs     []legLine
	kin      []kinLine
	told     *table
	claims   []claimLine
	readers  *table
	acts     []crumb
	facts    []fieldLine
}

// gateLine is the one thing nobody may misread on the page.
type gateLine struct {
	class, state, says string
	needs              []string
}

type statusLine struct {
	status, by, event, reason string
	clocks                    []clockLine
	sourceLine
}

type legLine struct {
	label, took, goal, bar string
	late                   bool
}

type kinLine struct {
	order, relation, name, language, phone, tel, address string
	mayBeTold, protected                                 bool
	note                                                 string
	told                                                 string
	href                                                 string
}

type claimLine struct {
	says, grade string
	source      cell
	when        string
	href        string
}

// readFile reads the file that an address names. To who is not of the cell no
// file is there, whatever the address.
func (s *site) readFile(v *visit) (*casualty.File, error) {
	if !v.inCell() {
		_, err := s.missing(v)
		return nil, err
	}
	f, err := v.Cell.File(v.r.Context(), v.who, v.casualtyKey())
	if fail.Is(err, fail.NotFound) {
		return nil, fail.New(fail.NotFound, v.t("cell.error.file"), v.t("web.error.record.hint", "list", address(v.mission.ID, "casualties")))
	}
	return &f, err
}

func (v *visit) casualtyKey() record.Key {
	return record.Key{Mission: v.mission.ID, Kind: "casualty", Ref: v.r.PathValue("ref")}
}

// casualtyFile is the file of one casualty.
func (s *site) casualtyFile(v *visit) (*page, error) {
	f, err := s.readFile(v)
	if err != nil {
		return nil, err
	}
	b := filePage{f: f, said: v.paragraph(&f.Casualty), gate: v.gateLine(f)}
	b.person, b.facts = v.personLines(f), v.factLines(&f.Casualty)
	b.clocks = v.clocks(&record.Step{Version: f.Casualty})
	b.statuses, b.legs, b.kin, b.told = v.statusLines(f), v.legLines(f), v.kinLines(f), v.toldTable(f)
	b.claims, b.acts = v.fileClaims(f), v.fileActs(f)
	if b.readers, err = v.readersTable(f); err != nil {
		return nil, err
	}
	return &page{
		title: v.t("cell.file.title", "ref", f.Casualty.Ref), bare: true, file: "casualty-" + f.Casualty.Ref,
		crumbs: v.cellCrumbs(), table: b.told, data: v.fileData(f), body: v.fileBody(b),
	}, nil
}

func (v *visit) cellCrumbs() []crumb {
	return []crumb{{v.t("cell.board.title"), address(v.mission.ID, "casualties")}}
}

// paragraph tells a casualty in one paragraph, as a report by voice would.
func (v *visit) paragraph(rec *record.Version) string {
	say := func(key, field string) string {
		f, ok := v.field("casualty", field)
		if !ok || rec.Text(field) == "" {
			return ""
		}
		return v.t(key, "value", v.value(f, rec).text)
	}
	parts := []string{
		v.t("cell.says.status", "status", v.coded("casualty", "status", rec.Text("status")), "contributor", v.owner(rec.Text("contributor")), "persons", v.dec(rec.Text("persons"))),
		say("cell.says.at", "at"), say("cell.says.place", "place"), say("cell.says.cause", "cause"),
		say("cell.says.remains", "remains"), say("cell.says.declared", "declared-by"), rec.Text("note"),
	}
	var said []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, " ")
}

func (v *visit) gateLine(f *casualty.File) gateLine {
	hold := v.lasted(max(v.Cell.Hold(v.mission.ID), fileHold(&f.Casualty)))
	g := f.Gate
	switch {
	case g.Open && g.OpensAt.IsZero():
		return gateLine{class: "open", state: v.t("cell.gate.open"), says: v.t("cell.gate.open.returned")}
	case g.Open:
		return gateLine{class: "open", state: v.t("cell.gate.open"), says: v.t("cell.gate.open.says", "time", v.moment(g.OpensAt))}
	case !g.OpensAt.IsZero():
		return gateLine{class: "hold", state: v.t("cell.gate.opens", "time", v.moment(g.OpensAt)), says: v.t("cell.gate.hold.says", "left", v.lasted(g.OpensAt.Sub(v.now)))}
	}
	line := gateLine{class: "closed", state: v.t("cell.gate.closed"), says: v.t("cell.gate.closed.says", "hold", hold)}
	for _, need := range g.Needs {
		line.needs = append(line.needs, v.t("cell.needs."+need))
	}
	return line
}

func fileHold(rec *record.Version) time.Duration {
	d, err := time.ParseDuration(rec.Text("hold") + "h")
	if err != nil {
		return 0
	}
	return d
}

// personLines are the person of the roll, or what the file itself says of them.
func (v *visit) personLines(f *casualty.File) []fieldLine {
	rec, ids := &f.Casualty, []string{"name", "number", "aliases"}
	if f.Person != nil {
		rec, ids = f.Person, []string{"name", "number", "rank", "contingent", "post", "sex", "born", "languages", "blood"}
	}
	lines := v.linesOf(rec, ids)
	if ref := f.Casualty.Text("person"); ref != "" {
		field, _ := v.field("casualty", "person")
		lines = append(lines, fieldLine{label: v.fieldLabel("casualty", "person"), value: v.value(field, &f.Casualty)})
	}
	return lines
}

// factLines is the rest of what the file says, that stands nowhere else.
func (v *visit) factLines(rec *record.Version) []fieldLine {
	return v.linesOf(rec, []string{"incident", "on-duty", "told", "told-by", "told-of", "hold", "public-name", "declared-by", "declared-at", "board"})
}

func (v *visit) linesOf(rec *record.Version, ids []string) []fieldLine {
	var all []fieldLine
	k, ok := v.mission.Kinds.Get(rec.Kind)
	if !ok {
		return nil
	}
	for _, id := range ids {
		f, ok := k.Field(id)
		if !ok {
			continue
		}
		if _, set := rec.Fields[id]; set {
			all = append(all, fieldLine{label: v.in5(f.Label), value: v.value(f, rec)})
		}
	}
	return all
}

// statusLines are newest first: what holds now stands on top.
func (v *visit) statusLines(f *casualty.File) []statusLine {
	var all []statusLine
	for i := len(f.History) - 1; i >= 0; i-- {
		h := &f.History[i]
		line := statusLine{
			status: v.coded("casualty", "status", h.Status), by: h.DeclaredBy, event: v.event(h.Event), reason: h.Reason,
			clocks: []clockLine{v.clock("web.clock.reported", h.Reported), v.clock("web.clock.recorded", h.Recorded)},
		}
		if line.by == "" {
			line.by = v.actor(h.Actor)
		}
		line.source, line.grade = v.linkSource(h.Source), h.Grade
		all = append(all, line)
	}
	return all
}

// legLines are the clocks of an evacuation against what they should be. Without
// any there is nothing to show.
func (v *visit) legLines(f *casualty.File) []legLine {
	var all []legLine
	known := false
	for _, leg := range f.Flight {
		line := legLine{label: v.fieldLabel("casualty", leg.Field), goal: v.lasted(leg.Goal), late: leg.Late, took: v.t("cell.leg.unknown")}
		if leg.Known {
			known = true
			line.took, line.bar = v.lasted(leg.Took), legBar(leg.Took, leg.Goal)
		}
		all = append(all, line)
	}
	if !known && f.Casualty.Text("wounded") == "" {
		return nil
	}
	return all
}

// legBar is a bar with a mark where it should end. The numbers stand beside it.
func legBar(took, goal time.Duration) string {
	whole := max(took, goal).Seconds() * 1.1
	class := "leg-good"
	if took > goal {
		class = "leg-late"
	}
	return fmt.Sprintf(`<svg class="leg-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">`+
		`<rect class="bar-whole" width="100" height="10"/><rect class="%s" width="%.1f" height="10"/><rect class="leg-goal" x="%.1f" width=".8" height="10"/></svg>`,
		class, max(took.Seconds(), 0)/whole*100, goal.Seconds()/whole*100)
}

func (v *visit) kinLines(f *casualty.File) []kinLine {
	var all []kinLine
	field := func(k *casualty.Kin, id string) string {
		if d, ok := v.field("kin", id); ok {
			return v.value(d, &k.Version).text
		}
		return ""
	}
	for i := range f.Kin {
		k := &f.Kin[i]
		line := kinLine{
			order: v.num(k.Order), relation: field(k, "relation"), name: field(k, "name"), language: field(k, "language"),
			phone: field(k, "phone"), address: field(k, "address"), note: field(k, "protected-note"),
			mayBeTold: k.MayBeTold, protected: k.Protected, href: v.recordLink(k.Key), tel: dial(k.Text("phone")),
		}
		if k.Told != nil {
			line.told = v.coded("notification", "outcome", k.Told.Text("outcome")) + ", " + v.event(k.Told.Text("at"))
		}
		all = append(all, line)
	}
	return all
}

// dial is a number as a telephone takes it, "" where there is none to take.
func dial(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
	if len(digits) < 3 {
		return ""
	}
	return "tel:" + digits
}

// toldTable is the log of the visits.
func (v *visit) toldTable(f *casualty.File) *table {
	t := &table{caption: v.t("cell.file.told"), empty: v.t("cell.file.told.none"), columns: []column{
		{id: "at", label: v.t("cell.told.when"), main: true, hxl: "#date+start"},
		{id: "outcome", label: v.fieldLabel("notification", "outcome"), hxl: "#status+outcome"},
		{id: "told-of", label: v.fieldLabel("notification", "told-of"), hxl: "#status+told"},
		{id: "relation", label: v.fieldLabel("notification", "relation"), hxl: "#contact+kin+relation"},
		{id: "how", label: v.fieldLabel("notification", "how"), hxl: "#modality"},
		{id: "language", label: v.fieldLabel("notification", "language"), hxl: "#meta+language"},
		{id: "notifier", label: v.fieldLabel("notification", "notifier"), hxl: "#contact+notifier"},
	}}
	for i := range f.Told {
		rec := &f.Told[i]
		row := []cell{v.sinceCell(rec)}
		row[0].href = v.recordLink(rec.Key)
		for _, id := range []string{"outcome", "told-of", "relation", "how", "language", "notifier"} {
			c := cell{text: rec.Text(id)}
			if d, ok := v.field("notification", id); ok {
				c = v.value(d, rec)
			}
			row = append(row, c)
		}
		if note := rec.Text("note"); note != "" {
			row[1].note = note
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// fileClaims are what outsiders say. They stand beside the file and never in it.
func (v *visit) fileClaims(f *casualty.File) []claimLine {
	var all []claimLine
	for i := range f.Claims {
		rec := &f.Claims[i]
		line := claimLine{says: v.title(rec), grade: rec.Text(record.FieldGrade), when: v.event(rec.Text("at")), href: v.recordLink(rec.Key)}
		line.source = v.linkSource(rec.Text(record.FieldSource))
		all = append(all, line)
	}
	return all
}

// readersTable says who read the file, to who may see that. It is nil for others.
func (v *visit) readersTable(f *casualty.File) (*table, error) {
	if v.Accounts == nil {
		return nil, nil
	}
	readings, err := v.Accounts.WhoRead(v.r.Context(), v.who, f.Casualty.Key)
	if fail.Is(err, fail.Denied) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	t := &table{caption: v.t("cell.file.readers"), empty: v.t("cell.file.readers.none"), columns: []column{
		{id: "at", label: v.t("cell.told.when"), main: true}, {id: "who", label: v.fieldLabel("reading", "who")}, {id: "event", label: v.fieldLabel("reading", "event")},
	}}
	for _, r := range readings[:min(len(readings), onPage)] {
		t.rows = append(t.rows, []cell{v.timeCell(r.At), {text: v.actor(r.Who)}, {text: v.coded("reading", "event", r.Event)}})
	}
	return t, nil
}

// fileActs are what the visitor may do next, the most pressing first.
func (v *visit) fileActs(f *casualty.File) []crumb {
	var all []crumb
	ref := f.Casualty.Ref
	add := func(ok bool, key, step string) {
		if ok {
			all = append(all, crumb{v.t(key), v.fileLink(ref, step)})
		}
	}
	add(v.mayFile(access.Notify, "notification", f), "cell.act.told", "told")
	add(v.mayFile(access.Write, "kin", f), "cell.act.kin", "kin")
	add(v.mayFile(access.Write, "casualty", f), "cell.act.status", "status")
	add(v.mayFile(access.Write, "casualty", f), "cell.act.clocks", "clocks")
	add(casualty.Unsure(f.Casualty.Text("status")) && v.mayFile(access.Declare, "casualty", f), "cell.act.declare", "declare")
	add(f.Gate.Open && f.Casualty.Text("public-name") == "" && v.mayFile(access.Name, "casualty", f), "cell.act.name", "name")
	if v.mayFile(access.Write, "casualty", f) {
		all = append(all, crumb{v.t("cell.act.all"), address(v.mission.ID, "records", "casualty", ref, "edit")})
	}
	return all
}

func (v *visit) fileData(f *casualty.File) any {
	kin := make([]map[string]any, 0, len(f.Kin))
	for i := range f.Kin {
		kin = append(kin, v.version(&f.Kin[i].Version))
	}
	history := make([]map[string]any, 0, len(f.History))
	for _, h := range f.History {
		history = append(history, map[string]any{
			"status": h.Status, "declaredBy": h.DeclaredBy, "by": h.Actor, "at": h.Event,
			"reported": iso(h.Reported), "recorded": iso(h.Recorded), "source": h.Source, "grade": h.Grade, "reason": h.Reason,
		})
	}
	legs := make([]map[string]any, 0, len(f.Flight))
	for _, l := range f.Flight {
		leg := map[string]any{"clock": l.Field, "goalSeconds": int(l.Goal.Seconds())}
		if l.Known {
			leg["tookSeconds"], leg["late"] = int(l.Took.Seconds()), l.Late
		}
		legs = append(legs, leg)
	}
	m := map[string]any{
		"mission": v.mission.ID, "casualty": v.version(&f.Casualty), "gate": gateData(f.Gate), "kin": kin,
		"notifications": v.versions(f.Told), "statuses": history, "evacuation": legs, "claims": v.versions(f.Claims),
	}
	if f.Person != nil {
		m["person"] = v.version(f.Person)
	}
	return m
}

// cellLink is the file of a record of the cell's kinds, for who works on files.
func (v *visit) cellLink(key record.Key, rec *record.Version) string {
	if !v.inCell() {
		return ""
	}
	switch key.Kind {
	case "casualty":
		return v.fileLink(key.Ref)
	case "kin", "notification":
		if ref := rec.Text("casualty"); ref != "" {
			return v.fileLink(ref)
		}
	}
	return ""
}

// fieldsOf picks fields of a kind in the order given.
func fieldsOf(k *kind.Kind, ids ...string) []kind.Field {
	var all []kind.Field
	for _, id := range ids {
		if f, ok := k.Field(id); ok {
			all = append(all, *f)
		}
	}
	return all
}

// who is a name, or what stands for it where the reader may not know it.
func (k kinLine) who() string {
	if k.name != "" {
		return k.name
	}
	return k.relation
}

// fileKicker says whose file it is, above its reference.
func (v *visit) fileKicker(f *casualty.File) string {
	marking := cmp.Or(f.Casualty.Text("marking"), "cell")
	return v.owner(f.Casualty.Text("contributor")) + " · " + v.t("common.marking."+marking)
}
