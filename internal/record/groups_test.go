package record_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// scattered draws what is said of records that stand in several places, in the
// same one, and in none.
func scattered(t *rapid.T, p *pen) (out []journal.Stored) {
	last := map[record.Key]journal.ID{}
	for minute := range rapid.IntRange(1, 24).Draw(t, "entries") {
		e := journal.Entry{
			Kind: rapid.SampledFrom([]string{"movement", "movement", "report"}).Draw(t, "kind"),
			Ref:  rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"}).Draw(t, "ref"), Op: journal.OpState, Reported: day(minute / 2),
		}
		key := record.Key{Mission: "m", Kind: e.Kind, Ref: e.Ref}
		if seen, known := last[key]; known && rapid.IntRange(0, 3).Draw(t, "saw") > 0 {
			e.Seen = []journal.ID{seen}
			if rapid.IntRange(0, 6).Draw(t, "retracts") == 0 {
				e.Op = journal.OpRetract
			}
		}
		if e.Op == journal.OpState {
			e.Fields = map[string]journal.Value{"summary": {Text: "quiet"}}
			set := func(field string, values ...string) {
				if v := rapid.SampledFrom(append(values, "")).Draw(t, field); v != "" {
					e.Fields[field] = journal.Value{Text: v}
				}
			}
			set("at", "2025-01-01", "2025-01-02", "2025-01-03")
			set("marking", "public", "mission", "owner")
			set("lat", "18", "18.0001", "18.5", "-18", "30", "91")
			set("lon", "-72", "-72.0001", "-72.5", "179.9", "-179.9", "-73")
			if e.Kind == "movement" {
				set("contributor", "AAA", "BBB")
				set("way", "RIVER")
			}
		}
		s := p.write(minute, e)
		last[key] = s.ID
		out = append(out, s)
	}
	return out
}

func anyBox(t *rapid.T) record.Box {
	return rapid.SampledFrom([]record.Box{
		{South: -90, West: -180, North: 90, East: 180},
		{South: 17.9, West: -72.1, North: 18.1, East: -71.9},
		{South: 18, West: -72, North: 18, East: -72},
		{South: 17, West: 179, North: 19, East: -179},
		{South: -40, West: -73, North: 18.00005, East: -71},
	}).Draw(t, "in")
}

// TestAMapCountsWhatTheListHas: for any reader, box, dates and filter; also what
// was told between two questions.
func TestAMapCountsWhatTheListHas(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBench(t, t.TempDir())
		defer b.close()
		all := scattered(rt, &pen{t: t})
		half := rapid.IntRange(0, len(all)).Draw(rt, "told before")
		b.put(all[:half]...)
		for turn := range 4 {
			if turn == 2 {
				b.put(all[half:]...)
			}
			q := record.GroupQuery{Mission: "m", Box: anyBox(rt), Zoom: rapid.SampledFrom([]int{0, 4, 9, 16, 22}).Draw(rt, "zoom"), Sight: anySight(rt, b)}
			if rapid.Bool().Draw(rt, "past") {
				q.Known = day(rapid.IntRange(0, 12).Draw(rt, "known"))
			}
			movement := record.Layer{Kind: "movement", Where: rapid.SampledFrom([]map[string][]string{nil, {"contributor": {"AAA"}}, {"marking": {"public", ""}}}).Draw(rt, "where")}
			if rapid.Bool().Draw(rt, "dated") {
				movement.From, movement.To = time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(2025, 1, 3, 0, 0, 0, 0, time.UTC)
			}
			q.Layers = []record.Layer{movement, {Kind: "report", Ground: true}}
			sameAsLists(rt, b, q)
		}
	})
}

