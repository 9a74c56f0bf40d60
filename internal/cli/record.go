package cli

import (
	"context"
	"slices"
	"strings"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

type recordCommand struct {
	ofMission
	Ref      string `arg:"" help:"The record: its ref, KIND/REF or MISSION/KIND/REF."`
	Known    string `placeholder:"T" help:"Leave out what the mission was told later."`
	Recorded string `placeholder:"T" help:"Leave out what this node wrote later."`
}

// Help is the example.
func (recordCommand) Help() string {
	return "Each field with who said it, when, and on what it rests; then every version with what changed and why, " +
		"and the fields on which two desks disagree.\n\n" +
		example("konbit record mov-2024-06-25", "konbit record movement/mov-2024-06-25 --known 2024-07-01 --json")
}

// Run shows the record.
func (c recordCommand) Run(ctx context.Context, e *env) error {
	return e.read(ctx, c.Mission, func(s *session) error {
		key, err := s.find(ctx, c.Ref, c.Mission)
		if err != nil {
			return err
		}
		if s.mission, err = s.node.Mission(key.Mission); err != nil {
			return err
		}
		a, err := s.dates("", c.Known, c.Recorded)
		if err != nil {
			return err
		}
		h, err := s.node.Door.History(ctx, s.who, key, s.asOf(a))
		if err != nil {
			return err
		}
		if s.JSON {
			return s.json(recordData(&h))
		}
		return s.tellRecord(&h)
	})
}

// find gives the one record that a ref means; mission, unless "", narrows it.
func (s *session) find(ctx context.Context, ref, mission string) (record.Key, error) {
	keys, err := s.node.Door.Find(ctx, s.who, ref)
	if err != nil {
		return record.Key{}, err
	}
	if mission != "" {
		keys = slices.DeleteFunc(keys, func(k record.Key) bool { return k.Mission != mission })
	}
	switch len(keys) {
	case 0:
		return record.Key{}, fail.Newf(fail.NotFound, "konbit export --kind KIND --format csv lists the refs of a kind", "no record %q", ref)
	case 1:
		return keys[0], nil
	}
	var names []string
	for _, k := range keys {
		names = append(names, k.String())
	}
	return record.Key{}, fail.Newf(fail.Invalid, "name one: "+strings.Join(names, ", "), "%q means %d records", ref, len(keys))
}

type saidData struct {
	Value    string `json:"value"`
	Actor    string `json:"actor"`
	Source   string `json:"source"`
	Grade    string `json:"grade"`
	Reported string `json:"reported"`
	Recorded string `json:"recorded"`
	Entry    string `json:"entry"`
}

type changeData struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

type versionData struct {
	Version  int          `json:"version"`
	State    string       `json:"state"`
	Conflict bool         `json:"conflict"`
	Reported string       `json:"reported"`
	Until    string       `json:"until,omitempty"`
	Recorded string       `json:"recorded"`
	Actor    string       `json:"actor"`
	Source   string       `json:"source"`
	Grade    string       `json:"grade"`
	Reason   string       `json:"reason"`
	Batch    string       `json:"batch,omitempty"`
	Entry    string       `json:"entry"`
	Changed  []changeData `json:"changed"`
}

type conflictData struct {
	Field  string     `json:"field"`
	Values []saidData `json:"values"`
}

// recordData is a record as scripts read it.
func recordData(h *record.History) any {
	last := &h.Steps[len(h.Steps)-1]
	out := struct {
		Mission   string              `json:"mission"`
		Kind      string              `json:"kind"`
		Ref       string              `json:"ref"`
		Version   int                 `json:"version"`
		State     string              `json:"state"`
		Conflict  bool                `json:"conflict"`
		Reported  string              `json:"reported"`
		From      string              `json:"from,omitempty"`
		Until     string              `json:"until,omitempty"`
		Fields    map[string]string   `json:"fields"`
		Says      map[string]saidData `json:"says"`
		History   []versionData       `json:"history"`
		Conflicts []conflictData      `json:"conflicts"`
	}{
		Mission: h.Mission, Kind: h.Kind, Ref: h.Ref, Version: last.Number, State: stateName(last.State),
		Conflict: last.Conflict, Reported: iso(last.KnownFrom), From: iso(last.Lo), Until: iso(last.Hi),
		Fields: map[string]string{}, Says: map[string]saidData{}, History: []versionData{}, Conflicts: []conflictData{},
	}
	for name, v := range last.Fields {
		if !strings.HasPrefix(name, "@") {
			out.Fields[name] = v.Text
		}
	}
	for name, st := range last.Says {
		out.Says[name] = said(st)
	}
	for i := range h.Steps {
		out.History = append(out.History, versionOf(&h.Steps[i]))
	}
	for _, c := range last.Conflicts {
		x := conflictData{Field: c.Field}
		for _, st := range c.Statements {
			x.Values = append(x.Values, said(st))
		}
		out.Conflicts = append(out.Conflicts, x)
	}
	return out
}

func said(st record.Statement) saidData {
	return saidData{st.Value.Text, st.Actor, st.Source, st.Grade, iso(st.Reported), iso(st.Recorded), st.Entry.String()}
}

func versionOf(s *record.Step) versionData {
	v := versionData{
		Version: s.Number, State: stateName(s.State), Conflict: s.Conflict, Reported: iso(s.KnownFrom), Until: iso(s.KnownTo),
		Recorded: iso(s.Entry.Clock.Time()), Actor: s.Entry.Actor, Source: s.Entry.Source, Grade: s.Entry.Grade,
		Reason: s.Entry.Reason, Batch: s.Entry.Batch, Entry: s.Entry.ID.String(), Changed: []changeData{},
	}
	for _, c := range s.Changed {
		if !strings.HasPrefix(c.Field, "@") {
			v.Changed = append(v.Changed, changeData{c.Field, c.Old.Text, c.New.Text})
		}
	}
	return v
}

// tellRecord writes a record for people.
func (s *session) tellRecord(h *record.History) error {
	k, err := s.kind(h.Kind)
	if err != nil {
		return err
	}
	last := &h.Steps[len(h.Steps)-1]
	s.say("%s: %s  (%s)", k.Label.In(s.Lang), s.title(&last.Version), h.Key)
	state := ""
	if last.State != record.Live {
		state = ", " + s.t("cli.record."+stateName(last.State))
	}
	s.say("%s %d%s, %s %s\n", s.t("cli.record.version"), last.Number, state, s.t("common.date.known"), s.minute(last.KnownFrom))
	var rows [][]string
	for _, f := range k.AllFields() {
		v, set := last.Fields[f.ID]
		if !set {
			continue
		}
		st := last.Says[f.ID]
		rows = append(rows, []string{f.Label.In(s.Lang), s.shown(&f, v), st.Actor, s.minute(st.Reported), strings.TrimSpace(st.Source + " " + st.Grade)})
	}
	table(s.Stdout, []column{
		{head: s.t("cli.record.field")},
		{head: s.t("cli.figure.value")},
		{head: s.t("cli.record.by")},
		{head: s.t("common.date.reported")},
		{head: s.t("cli.record.source")},
	}, rows)
	s.tellConflicts(k, last)
	s.say("\n%s", s.t("cli.record.history"))
	for i := len(h.Steps) - 1; i >= 0; i-- {
		s.tellStep(k, &h.Steps[i])
	}
	return nil
}

// shown is a value for people: long texts on one line, personal ones that are
// gone as such.
func (s *session) shown(f *kind.Field, v journal.Value) string {
	switch {
	case v.Sealed != nil:
		return s.t("common.sealed")
	case v.Text == "@erased":
		return s.t("common.erased")
	case v.Text == "":
		return s.t("common.not-stated")
	}
	text := strings.Join(strings.Fields(s.value(f, v.Text)), " ")
	if r := []rune(text); len(r) > 72 {
		text = string(r[:71]) + "…"
	}
	return text
}

func (s *session) tellConflicts(k *kind.Kind, last *record.Step) {
	var list []string
	for _, c := range last.Conflicts {
		f, ok := k.Field(c.Field)
		if !ok {
			continue
		}
		var sides []string
		for _, st := range c.Statements {
			sides = append(sides, s.shown(f, st.Value)+" ("+strings.TrimSpace(st.Actor+" "+st.Source+" "+s.minute(st.Reported))+")")
		}
		list = append(list, f.Label.In(s.Lang)+": "+strings.Join(sides, " / "))
	}
	s.bullets(s.t("cli.record.conflicts"), list)
}

func (s *session) tellStep(k *kind.Kind, step *record.Step) {
	e := &step.Entry
	what := s.t("cli.record.op." + opName(e.Op, step.Number))
	s.say("  %d  %s  %s  %s", step.Number, s.minute(step.KnownFrom), what, strings.Join(nonEmpty(e.Actor, e.Source, e.Grade, e.Batch), "  "))
	if e.Reason != "" {
		s.say("%s", wrap(e.Reason, 98, "       "))
	}
	if step.Number == 1 {
		return
	}
	for _, c := range step.Changed {
		if f, ok := k.Field(c.Field); ok {
			s.say("       %s: %s -> %s", f.Label.In(s.Lang), s.shown(f, c.Old), s.shown(f, c.New))
		}
	}
}

func opName(op journal.Op, number int) string {
	switch {
	case op == journal.OpRetract:
		return "retract"
	case op == journal.OpWithdraw:
		return "withdraw"
	case number == 1:
		return "first"
	}
	return "correct"
}

func nonEmpty(list ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}
