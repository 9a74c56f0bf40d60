package record_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// grants are rights by class, with fields that only one owner's records show.
type grants struct {
	classes map[string][]record.Class
	shut    map[string]string // field -> the owner in whose records it may be read; "-" for none
}

func (g grants) Classes(kindID string) []record.Class { return g.classes[kindID] }

func (g grants) Reads(kindID string, of record.Class) bool {
	return slices.ContainsFunc(g.classes[kindID], func(c record.Class) bool {
		return (c.Marking == "" || c.Marking == of.Marking) && (c.Owner == "" || c.Owner == of.Owner) && (c.Ref == "" || c.Ref == of.Ref)
	})
}

func (g grants) Field(_ string, f *kind.Field, of record.Class) bool {
	owner, shut := g.shut[f.ID]
	return !shut || owner == of.Owner
}

// byMarking are rights by marking alone, of records and of fields.
type byMarking []string

func (b byMarking) Classes(string) (out []record.Class) {
	for _, m := range b {
		out = append(out, record.Class{Marking: m})
	}
	return out
}

func (b byMarking) Reads(_ string, of record.Class) bool { return slices.Contains(b, of.Marking) }

func (b byMarking) Field(_ string, f *kind.Field, _ record.Class) bool {
	return f.Marking == "" || slices.Contains(b, f.Marking)
}

func anyGrants(t *rapid.T) record.Rights {
	if rapid.IntRange(0, 4).Draw(t, "sees all") == 0 {
		return nil
	}
	class := rapid.Custom(func(t *rapid.T) record.Class {
		return rapid.SampledFrom([]record.Class{
			{Marking: "public"},
			{Marking: "mission"},
			{Marking: "owner", Owner: "AAA"},
			{Marking: "mission", Owner: "BBB"},
			{Owner: "AAA"},
			{Ref: "b"},
			{Marking: "owner", Ref: "a"},
			{Marking: "public", Owner: "mission"},
			{},
		}).Draw(t, "class")
	})
	g := grants{classes: map[string][]record.Class{}, shut: map[string]string{}}
	for _, k := range []string{"movement", "report"} {
		g.classes[k] = rapid.SliceOfN(class, 0, 3).Draw(t, k)
	}
	for _, f := range []string{"summary", "route", "way", "contributor"} {
		if owner := rapid.SampledFrom([]string{"", "", "", "-", "AAA"}).Draw(t, f); owner != "" {
			g.shut[f] = owner
		}
	}
	return g
}

// told draws what is said of a few records, later and later.
func told(t *rapid.T, p *pen) (out []journal.Stored) {
	last := map[record.Key]journal.ID{}
	for minute := range rapid.IntRange(1, 16).Draw(t, "entries") {
		e := journal.Entry{
			Kind: rapid.SampledFrom([]string{"movement", "movement", "report"}).Draw(t, "kind"),
			Ref:  rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "ref"), Source: rapid.SampledFrom([]string{"", "s1"}).Draw(t, "source"),
			Op: journal.OpState, Reported: day(minute / 2),
		}
		key := record.Key{Mission: "m", Kind: e.Kind, Ref: e.Ref}
		seen, known := last[key]
		if known && rapid.IntRange(0, 3).Draw(t, "saw") > 0 {
			e.Seen = []journal.ID{seen}
			if rapid.IntRange(0, 5).Draw(t, "retracts") == 0 {
				e.Op = journal.OpRetract
			}
		}
		if e.Op == journal.OpState {
			e.Fields = map[string]journal.Value{}
			set := func(field string, values ...string) {
				if v := rapid.SampledFrom(append(values, "")).Draw(t, field); v != "" {
					e.Fields[field] = journal.Value{Text: v}
				}
			}
			set("at", "2025-01-01", "2025-01-02", "2025-01-03")
			set("marking", "public", "mission", "owner")
			set("summary", "convoy ada", "adamant convoy", "quiet")
			if e.Kind == "movement" {
				set("contributor", "AAA", "BBB")
				set("route", "ada", "river")
				set("way", "RIVER")
				set("lat", "18", "30")
				e.Fields["lon"] = journal.Value{Text: "-72"}
			}
			if len(e.Fields) == 0 {
				e.Fields["summary"] = journal.Value{Text: "quiet"}
			}
		}
		s := p.write(minute, e)
		last[key] = s.ID
		out = append(out, s)
	}
	return out
}

