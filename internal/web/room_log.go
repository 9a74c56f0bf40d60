package web

import (
	"net/url"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/operations"
)

// logView is the log of a post with the line to write in.
type logView struct {
	post     string
	posts    []option
	lines    []logLine
	raw      []operations.LogLine
	next     string
	open     bool // open follow-ups alone
	mayWrite bool
	form     string
	token    string
	typed    url.Values
	problems []formProblem
	more     []formField // for those who want to say it field by field
	lists    []datalist
	about    []option // what the line may belong to
	shift    shiftView
	shifts   *table
	said     string // serial of the line just written
}

type logLine struct {
	number, group, clock, entered string
	late, struck, open, closed    bool
	talk, text, action, due       string
	about                         cell
	strike                        string // by whom, when and why
	closedBy                      string
	corrects                      cell // the line in whose place this one stands
	ref, href                     string
	ticks                         ticks
	form, token                   string
}

const logPageSize = 50

func (v *visit) logView(post string, limit int) (logView, error) {
	b := logView{post: post, open: v.r.URL.Query().Get("open") == "yes", mayWrite: v.mayWrite("log"), form: newForm(), typed: url.Values{}}
	b.token = v.token(b.form)
	var err error
	if b.posts, err = v.postOptions(); err != nil {
		return b, err
	}
	page := operations.Page{Post: post, Open: b.open, Signed: true, Limit: limit, After: v.r.URL.Query().Get("after")}
	lines, next, err := v.Room.Log.Lines(v.r.Context(), v.who, v.mission.ID, page)
	if err != nil {
		return b, err
	}
	b.next, b.raw = next, lines
	for i := range lines {
		line := v.logLine(&lines[i], b.mayWrite)
		if line.ticks, err = v.ticksOf(lines[i].Key); err != nil {
			return b, err
		}
		b.lines = append(b.lines, line)
	}
	if b.shift, err = v.shiftView(post); err != nil {
		return b, err
	}
	if b.mayWrite {
		if b.about, err = v.aboutOptions(); err != nil {
			return b, err
		}
	}
	if k, ok := v.mission.Kinds.Get("log"); ok && b.mayWrite {
		b.more, b.lists, err = v.logFields(k, b.typed, nil)
	}
	b.said = v.r.URL.Query().Get("said")
	return b, err
}

// logFields are what can be said of a line beside what is typed. None of them is
// needed: a browser that misses a needed field in a part that is closed does not
// send the line, and does not say why.
func (v *visit) logFields(k *kind.Kind, typed url.Values, problems []kind.Problem) ([]formField, []datalist, error) {
	fields, lists, err := v.picked(k, typed, problems, "at", "from", "to", "action", "follow-up", "due", "place")
	for i := range fields {
		fields[i].required = false
	}
	return fields, lists, err
}

func (v *visit) logLine(l *operations.LogLine, may bool) logLine {
	out := logLine{
		number: v.num(l.Number), late: l.Late, struck: l.Struck, open: l.Open, ref: l.Ref,
		text: l.Text("text"), action: l.Text("action"), href: v.recordLink(l.Key),
	}
	if l.Number == 0 {
		out.number = "–"
	}
	if !l.Lo.IsZero() {
		out.group, out.clock = v.group(l.Lo), v.clockWords(l.Lo)
	}
	out.entered = v.enteredWords(l)
	out.standing(v, l)
	if l.Text("due") != "" {
		out.due = v.event(l.Text("due"))
	}
	from, to := l.Text("from"), l.Text("to")
	if from != "" || to != "" {
		out.talk = strings.TrimSpace(from + " → " + to)
	}
	if ref := l.Text("about"); ref != "" {
		out.about = cell{text: ref, href: v.aboutLink(ref)}
	}
	if ref := l.Text("corrects"); ref != "" {
		out.corrects = cell{text: ref, href: "#" + ref}
	}
	if may && !l.Struck {
		out.form = newForm()
		out.token = v.token(out.form)
	}
	return out
}

