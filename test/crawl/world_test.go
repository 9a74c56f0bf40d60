package crawl_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/journal"
)

const mission = "vale"

// ministry is a sign-in of somebody else's, so that accounts need no password.
const ministry = "providers:\n  - {id: ministry, label: {en: Ministry}, issuer: \"https://ministry.example\", client: crawl}\n"

// wall is a clock that stands still until it is moved. Both twins look at it.
type wall struct {
	mu sync.Mutex
	at time.Time
}

func (w *wall) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *wall) set(t testing.TB, text string) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = at
}

// tick moves the clock on by a second.
func (w *wall) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(time.Second)
}

// world is a node with its pages and its log.
type world struct {
	t       testing.TB
	name    string
	dir     string
	clock   *wall
	node    *app.Node
	pages   http.Handler
	cookies map[string]string // of those who signed in by the form
	token   string            // of the program
	codes   string            // secret of the app of who signs in with codes
	log     bytes.Buffer
	lock    sync.Mutex // of log
}

// Write takes a line of the log.
func (w *world) Write(line []byte) (int, error) {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.log.Write(line)
}

func (w *world) logged() string {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.log.String()
}

// newWorld makes the mission with what stands in it before anything happens.
func newWorld(t testing.TB, dir string, clock *wall) *world {
	t.Helper()
	data := filepath.Join(dir, "plain")
	if _, err := app.Init(t.Context(), data, "testdata/mission", journal.Unlock{}, clock.now); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "sign-in.yaml"), []byte(ministry), 0o600); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, name: "plain", dir: data, clock: clock, cookies: map[string]string{}}
	w.open()
	w.people()
	w.welcome()
	w.said(before()...)
	return w
}

func (w *world) open() {
	w.t.Helper()
	log := slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
	n, err := app.Open(context.Background(), app.Config{Data: w.dir, Now: w.clock.now, Log: log})
	if err != nil {
		w.t.Fatal(err)
	}
	w.node = n
	w.t.Cleanup(func() { _ = n.Close() })
	w.pages = w.site()
}

func (w *world) close() {
	w.t.Helper()
	if err := w.node.Close(); err != nil {
		w.t.Fatal(err)
	}
}

// twin is the same node a second time, with the same keys and entries: what is
// written from now on differs.
func (w *world) twin(name string) *world {
	w.t.Helper()
	w.close()
	dir := filepath.Join(filepath.Dir(w.dir), name)
	if err := os.CopyFS(dir, os.DirFS(w.dir)); err != nil {
		w.t.Fatal(err)
	}
	// The keys are refused to a node whose folder others may read.
	if err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		mode := os.FileMode(0o600)
		if info.IsDir() {
			mode = 0o700
		}
		return os.Chmod(path, mode)
	}); err != nil {
		w.t.Fatal(err)
	}
	w.open()
	other := &world{t: w.t, name: name, dir: dir, clock: w.clock, cookies: map[string]string{}, token: w.token, codes: w.codes}
	other.open()
	return other
}

// said writes what the person at the machine says, a second apart.
func (w *world) said(list ...desk.Draft) {
	w.t.Helper()
	w.batches("", list...)
}

// batches writes statements a second apart, as they come in one sheet; "" is none.
func (w *world) batches(name string, list ...desk.Draft) {
	w.t.Helper()
	for _, d := range list {
		w.clock.tick()
		w.batch(name, d)
	}
	if err := w.node.Records.CatchUp(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// batch writes statements that come in one sheet.
func (w *world) batch(name string, list ...desk.Draft) {
	w.t.Helper()
	out, err := w.node.Desk.Submit(w.t.Context(), access.Local(), mission, list, desk.Options{Batch: name})
	if err != nil {
		w.t.Fatal(err)
	}
	for i, o := range out {
		if o.Status == desk.StatusRefused {
			w.t.Fatalf("%s world: %s %s: %v", w.name, list[i].Kind, list[i].Ref, o.Problems)
		}
	}
}

// says makes a draft of pairs: field, value.
func says(kind, ref string, pairs ...string) desk.Draft {
	d := desk.Draft{Kind: kind, Ref: ref, Fields: map[string]string{}, Source: "src-desk", Grade: "A1", Reason: "as reported"}
	for i := 0; i+1 < len(pairs); i += 2 {
		d.Fields[pairs[i]] = pairs[i+1]
	}
	return d
}

// fields reads "a=b; c=d" as pairs.
func fields(text string) (pairs []string) {
	for part := range strings.SplitSeq(text, ";") {
		if name, value, ok := strings.Cut(strings.TrimSpace(part), "="); ok {
			pairs = append(pairs, name, value)
		}
	}
	return pairs
}