func anyQuery(t *rapid.T) record.Query {
	q := record.Query{
		Mission: "m", Kind: rapid.SampledFrom([]string{"", "movement", "movement", "report"}).Draw(t, "of kind"),
		Text:   rapid.SampledFrom([]string{"", "", "convoy", "ada", "ad", "river"}).Draw(t, "text"),
		Begins: rapid.Bool().Draw(t, "begins"),
		Struck: rapid.Bool().Draw(t, "struck"), Limit: rapid.IntRange(1, 3).Draw(t, "limit"),
		Order: rapid.SampledFrom([]record.Order{record.NewestFirst, record.OldestFirst}).Draw(t, "order"),
	}
	q.Where = rapid.SampledFrom([]map[string][]string{
		nil, nil, {"contributor": {"AAA"}}, {"way": {"RIVER"}}, {"way": {""}}, {"summary": {"convoy ada"}}, {record.FieldSource: {"s1"}},
	}).Draw(t, "where")
	if rapid.IntRange(0, 3).Draw(t, "box") == 0 {
		q.Box = &record.Box{South: 17, West: -73, North: 19, East: -71}
	}
	if rapid.IntRange(0, 3).Draw(t, "dated") == 0 {
		q.From, q.To = time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(2025, 1, 3, 0, 0, 0, 0, time.UTC)
	}
	switch rapid.IntRange(0, 3).Draw(t, "as of") {
	case 0:
		q.Known = day(rapid.IntRange(0, 8).Draw(t, "known"))
	case 1:
		q.Recorded = day(rapid.IntRange(0, 16).Draw(t, "recorded"))
	}
	return q
}

func cover(text string, _ time.Time) string { return strings.ReplaceAll(text, "ada", "■■■") }

// anySight draws rights, holds and what is covered.
func anySight(t *rapid.T, b *bench) record.Sight {
	s := record.Sight{Rights: anyGrants(t)}
	if rapid.IntRange(0, 2).Draw(t, "covers") == 0 {
		s.Cover = cover
	}
	for _, key := range known(t, b) {
		if rapid.IntRange(0, 2).Draw(t, "holds") > 0 {
			continue
		}
		v, err := b.Get(b.Context(), key, record.AsOf{})
		if err != nil {
			t.Fatal(err)
		}
		s.Held = append(s.Held, record.Held{Key: key, ID: v.ID, Since: day(rapid.IntRange(0, 8).Draw(t, "since"))})
	}
	return s
}

func known(t *rapid.T, b *bench) (keys []record.Key) {
	for _, ref := range []string{"a", "b", "c", "d"} {
		found, err := b.Find(b.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, found...)
	}
	return keys
}

// naiveList is what a reader should get, looked for version by version.
func naiveList(t *rapid.T, b *bench, q record.Query) (refs []string) {
	type at struct {
		sec, id int64
		ref     string
	}
	find := func(prefix bool) (out []at) {
		for _, key := range known(t, b) {
			if q.Kind != "" && key.Kind != q.Kind {
				continue
			}
			if v := standing(t, b, key, q); v != nil && shows(v, q, prefix) {
				sec := int64(-1 << 40)
				if !v.Hi.IsZero() {
					sec = v.Lo.Unix()
				}
				out = append(out, at{sec, v.ID, key.Kind + "/" + key.Ref})
			}
		}
		return out
	}
	found := find(q.Begins && len(q.Text) >= 3)
	if len(found) == 0 && len(q.Text) >= 3 {
		found = find(true)
	}
	slices.SortFunc(found, func(a, b at) int {
		by := cmp.Or(cmp.Compare(b.sec, a.sec), cmp.Compare(b.id, a.id))
		if q.Order == record.OldestFirst {
			return -by
		}
		return by
	})
	for _, f := range found {
		refs = append(refs, f.ref)
	}
	return refs
}

// standing is the version that a reader knows, if any.
func standing(t *rapid.T, b *bench, key record.Key, q record.Query) (found *record.Version) {
	h, err := b.History(b.Context(), key, record.AsOf{Recorded: q.Recorded})
	if err != nil {
		return nil // nothing was recorded by then
	}
	for i := range h.Steps {
		v := &h.Steps[i].Version
		held := slices.ContainsFunc(q.Sight.Held, func(o record.Held) bool { return o.ID == v.ID && !v.KnownFrom.Before(o.Since) })
		if !held && (q.Known.IsZero() || !v.KnownFrom.After(q.Known)) {
			found = v
		}
	}
	return found
}

func shows(v *record.Version, q record.Query, prefix bool) bool {
	class := record.Class{Marking: v.Text("marking"), Owner: "mission", Ref: v.Ref}
	if class.Marking == "" {
		class.Marking = map[string]string{"movement": "mission", "report": "public"}[v.Kind]
	}
	if c := v.Text("contributor"); c != "" {
		class.Owner = c
	}
	text := func(field string) string {
		if q.Sight.Rights != nil && !q.Sight.Rights.Field(v.Kind, &kind.Field{ID: field}, class) {
			return "\x00"
		}
		if said := v.Text(field); q.Sight.Cover != nil && field != "way" && field != "contributor" {
			return cover(said, v.KnownFrom)
		}
		return v.Text(field)
	}
	switch {
	case v.State == record.Withdrawn, v.State == record.Struck && !q.Struck,
		q.Sight.Rights != nil && !q.Sight.Rights.Reads(v.Kind, class),
		!q.From.IsZero() && !v.Hi.After(q.From), !q.To.IsZero() && !v.Lo.Before(q.To),
		q.Box != nil && v.Text("lat") != "18":
		return false
	}
	for field, values := range q.Where {
		if field == record.FieldSource {
			if !slices.Contains(strings.Split(v.Text("@sources"), "\n"), values[0]) {
				return false
			}
		} else if (v.Kind != "report" || field == "summary") && !slices.Contains(values, text(field)) ||
			v.Kind == "report" && field != "summary" && values[0] != "" {
			return false
		}
	}
	words := strings.Fields(v.Ref + " " + text("summary"))
	if v.Kind == "movement" {
		words = append(words, strings.Fields(text("route"))...)
	}
	return q.Text == "" || slices.ContainsFunc(words, func(w string) bool { return w == q.Text || prefix && strings.HasPrefix(w, q.Text) })
}

