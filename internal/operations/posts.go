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

// kindVehicles is of another domain; a post is shown with what it drives.
const kindVehicles = "vehicles"

// PostOptions are what [Posts] is made of. All are needed but Desk.
type PostOptions struct {
	Door Door
	Desk Writer
	Zone func(mission string) *time.Location
	Now  func() time.Time
}

// Posts is what the pages of the mission's sites are made of: who holds them, in
// which state, and what works there.
type Posts struct {
	base
	zone func(mission string) *time.Location
}

// NewPosts makes the service. It starts nothing.
func NewPosts(o PostOptions) *Posts { return &Posts{base{o.Door, o.Desk, o.Now}, o.Zone} }

// State is a post with the last word on each means of calling and each type of
// vehicle that it has.
type State struct {
	Post     record.Version
	Signals  []record.Version // the newest of each means
	Vehicles []record.Version // the newest of each type
	// Reaches says whether the post reaches headquarters by any means, as last
	// reported; Known is false where nobody said.
	Reaches, Known bool
	Since          time.Time // UTC; of the newest word on either
}

// StaleSignals is how long a word on communications or vehicles is worth showing
// as the present one: a week, the rhythm of the weekly state.
const StaleSignals = 7 * 24 * time.Hour

// Stale reports whether nothing newer than a week is known at t.
func (s State) Stale(t time.Time) bool { return s.Since.IsZero() || t.Sub(s.Since) > StaleSignals }

// States gives all posts that the actor may read, by name.
func (p *Posts) States(ctx context.Context, who access.Actor, mission string) ([]State, error) {
	posts, err := p.readable(ctx, who, record.Query{Mission: mission, Kind: kindPost})
	if err != nil {
		return nil, err
	}
	signals, err := p.recent(ctx, who, record.Query{Mission: mission, Kind: kindSignals})
	if err != nil {
		return nil, err
	}
	vehicles, err := p.recent(ctx, who, record.Query{Mission: mission, Kind: kindVehicles})
	if err != nil {
		return nil, err
	}
	out := make([]State, 0, len(posts))
	for i := range posts {
		out = append(out, state(&posts[i], signals, vehicles))
	}
	slices.SortStableFunc(out, func(a, b State) int {
		return cmp.Or(cmp.Compare(a.Post.Text("name"), b.Post.Text("name")), cmp.Compare(a.Post.Ref, b.Post.Ref))
	})
	return out, nil
}

// Post gives one. [fail.NotFound] also where the actor may not read it.
func (p *Posts) Post(ctx context.Context, who access.Actor, key record.Key) (State, error) {
	v, err := p.door.Record(ctx, who, key, record.AsOf{})
	if err != nil {
		return State{}, err
	}
	of := map[string][]string{"post": {key.Ref}}
	signals, err := p.recent(ctx, who, record.Query{Mission: key.Mission, Kind: kindSignals, Where: of})
	if err != nil {
		return State{}, err
	}
	vehicles, err := p.recent(ctx, who, record.Query{Mission: key.Mission, Kind: kindVehicles, Where: of})
	if err != nil {
		return State{}, err
	}
	return state(&v, signals, vehicles), nil
}

// recent lists the newest thousand: what is older than those is not the state of
// anything any more, and a mission of years must not make the board slower.
func (p *Posts) recent(ctx context.Context, who access.Actor, q record.Query) ([]record.Version, error) {
	q.Limit = record.MaxLimit
	page, err := p.door.List(ctx, who, q)
	if fail.Is(err, fail.Denied) {
		return nil, nil
	}
	return page.Versions, err
}

// readable lists what an actor may read, which is nothing where they may not ask.
func (b *base) readable(ctx context.Context, who access.Actor, q record.Query) ([]record.Version, error) {
	list, err := b.all(ctx, who, q)
	if fail.Is(err, fail.Denied) {
		return nil, nil
	}
	return list, err
}

// state puts the newest words together. The lists are newest first.
func state(post *record.Version, signals, vehicles []record.Version) State {
	s := State{Post: *post}
	s.Signals = newest(signals, post.Ref, "means")
	s.Vehicles = newest(vehicles, post.Ref, "type")
	for i := range s.Signals {
		if reach := s.Signals[i].Text("reach-hq"); reach != "" {
			s.Known, s.Reaches = true, s.Reaches || reach == "yes"
		}
	}
	for _, list := range [][]record.Version{s.Signals, s.Vehicles} {
		for i := range list {
			if list[i].Lo.After(s.Since) {
				s.Since = list[i].Lo
			}
		}
	}
	return s
}

// newest gives the first of each value of a field among those of a post.
func newest(list []record.Version, post, field string) (out []record.Version) {
	for i := range list {
		same := func(v record.Version) bool { return v.Text(field) == list[i].Text(field) }
		if list[i].Text("post") == post && !slices.ContainsFunc(out, same) {
			out = append(out, list[i])
		}
	}
	slices.SortFunc(out, func(a, b record.Version) int { return cmp.Compare(a.Text(field), b.Text(field)) })
	return out
}

// Return is one line of a state that a post sends: a means or a type, how many
// there are and how many work.
type Return struct {
	What         string // code of the means, or of the type
	Total, Works string
	Reach        string // of a means: yes, no or ""
	Reason       string // of vehicles
}

// Returns is the state that a post sends at a time.
type Returns struct {
	Post, At string // ref; a time as a field holds it
	Lines    []Return
	Form     string // makes a repeat harmless
}

// Signals records the state of a post's communications, all lines or none; lines
// without any number or word are left out.
func (p *Posts) Signals(ctx context.Context, who access.Actor, mission string, r Returns) error {
	return p.returns(ctx, who, mission, r, func(l Return) desk.Draft {
		return desk.Draft{Kind: kindSignals, Fields: filled(map[string]string{
			"post": r.Post, "at": r.At, "means": l.What, "quantity": l.Total, "working": l.Works, "reach-hq": l.Reach,
		})}
	})
}

// Vehicles records the state of a post's vehicles, as [Posts.Signals].
func (p *Posts) Vehicles(ctx context.Context, who access.Actor, mission string, r Returns) error {
	return p.returns(ctx, who, mission, r, func(l Return) desk.Draft {
		return desk.Draft{Kind: kindVehicles, Fields: filled(map[string]string{
			"post": r.Post, "at": r.At, "type": l.What, "total": l.Total, "operational": l.Works, "reason": l.Reason,
		})}
	})
}

func (p *Posts) returns(ctx context.Context, who access.Actor, mission string, r Returns, draft func(Return) desk.Draft) error {
	var drafts []desk.Draft
	for _, l := range r.Lines {
		if l.Total == "" && l.Works == "" && l.Reach == "" {
			continue
		}
		d := draft(l)
		d.Form = r.Form + "-" + l.What
		drafts = append(drafts, d)
	}
	if len(drafts) == 0 {
		return fail.New(fail.Invalid, "nothing was filled in", "write how many there are and how many work; 0 where none does")
	}
	_, err := p.submit(ctx, who, mission, drafts...)
	return err
}
