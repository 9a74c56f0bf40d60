package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/record"
)

// fill sends the form of a page with what is typed.
func (a *asker) fill(t *testing.T, page string, typed map[string]string) (where string, code int, body string) {
	t.Helper()
	values := hidden(t, a.get(t, page))
	for name, value := range typed {
		values.Set(name, value)
	}
	w := a.ask("POST", page, values)
	return w.Header().Get("Location"), w.Code, w.Body.String()
}

func arrival() map[string]string {
	return map[string]string{
		"f.contributor": "BLZ", "f.direction": "IN", "f.persons": "12", "f.at": "2025-02-10",
		"e.source": "src-b1", "e.grade": "B2", "e.reported": "2025-02-11", "f.marking": "public",
	}
}

func TestAddAndCorrectWithoutAScript(t *testing.T) {
	w := newWorld(t, t.TempDir()).local()
	page, code, body := w.fill(t, "/haiti-mss/records/movement/new", arrival())
	if code != http.StatusSeeOther || !strings.HasPrefix(page, "/haiti-mss/records/movement/") {
		t.Fatalf("%d to %q\n%s", code, page, text(body))
	}
	if html := text(w.get(t, page)); !strings.Contains(html, "Belize") || !strings.Contains(html, "12 persons") {
		t.Fatal(html)
	}
	before := w.figure(t, "/haiti-mss/figures/strength.present.json?at=2025-03-05").Total.String()
	correction := arrival()
	correction["f.persons"], correction["e.reason"] = "10", "two stayed behind"
	delete(correction, "e.reported")
	if _, code, body = w.fill(t, page+"/edit", correction); code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", code, text(body))
	}
	t.Run("the history tells the old value, the new one and why", func(t *testing.T) {
		html := text(w.get(t, page))
		for _, want := range []string{"12 persons → 10 persons", "two stayed behind", "version 2", "version 1"} {
			if !strings.Contains(html, want) {
				t.Errorf("no %q in\n%s", want, html)
			}
		}
	})
	t.Run("the figure follows at once, and by knowledge date it does not", func(t *testing.T) {
		if after := w.figure(t, "/haiti-mss/figures/strength.present.json?at=2025-03-05").Total.String(); before != "1032" || after != "1030" {
			t.Errorf("before %s, after %s", before, after)
		}
		if then := w.figure(t, "/haiti-mss/figures/strength.present.json?at=2025-03-05&known=2025-03-05").Total.String(); then != "1032" {
			t.Errorf("as known then: %s", then)
		}
		if html := text(w.get(t, page+"?known=2025-03-05")); strings.Contains(html, "two stayed behind") || !strings.Contains(html, "You are looking at the past") {
			t.Error("the correction shows before it was made")
		}
	})
	t.Run("the feed tells it", func(t *testing.T) {
		if feed := w.get(t, "/haiti-mss/corrections.atom"); !strings.Contains(feed, "two stayed behind") {
			t.Error(feed)
		}
	})
	t.Run("a retracted record is struck and counts nowhere", func(t *testing.T) {
		html := w.get(t, page)
		values := hidden(t, html)
		values.Set("reason", "never happened")
		if got := w.ask("POST", page+"/retract", values); got.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", got.Code, text(got.Body.String()))
		}
		if html := text(w.get(t, page)); !strings.Contains(html, "Retracted") || !strings.Contains(html, "never happened") {
			t.Error(html)
		}
		if after := w.figure(t, "/haiti-mss/figures/strength.present.json?at=2025-03-05").Total.String(); after != "1020" {
			t.Errorf("the figure is %s", after)
		}
	})
}

func TestAFormSentTwiceCountsOnce(t *testing.T) {
	w := writing(t).local()
	values := hidden(t, w.get(t, "/haiti-mss/records/movement/new"))
	for name, value := range arrival() {
		values.Set(name, value)
	}
	values.Set("e.ref", "mov-twice")
	first, second := w.ask("POST", "/haiti-mss/records/movement/new", values), w.ask("POST", "/haiti-mss/records/movement/new", values)
	if first.Code != 303 || second.Code != 303 || first.Header().Get("Location") != second.Header().Get("Location") {
		t.Errorf("%d %q, then %d %q", first.Code, first.Header().Get("Location"), second.Code, second.Header().Get("Location"))
	}
	var r struct{ History []any }
	if err := json.Unmarshal([]byte(w.get(t, "/haiti-mss/records/movement/mov-twice.json")), &r); err != nil || len(r.History) != 1 {
		t.Errorf("%d versions, %v", len(r.History), err)
	}
	t.Run("another form may not take its name by chance", func(t *testing.T) {
		typed := arrival()
		typed["e.ref"] = "mov-twice"
		_, code, body := w.fill(t, "/haiti-mss/records/movement/new", typed)
		if code != 422 || !strings.Contains(text(body), "There is a record of this name already") {
			t.Errorf("%d", code)
		}
	})
}

