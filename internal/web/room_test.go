package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

const room = "/haiti-mss/room"

// keyed are the hidden keys of the form on a page that goes to an address.
func (a *asker) keyed(t *testing.T, page, to string, typed map[string]string) url.Values {
	t.Helper()
	html := a.get(t, page)
	_, form, ok := strings.Cut(html, `method="post" action="`+to+`"`)
	if !ok {
		t.Fatalf("no form to %s on %s: %s", to, page, text(html))
	}
	form, _, _ = strings.Cut(form, "</form>")
	values := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		values.Set(m[1], m[2])
	}
	for name, value := range typed {
		values.Set(name, value)
	}
	return values
}

// press sends the form on a page that goes to an address, and must be taken.
func (a *asker) press(t *testing.T, page, to string, typed map[string]string) string {
	t.Helper()
	got := a.ask("POST", to, a.keyed(t, page, to, typed))
	if got.Code != http.StatusSeeOther {
		t.Fatalf("%s: %d %s", to, got.Code, text(got.Body.String()))
	}
	return got.Header().Get("Location")
}

func (a *asker) says(t *testing.T, page string, want ...string) {
	t.Helper()
	got := text(a.get(t, page))
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("no %q on %s: %s", w, page, got)
		}
	}
}

func (a *asker) silent(t *testing.T, page string, never ...string) {
	t.Helper()
	got := text(a.get(t, page))
	for _, w := range never {
		if strings.Contains(got, w) {
			t.Errorf("%q stands on %s: %s", w, page, got)
		}
	}
}

func TestALineOfTheLogIsTakenApartNumberedAndOnlyEverStruck(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	duty.press(t, room+"/log", room+"/log", map[string]string{"line": "! 0925 LAMP 9 > HQ: shots heard north of the market #inc-2024-07-30"})
	duty.press(t, room+"/log", room+"/log", map[string]string{"line": "fuel asked for"})
	duty.says(t, room+"/log", "LAMP 9 → HQ: shots heard north of the market inc-2024-07-30", "Open", "fuel asked for", "09:25 (14:25Z) written 10:04 (15:04Z) by duty")
	duty.says(t, room+"/incidents/inc-2024-07-30", "shots heard north of the market")
	lines := duty.get(t, room+"/log.csv")
	if !strings.Contains(lines, "\n2,fuel asked for") || !strings.Contains(lines, "\n1,shots heard") {
		t.Errorf("the serials of the year are not 1 and 2:\n%s", lines)
	}
	ref := regexp.MustCompile(`id="(LOG-[^"]*)"`).FindStringSubmatch(duty.get(t, room+"/log"))[1]
	duty.press(t, room+"/log", room+"/log/"+ref+"/strike", map[string]string{"reason": "wrong book"})
	duty.says(t, room+"/log", "fuel asked for Struck through by duty, 20 November 2026, 10:04: wrong book")
	duty.press(t, room+"/log", room+"/log", map[string]string{"line": "third"})
	if lines := duty.get(t, room+"/log.csv"); !strings.Contains(lines, "\n3,third") {
		t.Errorf("a struck line lost its number:\n%s", lines)
	}
	empty := duty.ask("POST", room+"/log", duty.keyed(t, room+"/log", room+"/log", map[string]string{"line": " "}))
	wrong := duty.ask("POST", room+"/log", duty.keyed(t, room+"/log", room+"/log", map[string]string{"line": "kept #INC-NONE-0000"}))
	if empty.Code != http.StatusUnprocessableEntity || wrong.Code != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body.String(), `value="kept #INC-NONE-0000"`) {
		t.Errorf("%d, %d: %s", empty.Code, wrong.Code, text(wrong.Body.String()))
	}
}

func TestAShiftIsSignedByTwo(t *testing.T) {
	c := newCell(t)
	duty, relief := c.as("duty"), c.as("operations")
	duty.press(t, room+"/log", room+"/shift", nil)
	duty.says(t, room+"/log", "duty has been on duty since")
	relief.silent(t, room+"/log", "Take the shift", "Sign off")
	duty.press(t, room+"/log", room+"/shift", map[string]string{"f.notes": "Generator: fuel at six."})
	duty.silent(t, room+"/log", "Take the shift")
	relief.says(t, room+"/log", "duty has signed off; open follow-ups: 0", "Generator: fuel at six.", "Take the shift")
	relief.press(t, room+"/log", room+"/shift", nil)
	relief.says(t, room+"/log", "operations has been on duty since")
}

