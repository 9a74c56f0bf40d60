package sitrep

import (
	"context"
	"slices"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// Input is what one post sent for the report of a day.
type Input struct {
	Post, Name string // ref and name
	Received   bool
	Nil        bool             // all that it sent says that nothing happened
	Parts      []record.Version // oldest first
}

// Send records a post's part, or that it has nothing to say. One for a report that is
// out begins its corrigendum. The error of a
// refusal is fail.Invalid and wraps a [Refused].
func (s *Service) Send(ctx context.Context, who access.Actor, mission string, d desk.Draft) (string, error) {
	d.Kind = kindInput
	if d.Fields["at"] == "" {
		d.Fields["at"] = stamp(s.Now())
	}
	for id, text := range d.Fields {
		if text == "" {
			delete(d.Fields, id)
		}
	}
	ref, err := s.submit(ctx, who, mission, d)
	if err != nil {
		return "", err
	}
	return ref, s.begin(ctx, who, mission, d.Fields["for"])
}

// Inputs gives what every open post sent for a day, by name: those of whom
// nothing was received too. n of m is the received of them all.
func (s *Service) Inputs(ctx context.Context, who access.Actor, mission, day string, asOf record.AsOf) ([]Input, error) {
	posts, err := s.all(ctx, who, record.Query{Mission: mission, Kind: kindPost, AsOf: asOf})
	if err != nil {
		return nil, err
	}
	parts, err := s.all(ctx, who, record.Query{Mission: mission, Kind: kindInput, Text: day, Where: map[string][]string{"for": {day}}, Order: record.OldestFirst, AsOf: asOf})
	if err != nil {
		return nil, err
	}
	var out []Input
	for i := range posts {
		p := Input{Post: posts[i].Ref, Name: posts[i].Text("name"), Nil: true}
		for j := range parts {
			if parts[j].Text("post") == p.Post {
				p.Received, p.Nil = true, p.Nil && parts[j].Text("nil") == "yes"
				p.Parts = append(p.Parts, parts[j])
			}
		}
		p.Nil = p.Nil && p.Received
		if status := posts[i].Text("status"); p.Received || status == "" || status == "OPEN" {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Input) int {
		if a.Name != b.Name {
			return compareText(a.Name, b.Name)
		}
		return compareText(a.Post, b.Post)
	})
	return out, nil
}

func compareText(a, b string) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

// Received counts the posts of which something came, of all that had to send.
func Received(inputs []Input) (n, m int) {
	for _, p := range inputs {
		if p.Received {
			n++
		}
	}
	return n, len(inputs)
}

// all lists every record that a question finds, nothing where the actor may not ask.
func (s *Service) all(ctx context.Context, who access.Actor, q record.Query) (out []record.Version, err error) {
	q.Limit = record.MaxLimit
	for {
		page, err := s.Door.List(ctx, who, q)
		if fail.Is(err, fail.Denied) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, page.Versions...)
		if q.After = page.Next; page.Next == "" {
			return out, nil
		}
	}
}
