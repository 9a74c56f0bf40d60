package operations

import (
	"cmp"
	"context"
	"slices"
	"strconv"
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
	shiftTaken   = "TAKEN"
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
	Open    bool // somebody must still do something about it
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
	slices.SortStableFunc(lines, func(a, b LogLine) int {
		if p.All {
			return cmp.Or(b.Entered.Compare(a.Entered), cmp.Compare(b.Number, a.Number))
		}
		return cmp.Or(cmp.Compare(b.Text("series"), a.Text("series")), cmp.Compare(b.Number, a.Number))
	})
	return lines, page.Next, nil
}

// About gives the lines that belong to something, oldest first.
func (l *Log) About(ctx context.Context, who access.Actor, mission, ref string) (lines []LogLine, err error) {
	all, err := l.readable(ctx, who, record.Query{Mission: mission, Kind: kindLog, Text: ref, Where: map[string][]string{"about": {ref}}, Struck: true, Order: record.OldestFirst})
	for i := range all {
		lines = append(lines, l.line(&all[i]))
	}
	return lines, err
}

// Entry is a line to be written: what was typed, and what was said beside it,
// which counts more.
type Entry struct {
	Typed  string
	Post   string
	Fields map[string]string // at, from, to, action, follow-up, due, about, place, lat, lon
	Form   string            // makes a repeat harmless
}

// Add writes a line and gives its ref. A line that does not say when is of now.
// The error of a refusal is fail.Invalid and wraps a [Refused].
func (l *Log) Add(ctx context.Context, who access.Actor, mission string, e Entry) (string, error) {
	now := l.now()
	said := ParseLine(e.Typed, now, l.zone(mission))
	if said.At.IsZero() {
		said.At = now
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

// HandOver signs a shift off: with how many lines, with what is open, and with
// words to the relief. It stays with whoever signs until another one takes it.
func (l *Log) HandOver(ctx context.Context, who access.Actor, key record.Key, notes, form string) error {
	v, err := l.door.Record(ctx, who, key, record.AsOf{})
	if err != nil {
		return err
	}
	lines, _, err := l.Lines(ctx, who, key.Mission, Page{Post: v.Text("post"), Limit: 200})
	if err != nil {
		return err
	}
	open, _, err := l.Lines(ctx, who, key.Mission, Page{Post: v.Text("post"), Open: true, Limit: record.MaxLimit})
	if err != nil {
		return err
	}
	last := 0
	for i := range lines {
		last = max(last, lines[i].Number)
	}
	_, err = l.submit(ctx, who, key.Mission, desk.Draft{Kind: kindShift, Ref: key.Ref, Form: form, Fields: filled(map[string]string{
		"status": shiftHanded, "handed": stamp(l.now()), "last": strconv.Itoa(last), "open": strconv.Itoa(len(open)), "notes": notes,
	})})
	return err
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
	if !was || last.Text("status") == shiftTaken {
		_, err = l.submit(ctx, who, mission, begin)
		return err
	}
	taken := desk.Draft{Kind: kindShift, Ref: last.Ref, Fields: map[string]string{"status": shiftTaken, "taken": now, "taken-by": who.Name}}
	_, err = l.submit(ctx, who, mission, taken, begin)
	return err
}
