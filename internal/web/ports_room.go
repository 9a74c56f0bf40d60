package web

import (
	"context"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/custody"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/operations"
	"konbit.org/konbit/internal/record"
)

// Log is the duty log: [operations.Log].
type Log interface {
	Lines(ctx context.Context, who access.Actor, mission string, p operations.Page) (lines []operations.LogLine, next string, err error)
	About(ctx context.Context, who access.Actor, mission string, refs ...string) ([]operations.LogLine, error)
	Candidates(ctx context.Context, who access.Actor, mission string) ([]operations.Candidate, error)
	Add(ctx context.Context, who access.Actor, mission string, e operations.Entry) (ref string, err error)
	Close(ctx context.Context, who access.Actor, key record.Key, action, form string) error
	Strike(ctx context.Context, who access.Actor, key record.Key, reason string) error
	Correct(ctx context.Context, who access.Actor, key record.Key, e operations.Entry, reason string) (ref string, err error)
	Shift(ctx context.Context, who access.Actor, mission, post string) (shift record.Version, there bool, err error)
	Shifts(ctx context.Context, who access.Actor, mission, post string) ([]record.Version, error)
	HandOver(ctx context.Context, who access.Actor, key record.Key, notes, form string) error
	Take(ctx context.Context, who access.Actor, mission, post, form string) error
	Relieve(ctx context.Context, who access.Actor, key record.Key, why, form string) error
}

// Flashes are flash reports and what becomes of them: [operations.Flashes].
type Flashes interface {
	Open(ctx context.Context, who access.Actor, mission string) ([]operations.Flash, error)
	All(ctx context.Context, who access.Actor, q record.Query) (flashes []operations.Flash, next string, err error)
	Flash(ctx context.Context, who access.Actor, key record.Key) (operations.Flash, error)
	Send(ctx context.Context, who access.Actor, mission string, d desk.Draft) (ref string, err error)
	Acknowledge(ctx context.Context, who access.Actor, key record.Key, form string) error
	Follow(ctx context.Context, who access.Actor, key record.Key, d desk.Draft) error
	Close(ctx context.Context, who access.Actor, key record.Key, form string) error
	Merged(ctx context.Context, who access.Actor, key record.Key) ([]record.Version, error)
	Proposals(ctx context.Context, who access.Actor, key record.Key) ([]operations.Proposal, error)
	Merge(ctx context.Context, who access.Actor, key record.Key, into, form string) error
	Unmerge(ctx context.Context, who access.Actor, key record.Key, form string) error
}

// Patrols are planned, watched and reported: [operations.Patrols].
type Patrols interface {
	Patrol(ctx context.Context, who access.Actor, key record.Key) (operations.Patrol, error)
	Open(ctx context.Context, who access.Actor, mission string) ([]operations.Patrol, error)
	Plan(ctx context.Context, who access.Actor, mission string, from, to time.Time) ([]operations.Patrol, error)
	CopyPlan(ctx context.Context, who access.Actor, mission string, from time.Time) (n int, err error)
	CheckIn(ctx context.Context, who access.Actor, key record.Key, s operations.Step) error
	Report(ctx context.Context, who access.Actor, key record.Key, fields map[string]string, form string) error
}

// Posts are the mission's sites with their state: [operations.Posts].
type Posts interface {
	States(ctx context.Context, who access.Actor, mission string) ([]operations.State, error)
	Post(ctx context.Context, who access.Actor, key record.Key) (operations.State, error)
	CutOff(ctx context.Context, who access.Actor, key record.Key, from, to time.Time) (cut, unknown time.Duration, err error)
	Signals(ctx context.Context, who access.Actor, mission string, r operations.Returns) error
	Vehicles(ctx context.Context, who access.Actor, mission string, r operations.Returns) error
}

// Custody is the register of seized items: [custody.Register].
type Custody interface {
	Items(ctx context.Context, who access.Actor, q record.Query) (items []custody.Item, next string, err error)
	Item(ctx context.Context, who access.Actor, key record.Key) (custody.Item, error)
	Take(ctx context.Context, who access.Actor, mission string, d desk.Draft, holder string) (ref string, err error)
	Step(ctx context.Context, who access.Actor, key record.Key, d desk.Draft) error
}

// Detentions are the persons in the mission's custody: [custody.Detentions].
type Detentions interface {
	People(ctx context.Context, who access.Actor, q record.Query) (people []custody.Person, next string, err error)
	Held(ctx context.Context, who access.Actor, mission string) ([]custody.Person, error)
	Person(ctx context.Context, who access.Actor, key record.Key) (custody.Person, error)
	Hold(ctx context.Context, who access.Actor, mission string, d desk.Draft) (ref string, err error)
	End(ctx context.Context, who access.Actor, key record.Key, d desk.Draft) error
}

// Room is what the pages of the operations room stand on.
type Room struct {
	Log        Log
	Flashes    Flashes
	Patrols    Patrols
	Posts      Posts
	Register   Custody
	Detentions Detentions
}

// complete reports whether no part is missing.
func (r *Room) complete() bool {
	return r.Log != nil && r.Flashes != nil && r.Patrols != nil && r.Posts != nil && r.Register != nil && r.Detentions != nil
}
