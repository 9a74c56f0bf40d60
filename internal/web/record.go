package web

import (
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

type recordPage struct {
	k         *kind.Kind
	key       record.Key
	title     string
	now       *record.Step
	fields    []fieldLine
	clocks    []clockLine
	conflicts []conflictForm
	steps     []stepView
	used      []crumb
	refers    []referring
	heads     string
	form      string
	token     string
	rests     *table // of a source: what stands on it
	restCount record.Total
	judged    *judgement // of a claim
	unplaced  *unplaced
}

// fieldLine is a field with who said it.
type fieldLine struct {
	label string
	value cell
	says  string
	when  string
	ditto bool // said with the one above
	sourceLine
}

type sourceLine struct {
	source cell
	grade  string
}

// clockLine is one of the three clocks, in three writings.
type clockLine struct{ label, local, utc, group string }

type conflictForm struct {
	field, label string
	sides        []conflictSide
}

type conflictSide struct {
	value cell
	raw   string
	says  string
	sourceLine
}

type referring struct {
	label, href string
	list        []crumb
	count       record.Total
}

func (v *visit) key() (record.Key, *kind.Kind, error) {
	k, err := v.kind()
	if err != nil {
		return record.Key{}, nil, err
	}
	return record.Key{Mission: v.mission.ID, Kind: k.ID, Ref: v.r.PathValue("ref")}, k, nil
}

// record is the page of one record.
func (s *site) record(v *visit) (*page, error) {
	key, k, err := v.key()
	if err != nil {
		return nil, err
	}
	return v.recordPage(key, k)
}

func (v *visit) recordPage(key record.Key, k *kind.Kind) (*page, error) {
	h, err := v.Reader.History(v.r.Context(), v.who, key, v.asOf())
	if err == nil && len(h.Steps) == 0 {
		err = fail.New(fail.NotFound, "", "")
	}
	if fail.Is(err, fail.NotFound) {
		return nil, fail.New(fail.NotFound, v.t("web.error.record", "ref", key.Ref), v.t("web.error.record.hint", "list", address(key.Mission, "records", key.Kind)))
	}
	if err != nil {
		return nil, err
	}
	last := &h.Steps[len(h.Steps)-1]
	b := recordPage{k: k, key: key, title: v.title(&last.Version), now: last, heads: joinHeads(h.Heads), form: newForm()}
	b.token = v.token(b.form)
	b.fields, b.clocks = v.fieldLines(k, last), v.clocks(last)
	b.conflicts, b.steps = v.conflicts(k, last), v.steps(k, &h)
	b.used = v.usedIn(&last.Version)
	if b.refers, err = v.refersTo(key); err != nil {
		return nil, err
	}
	if b.unplaced, err = v.unplaced(k, last); err != nil {
		return nil, err
	}
	p := &page{
		title: b.title, file: key.Kind + "-" + key.Ref, table: v.historySheet(k, &h),
		crumbs: []crumb{{v.t("web.nav.records"), v.in("records")}, {v.in5(k.Plural), v.in("records", k.ID)}},
	}
	if key.Kind == "source" {
		if err := v.restsOn(&b, key.Ref); err != nil {
			return nil, err
		}
	}
	if key.Kind == "claim" && last.State == record.Live {
		if b.judged, err = v.judged(&last.Version); err != nil {
			return nil, err
		}
	}
	if len(h.Steps) > 1 {
		p.corrected = last.KnownFrom
	}
	if _, ok := position(&last.Version); ok {
		p.geo = v.features([]record.Version{last.Version})
	}
	p.data, p.body = v.historyData(&h), v.recordBody(b)
	return p, nil
}

func (v *visit) fieldLines(k *kind.Kind, step *record.Step) []fieldLine {
	var all []fieldLine
	for _, f := range k.AllFields() {
		if _, set := step.Fields[f.ID]; !set {
			continue
		}
		says := step.Says[f.ID]
		line := fieldLine{label: v.in5(f.Label), value: v.value(&f, &step.Version), says: v.actor(says.Actor)}
		if !says.Reported.IsZero() {
			line.when = v.moment(says.Reported)
		}
		line.source, line.grade = v.linkSource(says.Source), says.Grade
		if n := len(all); n > 0 {
			last := all[n-1]
			line.ditto = last.says == line.says && last.when == line.when && last.sourceLine == line.sourceLine
		}
		all = append(all, line)
	}
	return all
}

func (v *visit) linkSource(ref string) cell {
	if ref == "" {
		return cell{}
	}
	return cell{text: v.source(ref), raw: ref, href: v.in("sources", ref)}
}

// clocks keep the three times apart: when it happened, when the mission was
// told, when this node wrote it.
func (v *visit) clocks(step *record.Step) []clockLine {
	var all []clockLine
	if at := step.Text("at"); at != "" {
		line := clockLine{label: v.t("web.clock.event"), local: v.event(at)}
		if !step.Lo.IsZero() && len(at) > len("2006-01-02") && !strings.Contains(at, "/") {
			line.utc, line.group = step.Lo.UTC().Format("2006-01-02 15:04")+" UTC", v.group(step.Lo)
		}
		all = append(all, line)
	}
	all = append(all, v.clock("web.clock.reported", step.KnownFrom))
	if step.Entry.Clock != 0 {
		all = append(all, v.clock("web.clock.recorded", step.Entry.Clock.Time()))
	}
	return all
}

// clock writes one time in three ways; a day that nobody gave a minute of, in one.
func (v *visit) clock(label string, t time.Time) clockLine {
	c := clockLine{label: v.t(label), local: v.moment(t)}
	if !midnight(t.In(v.location())) {
		c.utc, c.group = t.UTC().Format("2006-01-02 15:04")+" UTC", v.group(t)
	}
	return c
}

func (v *visit) conflicts(k *kind.Kind, step *record.Step) []conflictForm {
	var all []conflictForm
	for _, c := range step.Conflicts {
		f, ok := k.Field(c.Field)
		if !ok {
			continue
		}
		x := conflictForm{field: c.Field, label: v.in5(f.Label)}
		for _, st := range c.Statements {
			probe := step.Version
			probe.Fields = map[string]journal.Value{c.Field: st.Value, f.Currency: step.Fields[f.Currency]}
			side := conflictSide{value: v.value(f, &probe), raw: st.Value.Text, says: v.t("web.record.says", "actor", v.actor(st.Actor), "when", v.moment(st.Reported))}
			side.source, side.grade = v.linkSource(st.Source), st.Grade
			x.sides = append(x.sides, side)
		}
		all = append(all, x)
	}
	return all
}

// usedIn are the measures in which a record counts as it stands.
func (v *visit) usedIn(rec *record.Version) []crumb {
	var all []crumb
	if rec.State != record.Live {
		return nil
	}
	for _, d := range v.mission.Measures.All() {
		if len(v.shown([]string{d.ID})) == 0 {
			continue
		}
		if slices.ContainsFunc(d.Terms, func(t measure.Term) bool { return fits(t, rec) }) {
			all = append(all, crumb{v.in5(d.Label), v.in("figures", d.ID)})
		}
	}
	return all
}

// fits says that a record meets all tests of a term.
func fits(t measure.Term, rec *record.Version) bool {
	if t.Kind != rec.Kind {
		return false
	}
	for field, values := range t.When {
		if !slices.Contains(values, rec.Text(field)) {
			return false
		}
	}
	for field, values := range t.Unless {
		if slices.Contains(values, rec.Text(field)) {
			return false
		}
	}
	for _, field := range t.Set {
		if rec.Text(field) == "" {
			return false
		}
	}
	return !slices.ContainsFunc(t.Unset, func(field string) bool { return rec.Text(field) != "" })
}

// refersTo are the records whose fields name this one.
func (v *visit) refersTo(key record.Key) ([]referring, error) {
	var all []referring
	for _, k := range v.mission.Kinds.All() {
		for _, f := range k.Fields {
			if f.To != key.Kind || f.Type != kind.Reference && f.Type != kind.Person {
				continue
			}
			q := record.Query{Mission: key.Mission, Kind: k.ID, AsOf: v.asOf(), Where: map[string][]string{f.ID: {key.Ref}}, Limit: 5}
			list, err := v.Lister.List(v.r.Context(), v.who, q)
			if fail.Is(err, fail.Denied) {
				continue // whoever may not read the field may not ask by it
			}
			if err != nil {
				return nil, err
			}
			if len(list.Versions) == 0 {
				continue
			}
			x := referring{label: v.in5(k.Plural) + " · " + v.in5(f.Label), href: v.link(address(key.Mission, "records", k.ID), f.ID, key.Ref)}
			if x.count, err = v.Lister.Count(v.r.Context(), v.who, q); err != nil {
				return nil, err
			}
			for i := range list.Versions {
				x.list = append(x.list, crumb{v.title(&list.Versions[i]), v.recordLink(list.Versions[i].Key)})
			}
			all = append(all, x)
		}
	}
	return all, nil
}

// source is a record page that also tells everything that rests on the source.
func (s *site) source(v *visit) (*page, error) {
	k, ok := v.mission.Kinds.Get("source")
	if !ok {
		return nil, fail.New(fail.NotFound, v.t("web.error.page"), v.t("web.error.begin"))
	}
	return v.recordPage(record.Key{Mission: v.mission.ID, Kind: "source", Ref: v.r.PathValue("ref")}, k)
}

func (v *visit) restsOn(b *recordPage, ref string) error {
	q := record.Query{Mission: v.mission.ID, AsOf: v.asOf(), Where: map[string][]string{record.FieldSource: {ref}}, Limit: 200}
	list, err := v.Lister.List(v.r.Context(), v.who, q)
	if err != nil {
		return err
	}
	if b.restCount, err = v.Lister.Count(v.r.Context(), v.who, q); err != nil {
		return err
	}
	b.rests = v.evidenceTable(list.Versions)
	b.rests.caption, b.rests.empty = v.t("web.source.rests"), v.t("web.source.nothing")
	return nil
}
