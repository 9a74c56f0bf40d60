package cli

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/net/netutil"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/web"
)

// defaultAddr is where pages are served. Until there are accounts whoever can
// reach the address may do all, so it is this machine only.
const defaultAddr = "127.0.0.1:8480"

// portsTried is how many ports after the default one are tried when others
// have them.
const portsTried = 20

type serveCommand struct {
	Addr       string `placeholder:"HOST:PORT" help:"Where to listen. Without it: 127.0.0.1:8480, or the next port that is free. Other machines can reach it only with TLS or behind a proxy."`
	PublicOnly bool   `help:"Show everybody what the public sees, and take nothing in."`
	reach
}

// Help says who may reach it, with an example.
func (serveCommand) Help() string {
	return "On a loopback address whoever sits at the machine may do all until there are accounts. On any other address, and behind a proxy, " +
		"nobody is taken for that person: one signs in, or is the public. Ctrl-C stops it.\n\n" +
		example("konbit serve --data data", "konbit serve --data data --addr 127.0.0.1:9000 --public-only",
			"konbit serve --data data --addr :443 --redirect :80 --acme konbit.example.org --acme-accept --acme-email duty@example.org",
			"konbit serve --data data --addr :443 --tls-cert chain.pem --tls-key key.pem")
}

// Run serves until the process is told to stop.
func (c serveCommand) Run(ctx context.Context, e *env) error {
	if err := c.check(c.Addr); err != nil {
		return err
	}
	listener, err := listen(ctx, c.Addr)
	if err != nil {
		return err
	}
	defer listener.Close() //nolint:errcheck // closed by the server by then
	return e.write(ctx, "", func(s *session) error {
		people, err := c.people(ctx, s)
		if err != nil {
			return err
		}
		pages, err := s.node.Site(app.SiteOptions{PublicOnly: c.PublicOnly, SetupCode: people.code, Limits: web.UsualLimits()})
		if err != nil {
			return err
		}
		out, err := c.front(ctx, e, front{listener: listener, pages: pages, secret: s.node.Keys.Secret})
		if err != nil {
			return err
		}
		for _, m := range s.node.Missions() {
			e.say("%s  %s", out.scheme+"://"+out.host+"/"+m.ID, m.Title.In(e.Lang))
		}
		people.say(e, out.scheme+"://"+out.host)
		if err := e.warnOpen(); err != nil {
			return err
		}
		return e.present(ctx, s, out)
	})
}

// sitters are who may sign in to what is served.
type sitters struct {
	empty, open bool
	code        string // lets the first of them in from elsewhere
}

// people looks whether anybody has an account. Where nobody has, and others can
// reach the pages, the first account takes a code that stands on this terminal.
func (c serveCommand) people(ctx context.Context, s *session) (sitters, error) {
	empty, err := s.node.Accounts.Empty(ctx)
	p := sitters{empty: empty && !c.PublicOnly, open: c.open(c.Addr)}
	if p.empty && p.open {
		text := rand.Text()
		p.code = text[:5] + "-" + text[5:10]
	}
	return p, err
}

func (p sitters) say(e *env, site string) {
	switch {
	case !p.empty:
		e.say("sign in: %s/sign-in", site)
	case p.open:
		e.say("set up:  %s/setup  with the code %s", site, p.code)
	default:
		e.say("%s", signIns)
		e.say("set up:  %s/setup", site)
	}
}

