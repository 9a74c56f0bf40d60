package operations

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// The kinds of the duty log.
const (
	kindLog   = "log"
	kindShift = "shift"
)

// The states of a follow-up and of a shift.
const (
	followOpen   = "OPEN"
	followClosed = "CLOSED"
	shiftOn      = "ON"
	shiftHanded  = "HANDED"
)

// The ends of a shift: taken over by the next, who may have had to do without the
// signature of the one before.
const (
	ShiftTaken    = "TAKEN"
	ShiftRelieved = "RELIEVED"
)

// late is how long after its event a line may be entered before the log says so.
const late = 30 * time.Minute

// Striker strikes a record through: [desk.Desk].
type Striker interface {
	Retract(ctx context.Context, who access.Actor, key record.Key, reason string) error
}

// LogOptions are what a [Log] is made of. All are needed but Desk and Striker,
// without which it only reads.
type LogOptions struct {
	Door    Door
	Desk    Writer
	Striker Striker
	Zone    func(mission string) *time.Location
	Now     func() time.Time
}

// Log is the duty log of the posts and their shifts. Each question names who
// asks. It owns nothing and is safe for concurrent use.
type Log struct {
	base
	striker Striker
	zone    func(mission string) *time.Location
}

// NewLog makes the service. It starts nothing.
func NewLog(o LogOptions) *Log { return &Log{base{o.Door, o.Desk, o.Now}, o.Striker, o.Zone} }

// LogLine is one line as its reader may see it.
type LogLine struct {
	record.Version
	Number  int       // in its series; 0 where it has none
	Entered time.Time // UTC; when it was written down, zero where it does not say
	Late    bool      // written down more than half an hour after the event
	Struck  bool
	Open    bool   // somebody must still do something about it
	Signed  Signed // empty where the page did not ask for it
}

// Signed is who stood for a line, out of the entries themselves.
type Signed struct {
	By       string    // who wrote it
	ClosedBy string    // who said that nothing more is to do
	StruckBy string    // who struck it through,
	StruckAt time.Time // when (UTC)
	Why      string    // and why
}

func (l *Log) line(v *record.Version) LogLine {
	n, _ := strconv.Atoi(v.Text("number"))
	out := LogLine{Version: *v, Number: n, Struck: v.State == record.Struck, Open: v.Text("follow-up") == followOpen && v.State == record.Live}
	if at, ok := instant(v, "entered", l.zone(v.Mission)); ok {
		out.Entered, out.Late = at, !v.Lo.IsZero() && at.Sub(v.Lo) > late
	}
	return out
}

// Page asks for lines of the log of a post.
type Page struct {
	Post     string    // ref; "" means headquarters, whose lines name no post
	All      bool      // of every post
	From, To time.Time // of the event, [From, To); zero means open
	Open     bool      // those alone that somebody must follow up
	Signed   bool      // with who stood for each line
	After    string    // mark of the page before
	Limit    int       // 0 means 50
}

// Lines gives lines, the newest number first, struck ones too, and the mark of
// the next page.
func (l *Log) Lines(ctx context.Context, who access.Actor, mission string, p Page) (lines []LogLine, next string, err error) {
	q := record.Query{Mission: mission, Kind: kindLog, From: p.From, To: p.To, Struck: true, After: p.After, Limit: p.Limit, Where: map[string][]string{}}
	if !p.All {
		q.Where["post"] = []string{p.Post}
	}
	if p.Open {
		q.Where["follow-up"] = []string{followOpen}
		q.Struck = false
	}
	page, err := l.door.List(ctx, who, q)
	if fail.Is(err, fail.Denied) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	for i := range page.Versions {
		lines = append(lines, l.line(&page.Versions[i]))
	}
	if p.Signed {
		if err := l.sign(ctx, who, lines); err != nil {
			return nil, "", err
		}
	}
	slices.SortStableFunc(lines, func(a, b LogLine) int {
		if p.All {
			return cmp.Or(b.Entered.Compare(a.Entered), cmp.Compare(b.Number, a.Number))
		}
		return cmp.Or(cmp.Compare(b.Text("series"), a.Text("series")), cmp.Compare(b.Number, a.Number))
	})
	return lines, page.Next, nil
}

// sign reads who stood for each line.
func (l *Log) sign(ctx context.Context, who access.Actor, lines []LogLine) error {
	for i := range lines {
		h, err := l.door.History(ctx, who, lines[i].Key, record.AsOf{})
		if err != nil {
			return err
		}
		s := &lines[i].Signed
		for n := range h.Steps {
			step := &h.Steps[n]
			if n == 0 {
				s.By = step.Entry.Actor
			}
			if step.State == record.Struck {
				s.StruckBy, s.StruckAt, s.Why = step.Entry.Actor, step.KnownFrom, step.Entry.Reason
			}
			if step.Text("follow-up") == followClosed {
				s.ClosedBy = step.Says["follow-up"].Actor
			}
		}
	}
	return nil
}

