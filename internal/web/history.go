package web

import (
	"sort"
	"strings"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// stepView is a version as readable history.
type stepView struct {
	number  int
	day     string
	group   string
	said    string // what happened in one line
	by      string
	reason  string
	changes []changeView
	sourceLine
	state    string
	conflict bool
	asKnown  string // address of the record as it was known then
	entry    string
}

type changeView struct {
	label    string
	old, new cell
}

// steps tells the history, the newest first.
func (v *visit) steps(k *kind.Kind, h *record.History) []stepView {
	all := make([]stepView, 0, len(h.Steps))
	for i := len(h.Steps) - 1; i >= 0; i-- {
		all = append(all, v.step(k, &h.Steps[i]))
	}
	return all
}

func (v *visit) step(k *kind.Kind, s *record.Step) stepView {
	x := stepView{
		number: s.Number, day: v.moment(s.KnownFrom), group: v.clock("", s.KnownFrom).group, by: v.actor(s.Entry.Actor), reason: s.Entry.Reason,
		state: stateName(s.State), conflict: s.Conflict, entry: s.Entry.ID.String(),
	}
	x.source, x.grade = v.linkSource(s.Entry.Source), s.Entry.Grade
	x.asKnown = v.link(address(s.Mission, "records", s.Kind, s.Ref), "known", iso(s.KnownFrom))
	switch {
	case s.Entry.Op == journal.OpRetract:
		x.said = v.t("web.history.struck")
	case s.Entry.Op == journal.OpWithdraw:
		x.said = v.t("web.history.withdrawn")
	case s.Number == 1:
		x.said = v.t("web.history.first")
	default:
		x.said = v.n("web.history.corrected", len(s.Changed))
	}
	for _, c := range sortedChanges(k, s.Changed) {
		f, ok := k.Field(c.Field)
		if !ok {
			continue // the envelope stands in the line below
		}
		x.changes = append(x.changes, changeView{label: v.in5(f.Label), old: v.valueOf(f, s, c.Old), new: v.valueOf(f, s, c.New)})
	}
	return x
}

// valueOf writes one value of a change.
func (v *visit) valueOf(f *kind.Field, s *record.Step, val journal.Value) cell {
	probe := s.Version
	probe.Fields = map[string]journal.Value{f.ID: val}
	if f.Currency != "" {
		probe.Fields[f.Currency] = s.Fields[f.Currency]
	}
	return v.value(f, &probe)
}

// sortedChanges are in the order of the kind's fields.
func sortedChanges(k *kind.Kind, changes []record.Change) []record.Change {
	place := map[string]int{}
	for i, f := range k.AllFields() {
		place[f.ID] = i
	}
	all := append([]record.Change(nil), changes...)
	sort.SliceStable(all, func(i, j int) bool { return place[all[i].Field] < place[all[j].Field] })
	return all
}

// historyData is a record and its history as JSON.
func (v *visit) historyData(h *record.History) any {
	last := &h.Steps[len(h.Steps)-1]
	data := v.version(&last.Version)
	data["mission"] = h.Mission
	var steps []map[string]any
	for i := range h.Steps {
		s := &h.Steps[i]
		x := v.version(&s.Version)
		x["actor"], x["source"], x["grade"], x["reason"], x["entry"] = s.Entry.Actor, s.Entry.Source, s.Entry.Grade, s.Entry.Reason, s.Entry.ID.String()
		x["recorded"] = iso(s.Entry.Clock.Time())
		changed := []map[string]string{}
		for _, c := range s.Changed {
			changed = append(changed, map[string]string{"field": c.Field, "old": c.Old.Text, "new": c.New.Text})
		}
		x["changed"] = changed
		steps = append(steps, x)
	}
	data["history"] = steps
	var conflicts []map[string]any
	for _, c := range last.Conflicts {
		var values []map[string]string
		for _, st := range c.Statements {
			values = append(values, map[string]string{"value": st.Value.Text, "actor": st.Actor, "source": st.Source, "grade": st.Grade, "reported": iso(st.Reported)})
		}
		conflicts = append(conflicts, map[string]any{"field": c.Field, "values": values})
	}
	data["conflicts"] = conflicts
	return data
}

// historySheet is the history as rows: one a change.
func (v *visit) historySheet(k *kind.Kind, h *record.History) *table {
	t := &table{columns: []column{
		{id: "ref", hxl: "#meta+id"},
		{id: "version"},
		{id: "reported", hxl: "#date+reported"},
		{id: "field"},
		{id: "old"},
		{id: "new"},
		{id: "actor"},
		{id: "source", hxl: "#meta+source"},
		{id: "grade", hxl: "#meta+grade"},
		{id: "reason"},
		{id: "state"},
	}}
	for i := range h.Steps {
		s := &h.Steps[i]
		row := func(c record.Change) []cell {
			return []cell{
				{text: s.Ref},
				{text: number(s.Number)},
				{text: iso(s.KnownFrom)},
				{text: c.Field},
				{text: c.Old.Text},
				{text: c.New.Text},
				{text: s.Entry.Actor},
				{text: s.Entry.Source},
				{text: s.Entry.Grade},
				{text: s.Entry.Reason},
				{text: stateName(s.State)},
			}
		}
		changed := sortedChanges(k, s.Changed)
		if len(changed) == 0 {
			changed = []record.Change{{}}
		}
		for _, c := range changed {
			t.rows = append(t.rows, row(c))
		}
	}
	return t
}

func joinHeads(heads []journal.ID) string {
	all := make([]string, len(heads))
	for i, h := range heads {
		all[i] = h.String()
	}
	return strings.Join(all, " ")
}

// brief are the changes for a list: the short ones, three at most. Long texts
// are read on the record's own page.
func brief(changes []changeView) []changeView {
	var all []changeView
	for _, c := range changes {
		if len(c.old.text)+len(c.new.text) <= 120 && len(all) < 3 {
			all = append(all, c)
		}
	}
	return all
}
