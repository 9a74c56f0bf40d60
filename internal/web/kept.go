package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/operations"
)

// keptRoutes are for forms that a browser keeps: the page of them, which opens
// without a link, and what proves later where a kept form came from.
func (s *site) keptRoutes() []route {
	return []route{
		{"GET", "/{mission}/kept", hidden(), s.inside(s.kept)},
		{"POST", "/{mission}/kept/signals", hidden(), s.inside(s.keptSignals)},
		{"POST", "/account/outbox", own(), s.outboxKey},
	}
}

// personHeader names, in every answer to somebody signed in, whose it is: by it
// the service worker knows when the browser has changed hands.
const personHeader = "Konbit-Person"

// personKey stands for who is signed in without telling it; "" for nobody.
func (v *visit) personKey() string {
	if v.session == nil {
		return ""
	}
	mac := hmac.New(sha256.New, v.Secret)
	mac.Write([]byte("person:" + v.session.Name))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// keeps marks a form that a browser may keep until there is a link; says is what
// it is called in the list of what waits. Only who is signed in has such a list.
func (v *visit) keeps(says string) templ.Attributes {
	if v.session == nil || says == "" {
		return nil
	}
	return templ.Attributes{"data-keep": says}
}

// keepsNew is what a form for a new record is called in that list. What is about
// persons is never kept: a telephone is lost more easily than a server.
func (v *visit) keepsNew(b formPage) string {
	if b.key.Ref != "" {
		return ""
	}
	for _, f := range b.k.AllFields() {
		if f.Personal {
			return ""
		}
	}
	return v.in5(b.k.Label)
}

var formID = regexp.MustCompile(`^[A-Z2-7]{20}$`)

// outboxKey gives the token of a form that was made or kept in a browser, for the
// session of now: a form kept for hours outlives its session. Only a page of this
// site can read the answer, so it proves what a token proves.
func (s *site) outboxKey(v *visit) (*page, error) {
	if v.session == nil {
		return nil, v.notYours()
	}
	sent, err := v.posted()
	if err != nil {
		return nil, err
	}
	form := sent.Get("form")
	if !formID.MatchString(form) {
		return nil, fail.New(fail.Denied, v.t("web.error.token"), v.t("web.error.token.hint"))
	}
	return &page{secret: true, data: map[string]any{"form": form, "token": v.token(form), "person": v.personKey()}}, nil
}

// oldest is how long after it was written a kept form still says when that was.
const oldest = 60 * 24 * time.Hour

// written is when what was sent was written: now, or as long ago as the browser
// kept it. It is counted in seconds, so that a telephone whose clock is wrong
// still says it right.
func (v *visit) written() time.Time {
	seconds, err := strconv.Atoi(v.sent.Get("age"))
	if err != nil || seconds <= 0 || time.Duration(seconds)*time.Second > oldest {
		return v.now
	}
	return v.now.Add(-time.Duration(seconds) * time.Second)
}

// dated says when a kept form was written, where it does not say when it happened.
func (v *visit) dated(fields map[string]string) {
	if at := v.written(); fields["at"] == "" && at.Before(v.now) {
		fields["at"] = iso(at)
	}
}

// mayKeep reports whether the visitor has any form on the page of them.
func (v *visit) mayKeep() bool {
	return v.inRoom() && slices.ContainsFunc([]string{"flash", "log", "checkin", "followup", "input", "signals"}, v.mayWrite)
}

// keptForm is one form of the page that opens without a link.
type keptForm struct {
	id, title string
	opens     string // the address whose page it stands for
	says      string // in the list of what waits
	to        string
	send      string
	form      string
	token     string
	fields    []formField
	post      bool        // asks for a post, and has the lines of a return
	signals   *returnForm // nil for none
}

// mostKept bounds how many flashes and patrols have a form of their own.
const mostKept = 12

// kept is the page of the forms alone. Nothing of the record stands on it but
// numbers, call signs and posts, so that a browser may keep it.
func (s *site) kept(v *visit) (*page, error) {
	var all []keptForm
	for _, add := range []func() ([]keptForm, error){v.keptFlash, v.keptLine, v.keptPatrols, v.keptFollows, v.keptInput, v.keptReturn} {
		forms, err := add()
		if err != nil {
			return nil, err
		}
		all = append(all, forms...)
	}
	if len(all) == 0 {
		return s.missing(v)
	}
	posts, err := v.postOptions()
	if err != nil {
		return nil, err
	}
	p := &page{title: v.t("kept.title"), bare: true, kept: true, body: v.keptBody(all, posts)}
	p.data = map[string]any{"forms": keptData(all)}
	return p, nil
}

func keptData(all []keptForm) []map[string]string {
	out := []map[string]string{}
	for _, f := range all {
		out = append(out, map[string]string{"says": f.says, "address": f.to})
	}
	return out
}

// keptFrom makes a form of some fields of a kind. The page has many forms, so the
// ids of their fields begin with the form's.
func (v *visit) keptFrom(f keptForm, kindID string, values url.Values, ids ...string) ([]keptForm, error) {
	k, ok := v.mission.Kinds.Get(kindID)
	if !ok || !v.mayWrite(kindID) {
		return nil, nil
	}
	fields, _, err := v.picked(k, values, nil, ids...)
	if err != nil {
		return nil, err
	}
	for i := range fields {
		fields[i].id, fields[i].list = f.id+"."+fields[i].id, ""
	}
	f.fields = append(f.fields, fields...)
	f.form = newForm()
	f.token = v.token(f.form)
	if f.says == "" {
		f.says = f.title
	}
	return []keptForm{f}, nil
}

func (v *visit) keptFlash() ([]keptForm, error) {
	to := v.roomLink("flash", "new")
	f := keptForm{id: "flash", title: v.t("room.flash.new"), says: v.kindLabel("flash"), opens: to, to: to, send: v.t("room.flash.send")}
	return v.keptFrom(f, "flash", url.Values{}, append([]string{"category", "severity", "summary", "place"}, operations.CountFields()...)...)
}

func (v *visit) keptLine() ([]keptForm, error) {
	if !v.mayWrite("log") {
		return nil, nil
	}
	to := v.roomLink("log")
	f := keptForm{id: "log", title: v.t("room.log.line"), says: v.kindLabel("log"), opens: to, to: to, send: v.t("room.log.write"), post: true}
	f.form = newForm()
	f.token = v.token(f.form)
	f.fields = []formField{{id: "log.line", name: "line", label: v.t("room.log.line"), help: v.t("room.log.example"), control: "input", required: true}}
	return []keptForm{f}, nil
}

// keptPatrols are those that are out or to leave, by number and call sign: where
// they go is not kept.
func (v *visit) keptPatrols() (all []keptForm, err error) {
	open, err := v.Room.Patrols.Open(v.r.Context(), v.who, v.mission.ID)
	if err != nil {
		return nil, err
	}
	step, ok := v.field("checkin", "step")
	if !ok {
		return nil, nil
	}
	for i := range open {
		p := &open[i]
		if status := p.Text("status"); status != operations.PatrolPlanned && status != operations.PatrolOut || len(all) == mostKept {
			continue
		}
		name := v.dec(p.Text("number"))
		if sign := p.Text("call-sign"); sign != "" {
			name += " " + sign
		}
		to := v.roomLink("patrols", p.Ref)
		f := keptForm{id: "patrol-" + p.Ref, title: v.t("room.patrol.title", "name", name), opens: to, to: to + "/step", send: v.t("kept.step")}
		next := formField{id: f.id + ".step", name: "step", label: v.in5(step.Label), control: "select", required: true, value: "CHECK", options: v.options(step)}
		if p.Text("status") == operations.PatrolPlanned {
			next.value = "OUT"
		}
		f.fields = []formField{next}
		forms, err := v.keptFrom(f, "checkin", url.Values{}, "text", "place")
		if err != nil {
			return nil, err
		}
		all = append(all, forms...)
	}
	return all, nil
}

func (v *visit) keptFollows() (all []keptForm, err error) {
	open, err := v.Room.Flashes.Open(v.r.Context(), v.who, v.mission.ID)
	if err != nil {
		return nil, err
	}
	for i := range open {
		if len(all) == mostKept {
			break
		}
		f := &open[i]
		to := v.roomLink("flash", f.Ref)
		title := v.t("kept.follow", "number", v.num(f.Number()))
		forms, err := v.keptFrom(keptForm{id: "follow-" + f.Ref, title: title, opens: to, to: to + "/follow", send: v.t("room.flash.follow")},
			"followup", url.Values{}, append([]string{"text"}, operations.CountFields()...)...)
		if err != nil {
			return nil, err
		}
		all = append(all, forms...)
	}
	return all, nil
}

func (v *visit) keptInput() ([]keptForm, error) {
	if !v.mayReports() || !v.mayWrite("input") {
		return nil, nil
	}
	to := v.reportLink("input")
	day, err := v.Reports.Making(v.r.Context(), v.mission.ID)
	if err != nil {
		return nil, err
	}
	values := url.Values{"f.for": {day}}
	return v.keptFrom(keptForm{id: "input", title: v.t("report.input.title"), opens: to, to: to, send: v.t("report.input.send"), post: true},
		"input", values, "for", "section", "text", "nil")
}

func (v *visit) keptReturn() ([]keptForm, error) {
	if !v.mayWrite("signals") {
		return nil, nil
	}
	b := v.returnForm("signals", nil)
	f := keptForm{
		id: "signals", title: b.title, says: b.title, opens: v.roomLink("posts"), to: address(v.mission.ID, "kept", "signals"), send: b.does,
		form: b.form, token: b.token, post: true, signals: &b,
	}
	return []keptForm{f}, nil
}

// keptSignals is the return of a post that is named in the form.
func (s *site) keptSignals(v *visit) (*page, error) {
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	post := v.sent.Get("post")
	if post == "" {
		k, _ := v.mission.Kinds.Get("signals")
		return v.refusedForm(k, []kind.Problem{{Field: "post", Code: "required"}})
	}
	return v.returned("signals", post, d.Form)
}

// refusedForm says what is wrong with a form whose page is not to be shown again.
func (v *visit) refusedForm(k *kind.Kind, problems []kind.Problem) (*page, error) {
	said := v.formProblems(k, problems)
	p := &page{title: v.n("web.form.problems", len(problems)), bare: true, body: v.problemBody(http.StatusUnprocessableEntity, v.n("web.form.problems", len(problems)), said[0].label+": "+said[0].why)}
	v.refuse(p, problems, said...)
	return p, nil
}
