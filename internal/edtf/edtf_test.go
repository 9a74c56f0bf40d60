package edtf_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
)

// The sample zone has no daylight saving, so that bounds are easy to check by hand.
var zone = time.FixedZone("", -5*3600)

func TestBounds(t *testing.T) {
	past, future := "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
	for _, c := range []struct{ name, in, text, lo, hi string }{
		{"an instant lasts one tick", "2025-03-25T16:30:00-04:00", "", "2025-03-25T20:30:00Z", "2025-03-25T20:30:00.001Z"},
		{"seconds may be left out", "2025-03-25T16:30-04:00", "2025-03-25T16:30:00-04:00", "2025-03-25T20:30:00Z", "2025-03-25T20:30:00.001Z"},
		{"a zero offset is Z", "2025-03-25T16:30:00+00:00", "2025-03-25T16:30:00Z", "2025-03-25T16:30:00Z", "2025-03-25T16:30:00.001Z"},
		{"an unknown zero offset is Z too", "2025-03-25t16:30:00-00:00", "2025-03-25T16:30:00Z", "2025-03-25T16:30:00Z", "2025-03-25T16:30:00.001Z"},
		{"half-hour offsets keep their sign", "2025-03-25T16:30:00-00:30", "", "2025-03-25T17:00:00Z", "2025-03-25T17:00:00.001Z"},
		{"without offset the zone decides", "2025-03-25T16:30", "2025-03-25T16:30:00", "2025-03-25T21:30:00Z", "2025-03-25T21:30:00.001Z"},
		{"a blank may stand for T", "2025-03-25 16:30:05", "2025-03-25T16:30:05", "2025-03-25T21:30:05Z", "2025-03-25T21:30:05.001Z"},
		{"finer than a tick is cut", "2025-03-25T16:30:00.1239Z", "2025-03-25T16:30:00.123Z", "2025-03-25T16:30:00.123Z", "2025-03-25T16:30:00.124Z"},
		{"a decimal comma is a point", "2025-03-25T16:30:00,5Z", "2025-03-25T16:30:00.500Z", "2025-03-25T16:30:00.5Z", "2025-03-25T16:30:00.501Z"},
		{"a day is the whole local day", "2025-03-25", "", "2025-03-25T05:00:00Z", "2025-03-26T05:00:00Z"},
		{"a leap day", "2024-02-29", "", "2024-02-29T05:00:00Z", "2024-03-01T05:00:00Z"},
		{"a month", "2025-02", "", "2025-02-01T05:00:00Z", "2025-03-01T05:00:00Z"},
		{"December ends in the next year", "2025-12", "", "2025-12-01T05:00:00Z", "2026-01-01T05:00:00Z"},
		{"a year", "2025", "", "2025-01-01T05:00:00Z", "2026-01-01T05:00:00Z"},
		{"a decade", "202X", "", "2020-01-01T05:00:00Z", "2030-01-01T05:00:00Z"},
		{"a century", "20XX", "", "2000-01-01T05:00:00Z", "2100-01-01T05:00:00Z"},
		{"some month", "2025-xx", "2025-XX", "2025-01-01T05:00:00Z", "2026-01-01T05:00:00Z"},
		{"some day of the year", "2025-XX-XX", "", "2025-01-01T05:00:00Z", "2026-01-01T05:00:00Z"},
		{"some day of the month", "2025-03-XX", "", "2025-03-01T05:00:00Z", "2025-04-01T05:00:00Z"},
		{"spring", "2025-21", "", "2025-03-01T05:00:00Z", "2025-06-01T05:00:00Z"},
		{"summer", "2025-22", "", "2025-06-01T05:00:00Z", "2025-09-01T05:00:00Z"},
		{"autumn", "2025-23", "", "2025-09-01T05:00:00Z", "2025-12-01T05:00:00Z"},
		{"winter ends in the next year", "2025-24", "", "2025-12-01T05:00:00Z", "2026-03-01T05:00:00Z"},
		{"about widens nothing", "2025-03-31~", "", "2025-03-31T05:00:00Z", "2025-04-01T05:00:00Z"},
		{"an interval", "2024-06-25/2024-07-16", "", "2024-06-25T05:00:00Z", "2024-07-17T05:00:00Z"},
		{"an interval of one day", "2024-06-25/2024-06-25", "", "2024-06-25T05:00:00Z", "2024-06-26T05:00:00Z"},
		{"an interval of unlike ends", "2024-06-25T12:00Z/2024-07", "2024-06-25T12:00:00Z/2024-07", "2024-06-25T12:00:00Z", "2024-08-01T05:00:00Z"},
		{"an open start", "../2024-07-16", "", past, "2024-07-17T05:00:00Z"},
		{"an unknown start", "/2024-07-16", "", past, "2024-07-17T05:00:00Z"},
		{"an open end", "2024-06-25/..", "", "2024-06-25T05:00:00Z", future},
		{"an unknown end", "2024-06-25/", "", "2024-06-25T05:00:00Z", future},
		{"a fixed end on the same local day", "2025-03-25T23:00:00-05:00/2025-03-25", "", "2025-03-26T04:00:00Z", "2025-03-26T05:00:00Z"},
		{"nothing lies beyond Future", "9999", "", "9999-01-01T05:00:00Z", future},
		{"nothing lies before Past", "0001-01-01T00:00:00+10:00", "", past, "0001-01-01T00:00:00.001Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := edtf.Parse(c.in)
			if err != nil {
				t.Fatal(err)
			}
			want := c.text
			if want == "" {
				want = c.in
			}
			if got := d.String(); got != want {
				t.Errorf("text %q, want %q", got, want)
			}
			lo, hi := d.Bounds(zone)
			got := []string{lo.Format(time.RFC3339Nano), hi.Format(time.RFC3339Nano)}
			if diff := cmp.Diff([]string{c.lo, c.hi}, got); diff != "" {
				t.Errorf("bounds (-want +got)\n%s", diff)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for _, in := range []string{
		"", " ", "yesterday", "0000", "25", "2025-13", "2025-00", "2025-25", "2025-20", "2025-02-30", "2025-02-00",
		"2025-3-5", "20250325", "25/03/2025", "2025-03-25T", "2025-03-25T24:00", "2025-03-25T16:60",
		"2025-03-25T16:30:60Z", "2025-03-25T16:30:00.Z", "2025-03-25T16:30:00.1234567890Z", "2025-03-25T16:30-0400",
		"2025-03-25T16:30+24:00", "2025-03-25T16:30+05:60", "2025-03-25T16:30J", "2025-03T16:30", "2025-03-25T16:30~",
		"XXXX", "2XXX", "2X25", "2025-X1", "2025-XX-01", "2025-1X", "202X-03", "2025~~", "~2025", "2025-21-01",
		"2024-07-16/2024-06-25", "2025/2024", "../..", "/", "2024/2025/2026", "-0044", "Y12025", "+2025",
		"2025-03-25T16:30Z/2025-03-23", "２０２５", "2025-03-25T16:30:00ZZ", "1985-04-12T23:20:30/P1D",
	} {
		t.Run(in, func(t *testing.T) {
			d, err := edtf.Parse(in)
			if !fail.Is(err, fail.Invalid) {
				t.Fatalf("got %v, %v; want a refusal", d, err)
			}
			if fail.HintOf(err) == "" {
				t.Error("the refusal has no hint")
			}
		})
	}
}

func TestWhatIsSaidAboutADate(t *testing.T) {
	type facts struct{ Instant, Interval, Offset, Approximate, Uncertain bool }
	for in, want := range map[string]facts{
		"2025":                      {},
		"2025~":                     {Approximate: true},
		"2025?":                     {Uncertain: true},
		"2025%":                     {Approximate: true, Uncertain: true},
		"2025-03-25T16:30":          {Instant: true},
		"2025-03-25T16:30Z":         {Instant: true, Offset: true},
		"2025-03-25T16:30Z/..":      {Interval: true, Offset: true},
		"2025-03-25T16:30Z/2026":    {Interval: true},
		"2024-06-25?/2024-07-16~":   {Interval: true, Approximate: true, Uncertain: true},
		"2025-03-25T16:30Z/2026-01": {Interval: true},
	} {
		d, err := edtf.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		got := facts{d.IsInstant(), d.IsInterval(), d.HasOffset(), d.Approximate(), d.Uncertain()}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", in, diff)
		}
	}
}

func TestTheZeroDateSaysNothing(t *testing.T) {
	var d edtf.Date
	lo, hi := d.Bounds(nil)
	if d.String() != "" || !d.IsZero() || d.HasOffset() || !lo.Equal(edtf.Past) || !hi.Equal(edtf.Future) {
		t.Errorf("%q from %v to %v", d, lo, hi)
	}
}

func TestADateTravelsAsItsText(t *testing.T) {
	type row struct{ At, Until edtf.Date }
	var got row
	if err := json.Unmarshal([]byte(`{"At":"2025-02~","Until":""}`), &got); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	if err != nil || string(text) != `{"At":"2025-02~","Until":""}` {
		t.Errorf("%s, %v", text, err)
	}
	if err := json.Unmarshal([]byte(`{"At":"soon"}`), &got); !fail.Is(err, fail.Invalid) {
		t.Errorf("a bad date was taken: %v", err)
	}
}

func TestATimeBecomesAnInstantWithItsOffset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := rapid.IntRange(-14*60, 14*60).Draw(t, "minutes")
		milli := rapid.Int64Range(-62135500000000, 253402200000000).Draw(t, "milli")
		at := time.UnixMilli(milli).In(time.FixedZone("", minutes*60))
		d := edtf.FromTime(at)
		lo, _ := d.Bounds(zone)
		again, err := edtf.Parse(d.String())
		if err != nil || again != d || !lo.Equal(at) || !d.HasOffset() {
			t.Fatalf("%v became %v (%v), %v", at, d, lo, err)
		}
	})
}

