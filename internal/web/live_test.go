package web_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/web"
)

// left says that the session of "leaves" is over.
var left atomic.Bool

// Peek is Session without use.
func (g guests) Peek(ctx context.Context, token string) (accounts.Session, access.Actor, error) {
	if token == "leaves" && left.Load() {
		return accounts.Session{}, access.Actor{}, fail.New(fail.Denied, "the session is over", "sign in again")
	}
	return g.Session(ctx, token)
}

// newLive is a cell whose pages keep themselves fresh, and a server of them.
func newLive(t *testing.T) (*cell, *httptest.Server) {
	t.Helper()
	c := newCell(t)
	pages, err := c.node.Site(app.SiteOptions{}, func(o *web.Options) { o.Accounts = guests{} })
	if err != nil {
		t.Fatal(err)
	}
	c.pages = pages
	server := httptest.NewServer(pages)
	t.Cleanup(server.Close)
	return c, server
}

// listen opens a stream as a role and gives the events as they come.
func listen(t *testing.T, server *httptest.Server, role, query string) (events <-chan string, status int, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/haiti-mss/live"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("X-Forwarded-For", "192.0.2.7")
	if role != "" {
		r.AddCookie(&http.Cookie{Name: "konbit_session", Value: role})
	}
	answer, err := server.Client().Do(r) //nolint:bodyclose // where it is read
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	out := make(chan string, 100)
	go func() {
		defer close(out)
		defer answer.Body.Close()
		lines := bufio.NewScanner(answer.Body)
		for lines.Scan() {
			if text := lines.Text(); strings.HasPrefix(text, "event: ") || strings.HasPrefix(text, "data: ") {
				out <- text
			}
		}
	}()
	return out, answer.StatusCode, cancel
}

// await waits for an event that holds a text.
func await(t *testing.T, events <-chan string, want string) string {
	t.Helper()
	limit := time.After(20 * time.Second)
	for all := ""; ; {
		select {
		case text, ok := <-events:
			if all += text + "\n"; strings.Contains(text, want) {
				return all
			}
			if !ok {
				t.Fatalf("the stream ended without %q: %s", want, all)
			}
		case <-limit:
			t.Fatalf("no %q: %s", want, all)
		}
	}
}

func TestAStreamTellsWhatIsCommittedToThoseWhoMayReadIt(t *testing.T) {
	c, server := newLive(t)
	duty, code, _ := listen(t, server, "duty", "")
	await(t, duty, "event: hello")
	donor, _, _ := listen(t, server, "donor:CAN", "")
	await(t, donor, "event: hello")
	public, _, _ := listen(t, server, "", "")
	await(t, public, "event: hello")
	short, _, _ := listen(t, server, "duty", "?kinds=log&short=yes")
	await(t, short, "event: hello")
	if code != http.StatusOK {
		t.Fatal(code)
	}
	c.as("duty").press(t, room+"/log", room+"/log", map[string]string{"line": "fuel asked for"})
	if got := await(t, duty, `"kind":"log"`); !strings.Contains(got, `"text":"fuel asked for"`) {
		t.Errorf("the duty officer hears %s", got)
	}
	if got := await(t, short, `"kind":"log"`); strings.Contains(got, "fuel") {
		t.Errorf("who asks for little hears %s", got)
	}
	// What everybody may read comes after it; nothing of the line came before.
	if _, err := c.node.Desk.Submit(t.Context(), access.Local(), "haiti-mss", []desk.Draft{{Kind: "incident", Fields: map[string]string{
		"at": "2026-11-20", "category": "CRASH", "summary": "Lorry off the road", "marking": "public",
	}, Reason: "as reported"}}, desk.Options{Strict: true}); err != nil {
		t.Fatal(err)
	}
	for name, events := range map[string]<-chan string{"donor": donor, "public": public} {
		if got := await(t, events, `"kind":"incident"`); strings.Contains(got, `"log"`) {
			t.Errorf("the %s hears %s", name, got)
		}
	}
}

