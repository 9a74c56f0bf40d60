package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestAWeekIsPlannedAsTheOneBeforeAndOnlyOnce(t *testing.T) {
	c := newCell(t) // a Friday
	duty := c.as("duty")
	plan := func(sign, at string) string {
		t.Helper()
		to, code, body := duty.send(t, room+"/patrols/new", map[string]string{"f.post": "pst-lsa1", "f.type": "VEHICLE", "f.destination": "Old road", "f.call-sign": sign, "f.at": at, "f.until": ""})
		if code != http.StatusSeeOther {
			t.Fatalf("%d %s", code, text(body))
		}
		return to
	}
	plan("GONE 1", "2026-11-20 11:00")
	done := plan("DONE 2", "2026-11-21 06:30")
	plan("NOT 3", "2026-11-21 14:00")
	c.clock = time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)
	duty.press(t, done, done+"/step", map[string]string{"step": "OUT"})
	back := duty.keyed(t, done, done+"/step", nil)
	back.Set("step", "BACK")
	if got := duty.ask("POST", done+"/step", back); got.Code != http.StatusSeeOther {
		t.Fatal(got.Code)
	}
	duty.press(t, done, done+"/report", map[string]string{"f.report": "Road open."})
	duty.says(t, room+"/patrols", "DONE 2 · Old road ✓ Reported", "LSA 1", "Done/planned", "1/3", "1/2")

	c.clock = time.Date(2026, 11, 27, 18, 0, 0, 0, time.UTC) // after the hour of the first
	next := room + "/patrols?week=2026-11-23"
	for range 2 {
		duty.press(t, next, room+"/patrols/copy", nil)
		c.clock = c.clock.Add(time.Minute)
	}
	week := duty.get(t, next)
	for sign, want := range map[string]int{"GONE 1": 0, "DONE 2": 2, "NOT 3": 2} { // in the grid and in the list
		if got := strings.Count(text(week), sign); got != want {
			t.Errorf("%s stands %d times in the week after, want %d: %s", sign, got, want, text(week))
		}
	}
	duty.says(t, next, "06:30 DONE 2 · Old road", "0/2")
	if got := duty.ask("POST", room+"/patrols/copy", duty.keyed(t, next, room+"/patrols/copy", map[string]string{"week": "2027-05-03"})); got.Code != http.StatusBadRequest && got.Code != http.StatusUnprocessableEntity {
		t.Errorf("a week after an empty one: %d", got.Code)
	}
}
