package record_test

import (
	"log/slog"
	"path/filepath"
	"testing"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/store"
)

// TestAReaderBesideTheWriterFindsWhatIsNotIndexedYet: it cannot write the index
// itself, and the writer may have been killed before it did.
func TestAReaderBesideTheWriterFindsWhatIsNotIndexedYet(t *testing.T) {
	dir := t.TempDir()
	b, p := newBench(t, dir), &pen{t: t}
	first := p.write(1, journal.Entry{Ref: "a", Fields: fields("summary", "convoy", "contributor", "AAA", "lat", "18.5", "lon", "-72.3")})
	b.put(first)
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.put(p.write(2, journal.Entry{Ref: "b", Fields: fields("summary", "convoy", "contributor", "AAA", "lat", "18.5", "lon", "-72.3")}))
	db, err := store.Open(t.Context(), filepath.Join(dir, "konbit.db"), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	search, err := store.Open(t.Context(), filepath.Join(dir, "search.db"), store.Options{ReadOnly: true, Migrations: record.SearchMigrations()})
	if err != nil {
		t.Fatal(err)
	}
	defer search.Close()
	s, err := record.Open(t.Context(), record.Options{DB: db, Search: search, Schema: newSchema(t), Log: slog.New(slog.DiscardHandler), ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, q := range map[string]record.Query{
		"all kinds": {}, "words": {Text: "convoy"}, "a filter": {Kind: "movement", Where: map[string][]string{"contributor": {"AAA"}}},
		"a box": {Box: &record.Box{South: 18, West: -73, North: 19, East: -72}},
	} {
		q.Mission = "m"
		page, err := s.List(t.Context(), q)
		n, errCount := s.Count(t.Context(), q)
		if err != nil || errCount != nil || len(page.Versions) != 2 || n.N != 2 {
			t.Errorf("%s: %d listed, %d counted, %v %v; want both", name, len(page.Versions), n.N, err, errCount)
		}
	}
}
