package casualty_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// epoch is when the histories of these tests begin.
var epoch = time.Date(2026, 3, 25, 20, 30, 0, 0, time.UTC)

const day = 24 * time.Hour

func terms(string) casualty.Terms { return casualty.Terms{Hold: day, Zone: time.UTC} }

// said is one statement about a record, and when the mission was told.
type said struct {
	after  time.Duration // since the epoch
	fields map[string]string
	op     journal.Op
}

// world is a record store of a few records, folded from their entries.
type world struct {
	keys    []record.Key // a record's number is its place here, from 1
	entries map[record.Key][]journal.Stored
	broken  bool
}

func newWorld() *world { return &world{entries: map[record.Key][]journal.Stored{}} }

func key(kind, ref string) record.Key { return record.Key{Mission: "m", Kind: kind, Ref: ref} }

// say adds statements, each by somebody who has seen those before it.
func (w *world) say(k record.Key, all ...said) []record.Changed {
	if !slices.Contains(w.keys, k) {
		w.keys = append(w.keys, k)
	}
	for _, s := range all {
		n := len(w.entries[k])
		e := journal.Stored{Pos: int64(n + 1), ID: journal.ID{byte(n + 1), byte(slices.Index(w.keys, k))}}
		e.Mission, e.Kind, e.Ref, e.Op = k.Mission, k.Kind, k.Ref, cmp.Or(s.op, journal.OpState)
		e.Reported, e.Clock, e.Seq = epoch.Add(s.after), clock.At(epoch.Add(s.after))+clock.Stamp(n), uint64(n+1)
		for _, before := range w.entries[k] {
			e.Seen = append(e.Seen, before.ID)
		}
		e.Fields = map[string]journal.Value{}
		for id, text := range s.fields {
			e.Fields[id] = journal.Value{Text: text}
		}
		w.entries[k] = append(w.entries[k], e)
	}
	return w.touched(k)
}

func (w *world) touched(k record.Key) []record.Changed {
	return []record.Changed{{Mission: k.Mission, Kind: k.Kind, ID: int64(slices.Index(w.keys, k) + 1)}}
}

func (w *world) History(_ context.Context, k record.Key, _ record.AsOf) (record.History, error) {
	if w.broken {
		return record.History{}, fail.New(fail.Unavailable, "the disk is gone", "")
	}
	entries, ok := w.entries[k]
	if !ok {
		return record.History{}, fail.New(fail.NotFound, "no record", "")
	}
	h := record.History{Key: k, Steps: record.Fold(k, entries)}
	for i := range h.Steps {
		h.Steps[i].ID = int64(slices.Index(w.keys, k) + 1)
		if at, err := time.Parse(time.RFC3339, h.Steps[i].Text("at")); err == nil {
			h.Steps[i].Lo = at
		}
	}
	return h, nil
}

func (w *world) Versions(ctx context.Context, mission, kind string, _ time.Time, fn func(record.Version) error) error {
	for _, k := range w.keys {
		if k.Mission != mission || k.Kind != kind || w.entries[k] == nil {
			continue
		}
		h, err := w.History(ctx, k, record.AsOf{})
		if err != nil {
			return err
		}
		for _, s := range h.Steps {
			if err := fn(s.Version); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) Keys(_ context.Context, ids []int64) ([]record.Key, error) {
	if w.broken {
		return nil, fail.New(fail.Unavailable, "the disk is gone", "")
	}
	out := make([]record.Key, len(ids))
	for i, id := range ids {
		out[i] = w.keys[id-1]
	}
	return out, nil
}

// Open gives a value as it is: the names of these tests are not sealed.
func (w *world) Open(_ context.Context, v journal.Value, _ string) (string, error) {
	if v.Text == "erased" {
		return "", fail.New(fail.Denied, "the key is destroyed", "")
	}
	return v.Text, nil
}

// gate is one over the world, read as at a time.
func (w *world) gate(t testing.TB, now time.Time) *casualty.Gate {
	t.Helper()
	g := w.unread(now)
	if err := g.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return g
}

func (w *world) unread(now time.Time) *casualty.Gate {
	return casualty.NewGate(casualty.GateOptions{
		Records: w, Keys: w, Missions: []string{"m"}, Terms: terms,
		Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
	})
}

// holds writes what is closed at a time as "kind/ref since", in hours.
func holds(g *casualty.Gate, t time.Time) (out []string) {
	for _, h := range g.Closed("m", t) {
		since := "all"
		if !h.Since.IsZero() {
			since = fmt.Sprint(h.Since.Sub(epoch).Hours())
		}
		out = append(out, h.Kind+"/"+h.Ref+" "+since)
	}
	return out
}

func closed(g *casualty.Gate, t time.Time, k record.Key) (access.Hold, bool) {
	for _, h := range g.Closed(k.Mission, t) {
		if h.Kind == k.Kind && h.Ref == k.Ref {
			return h, true
		}
	}
	return access.Hold{}, false
}

func hours(n int) time.Duration { return time.Duration(n) * time.Hour }