// pages reads a list to its end, and counts it.
func pages(t *rapid.T, b *bench, q record.Query) (all []record.Version, marks []string, n int64) {
	total, err := b.Count(b.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for range 30 {
		page, err := b.List(b.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Versions...)
		if q.After = page.Next; page.Next == "" {
			return all, marks, total.N
		}
		marks = append(marks, page.Next)
	}
	t.Fatalf("the list of %+v has no end", q)
	return nil, nil, 0
}

// TestListsAndCountsAreWhatTheReaderMayKnow: the same as looking at each version
// of each record by itself.
func TestListsAndCountsAreWhatTheReaderMayKnow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBench(t, t.TempDir())
		defer b.close()
		b.put(told(rt, &pen{t: t})...)
		for range 5 {
			q := anyQuery(rt)
			q.Sight = anySight(rt, b)
			want := naiveList(rt, b, q)
			got, _, n := pages(rt, b, q)
			var refs []string
			for _, v := range got {
				refs = append(refs, v.Kind+"/"+v.Ref)
			}
			if !slices.Equal(refs, want) || n != int64(len(want)) {
				rt.Fatalf("%+v\nlisted %v, counted %d, want %v", q, refs, n, want)
			}
		}
	})
}

// TestAHeldStatementIsAsIfItHadNotBeenMade: in no list, count, order, page mark
// or version, whatever is asked.
func TestAHeldStatementIsAsIfItHadNotBeenMade(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all := told(rt, &pen{t: t})
		with, without := newBench(t, t.TempDir()), newBench(t, t.TempDir())
		defer with.close()
		defer without.close()
		with.put(all...)
		victim := rapid.SampledFrom(known(rt, with)).Draw(rt, "held record")
		v, err := with.Get(t.Context(), victim, record.AsOf{})
		if err != nil {
			rt.Fatal(err)
		}
		of := func(e journal.Stored) bool { return e.Kind == victim.Kind && e.Ref == victim.Ref }
		first := all[slices.IndexFunc(all, of)].Reported
		since := first.Add(time.Duration(rapid.IntRange(1, 5).Draw(rt, "since")) * time.Minute)
		without.put(slices.DeleteFunc(slices.Clone(all), func(e journal.Stored) bool { return of(e) && !e.Reported.Before(since) })...)
		for range 5 {
			q := anyQuery(rt)
			q.Sight = record.Sight{Rights: anyGrants(rt)}
			want, wantMarks, wantN := pages(rt, without, q)
			q.Sight.Held = []record.Held{{Key: victim, ID: v.ID, Since: since}}
			got, marks, n := pages(rt, with, q)
			if diff := gocmp.Diff([]any{want, wantMarks, wantN}, []any{got, marks, n}); diff != "" {
				rt.Fatalf("held %s since %v\n%+v\n%s", victim, since, q, diff)
			}
		}
		want, err := without.Get(t.Context(), victim, record.AsOf{})
		if err != nil {
			rt.Fatal(err)
		}
		got, err := with.Before(t.Context(), victim, since)
		if diff := gocmp.Diff(want, got); err != nil || diff != "" {
			rt.Fatalf("before: %v\n%s", err, diff)
		}
		if _, err := with.Before(t.Context(), victim, first); err == nil {
			rt.Fatal("there is a version before the first")
		}
	})
}

// TestCoveredTextIsNoSearchWord however often it stands in a record.
func TestCoveredTextIsNoSearchWord(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	for i := range 3 {
		b.put(p.write(i, journal.Entry{Ref: fmt.Sprint("r", i), Fields: fields("summary", "convoy of ada", "marking", "public")}))
	}
	for text, want := range map[string]int64{"ada": 0, "convoy ada": 0, "convoy": 3} {
		q := record.Query{Mission: "m", Kind: "movement", Text: text, Sight: record.Sight{Cover: cover}}
		n, err := b.Count(t.Context(), q)
		page, errList := b.List(t.Context(), q)
		if err != nil || errList != nil || n.N != want || int64(len(page.Versions)) != want {
			t.Errorf("%q: %d counted, %d listed, %v %v; want %d", text, n.N, len(page.Versions), err, errList, want)
		}
		q.Sight.Cover = nil
		if n, err := b.Count(t.Context(), q); err != nil || n.N != 3 {
			t.Errorf("%q uncovered: %d %v, want 3", text, n.N, err)
		}
	}
}
