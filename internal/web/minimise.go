package web

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// usualMinimise is how long MINIMISE lasts where nobody chooses otherwise.
const usualMinimise = 12

type minimisePage struct {
	orders  []orderLine
	history *table
	may     bool
	start   cellForm
	form    string
	token   string
	hours   []option
	scopes  []formField
	lists   []datalist
}

// orderLine is one order in force, as its page and the banner say it.
type orderLine struct {
	ref, scope, says, limit, reason string
	starter, action, share, minutes string
	since                           cell
	overdue, staged                 bool
}

func (v *visit) mayMinimise() bool { return v.may(access.Minimise, "minimise") }

func (v *visit) mayReadMinimise() bool {
	return v.Guard.May(v.who, access.Read, access.Resource{Mission: v.mission.ID, Kind: "minimise", Owner: "mission", Marking: "mission"})
}

// ordersFor are the orders in force that are for the visitor: for who was granted
// something for one contributor or post, those of theirs.
func (v *visit) ordersFor() []orderLine {
	if v.mission == nil || !v.mayReadMinimise() {
		return nil
	}
	orders, err := v.Cell.Minimises(v.r.Context(), v.who, v.mission.ID, v.now)
	if err != nil {
		v.Log.WarnContext(v.r.Context(), "MINIMISE not read for the banner")
		return nil
	}
	var all []orderLine
	for i := range orders {
		if v.concerned(&orders[i]) {
			all = append(all, v.orderLine(&orders[i]))
		}
	}
	return all
}

// concerned reports whether an order is for the visitor.
func (v *visit) concerned(m *casualty.Minimise) bool {
	return slices.ContainsFunc(v.who.Grants, func(g access.Grant) bool {
		if g.Mission != "" && g.Mission != v.mission.ID || !g.Active(v.now) || g.Role == access.RolePublic {
			return false
		}
		return (g.Owner == "" || m.Contributor == "" || g.Owner == m.Contributor) && (g.Post == "" || m.Post == "" || g.Post == m.Post)
	})
}

func (v *visit) orderLine(m *casualty.Minimise) orderLine {
	line := orderLine{
		ref: m.Ref, scope: v.scopeOf(&m.Version), overdue: m.Overdue(v.now), staged: m.State == "STAGED",
		since: v.timeCell(m.Since), starter: v.actor(m.Text("starter")), action: address(v.mission.ID, "minimise", m.Ref),
		share: v.num(m.Share), minutes: v.lasted(m.Pause),
	}
	line.says = v.t("cell.min.on", "scope", line.scope)
	switch {
	case line.staged:
		line.says = v.t("cell.min.staged", "scope", line.scope)
		line.limit = v.t("cell.min.steps", "share", line.share, "pause", line.minutes, "time", v.moment(m.Released))
	case line.overdue:
		line.limit = v.t("cell.min.overdue", "time", v.moment(m.Until), "by", v.lasted(v.now.Sub(m.Until)))
	default:
		line.limit = v.t("cell.min.until", "time", v.moment(m.Until), "left", v.lasted(m.Until.Sub(v.now)))
	}
	if reason := m.Text("reason"); reason != "" && v.may(access.SeeReason, "minimise") {
		line.reason = v.coded("minimise", "reason", reason)
	}
	return line
}

// scopeOf says for whom a record with a scope is.
func (v *visit) scopeOf(rec *record.Version) string {
	switch rec.Text("scope") {
	case "CONTRIBUTOR":
		return v.owner(rec.Text("contributor"))
	case "POST":
		ref := rec.Text("post")
		post, err := v.Reader.Record(v.r.Context(), v.who, record.Key{Mission: v.mission.ID, Kind: "post", Ref: ref}, record.AsOf{})
		if err == nil {
			return v.title(&post)
		}
		return ref
	}
	return v.coded(rec.Kind, "scope", "MISSION")
}

// minimise is the state of MINIMISE now, and all that may be done about it.
func (s *site) minimise(v *visit) (*page, error) {
	if !v.mayReadMinimise() && !v.mayMinimise() {
		return s.missing(v)
	}
	return v.minimisePage(url.Values{"f.scope": {"MISSION"}, "f.reason": {"A"}, "hours": {strconv.Itoa(usualMinimise)}}, nil)
}

