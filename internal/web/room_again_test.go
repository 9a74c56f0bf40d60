package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestWhatWasTypedIsNotLostWhenAFormOfTheRoomIsRefused sends each form that stands on
// the page of a record with something that cannot be taken.
func TestWhatWasTypedIsNotLostWhenAFormOfTheRoomIsRefused(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	made := func(page string, typed map[string]string) string {
		t.Helper()
		to, code, body := duty.send(t, page, typed)
		if code != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", page, code, text(body))
		}
		return to
	}
	flash := made(room+"/flash/new", map[string]string{"f.category": "SHOOTING", "f.summary": "Shots at the gate"})
	patrol := made(room+"/patrols/new", map[string]string{"f.post": "pst-lsa1", "f.type": "VEHICLE", "f.destination": "Old road", "f.check-every": "60"})
	item := made(room+"/register/new", map[string]string{"f.type": "WEAPON", "f.item": "A rifle", "f.quantity": "1", "f.basis": "Search"})
	held := made(room+"/detentions/new", map[string]string{"f.person": "A-3", "f.minor": "no", "f.basis": "Caught in the act", "f.at": "2026-11-20 10:00"})
	long := strings.Repeat("very long ", 250)
	for what, x := range map[string]struct {
		page, to string
		typed    map[string]string
		keeps    []string
	}{
		"a follow-up":            {flash, flash + "/follow", map[string]string{"f.text": "Two more at the bridge", "f.own-injured": "some"}, []string{"Two more at the bridge", `value="some"`}},
		"a word by radio":        {patrol, patrol + "/step", map[string]string{"f.text": long}, []string{long[:200]}},
		"a step of custody":      {item, item + "/step", map[string]string{"f.step": "HANDED", "f.to": "Sergeant Sample", "f.seal": long}, []string{"Sergeant Sample", long[:200]}},
		"the end of a detention": {held, held + "/end", map[string]string{"f.status": "HANDED", "f.ended": "some day", "f.handed-to": "Inspector Sample"}, []string{"Inspector Sample", `value="some day"`}},
	} {
		t.Run(what, func(t *testing.T) {
			got := duty.ask("POST", x.to, duty.keyed(t, x.page, x.to, x.typed))
			html := got.Body.String()
			if got.Code != http.StatusUnprocessableEntity || !strings.Contains(html, `class="problems"`) {
				t.Fatalf("%d %s", got.Code, text(html))
			}
			for _, kept := range x.keeps {
				if !strings.Contains(html, kept) {
					t.Errorf("%.60q is lost: %s", kept, text(html))
				}
			}
			if !strings.Contains(html, `action="`+x.to+`"`) {
				t.Error("there is no form to send it again")
			}
		})
	}
}