func TestARefusedFormKeepsWhatWasTyped(t *testing.T) {
	w := writing(t).local()
	before := w.get(t, "/haiti-mss/records/movement.csv")
	typed := arrival()
	typed["f.persons"], typed["f.at"], typed["f.note"] = "a dozen", "01/02/2025", `<b>"quoted"</b>`
	_, code, body := w.fill(t, "/haiti-mss/records/movement/new?lang=fr", typed)
	if code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", code)
	}
	for _, want := range []string{`value="a dozen"`, `value="01/02/2025"`, `&lt;b&gt;&#34;quoted&#34;&lt;/b&gt;`, `role="alert"`, `href="#f.persons"`, `aria-invalid="true"`, `<option value="BLZ" selected`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
	if after := w.get(t, "/haiti-mss/records/movement.csv"); after != before {
		t.Error("something was written")
	}
}

func TestNoOtherSiteCanWrite(t *testing.T) {
	w := writing(t)
	send := func(set func(*asker, url.Values)) int {
		a := w.local()
		values := hidden(t, a.get(t, "/haiti-mss/records/movement/new"))
		for name, value := range arrival() {
			values.Set(name, value)
		}
		set(a, values)
		return a.ask("POST", "/haiti-mss/records/movement/new", values).Code
	}
	for name, c := range map[string]struct {
		set  func(*asker, url.Values)
		code int
	}{
		"the form of this node is taken":          {func(*asker, url.Values) {}, 303},
		"from this very origin it is taken":       {func(a *asker, _ url.Values) { a.header.Set("Origin", "http://127.0.0.1:8480") }, 303},
		"from another origin it is refused":       {func(a *asker, _ url.Values) { a.header.Set("Origin", "https://evil.example") }, 403},
		"what the browser calls cross is refused": {func(a *asker, _ url.Values) { a.header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"a made-up token is refused":              {func(_ *asker, v url.Values) { v.Set("token", strings.Repeat("0", 32)) }, 403},
		"the token of another form is refused":    {func(_ *asker, v url.Values) { v.Set("form", "another") }, 403},
		"two megabytes are refused":               {func(_ *asker, v url.Values) { v.Set("f.note", strings.Repeat("x", 2<<20)) }, 413},
	} {
		t.Run(name, func(t *testing.T) {
			if got := send(c.set); got != c.code {
				t.Errorf("got %d, want %d", got, c.code)
			}
		})
	}
}

func TestAConflictIsShownWithBothValuesAndSettled(t *testing.T) {
	w := writing(t)
	ctx, key := t.Context(), record.Key{Mission: "haiti-mss", Kind: "movement", Ref: "mov-conflict"}
	say := func(persons string, seen bool) {
		t.Helper()
		d := desk.Draft{Kind: key.Kind, Ref: key.Ref, Reason: "recount", Source: "src-b1", Grade: "B2", Fields: map[string]string{"contributor": "BLZ", "direction": "IN", "persons": persons, "at": "2025-02-10", "marking": "public"}}
		if seen {
			h, err := w.node.Door.History(ctx, access.Local(), key, record.AsOf{})
			if err != nil {
				t.Fatal(err)
			}
			d.Seen = h.Heads[:1]
			if len(h.Steps) > 1 {
				d.Seen[0] = h.Steps[0].Entry.ID
			}
		}
		out, err := w.node.Desk.Submit(ctx, access.Local(), key.Mission, []desk.Draft{d}, desk.Options{})
		if err != nil || out[0].Status == desk.StatusRefused {
			t.Fatal(err, out)
		}
	}
	say("2", false)
	say("3", true)
	say("4", true) // its author had seen only the first
	page := "/haiti-mss/records/movement/mov-conflict"
	a := w.local()
	html := a.get(t, page)
	if said := text(html); !strings.Contains(said, "Two desks said different things: Persons") || !strings.Contains(said, "3 persons") || !strings.Contains(said, "4 persons") {
		t.Fatal(said)
	}
	values := hidden(t, html)
	values.Set("f.persons", "3")
	values.Set("reason", "the list at the gate has three names")
	if got := a.ask("POST", page+"/settle", values); got.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", got.Code, text(got.Body.String()))
	}
	said := text(a.get(t, page))
	if strings.Contains(said, "Two desks said different things") || !strings.Contains(said, "the list at the gate has three names") {
		t.Error(said)
	}
}
