package live_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/live"
)

const missionYAML = `id: vale
title: {en: Vale, fr: Vale, ht: Vale, es: Vale, sw: Vale}
summary: {en: Vale, fr: Vale, ht: Vale, es: Vale, sw: Vale}
zone: UTC
host: NOR
lead: KEN
contributors: [KEN, JAM, BLZ]
languages: [en]
started: 2020-01-01
`

// world is a node with a hub of the test's own beside its own.
type world struct {
	t    testing.TB
	node *app.Node
	hub  *live.Hub
	mu   sync.Mutex
	at   time.Time
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) tick(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// newWorld makes a node; its clock stands still until something is said.
func newWorld(t testing.TB, limits live.Limits) *world {
	t.Helper()
	w := &world{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	w.open(t, t.TempDir())
	t.Cleanup(func() { _ = w.node.Close() })
	return w.with(t, limits)
}

// one is the node of those tests that do not mind what the others wrote.
var one world

// shared gives it, with a hub that knows of nothing that was said before.
func shared(t testing.TB, limits live.Limits) *world {
	t.Helper()
	if one.node == nil {
		one.at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		one.open(t, filepath.Join(folder, "shared"))
	}
	return one.with(t, limits)
}

var folder string

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "konbit-live"); err != nil {
		panic(err)
	}
	code := m.Run()
	if one.node != nil {
		_ = one.node.Close()
	}
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

func (w *world) open(t testing.TB, dir string) {
	t.Helper()
	file := filepath.Join(dir, "mission", "mission.yaml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(missionYAML), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	ctx := context.Background() // it outlives the test that happens to come first
	if _, err := app.Init(ctx, data, file, journal.Unlock{}, w.now); err != nil {
		t.Fatal(err)
	}
	n, err := app.Open(ctx, app.Config{Data: data, Now: w.now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	w.node = n
}

// with gives the world a new hub.
func (w *world) with(t testing.TB, limits live.Limits) *world {
	w.t = t
	w.hub = live.New(live.Options{
		Records: w.node.Records, Door: w.node.Door, People: accounts.Decides, Notes: accounts.Notes, Gate: w.node.Guard.Closed, Missions: []string{"vale"}, Limits: limits, Now: w.now, Log: slog.New(slog.DiscardHandler),
	})
	w.node.Journal.OnCommit(w.hub.Committed)
	return w
}

// says writes statements in one commit, a second after those before, and has them
// told.
func (w *world) says(list ...desk.Draft) {
	w.t.Helper()
	w.tick(time.Second)
	out, err := w.node.Desk.Submit(w.t.Context(), access.Local(), "vale", list, desk.Options{Strict: true})
	if err != nil {
		w.t.Fatal(err)
	}
	for i, o := range out {
		if o.Status == desk.StatusRefused {
			w.t.Fatalf("%s %s: %v", list[i].Kind, list[i].Ref, o.Problems)
		}
	}
	w.hub.Tell(w.t.Context())
}

// draft makes one of "a=b; c=d".
func draft(kind, ref, text string) desk.Draft {
	d := desk.Draft{Kind: kind, Ref: ref, Fields: map[string]string{}, Reason: "as reported"}
	for part := range strings.SplitSeq(text, ";") {
		if name, value, ok := strings.Cut(strings.TrimSpace(part), "="); ok {
			d.Fields[name] = value
		}
	}
	return d
}

func as(role access.Role, owner string) access.Actor {
	return access.Actor{Name: string(role) + owner, Grants: []access.Grant{{Role: role, Owner: owner}}}
}

func (w *world) join(r live.Reader) *live.Stream {
	w.t.Helper()
	r.Mission = "vale"
	if r.Key == "" {
		r.Key = r.Who.Name
	}
	s, err := w.hub.Join(w.t.Context(), r)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// mark is what differs between two nodes that say the same.
var mark = regexp.MustCompile(`id: [A-Z2-7]{10}-`)

// heard is what has come to a stream.
func heard(s *live.Stream) string { return mark.ReplaceAllString(raw(s), "id: ") }

func raw(s *live.Stream) string {
	chunks, _, over := s.Take()
	text := string(bytes.Join(chunks, nil))
	if over != "" {
		text += "over: " + over
	}
	return text
}

// refs are the records of which there is a change in what was heard.
func refs(text string) string {
	var all []string
	for _, m := range regexp.MustCompile(`"ref":"([^"]*)"`).FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return strings.Join(all, " ")
}
