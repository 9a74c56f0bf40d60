package cli

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/crypto/acme/autocert"
)

// Instant is instant, for the tests.
var Instant = instant

// Wrap is wrap, for the tests.
var Wrap = wrap

// Drawn is what a bar writes to a terminal of a width while fn works it.
func Drawn(w io.Writer, now func() time.Time, width int, fn func(set func(done, total, counted int64))) {
	e := &env{Proc: Proc{Stderr: w, Now: now, Width: width}}
	b := e.bar("rows")
	fn(b.bytes)
	b.end()
}

// Report is how an error is told, and its exit code.
func Report(p Proc, debug, asJSON bool, err error) int {
	e := &env{Proc: p, common: common{Debug: debug, JSON: asJSON}, log: newLog(p.Stderr, debug)}
	return e.report(err)
}

// Reach are the flags of konbit serve that let others in.
type Reach struct{ Cert, Key, ACME, Proxy string }

func (r Reach) command(addr string) serveCommand {
	return serveCommand{Addr: addr, reach: reach{TLSCert: r.Cert, TLSKey: r.Key, ACME: r.ACME, ACMEAccept: true, BehindProxy: r.Proxy}}
}

// CheckReach refuses what does not go together.
func CheckReach(r Reach, addr string) error {
	c := r.command(addr)
	return c.check(addr)
}

// Serve answers with pages until ctx ends, as konbit serve does.
func Serve(ctx context.Context, p Proc, r Reach, l net.Listener, pages http.Handler) error {
	e := &env{Proc: p, log: newLog(p.Stderr, true)}
	out, err := r.command(l.Addr().String()).front(ctx, e, front{listener: l, pages: pages, secret: func(string) []byte { return make([]byte, 32) }})
	if err != nil {
		return err
	}
	return serve(ctx, e.server(ctx, out.pages, out.tls), out.listener)
}

// Redirect is what answers http beside https, with ACME's questions when acme is set.
func Redirect(data, host string, acme bool, port string) http.Handler {
	r := reach{ACME: host}
	if acme {
		return r.acmeManager(data, make([]byte, 32)).HTTPHandler(redirect(host, port))
	}
	return redirect(host, port)
}

// Sealed is a cache of certificates.
func Sealed(below autocert.Cache, key []byte) autocert.Cache { return &sealedCache{below, key} }
