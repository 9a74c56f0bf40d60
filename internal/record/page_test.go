package record_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// TestAPageEndsBeforeALongStretchThatDoesNotMatch would never end if a full page
// looked at the same candidates again and again.
func TestAPageEndsBeforeALongStretchThatDoesNotMatch(t *testing.T) {
	b, p := newBench(t, t.TempDir()), &pen{t: t}
	b.put(p.write(1, journal.Entry{Ref: "oldest", Fields: fields("at", "2025-01-01"), Source: "s"}))
	for i := range 9 {
		ref := fmt.Sprint("struck", i)
		first := p.write(2+i, journal.Entry{Ref: ref, Fields: fields("at", "2025-01-02")})
		b.put(first, p.write(3+i, journal.Entry{Ref: ref, Op: journal.OpRetract, Seen: []journal.ID{first.ID}}))
	}
	b.put(p.write(50, journal.Entry{Ref: "newest", Fields: fields("at", "2025-01-03")}))
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
	defer stop()
	for _, order := range []record.Order{record.NewestFirst, record.OldestFirst} {
		var got []string
		q := record.Query{Mission: "m", Kind: "movement", Limit: 1, Order: order}
		for {
			page, err := b.List(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range page.Versions {
				got = append(got, v.Ref)
			}
			if q.After = page.Next; page.Next == "" {
				break
			}
		}
		if len(got) != 2 || got[0] == got[1] {
			t.Errorf("order %q: %v, want the newest and the oldest", order, got)
		}
	}
}
