package record_test

import (
	"strconv"
	"testing"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// hashed is the tag of a filter's value in the search index: FNV-1a, as anybody
// who reads the source can work out.
func hashed(field, value string) string {
	const offset, prime = uint64(14695981039346656037), uint64(1099511628211)
	h := offset
	for _, b := range []byte(field) {
		h = (h ^ uint64(b)) * prime
	}
	h *= prime
	for _, b := range []byte(value) {
		h = (h ^ uint64(b)) * prime
	}
	return "zq" + strconv.FormatUint(h, 36)
}

// TestNoQuestionTellsWhatStandsInAFieldTheReaderMayNotRead: a hit would.
func TestNoQuestionTellsWhatStandsInAFieldTheReaderMayNotRead(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	b.put(p.write(1, journal.Entry{Ref: "a", Fields: fields("marking", "public", "summary", "convoy", "route", "riverside", "way", "RIVER")}))
	public := record.Sight{Rights: byMarking{"public"}}
	for _, tc := range []struct {
		name       string
		q          record.Query
		all, shown int
	}{
		{"a word of an open field", record.Query{Text: "convoy"}, 1, 1},
		{"a word of a hidden field", record.Query{Text: "riverside"}, 1, 0},
		{"the beginning of one", record.Query{Text: "river"}, 1, 0},
		{"a word of each", record.Query{Text: "convoy riverside"}, 1, 0},
		{"a word of a hidden field on a known date", record.Query{Text: "riverside", AsOf: record.AsOf{Known: day(5)}}, 1, 0},
		{"the tag of a hidden field as a word", record.Query{Text: hashed("way", "RIVER")}, 0, 0},
		{"a filter by a hidden field", record.Query{Where: map[string][]string{"route": {"riverside"}}}, 1, 0},
		{"a filter by a hidden choice", record.Query{Where: map[string][]string{"way": {"RIVER"}}}, 1, 0},
		{"a filter for a hidden field that is empty", record.Query{Where: map[string][]string{"route": {""}}}, 0, 0},
		{"a filter by what other statements rested on", record.Query{Where: map[string][]string{"@sources": {""}}}, 0, 0},
	} {
		for _, kind := range []string{"movement", ""} {
			t.Run(tc.name+" in kind "+kind, func(t *testing.T) {
				q := tc.q
				q.Mission, q.Kind = "m", kind
				for sight, want := range map[*record.Sight]int{{}: tc.all, &public: tc.shown} {
					q.Sight = *sight
					total, err := b.Count(t.Context(), q)
					if err != nil || total.N != int64(want) {
						t.Errorf("rights %v: count %d, %v, want %d", sight.Rights, total.N, err, want)
					}
					page, err := b.List(t.Context(), q)
					if n := len(page.Versions); err != nil || n != want {
						t.Errorf("rights %v: %d hits, %v, want %d", sight.Rights, n, err, want)
					}
				}
			})
		}
	}
}
