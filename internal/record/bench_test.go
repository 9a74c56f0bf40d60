package record_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"konbit.org/konbit/internal/journal"
)

// BenchmarkRebuild folds reports of about 600 bytes anew, search index included.
func BenchmarkRebuild(b *testing.B) {
	s, p := newBench(b, b.TempDir()), &pen{t: b}
	r := rand.New(rand.NewPCG(1, 2))
	const n = 20000
	var all []journal.Stored
	for i := range n {
		var text strings.Builder
		for text.Len() < 400 {
			fmt.Fprintf(&text, "word%d ", int(r.ExpFloat64()*400))
		}
		e := p.write(r.IntN(1e6), journal.Entry{Ref: fmt.Sprint("r", i), Source: "s", Fields: fields("summary", text.String(), "contributor", "AAA",
			"at", fmt.Sprintf("2025-01-%02d", 1+r.IntN(28)), "lat", fmt.Sprint(18+r.Float64()), "lon", fmt.Sprint(-72+r.Float64()))})
		all = append(all, e)
	}
	s.put(all...)
	b.ResetTimer()
	for b.Loop() {
		if err := s.Rebuild(b.Context(), (*stored)(s), nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
