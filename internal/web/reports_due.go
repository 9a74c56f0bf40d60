package web

import (
	"cmp"
	"io"
	"slices"
	"time"

	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/sitrep"
)

// whatIsDue is the rhythm from twelve hours ago, with what flash reports and casualty
// files owe, of those that the visitor may read.
func (v *visit) whatIsDue(until time.Time) ([]sitrep.Due, error) {
	ctx, id := v.r.Context(), v.mission.ID
	all, err := v.Reports.Due(ctx, v.who, id, v.now.Add(-12*time.Hour), until)
	if err != nil {
		return nil, err
	}
	add := func(ref, says string, at time.Time) {
		d := sitrep.Due{ID: ref, What: "owed", Says: says, At: at, State: sitrep.DueOpen}
		if !v.now.Before(at) {
			d.State = sitrep.DueLate
		}
		all = append(all, d)
	}
	if v.inRoomFor("flash") {
		flashes, err := v.Room.Flashes.Open(ctx, v.who, id)
		if err != nil {
			return nil, err
		}
		for i := range flashes {
			if f := &flashes[i]; f.Clock.Owes != "" && !f.Clock.Due.IsZero() {
				says := v.t("report.due.flash", "number", v.num(f.Number()), "what", v.t("room.owes."+f.Clock.Owes))
				add("flash-"+f.Ref+"-"+f.Clock.Owes, says, f.Clock.Due)
			}
		}
	}
	if v.inCell() {
		cases, err := v.Cell.Board(ctx, v.who, id)
		if err != nil {
			return nil, err
		}
		for i := range cases {
			for _, d := range cases[i].Duties {
				if !d.Done {
					add("casualty-"+cases[i].Casualty.Ref, v.t("report.due.casualty", "ref", cases[i].Casualty.Ref), d.At)
					break
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b sitrep.Due) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

func (v *visit) dueWords(d sitrep.Due) string {
	if d.Says != "" {
		return d.Says
	}
	return v.t("report.due." + d.What)
}

func (v *visit) dueLine(d sitrep.Due) dueLine {
	l := dueLine{what: v.dueWords(d), when: v.timeWords(d.At), state: v.t("report.due." + d.State)}
	l.badge = map[string]string{sitrep.DueLate: "alarm", sitrep.DueDone: "live", sitrep.DueOpen: "hold", sitrep.DuePast: "unknown"}[d.State]
	if d.State == sitrep.DueLate {
		l.state = v.t("cell.overdue", "time", v.lasted(v.now.Sub(d.At)))
	}
	return l
}

// missionOver reports whether the mission has ended: nobody waits for its reports.
func (v *visit) missionOver() bool {
	ended, err := edtf.Parse(v.mission.Ended)
	if v.mission.Ended == "" || err != nil {
		return false
	}
	first, _ := ended.Bounds(v.location())
	return first.Before(v.now)
}

// reportAlarms are the daily reports that should be out and are not, from the minute
// at which the duty officer is told, for two days.
func (v *visit) reportAlarms() (all []alarm, err error) {
	if !v.mayReports() || v.missionOver() {
		return nil, nil
	}
	due, err := v.Reports.Due(v.r.Context(), v.who, v.mission.ID, v.now.Add(-48*time.Hour), v.now.Add(12*time.Hour))
	if err != nil {
		return nil, err
	}
	for _, told := range due {
		i := slices.IndexFunc(due, func(d sitrep.Due) bool { return d.What == "issue" && d.Day == told.Day })
		if told.What != "remind" || told.State != sitrep.DueLate || i < 0 {
			continue
		}
		a := alarm{href: v.reportLink(), says: v.t("report.alarm", "time", v.timeWords(due[i].At))}
		if due[i].State == sitrep.DueLate {
			a.says = v.t("report.alarm.late", "time", v.timeWords(due[i].At), "late", v.lasted(v.now.Sub(due[i].At)))
		}
		inputs, err := v.Reports.Inputs(v.r.Context(), v.who, v.mission.ID, told.Day, record.AsOf{})
		if err != nil {
			return nil, err
		}
		n, m := sitrep.Received(inputs)
		a.note = v.t("report.alarm.inputs", "inputs", v.t("report.inputs", "n", v.num(n), "m", v.num(m)))
		all = append(all, a)
	}
	return all, nil
}

// reportDue is the rhythm of two weeks, as a list and for calendars.
func (s *site) reportDue(v *visit) (*page, error) {
	due, err := v.whatIsDue(v.now.AddDate(0, 0, 14))
	if err != nil {
		return nil, err
	}
	t := &table{caption: v.t("report.due.title"), columns: []column{{id: "at", label: v.t("room.when"), main: true}, {id: "what", label: v.t("report.due.title")}, {id: "state", label: v.fieldLabel("report", "status")}}}
	for _, d := range due {
		l := v.dueLine(d)
		t.rows = append(t.rows, []cell{v.timeCell(d.At), {text: l.what, raw: d.What}, {text: l.state, raw: d.State, badge: l.badge}})
	}
	p := &page{title: v.t("report.due.title"), bare: true, body: v.dueBody(t), table: t, data: rowsAsData(t), file: v.mission.ID + "-due", crumbs: []crumb{{v.t("report.title"), v.reportLink()}}}
	p.papers = map[format]func(io.Writer) error{asICS: func(w io.Writer) error {
		return sitrep.Calendar(w, v.mission.ID, v.now, due, v.dueWords)
	}}
	return p, nil
}
