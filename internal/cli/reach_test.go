package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"konbit.org/konbit/internal/cli"
	"konbit.org/konbit/internal/fail"
)

// authority is a certificate authority of our own.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{pool: x509.NewCertPool()}
	_, a.cert, a.key = issue(t, nil, 1)
	a.pool.AddCert(a.cert)
	return a
}

// issue makes a certificate, of an authority or, without one, of itself.
func issue(t *testing.T, by *authority, serial int64) ([]byte, *x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "konbit test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.ParseIP("127.0.0.1")}, BasicConstraintsValid: true, IsCA: by == nil,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return raw, cert, key
}

// write puts a fresh certificate into two files.
func (a *authority) write(t *testing.T, dir string, serial int64) (cert, key string) {
	t.Helper()
	raw, _, k := issue(t, a, serial)
	der, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: raw}, key: {Type: "EC PRIVATE KEY", Bytes: der}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// up serves a page that tells what it was told of who asks.
func up(t *testing.T, r cli.Reach) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	pages := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		fmt.Fprintf(w, "from=%s for=%s proto=%s real=%s", host, r.Header.Get("X-Forwarded-For"), r.Header.Get("X-Forwarded-Proto"), r.Header.Get("X-Real-Ip"))
	})
	go func() {
		ended <- cli.Serve(ctx, cli.Proc{Stdout: io.Discard, Stderr: io.Discard, Now: time.Now}, r, l, pages)
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

func client(a *authority, change func(*tls.Config)) *http.Client {
	c := &tls.Config{RootCAs: a.pool}
	if change != nil {
		change(c)
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: c, ForceAttemptHTTP2: true, DisableKeepAlives: true}}
}

// reply is what an answer came with.
type reply struct {
	header http.Header
	major  int
	serial int64 // of the certificate
}

func get(t *testing.T, c *http.Client, url string, headers ...string) (status int, body string, answer reply) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	got, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	raw, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	answer = reply{header: got.Header, major: got.ProtoMajor}
	if got.TLS != nil {
		answer.serial = got.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	return got.StatusCode, string(raw), answer
}

func TestOthersAreAnsweredWithTLSOnly(t *testing.T) {
	for _, c := range []struct {
		name, addr string
		reach      cli.Reach
		allowed    bool
	}{
		{"this machine", "127.0.0.1:8480", cli.Reach{}, true},
		{"this machine in IPv6", "[::1]:8480", cli.Reach{}, true},
		{"no address", "", cli.Reach{}, true},
		{"everybody in the clear", "0.0.0.0:8480", cli.Reach{}, false},
		{"everybody in the clear, by a port alone", ":8480", cli.Reach{}, false},
		{"everybody with TLS", ":443", cli.Reach{Cert: "c", Key: "k"}, true},
		{"a certificate without its key", ":443", cli.Reach{Cert: "c"}, false},
		{"a certificate and ACME", ":443", cli.Reach{Cert: "c", Key: "k", ACME: "a.example"}, false},
		{"ACME", ":443", cli.Reach{ACME: "konbit.example.org"}, true},
		{"ACME for an address", ":443", cli.Reach{ACME: "https://konbit.example.org/"}, false},
		{"a proxy", "10.0.0.1:80", cli.Reach{Proxy: "10.0.0.5/32"}, true},
		{"a proxy without a network", "10.0.0.1:80", cli.Reach{Proxy: "10.0.0.5"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := cli.CheckReach(c.reach, c.addr)
			if (err == nil) != c.allowed || err != nil && (!fail.Is(err, fail.Invalid) || fail.HintOf(err) == "") {
				t.Errorf("%v, hint %q", err, fail.HintOf(err))
			}
		})
	}
}

func TestPagesAreServedOverTLSAndNobodyIsTakenForThisMachine(t *testing.T) {
	a := newAuthority(t)
	cert, key := a.write(t, t.TempDir(), 2)
	addr := up(t, cli.Reach{Cert: cert, Key: key})
	status, body, answer := get(t, client(a, nil), "https://"+addr+"/", "X-Forwarded-For", "203.0.113.9", "X-Real-Ip", "203.0.113.9")
	if status != 200 || body != "from=127.0.0.1 for=127.0.0.1 proto=https real=" {
		t.Errorf("%d %s", status, body)
	}
	if answer.header.Get("Strict-Transport-Security") == "" || answer.major != 2 {
		t.Errorf("HTTP/%d, %v", answer.major, answer.header)
	}
	old := client(a, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS11; c.MinVersion = tls.VersionTLS10 })
	if r, err := old.Get("https://" + addr + "/"); err == nil {
		t.Errorf("TLS 1.1: %s", r.Status)
		_ = r.Body.Close()
	} else if !strings.Contains(err.Error(), "protocol version") {
		t.Errorf("TLS 1.1: %v", err)
	}
	if r, err := http.Get("http://" + addr + "/"); err == nil {
		defer r.Body.Close()
		if r.StatusCode == http.StatusOK {
			t.Error("it answers in the clear")
		}
	}
}

