package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestAPersonInCustodyIsHandedOverInTimeAndAgainstAReceipt(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	to, code, body := duty.send(t, room+"/detentions/new", map[string]string{"f.person": "A-3", "f.minor": "yes", "f.basis": "Caught in the act", "f.at": "2026-11-20 10:00"})
	if code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	duty.says(t, to, "Detention 1: A-3", "Minor", "in 11 h 56 min held 4 min")
	duty.silent(t, room, "A-3 must", "longer than allowed")
	c.clock = c.clock.Add(9 * time.Hour) // a quarter of a minor's time is left
	duty.says(t, room, "A-3 must be handed over in 2 h 56 min")
	c.clock = c.clock.Add(4 * time.Hour)
	duty.says(t, room, "A-3 is held 1 h 4 min longer than allowed")
	without := duty.ask("POST", to+"/end", duty.keyed(t, to, to+"/end", map[string]string{"f.status": "HANDED", "f.ended": "2026-11-20 22:50", "f.handed-to": "Inspector, host police"}))
	before := duty.ask("POST", to+"/end", duty.keyed(t, to, to+"/end", map[string]string{"f.status": "RELEASED", "f.ended": "2026-11-20 09:00"}))
	if without.Code == http.StatusSeeOther || before.Code == http.StatusSeeOther {
		t.Errorf("handed over without a receipt: %d; free before they were taken: %d", without.Code, before.Code)
	}
	duty.press(t, to, to+"/end", map[string]string{"f.status": "HANDED", "f.ended": "2026-11-20 22:50", "f.handed-to": "Inspector, host police", "f.receipt": "HP-9"})
	duty.silent(t, room, "A-3")
	duty.says(t, to, "Handed to the host’s police", "held 12 h 50 min", "HP-9")
	duty.says(t, to+"/receipt", "Receipt for a person handed over, detention 1", "A-3", "Received by (rank, name, signature)")
	duty.line(t, "handed A-3 over #D-1")
	duty.says(t, to, "handed A-3 over")
	for _, who := range []string{"spokesperson", "finance", "ministry:KEN", "donor:CAN"} {
		for _, page := range []string{room + "/detentions", to, to + "/receipt", room + "/detentions.csv"} {
			if got := c.as(who).ask("GET", page, nil); got.Code != http.StatusNotFound {
				t.Errorf("%s gets %d at %s", who, got.Code, page)
			}
		}
	}
	if got := text(c.as("spokesperson").get(t, room)); strings.Contains(got, "Detentions") || strings.Contains(got, "longer than allowed") {
		t.Error("the spokesperson is told of it on the board")
	}
}

func TestAPostShowsForHowLongItWasCutOff(t *testing.T) {
	c := newCell(t)
	duty, post := c.as("duty"), room+"/posts/pst-lsa1"
	say := func(works, reach string) {
		t.Helper()
		duty.press(t, post, post+"/signals", map[string]string{"total.VHF": "3", "works.VHF": works, "reach.VHF": reach})
	}
	say("3", "yes")
	c.clock = c.clock.Add(25 * time.Hour)
	say("0", "no")
	c.clock = c.clock.Add(90 * time.Minute)
	say("2", "yes")
	c.clock = c.clock.Add(time.Hour)
	duty.says(t, post, "VHF radio 2 3 ✓ Yes", "1 h 30 min in the last 24 hours", "1 h 30 min in the last 7 days (not known for 5 days 20 h)")
	duty.says(t, room+"/posts/pst-fob3", "Guatemala", "about 21 January 2025")
}
