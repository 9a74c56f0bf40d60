package web_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"konbit.org/konbit/internal/web"
)

// example fills a route's pattern in.
func example(pattern string) string {
	ref := "cas-ken-2025-03-25"
	for of, sample := range map[string]string{
		"sources": "src-b1", "room/flash": "fla-f-0001", "room/incidents": "inc-2024-07-30", "room/patrols": "pat-f-0001",
		"room/posts": "pst-lsa1", "room/register": "sei-drug-2025-01", "room/detentions": "det-f-0001", "room/log": "log-f-0005", "reports/": "DSR-HQ-2025-09-02",
	} {
		if strings.Contains(pattern, of) {
			ref = sample
		}
	}
	return strings.NewReplacer("{$}", "", "{mission}", "haiti-mss", "{measure}", "strength.present", "{kind}", "casualty", "{ref}", ref).Replace(pattern)
}

// asked is how somebody who has not signed in is asked to: a page sends them
// there, a form is refused.
func asked(method string) int {
	if method == "GET" {
		return http.StatusSeeOther
	}
	return http.StatusUnauthorized
}

func TestEveryRoute(t *testing.T) {
	w := reading(t)
	for _, r := range web.Routes() {
		if !r.OfRecord() {
			continue // see TestEveryRouteOfPeople
		}
		target := example(r.Pattern)
		t.Run(r.Method+" "+r.Pattern, func(t *testing.T) {
			if r.Rule != "door" && r.Rule != "may" && r.Rule != "hidden" {
				t.Fatalf("its permission is %q", r.Rule)
			}
			local, public := w.local().ask(r.Method, target, url.Values{}), w.public().ask(r.Method, target, url.Values{})
			if strings.HasSuffix(r.Pattern, "/declare") { // nobody of unknown fate is in the file
				if local.Code != http.StatusNotFound {
					t.Errorf("the local actor gets %d", local.Code)
				}
				return
			}
			if r.Method == "GET" && local.Code != http.StatusOK {
				t.Errorf("the local actor gets %d: %s", local.Code, local.Body)
			}
			if r.Method == "POST" && local.Code != http.StatusForbidden {
				t.Errorf("a form without its token gets %d", local.Code)
			}
			if r.Rule != "door" && public.Code != asked(r.Method) {
				t.Errorf("the public gets %d where the guard decides", public.Code)
			}
			if strings.HasSuffix(r.Pattern, "/reports/{ref}") { // a draft
				if public.Code != http.StatusNotFound {
					t.Errorf("the public gets %d for a draft", public.Code)
				}
				return
			}
			if r.Rule == "door" && public.Code != http.StatusOK {
				t.Errorf("the public gets %d: %s", public.Code, public.Body)
			}
		})
	}
}

func TestARouteThatSaysNotWhoMayTakeItKeepsTheSiteFromStarting(t *testing.T) {
	if err := web.Register(); err == nil || !strings.Contains(err.Error(), "/{mission}/forgotten") {
		t.Errorf("got %v", err)
	}
}

func TestEveryPage(t *testing.T) {
	w := reading(t)
	for _, r := range web.Routes() {
		if r.Method != "GET" || !r.OfRecord() {
			continue
		}
		for _, lang := range []string{"en", "fr", "ht", "es", "sw"} {
			target := example(r.Pattern) + "?lang=" + lang
			got := w.local().ask("GET", target, nil)
			html := got.Body.String()
			t.Run(r.Pattern+" in "+lang, func(t *testing.T) {
				if !strings.Contains(html, `<html lang="`+lang+`"`) || got.Header().Get("Content-Language") != lang {
					t.Error("does not say its language")
				}
				if key := regexp.MustCompile(`\b(web|common|note|unknown|claim|refusal|cell|room|report)\.[a-z]+[.a-z-]*\b`).FindString(text(html)); key != "" {
					t.Errorf("shows the key %q", key)
				}
				inline := regexp.MustCompile(`<script type="module" src="/-/[a-z-]+\.[0-9a-f]{10}\.js"></script>`).ReplaceAllString(html, "")
				if bad := regexp.MustCompile(`(?i)<script|\sstyle=|\son[a-z]+=|javascript:`).FindString(inline); bad != "" {
					t.Errorf("%q does not pass its own content policy", bad)
				}
				for _, landmark := range []string{"<main", "<header", "<footer", `class="skip" href="#main"`, "<h1"} {
					if strings.Count(html, landmark) == 0 {
						t.Errorf("no %s", landmark)
					}
				}
				if n := strings.Count(html, "<h1"); n != 1 {
					t.Errorf("%d first headings", n)
				}
				ids := map[string]bool{}
				for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(html, -1) {
					if ids[m[1]] {
						t.Errorf("the id %q stands twice", m[1])
					}
					ids[m[1]] = true
				}
				if size := compressed(t, html); size > 30_000 {
					t.Errorf("%d bytes compressed", size)
				}
			})
		}
	}
}

func compressed(t *testing.T, s string) int {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	w := reading(t)
	for _, target := range []string{"/", "/haiti-mss", "/haiti-mss.json", "/nowhere", "/-/nothing.css", "/haiti-mss/claims.csv"} {
		h := w.local().ask("GET", target, nil).Header()
		for name, want := range map[string]string{"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"} {
			if !strings.Contains(h.Get(name), want) {
				t.Errorf("%s: %s is %q", target, name, h.Get(name))
			}
		}
	}
	if c := w.local().ask("GET", "/haiti-mss", nil).Header().Get("Cache-Control"); c != "no-store" {
		t.Errorf("what the local actor sees may be kept: %q", c)
	}
}

func TestWhoIsLocal(t *testing.T) {
	w := reading(t)
	write := "/haiti-mss/records/movement/new"
	for name, c := range map[string]struct {
		set  func(*asker)
		code int
	}{
		"somebody at this machine is":                        {func(*asker) {}, 200},
		"somebody on the network is not":                     {func(a *asker) { a.public = true }, 303},
		"a site that points its name at this machine is not": {func(a *asker) { a.header.Set("Host", "evil.example") }, 303},
		"what a proxy passes on is not":                      {func(a *asker) { a.header.Set("X-Forwarded-For", "192.0.2.9") }, 303},
		"localhost by name is":                               {func(a *asker) { a.header.Set("Host", "localhost:8480") }, 200},
		"one who looks as the public does is not":            {func(a *asker) { a.cookie = []*http.Cookie{{Name: "konbit_as", Value: "public"}} }, 403},
	} {
		t.Run(name, func(t *testing.T) {
			a := w.local()
			c.set(a)
			if got := a.ask("GET", write, nil).Code; got != c.code {
				t.Errorf("got %d, want %d", got, c.code)
			}
		})
	}
	t.Run("the address cannot make the public local", func(t *testing.T) {
		if got := w.public().ask("GET", write+"?as=local", nil).Code; got != 303 {
			t.Errorf("got %d", got)
		}
	})
}

func TestThePublicPageIsKeptByItsDigest(t *testing.T) {
	w := reading(t).public()
	first := w.ask("GET", "/haiti-mss/claims?at=2025-01-05&known=2025-09-01", nil)
	tag := first.Header().Get("ETag")
	w.header.Set("If-None-Match", tag)
	if again := w.ask("GET", "/haiti-mss/claims?at=2025-01-05&known=2025-09-01", nil); tag == "" || again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("tag %q, then %d with %d bytes", tag, again.Code, again.Body.Len())
	}
}
