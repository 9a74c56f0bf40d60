package sitrep_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"konbit.org/konbit/internal/sitrep"
)

// property is one line of a calendar, unfolded.
type property struct{ name, value string }

// readCalendar is a strict reader of what RFC 5545 demands: line ends, length of
// lines in octets, whole characters in each, nesting, and what an event must have.
func readCalendar(text string) (events [][]property, err error) {
	if !strings.HasSuffix(text, "\r\n") || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
		return nil, fmt.Errorf("a line does not end with CR LF")
	}
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		switch {
		case len(line) > 75:
			return nil, fmt.Errorf("%d octets in %q", len(line), line)
		case !utf8.ValidString(line):
			return nil, fmt.Errorf("a character is torn in %q", line)
		case line == "":
			return nil, fmt.Errorf("an empty line")
		case line[0] == ' ' && len(lines) > 0:
			lines[len(lines)-1] += line[1:]
		default:
			lines = append(lines, line)
		}
	}
	var open []string
	for i, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.ToUpper(name) != name {
			return nil, fmt.Errorf("no property: %q", line)
		}
		switch name {
		case "BEGIN":
			if open = append(open, value); value == "VEVENT" {
				events = append(events, nil)
			}
		case "END":
			if len(open) == 0 || open[len(open)-1] != value {
				return nil, fmt.Errorf("%q closes nothing", line)
			}
			open = open[:len(open)-1]
		default:
			if n := len(open); n > 0 && open[n-1] == "VEVENT" {
				events[len(events)-1] = append(events[len(events)-1], property{name, value})
			}
		}
		if len(open) == 0 && i != len(lines)-1 {
			return nil, fmt.Errorf("something stands outside of the calendar: %q", line)
		}
	}
	if len(lines) < 4 || lines[0] != "BEGIN:VCALENDAR" || lines[1] != "VERSION:2.0" || !strings.HasPrefix(lines[2], "PRODID:") {
		return nil, fmt.Errorf("no calendar: %q", lines)
	}
	return events, nil
}

// unescaped undoes RFC 5545, 3.3.11; a sign that had to be escaped and is not is an
// error.
func unescaped(value string) (string, error) {
	var out strings.Builder
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == ';' || c == ',':
			return "", fmt.Errorf("%q is not escaped in %q", c, value)
		case c == '\\' && i+1 < len(value):
			if i++; value[i] == 'n' {
				out.WriteByte('\n')
			} else {
				out.WriteByte(value[i])
			}
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), nil
}

func TestTheCalendarIsOne(t *testing.T) {
	at := time.Date(2025, 3, 26, 1, 0, 0, 0, time.UTC)
	says := []string{
		"Rapò jou a deyò", "a, b; c \\ d: e", "two\nlines", strings.Repeat("é", 120), strings.Repeat("漢🚗", 40), "",
	}
	var due []sitrep.Due
	for i := range says {
		due = append(due, sitrep.Due{ID: fmt.Sprintf("issue-2025-03-%02d", i+1), What: "issue", At: at.AddDate(0, 0, i)})
	}
	var out strings.Builder
	if err := sitrep.Calendar(&out, "lake", at, due, func(d sitrep.Due) string {
		return says[slices.IndexFunc(due, func(o sitrep.Due) bool { return o.ID == d.ID })]
	}); err != nil {
		t.Fatal(err)
	}
	events, err := readCalendar(out.String())
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if len(events) != len(due) {
		t.Fatalf("%d events of %d", len(events), len(due))
	}
	seen := map[string]bool{}
	for i, e := range events {
		values := map[string]string{}
		for _, p := range e {
			if _, twice := values[p.name]; twice {
				t.Errorf("%s stands twice", p.name)
			}
			values[p.name] = p.value
		}
		if values["UID"] == "" || seen[values["UID"]] {
			t.Errorf("the uid %q is not one", values["UID"])
		}
		seen[values["UID"]] = true
		for name, want := range map[string]time.Time{"DTSTAMP": at, "DTSTART": due[i].At} {
			if got, err := time.Parse("20060102T150405Z", values[name]); err != nil || !got.Equal(want) {
				t.Errorf("%s is %q, not %s", name, values[name], want)
			}
		}
		if got, err := unescaped(values["SUMMARY"]); err != nil || got != says[i] {
			t.Errorf("%q reads back as %q: %v", says[i], got, err)
		}
	}
}
