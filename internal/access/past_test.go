package access_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/store"
)

func (kinds) Zone(string) *time.Location { return time.UTC }

// house is a door before a real store and journal.
type house struct {
	*access.Door
	t       *testing.T
	journal *journal.Journal
	records *record.Store
	kind    *kind.Kind
}

func newHouse(t *testing.T) *house { return newHouseWith(t, nil) }

func newHouseWith(t *testing.T, gate access.Gate) *house {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	set, err := kind.Load(fstest.MapFS{"kinds/person.yaml": {Data: []byte(personYAML)}})
	must(t, err)
	keys, err := journal.OpenKeys(ctx, filepath.Join(dir, "keys"), time.Now)
	must(t, err)
	db, err := store.Open(ctx, filepath.Join(dir, "konbit.db"), store.Options{})
	must(t, err)
	search, err := store.Open(ctx, filepath.Join(dir, "search.db"), store.Options{Migrations: record.SearchMigrations()})
	must(t, err)
	records, err := record.Open(ctx, record.Options{DB: db, Search: search, Schema: kinds{set}, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	j, err := journal.Open(ctx, journal.Options{DB: db, Keys: keys, Now: time.Now, Folder: records})
	must(t, err)
	j.OnCommit(records.Committed)
	t.Cleanup(func() {
		for _, end := range []func() error{j.Close, search.Close, db.Close, keys.Close} {
			must(t, end())
		}
	})
	k, _ := set.Get("person")
	return &house{access.NewDoor(records, keys, newGuard(t, kinds{set}, gate)), t, j, records, k}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// say states fields, as name=value, of a person on a day. It has seen what seen
// names, and comes with an import.
func (h *house) say(on int, ref string, seen []journal.ID, fields ...string) []journal.ID {
	h.t.Helper()
	e := journal.Entry{
		Mission: "m", Kind: "person", Ref: ref, Op: journal.OpState, Reason: "as told by Ada Fiction", Actor: "desk", Reported: day(on), Batch: "imp-1", Draft: "row:1",
		Source: fmt.Sprint("s", on), Seen: seen, Fields: map[string]journal.Value{},
	}
	for _, f := range fields {
		name, text, _ := strings.Cut(f, "=")
		e.Fields[name] = journal.Value{Text: text}
	}
	stored, err := h.journal.Append(context.Background(), e)
	must(h.t, err)
	return []journal.ID{stored[0].ID}
}

func person(ref string) record.Key { return record.Key{Mission: "m", Kind: "person", Ref: ref} }

func listed(page record.Page, ref string) bool {
	return slices.ContainsFunc(page.Versions, func(v record.Version) bool { return v.Ref == ref })
}

func TestWhatARecordSaidBeforeItWasOpenedIsNotInItsHistory(t *testing.T) {
	d := newHouse(t)
	first := d.say(0, "opened", nil, "marking=owner", "rank=Informer", "unit=Alpha")
	d.say(1, "opened", first, "marking=public", "rank=Sgt", "unit=")
	d.say(2, "opened", nil, "rank=Cpl") // has seen neither: a conflict with both
	h, err := d.History(t.Context(), access.Public(), person("opened"), record.AsOf{})
	must(t, err)
	changes, err := d.Changes(t.Context(), access.Public(), record.ChangeQuery{Mission: "m"})
	must(t, err)
	if len(h.Steps) != 2 || len(changes) != 2 || len(h.Steps[1].Conflicts) != 1 {
		t.Fatalf("%d steps, %d changes, conflicts %v; want two, two and one", len(h.Steps), len(changes), h.Steps[1].Conflicts)
	}
	for _, s := range append(changes, h.Steps...) {
		for _, hidden := range []string{"Informer", "Alpha"} {
			if strings.Contains(fmt.Sprint(s.Changed, s.Conflicts), hidden) {
				t.Errorf("step %d tells %s: %v %v", s.Number, hidden, s.Changed, s.Conflicts)
			}
		}
	}
}

func TestAConflictWithAStatementThatWasShutIsNotShown(t *testing.T) {
	d := newHouse(t)
	d.say(0, "a", nil, "marking=owner", "rank=Informer")
	d.say(1, "a", nil, "marking=public", "rank=Sgt")
	h, err := d.History(t.Context(), access.Public(), person("a"), record.AsOf{})
	must(t, err)
	if s := h.Steps[0]; len(h.Steps) != 1 || s.Conflict || len(s.Conflicts) > 0 {
		t.Errorf("%d steps, conflicts %v, want one without", len(h.Steps), s.Conflicts)
	}
}

func TestAStepThatChangesOnlyWhatIsHiddenIsNotToldOf(t *testing.T) {
	d := newHouse(t)
	first := d.say(0, "a", nil, "marking=public", "rank=Sgt", "route=north")
	d.say(1, "a", first, "route=south")
	for name, want := range map[string]int{"local": 2, "public": 1} {
		who := named(name)
		h, err := d.History(t.Context(), who, person("a"), record.AsOf{})
		must(t, err)
		changes, err := d.Changes(t.Context(), who, record.ChangeQuery{Mission: "m"})
		must(t, err)
		if len(h.Steps) != want || len(changes) != want || !h.Steps[want-1].KnownTo.IsZero() {
			t.Errorf("%s: %d steps, %d changes, want %d; the last known to %v, want no end", who.Name, len(h.Steps), len(changes), want, h.Steps[want-1].KnownTo)
		}
	}
}

func TestAConflictAboutAHiddenFieldIsNotToldOf(t *testing.T) {
	d := newHouse(t)
	first := d.say(0, "a", nil, "marking=public", "rank=Sgt")
	d.say(1, "a", first, "route=north", "rank=Cpl")
	d.say(2, "a", first, "route=south", "rank=Cpl")
	for name, want := range map[string]bool{"local": true, "public": false} {
		who := named(name)
		v, err := d.Record(t.Context(), who, person("a"), record.AsOf{})
		must(t, err)
		h, err := d.History(t.Context(), who, person("a"), record.AsOf{})
		must(t, err)
		q := record.Query{Mission: "m", Kind: "person", Conflict: true}
		page, err := d.List(t.Context(), who, q)
		must(t, err)
		n, err := d.Count(t.Context(), who, q)
		must(t, err)
		for where, got := range map[string]bool{
			"record": v.Conflict, "history": h.Steps[len(h.Steps)-1].Conflict, "list": listed(page, "a"), "count": n.N > 0,
		} {
			if got != want {
				t.Errorf("%s, %s: conflict %v, want %v", who.Name, where, got, want)
			}
		}
	}
}

// TestAHiddenRecordIsRefusedLikeOneThatIsNotThere on every date and in every word.
func TestAHiddenRecordIsRefusedLikeOneThatIsNotThere(t *testing.T) {
	d := newHouse(t)
	d.say(0, "shut", nil, "marking=owner")
	for _, asOf := range []record.AsOf{{}, {Known: day(1)}, {Known: day(-5)}, {Recorded: day(-5)}} {
		for read, ask := range map[string]func(record.Key) error{
			"record":  func(k record.Key) error { _, err := d.Record(t.Context(), access.Public(), k, asOf); return err },
			"history": func(k record.Key) error { _, err := d.History(t.Context(), access.Public(), k, asOf); return err },
		} {
			told := func(ref string) string {
				err := ask(person(ref))
				if err == nil {
					t.Fatalf("%s of %s as of %v is shown", read, ref, asOf)
				}
				return strings.ReplaceAll(err.Error()+fail.HintOf(err), ref, "REF")
			}
			if hidden, none := told("shut"), told("miss"); hidden != none {
				t.Errorf("%s as of %v: %q for a hidden one, %q for none", read, asOf, hidden, none)
			}
		}
	}
}

func TestNoCountTellsWhatStandsInAHiddenField(t *testing.T) {
	d := newHouse(t)
	d.say(0, "a", nil, "marking=public", "rank=Sgt", "route=riverside")
	for name, q := range map[string]record.Query{
		"a word":                {Kind: "person", Text: "riverside"},
		"a word in all kinds":   {Text: "riverside"},
		"a filter in all kinds": {Where: map[string][]string{"route": {"riverside"}}},
	} {
		q.Mission = "m"
		for reader, want := range map[string]int64{"local": 1, "public": 0} {
			who := named(reader)
			n, err := d.Count(t.Context(), who, q)
			if err != nil || n.N != want {
				t.Errorf("%s, %s: %d %v, want %d", who.Name, name, n.N, err, want)
			}
		}
	}
}

func TestThePublicIsNotToldOfImportsAndForms(t *testing.T) {
	d := newHouse(t)
	d.say(0, "a", nil, "marking=public")
	h, err := d.History(t.Context(), access.Public(), person("a"), record.AsOf{})
	must(t, err)
	for _, s := range h.Steps {
		if s.Entry.Batch != "" || s.Entry.Draft != "" || len(s.Fields) != 2 || s.Text(record.FieldSource) != "s0" {
			t.Errorf("batch %q, draft %q, %v; want the marking and the source alone", s.Entry.Batch, s.Entry.Draft, s.Fields)
		}
	}
	q := record.Query{Mission: "m", Where: map[string][]string{record.FieldBatch: {"imp-1"}}}
	if _, err := d.List(t.Context(), access.Public(), q); !fail.Is(err, fail.Denied) {
		t.Errorf("filter by an import: %v, want Denied", err)
	}
	if page, err := d.List(t.Context(), access.Local(), q); err != nil || len(page.Versions) != 1 {
		t.Errorf("the same at the machine: %d %v, want 1", len(page.Versions), err)
	}
}

func TestAPageIsFilledUpWhereSomeOfItIsHidden(t *testing.T) {
	d := newHouse(t)
	for i := range 20 {
		ref := fmt.Sprint("r", i)
		first := d.say(0, ref, nil, "marking=public")
		if i%4 != 0 {
			d.say(1, ref, first, "marking=owner")
		}
	}
	q := record.Query{Mission: "m", Kind: "person", AsOf: record.AsOf{Known: day(0)}, Limit: 2}
	n, err := d.Count(t.Context(), access.Public(), q)
	if err != nil || n.N != 5 || n.More {
		t.Errorf("count %v %v, want 5", n, err)
	}
	seen := map[string]bool{}
	for {
		page, err := d.List(t.Context(), access.Public(), q)
		must(t, err)
		for _, v := range page.Versions {
			seen[v.Ref] = true
		}
		if q.After = page.Next; q.After == "" {
			break
		}
		if len(page.Versions) != q.Limit {
			t.Errorf("a page of %d before the last, want %d", len(page.Versions), q.Limit)
		}
	}
	if len(seen) != 5 {
		t.Errorf("%d seen, want 5", len(seen))
	}
}

func named(name string) access.Actor {
	if name == "local" {
		return access.Local()
	}
	return access.Public()
}
