package web

import (
	"io"
	"time"

	"konbit.org/konbit/internal/sitrep"
)

func (v *visit) dueLine(d sitrep.Due) dueLine {
	l := dueLine{what: v.t("report.due." + d.What), when: v.timeWords(d.At), state: v.t("report.due." + d.State)}
	l.badge = map[string]string{sitrep.DueLate: "alarm", sitrep.DueDone: "live", sitrep.DueOpen: "hold"}[d.State]
	if d.State == sitrep.DueLate {
		l.state = v.t("cell.overdue", "time", v.lasted(v.now.Sub(d.At)))
	}
	return l
}

// reportDue is the rhythm of two weeks, as a list and for calendars.
func (s *site) reportDue(v *visit) (*page, error) {
	due, err := v.Reports.Due(v.r.Context(), v.who, v.mission.ID, v.now.Add(-12*time.Hour), v.now.AddDate(0, 0, 14))
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
		return sitrep.Calendar(w, v.mission.ID, v.now, due, func(d sitrep.Due) string { return v.t("report.due." + d.What) })
	}}
	return p, nil
}
