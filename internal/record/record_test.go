package record_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/store"
)

const movementYAML = `
id: movement
domain: strength
label: {en: Movement, fr: Mouvement, ht: Mouvman, es: Movimiento, sw: Mwendo}
plural: {en: Movements, fr: Mouvements, ht: Mouvman, es: Movimientos, sw: Miendo}
at: optional
source: optional
marking: mission
owner: contributor
title: [contributor]
fields:
  - id: contributor
    type: choice
    list: iso3166-1
    label: {en: C, fr: C, ht: C, es: C, sw: C}
  - id: persons
    type: number
    label: {en: P, fr: P, ht: P, es: P, sw: P}
  - id: summary
    type: text
    search: true
    label: {en: S, fr: S, ht: S, es: S, sw: S}
  - id: route
    type: text
    search: true
    marking: owner
    label: {en: R, fr: R, ht: R, es: R, sw: R}
  - id: way
    type: choice
    marking: owner
    codes: [{id: RIVER, label: {en: A, fr: A, ht: A, es: A, sw: A}}]
    label: {en: W, fr: W, ht: W, es: W, sw: W}
`

const reportYAML = `
id: report
domain: strength
label: {en: Report, fr: Rapport, ht: Rapò, es: Informe, sw: Ripoti}
plural: {en: Reports, fr: Rapports, ht: Rapò, es: Informes, sw: Ripoti}
at: optional
source: optional
marking: public
title: [summary]
fields:
  - id: summary
    type: text
    search: true
    label: {en: S, fr: S, ht: S, es: S, sw: S}
`

// schema is two kinds for every mission, in a zone west of Greenwich.
type schema struct{ set *kind.Set }

func (s schema) Kind(_, id string) (*kind.Kind, bool) { return s.set.Get(id) }
func (s schema) Zone(string) *time.Location           { return time.FixedZone("R", -5*3600) }

