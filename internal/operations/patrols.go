package operations

import (
	"cmp"
	"context"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// The kinds of this domain.
const (
	kindPatrol  = "patrol"
	kindCheckin = "checkin"
	kindSignals = "signals"
	kindPost    = "post"
)

// PatrolOptions are what [Patrols] is made of. All are needed but Desk, without
// which it only reads.
type PatrolOptions struct {
	Door  Door
	Desk  Writer
	Zone  func(mission string) *time.Location
	Times func(mission string) PatrolTimes
	Now   func() time.Time
}

// Patrols is what the pages of patrols are made of. Each question names who asks,
// and what they may not read is not in the answer. It owns nothing and is safe
// for concurrent use.
type Patrols struct {
	base
	zone  func(mission string) *time.Location
	times func(mission string) PatrolTimes
}

// NewPatrols makes the service. It starts nothing.
func NewPatrols(o PatrolOptions) *Patrols {
	return &Patrols{base{o.Door, o.Desk, o.Now}, o.Zone, o.Times}
}

// Patrol is a patrol with its check-ins, oldest first, and its clock.
type Patrol struct {
	record.Version
	Checks []record.Version
	Clock  Clock
}

// Patrol gives one patrol. [fail.NotFound] also where the actor may not read it.
func (p *Patrols) Patrol(ctx context.Context, who access.Actor, key record.Key) (Patrol, error) {
	v, err := p.door.Record(ctx, who, key, record.AsOf{})
	if err != nil {
		return Patrol{}, err
	}
	return p.with(ctx, who, &v)
}

func (p *Patrols) with(ctx context.Context, who access.Actor, v *record.Version) (Patrol, error) {
	checks, err := p.all(ctx, who, record.Query{
		Mission: v.Mission, Kind: kindCheckin, Where: map[string][]string{"patrol": {v.Ref}}, Order: record.OldestFirst,
	})
	if err != nil && !fail.Is(err, fail.Denied) {
		return Patrol{}, err
	}
	out := Patrol{Version: *v, Checks: checks}
	out.Clock = ClockOf(v, checks, p.zone(v.Mission), p.times(v.Mission), p.now())
	return out, nil
}

// Open gives the patrols that owe something: those that are out, those that
// should have left, and those back without a report. The most pressing first.
func (p *Patrols) Open(ctx context.Context, who access.Actor, mission string) ([]Patrol, error) {
	list, err := p.all(ctx, who, record.Query{
		Mission: mission, Kind: kindPatrol, To: p.now().Add(time.Minute),
		Where: map[string][]string{"status": {PatrolPlanned, PatrolOut, PatrolBack}},
	})
	if fail.Is(err, fail.Denied) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := make([]Patrol, 0, len(list))
	for i := range list {
		one, err := p.with(ctx, who, &list[i])
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b Patrol) int { return cmp.Or(a.Clock.Due.Compare(b.Clock.Due), cmp.Compare(a.Ref, b.Ref)) })
	return out, nil
}

// Overdue gives the patrols over which somebody must act now.
func (p *Patrols) Overdue(ctx context.Context, who access.Actor, mission string) ([]Patrol, error) {
	open, err := p.Open(ctx, who, mission)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(open, func(o Patrol) bool { return !o.Clock.Alarm }), nil
}

// Plan gives the patrols whose planned departure lies in [from, to), in that order.
func (p *Patrols) Plan(ctx context.Context, who access.Actor, mission string, from, to time.Time) ([]Patrol, error) {
	list, err := p.all(ctx, who, record.Query{Mission: mission, Kind: kindPatrol, From: from, To: to, Order: record.OldestFirst})
	if fail.Is(err, fail.Denied) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Patrol
	for i := range list {
		if list[i].Lo.Before(from) { // began before and lasts into the stretch
			continue
		}
		one, err := p.with(ctx, who, &list[i])
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// Step is what a patrol says of itself on its way.
type Step struct {
	What   string            // OUT, CHECK, BACK
	Fields map[string]string // at, text, place, lat, lon; an empty at is now
	Form   string            // makes a repeat harmless
}

// CheckIn records that a patrol left, is well, or is back, and moves its state
// along. The error of a refusal is fail.Invalid and wraps a [Refused].
func (p *Patrols) CheckIn(ctx context.Context, who access.Actor, key record.Key, s Step) error {
	v, err := p.door.Record(ctx, who, key, record.AsOf{})
	if err != nil {
		return err
	}
	fields := map[string]string{"patrol": key.Ref, "step": s.What}
	for id, text := range s.Fields {
		if text != "" {
			fields[id] = text
		}
	}
	if fields["at"] == "" {
		fields["at"] = stamp(p.now())
	}
	fields["marking"], fields["owner"] = v.Text("marking"), v.Text("owner")
	drafts := []desk.Draft{{Kind: kindCheckin, Fields: filled(fields), Form: s.Form}}
	if change := moved(&v, s.What, fields["at"]); change != nil {
		drafts = append(drafts, desk.Draft{Kind: kindPatrol, Ref: key.Ref, Fields: change})
	}
	_, err = p.submit(ctx, who, key.Mission, drafts...)
	return err
}

// moved is what a step changes in the patrol's own record; nil for nothing.
func moved(v *record.Version, step, at string) map[string]string {
	status := v.Text("status")
	switch {
	case step == "OUT" && status == PatrolPlanned:
		return map[string]string{"status": PatrolOut, "left": at}
	case step == "CHECK" && status == PatrolPlanned: // heard of on its way: it must have left
		return map[string]string{"status": PatrolOut, "left": at}
	case step == "BACK" && (status == PatrolOut || status == PatrolPlanned):
		return map[string]string{"status": PatrolBack, "returned": at}
	}
	return nil
}

// Report closes a patrol with what it did, or says that it was not done.
func (p *Patrols) Report(ctx context.Context, who access.Actor, key record.Key, fields map[string]string, form string) error {
	if fields["status"] == "" {
		fields["status"] = PatrolReported
	}
	_, err := p.submit(ctx, who, key.Mission, desk.Draft{Kind: kindPatrol, Ref: key.Ref, Fields: filled(fields), Form: form})
	return err
}

// filled leaves the empty fields out.
func filled(fields map[string]string) map[string]string {
	out := map[string]string{}
	for id, text := range fields {
		if text != "" {
			out[id] = text
		}
	}
	return out
}
