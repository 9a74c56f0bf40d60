package casualty

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// File is a casualty with all that stands beside it, as one reader may see it.
type File struct {
	Casualty record.Version
	Person   *record.Version // of the roll; nil where nobody is named, or the reader may not read it
	Gate     GateState
	History  []Status // oldest first: each time the status was stated anew
	Claims   []record.Version
	Flight   []Leg // of the evacuation, in order
	Kin      []Kin // in the order in which they are told
	Told     []record.Version
	Duties   []Duty
}

// GateState is how the gate stands over a file.
type GateState struct {
	Open    bool
	OpensAt time.Time // UTC; zero where nothing opens it yet, or nothing had to
	Needs   []string  // the fields that keep it shut: kin, told, told-by, told-of
}

// Status is one statement of a casualty's status, on its three clocks.
type Status struct {
	Status     string
	DeclaredBy string    // the authority, where the statement names one
	Actor      string    // who wrote it
	Event      string    // when it happened, as stated
	Reported   time.Time // when the mission was told
	Recorded   time.Time // when this node wrote it
	Source     string
	Grade      string
	Reason     string
}

// Leg is one measured stretch of an evacuation.
type Leg struct {
	Field string        // the clock at its end: requested, wheels-up, handover
	Took  time.Duration // from the wounding
	Goal  time.Duration // the time it should take
	Known bool          // both ends are known
	Late  bool
}

// Kin is somebody to be told.
type Kin struct {
	record.Version
	Order     int
	MayBeTold bool
	Protected bool            // ask the cell first; false also where the reader may not know
	Told      *record.Version // the last notification of them about the status in force; nil when none
}

// first reports whether they must know before anything goes out.
func (k Kin) first() bool { return k.Order <= 2 && k.MayBeTold && !k.Protected }

// Duty is a follow-up report that is due.
type Duty struct {
	At   time.Time // UTC
	Done bool
}

// Overdue reports whether it should have been there by t.
func (d Duty) Overdue(t time.Time) bool { return !d.Done && !t.Before(d.At) }

// followUps are how long after the first report the next ones are due.
func followUps() []time.Duration { return []time.Duration{6 * time.Hour, 24 * time.Hour} }

// File gives a casualty's file as an actor may see it. [fail.NotFound] also where
// they may not.
func (c *Cell) File(ctx context.Context, who access.Actor, key record.Key) (File, error) {
	v, err := c.Door.Record(ctx, who, key, record.AsOf{})
	if err != nil {
		return File{}, err
	}
	h, err := c.Door.History(ctx, who, key, record.AsOf{})
	if err != nil {
		return File{}, err
	}
	zone := c.Terms(key.Mission).Zone
	f := File{Casualty: v, Gate: c.gate(&v, &h), History: statuses(&h), Flight: flight(&v, zone), Duties: duties(&h)}
	if err := c.beside(ctx, who, &f); err != nil {
		return File{}, err
	}
	f.Kin, f.Told, err = c.family(ctx, who, &v)
	return f, err
}

// beside reads the person and what outsiders claim.
func (c *Cell) beside(ctx context.Context, who access.Actor, f *File) error {
	if ref := f.Casualty.Text("person"); ref != "" {
		p, err := c.Door.Record(ctx, who, record.Key{Mission: f.Casualty.Mission, Kind: kindPerson, Ref: ref}, record.AsOf{})
		if err != nil && !fail.Is(err, fail.NotFound) {
			return err
		}
		if err == nil {
			f.Person = &p
		}
	}
	claims, err := c.all(ctx, who, record.Query{
		Mission: f.Casualty.Mission, Kind: "claim", Order: record.OldestFirst,
		Where: map[string][]string{"measure": {"casualties.deaths", "casualties.missing", "casualties.injured"}},
	})
	if err != nil {
		return err
	}
	for i := range claims {
		if about(&claims[i], &f.Casualty) {
			f.Claims = append(f.Claims, claims[i])
		}
	}
	return nil
}

// about reports whether a claim of casualties may be about this one: its scope
// names no other contributor, and it speaks of no day before the event.
func about(claim, v *record.Version) bool {
	for part := range strings.SplitSeq(claim.Text("scope"), ",") {
		name, value, _ := strings.Cut(part, "=")
		if strings.TrimSpace(name) == "contributor" && strings.TrimSpace(value) != v.Text("contributor") {
			return false
		}
	}
	return claim.Hi.IsZero() || v.Lo.IsZero() || claim.Hi.After(v.Lo)
}

