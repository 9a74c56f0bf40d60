// Command clockserver serves the sample missions with a clock that a test moves.
// It is for those who work on Konbit: the product's clock is the machine's, and
// no flag of the product can move it.
//
//	go run ./test/clockserver -addr 127.0.0.1:8490 -clock 127.0.0.1:8491 -data DIR
//	curl -X POST 'http://127.0.0.1:8491/?by=35m'    the clock goes on by 35 minutes
//	curl http://127.0.0.1:8491/                     what it shows
//
// The folder must be new or empty. It listens on loopback addresses only, and the
// clock never goes back: entries are stamped by it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/missions"
)

func main() {
	pages := flag.String("addr", "127.0.0.1:8490", "where the pages are")
	control := flag.String("clock", "127.0.0.1:8491", "where the clock is moved")
	data := flag.String("data", "", "a new folder")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, *pages, *control, *data); err != nil {
		fmt.Fprintln(os.Stderr, "clockserver:", err)
		os.Exit(1) //nolint:gocritic // stop has nothing left to undo
	}
}

// clock is the machine's clock, put forward.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// ServeHTTP moves the clock forward by what a POST asks for, and says what it shows.
func (c *clock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		by, err := time.ParseDuration(r.URL.Query().Get("by"))
		if err != nil || by < 0 {
			http.Error(w, "by: a stretch forward, as 35m", http.StatusBadRequest)
			return
		}
		c.ahead.Add(int64(by))
	}
	fmt.Fprintln(w, c.now().UTC().Format(time.RFC3339))
}

func serve(ctx context.Context, pages, control, data string) error {
	for _, addr := range []string{pages, control} {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return err
		}
		if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
			return fmt.Errorf("%s is not a loopback address", addr)
		}
	}
	c := &clock{}
	node, err := open(ctx, data, c)
	if err != nil {
		return err
	}
	site, err := node.Site(app.SiteOptions{})
	if err == nil {
		err = both(ctx, &http.Server{Addr: control, Handler: c, ReadHeaderTimeout: time.Minute}, &http.Server{Addr: pages, Handler: site, ReadHeaderTimeout: time.Minute})
	}
	return errors.Join(err, node.Close())
}

// open makes the samples and their fictional accounts.
func open(ctx context.Context, data string, c *clock) (*app.Node, error) {
	if data == "" {
		return nil, errors.New("name a new folder with -data")
	}
	if err := app.Demo(ctx, data, missions.FS, missions.Order(), c.now, nil); err != nil {
		return nil, err
	}
	node, err := app.Open(ctx, app.Config{Data: data, Now: c.now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	folder, err := fs.Sub(missions.FS, missions.Order()[0])
	if err == nil {
		_, err = node.DemoPeople(ctx, folder)
	}
	if err != nil {
		return nil, errors.Join(err, node.Close())
	}
	return node, nil
}

// both serves until the process is told to stop, or one of them cannot.
func both(ctx context.Context, servers ...*http.Server) error {
	ended := make(chan error, len(servers)) // room for all: none waits for a reader
	for _, s := range servers {
		go func() { ended <- s.ListenAndServe() }()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-ended:
	}
	for _, s := range servers {
		err = errors.Join(err, s.Close())
	}
	return err
}