func newSchema(t testing.TB) schema {
	t.Helper()
	set, err := kind.Load(fstest.MapFS{
		"kinds/movement.yaml": {Data: []byte(movementYAML)}, "kinds/report.yaml": {Data: []byte(reportYAML)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return schema{set}
}

// bench is a store with a way to put entries in without a journal, so that
// tests choose order, batches and clocks.
type bench struct {
	testing.TB
	*record.Store
	db     *store.DB
	search *store.DB
	pos    int64
	in     map[journal.ID]bool
	close  func()
}

func newBench(t testing.TB, dir string) *bench {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, filepath.Join(dir, "konbit.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	search, err := store.Open(ctx, filepath.Join(dir, "search.db"), store.Options{Migrations: record.SearchMigrations(), Derived: true})
	if err != nil {
		t.Fatal(err)
	}
	s, err := record.Open(ctx, record.Options{DB: db, Search: search, Schema: newSchema(t), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{TB: t, Store: s, db: db, search: search, in: map[journal.ID]bool{}}
	b.close = func() { _, _ = db.Close(), search.Close() }
	t.Cleanup(b.close)
	return b
}

// put stores one batch in one transaction, as the journal does; a repeat is
// left out, as the journal leaves it out.
func (b *bench) put(batch ...journal.Stored) {
	b.Helper()
	ctx := context.Background()
	var fresh []journal.Stored
	for _, e := range batch {
		if !b.in[e.ID] {
			b.in[e.ID] = true
			b.pos++
			e.Pos = b.pos
			fresh = append(fresh, e)
		}
	}
	err := b.db.Write(ctx, func(tx *store.Tx) error {
		for _, e := range fresh {
			if err := insert(ctx, tx, e); err != nil {
				return err
			}
		}
		return b.Fold(ctx, tx, fresh)
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Committed(fresh)
}

func insert(ctx context.Context, tx *store.Tx, e journal.Stored) error {
	body, err := e.Encode()
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT OR IGNORE INTO node (id, key) VALUES (?, ?)`, int64(e.Node[0])+1, e.Node[:]); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO entry (pos, id, id8, node, seq, body, sig) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		e.Pos, e.ID[:], int64(binary.BigEndian.Uint64(e.ID[:8])), int64(e.Node[0])+1, int64(e.Seq), body, make([]byte, 64))
	return err
}

// pen writes entries of one node.
type pen struct {
	t    testing.TB
	node byte
	seq  uint64
}

// write stamps an entry; minute is both when it was reported and written unless
// the entry says when it was reported.
func (p *pen) write(minute int, e journal.Entry) journal.Stored {
	p.t.Helper()
	p.seq++
	e.Node[0], e.Seq = p.node+1, p.seq
	if e.Seq > 1 {
		e.Prev = journal.ID{1}
	}
	e.Clock = clock.Stamp(uint64(day(minute).UnixMilli()) << 16)
	if e.Mission == "" {
		e.Mission = "m"
	}
	if e.Kind == "" {
		e.Kind = "movement"
	}
	if e.Op == 0 {
		e.Op = journal.OpState
	}
	if e.Reported.IsZero() {
		e.Reported = day(minute)
	}
	if e.Actor == "" {
		e.Actor = "desk"
	}
	body, err := e.Encode()
	if err != nil {
		p.t.Fatal(err)
	}
	return journal.Stored{Entry: e, ID: sha256.Sum256(body)}
}

// day is a minute of the test's day, so that times read as small numbers.
func day(minute int) time.Time {
	return time.Date(2025, 1, 5, 0, minute, 0, 0, time.UTC)
}

func fields(pairs ...string) map[string]journal.Value {
	out := map[string]journal.Value{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = journal.Value{Text: pairs[i+1]}
	}
	return out
}

func key(ref string) record.Key { return record.Key{Mission: "m", Kind: "movement", Ref: ref} }

func TestACorrectionKeepsTheOldValueReadable(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	first := p.write(1, journal.Entry{Ref: "a", Fields: fields("persons", "217", "at", "2025-01-05")})
	b.put(first, p.write(5, journal.Entry{Ref: "a", Fields: fields("persons", "218"), Seen: []journal.ID{first.ID}, Reason: "recount"}))
	for _, tc := range []struct {
		name string
		asOf record.AsOf
		want string
	}{
		{"now the correction counts", record.AsOf{}, "218"},
		{"before it was reported the first value counts", record.AsOf{Known: day(4)}, "217"},
		{"at the minute it was reported it counts", record.AsOf{Known: day(5)}, "218"},
		{"before it was recorded the first value counts", record.AsOf{Recorded: day(4)}, "217"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v, err := b.Get(t.Context(), key("a"), tc.asOf)
			if err != nil {
				t.Fatal(err)
			}
			if got := v.Text("persons"); got != tc.want {
				t.Errorf("persons = %q, want %q", got, tc.want)
			}
		})
	}
	if _, err := b.Get(t.Context(), key("a"), record.AsOf{Known: day(0)}); !fail.Is(err, fail.NotFound) {
		t.Errorf("before anything was known: %v, want NotFound", err)
	}
}

func TestALateReportStandsWhereItWasTold(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	b.put(p.write(5, journal.Entry{Ref: "a", Fields: fields("persons", "2")}))
	b.put(p.write(9, journal.Entry{Ref: "a", Reported: day(1), Fields: fields("persons", "1")})) // told earlier, arrived later
	got := map[string]string{}
	for name, asOf := range map[string]record.AsOf{"now": {}, "between": {Known: day(3)}, "auditor": {Known: day(3), Recorded: day(8)}} {
		v, err := b.Get(t.Context(), key("a"), asOf)
		got[name] = v.Text("persons")
		if fail.Is(err, fail.NotFound) {
			got[name] = "nothing"
		}
	}
	if got["now"] != "2" || got["between"] != "1" || got["auditor"] != "nothing" {
		t.Errorf("got %v, want now 2, between 1, auditor nothing", got)
	}
}

func TestTwoDesksThatDidNotSeeOneAnotherAreAConflict(t *testing.T) {
	b, p, q := newBench(t, t.TempDir()), &pen{t: t}, &pen{t: t, node: 1}
	first := p.write(1, journal.Entry{Ref: "a", Fields: fields("persons", "10", "summary", "x")})
	seen := []journal.ID{first.ID}
	left := p.write(2, journal.Entry{Ref: "a", Seen: seen, Fields: fields("persons", "11")})
	right := q.write(3, journal.Entry{Ref: "a", Seen: seen, Fields: fields("persons", "12")})
	b.put(first, left, right)
	h, err := b.History(t.Context(), key("a"), record.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	last := h.Steps[len(h.Steps)-1]
	if len(last.Conflicts) != 1 || len(last.Conflicts[0].Statements) != 2 || last.Text("persons") != "12" {
		t.Fatalf("got %+v with persons %s, want one conflict of two statements and 12 in force", last.Conflicts, last.Text("persons"))
	}
	page, err := b.List(t.Context(), record.Query{Mission: "m", Kind: "movement", Conflict: true})
	if err != nil || len(page.Versions) != 1 {
		t.Fatalf("list of conflicts: %d, %v, want 1", len(page.Versions), err)
	}
	b.put(p.write(4, journal.Entry{Ref: "a", Seen: h.Heads, Fields: fields("persons", "11"), Reason: "asked the unit"}))
	v, err := b.Get(t.Context(), key("a"), record.AsOf{})
	if err != nil || v.Conflict || v.Text("persons") != "11" {
		t.Errorf("after settling: conflict %v persons %s %v, want none and 11", v.Conflict, v.Text("persons"), err)
	}
}

func TestARetractionStrikesAndALaterStatementRestores(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	first := p.write(1, journal.Entry{Ref: "a", Fields: fields("persons", "10")})
	gone := p.write(2, journal.Entry{Ref: "a", Op: journal.OpRetract, Seen: []journal.ID{first.ID}, Reason: "double"})
	b.put(first, gone)
	if v, _ := b.Get(t.Context(), key("a"), record.AsOf{}); v.State != record.Struck || v.Text("persons") != "10" {
		t.Errorf("state %v persons %q, want struck with its fields", v.State, v.Text("persons"))
	}
	if page, _ := b.List(t.Context(), record.Query{Mission: "m", Kind: "movement"}); len(page.Versions) != 0 {
		t.Errorf("struck record is listed")
	}
	b.put(p.write(3, journal.Entry{Ref: "a", Seen: []journal.ID{gone.ID}, Fields: fields("persons", "9")}))
	if v, _ := b.Get(t.Context(), key("a"), record.AsOf{}); v.State != record.Live {
		t.Errorf("state %v, want live again", v.State)
	}
}

func TestAWithdrawnStatementCountsAsNeverMade(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	first := p.write(1, journal.Entry{Ref: "a", Batch: "b1", Source: "s1", Fields: fields("persons", "10")})
	second := p.write(2, journal.Entry{Ref: "a", Batch: "b2", Source: "s2", Seen: []journal.ID{first.ID}, Fields: fields("persons", "11")})
	b.put(first, second)
	found, err := b.Batch(t.Context(), "m", "b1")
	if err != nil || len(found) != 1 || found[0].ID != first.ID {
		t.Fatalf("batch b1: %v %v, want the first entry", found, err)
	}
	b.put(p.write(3, journal.Entry{Ref: "a", Op: journal.OpWithdraw, Targets: []journal.ID{second.ID}, Seen: []journal.ID{second.ID}}))
	if v, _ := b.Get(t.Context(), key("a"), record.AsOf{}); v.Text("persons") != "10" || v.Text(record.FieldSource) != "s1" {
		t.Errorf("persons %q source %q, want 10 from s1", v.Text("persons"), v.Text(record.FieldSource))
	}
	b.put(p.write(4, journal.Entry{Ref: "a", Op: journal.OpWithdraw, Targets: []journal.ID{first.ID}}))
	if v, _ := b.Get(t.Context(), key("a"), record.AsOf{}); v.State != record.Withdrawn {
		t.Errorf("state %v, want withdrawn", v.State)
	}
}

func TestListsPageWithoutSkippingOrDoubling(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	for i := range 57 {
		who, marking := "AAA", "public"
		if i%3 == 0 {
			who, marking = "BBB", "mission"
		}
		b.put(p.write(i, journal.Entry{Ref: fmt.Sprint("r", i), Source: fmt.Sprint("s", i%2), Fields: fields(
			"contributor", who, "marking", marking, "at", fmt.Sprintf("2025-01-%02d", 1+i%20), "summary", fmt.Sprint("Pont-Sondé vòl ", i))}))
	}
	b.put(p.write(58, journal.Entry{Ref: "undated", Fields: fields("contributor", "CCC", "marking", "mission")}))
	corrected := p.write(100, journal.Entry{Ref: "r1", Fields: fields("contributor", "BBB")})
	b.put(corrected)
	public := record.Sight{Rights: byMarking{"public"}}
	for _, tc := range []struct {
		name string
		q    record.Query
		want int
	}{
		{"all of a kind", record.Query{}, 58},
		{"oldest first", record.Query{Order: record.OldestFirst}, 58},
		{"by a choice", record.Query{Where: map[string][]string{"contributor": {"BBB"}}}, 20},
		{"by either of two choices", record.Query{Where: map[string][]string{"contributor": {"BBB", "AAA"}}}, 57},
		{"by a choice as known before a correction", record.Query{Where: map[string][]string{"contributor": {"BBB"}}, AsOf: record.AsOf{Known: day(60)}}, 19},
		{"by a choice as recorded before a correction", record.Query{Where: map[string][]string{"contributor": {"BBB"}}, AsOf: record.AsOf{Recorded: day(60)}}, 19},
		{"by a source", record.Query{Where: map[string][]string{record.FieldSource: {"s1"}}}, 28},
		{"by words without accents", record.Query{Text: "VOL pont sonde"}, 57},
		{"by the beginning of a word", record.Query{Text: "vol son"}, 57},
		{"by words that are not there", record.Query{Text: "vol nowhere"}, 0},
		{"what the public sees", record.Query{Sight: public}, 38},
		{"words, choice and public together", record.Query{Sight: public, Text: "sonde", Where: map[string][]string{"contributor": {"BBB"}}}, 1},
		{"what nobody sees", record.Query{Sight: record.Sight{Rights: byMarking{}}}, 0},
		{"as known in the middle, with what was told ahead", record.Query{AsOf: record.AsOf{Known: day(10)}}, 11},
		{"the same, oldest first", record.Query{AsOf: record.AsOf{Known: day(10)}, Order: record.OldestFirst}, 11},
		{"what has no date, with an end", record.Query{Text: "undated", To: day(0)}, 1},
		{"what has no date, with a beginning", record.Query{Text: "undated", From: day(0)}, 0},
		{"within days", record.Query{From: day(0), To: day(5 * 60)}, 3},
		{"of another mission", record.Query{Mission: "other"}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.q.Mission == "" {
				tc.q.Mission = "m"
			}
			tc.q.Kind, tc.q.Limit = "movement", 7
			seen := map[string]bool{}
			var last time.Time
			for {
				page, err := b.List(t.Context(), tc.q)
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range page.Versions {
					if seen[v.Ref] {
						t.Errorf("%s twice", v.Ref)
					}
					seen[v.Ref] = true
					if !last.IsZero() && (tc.q.Order == record.OldestFirst) != !v.Lo.Before(last) && !v.Lo.Equal(last) {
						t.Errorf("%s out of order", v.Ref)
					}
					last = v.Lo
				}
				if tc.q.After = page.Next; page.Next == "" {
					break
				}
			}
			if len(seen) != tc.want {
				t.Errorf("%d records, want %d", len(seen), tc.want)
			}
		})
	}
}

func TestPlacesAreFoundInABox(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	for i, at := range [][2]string{{"18.5", "-72.3"}, {"19.7", "-72.2"}, {"-17.8", "179.9"}, {"-17.8", "-179.9"}} {
		b.put(p.write(i, journal.Entry{Ref: fmt.Sprint("r", i), Fields: fields("lat", at[0], "lon", at[1])}))
	}
	for _, tc := range []struct {
		name string
		box  record.Box
		want int
	}{
		{"one town", record.Box{South: 18, West: -73, North: 19, East: -72}, 1},
		{"across the antimeridian", record.Box{South: -20, West: 179, North: -10, East: -179}, 2},
		{"empty sea", record.Box{South: 0, West: 0, North: 1, East: 1}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			page, err := b.List(t.Context(), record.Query{Mission: "m", Kind: "movement", Box: &tc.box})
			if err != nil || len(page.Versions) != tc.want {
				t.Errorf("%d, %v, want %d", len(page.Versions), err, tc.want)
			}
		})
	}
}

func TestTheIndexCatchesUpAfterAStop(t *testing.T) {
	dir := t.TempDir()
	b, p := newBench(t, dir), &pen{t: t}
	b.put(p.write(1, journal.Entry{Ref: "a", Fields: fields("summary", "first")}))
	if _, err := b.List(t.Context(), record.Query{Mission: "m", Kind: "movement", Text: "first"}); err != nil {
		t.Fatal(err)
	}
	b.put(p.write(2, journal.Entry{Ref: "b", Fields: fields("summary", "second")})) // committed, never indexed
	again := newBench(t, dir)
	if err := again.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	page, err := again.List(t.Context(), record.Query{Mission: "m", Kind: "movement", Text: "second"})
	if err != nil || len(page.Versions) != 1 {
		t.Errorf("%d, %v, want the record that the stop left out", len(page.Versions), err)
	}
}

func TestVerifyFindsAVersionThatWasAltered(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	b.put(p.write(1, journal.Entry{Ref: "a", Fields: fields("persons", "10")}), p.write(1, journal.Entry{Ref: "b"}))
	if faults, err := b.Verify(t.Context(), nil); err != nil || len(faults) != 0 {
		t.Fatalf("whole store: %v %v", faults, err)
	}
	err := b.db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE record SET known_from = known_from - 1 WHERE ref = 'a'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	faults, err := b.Verify(t.Context(), nil)
	if err != nil || len(faults) != 1 || faults[0].Key != key("a") {
		t.Errorf("%v %v, want the fault at a", faults, err)
	}
}

func TestFindTakesShortAndLongRefs(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	b.put(p.write(1, journal.Entry{Ref: "a"}), p.write(1, journal.Entry{Ref: "a", Mission: "n"}))
	for ref, want := range map[string]int{"a": 2, "movement/a": 2, "n/movement/a": 1, "b": 0} {
		got, err := b.Find(t.Context(), ref)
		if err != nil || len(got) != want {
			t.Errorf("Find(%q) = %v %v, want %d", ref, got, err, want)
		}
	}
	if got, _ := b.Find(t.Context(), "a"); !slices.IsSortedFunc(got, func(a, b record.Key) int { return len(a.Mission) - len(b.Mission) }) {
		t.Errorf("keys not sorted: %v", got)
	}
}

// entry reads one entry back.
func (b *bench) entry(ctx context.Context, pos int64) (e journal.Stored, err error) {
	err = b.db.Read(ctx, func(tx *store.Tx) error {
		e, err = journal.At(ctx, tx, pos)
		return err
	})
	return e, err
}

func TestACountIsTheLengthOfItsList(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	for i := range 30 {
		marking := []string{"public", "mission"}[i%2]
		b.put(p.write(i, journal.Entry{Ref: fmt.Sprint("r", i), Source: "s", Fields: fields("marking", marking, "contributor", []string{"AAA", "BBB"}[i%3/2], "summary", "pont sonde")}))
	}
	b.put(p.write(40, journal.Entry{Ref: "r0", Op: journal.OpRetract}))
	for name, q := range map[string]record.Query{
		"all": {Kind: "movement"}, "any kind": {}, "public": {Sight: record.Sight{Rights: byMarking{"public"}}}, "nothing": {Sight: record.Sight{Rights: byMarking{}}},
		"a filter": {Kind: "movement", Where: map[string][]string{"contributor": {"BBB"}}}, "words": {Text: "sonde"}, "a source": {Where: map[string][]string{record.FieldSource: {"s"}}},
		"struck too": {Kind: "movement", Struck: true}, "known": {AsOf: record.AsOf{Known: day(9)}}, "recorded": {AsOf: record.AsOf{Recorded: day(9)}}, "until": {To: day(9)},
	} {
		q.Mission, q.Limit = "m", 1000
		page, err := b.List(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		n, err := b.Count(t.Context(), q)
		if err != nil || n != (record.Total{N: int64(len(page.Versions))}) {
			t.Errorf("%s: count %+v %v, list %d", name, n, err, len(page.Versions))
		}
	}
}