// front puts before the pages what the flags ask for: TLS, the gate, a second
// listener that redirects.
func (c serveCommand) front(ctx context.Context, e *env, out front) (front, error) {
	out.host, out.scheme = out.listener.Addr().String(), "http"
	if !c.open(c.Addr) {
		return out, nil
	}
	proxies, err := c.proxies()
	if err != nil {
		return out, err
	}
	out.pages = &gate{proxies: proxies, next: out.pages}
	if !c.tls() {
		return out, nil
	}
	out.scheme = "https"
	_, port, err := net.SplitHostPort(out.host)
	if err != nil {
		return out, fmt.Errorf("address of the listener: %w", err)
	}
	out.other = redirect(c.ACME, port)
	if c.ACME != "" {
		m := c.acmeManager(e.Data, out.secret("acme cache"))
		out.host, out.tls, out.other = c.ACME, m.TLSConfig(), m.HTTPHandler(out.other)
	} else {
		f := &files{cert: c.TLSCert, key: c.TLSKey, log: e.log}
		if _, err := f.get(nil); err != nil {
			return out, err
		}
		out.tls = &tls.Config{GetCertificate: f.get, NextProtos: []string{"h2", "http/1.1"}}
	}
	out.tls.MinVersion = tls.VersionTLS12
	if c.Redirect != "" {
		if out.second, err = listenOn(ctx, c.Redirect); err != nil {
			return out, err
		}
	}
	return out, nil
}

const signIns = "sign-ins: none yet: whoever sits at this machine may do all; add ?as=public to see what the public sees"

func listenOn(ctx context.Context, addr string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	return l, fail.Wrap(fail.Unavailable, err, "listen on "+addr, "choose another address or port")
}

// listen opens the port that was named, or one that is free.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var config net.ListenConfig
	if addr != "" {
		return listenOn(ctx, addr)
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
	return fail.Newf(fail.Invalid, "use "+defaultAddr+"; konbit serve can answer others, with TLS",
		"--addr %s could be reached from other machines", addr)
}

func address(l net.Listener, mission string) string {
	return "http://" + l.Addr().String() + "/" + mission
}

// front is what is served and where.
type front struct {
	listener net.Listener
	pages    http.Handler
	secret   func(name string) []byte // of the node
	scheme   string
	host     string
	tls      *tls.Config
	second   net.Listener // for http, when there is https
	other    http.Handler // what it answers
}

// present serves a node's pages, and reads its columns ahead meanwhile.
func (e *env) present(ctx context.Context, s *session, f front) error {
	ctx, stop := context.WithCancel(ctx)
	var behind sync.WaitGroup
	behind.Go(func() { s.node.Warm(ctx) })
	defer behind.Wait() // before the node is closed
	defer stop()
	if f.second != nil {
		behind.Go(func() {
			if err := serve(ctx, e.server(ctx, f.other, nil), f.second); err != nil {
				e.log.ErrorContext(ctx, "redirect to https", slog.Any("error", err))
			}
		})
	}
	server := e.server(ctx, f.pages, f.tls)
	server.RegisterOnShutdown(s.node.Live.End) // they would be waited for
	err := serve(ctx, server, f.listener)
	if err == nil {
		e.say("stopped")
	}
	return err
}

// The limits of a server. They let a phone on a thin link finish and a hostile
// one hold little.
const (
	headerTime     = 10 * time.Second
	readTime       = 5 * time.Minute // for a form or a sheet on a thin link
	pieceTime      = time.Minute     // for each piece of an answer
	idleTime       = 2 * time.Minute
	maxHeader      = 32 << 10
	maxConnections = 2048 // a thousand may look on, each on a connection of their own
	maxStreams     = 64   // of one HTTP/2 connection
)

// server has the limits.
func (e *env) server(ctx context.Context, pages http.Handler, secure *tls.Config) *http.Server {
	return &http.Server{
		Handler: patient(pages, pieceTime, e.Now), TLSConfig: secure,
		ReadHeaderTimeout: headerTime, ReadTimeout: readTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: maxStreams, SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second,
			WriteByteTimeout: pieceTime,
		},
		// What others send wrong fills no log.
		ErrorLog:    slog.NewLogLogger(e.log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
}

// serve answers until ctx ends, and then lets the requests in hand finish.
func serve(ctx context.Context, server *http.Server, l net.Listener) error {
	l = netutil.LimitListener(l, maxConnections)
	ended := make(chan error, 1)
	go func() {
		if server.TLSConfig != nil {
			ended <- server.ServeTLS(l, "", "")
			return
		}
		ended <- server.Serve(l)
	}()
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
	return fail.Wrap(fail.Unavailable, err, "stop serving", "")
}