// flash sends one and gives its address and that of its incident.
func (c *cell) flash(t *testing.T, typed map[string]string) (flash, incident string) {
	t.Helper()
	duty := c.as("duty")
	to, code, body := duty.send(t, room+"/flash/new", typed)
	if code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	all := regexp.MustCompile(`href="(`+room+`/incidents/[^"]*)"`).FindAllStringSubmatch(duty.get(t, to), -1)
	return to, all[len(all)-1][1] // before it stand those that may be the same
}

func TestAFlashEscalatesByTheClockAndKeepsItsFirstNumbers(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	flash, incident := c.flash(t, map[string]string{"f.category": "AMBUSH", "f.severity": "HIGH", "f.summary": "Convoy fired upon at the bridge", "e.place": "Pont-Sondé", "f.own-injured": "3", "f.own-killed": "0"})
	duty.says(t, incident, "Convoy fired upon at the bridge", "Severity High", "Injured 3", "Killed 0")
	duty.silent(t, room, "unread")
	c.clock = c.clock.Add(10 * time.Minute)
	duty.says(t, room, "Flash 1 unread, overdue by 0 min", "Call the duty officer.")
	c.clock = c.clock.Add(10 * time.Minute)
	duty.says(t, room, "Call the chief of operations.")
	c.clock = c.clock.Add(25 * time.Minute)
	duty.says(t, room, "Call the commander.")
	duty.press(t, room, flash+"/acknowledge", nil)
	duty.silent(t, room, "unread")
	duty.says(t, flash, "Acknowledged by duty")
	c.clock = c.clock.Add(2 * time.Hour)
	duty.says(t, room, "written report overdue by")
	duty.press(t, flash, flash+"/follow", map[string]string{"f.text": "Two were only shaken", "f.own-injured": "1"})
	duty.says(t, flash, "Own, injured 3 1 1", "Two were only shaken", "Own, killed 0 0 the flash")
	duty.says(t, incident, "Injured 1")
	c.clock = c.clock.Add(4 * time.Hour)
	duty.says(t, room, "follow-up overdue by 0 min")
	duty.press(t, flash, flash+"/close", nil)
	duty.silent(t, room, "overdue by")
}

func TestTheSameFlashSentTwiceIsOne(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	values := duty.keyed(t, room+"/flash/new", room+"/flash/new", map[string]string{"f.category": "SHOOTING", "f.summary": "Shots at the gate", "f.at": ""})
	first := duty.ask("POST", room+"/flash/new", values)
	c.clock = c.clock.Add(20 * time.Minute) // the phone had no link
	second := duty.ask("POST", room+"/flash/new", values)
	if first.Header().Get("Location") != second.Header().Get("Location") || second.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s and %s", second.Code, first.Header().Get("Location"), second.Header().Get("Location"))
	}
	if n := strings.Count(duty.get(t, "/haiti-mss/records/incident.csv"), "Shots at the gate"); n != 1 {
		t.Errorf("%d incidents", n)
	}
}

func TestIncidentsThatAreTheSameAreProposedMergedAndUnmerged(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	said := map[string]string{"f.category": "AMBUSH", "f.summary": "Convoy fired upon at the bridge", "e.place": "Pont-Sondé"}
	_, one := c.flash(t, said)
	c.clock = c.clock.Add(20 * time.Minute)
	_, two := c.flash(t, map[string]string{"f.category": "AMBUSH", "f.summary": "Shots on the convoy near the bridge", "e.place": "Pont-Sondé"})
	_, far := c.flash(t, map[string]string{"f.category": "CRASH", "f.summary": "Lorry off the road", "e.place": "Jacmel"})
	count := func() string {
		return duty.figure(t, "/haiti-mss/figures/incidents.recorded.json?at="+url.QueryEscape(c.clock.Format(time.RFC3339))).Total.String()
	}
	three := count()
	duty.says(t, two, "May be the same event", "Convoy fired upon at the bridge", "time, place, category")
	duty.silent(t, far, "May be the same event")
	ref := one[strings.LastIndex(one, "/")+1:]
	duty.press(t, two, two+"/merge", map[string]string{"into": ref})
	duty.says(t, two, "Recorded as the same as "+ref)
	duty.says(t, one, "Said to be the same")
	if got := count(); got == three {
		t.Errorf("%s are counted after the merge, %s before", got, three)
	}
	ring := duty.ask("POST", one+"/merge", duty.keyed(t, two, two+"/unmerge", map[string]string{"into": two[strings.LastIndex(two, "/")+1:]}))
	if ring.Code == http.StatusSeeOther {
		t.Error("a ring was taken")
	}
	duty.press(t, two, two+"/unmerge", nil)
	duty.silent(t, two, "Recorded as the same as")
	if got := count(); got != three {
		t.Errorf("%s are counted after it was undone, %s before", got, three)
	}
}

