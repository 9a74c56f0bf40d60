package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// asked is how often each reader asks; they take turns, so that what else the
// machine does falls on all of them alike.
const asked = 60

// sights is what access costs: the same questions with nothing to decide, as who
// sits at the machine, and as a ministry and the public.
func (b *bench) sights() error {
	ministry := access.Actor{Name: "ministry", Grants: []access.Grant{{Role: access.RoleMinistry, Owner: "KEN"}}}
	list := record.Query{Mission: "bench", Kind: "incident"}
	filter := list
	filter.Where = map[string][]string{"category": {"SHOOTING"}}
	at := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, q := range []struct {
		what string
		ask  func(context.Context, access.Actor) error
	}{
		{"newest 50", func(ctx context.Context, who access.Actor) error {
			_, err := b.node.Door.List(ctx, who, list)
			return err
		}},
		{"newest 50 of a filter", func(ctx context.Context, who access.Actor) error {
			_, err := b.node.Door.List(ctx, who, filter)
			return err
		}},
		{"a count", func(ctx context.Context, who access.Actor) error {
			_, err := b.node.Door.Count(ctx, who, filter)
			return err
		}},
		{"a figure", func(ctx context.Context, who access.Actor) error {
			_, err := b.node.Figures.Figure(ctx, who, measure.Query{
				Mission: "bench", Measure: "strength.present", By: []string{"contributor"}, At: at, EvidenceLimit: 50,
			})
			return err
		}},
	} {
		if err := b.compare(q.what, q.ask, access.Local(), ministry, access.Public()); err != nil {
			return err
		}
	}
	return nil
}

// compare prints how much longer the others take than the first.
func (b *bench) compare(what string, ask func(context.Context, access.Actor) error, readers ...access.Actor) error {
	took := make([][]time.Duration, len(readers))
	for range asked {
		for i, who := range readers {
			start := time.Now()
			if err := ask(b.ctx, who); err != nil {
				return fmt.Errorf("%s as %s: %w", what, who.Name, err)
			}
			took[i] = append(took[i], time.Since(start))
		}
	}
	var base time.Duration
	for i, who := range readers {
		slices.Sort(took[i])
		middle := took[i][asked/2]
		if i == 0 {
			base = middle
		}
		b.line("with and without: "+what+" as "+who.Name, middle.Round(time.Microsecond),
			fmt.Sprintf("%+.1f %%, %+v; goal under 5 %% of a page", 100*(float64(middle)/float64(base)-1), (middle-base).Round(time.Microsecond)))
	}
	return nil
}
