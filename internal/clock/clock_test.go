package clock_test

import (
	"math"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/fail"
)

var noon = time.Date(2025, 3, 25, 12, 0, 0, 0, time.UTC)

func TestStampsGrowWhateverTheWallClockDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wall := noon
		high := clock.Stamp(rapid.Uint64Range(0, uint64(clock.At(noon.AddDate(1, 0, 0)))).Draw(t, "high"))
		h := clock.New(func() time.Time { return wall }, high, time.Hour)
		last := high
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			wall = wall.Add(time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(t, "jump")))
			if rapid.Bool().Draw(t, "observe") {
				remote := clock.Stamp(rapid.Uint64Range(0, uint64(clock.At(wall.AddDate(1, 0, 0)))).Draw(t, "remote"))
				err := h.Observe(remote)
				if refused := remote.Time().Sub(wall) > time.Hour; refused != fail.Is(err, fail.Invalid) {
					t.Fatalf("%v at %v: %v", remote, wall, err)
				}
				if err == nil {
					last = max(last, remote)
				}
			}
			s := h.Now()
			if s <= last {
				t.Fatalf("%v after %v", s, last)
			}
			if s < clock.At(wall) {
				t.Fatalf("%v is behind the wall clock %v", s, wall)
			}
			last = s
		}
	})
}

func TestAFullCounterCarriesIntoTheMillisecond(t *testing.T) {
	h := clock.New(func() time.Time { return noon }, 0, 0)
	first := h.Now()
	var s clock.Stamp
	for range 1 << 16 {
		s = h.Now()
	}
	if want := noon.Add(time.Millisecond); !s.Time().Equal(want) || s.Counter() != 0 || s <= first {
		t.Errorf("got %v, want %v", s, want)
	}
}

func TestAStampFromTheFutureIsRefusedAndChangesNothing(t *testing.T) {
	h := clock.New(func() time.Time { return noon }, 0, time.Minute)
	if err := h.Observe(clock.At(noon.Add(time.Minute))); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	before := h.Now()
	err := h.Observe(clock.At(noon.Add(time.Minute + time.Millisecond)))
	if !fail.Is(err, fail.Invalid) || fail.HintOf(err) == "" {
		t.Errorf("got %v, want a refusal with a hint", err)
	}
	if after := h.Now(); after != before+1 {
		t.Errorf("the refused stamp moved the clock from %v to %v", before, after)
	}
}

func TestBehindMeasuresAClockThatWasPutBack(t *testing.T) {
	wall := noon
	h := clock.New(func() time.Time { return wall }, 0, time.Minute)
	h.Now()
	if got := h.Behind(); got != 0 {
		t.Errorf("in step: %v", got)
	}
	wall = noon.Add(-time.Hour)
	if got := h.Behind(); got != time.Hour {
		t.Errorf("put back one hour: %v", got)
	}
}

func TestAtKeepsTheMillisecondAndTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := time.UnixMilli(rapid.Int64Range(0, 1<<48-2).Draw(t, "a"))
		b := time.UnixMilli(rapid.Int64Range(0, 1<<48-2).Draw(t, "b"))
		if !clock.At(a).Time().Equal(a) || a.Before(b) != (clock.At(a) < clock.At(b)) {
			t.Fatalf("%v → %v, %v → %v", a, clock.At(a), b, clock.At(b))
		}
	})
	if got := clock.At(time.Unix(-5, 0)); got != 0 {
		t.Errorf("before 1970: %v", got)
	}
	if got := clock.At(time.UnixMilli(math.MaxInt64)); got+1<<16 < got {
		t.Errorf("the end of time leaves no room: %v", got)
	}
}

func TestStringShowsTimeAndCounter(t *testing.T) {
	if got, want := (clock.At(noon) + 0xab).String(), "2025-03-25T12:00:00.000Z+00ab"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestManyWritersNeverShareAStamp(t *testing.T) {
	h := clock.New(func() time.Time {
		runtime.Gosched() // invite the other writers in at the worst moment
		return noon
	}, 0, time.Minute)
	const writers, each = 8, 2000
	stamps := make([][]clock.Stamp, writers)
	var wait sync.WaitGroup
	for i := range writers {
		wait.Go(func() {
			for range each {
				stamps[i] = append(stamps[i], h.Now())
			}
		})
	}
	wait.Wait()
	all := slices.Concat(stamps...)
	slices.Sort(all)
	if got := len(slices.Compact(all)); got != writers*each {
		t.Errorf("%d different stamps of %d", got, writers*each)
	}
}