// enteredWords say when a line was written down and by whom: beside the time of
// the event, never in its place.
func (v *visit) enteredWords(l *operations.LogLine) string {
	if l.Entered.IsZero() {
		return ""
	}
	at := v.clockWords(l.Entered)
	if !l.Lo.IsZero() && l.Lo.In(v.location()).Format(time.DateOnly) != l.Entered.In(v.location()).Format(time.DateOnly) {
		at = v.group(l.Entered) + " " + at
	}
	if l.Signed.By == "" || l.Signed.By == access.Local().Name { // a sheet does not say who
		return v.t("room.log.entered", "time", at)
	}
	return v.t("room.log.enteredby", "time", at, "who", v.actor(l.Signed.By))
}

// standing says who closed a line or struck it through.
func (out *logLine) standing(v *visit, l *operations.LogLine) {
	if l.Struck && !l.Signed.StruckAt.IsZero() {
		out.strike = v.t("room.log.struckby", "who", v.actor(l.Signed.StruckBy), "time", v.moment(l.Signed.StruckAt), "why", l.Signed.Why)
	}
	if l.Text("follow-up") == "CLOSED" && !l.Struck {
		out.closed = true
		if l.Text("closed") != "" && l.Signed.ClosedBy != "" {
			out.closedBy = v.t("room.log.closedby", "who", v.actor(l.Signed.ClosedBy), "time", v.event(l.Text("closed")))
		}
	}
}

// aboutOptions are what a line is likely to belong to now.
func (v *visit) aboutOptions() ([]option, error) {
	likely, err := v.Room.Log.Candidates(v.r.Context(), v.who, v.mission.ID)
	if err != nil {
		return nil, err
	}
	var all []option
	for i := range likely {
		c := &likely[i]
		label := []string{v.kindLabel(c.Kind) + " " + c.Short}
		for _, id := range []string{"summary", "destination"} {
			if text := c.Text(id); text != "" {
				label = append(label, shortened(text))
			}
		}
		if c.Short == "" {
			label = append(label, v.group(c.Lo))
		}
		all = append(all, option{c.Ref, strings.Join(label, " · ")})
	}
	return all, nil
}

// shortened is the beginning of a text, as a choice shows it.
func shortened(text string) string {
	const most = 60
	if r := []rune(text); len(r) > most {
		return strings.TrimSpace(string(r[:most])) + "…"
	}
	return text
}

// aboutLink leads to what a line belongs to; the first letters of a ref say what
// it is of, whoever made it. What they do not say is found by searching.
func (v *visit) aboutLink(ref string) string {
	for prefix, to := range map[string]string{"INC-": "incidents", "FLA-": "flash", "PAT-": "patrols", "SEI-": "register", "DET-": "detentions"} {
		if len(ref) > len(prefix) && strings.EqualFold(ref[:len(prefix)], prefix) {
			return v.roomLink(to, ref)
		}
	}
	return v.link(address(v.mission.ID, "search"), "q", ref)
}

// logTable is lines of the log as a table: follow-ups that are open.
func (v *visit) logTable(lines []operations.LogLine) *table {
	t := &table{caption: v.t("room.follow.title"), empty: v.t("room.follow.none"), columns: []column{
		{id: "number", label: v.fieldLabel("log", "number"), hxl: "#meta+number"},
		{id: "text", label: v.fieldLabel("log", "text"), main: true},
		{id: "at", label: v.t("room.when"), hxl: "#date+start"},
		{id: "entered", label: v.fieldLabel("log", "entered"), hxl: "#date+entered", only: true},
		{id: "post", label: v.fieldLabel("log", "post"), hxl: "#loc+post"},
		{id: "from", label: v.fieldLabel("log", "from"), only: true},
		{id: "to", label: v.fieldLabel("log", "to"), only: true},
		{id: "action", label: v.fieldLabel("log", "action"), only: true},
		{id: "follow-up", label: v.fieldLabel("log", "follow-up"), hxl: "#status+followup"},
		{id: "about", label: v.fieldLabel("log", "about"), only: true},
		{id: "state", label: v.t("room.struck"), only: true},
	}}
	for i := range lines {
		l := &lines[i]
		post := cell{text: v.t("room.hq"), raw: void}
		if l.Text("post") != "" {
			post = cell{text: v.namedPost(l.Text("post")), raw: l.Text("post")}
		}
		state := cell{raw: void}
		if l.Struck {
			state = cell{text: v.t("room.struck"), raw: "struck"}
		}
		t.rows = append(t.rows, []cell{
			{text: v.num(l.Number)},
			{text: l.Text("text"), href: v.recordLink(l.Key), struck: l.Struck},
			v.whenCell(l.Lo),
			{text: iso(l.Entered)},
			post,
			{text: l.Text("from")},
			{text: l.Text("to")},
			{text: l.Text("action")},
			v.stateCell(&l.Version, "follow-up", map[string]string{"OPEN": "stale", "CLOSED": "open"}),
			{text: l.Text("about")},
			state,
		})
	}
	return t
}

