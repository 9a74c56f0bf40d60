package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
)

// Names of the cookie that holds a session. Browsers take the first only over
// TLS, for this host alone and for every path; without TLS it would not come back.
const (
	secureCookie = "__Host-konbit"
	plainCookie  = "konbit_session"
)

// identify finds out who asks: a program by its token, somebody by the cookie of
// their session, whoever sits at this machine while there are no accounts, or
// anybody. The error is for the visitor, who is anybody then.
func (v *visit) identify() error {
	v.who, v.self = access.Public(), access.Public()
	if v.PublicOnly {
		return nil
	}
	empty, err := v.empty(v.r)
	if err != nil {
		return err
	}
	if secret, ok := strings.CutPrefix(v.r.Header.Get("Authorization"), "Bearer "); ok {
		v.program = true
		if v.Accounts == nil {
			return fail.New(fail.Denied, v.t("people.error.token"), v.t("people.error.token.hint"))
		}
		v.self, err = v.Accounts.Token(v.r.Context(), strings.TrimSpace(secret))
		if err != nil {
			v.self = access.Public()
			return statusError{code: http.StatusUnauthorized, err: err}
		}
		v.who = v.self
		return nil
	}
	if empty {
		if direct(v.r) {
			v.who, v.self, v.unset = access.Local(), access.Local(), true
		}
		return nil
	}
	return v.bySession()
}

// bySession takes the session of the cookie. One that has ended is forgotten.
func (v *visit) bySession() error {
	token := v.cookie(v.sessionCookie())
	if token == "" || v.Accounts == nil {
		return nil
	}
	find := v.Accounts.Session
	if v.byItself() {
		find = v.Accounts.Peek
	}
	session, who, err := find(v.r.Context(), token)
	if fail.Is(err, fail.NotFound) || fail.Is(err, fail.Denied) || fail.Is(err, fail.Invalid) {
		v.lapsed = true
		v.forget(v.sessionCookie())
		return nil
	}
	if err != nil {
		return err
	}
	session.Token = token
	v.session, v.self, v.who = &session, who, who
	return nil
}

// empty reports whether nobody has an account. Once somebody has, that stays.
func (s *site) empty(r *http.Request) (bool, error) {
	if s.Accounts == nil {
		return true, nil
	}
	if s.peopled.Load() {
		return false, nil
	}
	empty, err := s.Accounts.Empty(r.Context())
	if err == nil && !empty {
		s.peopled.Store(true)
	}
	return empty, err
}

// direct reports whether somebody at this machine asks, who addresses it by a
// loopback name: a web site elsewhere that points its own name at this machine,
// or a proxy that passes strangers on, is not direct.
func direct(r *http.Request) bool {
	if proxied(r) || !fromLoopback(r) {
		return false
	}
	name := r.Host
	if h, _, err := net.SplitHostPort(name); err == nil {
		name = h
	}
	return name == "localhost" || loopback(strings.Trim(name, "[]"))
}

func proxied(r *http.Request) bool {
	return r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" || r.Header.Get("X-Forwarded-Proto") != ""
}

func fromLoopback(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && loopback(host)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// secure reports whether the visitor's line is encrypted: here, or at what stands
// before us, which says so itself. Only who sits at this machine could say so
// falsely, and that makes their own cookies stricter, nothing else.
func (v *visit) secure() bool {
	return v.r.TLS != nil || v.r.Header.Get("X-Forwarded-Proto") == "https"
}

// origin is this site as the visitor's browser names it.
func (v *visit) origin() string {
	if v.secure() {
		return "https://" + v.r.Host
	}
	return "http://" + v.r.Host
}

// from is the address of the caller without the port. What a proxy on this
// machine passed on came from the last address that it wrote down itself.
func (v *visit) from() string {
	host, _, err := net.SplitHostPort(v.r.RemoteAddr)
	if err != nil {
		host = v.r.RemoteAddr
	}
	if passed := v.r.Header.Values("X-Forwarded-For"); loopback(host) && len(passed) > 0 {
		last := passed[len(passed)-1]
		last = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
		if net.ParseIP(last) != nil {
			return last
		}
	}
	return host
}

// household is the caller's address as far as one subscriber has it: of IPv6 the
// first 64 bits, for the rest is theirs to choose.
func (v *visit) household() string {
	from := v.from()
	a, err := netip.ParseAddr(from)
	if err != nil || a.Is4() || a.Is4In6() {
		return from
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return from
	}
	return p.String()
}

// signedIn reports whether it is known who asks.
func (v *visit) signedIn() bool { return v.session != nil || v.program }

// known reports whether the visitor is more than anybody, even while looking as
// the public: then nothing may be kept.
func (v *visit) known() bool { return v.signedIn() || v.self.IsLocal() }

func (v *visit) sessionCookie() string {
	if v.secure() {
		return secureCookie
	}
	return plainCookie
}

// sessionKey ties forms to a session without telling it.
func (v *visit) sessionKey() string {
	if v.session == nil {
		return ""
	}
	sum := sha256.Sum256([]byte(v.session.Token))
	return hex.EncodeToString(sum[:])
}

// begin gives the browser its session.
func (v *visit) begin(s accounts.Session) {
	http.SetCookie(v.w, &http.Cookie{ //nolint:gosec // without TLS, on loopback, a secure cookie would not come back
		Name: v.sessionCookie(), Value: s.Token, Path: "/", HttpOnly: true, Secure: v.secure(),
		MaxAge: max(1, int(s.Ends.Sub(v.now)/time.Second)), SameSite: http.SameSiteLaxMode,
	})
	v.forget("konbit_as")
}

func (v *visit) forget(name string) {
	http.SetCookie(v.w, &http.Cookie{Name: name, Path: "/", MaxAge: -1, HttpOnly: true, Secure: v.secure(), SameSite: http.SameSiteLaxMode}) //nolint:gosec // see begin
}