func TestStreamsLeaveNothingBehind(t *testing.T) {
	_, server := newLive(t)
	before := runtime.NumGoroutine()
	for range 3 {
		var stops []func()
		for range 10 {
			events, _, stop := listen(t, server, "duty", "")
			await(t, events, "event: hello")
			stops = append(stops, stop)
		}
		for _, stop := range stops {
			stop()
		}
	}
	server.Client().CloseIdleConnections()
	limit := time.Now().Add(20 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(limit) {
		time.Sleep(20 * time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after > before {
		buf := make([]byte, 1<<20)
		t.Errorf("%d goroutines, %d before\n%s", after, before, buf[:runtime.Stack(buf, true)])
	}
}

func TestThereIsALimitForOneReader(t *testing.T) {
	_, server := newLive(t)
	for i := range 24 {
		if _, code, _ := listen(t, server, "", ""); code != http.StatusOK {
			t.Fatalf("stream %d: %d", i, code)
		}
	}
	if _, code, _ := listen(t, server, "", ""); code != http.StatusTooManyRequests {
		t.Errorf("one more of the same address: %d", code)
	}
	if _, code, _ := listen(t, server, "duty", ""); code != http.StatusOK {
		t.Errorf("somebody else: %d", code)
	}
}

func TestAStreamEndsWithTheSession(t *testing.T) {
	c, server := newLive(t)
	left.Store(false)
	events, _, _ := listen(t, server, "leaves", "")
	await(t, events, "event: hello")
	left.Store(true)
	c.node.Live.Unsettle() // as when somebody signs out
	if got := await(t, events, `"why"`); !strings.Contains(got, `{"why":"who"}`) {
		t.Error(got)
	}
}

func TestAPageKnowsWhenTheNextThingIsLate(t *testing.T) {
	c, _ := newLive(t)
	duty := c.as("duty")
	attribute := func(page, name string) string {
		m := regexp.MustCompile(` data-` + name + `="([^"]*)"`).FindStringSubmatch(duty.get(t, page))
		if m == nil {
			t.Fatalf("%s has no data-%s", page, name)
		}
		return m[1]
	}
	at := func(d time.Duration) string { return c.clock.Add(d).UTC().Format(time.RFC3339) }
	to, _, _ := duty.send(t, room+"/flash/new", map[string]string{"f.category": "AMBUSH", "f.summary": "Convoy fired upon"})
	if got := attribute(room, "due"); got != at(10*time.Minute) {
		t.Errorf("the board is next late at %s, want %s", got, at(10*time.Minute))
	}
	if got := attribute(room, "sounds"); got != "" {
		t.Errorf("sounds %q", got)
	}
	c.clock = c.clock.Add(10 * time.Minute)
	first := attribute(room+"/log", "sounds")
	if ref := to[strings.LastIndex(to, "/")+1:]; first != "flash/"+ref+"/1" {
		t.Errorf("sounds %q", first)
	}
	if got := attribute(room, "due"); got != at(10*time.Minute) {
		t.Errorf("the next call is due at %s, want %s", got, at(10*time.Minute))
	}
	c.clock = c.clock.Add(10 * time.Minute)
	if second := attribute(room, "sounds"); second == first || second == "" {
		t.Errorf("the second call sounds like the first: %q", second)
	}
	duty.press(t, room, to+"/acknowledge", nil)
	if got := attribute(room, "sounds"); got != "" {
		t.Errorf("it was read and sounds %q", got)
	}
	if got, want := attribute(room+"/patrols", "due"), at(100*time.Minute); got != want {
		t.Errorf("the written word is due at %s, want %s", got, want)
	}
}

func TestWhatChangedLatelyIsAPageAndData(t *testing.T) {
	c, _ := newLive(t)
	duty := c.as("duty")
	duty.press(t, room+"/log", room+"/log", map[string]string{"line": "fuel asked for"})
	duty.says(t, "/haiti-mss/live", "Changed in the last minutes", "LOG-")
	if got := duty.get(t, "/haiti-mss/live.json"); !strings.Contains(got, `"text":"fuel asked for"`) {
		t.Error(got)
	}
	if got := duty.get(t, "/haiti-mss/live.csv"); !strings.Contains(got, ",log,LOG-") {
		t.Error(got)
	}
	if got := c.public().get(t, "/haiti-mss/live.json"); strings.Contains(got, "LOG-") {
		t.Errorf("the public is told %s", got)
	}
}

// A page of the past, of others or of a form stands still.
func TestOnlyPagesOfThePresentAreLive(t *testing.T) {
	c, _ := newLive(t)
	duty := c.as("duty")
	for page, want := range map[string]bool{room: true, room + "/log": true, "/haiti-mss/reports": true, room + "/flash/new": false, room + "?known=2026-01-01": false, "/haiti-mss/figures": false} {
		if got := strings.Contains(duty.get(t, page), "data-live="); got != want {
			t.Errorf("%s is live: %t", page, got)
		}
	}
	if strings.Contains(c.public().get(t, "/haiti-mss/reports"), "data-live=") {
		t.Error("the public list of reports is live")
	}
}
