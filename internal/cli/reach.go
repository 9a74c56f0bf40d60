package cli

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"konbit.org/konbit/internal/fail"
)

// reach are the flags that let others reach the pages.
type reach struct {
	TLSCert     string `name:"tls-cert" placeholder:"FILE" help:"Certificate chain in PEM. It is read again when it changes."`
	TLSKey      string `name:"tls-key" placeholder:"FILE" help:"Its private key in PEM."`
	ACME        string `name:"acme" placeholder:"HOST" help:"Get and renew a certificate for this name by ACME (Let's Encrypt)."`
	ACMEEmail   string `name:"acme-email" placeholder:"ADDRESS" help:"Where the authority writes when a certificate is in danger."`
	ACMEAccept  bool   `name:"acme-accept" help:"Accept the terms of the certificate authority."`
	ACMEServer  string `name:"acme-server" placeholder:"URL" help:"Directory of another certificate authority."`
	BehindProxy string `name:"behind-proxy" placeholder:"CIDR" help:"A proxy at these addresses does TLS: who asks and whether it was https is believed from there only, and nobody else is answered without TLS."`
	Redirect    string `name:"redirect" placeholder:"HOST:PORT" help:"Listen here too and send http to https."`
}

func (r *reach) tls() bool { return r.TLSCert != "" || r.ACME != "" }

// open says whether others than this machine may come, one way or another.
func (r *reach) open(addr string) bool {
	return r.tls() || r.BehindProxy != "" || addr != "" && loopbackOnly(addr) != nil
}

// check refuses flags that do not go together, and an address that others reach
// without TLS: passwords and names would travel in the clear.
func (r *reach) check(addr string) error {
	if _, _, err := net.SplitHostPort(addr); addr != "" && err != nil {
		return fail.Newf(fail.Invalid, "write it as "+defaultAddr, "bad --addr %q", addr)
	}
	switch {
	case (r.TLSCert == "") != (r.TLSKey == ""):
		return fail.New(fail.Invalid, "a certificate needs its key and a key its certificate", "--tls-cert FILE --tls-key FILE")
	case r.TLSCert != "" && r.ACME != "":
		return fail.New(fail.Invalid, "two certificates", "leave out --acme, or --tls-cert and --tls-key")
	case r.ACME != "" && !r.ACMEAccept:
		return fail.New(fail.Invalid, "the authority has terms to accept", "read them (https://letsencrypt.org/repository/) and add --acme-accept")
	case r.ACME != "" && (strings.ContainsAny(r.ACME, "/:*@ ") || !strings.Contains(r.ACME, ".")):
		return fail.Newf(fail.Invalid, "--acme konbit.example.org", "bad --acme %q", r.ACME)
	case r.Redirect != "" && !r.tls():
		return fail.New(fail.Invalid, "there is no https to redirect to", "add --tls-cert and --tls-key, or --acme")
	case addr != "" && loopbackOnly(addr) != nil && !r.tls() && r.BehindProxy == "":
		return fail.Newf(fail.Invalid, "add --tls-cert FILE --tls-key FILE, or --acme HOST, or --behind-proxy CIDR; or use "+defaultAddr,
			"--addr %s can be reached from other machines, and without TLS everything would travel in the clear", addr)
	}
	_, err := r.proxies()
	return err
}

func (r *reach) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for text := range strings.SplitSeq(r.BehindProxy, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fail.Newf(fail.Invalid, "--behind-proxy 10.0.0.5/32", "bad --behind-proxy %q", text)
		}
		all = append(all, p)
	}
	return all, nil
}

// gate stands before the pages where others can reach them. It says itself who
// asks and how, in the place of what was sent, so that what is behind it can
// believe the headers: X-Forwarded-For is always set, which also means that
// nobody is taken for the person at the machine.
type gate struct {
	proxies []netip.Prefix
	next    http.Handler
}