// gate is how the gate stands over a version as somebody may read it, with its
// history.
func (c *Cell) gate(v *record.Version, h *record.History) GateState {
	terms, now := c.Terms(v.Mission), c.Now()
	open, at := Open(v.Fields, terms, now)
	if !open && v.Text("status") == statusReturned && slices.ContainsFunc(h.Steps, func(s record.Step) bool {
		was, _ := Open(s.Fields, terms, now)
		return was && s.State == record.Live
	}) {
		open, at = true, time.Time{}
	}
	g := GateState{Open: open && v.State == record.Live, OpensAt: at}
	if open || !at.IsZero() {
		return g
	}
	if !slices.Contains(told(), v.Text("kin")) {
		g.Needs = append(g.Needs, "kin")
	}
	for _, field := range []string{"told", "told-by"} {
		if v.Text(field) == "" {
			g.Needs = append(g.Needs, field)
		}
	}
	if v.Text("told-of") != v.Text("status") {
		g.Needs = append(g.Needs, "told-of")
	}
	return g
}

func statuses(h *record.History) (out []Status) {
	last := ""
	for i := range h.Steps {
		s := &h.Steps[i]
		status := s.Text("status")
		if status == last && i > 0 {
			continue
		}
		last = status
		out = append(out, Status{
			Status: status, DeclaredBy: s.Text("declared-by"), Actor: s.Entry.Actor, Event: s.Text("at"),
			Reported: s.Entry.Reported, Recorded: s.Entry.Clock.Time(), Source: s.Entry.Source, Grade: s.Entry.Grade, Reason: s.Entry.Reason,
		})
	}
	return out
}

// flight measures an evacuation against ten minutes to the call, an hour to the
// start and two hours to surgery, each from the wounding.
func flight(v *record.Version, zone *time.Location) []Leg {
	clock := func(field string) (time.Time, bool) {
		d, err := edtf.Parse(v.Text(field))
		if err != nil || v.Text(field) == "" || !d.IsInstant() {
			return time.Time{}, false
		}
		lo, _ := d.Bounds(zone)
		return lo, true
	}
	from, begun := clock("wounded")
	legs := []Leg{{Field: "requested", Goal: 10 * time.Minute}, {Field: "wheels-up", Goal: time.Hour}, {Field: "handover", Goal: 2 * time.Hour}}
	for i := range legs {
		to, ended := clock(legs[i].Field)
		if legs[i].Known = begun && ended; legs[i].Known {
			legs[i].Took = to.Sub(from)
			legs[i].Late = legs[i].Took > legs[i].Goal
		}
	}
	return legs
}

// duties are the follow-ups after the first report: each is done by a statement
// that came after the one before it was due.
func duties(h *record.History) (out []Duty) {
	if len(h.Steps) == 0 {
		return nil
	}
	first := h.Steps[0].KnownFrom
	after := first
	for _, d := range followUps() {
		done := slices.ContainsFunc(h.Steps[1:], func(s record.Step) bool { return s.KnownFrom.After(after) })
		out = append(out, Duty{At: first.Add(d), Done: done})
		after = first.Add(d)
	}
	return out
}

// family gives the kin of a casualty and the notifications about it that an
// actor may read.
func (c *Cell) family(ctx context.Context, who access.Actor, v *record.Version) (kin []Kin, notes []record.Version, err error) {
	notes, err = c.all(ctx, who, record.Query{
		Mission: v.Mission, Kind: kindNotification, Where: map[string][]string{"casualty": {v.Ref}}, Order: record.OldestFirst,
	})
	if refused(err) != nil {
		return nil, nil, err
	}
	where := []map[string][]string{{"casualty": {v.Ref}}}
	if person := v.Text("person"); person != "" {
		where = append(where, map[string][]string{"person": {person}})
	}
	for _, w := range where {
		list, err := c.all(ctx, who, record.Query{Mission: v.Mission, Kind: kindKin, Where: w})
		if refused(err) != nil {
			return nil, nil, err
		}
		for i := range list {
			if !slices.ContainsFunc(kin, func(k Kin) bool { return k.Ref == list[i].Ref }) {
				kin = append(kin, kinOf(&list[i], v, notes))
			}
		}
	}
	slices.SortFunc(kin, func(a, b Kin) int { return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Ref, b.Ref)) })
	return kin, notes, nil
}

// refused takes away the refusal of a filter that an actor may not use: then
// there is nothing for them to see.
func refused(err error) error {
	if fail.Is(err, fail.Denied) {
		return nil
	}
	return err
}

func kinOf(k, casualty *record.Version, notes []record.Version) Kin {
	order, _ := strconv.Atoi(k.Text("order"))
	out := Kin{Version: *k, Order: order, MayBeTold: k.Text("may-be-told") == "yes", Protected: k.Text("protected") == "yes"}
	for i := range notes {
		if notes[i].Text("kin") == k.Ref && notes[i].Text("told-of") == casualty.Text("status") {
			out.Told = &notes[i]
		}
	}
	return out
}
