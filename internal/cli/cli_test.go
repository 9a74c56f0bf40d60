package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"konbit.org/konbit/internal/cli"
	"konbit.org/konbit/internal/fail"
)

func zone(t testing.TB) *time.Location {
	loc, err := time.LoadLocation("America/Port-au-Prince")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestADateOfAQuestionMeansItsLastSecondWhereTheMissionIs(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2025-01-05", "2025-01-05T23:59:59-05:00"},
		{"2025-07-05", "2025-07-05T23:59:59-04:00"},
		{"2025-03-09", "2025-03-09T23:59:59-04:00"}, // the clocks went forward: 23 hours
		{"2025-02", "2025-02-28T23:59:59-05:00"},
		{"2024", "2024-12-31T23:59:59-05:00"},
		{"2025-01-05T12:00-05:00", "2025-01-05T12:00:00-05:00"},
		{"2025-01-05T12:00:30Z", "2025-01-05T07:00:30-05:00"},
		{"051200RJAN25", "2025-01-05T12:00:00-05:00"},
		{"052359RJAN25", "2025-01-05T23:59:59-05:00"},
		{"051200zjan25", "2025-01-05T12:00:00Z"},
		{" 2025-01-05 ", "2025-01-05T23:59:59-05:00"},
	} {
		t.Run(c.text, func(t *testing.T) {
			got, err := cli.Instant("at", c.text, zone(t))
			if err != nil {
				t.Fatal(err)
			}
			want, _ := time.Parse(time.RFC3339, c.want)
			if !got.Equal(want) {
				t.Errorf("got %s, want %s", got.Format(time.RFC3339), c.want)
			}
		})
	}
}

func TestADateThatCannotBeReadIsRefusedWithAHint(t *testing.T) {
	for _, text := range []string{
		"yesterday", "05/01/2025", "5.1.2025", "2025-13-01", "2025-02-29", "2025-01-05/2025-01-07", "2025-01~", "2025?",
		"251630JMAR25", "321200RJAN25", "..", "now", strings.Repeat("9", 500),
	} {
		t.Run(text[:min(20, len(text))], func(t *testing.T) {
			got, err := cli.Instant("known", text, zone(t))
			if !fail.Is(err, fail.Invalid) || fail.HintOf(err) == "" || !strings.Contains(err.Error(), "--known") {
				t.Errorf("got %v, %v (hint %q)", got, err, fail.HintOf(err))
			}
		})
	}
	if got, err := cli.Instant("at", "", zone(t)); err != nil || !got.IsZero() {
		t.Errorf("nothing asked gives %v, %v", got, err)
	}
}

// What is read can be written as RFC 3339 and read again as the same instant.
func FuzzInstant(f *testing.F) {
	for _, text := range []string{"2025-01-05", "2025-01", "2025", "051200RJAN25", "2025-01-05T12:00-05:00", "2025-01-05T12:00", "0001", "9999-12-31", "-0001"} {
		f.Add(text)
	}
	loc := zone(f)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := cli.Instant("at", text, loc)
		if err != nil {
			if !fail.Is(err, fail.Invalid) {
				t.Fatalf("%q: %v is no mistake of the user", text, err)
			}
			return
		}
		if got.IsZero() || got.Year() < 1 || got.Year() > 9999 {
			return
		}
		// RFC 3339 has whole minutes of offset; old local times do not.
		again, err := cli.Instant("at", got.UTC().Format(time.RFC3339Nano), loc)
		if err != nil || again.UnixMilli() != got.UnixMilli() {
			t.Errorf("%q is %v and then %v (%v)", text, got, again, err)
		}
	})
}

