package web_test

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/missions"
)

// now is the day on which the tests run.
func now() time.Time { return time.Date(2026, 11, 20, 15, 4, 5, 0, time.UTC) }

// world is a node with the sample missions and its pages.
type world struct {
	node  *app.Node
	pages http.Handler
}

func newWorld(t testing.TB, dir string) *world {
	t.Helper()
	ctx := context.Background()
	data := filepath.Join(dir, "data")
	if err := app.Demo(ctx, data, missions.FS, []string{"haiti-mss", "cod-demo"}, now, nil); err != nil {
		t.Fatal(err)
	}
	n, err := app.Open(ctx, app.Config{Data: data, Now: now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	pages, err := n.Site(app.SiteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Records.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	return &world{node: n, pages: pages}
}

// sample is a data folder of the test's own with the first sample mission: a copy
// of one that is made once.
func sample(t testing.TB) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	made := filepath.Join(sharedDir, "sample")
	if !shared.sampled {
		if err := app.Demo(context.Background(), made, missions.FS, []string{"haiti-mss"}, now, nil); err != nil {
			t.Fatal(err)
		}
		shared.sampled = true
	}
	data := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(data, os.DirFS(made)); err != nil {
		t.Fatal(err)
	}
	if err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chmod(path, 0o600)
	}); err != nil {
		t.Fatal(err)
	}
	return data
}

// shared are the worlds of tests that only read, and of those that write and do
// not mind what others wrote.
var shared struct {
	sync.Mutex
	read, write *world
	sampled     bool
}

func reading(t testing.TB) *world { return share(t, &shared.read, "read") }
func writing(t testing.TB) *world { return share(t, &shared.write, "write") }

func share(t testing.TB, w **world, name string) *world {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if *w == nil {
		*w = newWorld(keep{TB: t}, filepath.Join(sharedDir, name))
	}
	return *w
}

// keep is a test whose cleanup waits until all tests are done, and whose folder
// stays until then.
type keep struct {
	testing.TB
	dir string
}

func (k keep) TempDir() string { return k.dir }

func (keep) Cleanup(fn func()) { atEnd = append(atEnd, fn) }

type asker struct {
	*world
	public bool
	from   string // address of a caller from the network
	header http.Header
	cookie []*http.Cookie
}

func (w *world) local() *asker  { return &asker{world: w, header: http.Header{}} }
func (w *world) public() *asker { return &asker{world: w, public: true, header: http.Header{}} }

// ask sends one request.
func (a *asker) ask(method, target string, form url.Values) *httptest.ResponseRecorder {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, target, body)
	r.Host, r.RemoteAddr = "127.0.0.1:8480", "127.0.0.1:50000"
	if a.public {
		r.RemoteAddr = "192.0.2.7:50000"
		if a.from != "" {
			r.RemoteAddr = a.from
		}
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, values := range a.header {
		r.Header[name] = values
		if name == "Host" {
			r.Host = values[0]
		}
	}
	for _, c := range a.cookie {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	a.pages.ServeHTTP(w, r)
	return w
}

func (a *asker) get(t testing.TB, target string) string {
	t.Helper()
	w := a.ask("GET", target, nil)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: %d\n%s", target, w.Code, w.Body)
	}
	return w.Body.String()
}

// text is what a page says, without its tags.
func text(html string) string {
	html = regexp.MustCompile(`(?s)<svg.*?</svg>`).ReplaceAllString(html, " ")
	html = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(html, " ")
	html = strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&amp;", "&", "&lt;", "<", "&gt;", ">", "\u00a0", " ").Replace(html)
	return strings.Join(strings.Fields(html), " ")
}

// hidden reads the keys of the first form of a page that is sent with POST.
func hidden(t testing.TB, html string) url.Values {
	t.Helper()
	if _, main, ok := strings.Cut(html, "<main"); ok {
		html = main // the form to sign out with stands before it
	}
	_, form, ok := strings.Cut(html, `method="post"`)
	if !ok {
		t.Fatal("no form to send")
	}
	form, _, _ = strings.Cut(form, "</form>")
	values := url.Values{}
	for _, m := range regexp.MustCompile(`type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		values.Set(m[1], m[2])
	}
	return values
}

var (
	sharedDir string
	atEnd     []func()
)
