package casualty

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
)

// Rights decides who may do what: [access.Guard].
type Rights interface {
	May(who access.Actor, a access.Action, r access.Resource) bool
}

// early is how far ahead of this node's clock a time of telling may lie.
const early = 5 * time.Minute

// Rules are what a casualty, a notification, a notice and MINIMISE must hold,
// beyond what their kinds say.
func Rules(rights Rights, terms func(mission string) Terms) []desk.Rule {
	r := rules{rights, terms}
	return []desk.Rule{
		{Kind: kindCasualty, Check: r.casualty},
		{Kind: kindKin, Check: r.kin},
		{Kind: kindNotification, Check: r.notification},
		{Kind: kindNotice, Check: r.notice},
		{Kind: kindMinimise, Check: r.minimise},
	}
}

// Further kinds of this domain.
const (
	kindKin          = "kin"
	kindNotification = "notification"
	kindNotice       = "notice"
	kindMinimise     = "minimise"
)

type rules struct {
	rights Rights
	terms  func(mission string) Terms
}

// hand is a draft in hand with the record as it stands.
type hand struct {
	rules
	desk.View
	draft desk.Draft
	was   map[string]journal.Value // nil when nothing stands
	found []kind.Problem
}

func (r rules) hand(ctx context.Context, v desk.View, d desk.Draft) (*hand, error) {
	h := &hand{rules: r, View: v, draft: d}
	if v.New {
		return h, nil
	}
	was, err := v.Get(ctx, v.Key.Kind, v.Key.Ref)
	if err != nil && !fail.Is(err, fail.NotFound) {
		return nil, err
	}
	h.was = was
	return h, nil
}

func (h *hand) text(field string) string { return strings.TrimSpace(h.draft.Fields[field]) }

func (h *hand) changed(fields ...string) bool {
	return slices.ContainsFunc(fields, func(f string) bool { return h.text(f) != h.was[f].Text })
}

func (h *hand) refuse(field, code string, args ...string) {
	p := kind.Problem{Field: field, Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		p.Args[args[i]] = args[i+1]
	}
	h.found = append(h.found, p)
}

func (h *hand) may(a access.Action) bool {
	return h.rights.May(h.Who, a, access.Resource{
		Mission: h.Mission, Kind: h.Key.Kind, Ref: h.Key.Ref,
		Owner: cmp.Or(h.text("owner"), h.text("contributor"), "mission"), Marking: h.text("marking"),
	})
}

// span is the time that a field names; false where it names none.
func (h *hand) span(field string) (lo, hi time.Time, ok bool) {
	d, err := edtf.Parse(h.text(field))
	if err != nil || h.text(field) == "" {
		return lo, hi, false
	}
	lo, hi = d.Bounds(h.Zone)
	return lo, hi, true
}

func (r rules) casualty(ctx context.Context, v desk.View, d desk.Draft) ([]kind.Problem, error) {
	h, err := r.hand(ctx, v, d)
	if err != nil {
		return nil, err
	}
	h.identity()
	h.kin()
	h.declared()
	h.named()
	h.clocks()
	return h.found, nil
}

// identity holds that one file is one person once anybody is named, and that a
// family that was told is the family of just this person.
func (h *hand) identity() {
	named := h.text("person") != "" || h.text("name") != "" || h.text("number") != ""
	if named && h.text("persons") != "1" {
		h.refuse("persons", "casualty-one-person", "value", h.text("persons"))
	}
	old := h.was["person"].Text
	if old != "" && h.changed("person") && h.saysTold() && !h.changed("told") {
		h.refuse("person", "kin-anew", "value", h.text("person"))
	}
}

// saysTold reports whether the kin state says that somebody was told, or need
// not be.
func (h *hand) saysTold() bool {
	return h.text("kin") == "TOLD-PRIMARY" || slices.Contains(told(), h.text("kin"))
}

// kin holds a statement that the family was told to when, by whom and of what. A
// bare code on an old sheet is taken: the gate stays closed over it.
func (h *hand) kin() {
	bare := h.draft.Row > 0 && h.text("told") == "" && h.text("told-by") == "" && h.text("told-of") == ""
	if !h.saysTold() || bare || !h.changed("kin", "told", "told-by", "told-of") {
		return
	}
	if !h.may(access.Notify) { // who may report a casualty does not open the gate over it
		h.refuse("kin", "kin-told-denied")
	}
	for _, field := range []string{"told", "told-by", "told-of"} {
		if h.text(field) == "" {
			h.refuse(field, "kin-told-needs", "kin", h.text("kin"))
		}
	}
	if of := h.text("told-of"); of != "" && of != h.text("status") {
		h.refuse("told-of", "kin-told-of", "value", of, "status", h.text("status"))
	}
	if h.text("kin") == "WAIVED" && h.text("note") == "" && h.draft.Reason == "" {
		h.refuse("note", "kin-waived-why")
	}
	lo, hi, ok := h.span("told")
	if !ok {
		return
	}
	event, _, happened := h.span("at")
	switch {
	case lo.After(h.Now.Add(early)):
		h.refuse("told", "kin-told-future", "value", h.text("told"))
	case happened && !hi.After(event):
		h.refuse("told", "kin-told-before", "value", h.text("told"), "at", h.text("at"))
	}
}

