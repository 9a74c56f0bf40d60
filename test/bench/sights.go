package main

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// asked is how often each reader asks; they take turns, so that what else the
// machine does falls on all of them alike.
const asked = 100

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
	took := make([]costs, len(readers))
	for n := range asked {
		for turn := range readers {
			i := (n + turn) % len(readers)
			who := readers[i]
			err := took[i].of(func() error { return ask(b.ctx, who) })
			if err != nil {
				return fmt.Errorf("%s as %s: %w", what, who.Name, err)
			}
		}
	}
	for i, who := range readers {
		b.line("with and without: "+what+" as "+who.Name, took[i].middle().Round(time.Microsecond),
			took[i].beside(&took[0], i == 0)+"; goal under 5 % of a page")
	}
	return nil
}

// costs are what one reader's questions took: by the clock on the wall, and of the
// processor, which what else runs on the machine does not change much.
type costs struct{ wall, processor []time.Duration }

func (c *costs) of(ask func() error) error {
	start, worked := time.Now(), processor()
	err := ask()
	c.wall, c.processor = append(c.wall, time.Since(start)), append(c.processor, processor()-worked)
	return err
}

func half(list []time.Duration) time.Duration {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

func (c *costs) middle() time.Duration { return half(c.wall) }

// beside compares them with those of who is not decided about.
func (c *costs) beside(base *costs, first bool) string {
	mine := half(c.processor)
	out := fmt.Sprintf("processor %v", mine.Round(time.Microsecond))
	if !first {
		its := half(base.processor)
		out += fmt.Sprintf(", %+.1f %%, %+v", 100*(float64(mine)/float64(its)-1), (mine - its).Round(time.Microsecond))
	}
	return out
}

// processor is the time that all threads of this program worked so far.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