func TestARenewedCertificateIsTakenWithoutARestart(t *testing.T) {
	a, dir := newAuthority(t), t.TempDir()
	cert, key := a.write(t, dir, 2)
	addr := up(t, cli.Reach{Cert: cert, Key: key})
	serial := func() int64 {
		_, _, answer := get(t, client(a, nil), "https://"+addr+"/")
		return answer.serial
	}
	if got := serial(); got != 2 {
		t.Fatal(got)
	}
	a.write(t, dir, 3)
	if got := serial(); got != 3 {
		t.Errorf("serial %d after renewal", got)
	}
	if err := os.WriteFile(key, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 3 {
		t.Errorf("serial %d while the key is being written", got)
	}
}

func TestOnlyTheProxyIsBelievedWhoAsks(t *testing.T) {
	addr := up(t, cli.Reach{Proxy: "127.0.0.1/32, 10.0.0.0/8"})
	plain := &http.Client{}
	for _, c := range []struct {
		name, chain, proto, want string
	}{
		{"by https", "203.0.113.9", "https", "from=203.0.113.9 for=203.0.113.9 proto=https real="},
		{"by http", "203.0.113.9", "http", "from=203.0.113.9 for=203.0.113.9 proto= real="},
		{"a made-up chain before the last", "127.0.0.1, 198.51.100.7, 203.0.113.9", "https", "from=203.0.113.9 for=203.0.113.9 proto=https real="},
		{"through two proxies", "203.0.113.9, 10.1.1.1", "https", "from=203.0.113.9 for=203.0.113.9 proto=https real="},
		{"without a chain", "", "https", "from=127.0.0.1 for=127.0.0.1 proto=https real="},
		{"rubbish", "127.0.0.1, <script>", "https", "from=127.0.0.1 for=127.0.0.1 proto=https real="},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, body, answer := get(t, plain, "http://"+addr+"/", "X-Forwarded-For", c.chain, "X-Forwarded-Proto", c.proto, "X-Real-Ip", "6.6.6.6")
			if status != 200 || body != c.want {
				t.Errorf("%d %s", status, body)
			}
			if secure := answer.header.Get("Strict-Transport-Security") != ""; secure != (c.proto == "https") {
				t.Errorf("HSTS %v", secure)
			}
		})
	}
	other := up(t, cli.Reach{Proxy: "192.0.2.1/32"})
	if status, body, _ := get(t, plain, "http://"+other+"/", "X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "https"); status != http.StatusForbidden {
		t.Errorf("somebody who is not the proxy: %d %s", status, body)
	}
}

func TestAHeaderThatIsTooLargeIsRefused(t *testing.T) {
	addr := up(t, cli.Reach{})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", strings.Repeat("x", 64<<10))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return // it was let go before it had said all
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%d", answer.StatusCode)
	}
}

// A client that sends a header byte by byte is let go after ten seconds.
func TestWhoNeverEndsAHeaderIsLetGo(t *testing.T) {
	addr := up(t, cli.Reach{})
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	begun := time.Now()
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			if _, err := io.WriteString(c, "x"); err != nil {
				return
			}
			time.Sleep(500 * time.Millisecond)
		}
	}()
	if err := c.SetReadDeadline(begun.Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(c).ReadString('\n')
	if took := time.Since(begun); took > 20*time.Second || strings.Contains(line, "200") {
		t.Errorf("%q after %v", line, took)
	}
}

func TestHTTPIsSentToHTTPS(t *testing.T) {
	for _, c := range []struct{ name, host, port, asked, want string }{
		{"to the name that was asked for", "", "443", "http://a.example:80/m/x?at=2025", "https://a.example/m/x?at=2025"},
		{"to another port", "", "8443", "http://a.example/", "https://a.example:8443/"},
		{"to the one name there is", "konbit.example.org", "443", "http://evil.example/", "https://konbit.example.org/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			cli.Redirect(t.TempDir(), c.host, false, c.port).ServeHTTP(w, httptest.NewRequest(http.MethodGet, c.asked, nil))
			if got := w.Header().Get("Location"); got != c.want || w.Code != http.StatusMovedPermanently {
				t.Errorf("%d %s", w.Code, got)
			}
		})
	}
	w := httptest.NewRecorder()
	cli.Redirect(t.TempDir(), "", false, "443").ServeHTTP(w, httptest.NewRequest(http.MethodPost, "http://a.example/", strings.NewReader("password=x")))
	if w.Code != http.StatusBadRequest {
		t.Errorf("a form in the clear: %d", w.Code)
	}
	w = httptest.NewRecorder()
	cli.Redirect(t.TempDir(), "konbit.example.org", true, "443").ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://konbit.example.org/.well-known/acme-challenge/none", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("a question of the authority: %d", w.Code)
	}
}

func TestCertificatesOfACMELieSealed(t *testing.T) {
	dir := t.TempDir()
	key := bytes.Repeat([]byte{7}, 32)
	c := cli.Sealed(autocert.DirCache(dir), key)
	secret := []byte("-----BEGIN EC PRIVATE KEY-----")
	if err := c.Put(t.Context(), "konbit.example.org", secret); err != nil {
		t.Fatal(err)
	}
	if got, err := c.Get(t.Context(), "konbit.example.org"); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("%q, %v", got, err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "konbit.example.org"))
	if err != nil || bytes.Contains(raw, []byte("PRIVATE")) {
		t.Errorf("%q, %v", raw, err)
	}
	other := cli.Sealed(autocert.DirCache(dir), bytes.Repeat([]byte{8}, 32))
	if _, err := other.Get(t.Context(), "konbit.example.org"); !errors.Is(err, autocert.ErrCacheMiss) {
		t.Errorf("with another secret: %v", err)
	}
	if err := c.Delete(t.Context(), "konbit.example.org"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(t.Context(), "konbit.example.org"); !errors.Is(err, autocert.ErrCacheMiss) {
		t.Errorf("after deletion: %v", err)
	}
}