func TestBoundsAreOrderedInEveryZone(t *testing.T) {
	// A zone that skipped a whole day, one that puts its clocks forward, one east of all.
	for _, name := range []string{"Pacific/Apia", "America/New_York", "Pacific/Kiritimati"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range []string{
			"2011-12-30", "2025-03-09T02:59/2025-03-09T03:01", "2025-11-02T01:59/2025-11-02T01:59", "0001", "9999-12-31",
			"2025-03-25T23:00-05:00/2025-03-25",
		} {
			d, err := edtf.Parse(in)
			if err != nil {
				t.Fatal(err)
			}
			if lo, hi := d.Bounds(loc); !lo.Before(hi) {
				t.Errorf("%s in %s: %v is not before %v", in, name, lo, hi)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"2025-03-25T16:30:00-04:00", "2025-02", "202X", "2025-24", "2024-06-25/2024-07-16~", "../2024", "2024-06-25/",
		"2025-03-XX?", "2025-03-25 16:30:00,123456", "0001", "9999-12-31T23:59:59.999-15:00", "000X", "00XX",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		d, err := edtf.Parse(in)
		if err != nil {
			if !fail.Is(err, fail.Invalid) || fail.HintOf(err) == "" {
				t.Fatalf("%q: a refusal without kind or hint: %v", in, err)
			}
			return
		}
		again, err := edtf.Parse(d.String())
		if err != nil || again != d {
			t.Fatalf("%q reads as %q, which reads as %q, %v", in, d, again, err)
		}
		for _, loc := range []*time.Location{time.UTC, zone, time.FixedZone("", 14*3600)} {
			if lo, hi := d.Bounds(loc); !lo.Before(hi) || lo.Before(edtf.Past) || hi.After(edtf.Future) {
				t.Fatalf("%q in %v: bounds %v, %v", in, loc, lo, hi)
			}
		}
	})
}
