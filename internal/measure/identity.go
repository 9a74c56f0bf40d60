package measure

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
)

// Flow is what moved a figure over a period: opening plus all parts is closing.
// It closes by construction, because each part counts the same records as the
// figures at both ends; it is computed all the same, and a test holds it.
type Flow struct {
	By      map[string]string
	Opening *Amount // nil where nothing was recorded by then
	// Parts are the signed sums by the names that the definition's terms
	// give them: arrivals 217, departures -40.
	Parts   map[string]Amount
	Closing *Amount
}

// Closes reports whether opening and parts make up the closing.
func (f *Flow) Closes() bool {
	var total Amount
	if f.Opening != nil {
		total = *f.Opening
	}
	for _, v := range f.Parts {
		total += v
	}
	if f.Closing == nil {
		return total == 0
	}
	return total == *f.Closing
}

// Identity gives the flows of a measure from q.From to q.At by the query's
// dimensions, sorted by them.
func (e *Engine) Identity(ctx context.Context, who access.Actor, q Query) ([]Flow, error) {
	p, err := e.plan(who, q)
	if err != nil {
		return nil, err
	}
	if err := p.exactly(); err != nil {
		return nil, err
	}
	p.sight.large = nil // a group may lie on both sides of a date
	flows := map[string]*Flow{}
	opening := q
	opening.At, opening.From, opening.EvidenceLimit = q.From, time.Time{}, 1
	if q.From.IsZero() {
		opening.At = time.UnixMilli(0).AddDate(-1000, 0, 0)
	}
	err = e.ends(ctx, who, opening, func(by []string, v Amount) { flow(p, flows, by).Opening = &v })
	if err != nil {
		return nil, err
	}
	closing := q
	closing.From, closing.EvidenceLimit = time.Time{}, 1
	err = e.ends(ctx, who, closing, func(by []string, v Amount) { flow(p, flows, by).Closing = &v })
	if err != nil {
		return nil, err
	}
	err = e.each(ctx, p, func(s *scan) { s.run(&partition{p, flows}) })
	if err != nil {
		return nil, err
	}
	out := make([]Flow, 0, len(flows))
	for _, f := range flows {
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b Flow) int {
		for _, name := range q.By {
			if c := cmp.Compare(a.By[name], b.By[name]); c != 0 {
				return c
			}
		}
		return 0
	})
	return out, nil
}

func (e *Engine) ends(ctx context.Context, who access.Actor, q Query, fn func(by []string, v Amount)) error {
	p, err := e.plan(who, q)
	if err != nil {
		return err
	}
	p.sight.large = nil
	t, err := e.tally(ctx, p, 1)
	if err != nil {
		return err
	}
	for _, c := range t.rows {
		fn(c.by, c.sum)
	}
	return nil
}

func flow(p *plan, flows map[string]*Flow, by []string) *Flow {
	key := strings.Join(by, "\x00")
	f := flows[key]
	if f == nil {
		f = &Flow{By: map[string]string{}, Parts: map[string]Amount{}}
		for i, name := range p.query.By {
			f.By[name] = by[i]
		}
		flows[key] = f
	}
	return f
}

// partition is the sink that adds up a period by the parts of the definition.
type partition struct {
	p     *plan
	flows map[string]*Flow
}

func (x *partition) guess(*scan, guess) {}

func (x *partition) hit(s *scan, h hit) {
	by, _ := s.texts(h.key)
	part := s.steps[h.term].part
	flow(x.p, x.flows, by).Parts[part] += h.amount
}
