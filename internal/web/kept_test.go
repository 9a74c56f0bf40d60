package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	kept   = "/haiti-mss/kept"
	formOf = "ABCDEFGHIJKLMNOPQRST"
)

// outboxKey asks, as the script does, for the token of a form of the browser's own.
func (a *asker) outboxKey(t *testing.T, form string) (key struct{ Form, Token, Person string }, code int) {
	t.Helper()
	a.header.Set("Accept", "application/json")
	defer a.header.Del("Accept")
	got := a.ask("POST", "/account/outbox", url.Values{"form": {form}})
	if got.Code == http.StatusOK {
		if err := json.Unmarshal(got.Body.Bytes(), &key); err != nil {
			t.Fatal(err)
		}
	}
	return key, got.Code
}

func TestAKeptFormIsTakenInALaterSession(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	key, code := duty.outboxKey(t, formOf)
	if code != http.StatusOK || key.Token == "" || key.Person == "" {
		t.Fatalf("%d %+v", code, key)
	}
	sent := url.Values{"form": {formOf}, "token": {key.Token}, "age": {"7200"}, "f.category": {"SHOOTING"}, "f.summary": {"Kept for two hours"}, "f.place": {"18QYF80155322"}}
	first := duty.ask("POST", room+"/flash/new", sent)
	c.clock = c.clock.Add(time.Hour) // and sent again, because the answer was lost
	sent.Set("age", "10800")
	again := duty.ask("POST", room+"/flash/new", sent)
	if first.Code != http.StatusSeeOther || again.Header().Get("Location") != first.Header().Get("Location") {
		t.Fatalf("%d %s, %d %s", first.Code, first.Header().Get("Location"), again.Code, again.Header().Get("Location"))
	}
	var f struct {
		Flash struct{ Fields map[string]string }
	}
	if err := json.Unmarshal([]byte(duty.get(t, first.Header().Get("Location")+".json")), &f); err != nil {
		t.Fatal(err)
	}
	if at := f.Flash.Fields["at"]; at != now().Add(-2*time.Hour).Format(time.RFC3339) || f.Flash.Fields["sent"] != now().Format(time.RFC3339) || f.Flash.Fields["lat"] != "18.551107" {
		t.Errorf("%v", f.Flash.Fields)
	}
	if other := c.as("cell").ask("POST", room+"/flash/new", sent); other.Code != http.StatusForbidden {
		t.Errorf("another person's token is taken: %d", other.Code)
	}
	if _, code := c.public().outboxKey(t, formOf); code != http.StatusUnauthorized {
		t.Errorf("nobody gets a token: %d", code)
	}
	if _, code := duty.outboxKey(t, "of another making"); code != http.StatusForbidden {
		t.Errorf("any text has a token: %d", code)
	}
}

func TestALineThatWasKeptIsOfWhenItWasWritten(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	for line, want := range map[string]string{"no time said": "08:04", "0730 LAMP 9 > HQ: said at half past seven": "07:30"} {
		values := duty.keyed(t, room+"/log", room+"/log", map[string]string{"line": line, "age": "7200"})
		if got := duty.ask("POST", room+"/log", values); got.Code != http.StatusSeeOther {
			t.Fatal(got.Code)
		}
		_, text, _ := strings.Cut(line, ": ")
		if text == "" {
			text = line
		}
		page := text2(duty.get(t, room+"/log"), text)
		if !strings.Contains(page, want) || !strings.Contains(page, "written 10:04") {
			t.Errorf("%q: %s", line, page)
		}
	}
	for _, age := range []string{"-60", "99999999999", "soon"} {
		values := duty.keyed(t, room+"/log", room+"/log", map[string]string{"line": "aged " + age, "age": age})
		duty.ask("POST", room+"/log", values)
		if page := text2(duty.get(t, room+"/log"), "aged "+age); !strings.Contains(page, "NOV26 10:04 (15:04Z) written") {
			t.Errorf("an age of %q: %s", age, page)
		}
	}
}