func (s *site) logPage(v *visit) (*page, error) {
	b, err := v.logView(v.postOf(), logPageSize)
	if err != nil {
		return nil, err
	}
	return v.logResult(b)
}

func (v *visit) logResult(b logView) (*page, error) {
	var err error
	if b.shifts, err = v.shiftTable(b.post); err != nil {
		return nil, err
	}
	p := v.roomPage(v.t("room.log.title", "post", nameOf(b.posts, b.post)), v.logBody(b))
	p.crumbs, p.file = v.roomCrumbs(), v.mission.ID+"-log"
	p.table = v.logTable(b.raw)
	p.data = rowsAsData(p.table)
	return p, nil
}

// logAdd writes a line and comes back to the empty one.
func (s *site) logAdd(v *visit) (*page, error) {
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	typed, post := strings.TrimSpace(v.sent.Get("line")), v.sent.Get("post")
	var problems []kind.Problem
	if typed == "" {
		problems = []kind.Problem{{Field: "text", Code: "required"}}
	} else {
		ref, err := v.Room.Log.Add(v.r.Context(), v.who, v.mission.ID, operations.Entry{Typed: typed, Post: post, Fields: d.Fields, Form: d.Form, Written: v.written()})
		if err == nil {
			return &page{goTo: v.link(v.roomLink("log"), "post", post, "said", ref)}, nil
		}
		var refused bool
		if problems, refused = refusals(err); !refused {
			return nil, err
		}
	}
	b, err := v.logView(post, logPageSize)
	if err != nil {
		return nil, err
	}
	k, _ := v.mission.Kinds.Get("log")
	b.typed, b.problems = v.sent, v.formProblems(k, problems)
	if b.more, b.lists, err = v.logFields(k, v.sent, problems); err != nil {
		return nil, err
	}
	p, err := v.logResult(b)
	if err == nil {
		v.refuse(p, problems, b.problems...)
	}
	return p, err
}

func (s *site) logClose(v *visit) (*page, error) {
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	err = v.Room.Log.Close(v.r.Context(), v.who, v.roomKey("log"), d.Fields["action"], d.Form)
	return v.backTo(err, "log")
}

func (s *site) logStrike(v *visit) (*page, error) {
	d, err := v.readForm()
	if err != nil {
		return nil, err
	}
	if d.Reason == "" {
		return nil, fail.New(fail.Invalid, v.t("web.error.reason"), v.t("web.error.reason.hint"))
	}
	if right := strings.TrimSpace(v.sent.Get("line")); right != "" {
		_, err := v.Room.Log.Correct(v.r.Context(), v.who, v.roomKey("log"), operations.Entry{Typed: right, Form: d.Form}, d.Reason)
		return v.backTo(err, "log")
	}
	return v.backTo(v.Room.Log.Strike(v.r.Context(), v.who, v.roomKey("log"), d.Reason), "log")
}

// backTo goes back to a list of the room, for the same post, or says what is wrong.
func (v *visit) backTo(err error, to ...string) (*page, error) {
	if problems, refused := refusals(err); refused && len(problems) > 0 {
		why := v.why(problems[0])
		hint := v.t("web.error.form.hint")
		if key := "refusal." + problems[0].Code + ".hint"; v.Words.Has(key) {
			hint = v.note(Note{key, problems[0].Args})
		}
		return nil, fail.New(fail.Invalid, why, hint)
	}
	if err != nil {
		return nil, err
	}
	link := v.roomLink(to...)
	if post := v.sent.Get("post"); post != "" {
		link = v.link(link, "post", post)
	}
	return &page{goTo: link}, nil
}
