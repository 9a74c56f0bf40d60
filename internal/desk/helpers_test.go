package desk_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/store"
)

func words(s string) string {
	return fmt.Sprintf("{en: %s, fr: %s, ht: %s, es: %s, sw: %s}", s, s, s, s, s)
}

func head(id, rest string) string {
	return fmt.Sprintf("id: %s\ndomain: strength\nlabel: %s\nplural: %s\nmarking: mission\n%s\n", id, words(id), words(id), rest)
}

func field(id, rest string) string {
	return fmt.Sprintf("  - {id: %s, label: %s, %s}\n", id, words(id), rest)
}

// definitions are small kinds with everything a desk minds.
func definitions() fstest.MapFS {
	files := map[string]string{
		"source": head("source", "at: optional\nsource: optional\ntitle: [title]\nfields:") + field("title", "type: text, required: true"),
		"movement": head("movement", "at: required\nsource: required\nowner: contributor\ntitle: [contributor]\nfields:") +
			field("contributor", "type: choice, list: iso3166-1, required: true") + field("persons", "type: number, required: true") +
			field("women", "type: number") + field("post", "type: reference, to: post"),
		"post": head("post", "at: none\nsource: optional\ntitle: [name]\nfields:") + field("name", "type: text, required: true"),
		"person": head("person", "at: none\nsource: optional\nsubject: self\ntitle: [rank]\nfields:") +
			field("name", "type: text, personal: true") + field("rank", "type: text"),
		"line": head("line", "at: required\nsource: optional\nnumbered: line/{post}/{year}\ntitle: [number]\nfields:") +
			field("series", "type: text") + field("number", "type: number") + field("post", "type: text") + field("text", "type: text"),
		"note": head("note", "at: none\nsource: optional\nsubject: who\ntitle: [who]\nfields:") +
			field("who", "type: person") + field("words", "type: text, personal: true"),
	}
	out := fstest.MapFS{}
	for id, text := range files {
		out["kinds/"+id+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

type schema struct{ set *kind.Set }

func (s schema) Kind(_, id string) (*kind.Kind, bool) { return s.set.Get(id) }
func (s schema) Zone(string) *time.Location           { return time.FixedZone("R", -5*3600) }

// node is a desk on real files, with a clock that the test moves.
type node struct {
	testing.TB
	*desk.Desk
	records *record.Store
	journal *journal.Journal
	keys    *journal.Keys
	now     time.Time
}

func newNode(t testing.TB, rules ...desk.Rule) *node {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	n := &node{TB: t, now: time.Date(2025, 3, 27, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return n.now }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	set, err := kind.Load(definitions())
	must(err)
	db, err := store.Open(ctx, filepath.Join(dir, "konbit.db"), store.Options{})
	must(err)
	search, err := store.Open(ctx, filepath.Join(dir, "search.db"), store.Options{Migrations: record.SearchMigrations()})
	must(err)
	n.keys, err = journal.OpenKeys(ctx, filepath.Join(dir, "keys"), clock)
	must(err)
	n.records, err = record.Open(ctx, record.Options{DB: db, Search: search, Schema: schema{set}, Log: slog.New(slog.DiscardHandler)})
	must(err)
	n.journal, err = journal.Open(ctx, journal.Options{DB: db, Keys: n.keys, Now: clock, Folder: n.records})
	must(err)
	t.Cleanup(func() {
		for _, end := range []func() error{n.journal.Close, n.keys.Close, db.Close, search.Close} {
			if err := end(); err != nil {
				t.Error(err)
			}
		}
	})
	n.journal.OnCommit(n.records.Committed)
	guard, err := access.NewGuard(access.GuardOptions{Kinds: schema{set}, Now: clock})
	must(err)
	n.Desk = desk.New(desk.Config{
		Guard:   guard,
		Records: n.records, Batches: n.records, Series: n.records, Journal: n.journal, Keys: n.keys, Schema: schema{set},
		Rules: rules, Now: clock, Random: rand.Reader,
	})
	return n
}

// submit sends drafts and moves the clock on by a day.
func (n *node) submit(opt desk.Options, drafts ...desk.Draft) []desk.Outcome {
	n.Helper()
	out, err := n.Submit(context.Background(), access.Local(), "demo", drafts, opt)
	if err != nil {
		n.Fatal(err)
	}
	n.now = n.now.Add(24 * time.Hour)
	return out
}

func (n *node) source() {
	n.Helper()
	n.submit(desk.Options{}, desk.Draft{Kind: "source", Ref: "s1", Fields: map[string]string{"title": "Letter"}})
}

func (n *node) version(kindID, ref string, known time.Time) record.Version {
	n.Helper()
	h, err := n.records.History(context.Background(), record.Key{Mission: "demo", Kind: kindID, Ref: ref}, record.AsOf{Known: known})
	if err != nil {
		n.Fatal(err)
	}
	return h.Steps[len(h.Steps)-1].Version
}

func (n *node) count() int {
	n.Helper()
	count := 0
	if err := n.journal.All(context.Background(), 1, func(journal.Stored) error { count++; return nil }); err != nil {
		n.Fatal(err)
	}
	return count
}

// arrival is a row of a sheet of movements; more are pairs of field and text.
func arrival(row int, ref, persons string, more ...string) desk.Draft {
	d := desk.Draft{Kind: "movement", Ref: ref, Row: row, Source: "s1", Fields: map[string]string{
		"at": "2025-01-04", "contributor": "KEN", "persons": persons, "women": "",
	}}
	for i := 0; i < len(more); i += 2 {
		d.Fields[more[i]] = more[i+1]
	}
	return d
}

func statuses(out []desk.Outcome) (list []string) {
	for _, o := range out {
		s := string(o.Status)
		for _, p := range o.Problems {
			s += " " + p.Field + ":" + p.Code
		}
		list = append(list, s)
	}
	return list
}