func (v *visit) minimisePage(values url.Values, problems []kind.Problem) (*page, error) {
	orders, err := v.Cell.Minimises(v.r.Context(), v.who, v.mission.ID, v.now)
	if err != nil {
		return nil, err
	}
	b := minimisePage{may: v.mayMinimise(), form: newForm(), hours: v.hours(values.Get("hours"))}
	b.token = v.token(b.form)
	for i := range orders {
		b.orders = append(b.orders, v.orderLine(&orders[i]))
	}
	if b.history, err = v.minimiseTable(); err != nil {
		return nil, err
	}
	p := &page{title: v.t("cell.min.title"), bare: true, table: b.history, file: v.mission.ID + "-minimise", data: v.minimiseData(orders)}
	if b.may {
		if err := v.startFields(&b, values, problems); err != nil {
			return nil, err
		}
	}
	v.refuse(p, problems)
	p.body = v.minimiseBody(b)
	return p, nil
}

// startFields are the choices of a new order; all are made already.
func (v *visit) startFields(b *minimisePage, values url.Values, problems []kind.Problem) error {
	k, ok := v.mission.Kinds.Get("minimise")
	if !ok {
		return fail.New(fail.NotFound, v.t("web.error.page"), v.t("web.error.begin"))
	}
	b.start.problems = v.formProblems(k, problems)
	for _, f := range fieldsOf(k, "scope", "contributor", "post", "reason", "starter") {
		if f.ID == "starter" && values.Get("f.starter") == "" {
			values.Set("f.starter", v.actor(v.who.Name))
		}
		x, list, err := v.formField(&f, "f."+f.ID, values, problems)
		if err != nil {
			return err
		}
		if list != nil {
			b.lists = append(b.lists, *list)
		}
		b.start.fieldsets = append(b.start.fieldsets, fieldset{fields: []formField{x}})
		if slices.Contains([]string{"scope", "contributor", "post"}, f.ID) {
			x.id = "n." + f.ID // the same choice once more, to narrow an order
			b.scopes = append(b.scopes, x)
		}
	}
	return nil
}

func (v *visit) hours(chosen string) []option {
	var all []option
	for _, h := range []int{1, 3, 6, 12, 24} {
		all = append(all, option{strconv.Itoa(h), v.lasted(time.Duration(h) * time.Hour)})
	}
	if !slices.ContainsFunc(all, func(o option) bool { return o.value == chosen }) {
		return all
	}
	slices.SortStableFunc(all, func(a, b option) int { return btoi(b.value == chosen) - btoi(a.value == chosen) })
	return all
}

func (v *visit) minimiseTable() (*table, error) {
	t := &table{caption: v.t("cell.min.history"), empty: v.t("cell.min.never"), columns: []column{
		{id: "at", label: v.t("cell.board.since"), main: true, hxl: "#date+start"},
		{id: "state", label: v.fieldLabel("minimise", "state"), hxl: "#status"},
		{id: "scope", label: v.fieldLabel("minimise", "scope")},
		{id: "until", label: v.t("cell.min.limit"), hxl: "#date+end"},
		{id: "starter", label: v.fieldLabel("minimise", "starter"), hxl: "#contact+starter"},
	}}
	list, err := v.Lister.List(v.r.Context(), v.who, record.Query{Mission: v.mission.ID, Kind: "minimise", Limit: onPage})
	if err != nil {
		return nil, err
	}
	for i := range list.Versions {
		rec := &list.Versions[i]
		at := v.sinceCell(rec)
		at.href = v.recordLink(rec.Key)
		t.rows = append(t.rows, []cell{
			at,
			{text: v.coded("minimise", "state", rec.Text("state")), raw: rec.Text("state")},
			{text: v.scopeOf(rec), raw: rec.Text("scope")},
			v.eventCell(rec.Text("until")),
			{text: v.actor(rec.Text("starter")), raw: rec.Text("starter")},
		})
	}
	return t, nil
}

