package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// line writes a line of the log of headquarters.
func (a *asker) line(t *testing.T, typed string) {
	t.Helper()
	a.press(t, room+"/log", room+"/log", map[string]string{"line": typed})
}

func TestALineIsLinkedByWhatIsSaidOnTheRadio(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	flash, incident := c.flash(t, map[string]string{"f.category": "AMBUSH", "f.summary": "Convoy fired upon"})
	patrol, code, body := duty.send(t, room+"/patrols/new", map[string]string{"f.post": "pst-lsa1", "f.type": "VEHICLE", "f.destination": "Old road", "f.call-sign": "LANTERN 7"})
	if code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	duty.line(t, "ambulance asked for #F-1")
	duty.line(t, "road is open so far #lantern-7")
	duty.line(t, "second vehicle joins #p1")
	duty.line(t, "by its own ref "+strings.ToLower("#"+patrol[strings.LastIndex(patrol, "/")+1:]))
	duty.says(t, flash, "ambulance asked for")
	duty.says(t, incident, "ambulance asked for")
	duty.says(t, patrol, "road is open so far", "second vehicle joins", "by its own ref")
	duty.silent(t, patrol, "ambulance asked for")
	values := duty.keyed(t, room+"/log", room+"/log", map[string]string{"line": "chosen from the list", "f.about": patrol[strings.LastIndex(patrol, "/")+1:]})
	if got := duty.ask("POST", room+"/log", values); got.Code != http.StatusSeeOther {
		t.Fatal(got.Code)
	}
	duty.says(t, patrol, "chosen from the list")
	for _, nothing := range []string{"#F-99", "#P-7", "#LANTERN-8"} {
		got := duty.ask("POST", room+"/log", duty.keyed(t, room+"/log", room+"/log", map[string]string{"line": "kept " + nothing}))
		if got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", nothing, got.Code)
		}
	}
}

func TestAWrongLineIsStruckAndTheRightOneStandsInItsPlace(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	duty.line(t, "0925 LAMP 9 > HQ: five vehicles")
	ref := regexp.MustCompile(`id="(LOG-[^"]*)"`).FindStringSubmatch(duty.get(t, room+"/log"))[1]
	c.clock = c.clock.Add(time.Hour)
	duty.press(t, room+"/log", room+"/log/"+ref+"/strike", map[string]string{"reason": "misheard", "line": "four vehicles"})
	page := text(duty.get(t, room+"/log"))
	for _, want := range []string{"five vehicles Struck through by duty, 20 November 2026, 11:04: misheard", "09:25 (14:25Z) written 11:04 (16:04Z) by duty ✓ at this node LAMP 9 → HQ: four vehicles In place of " + ref} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
}

func TestTheReliefSeesWhatIsOpenBeforeTakingTheShift(t *testing.T) {
	c := newCell(t)
	duty, relief := c.as("duty"), c.as("operations")
	duty.press(t, room+"/log", room+"/shift", nil)
	duty.line(t, "! bridge to be looked at")
	bar := func(a *asker) string {
		_, html, _ := strings.Cut(a.get(t, room+"/log"), `class="shift"`)
		html, _, _ = strings.Cut(html, "</section>")
		return text(html)
	}
	if got := bar(duty); !strings.Contains(got, "bridge to be looked at") {
		t.Errorf("whoever signs off does not see it: %s", got)
	}
	duty.press(t, room+"/log", room+"/shift", map[string]string{"f.notes": "Quiet."})
	if got := bar(relief); !strings.Contains(got, "bridge to be looked at") || !strings.Contains(got, "Take the shift") {
		t.Errorf("the relief does not see it: %s", got)
	}
	c.clock = c.clock.Add(time.Minute)
	own := duty.ask("POST", room+"/shift", relief.keyed(t, room+"/log", room+"/shift", nil))
	if own.Code == http.StatusSeeOther {
		t.Error("somebody relieved themselves")
	}
	relief.press(t, room+"/log", room+"/shift", nil)
	relief.says(t, room+"/log", "operations has been on duty since 20 November 2026, 10:05", "Shifts", "duty 10:04 (15:04Z) 201004RNOV26 20 November 2026, 10:04 201004RNOV26 · 10:04 (15:04Z) 1 1 operations", "Quiet.")
}

// TestAShiftIsTakenOverFromWhoCannotSignOff never makes up the signature that lacks.
func TestAShiftIsTakenOverFromWhoCannotSignOff(t *testing.T) {
	c := newCell(t)
	duty, relief := c.as("duty"), c.as("operations")
	duty.press(t, room+"/log", room+"/shift", nil)
	duty.line(t, "! bridge to be looked at")
	c.clock = c.clock.Add(time.Minute)
	if got := relief.ask("POST", room+"/shift", relief.keyed(t, room+"/log", room+"/shift", map[string]string{"f.why": " "})); got.Code == http.StatusSeeOther || !strings.Contains(text(got.Body.String()), "It does not say why nobody signed off.") {
		t.Errorf("without a reason: %d %s", got.Code, text(got.Body.String()))
	}
	form := relief.keyed(t, room+"/log", room+"/shift", map[string]string{"f.why": "Taken ill"})
	own := duty.keyed(t, room+"/log", room+"/shift", nil)
	own.Set("act", "relieve")
	own.Set("f.why", "No reason at all")
	if got := duty.ask("POST", room+"/shift", own); got.Code == http.StatusSeeOther {
		t.Error("somebody relieved themselves")
	}
	if got := relief.ask("POST", room+"/shift", form); got.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", got.Code, text(got.Body.String()))
	}
	for _, who := range []*asker{duty, relief} {
		who.says(t, room+"/log", "operations has been on duty since", "operations took over from duty without a signature: Taken ill", "bridge to be looked at")
	}
	record := relief.get(t, "/haiti-mss/records/shift.json")
	if !strings.Contains(record, `"status":"RELIEVED"`) || strings.Contains(record, `"handed"`) || !strings.Contains(record, `"open":"1"`) {
		t.Errorf("%s", record)
	}
	// The next is relieved as usual: whoever was relieved may take it back.
	c.clock = c.clock.Add(time.Hour)
	relief.press(t, room+"/log", room+"/shift", map[string]string{"f.notes": "Quiet."})
	c.clock = c.clock.Add(time.Minute)
	duty.press(t, room+"/log", room+"/shift", nil)
	duty.silent(t, room+"/log", "without a signature: Taken ill.")
}

func TestAnUnreadFlashShowsWhoIsCalledAndWhen(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	flash, _ := c.flash(t, map[string]string{"f.category": "AMBUSH", "f.summary": "Convoy fired upon", "f.at": "2026-11-20 09:20"})
	duty.says(t, flash, "sent 44 min after the event", "Unread: who is called", "Call the duty officer. 201014RNOV26", "Call the commander. 201034RNOV26")
	duty.press(t, flash, flash+"/acknowledge", nil)
	duty.silent(t, flash, "Unread: who is called")
}
