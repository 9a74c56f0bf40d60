package sheet_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/gateway/sheet"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/lang"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/store"
)

func words(s string) string {
	return fmt.Sprintf("{en: %s, fr: %s fr, ht: %s ht, es: %s es, sw: %s sw}", s, s, s, s, s)
}

// definitions are one kind with a field of every type, and one of sources.
func definitions() fstest.MapFS {
	field := func(id, rest string) string { return fmt.Sprintf("  - {id: %s, label: %s, %s}\n", id, words(id), rest) }
	head := func(id, rest string) string {
		return fmt.Sprintf("id: %s\ndomain: demo\nlabel: %s\nplural: %s\nmarking: public\n%s\nfields:\n", id, words(id), words(id), rest)
	}
	source := head("source", "at: optional\nsource: optional\ntitle: [title]") + field("title", "type: text, required: true")
	thing := head("thing", "at: optional\nsource: optional\nsubject: self\ntitle: [name]") +
		field("name", `type: text, hxl: "#thing+name"`) + field("secret", "type: text, personal: true") +
		field("persons", "type: number") + field("weight", "type: quantity, unit: kg") +
		field("colour", "type: choice, codes: [{id: RED, label: "+words("Red")+"}, {id: BLUE, label: "+words("Blue")+"}]") +
		field("amount", "type: money, currency: currency") + field("currency", "type: choice, list: iso4217") +
		field("made", "type: date") + field("spot", "type: point") + field("ready", "type: flag") +
		field("parts", "type: list") + field("page", "type: link") + field("part-of", "type: reference, to: thing")
	return fstest.MapFS{
		"kinds/source.yaml": {Data: []byte(source)},
		"kinds/thing.yaml":  {Data: []byte(thing)},
	}
}

type schema struct{ set *kind.Set }

func (s schema) Kind(_, id string) (*kind.Kind, bool) { return s.set.Get(id) }
func (s schema) Zone(string) *time.Location           { return time.FixedZone("R", -5*3600) }

// node is an importer and an exporter on real files, with a clock that moves.
type node struct {
	testing.TB
	*sheet.Importer
	*sheet.Exporter
	desk    *desk.Desk
	records *record.Store
	keys    *journal.Keys
	mission string
	now     time.Time
}

func loadKinds(t testing.TB) *kind.Set {
	t.Helper()
	set, err := kind.Load(definitions())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func newNode(t testing.TB, set *kind.Set) *node {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	n := &node{TB: t, mission: "demo", now: time.Date(2025, 3, 27, 15, 30, 0, 0, time.UTC)}
	clock := func() time.Time { return n.now }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	catalogue, err := lang.Load()
	must(err)
	db, err := store.Open(ctx, filepath.Join(dir, "konbit.db"), store.Options{})
	must(err)
	search, err := store.Open(ctx, filepath.Join(dir, "search.db"), store.Options{Migrations: record.SearchMigrations()})
	must(err)
	n.keys, err = journal.OpenKeys(ctx, filepath.Join(dir, "keys"), clock)
	must(err)
	n.records, err = record.Open(ctx, record.Options{DB: db, Search: search, Schema: schema{set}, Log: slog.New(slog.DiscardHandler)})
	must(err)
	j, err := journal.Open(ctx, journal.Options{DB: db, Keys: n.keys, Now: clock, Folder: n.records})
	must(err)
	running, stop := context.WithCancel(ctx)
	indexed := make(chan error, 1)
	go func() { indexed <- n.records.Run(running) }()
	t.Cleanup(func() {
		stop()
		if err := <-indexed; err != nil {
			t.Error(err)
		}
		for _, end := range []func() error{j.Close, n.keys.Close, db.Close, search.Close} {
			if err := end(); err != nil {
				t.Error(err)
			}
		}
	})
	j.OnCommit(n.records.Committed)
	guard, err := access.NewGuard(access.GuardOptions{Kinds: schema{set}, Now: clock})
	must(err)
	n.desk = desk.New(desk.Config{
		Guard:   guard,
		Records: n.records, Batches: n.records, Series: n.records, Journal: j, Keys: n.keys, Schema: schema{set}, Now: clock, Random: rand.Reader,
	})
	n.Importer = &sheet.Importer{Desk: n.desk, Kinds: schema{set}, Words: catalogue, Now: clock, Random: rand.Reader}
	n.Exporter = &sheet.Exporter{Door: access.NewDoor(n.records, n.keys, guard), Kinds: schema{set}}
	return n
}

// file is a file in memory.
func file(name, content string) sheet.File {
	return sheet.File{Name: name, Size: int64(len(content)), Open: func() (sheet.Reader, error) {
		return struct {
			*bytes.Reader
			io.Closer
		}{bytes.NewReader([]byte(content)), io.NopCloser(nil)}, nil
	}}
}

func diskFile(t testing.TB, name string) sheet.File {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return sheet.File{Name: name, Size: info.Size(), Open: func() (sheet.Reader, error) { return os.Open(name) }}
}

// kept is a file of refused rows in memory.
type kept struct{ bytes.Buffer }

func (*kept) Close() error { return nil }

// take imports and moves the clock on by a day.
func (n *node) take(job sheet.Job) (sheet.Report, string, error) {
	n.Helper()
	if job.Mission == "" {
		job.Mission = n.mission
	}
	refused := &kept{}
	job.Refused = func(sheet.File) (io.WriteCloser, error) { return refused, nil }
	r, err := n.Import(context.Background(), access.Local(), job)
	n.now = n.now.Add(24 * time.Hour)
	return r, refused.String(), err
}

func (n *node) mustTake(job sheet.Job) (sheet.Report, string) {
	n.Helper()
	r, refused, err := n.take(job)
	if err != nil {
		n.Fatal(err)
	}
	return r, refused
}

// things imports a sheet of things and gives the counts: read new changed same refused.
func (n *node) things(content string) string {
	n.Helper()
	r, _ := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("things.csv", content)}})
	return counts(r)
}

func counts(r sheet.Report) string {
	return fmt.Sprint(r.Read, r.New, r.Changed, r.Same, r.Refused)
}

func (n *node) get(kindID, ref string) record.Version {
	n.Helper()
	v, err := n.records.Get(context.Background(), record.Key{Mission: n.mission, Kind: kindID, Ref: ref}, record.AsOf{})
	if err != nil {
		n.Fatal(err)
	}
	return v
}

func (n *node) text(ref, field string) string {
	n.Helper()
	v := n.get("thing", ref)
	return v.Text(field)
}

func (n *node) export(kindID string, format sheet.Format, layout sheet.Layout) string {
	n.Helper()
	var b bytes.Buffer
	q := record.Query{Mission: n.mission, Kind: kindID}
	if _, err := n.Export(context.Background(), access.Local(), q, sheet.Target{Writer: &b, Format: format, Layout: layout}); err != nil {
		n.Fatal(err)
	}
	return b.String()
}

func lines(s string) []string {
	return strings.Split(strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")), "\n")
}