// text2 is the line of the log that ends with a text.
func text2(html, with string) string {
	for item := range strings.SplitSeq(html, "<li class=\"log-line") {
		if strings.Contains(item, with) {
			return text(item)
		}
	}
	return ""
}

func TestThePageThatABrowserKeepsHasNothingOfTheRecord(t *testing.T) {
	c := newCell(t)
	duty := c.as("duty")
	c.flash(t, map[string]string{"f.category": "AMBUSH", "f.summary": "Secret words of a flash", "f.place": "A secret place"})
	got := duty.ask("GET", kept, nil)
	html := got.Body.String()
	for _, want := range []string{"Follow-up to flash 1", room + `/flash/new"`, room + `/log"`, `/reports/input"`, kept + `/signals"`, `data-keep="`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, never := range []string{"Secret words", "A secret place", "<datalist", "inc-2024-07-30", "cas-ken", "Fictional"} {
		if strings.Contains(html, never) {
			t.Errorf("%s is kept", never)
		}
	}
	if got.Header().Get("Konbit-Person") == "" || got.Header().Get("Konbit-Person") == c.as("cell").ask("GET", kept, nil).Header().Get("Konbit-Person") {
		t.Error("it does not say whose it is")
	}
	if c.public().ask("GET", "/haiti-mss", nil).Header().Get("Konbit-Person") != "" {
		t.Error("nobody is somebody")
	}
	for _, of := range []string{"ministry:KEN", "finance"} {
		if code := c.as(of).ask("GET", kept, nil).Code; code != http.StatusNotFound {
			t.Errorf("%s gets %d", of, code)
		}
	}
	t.Run("what is about persons is never kept", func(t *testing.T) {
		if page := c.as("cell").get(t, "/haiti-mss/casualties/new"); strings.Contains(page, "data-keep") {
			t.Error("a first report of a casualty may be kept")
		}
		if page := c.as("personnel").get(t, "/haiti-mss/records/person/new"); strings.Contains(page, "data-keep") {
			t.Error("a person may be kept")
		}
		if page := duty.get(t, "/haiti-mss/records/incident/new"); !strings.Contains(page, `data-keep="Incident"`) || !strings.Contains(page, "data-module") {
			t.Error("an incident may not be kept, or has no map")
		}
	})
	t.Run("a return names its post", func(t *testing.T) {
		values := duty.keyed(t, kept, kept+"/signals", map[string]string{"post": "pst-lsa1", "works.VHF": "2", "total.VHF": "3"})
		if got := duty.ask("POST", kept+"/signals", values); got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header().Get("Location"), room+"/posts/pst-lsa1") {
			t.Errorf("%d %s", got.Code, text(got.Body.String()))
		}
		values = duty.keyed(t, kept, kept+"/signals", map[string]string{"works.VHF": "2"})
		if got := duty.ask("POST", kept+"/signals", values); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("of no post: %d", got.Code)
		}
	})
}

func TestTheServiceWorkerReachesEveryPageAndNamesWhatItKeeps(t *testing.T) {
	w := reading(t).public()
	got := w.ask("GET", "/-/sw.js", nil)
	if got.Code != http.StatusOK || got.Header().Get("Service-Worker-Allowed") != "/" || got.Header().Get("Cache-Control") != "no-cache" {
		t.Fatalf("%d %v", got.Code, got.Header())
	}
	_, list, _ := strings.Cut(got.Body.String(), "self.konbitFiles=")
	list, _, _ = strings.Cut(list, ";")
	var files []string
	if err := json.Unmarshal([]byte(list), &files); err != nil || len(files) == 0 {
		t.Fatal(list, err)
	}
	for _, f := range files {
		if code := w.ask("GET", f, nil).Code; code != http.StatusOK {
			t.Errorf("%s: %d", f, code)
		}
	}
}