func TestProgressIsShownOnATerminalOnly(t *testing.T) {
	clock := time.Unix(1_700_000_000, 0)
	now := func() time.Time { return clock }
	work := func(set func(done, total, counted int64)) {
		for i := range int64(10) {
			clock = clock.Add(500 * time.Millisecond)
			set((i+1)*100, 1000, (i+1)*7)
		}
	}
	var none bytes.Buffer
	cli.Drawn(&none, now, 0, work)
	if none.Len() > 0 {
		t.Errorf("a log file got %q", none.String())
	}
	for _, width := range []int{20, 60, 200} {
		var out bytes.Buffer
		cli.Drawn(&out, now, width, work)
		for line := range strings.SplitSeq(out.String(), "\r") {
			if n := utf8.RuneCountInString(strings.ReplaceAll(line, "\x1b[K", "")); n >= width {
				t.Errorf("a line of %d columns on a terminal of %d: %q", n, width, line)
			}
		}
		if !strings.HasSuffix(out.String(), "\r\x1b[K") {
			t.Errorf("the line stays behind: %q", out.String())
		}
		if width == 60 && (!strings.Contains(out.String(), " 50% 35 rows, 14/s, 3s left") || !strings.Contains(out.String(), "[###")) {
			t.Errorf("no percentage, speed and time left in %q", out.String())
		}
	}
}

func TestAnErrorIsToldByItsKind(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		code int
		want string
	}{
		{"a mistake", fail.New(fail.Invalid, "bad day", "write it so"), 2, "konbit: bad day\nhint: write it so\n"},
		{"nothing there", fmt.Errorf("look: %w", fail.New(fail.NotFound, "no record", "")), 2, "konbit: look: no record\n"},
		{"taken", fail.New(fail.Conflict, "taken", "choose"), 2, "konbit: taken\nhint: choose\n"},
		{"not allowed", fail.New(fail.Denied, "no", ""), 2, "konbit: no\n"},
		{"a full disk", fail.New(fail.Unavailable, "disk full", "make room"), 1, "konbit: disk full\nhint: make room\n"},
		{"damage", fail.New(fail.Damaged, "torn", ""), 1, "konbit: torn\n"},
		{"stopped", fmt.Errorf("read: %w", context.Canceled), 1, "konbit: stopped before it was done\n"},
		{"nothing wrong", nil, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := cli.Report(cli.Proc{Stdout: &out, Stderr: &errs}, false, false, c.err)
			if code != c.code || !strings.HasPrefix(errs.String(), c.want) || out.Len() > 0 {
				t.Errorf("exit code %d, %q, %q", code, errs.String(), out.String())
			}
		})
	}
}

func TestAnInternalErrorIsToldInFullToTheLogOnly(t *testing.T) {
	secret := errors.New("open /home/ana/list of names: broken")
	var out, errs bytes.Buffer
	if code := cli.Report(cli.Proc{Stdout: &out, Stderr: &errs}, false, true, secret); code != 1 {
		t.Errorf("exit code %d", code)
	}
	if strings.Contains(errs.String()+out.String(), "ana") || !strings.Contains(errs.String(), "internal error, reference ") {
		t.Errorf("told %q and %q", errs.String(), out.String())
	}
	var told struct {
		Error struct{ Kind, Message, Hint string }
	}
	if err := json.Unmarshal(out.Bytes(), &told); err != nil || told.Error.Kind != "internal" || told.Error.Hint == "" {
		t.Errorf("JSON %q: %v", out.String(), err)
	}
	errs.Reset()
	cli.Report(cli.Proc{Stdout: &out, Stderr: &errs}, true, false, secret)
	if !strings.Contains(errs.String(), "list of names") || !strings.Contains(errs.String(), "reference=") {
		t.Errorf("with --debug: %q", errs.String())
	}
}

func TestTextIsBrokenBetweenWords(t *testing.T) {
	got := cli.Wrap("Deux bureaux ont dit des choses différentes\nici", 20, "  ")
	for line := range strings.SplitSeq(got, "\n") {
		if n := utf8.RuneCountInString(line); n > 20 || !strings.HasPrefix(line, "  ") {
			t.Errorf("line %q of %d", line, n)
		}
	}
	if strings.Join(strings.Fields(got), " ") != "Deux bureaux ont dit des choses différentes ici" {
		t.Errorf("words lost: %q", got)
	}
	if long := cli.Wrap("a "+strings.Repeat("x", 40)+" b", 10, ""); strings.Count(long, "\n") != 2 {
		t.Errorf("a word longer than the line: %q", long)
	}
}