// About gives the lines that belong to any of some records, oldest first.
func (l *Log) About(ctx context.Context, who access.Actor, mission string, refs ...string) (lines []LogLine, err error) {
	for _, ref := range refs {
		all, err := l.readable(ctx, who, record.Query{Mission: mission, Kind: kindLog, Text: ref, Where: map[string][]string{"about": {ref}}, Struck: true, Order: record.OldestFirst})
		if err != nil {
			return nil, err
		}
		for i := range all {
			lines = append(lines, l.line(&all[i]))
		}
	}
	slices.SortStableFunc(lines, func(a, b LogLine) int { return cmp.Or(a.Lo.Compare(b.Lo), cmp.Compare(a.Number, b.Number)) })
	return lines, nil
}

// Entry is a line to be written: what was typed, and what was said beside it,
// which counts more.
type Entry struct {
	Typed  string
	Post   string
	Fields map[string]string // at, from, to, action, follow-up, due, about, place, lat, lon
	Form   string            // makes a repeat harmless
	// Written is when it was typed, if it was kept where there was no link; zero
	// means now.
	Written time.Time
}

// Add writes a line and gives its ref. A line that does not say when is of now.
// The error of a refusal is fail.Invalid and wraps a [Refused].
func (l *Log) Add(ctx context.Context, who access.Actor, mission string, e Entry) (string, error) {
	now, written := l.now(), e.Written
	if written.IsZero() {
		written = now
	}
	said := ParseLine(e.Typed, written, l.zone(mission))
	if said.At.IsZero() {
		said.At = written
	}
	fields := map[string]string{
		"at": stamp(said.At), "entered": stamp(now), "post": e.Post,
		"from": said.From, "to": said.To, "text": said.Text, "about": said.About,
	}
	if said.Open {
		fields["follow-up"] = followOpen
	}
	for id, text := range e.Fields {
		if text != "" {
			fields[id] = text
		}
	}
	if typed := fields["about"]; typed != "" {
		ref, err := l.refOf(ctx, who, mission, e.Post, strings.TrimPrefix(typed, "#"))
		if err != nil {
			return "", err
		}
		fields["about"] = ref
	}
	out, err := l.submit(ctx, who, mission, desk.Draft{Kind: kindLog, Fields: filled(fields), Form: e.Form})
	if err != nil {
		return "", err
	}
	return out[0].Ref, nil
}

// Close says what was done about a line, and that nothing more is to do.
func (l *Log) Close(ctx context.Context, who access.Actor, key record.Key, action, form string) error {
	fields := map[string]string{"follow-up": followClosed, "closed": stamp(l.now())}
	if action != "" {
		fields["action"] = action
	}
	_, err := l.submit(ctx, who, key.Mission, desk.Draft{Kind: kindLog, Ref: key.Ref, Fields: fields, Form: form})
	return err
}

// Strike strikes a line through, with a reason. It stays in the log with its
// number.
func (l *Log) Strike(ctx context.Context, who access.Actor, key record.Key, reason string) error {
	if l.striker == nil {
		return fail.New(fail.Unavailable, "this process only reads", "use the one that serves the data folder")
	}
	return l.striker.Retract(ctx, who, record.Key{Mission: key.Mission, Kind: kindLog, Ref: key.Ref}, reason)
}

// Correct writes the right line in place of a wrong one, which it strikes through
// with a reason. What the new words do not say, as when it was, is as the wrong one
// had it. Sending it again is harmless.
func (l *Log) Correct(ctx context.Context, who access.Actor, key record.Key, e Entry, reason string) (string, error) {
	key.Kind = kindLog
	was, err := l.door.Record(ctx, who, key, record.AsOf{})
	if err != nil {
		return "", err
	}
	said := ParseLine(e.Typed, l.now(), l.zone(key.Mission))
	fields := map[string]string{"corrects": key.Ref}
	for id, new := range map[string]string{"at": "", "from": said.From, "to": said.To, "about": said.About, "action": "", "place": ""} {
		if new == "" && (id != "at" || said.At.IsZero()) {
			fields[id] = was.Text(id)
		}
	}
	e.Post, e.Fields = was.Text("post"), fields
	ref, err := l.Add(ctx, who, key.Mission, e)
	if err != nil || was.State == record.Struck {
		return ref, err
	}
	return ref, l.Strike(ctx, who, key, reason)
}

