package sitrep

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// The states of what is due.
const (
	DueOpen = "open" // its time has not come
	DueDone = "done"
	DueLate = "late"
	// DuePast: its time is over, and the record does not tell whether it was done.
	DuePast = "past"
)

// Due is one thing that somebody must hand in or send out, by when.
type Due struct {
	ID    string    // stable: what and for which day
	What  string    // input, cutoff, remind, issue, weekly, monthly, plan, state, strength, factsheet
	Says  string    // in words, of what is no part of the rhythm: a flash that owes something
	Day   string    // of the report it is for; ""
	At    time.Time // UTC
	State string
}

// Making is the day whose daily report is being made: this day of the mission's
// clocks until its report is out, also after the cut-off; the next one then.
func (s *Service) Making(ctx context.Context, mission string) (string, error) {
	m, err := s.mission(mission)
	if err != nil {
		return "", err
	}
	now := s.Now().In(m.Zone)
	day := now.Format(time.DateOnly)
	key := record.Key{Mission: mission, Kind: kindReport, Ref: Ref(m.Originator, Daily, day, 0)}
	v, err := s.Door.Record(ctx, Internal().actor(mission), key, record.AsOf{})
	switch {
	case fail.Is(err, fail.NotFound):
		return day, nil
	case err != nil:
		return "", err
	case v.Text("status") == Released:
		return time.Date(now.Year(), now.Month(), now.Day()+1, 12, 0, 0, 0, m.Zone).Format(time.DateOnly), nil
	}
	return day, nil
}

// Due gives what is due in [from, to), oldest first: the rhythm of the mission on
// its clocks. Reports know themselves whether they are out; what the record cannot
// tell is open until its time and silent after.
func (s *Service) Due(ctx context.Context, who access.Actor, mission string, from, to time.Time) ([]Due, error) {
	m, err := s.mission(mission)
	if err != nil {
		return nil, err
	}
	reports, err := s.all(ctx, who, record.Query{Mission: mission, Kind: kindReport, Where: map[string][]string{"status": {Released}}})
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for i := range reports {
		out[reports[i].Text("form")+reports[i].Text("day")] = true
	}
	var all []Due
	local := from.In(m.Zone)
	for day := time.Date(local.Year(), local.Month(), local.Day()-1, 0, 0, 0, 0, m.Zone); day.Before(to); day = day.AddDate(0, 0, 1) {
		for _, d := range onDay(day, m.Rhythm) {
			if d.At.Before(from) || !d.At.Before(to) {
				continue
			}
			d = s.judged(d, out)
			if d.What == "input" && d.State == DuePast {
				if d.State, err = s.inputState(ctx, who, mission, d.Day); err != nil {
					return nil, err
				}
			}
			all = append(all, d)
		}
	}
	slices.SortStableFunc(all, func(a, b Due) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

// onDay is what is due on one day of the mission's calendar.
func onDay(day time.Time, r Rhythm) (all []Due) {
	add := func(what string, at time.Duration, of string) {
		all = append(all, Due{ID: what + "-" + of, What: what, Day: of, At: clockOn(day, at)})
	}
	today := day.Format(time.DateOnly)
	add("input", r.Input, today)
	add("cutoff", r.CutOff, today)
	add("remind", r.Remind, today)
	add("issue", r.Issue, today)
	switch day.Weekday() {
	case time.Thursday:
		add("plan", r.Input, today)
	case time.Friday:
		add("state", r.Input, today)
	case time.Sunday:
		add("weekly", r.Issue, today)
	case time.Monday:
		add("factsheet", r.Input, today)
	case time.Tuesday, time.Wednesday, time.Saturday:
		// nothing but the daily round
	}
	if day.AddDate(0, 0, 1).Day() == 1 {
		add("monthly", r.Issue, today)
	}
	if day.Day() == 5 { // certified on the last day of a month, due five days on
		add("strength", r.Input, today)
	}
	return all
}

func (s *Service) judged(d Due, out map[string]bool) Due {
	form, isReport := map[string]string{"issue": Daily, "remind": Daily, "weekly": Weekly, "monthly": Monthly}[d.What]
	late := !s.Now().Before(d.At)
	switch {
	case isReport && out[form+d.Day]:
		d.State = DueDone
	case isReport && late:
		d.State = DueLate
	case late && d.What == "cutoff": // a moment, which nobody has to do
		d.State = DueDone
	case late:
		d.State = DuePast
	default:
		d.State = DueOpen
	}
	return d
}

// inputState tells of a day whose inputs were due whether every post sent its own.
func (s *Service) inputState(ctx context.Context, who access.Actor, mission, day string) (string, error) {
	inputs, err := s.Inputs(ctx, who, mission, day, record.AsOf{})
	if err != nil {
		return "", err
	}
	switch n, m := Received(inputs); {
	case m == 0:
		return DuePast, nil
	case n < m:
		return DueLate, nil
	}
	return DueDone, nil
}

// Calendar writes what is due as iCalendar (RFC 5545): an event of no length each,
// with a reminder a quarter of an hour before. say names one in words.
func Calendar(w io.Writer, name string, now time.Time, all []Due, say func(Due) string) error {
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Konbit//Rhythm//EN", "X-WR-CALNAME:" + calText(name)}
	const form = "20060102T150405Z"
	for _, d := range all {
		lines = append(lines,
			"BEGIN:VEVENT", "UID:"+d.ID+"@"+calText(name), "DTSTAMP:"+now.UTC().Format(form), "DTSTART:"+d.At.UTC().Format(form),
			"SUMMARY:"+calText(say(d)), "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:"+calText(say(d)), "TRIGGER:-PT15M", "END:VALARM", "END:VEVENT")
	}
	lines = append(lines, "END:VCALENDAR")
	for _, line := range lines {
		if _, err := io.WriteString(w, folded(line)); err != nil {
			return fmt.Errorf("write the calendar: %w", err)
		}
	}
	return nil
}

// calText escapes a text as RFC 5545, 3.3.11 says.
func calText(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(text)
}

// folded breaks a line before it has more than 75 octets (RFC 5545, 3.1), never
// inside a character.
func folded(line string) string {
	var out strings.Builder
	n := 0
	for _, r := range line {
		size := len(string(r))
		if n+size > 74 {
			out.WriteString("\r\n ")
			n = 1
		}
		out.WriteRune(r)
		n += size
	}
	out.WriteString("\r\n")
	return out.String()
}
