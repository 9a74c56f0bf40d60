package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// times runs a question and prints its median and worst hundredth.
func (b *bench) times(what string, n int, goal string, ask func() (int, error)) error {
	took := make([]time.Duration, 0, n)
	found := 0
	for range n {
		start := time.Now()
		got, err := ask()
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		found = got
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.line(what, took[n/2].Round(10*time.Microsecond), fmt.Sprintf("p99 %v; %d found; goal %s", took[n*99/100].Round(10*time.Microsecond), found, goal))
	return nil
}

func anyDay(r *rand.Rand) time.Time {
	return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, r.IntN(5*365))
}

func (b *bench) figures() error {
	r := rand.New(rand.NewPCG(1, 2))
	for _, q := range []measure.Query{
		{Measure: "strength.present", By: []string{"contributor"}},
		{Measure: "incidents.recorded", By: []string{"category"}},
		{Measure: "incidents.killed"},
	} {
		q.Mission, q.EvidenceLimit = "bench", 50
		ask := func() (int, error) {
			q.At, q.Known = anyDay(r), anyDay(r)
			f, err := b.node.Figures.Figure(b.ctx, access.Local(), q)
			return len(f.Rows), err
		}
		start := time.Now()
		if _, err := ask(); err != nil {
			return err
		}
		b.line("first "+q.Measure+" after a start (reads the columns)", time.Since(start).Round(time.Millisecond), "")
		if err := b.times("figure "+q.Measure+" "+strings.Join(q.By, ","), 50, "50 ms", ask); err != nil {
			return err
		}
	}
	rows, bytes := b.node.Figures.Memory()
	b.line("columns in memory", fmt.Sprintf("%d MB", bytes>>20), fmt.Sprintf("%d rows, %d bytes a row", rows, bytes/max(1, rows)))
	return nil
}

func (b *bench) pages() error {
	r := rand.New(rand.NewPCG(3, 4))
	for _, p := range []struct {
		what, goal string
		who        access.Actor
		q          func() record.Query
	}{
		{"newest 50 of a kind", "10 ms", access.Local(), func() record.Query { return record.Query{} }},
		{"newest 50 as the public", "10 ms", access.Public(), func() record.Query { return record.Query{} }},
		{"a filter with many hits", "10 ms", access.Local(), func() record.Query {
			return record.Query{Where: map[string][]string{"category": {"SHOOTING"}}}
		}},
		{"a filter with few hits, as the public", "10 ms", access.Public(), func() record.Query {
			return record.Query{Where: map[string][]string{"category": {"ARSON"}}}
		}},
		{"all that rests on a source", "10 ms", access.Local(), func() record.Query {
			return record.Query{Where: map[string][]string{record.FieldSource: {fmt.Sprintf("src-%d", r.IntN(500))}}}
		}},
		{"newest 50 as known on a day", "10 ms", access.Local(), func() record.Query {
			return record.Query{AsOf: record.AsOf{Known: anyDay(r)}}
		}},
		{"text search, two words", "50 ms", access.Local(), func() record.Query {
			return record.Query{Text: words(r, 1) + words(r, 1)}
		}},
		{"text search, a rare word and a filter", "50 ms", access.Public(), func() record.Query {
			return record.Query{Text: "ya2002", Where: map[string][]string{"category": {"CLASH"}}}
		}},
		{"text search, the beginning of a word", "50 ms", access.Local(), func() record.Query { return record.Query{Text: "ya2"} }},
		{"a box of a few kilometres", "50 ms", access.Local(), func() record.Query {
			south, west := 18+r.Float64()*1.9, -74+r.Float64()*1.9
			return record.Query{Box: &record.Box{South: south, West: west, North: south + 0.03, East: west + 0.03}}
		}},
	} {
		err := b.times(p.what, 50, p.goal, func() (int, error) {
			q := p.q()
			q.Mission, q.Kind = "bench", "incident"
			page, err := b.node.Door.List(b.ctx, p.who, q)
			return len(page.Versions), err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) memory() error {
	runtime.GC()
	debug.FreeOSMemory()
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return nil // not a system that tells
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.line("resident memory after all this", strings.TrimSpace(rest), fmt.Sprintf("%d MB of it Go's own, the rest page caches; goal 200 MB", (m.HeapInuse+m.StackInuse)>>20))
		}
	}
	return nil
}

func (b *bench) rebuild() error {
	n, err := b.node.Journal.Count(b.ctx)
	if err != nil {
		return err
	}
	start := time.Now()
	if err := b.node.Rebuild(b.ctx, nil); err != nil {
		return err
	}
	b.rate("rebuild of the record store and the search index", int(n), time.Since(start), "goal 50,000/s")
	return b.node.Close()
}