// Shift gives the shift of a post that is on, or else the last one; false where
// there was none that the actor may read.
func (l *Log) Shift(ctx context.Context, who access.Actor, mission, post string) (record.Version, bool, error) {
	page, err := l.door.List(ctx, who, record.Query{Mission: mission, Kind: kindShift, Where: map[string][]string{"post": {post}}, Limit: 1})
	if fail.Is(err, fail.Denied) || err == nil && len(page.Versions) == 0 {
		return record.Version{}, false, nil
	}
	if err != nil {
		return record.Version{}, false, err
	}
	return page.Versions[0], true, nil
}

// Shifts gives the shifts of a post, the newest first, struck ones too.
func (l *Log) Shifts(ctx context.Context, who access.Actor, mission, post string) ([]record.Version, error) {
	page, err := l.door.List(ctx, who, record.Query{Mission: mission, Kind: kindShift, Where: map[string][]string{"post": {post}}, Struck: true, Limit: 30})
	if fail.Is(err, fail.Denied) {
		return nil, nil
	}
	return page.Versions, err
}

// HandOver signs a shift off: with how many lines, with what is open, and with
// words to the relief. It stays with whoever signs until another one takes it.
func (l *Log) HandOver(ctx context.Context, who access.Actor, key record.Key, notes, form string) error {
	v, err := l.door.Record(ctx, who, key, record.AsOf{})
	if err != nil {
		return err
	}
	last, open, err := l.count(ctx, who, key.Mission, v.Text("post"))
	if err != nil {
		return err
	}
	_, err = l.submit(ctx, who, key.Mission, desk.Draft{Kind: kindShift, Ref: key.Ref, Form: form, Fields: filled(map[string]string{
		"status": shiftHanded, "handed": stamp(l.now()), "last": last, "open": open, "notes": notes,
	})})
	return err
}

// Relieve takes a shift over from somebody who is on duty and cannot sign off: who
// fell ill, was called home or has no account any more. Their signature is not made
// up: the shift says that it lacks it, and why. Nobody relieves themselves. The error
// of a refusal is fail.Invalid and wraps a [Refused].
func (l *Log) Relieve(ctx context.Context, who access.Actor, key record.Key, why, form string) error {
	v, err := l.door.Record(ctx, who, key, record.AsOf{})
	if err != nil {
		return err
	}
	last, open, err := l.count(ctx, who, key.Mission, v.Text("post"))
	if err != nil {
		return err
	}
	now := stamp(l.now())
	_, err = l.submit(ctx, who, key.Mission,
		desk.Draft{Kind: kindShift, Ref: key.Ref, Fields: filled(map[string]string{
			"status": ShiftRelieved, "taken": now, "taken-by": who.Name, "why": strings.TrimSpace(why), "last": last, "open": open,
		})},
		desk.Draft{Kind: kindShift, Form: form, Fields: filled(map[string]string{"at": now, "post": v.Text("post"), "officer": who.Name, "status": shiftOn})})
	return err
}

// shiftOver reports whether another one has the log since.
func shiftOver(status string) bool { return status == ShiftTaken || status == ShiftRelieved }

// count gives the number of the last line of a post, and of the lines that are open.
func (l *Log) count(ctx context.Context, who access.Actor, mission, post string) (last, open string, err error) {
	lines, _, err := l.Lines(ctx, who, mission, Page{Post: post, Limit: 200})
	if err != nil {
		return "", "", err
	}
	todo, _, err := l.Lines(ctx, who, mission, Page{Post: post, Open: true, Limit: record.MaxLimit})
	if err != nil {
		return "", "", err
	}
	last = "0"
	if len(lines) > 0 { // the newest of the newest series comes first
		last = strconv.Itoa(lines[0].Number)
	}
	return last, strconv.Itoa(len(todo)), nil
}

// Take begins a shift of a post: the first one, or the next after one that was
// signed off, which it closes. Nobody relieves themselves. The error of a refusal
// is fail.Invalid and wraps a [Refused].
func (l *Log) Take(ctx context.Context, who access.Actor, mission, post, form string) error {
	now := stamp(l.now())
	last, was, err := l.Shift(ctx, who, mission, post)
	if err != nil {
		return err
	}
	begin := desk.Draft{Kind: kindShift, Form: form, Fields: filled(map[string]string{"at": now, "post": post, "officer": who.Name, "status": shiftOn})}
	if !was || shiftOver(last.Text("status")) {
		_, err = l.submit(ctx, who, mission, begin)
		return err
	}
	taken := desk.Draft{Kind: kindShift, Ref: last.Ref, Fields: map[string]string{"status": ShiftTaken, "taken": now, "taken-by": who.Name}}
	_, err = l.submit(ctx, who, mission, taken, begin)
	return err
}