func (v *visit) minimiseData(orders []casualty.Minimise) any {
	all := make([]map[string]any, 0, len(orders))
	for i := range orders {
		m := &orders[i]
		o := map[string]any{
			"ref": m.Ref, "state": m.State, "scope": m.Scope, "contributor": m.Contributor, "post": m.Post,
			"since": iso(m.Since), "until": iso(m.Until), "overdue": m.Overdue(v.now), "starter": m.Text("starter"),
		}
		if m.State == "STAGED" {
			o["released"], o["share"], o["minutes"] = iso(m.Released), m.Share, int(m.Pause.Minutes())
		}
		if reason := m.Text("reason"); reason != "" && v.may(access.SeeReason, "minimise") {
			o["reason"] = reason
		}
		all = append(all, o)
	}
	return map[string]any{"mission": v.mission.ID, "now": iso(v.now), "on": len(all) > 0, "orders": all}
}

// minimiseStart is the second of two actions.
func (s *site) minimiseStart(v *visit) (*page, error) {
	d, err := v.minimiseForm(s)
	if err != nil {
		return nil, err
	}
	o := casualty.Order{
		Scope: d["scope"], Contributor: d["contributor"], Post: d["post"], Reason: d["reason"], Starter: d["starter"],
		Until: v.now.Add(v.chosenHours()), Form: d["@form"],
	}
	_, err = v.Cell.Begin(v.r.Context(), v.who, v.mission.ID, o)
	return v.afterMinimise(err)
}

// minimiseForm reads a form of the page: its token, and what was chosen. What
// does not belong to the scope is left out.
func (v *visit) minimiseForm(s *site) (map[string]string, error) {
	if !v.mayReadMinimise() && !v.mayMinimise() {
		_, err := s.missing(v)
		return nil, err
	}
	if !v.mayMinimise() {
		return nil, fail.New(fail.Denied, v.t("cell.min.denied"), v.t("cell.min.denied.hint"))
	}
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	if d.Fields["scope"] != "CONTRIBUTOR" {
		delete(d.Fields, "contributor")
	}
	if d.Fields["scope"] != "POST" {
		delete(d.Fields, "post")
	}
	d.Fields["@form"] = d.Form
	return d.Fields, nil
}

func (v *visit) chosenHours() time.Duration {
	h, err := strconv.Atoi(v.r.PostForm.Get("hours"))
	if err != nil || h < 1 {
		h = usualMinimise
	}
	return time.Duration(h) * time.Hour
}

func (v *visit) afterMinimise(err error) (*page, error) {
	if problems, ok := refusals(err); ok {
		return v.minimisePage(v.r.PostForm, problems)
	}
	if err != nil {
		return nil, err
	}
	return &page{goTo: address(v.mission.ID, "minimise")}, nil
}

func (v *visit) minimiseKey() record.Key {
	return record.Key{Mission: v.mission.ID, Kind: "minimise", Ref: v.r.PathValue("ref")}
}

// minimiseReview keeps an order on and says until when.
func (s *site) minimiseReview(v *visit) (*page, error) {
	if _, err := v.minimiseForm(s); err != nil {
		return nil, err
	}
	return v.afterMinimise(v.Cell.Review(v.r.Context(), v.who, v.minimiseKey(), v.now.Add(v.chosenHours())))
}

// minimiseNarrow changes for whom an order is.
func (s *site) minimiseNarrow(v *visit) (*page, error) {
	d, err := v.minimiseForm(s)
	if err != nil {
		return nil, err
	}
	return v.afterMinimise(v.Cell.Narrow(v.r.Context(), v.who, v.minimiseKey(), d["scope"], d["contributor"], d["post"]))
}

// minimiseRelease begins to lift an order in steps.
func (s *site) minimiseRelease(v *visit) (*page, error) {
	d, err := v.minimiseForm(s)
	if err != nil {
		return nil, err
	}
	share, _ := strconv.Atoi(d["share"]) // what is no number is the usual one
	minutes, _ := strconv.Atoi(d["minutes"])
	return v.afterMinimise(v.Cell.Release(v.r.Context(), v.who, v.minimiseKey(), share, time.Duration(minutes)*time.Minute))
}

// minimiseLift ends an order.
func (s *site) minimiseLift(v *visit) (*page, error) {
	if _, err := v.minimiseForm(s); err != nil {
		return nil, err
	}
	return v.afterMinimise(v.Cell.Lift(v.r.Context(), v.who, v.minimiseKey()))
}

// of is a control of which a page has one for each order.
func (f formField) of(ref string) formField {
	f.id += "-" + ref
	return f
}
