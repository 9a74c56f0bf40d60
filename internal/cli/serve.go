package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"

	"konbit.org/konbit/internal/fail"
)

// defaultAddr is where pages are served. Until there are accounts whoever can
// reach the address may do all, so it is this machine only.
const defaultAddr = "127.0.0.1:8480"

// portsTried is how many ports after the default one are tried when others
// have them.
const portsTried = 20

type serveCommand struct {
	Addr       string `placeholder:"HOST:PORT" help:"Where to listen; loopback addresses only. Without it: 127.0.0.1:8480, or the next port that is free."`
	PublicOnly bool   `help:"Show everybody what the public sees, and take nothing in."`
}

// Help says who may reach it, with an example.
func (serveCommand) Help() string {
	return "There are no accounts yet, so it listens on this machine only. Ctrl-C stops it.\n\n" +
		example("konbit serve --data data", "konbit serve --data data --addr 127.0.0.1:9000 --public-only")
}

// Run serves until the process is told to stop.
func (c serveCommand) Run(ctx context.Context, e *env) error {
	listener, err := listen(ctx, c.Addr)
	if err != nil {
		return err
	}
	defer listener.Close() //nolint:errcheck // closed by the server by then
	return e.write(ctx, "", func(s *session) error {
		pages, err := s.node.Site(c.PublicOnly)
		if err != nil {
			return err
		}
		for _, m := range s.node.Missions() {
			e.say("%s  %s", address(listener, m.ID), m.Title.In(e.Lang))
		}
		e.say("%s", signIns)
		if err := e.warnOpen(); err != nil {
			return err
		}
		return e.present(ctx, s, listener, pages)
	})
}

const signIns = "sign-ins: none yet: whoever sits at this machine may do all; add ?as=public to see what the public sees"

// listen opens the port. An address that others could reach is refused.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var config net.ListenConfig
	if addr != "" {
		if err := loopbackOnly(addr); err != nil {
			return nil, err
		}
		l, err := config.Listen(ctx, "tcp", addr)
		return l, fail.Wrap(fail.Unavailable, err, "listen on "+addr, "choose another port with --addr, or leave it out")
	}
	host, port, err := net.SplitHostPort(defaultAddr)
	if err != nil {
		return nil, fmt.Errorf("default address: %w", err)
	}
	first, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("default address: %w", err)
	}
	var l net.Listener
	for i := range portsTried {
		l, err = config.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(first+i)))
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return l, fail.Wrap(fail.Unavailable, err, "listen on "+defaultAddr, "choose a port with --addr 127.0.0.1:PORT")
}

func loopbackOnly(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fail.Newf(fail.Invalid, "write it as "+defaultAddr, "bad --addr %q", addr)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fail.Newf(fail.Invalid, "use "+defaultAddr+"; there are no accounts yet, so anybody who reached it could do all",
		"--addr %s could be reached from other machines", addr)
}

func address(l net.Listener, mission string) string {
	return "http://" + l.Addr().String() + "/" + mission
}

// present serves a node's pages, and reads its columns ahead meanwhile.
func (e *env) present(ctx context.Context, s *session, l net.Listener, pages http.Handler) error {
	ctx, stop := context.WithCancel(ctx)
	var warming sync.WaitGroup
	warming.Go(func() { s.node.Warm(ctx) })
	defer warming.Wait() // before the node is closed
	defer stop()
	return e.serve(ctx, l, pages)
}

// serve answers until ctx ends, and then lets the requests in hand finish.
func (e *env) serve(ctx context.Context, l net.Listener, pages http.Handler) error {
	server := &http.Server{
		Handler: pages, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fail.Wrap(fail.Unavailable, err, "serve the pages", "")
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := server.Shutdown(last)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close() // a browser that holds a line open must not keep the node up
	}
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	e.say("stopped")
	return fail.Wrap(fail.Unavailable, err, "stop serving", "")
}
