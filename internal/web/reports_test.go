package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const reports = "/haiti-mss/reports"

// draft begins today's report as the duty officer.
func (c *cell) draft(t *testing.T) string {
	t.Helper()
	return c.as("duty").press(t, reports, reports, map[string]string{"form-of": "DSR", "day": "2026-11-20"})
}

func TestThreePeopleLetAReportOut(t *testing.T) {
	c := newCell(t)
	c.flash(t, map[string]string{"f.category": "SHOOTING", "f.summary": "Shots at the gate", "f.own-killed": "0", "f.own-injured": "2"})
	c.clock = c.clock.Add(time.Hour)
	duty, second, third := c.as("duty"), c.as("operations"), c.as("commander")
	to := c.draft(t)
	if again := c.draft(t); again != to {
		t.Errorf("the same day has two drafts: %s and %s", to, again)
	}
	duty.press(t, to, to+"/words", map[string]string{"f.words-summary": "Quiet but for the gate."})
	duty.says(t, to, "Quiet but for the gate.", "Shots at the gate", "Waits to be checked by somebody other than duty", "0 of 7 received", "NOT RECEIVED")
	duty.silent(t, to, "I have checked it")
	if got := c.public().ask("GET", to, nil); got.Code != http.StatusNotFound {
		t.Errorf("the public gets %d for a draft", got.Code)
	}
	second.press(t, to, to+"/check", nil)
	second.says(t, to, "Waits to be released by somebody other than duty and operations")
	third.press(t, to, to+"/release", nil)
	if got := third.ask("POST", to+"/words", third.keyed(t, reports, reports, map[string]string{"f.words-summary": "x"})); got.Code == http.StatusSeeOther {
		t.Error("a report that is out was changed")
	}
	public := text(c.public().get(t, to))
	for _, never := range []string{"Shots at the gate", "Quiet but for the gate", "duty", "pat-"} {
		if strings.Contains(public, never) {
			t.Errorf("the public reads %q: %s", never, public)
		}
	}
	if !strings.Contains(public, "HQ/DSR/2026/1") {
		t.Error(public)
	}
	plain := duty.get(t, to+".txt")
	if !strings.Contains(plain, "4. INCIDENTS") || !strings.Contains(plain, "Own, injured 2") {
		t.Error(plain)
	}
}

func TestALateWordMakesACorrigendumAndFlagsWhatUsedTheOldNumber(t *testing.T) {
	c := newCell(t)
	c.flash(t, map[string]string{"f.category": "SHOOTING", "f.summary": "Shots at the gate", "f.own-killed": "0"})
	c.clock = c.clock.Add(time.Hour)
	out := func(to string) {
		c.as("operations").press(t, to, to+"/check", nil)
		c.as("commander").press(t, to, to+"/release", nil)
	}
	daily := c.draft(t)
	out(daily)
	weekly := c.as("duty").press(t, reports, reports, map[string]string{"form-of": "WSR", "day": "2026-11-20"})
	out(weekly)
	duty := c.as("duty")
	duty.silent(t, daily, "What is known now differs")
	c.clock = c.clock.Add(time.Hour)
	if to, code, body := duty.send(t, "/haiti-mss/records/incident/new", map[string]string{"f.at": "2026-11-20T14:30:00Z", "f.category": "ARSON", "f.summary": "Depot burnt", "f.killed": "1"}); code != http.StatusSeeOther {
		t.Fatalf("%d %s %s", code, to, text(body))
	}
	duty.says(t, daily, "What is known now differs", "Incidents recorded, in the period 1 2", "Killed in incidents, in the period 0 1")
	// The part of a post that comes late begins the correction by itself.
	if _, code, body := duty.send(t, reports+"/input", map[string]string{"f.post": "pst-lsa1", "f.for": "2026-11-20", "f.text": "The gate was shut."}); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	duty.says(t, daily, "Input came late: LSA 1")
	duty.silent(t, daily, "Depot burnt") // as released
	correction := daily + "-C1"
	if again := duty.press(t, daily, daily+"/corrigendum", nil); again != correction {
		t.Errorf("%s is drafted beside %s", again, correction)
	}
	duty.says(t, correction, "Corrigendum: Daily situation report", "HQ/DSR/2026/2", "Corrects HQ/DSR/2026/1", "Depot burnt", "Killed in incidents, in the period 0 → 1; + LSA 1")
	out(correction)
	for _, page := range []string{daily, weekly} {
		duty.says(t, page, "Uses a number that was corrected: HQ/DSR/2026/2")
	}
	duty.silent(t, daily, "Depot burnt", "What is known now differs") // as it was; the rest is in the correction
	if was := text(c.public().get(t, daily)); !strings.Contains(was, "HQ/DSR/2026/1") {
		t.Error(was)
	}
	duty.says(t, reports, "Uses a number that was corrected: HQ/DSR/2026/2", "Corrects HQ/DSR/2026/1")
	if got := duty.ask("POST", daily+"/corrigendum", duty.keyed(t, reports, reports, nil)); got.Code == http.StatusSeeOther {
		t.Errorf("what has not changed again was corrected again: %s", got.Header().Get("Location"))
	}
	c.clock = c.clock.Add(time.Hour)
	if _, code, body := duty.send(t, "/haiti-mss/records/incident/new", map[string]string{"f.at": "2026-11-20T14:40:00Z", "f.category": "ARSON", "f.summary": "Shed burnt", "f.killed": "2"}); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	second := duty.press(t, correction, correction+"/corrigendum", nil)
	if second != daily+"-C2" {
		t.Errorf("the second correction is %s", second)
	}
	duty.says(t, second, "HQ/DSR/2026/3", "Killed in incidents, in the period 1 → 3") // from the first correction, not from the report
}

func TestAPostSaysNilOrNothing(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	if _, code, _ := duty.send(t, reports+"/input", map[string]string{"f.post": "pst-lsa1"}); code != http.StatusUnprocessableEntity {
		t.Errorf("an empty part is answered with %d", code)
	}
	if _, code, body := duty.send(t, reports+"/input", map[string]string{"f.post": "pst-lsa1", "f.nil": "yes"}); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	duty.says(t, reports, "1 of 7 received", "LSA 1 ✓ NIL", "! NOT RECEIVED")
}

func TestTheRhythmIsACalendar(t *testing.T) {
	c := newCell(t)
	got := c.as("duty").get(t, reports+"/due.ics")
	for _, want := range []string{"BEGIN:VCALENDAR\r\n", "SUMMARY:Daily report out\r\n", "DTSTART:20261121T010000Z\r\n", "TRIGGER:-PT15M\r\n", "END:VCALENDAR\r\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %.600s", want, got)
		}
	}
	for line := range strings.SplitSeq(got, "\r\n") {
		if len(line) > 75 {
			t.Errorf("%d octets in %q", len(line), line)
		}
	}
	c.clock = c.clock.Add(11 * time.Hour)
	c.as("duty").says(t, reports, "Daily report out ! Overdue by")
}
