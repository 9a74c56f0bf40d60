package casualty

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// The states and scopes of MINIMISE.
const (
	stateOn     = "ON"
	stateStaged = "STAGED"
	stateOff    = "OFF"

	scopeContributor = "CONTRIBUTOR"
	scopePost        = "POST"
)

// How long MINIMISE lasts unless somebody says otherwise, how long a review may
// extend it, and how it is lifted in steps.
const (
	usualMinimise   = 12 * time.Hour
	longestMinimise = 24 * time.Hour
	usualShare      = 25
	usualMinutes    = 30
)

// Minimise is one order that private telephones and messages wait.
type Minimise struct {
	record.Version // as the asking actor may read it: Text("reason") is "" for most
	State          string
	Scope          string
	Contributor    string    // of a scope that has one
	Post           string    // ref, of a scope that has one
	Since          time.Time // UTC
	Until          time.Time // UTC; when it must be reviewed
	// Released is when lifting in steps began; share of a hundred people may talk
	// at once, and as many more after each pause.
	Released time.Time
	Share    int
	Pause    time.Duration
}

// Overdue reports whether the review is overdue at t. An order does not lift
// itself: silence must not be what ends it. It stays, and somebody is called.
func (m Minimise) Overdue(t time.Time) bool {
	return m.State == stateOn && !t.Before(m.Until)
}

// Covers reports whether the order is for a member of a contingent at a post.
func (m Minimise) Covers(contributor, post string) bool {
	switch m.Scope {
	case scopeContributor:
		return m.Contributor == contributor
	case scopePost:
		return m.Post == post
	default:
		return true
	}
}

// Allows reports whether a person whom the order covers may talk at t, and else
// from when on as far as that is known: zero means when somebody lifts it.
//
// Lifted in steps, people follow one another in an order that is the same on
// every node and tells nothing of them. Who may talk keeps it.
func (m Minimise) Allows(person string, t time.Time) (ok bool, from time.Time) {
	switch {
	case m.State == stateOff, t.Before(m.Since):
		return true, time.Time{}
	case m.State == stateStaged && !m.Released.IsZero():
		from = m.Released.Add(time.Duration(m.place(person)/m.Share) * m.Pause)
		return !t.Before(from), from
	default:
		return false, time.Time{}
	}
}

// place is a person's place among a hundred.
func (m Minimise) place(person string) int {
	sum := sha256.Sum256([]byte(m.Key.String() + "\x00" + person))
	return int(binary.BigEndian.Uint64(sum[:8]) % 100)
}

// minimise reads an order off its record.
func minimise(v *record.Version, zone *time.Location) Minimise {
	m := Minimise{
		Version: *v, State: v.Text("state"), Scope: v.Text("scope"), Contributor: v.Text("contributor"), Post: v.Text("post"),
		Since: v.Lo, Share: number(v, "share", usualShare), Pause: time.Duration(number(v, "minutes", usualMinutes)) * time.Minute,
	}
	if d, err := edtf.Parse(v.Text("until")); err == nil {
		m.Until, _ = d.Bounds(zone)
	}
	if d, err := edtf.Parse(v.Text("released")); err == nil && v.Text("released") != "" {
		m.Released, _ = d.Bounds(zone)
	}
	return m
}

func number(v *record.Version, field string, usual int) int {
	n, err := strconv.Atoi(v.Text(field))
	if err != nil || n < 1 {
		return usual
	}
	return n
}

