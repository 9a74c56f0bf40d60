package operations

import (
	"context"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// planned are the fields of a plan that the next week's may repeat.
func planned() []string {
	return []string{"post", "type", "destination", "route", "persons", "vehicles", "call-sign", "check-every", "joint", "owner", "marking"}
}

// CopyPlan puts the patrols that were planned in the week before into the week
// that begins at from, a day and hour of the mission's clocks for the same one, and
// gives how many it put there. What would have left already is left out. Doing it
// again makes nothing twice: each is named for the one it repeats. The error of a
// refusal is fail.Invalid and wraps a [Refused].
func (p *Patrols) CopyPlan(ctx context.Context, who access.Actor, mission string, from time.Time) (int, error) {
	last, err := p.Plan(ctx, who, mission, from.AddDate(0, 0, -7), from)
	if err != nil {
		return 0, err
	}
	zone := p.zone(mission)
	var drafts []desk.Draft
	for i := range last {
		if d, ok := again(&last[i].Version, zone); ok && !last[i].Lo.In(zone).AddDate(0, 0, 7).Before(p.now()) {
			drafts = append(drafts, d)
		}
	}
	if len(drafts) == 0 {
		return 0, fail.New(fail.Invalid, "nothing of the week before can be planned again", "plan the patrols one by one")
	}
	out, err := p.submit(ctx, who, mission, drafts...)
	made := 0
	for i := range out {
		if out[i].Status == desk.StatusNew {
			made++
		}
	}
	return made, err
}

// again is a patrol planned once more, a week later by the mission's clocks: where
// they are moved in between, it leaves at the same hour all the same.
func again(v *record.Version, zone *time.Location) (desk.Draft, bool) {
	if v.Lo.IsZero() {
		return desk.Draft{}, false
	}
	week := func(t time.Time) string { return stamp(t.In(zone).AddDate(0, 0, 7)) }
	fields := map[string]string{"status": PatrolPlanned, "at": week(v.Lo)}
	if end, ok := instant(v, "until", zone); ok {
		fields["until"] = week(end)
	}
	for _, id := range planned() {
		if text := v.Text(id); text != "" {
			fields[id] = text
		}
	}
	return desk.Draft{Kind: kindPatrol, Fields: fields, Form: "plan-" + v.Ref}, true
}