func TestAPatrolThatDoesNotCallIsAnAlarm(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	to, code, body := duty.send(t, room+"/patrols/new", map[string]string{"f.post": "pst-lsa1", "f.type": "VEHICLE", "f.destination": "Old road", "f.call-sign": "LAMP 7", "f.check-every": "60"})
	if code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	c.clock = c.clock.Add(time.Hour)
	duty.press(t, to, to+"/step", map[string]string{"f.text": "three vehicles"})
	duty.silent(t, room, "overdue by")
	c.clock = c.clock.Add(89 * time.Minute)
	duty.silent(t, room, "Patrol 1 LAMP 7 · Old road: overdue")
	c.clock = c.clock.Add(time.Minute)
	duty.says(t, room, "Patrol 1 LAMP 7 · Old road: overdue by 30 min")
	back := duty.keyed(t, to, to+"/step", nil)
	back.Set("step", "BACK")
	if got := duty.ask("POST", to+"/step", back); got.Code != http.StatusSeeOther {
		t.Fatal(got.Code)
	}
	duty.press(t, to, to+"/report", map[string]string{"f.report": "Road open."})
	duty.says(t, room+"/patrols", "Planned 1", "Done, with a report 1")
	if got := c.as("ministry:KEN").ask("GET", to, nil); got.Code != http.StatusNotFound {
		t.Errorf("a ministry gets %d", got.Code)
	}
}

func TestAPostThatDoesNotReachHeadquartersIsAnAlarm(t *testing.T) {
	c := newCell(t)
	duty, post := c.as("duty"), room+"/posts/pst-lsa1"
	duty.says(t, post, "Reaches headquarters: ? not said")
	duty.press(t, post, post+"/signals", map[string]string{"total.VHF": "3", "works.VHF": "0", "reach.VHF": "no"})
	duty.says(t, room, "LSA 1 does not reach headquarters", "VHF radio 0/3")
	c.clock = c.clock.Add(time.Minute)
	duty.press(t, post, post+"/signals", map[string]string{"total.VHF": "3", "works.VHF": "2", "reach.VHF": "yes"})
	duty.silent(t, room, "does not reach headquarters")
	duty.press(t, post, post+"/vehicles", map[string]string{"total.MRAP": "4", "works.MRAP": "3"})
	duty.says(t, room+"/posts", "Mine-resistant vehicle 3/4")
}

func TestASeizedItemGoesFromHandToHandUntilThereIsAReceipt(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	to, code, body := duty.send(t, room+"/register/new", map[string]string{"f.type": "WEAPON", "f.item": "Rifle", "f.quantity": "1", "f.serial": "X-1"})
	if code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, text(body))
	}
	duty.says(t, to, "Unbroken", "Held by duty")
	duty.press(t, to, to+"/step", map[string]string{"f.step": "HANDED", "f.from": "Somebody else", "f.to": "Host police depot"})
	duty.says(t, to, "1 break", "given by somebody who did not have it")
	c.clock = c.clock.Add(time.Minute)
	duty.press(t, to, to+"/step", map[string]string{"f.step": "HANDED", "f.from": "Host police depot", "f.to": "Court", "f.receipt": "R-7"})
	duty.says(t, to+"/receipt", "Receipt for seized item 1", "R-7", "Received by (rank, name, signature)")
}

func TestTheRoomIsClosedToOthers(t *testing.T) {
	c := newCell(t)
	_, incident := c.flash(t, map[string]string{"f.category": "AMBUSH", "f.summary": "Convoy fired upon"})
	for _, who := range []string{"family:", "donor:CAN", "spokesperson"} {
		for _, page := range []string{room, room + "/log", room + "/log.csv", room + "/flash", room + "/patrols", incident} {
			got := c.as(who).ask("GET", page, nil)
			if who == "spokesperson" { // staff see the log that is marked for the mission
				if strings.HasSuffix(page, "patrols") && strings.Contains(got.Body.String(), "LAMP") {
					t.Error("patrols for the spokesperson")
				}
				continue
			}
			if got.Code != http.StatusNotFound {
				t.Errorf("%s gets %d at %s", who, got.Code, page)
			}
		}
	}
	if got := c.as("spokesperson").ask("POST", room+"/log", url.Values{}); got.Code == http.StatusSeeOther {
		t.Error("the spokesperson writes in the log")
	}
	if got := text(c.as("ministry:JAM").get(t, room+"/log")); strings.Contains(got, "LAMP") {
		t.Error("another ministry reads the log")
	}
}