// Minimises gives the orders in force at t that the actor may read: those that
// are on, and those being lifted until all may talk. Those overdue for review
// come first, then the newest.
func (c *Cell) Minimises(ctx context.Context, who access.Actor, mission string, t time.Time) ([]Minimise, error) {
	var out []Minimise
	q := record.Query{Mission: mission, Kind: kindMinimise, Where: map[string][]string{"state": {stateOn, stateStaged}}, Limit: record.MaxLimit}
	zone := c.Terms(mission).Zone
	for {
		page, err := c.Door.List(ctx, who, q)
		if err != nil {
			return nil, err
		}
		for i := range page.Versions {
			m := minimise(&page.Versions[i], zone)
			over := m.State == stateStaged && !m.Released.IsZero() && !t.Before(m.Released.Add(time.Duration(99/m.Share)*m.Pause))
			if !over && !t.Before(m.Since) {
				out = append(out, m)
			}
		}
		if q.After = page.Next; page.Next == "" {
			break
		}
	}
	slices.SortStableFunc(out, func(a, b Minimise) int {
		return cmp.Or(-compareBool(a.Overdue(t), b.Overdue(t)), b.Since.Compare(a.Since))
	})
	return out, nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// Party is somebody who wants to talk home.
type Party struct {
	Contributor string // alpha-3
	Post        string // ref; "" where nobody knows, which a post's order does not cover
	Person      string // any name that stays the same, such as a ref: it gives the place in the order
}

// Allows reports whether private messages to and from a person may go out at t:
// all orders that cover them must allow it. until is from when on, as far as that
// is known; zero means when somebody lifts it. It asks for the program, not for
// a reader.
func (c *Cell) Allows(ctx context.Context, mission string, p Party, t time.Time) (ok bool, until time.Time, err error) {
	orders, err := c.Minimises(ctx, access.Local(), mission, t)
	if err != nil {
		return false, time.Time{}, err
	}
	ok, known := true, true
	for _, m := range orders {
		if !m.Covers(p.Contributor, p.Post) {
			continue
		}
		yes, from := m.Allows(p.Person, t)
		if yes {
			continue
		}
		ok, known = false, known && !from.IsZero()
		if from.After(until) {
			until = from
		}
	}
	if !known {
		until = time.Time{}
	}
	return ok, until, nil
}

// Order is what somebody who begins MINIMISE says.
type Order struct {
	Scope       string // MISSION, CONTRIBUTOR, POST
	Contributor string
	Post        string
	Reason      string // a code of the kind
	Starter     string // office and initials
	Until       time.Time
	Note        string
	Form        string // makes a repeat harmless
}

// Begin begins MINIMISE now, for twelve hours unless the order says otherwise,
// and gives the ref of its record. [fail.Denied] for who may not,
// [fail.Invalid] for an order that the rules refuse.
func (c *Cell) Begin(ctx context.Context, who access.Actor, mission string, o Order) (string, error) {
	if err := c.mayMinimise(who, mission); err != nil {
		return "", err
	}
	now := c.Now().UTC()
	if o.Until.IsZero() {
		o.Until = now.Add(usualMinimise)
	}
	fields := map[string]string{
		"at": stamp(now), "until": stamp(o.Until), "scope": o.Scope, "state": stateOn, "reason": o.Reason, "starter": o.Starter,
	}
	for id, text := range map[string]string{"contributor": o.Contributor, "post": o.Post, "note": o.Note} {
		if text != "" {
			fields[id] = text
		}
	}
	return c.state(ctx, who, mission, desk.Draft{Kind: kindMinimise, Fields: fields, Form: o.Form})
}

// Review says that an order was looked at and stays on until a time, 24 hours
// away at most. Errors are those of [Cell.Begin].
func (c *Cell) Review(ctx context.Context, who access.Actor, key record.Key, until time.Time) error {
	return c.turn(ctx, who, key, map[string]string{"until": stamp(until), "state": stateOn})
}

// Release begins to lift an order in steps: share of a hundred people now, and as
// many more after each pause; zero means 25 and 30 minutes. Errors are those of
// [Cell.Begin].
func (c *Cell) Release(ctx context.Context, who access.Actor, key record.Key, share int, pause time.Duration) error {
	return c.turn(ctx, who, key, map[string]string{
		"state": stateStaged, "released": stamp(c.Now().UTC()),
		"share": strconv.Itoa(cmp.Or(share, usualShare)), "minutes": strconv.Itoa(cmp.Or(int(pause.Minutes()), usualMinutes)),
	})
}

// Lift ends an order at once. Errors are those of [Cell.Begin].
func (c *Cell) Lift(ctx context.Context, who access.Actor, key record.Key) error {
	return c.turn(ctx, who, key, map[string]string{"state": stateOff})
}

func (c *Cell) turn(ctx context.Context, who access.Actor, key record.Key, fields map[string]string) error {
	if err := c.mayMinimise(who, key.Mission); err != nil {
		return err
	}
	_, err := c.state(ctx, who, key.Mission, desk.Draft{Kind: kindMinimise, Ref: key.Ref, Fields: fields})
	return err
}

func (c *Cell) mayMinimise(who access.Actor, mission string) error {
	if c.Rights.May(who, access.Minimise, access.Resource{Mission: mission, Kind: kindMinimise, Owner: "mission", Marking: "mission"}) {
		return nil
	}
	return fail.Newf(fail.Denied, "ask the duty officer", "%s may not change MINIMISE", who.Name)
}
