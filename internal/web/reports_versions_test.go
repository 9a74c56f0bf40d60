package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"konbit.org/konbit/internal/mission"
)

// released is a report that is out, with a paragraph for each audience and an
// incident that only the mission may know.
func (c *cell) released(t *testing.T) string {
	t.Helper()
	c.flash(t, map[string]string{"f.category": "SHOOTING", "f.summary": "Shots at the gate", "f.own-killed": "0", "f.own-injured": "2"})
	c.clock = c.clock.Add(time.Hour)
	to := c.draft(t)
	c.as("duty").press(t, to, to+"/words", map[string]string{
		"f.words-summary": "(PUBLIC) for-all\n(PARTNER) for-partners\n(CAPITAL) for-capitals\nfor-the-mission\n(RESTRICTED) for-the-few", "f.words-plans": "the-plan",
	})
	c.as("operations").press(t, to, to+"/check", nil)
	c.as("commander").press(t, to, to+"/release", nil)
	return to
}

// words are those of the released report, from the widest audience to the closest.
func portionWords() []string {
	return []string{"for-all", "for-partners", "for-capitals", "for-the-mission", "for-the-few", "the-plan"}
}

func TestNobodyGetsAnothersVersionByAsking(t *testing.T) {
	c := newCell(t)
	to := c.released(t)
	readers := map[string]struct {
		who  *asker
		most int // how many of the words, the closest audience last
		mark string
	}{
		"public":       {c.public(), 1, "Public"},
		"donor":        {c.as("donor:USA"), 2, "For partners"},
		"ministry:JAM": {c.as("ministry:JAM"), 3, "For Jamaica"},
		"family":       {c.as("family:"), 1, "Public"},
		"auditor":      {c.as("auditor"), 1, "Public"},
		"spokesperson": {c.as("spokesperson"), 4, "Mission, staff"},
		"commander":    {c.as("commander"), 6, "Mission, internal"},
	}
	queries := []string{"", "?for=internal", "?for=staff", "?for=capital&owner=KEN", "?for=capital&owner=JAM", "?for=capital", "?for=KEN", "?for=partner", "?for=public", "?for=Internal", "?for=internal&for=public"}
	for name, r := range readers {
		for _, suffix := range []string{"", ".txt", ".json", ".sms"} {
			for _, query := range queries {
				got := r.who.ask("GET", to+suffix+query, nil)
				if got.Code != http.StatusOK {
					t.Fatalf("%s%s for %s: %d", suffix, query, name, got.Code)
				}
				body := got.Body.String()
				for i, word := range portionWords() {
					if i >= r.most && strings.Contains(body, word) {
						t.Errorf("%s reads %q at %s%s", name, word, suffix, query)
					}
				}
				if r.most < 4 && (strings.Contains(body, "Shots at the gate") || strings.Contains(body, "For Kenya")) {
					t.Errorf("%s reads what is not theirs at %s%s", name, suffix, query)
				}
			}
		}
		own := r.who.get(t, to+".txt")
		if !strings.HasPrefix(own, r.mark+"\n") || strings.Count(own, r.mark) < 3 {
			t.Errorf("the version of %s is marked %.60q, not %s", name, own, r.mark)
		}
		for i, word := range portionWords() {
			if i < r.most && word != "the-plan" && !strings.Contains(own, word) {
				t.Errorf("%s does not read %q", name, word)
			}
		}
	}
	for query, mark := range map[string]string{"?for=capital&owner=KEN": "For Kenya", "?for=partner": "For partners", "?for=public": "Public", "?for=staff": "Mission, staff"} {
		if got := c.as("duty").get(t, to+".txt"+query); !strings.HasPrefix(got, mark+"\n") {
			t.Errorf("the duty officer asks for %s and gets %.40q", query, got)
		}
	}
}

func TestAReportIsHadInEachForm(t *testing.T) {
	c := newCell(t)
	to := c.released(t)
	duty := c.as("duty")
	for suffix, want := range map[string]struct{ media, begins string }{
		".pdf":  {"application/pdf", "%PDF-"},
		".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK"},
		".txt":  {"text/plain; charset=utf-8", "Mission, internal\n"},
		".sms":  {"text/plain; charset=utf-8", "1/"},
		".json": {"application/json", `{"lang":"en"`},
	} {
		got := duty.ask("GET", to+suffix, nil)
		if got.Code != http.StatusOK || got.Header().Get("Content-Type") != want.media || !strings.HasPrefix(got.Body.String(), want.begins) {
			t.Errorf("%s: %d %s %.40q", suffix, got.Code, got.Header().Get("Content-Type"), got.Body)
		}
		if !strings.Contains(duty.get(t, to), to+suffix+`"`) {
			t.Errorf("the page does not lead to its form %s", suffix)
		}
	}
	for line := range strings.Lines(duty.get(t, to+".sms?lang=fr")) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 160 {
			t.Errorf("%d letters in %q", n, line)
		}
	}
}

func TestTakingAReportAlongIsAudited(t *testing.T) {
	h := town(t)
	h.enter(t, "duty").get(t, "/haiti-mss/reports/DSR-HQ-2025-08-31.pdf?for=capital&owner=KEN")
	h.enter(t, "ministry.jam").get(t, "/haiti-mss/reports/DSR-HQ-2025-08-31.docx")
	said := h.enter(t, "auditor").get(t, "/audit.csv")
	for _, want := range []string{"duty,EXPORT", "pdf KEN", "docx JAM", "DSR-HQ-2025-08-31"} {
		if !strings.Contains(said, want) {
			t.Errorf("the audit does not say %q: %s", want, said)
		}
	}
}

func TestTheBoardSaysThatTheReportIsNotOut(t *testing.T) {
	c := newCellOf(t, func(m *mission.Mission) { m.Ended = "" })
	room := "/haiti-mss/room"
	at := func(hour, minute int) { // of the mission's clocks, five hours behind
		c.clock = time.Date(2026, 11, 20, hour+5, minute, 0, 0, time.UTC)
	}
	to := c.draft(t)
	at(19, 44)
	for _, quiet := range []string{room, reports} {
		c.as("duty").silent(t, quiet, "HQ/DSR/2026/1 is", "Daily report due 2026", "Daily report due 20:00")
	}
	at(19, 46)
	for _, page := range []string{room, reports} {
		c.as("duty").says(t, page, "not released", "Inputs: 0 of 7 received")
	}
	at(20, 30)
	c.as("duty").says(t, room, "late by 30 min")
	c.as("operations").press(t, to, to+"/check", nil)
	c.as("commander").press(t, to, to+"/release", nil)
	c.as("duty").silent(t, room, "late by 30 min")
	if c = newCell(t); true { // of a mission that is over nobody waits for a report
		at(20, 30)
		c.as("duty").silent(t, room, "Daily report was due")
	}
}

func TestWhatAFlashOwesIsDueBesideTheReports(t *testing.T) {
	c := newCell(t)
	c.flash(t, map[string]string{"f.category": "SHOOTING", "f.summary": "Shots at the gate", "f.own-killed": "0"})
	c.as("duty").says(t, reports+"/due", "Flash 1: ")
	if got := c.as("duty").get(t, reports+"/due.ics"); !strings.Contains(got, "SUMMARY:Flash 1: ") {
		t.Errorf("%.400s", got)
	}
}