// unsure are the states out of which only a named authority declares a death.
func unsure() []string { return []string{"DUSTWUN", "MISSING", "DECEASED-UNCONFIRMED"} }

// declared holds a death out of uncertainty to a named authority. A row of a sheet
// that knows no such columns is taken from who may declare: whoever sent it is
// in its history, and the gate is shut until the family was told.
func (h *hand) declared() {
	if h.text("status") != statusDeceased || !slices.Contains(unsure(), h.was["status"].Text) {
		return
	}
	if h.draft.Row > 0 && h.text("declared-by") == "" && h.text("declared-at") == "" && h.may(access.Declare) {
		return
	}
	for _, field := range []string{"declared-by", "declared-at"} {
		if h.text(field) == "" {
			h.refuse(field, "declare-needs", "was", h.was["status"].Text)
		}
	}
	if !h.may(access.Declare) {
		h.refuse("status", "declare-denied")
	}
	if lo, _, ok := h.span("declared-at"); ok && lo.After(h.Now.Add(early)) {
		h.refuse("declared-at", "declare-future", "value", h.text("declared-at"))
	}
}

// named holds the public name back until the gate is open over the record as it
// would become, for those who may let the public have it.
func (h *hand) named() {
	if h.text("public-name") == "" || !h.changed("public-name") {
		return
	}
	if !h.may(access.Name) {
		h.refuse("public-name", "name-denied")
	}
	fields := map[string]journal.Value{}
	for id, text := range h.draft.Fields {
		fields[id] = journal.Value{Text: text}
	}
	open, at := Open(fields, h.terms(h.Mission), h.Now)
	switch {
	case !open && at.IsZero():
		h.refuse("public-name", "name-untold")
	case !open:
		h.refuse("public-name", "name-early", "opens", at.In(h.Zone).Format("2006-01-02 15:04"))
	}
}

// clocks holds the times of an evacuation to their order.
func (h *hand) clocks() {
	before, since := "", time.Time{}
	for _, field := range []string{"wounded", "requested", "wheels-up", "handover"} {
		lo, hi, ok := h.span(field)
		if !ok {
			continue
		}
		if before != "" && !hi.After(since) {
			h.refuse(field, "clocks-order", "value", h.text(field), "before", before)
		}
		if lo.After(h.Now.Add(early)) {
			h.refuse(field, "clocks-future", "value", h.text(field))
		}
		before, since = field, lo
	}
}

func (r rules) kin(ctx context.Context, v desk.View, d desk.Draft) ([]kind.Problem, error) {
	h, err := r.hand(ctx, v, d)
	if err != nil {
		return nil, err
	}
	if h.text("person") == "" && h.text("casualty") == "" {
		h.refuse("person", "kin-of-whom")
	}
	return h.found, nil
}

func (r rules) notification(ctx context.Context, v desk.View, d desk.Draft) ([]kind.Problem, error) {
	h, err := r.hand(ctx, v, d)
	if err != nil {
		return nil, err
	}
	if !h.may(access.Notify) {
		h.refuse("outcome", "notify-denied")
	}
	if h.text("kin") == "" && h.text("relation") == "" {
		h.refuse("kin", "notify-whom")
	}
	if h.text("outcome") == "WAIVED" && h.text("note") == "" {
		h.refuse("note", "kin-waived-why")
	}
	if lo, _, ok := h.span("at"); ok && lo.After(h.Now.Add(early)) {
		h.refuse("at", "kin-told-future", "value", h.text("at"))
	}
	return h.found, nil
}

func (r rules) notice(ctx context.Context, v desk.View, d desk.Draft) ([]kind.Problem, error) {
	h, err := r.hand(ctx, v, d)
	if err != nil {
		return nil, err
	}
	h.scope()
	return h.found, nil
}

// scope holds that a scope names what it is about.
func (h *hand) scope() {
	for code, field := range map[string]string{"CONTRIBUTOR": "contributor", "POST": "post"} {
		if h.text("scope") == code && h.text(field) == "" {
			h.refuse(field, "scope-needs", "scope", code)
		}
	}
}

func (r rules) minimise(ctx context.Context, v desk.View, d desk.Draft) ([]kind.Problem, error) {
	h, err := r.hand(ctx, v, d)
	if err != nil {
		return nil, err
	}
	h.scope()
	if !h.may(access.Minimise) {
		h.refuse("state", "minimise-denied")
	}
	if h.text("state") == stateStaged && h.text("released") == "" {
		h.refuse("released", "minimise-released")
	}
	lo, _, begun := h.span("at")
	_, until, limited := h.span("until")
	latest := h.Now
	if begun && lo.After(latest) {
		latest = lo
	}
	switch {
	case !limited:
		h.refuse("until", "minimise-limit")
	case h.changed("until") && until.After(latest.Add(longestMinimise+time.Minute)):
		h.refuse("until", "minimise-long", "hours", "24")
	}
	return h.found, nil
}
