package web

import (
	"io"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

const (
	onPage = 50
	onMap  = 10_000 // points of one GeoJSON; more is the work of konbit export
)

// kinds lists the tables of a mission.
func (s *site) kinds(v *visit) (*page, error) {
	t := &table{caption: v.t("web.kinds.title"), columns: []column{
		{id: "label", label: v.t("web.record.kind"), main: true},
		{id: "kind", only: true},
		{id: "records", label: v.t("web.figure.records"), number: true},
		{id: "help", label: v.t("web.kinds.holds")},
	}}
	for _, k := range v.mission.Kinds.All() {
		n, err := v.Lister.Count(v.r.Context(), v.who, v.listQuery(k.ID))
		if err != nil {
			return nil, err
		}
		t.rows = append(t.rows, []cell{
			{text: v.in5(k.Plural), href: v.in("records", k.ID)},
			{raw: k.ID},
			{text: v.howMany(n), raw: number(int(n.N))},
			{text: v.in5(k.Help)},
		})
	}
	return &page{title: v.t("web.kinds.title"), body: v.kindsBody(t), table: t, data: rowsAsData(t), file: v.mission.ID + "-kinds"}, nil
}

// listQuery asks for what had happened and was known by the dates looked at.
func (v *visit) listQuery(kindID string) record.Query {
	q := record.Query{Mission: v.mission.ID, Kind: kindID, AsOf: v.asOf()}
	if !v.when.at.IsZero() {
		q.To = v.when.at.Add(time.Second)
	}
	return q
}

func (v *visit) kind() (*kind.Kind, error) {
	id := v.r.PathValue("kind")
	k, ok := v.mission.Kinds.Get(id)
	if ok {
		return k, nil
	}
	var ids []string
	for _, k := range v.mission.Kinds.All() {
		ids = append(ids, k.ID)
	}
	return nil, fail.New(fail.NotFound, v.t("web.error.kind", "id", id),
		v.didYouMean(id, ids, func(near string) string { return address(v.mission.ID, "records", near) }))
}

type listPage struct {
	k       *kind.Kind
	table   *table
	total   record.Total
	filters []filter
	text    string
	order   record.Order
	next    string
	filled  bool // a filter or a search is set
}

// filter is a field by which the list can be narrowed.
type filter struct {
	id, label, value string
	codes            []option
}

type option struct{ value, label string }

// list is a kind as a table.
func (s *site) list(v *visit) (*page, error) {
	k, err := v.kind()
	if err != nil {
		return nil, err
	}
	q, b, err := v.readList(k)
	if err != nil {
		return nil, err
	}
	if v.format == asCSV || v.format == asXLSX {
		return &page{title: v.in5(k.Plural), export: v.export(q), file: v.mission.ID + "-" + k.ID}, nil
	}
	if b.total, err = v.Lister.Count(v.r.Context(), v.who, q); err != nil {
		return nil, err
	}
	versions, next, err := v.fetch(q)
	if err != nil {
		return nil, err
	}
	if next != "" {
		b.next = v.here("after", next)
	}
	b.table = v.recordTable(k, versions)
	p := &page{
		title: v.in5(k.Plural), body: v.listBody(b), export: v.export(q), file: v.mission.ID + "-" + k.ID,
		crumbs: []crumb{{v.t("web.nav.records"), v.in("records")}},
		data: map[string]any{
			"mission": v.mission.ID, "kind": k.ID, "at": v.eventDate(), "known": v.knownDate(),
			"count": b.total.N, "more": b.total.More, "records": v.versions(versions), "next": next,
		},
	}
	if k.Map != nil || slices.ContainsFunc(versions, func(r record.Version) bool { _, ok := position(&r); return ok }) {
		p.geo = v.features(versions)
	}
	return p, nil
}

// fetch reads one page for a reader, or as many as one map takes.
func (v *visit) fetch(q record.Query) (all []record.Version, next string, err error) {
	want := onPage
	if v.format == asGeo {
		want, q.Limit = onMap, 1000
	}
	for {
		list, err := v.Lister.List(v.r.Context(), v.who, q)
		if err != nil {
			return nil, "", err
		}
		all = append(all, list.Versions...)
		if q.After = list.Next; q.After == "" || len(all) >= want {
			return all, q.After, nil
		}
	}
}

// readList reads filters, search, order and cursor from the address.
func (v *visit) readList(k *kind.Kind) (record.Query, listPage, error) {
	query := v.r.URL.Query()
	q := v.listQuery(k.ID)
	q.Limit, q.After, q.Text = onPage, query.Get("after"), strings.TrimSpace(query.Get("q"))
	q.Order, q.Struck, q.Conflict = record.Order(query.Get("order")), query.Get("struck") == "yes", query.Get("conflict") == "yes"
	if q.Order != record.NewestFirst && q.Order != record.OldestFirst {
		return q, listPage{}, fail.New(fail.Invalid, v.t("web.error.order", "order", string(q.Order)), "?order=old")
	}
	b := listPage{k: k, text: q.Text, order: q.Order, filled: q.Text != "" || q.Struck || q.Conflict}
	for _, f := range k.AllFields() {
		values := query[f.ID]
		values = slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
		if len(values) > 0 && !slices.Contains(ownParameters(), f.ID) {
			if q.Where == nil {
				q.Where = map[string][]string{}
			}
			q.Where[f.ID], b.filled = values, true
		}
		if v.format == asHTML && f.Filter && (len(f.Codes) > 0 || f.Type == kind.Flag) {
			x := filter{id: f.ID, label: v.in5(f.Label), value: strings.Join(values, ",")}
			x.codes = v.options(&f)
			b.filters = append(b.filters, x)
		}
	}
	if source := query.Get("source"); source != "" {
		if q.Where == nil {
			q.Where = map[string][]string{}
		}
		q.Where[record.FieldSource], b.filled = []string{source}, true
	}
	return q, b, nil
}

// ownParameters are names in an address that are never a field's.
func ownParameters() []string {
	return []string{"at", "known", "lang", "q", "after", "order", "struck", "conflict", "theme", "as"}
}

// options are a field's codes in the reader's language.
func (v *visit) options(f *kind.Field) []option {
	if f.Type == kind.Flag {
		return []option{{"yes", v.t("web.value.yes")}, {"no", v.t("web.value.no")}}
	}
	var all []option
	for _, c := range f.Codes {
		all = append(all, option{c.ID, v.in5(c.Label)})
	}
	if len(all) > 40 { // long lists are looked up by name
		folded := make(map[string]string, len(all)) // folding costs more than sorting
		for _, o := range all {
			folded[o.label] = fold(o.label)
		}
		slices.SortFunc(all, func(a, b option) int { return strings.Compare(folded[a.label], folded[b.label]) })
	}
	return all
}

// recordTable is the list as it stands on the page.
func (v *visit) recordTable(k *kind.Kind, versions []record.Version) *table {
	t := &table{caption: v.in5(k.Plural), empty: v.t("web.list.none")}
	t.columns = append(t.columns, column{label: v.t("web.record.record"), main: true})
	var shown []kind.Field
	for _, f := range k.AllFields() {
		if f.Column && !slices.Contains(k.Title, f.ID) && (f.ID != "at" || k.At != "none") {
			shown = append(shown, f)
		}
	}
	for _, f := range shown {
		number := f.Type == kind.Number || f.Type == kind.Money || f.Type == kind.Quantity
		t.columns = append(t.columns, column{id: f.ID, label: v.in5(f.Label), number: number})
	}
	t.columns = append(t.columns, column{label: v.t("web.record.source")}, column{label: v.t("web.record.grade")})
	for i := range versions {
		rec := &versions[i]
		row := []cell{{text: v.title(rec), href: v.recordLink(rec.Key), note: rec.Ref, struck: rec.State != record.Live}}
		if rec.Conflict {
			row[0].note += " · " + v.t("web.record.conflict.short")
		}
		for j := range shown {
			c := v.value(&shown[j], rec)
			if shown[j].Unit == "person" && c.text != "" { // the column's name says it
				c.text = v.dec(c.raw)
			}
			c.struck = rec.State != record.Live
			row = append(row, c)
		}
		t.rows = append(t.rows, append(row, v.sourceCell(rec), cell{text: rec.Text(record.FieldGrade)}))
	}
	return t
}

// Kind gives a mission's kind to the writer of sheets.
func (s *site) Kind(missionID, id string) (*kind.Kind, bool) {
	m, ok := s.missions[missionID]
	if !ok {
		return nil, false
	}
	return m.Kinds.Get(id)
}

// export writes the whole list with the columns of a sheet that comes back as
// the same.
func (v *visit) export(q record.Query) func(io.Writer, format) error {
	return func(w io.Writer, f format) error {
		e := sheet.Exporter{Door: v.Lister, Kinds: v.site}
		_, err := e.Export(v.r.Context(), v.who, q, sheet.Target{Writer: w, Format: sheet.Format(f), Layout: sheet.Layout{HXL: true}})
		return err
	}
}

// versions are records as JSON tells them.
func (v *visit) versions(list []record.Version) []map[string]any {
	all := make([]map[string]any, 0, len(list))
	for i := range list {
		all = append(all, v.version(&list[i]))
	}
	return all
}

func (v *visit) version(rec *record.Version) map[string]any {
	fields := map[string]string{}
	for id, val := range rec.Fields {
		if val.Text != "" {
			fields[id] = val.Text
		}
	}
	m := map[string]any{
		"kind": rec.Kind, "ref": rec.Ref, "version": rec.Number, "reported": iso(rec.KnownFrom),
		"state": stateName(rec.State), "conflict": rec.Conflict, "fields": fields, "href": address(rec.Mission, "records", rec.Kind, rec.Ref),
	}
	if !rec.Lo.IsZero() {
		m["from"], m["until"] = iso(rec.Lo), iso(rec.Hi)
	}
	return m
}

func stateName(s record.State) string {
	switch s {
	case record.Struck:
		return "struck"
	case record.Withdrawn:
		return "withdrawn"
	default:
		return "live"
	}
}

// rowsAsData tells a table as a list of objects.
func rowsAsData(t *table) any {
	rows := make([]map[string]string, 0, len(t.rows))
	for _, row := range t.rows {
		m := map[string]string{}
		for i, c := range row {
			if t.columns[i].id != "" {
				m[t.columns[i].id] = c.machine()
			}
		}
		rows = append(rows, m)
	}
	return map[string]any{"rows": rows}
}