func sameAsLists(t *rapid.T, b *bench, q record.GroupQuery) {
	got, err := b.Groups(b.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	sum := map[string]int{}
	for _, g := range got.Groups {
		n := 0
		for k, of := range g.Kinds {
			sum[k], n = sum[k]+of, n+of
		}
		// Closer in, two are told apart when they lie further apart than a cell, of
		// which a box has at least 32 across.
		cell := max(q.Box.North-q.Box.South, q.Box.East-q.Box.West)/32 + 1e-9
		one := g.Box.North-g.Box.South <= cell && g.Box.East-g.Box.West <= cell
		if n != g.N || g.N == 1 && len(g.Versions) != 1 || g.N > 8 && g.Versions != nil || g.Ground != (g.Kinds["report"] > 0) {
			t.Fatalf("group %+v", g)
		}
		if g.Lat < g.Box.South-1e-9 || g.Lat > g.Box.North+1e-9 || q.Zoom == 22 && q.Box.North-q.Box.South < 1 && !one && g.N > 1 {
			t.Fatalf("group %+v stands outside itself, or is not parted", g)
		}
	}
	want := map[string][]string{}
	for _, l := range q.Layers {
		for _, v := range listed(t, b, q, l) {
			want[l.Kind] = append(want[l.Kind], v.Ref)
		}
		if len(want[l.Kind]) != got.Kinds[l.Kind] {
			t.Fatalf("%+v\n%d of kind %s on the map, listed %v", q, got.Kinds[l.Kind], l.Kind, want[l.Kind])
		}
	}
	if !maps.Equal(sum, got.Kinds) {
		t.Fatalf("the groups hold %v, the box %v", sum, got.Kinds)
	}
	for _, g := range got.Groups {
		for _, v := range g.Versions {
			if !slices.Contains(want[v.Kind], v.Ref) {
				t.Fatalf("%s/%s is shown and not listed", v.Kind, v.Ref)
			}
		}
	}
}

// listed is the list of a layer's box, without what the reader may no longer read.
func listed(t *rapid.T, b *bench, q record.GroupQuery, l record.Layer) (out []record.Version) {
	page, err := b.List(b.Context(), record.Query{
		Mission: q.Mission, Kind: l.Kind, AsOf: q.AsOf, From: l.From, To: l.To, Where: l.Where, Box: &q.Box, Sight: q.Sight, Limit: 1000,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range page.Versions {
		lat, lon := v.Text("lat"), v.Text("lon")
		if lat == "" || lon == "" {
			continue
		}
		now := record.Query{Mission: q.Mission, Sight: q.Sight}
		if v := standing(t, b, v.Key, now); q.Sight.Rights == nil || v != nil && q.Sight.Rights.Reads(v.Kind, classIn(v)) {
			out = append(out, *v)
		}
	}
	return out
}

func classIn(v *record.Version) record.Class {
	c := record.Class{Marking: v.Text("marking"), Owner: "mission", Ref: v.Ref}
	if c.Marking == "" {
		c.Marking = map[string]string{"movement": "mission", "report": "public"}[v.Kind]
	}
	if of := v.Text("contributor"); of != "" {
		c.Owner = of
	}
	return c
}

// A crowded box is answered in groups, never in more than a browser can draw, and
// every record is in exactly one.
func TestACrowdedBoxIsGrouped(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	var batch []journal.Stored
	for i := range 3000 {
		lat, lon := 18+float64(i%60)/40, -74+float64(i/60)/30
		batch = append(batch, p.write(i, journal.Entry{Ref: fmt.Sprint("r", i), Fields: fields("summary", "x", "lat", fmt.Sprint(lat), "lon", fmt.Sprint(lon))}))
	}
	b.put(batch...)
	for zoom := range 20 {
		got, err := b.Groups(t.Context(), record.GroupQuery{
			Mission: "m", Zoom: zoom, Box: record.Box{South: 17, West: -75, North: 20, East: -71}, Layers: []record.Layer{{Kind: "movement"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, g := range got.Groups {
			n += g.N
		}
		if n != 3000 || len(got.Groups) > 400 || zoom > 8 && len(got.Groups) < 50 {
			t.Errorf("zoom %d: %d in %d groups", zoom, n, len(got.Groups))
		}
	}
}