// ServeHTTP passes a request on, or refuses it.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	peer, ok := addressOf(r.RemoteAddr)
	if !ok {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	trusted := g.trusts(peer)
	if r.TLS == nil && !trusted {
		http.Error(w, "reach it by https", http.StatusForbidden)
		return
	}
	client, https := peer, r.TLS != nil
	if trusted {
		client = g.client(r.Header.Values("X-Forwarded-For"), peer)
		https = https || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
	}
	for _, name := range []string{"Forwarded", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-Ip"} {
		r.Header.Del(name)
	}
	r.Header.Set("X-Forwarded-For", client.String())
	if client != peer {
		r.RemoteAddr = netip.AddrPortFrom(client, 0).String()
	}
	if https {
		r.Header.Set("X-Forwarded-Proto", "https")
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	}
	g.next.ServeHTTP(w, r)
}

func (g *gate) trusts(a netip.Addr) bool {
	for _, p := range g.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// client is the last address of the chain that is not a proxy of ours: all before
// it may be made up by whoever asks.
func (g *gate) client(forwarded []string, peer netip.Addr) netip.Addr {
	chain := strings.Split(strings.Join(forwarded, ","), ",")
	for _, link := range slices.Backward(chain) {
		a, ok := addressOf(strings.TrimSpace(link))
		if !ok {
			return peer
		}
		if peer = a; !g.trusts(a) {
			return a
		}
	}
	return peer
}

// addressOf reads an address with or without a port.
func addressOf(text string) (netip.Addr, bool) {
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	a, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return a.Unmap().WithZone(""), err == nil
}

// files is a certificate in two files that another program renews.
type files struct {
	cert, key string
	log       *slog.Logger

	mu     sync.Mutex
	loaded *tls.Certificate
	stamp  string
}

// get gives the certificate, read anew when the files have changed. Files that do
// not fit, as in the moment between the writing of the two, leave the old one.
func (f *files) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := stampOf(f.cert) + stampOf(f.key)
	if f.loaded != nil && now == f.stamp {
		return f.loaded, nil
	}
	c, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		if f.loaded == nil {
			return nil, fail.Wrap(fail.Invalid, err, "read the certificate", "--tls-cert takes the chain and --tls-key its key, both in PEM")
		}
		if hello != nil {
			f.log.WarnContext(hello.Context(), "the certificate that lies there now cannot be used", slog.Any("error", err))
		}
		return f.loaded, nil
	}
	f.loaded, f.stamp = &c, now
	return f.loaded, nil
}

func stampOf(name string) string {
	info, err := os.Stat(name)
	if err != nil {
		return "?"
	}
	return fmt.Sprintf("%d/%d/%s;", info.ModTime().UnixNano(), info.Size(), info.Name())
}

// redirect sends everybody to the same page by https. host is the only name that
// there is, "" when there may be several.
func redirect(host, port string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := host
		if to == "" {
			to = r.Host
			if h, _, err := net.SplitHostPort(to); err == nil {
				to = h
			}
		}
		if to == "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "use https", http.StatusBadRequest)
			return
		}
		if port != "443" {
			to = net.JoinHostPort(strings.Trim(to, "[]"), port)
		}
		http.Redirect(w, r, "https://"+to+r.URL.RequestURI(), http.StatusMovedPermanently) //nolint:gosec // to the name that was asked for itself
	})
}

// patient gives each piece of an answer time of its own, so that an export may
// take an hour on a thin link, but a reader who takes nothing is let go. HTTP/2
// has limits of its own.
func patient(next http.Handler, each time.Duration, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 1 {
			w = &pieces{ResponseWriter: w, to: http.NewResponseController(w), each: each, now: now}
		}
		next.ServeHTTP(w, r)
	})
}

type pieces struct {
	http.ResponseWriter
	to   *http.ResponseController
	each time.Duration
	now  func() time.Time
}

// Write gives itself time and writes.
func (p *pieces) Write(b []byte) (int, error) {
	_ = p.to.SetWriteDeadline(p.now().Add(p.each)) // without deadlines it writes all the same
	return p.ResponseWriter.Write(b)
}

// Flush sends what has been written.
func (p *pieces) Flush() { _ = p.to.Flush() }

// Unwrap gives the writer below to [http.ResponseController].
func (p *pieces) Unwrap() http.ResponseWriter { return p.ResponseWriter }
