package custody

import (
	"cmp"
	"context"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

const kindDetention = "detention"

// The states of a person whom the mission took.
const (
	Held   = "HELD"
	Handed = "HANDED"
	Freed  = "RELEASED"
)

// Times are the mission's own times for persons in its custody.
type Times struct {
	HandOver time.Duration // from the taking until the host's police have the person
	Minor    time.Duration // the same for somebody who is not of age
}

// UsualTimes are a day, and half of one for a minor. No law stands behind them
// that is the same everywhere: a mission sets its own.
func UsualTimes() Times { return Times{HandOver: 24 * time.Hour, Minor: 12 * time.Hour} }

// Clock is how long somebody has been held, and until when they may be.
type Clock struct {
	Due  time.Time     // UTC; zero once they are not held any more
	Held time.Duration // until now, or until the end
	// Near is whether less than a quarter of the time is left, Late whether none is.
	Near, Late bool
}

// ClockOf is the clock of a detention at a time.
func ClockOf(v *record.Version, zone *time.Location, times Times, now time.Time) Clock {
	if v.Lo.IsZero() {
		return Clock{}
	}
	if v.Text("status") != Held {
		end, ok := endOf(v.Text("ended"), zone)
		if !ok {
			return Clock{}
		}
		return Clock{Held: end.Sub(v.Lo)}
	}
	limit := times.HandOver
	if v.Text("minor") == "yes" {
		limit = times.Minor
	}
	due := v.Lo.Add(limit)
	return Clock{Due: due, Held: now.Sub(v.Lo), Near: !now.Before(due.Add(-limit / 4)), Late: !now.Before(due)}
}

func endOf(text string, zone *time.Location) (time.Time, bool) {
	d, err := edtf.Parse(text)
	if text == "" || err != nil {
		return time.Time{}, false
	}
	lo, _ := d.Bounds(zone)
	return lo.UTC(), true
}

// Person is somebody whom the mission took, with their clock.
type Person struct {
	record.Version
	Clock Clock
}

// DetentionOptions are what [Detentions] is made of. All are needed but Desk,
// without which it only reads.
type DetentionOptions struct {
	Door  Door
	Desk  Writer
	Zone  func(mission string) *time.Location
	Times func(mission string) Times
	Now   func() time.Time
}

// Detentions are the persons in the mission's custody. It owns nothing and is
// safe for concurrent use.
type Detentions struct {
	Register
	o DetentionOptions
}

// NewDetentions makes the service. It starts nothing.
func NewDetentions(o DetentionOptions) *Detentions {
	return &Detentions{Register{Options{Door: o.Door, Desk: o.Desk}}, o}
}

func (d *Detentions) person(v *record.Version) Person {
	return Person{*v, ClockOf(v, d.o.Zone(v.Mission), d.o.Times(v.Mission), d.o.Now())}
}

// Person gives one. [fail.NotFound] also where the actor may not read it.
func (d *Detentions) Person(ctx context.Context, who access.Actor, key record.Key) (Person, error) {
	key.Kind = kindDetention
	v, err := d.Door.Record(ctx, who, key, record.AsOf{})
	if err != nil {
		return Person{}, err
	}
	return d.person(&v), nil
}

// People gives a page of those whom the mission took, who is held still before the
// others and the soonest due first, and the mark of the next page.
func (d *Detentions) People(ctx context.Context, who access.Actor, q record.Query) (all []Person, next string, err error) {
	q.Kind = kindDetention
	page, err := d.Door.List(ctx, who, q)
	if fail.Is(err, fail.Denied) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	for i := range page.Versions {
		all = append(all, d.person(&page.Versions[i]))
	}
	slices.SortStableFunc(all, func(a, b Person) int {
		switch aHeld, bHeld := !a.Clock.Due.IsZero(), !b.Clock.Due.IsZero(); {
		case aHeld && !bHeld:
			return -1
		case bHeld && !aHeld:
			return 1
		}
		return cmp.Or(a.Clock.Due.Compare(b.Clock.Due), b.Lo.Compare(a.Lo))
	})
	return all, page.Next, nil
}

// Held gives those who are held now, the soonest due first.
func (d *Detentions) Held(ctx context.Context, who access.Actor, mission string) ([]Person, error) {
	all, _, err := d.People(ctx, who, record.Query{Mission: mission, Where: map[string][]string{"status": {Held}}, Limit: record.MaxLimit})
	return all, err
}

// Hold records that somebody was taken. The error of a refusal is fail.Invalid and
// wraps a [Refused].
func (d *Detentions) Hold(ctx context.Context, who access.Actor, mission string, draft desk.Draft) (string, error) {
	draft.Kind = kindDetention
	draft.Fields["status"] = Held
	out, err := d.submit(ctx, who, mission, draft)
	if err != nil {
		return "", err
	}
	return out[0].Ref, nil
}

// End records that somebody is not held any more: to whom they were handed, with
// a receipt, or that they are free.
func (d *Detentions) End(ctx context.Context, who access.Actor, key record.Key, draft desk.Draft) error {
	draft.Kind, draft.Ref = kindDetention, key.Ref
	_, err := d.submit(ctx, who, key.Mission, draft)
	return err
}
