package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
)

const maxBody = 1 << 20 // bytes of a form

// site answers all requests of one node.
type site struct {
	Options
	missions map[string]*Mission
	files    *assets
	mux      *http.ServeMux
}

// New makes the handler of the whole site. The error is fail.Internal and names
// what is missing.
func New(o Options) (http.Handler, error) {
	if o.Reader == nil || o.Lister == nil || o.Changer == nil || o.Figures == nil || o.Claims == nil || o.Desk == nil || o.Guard == nil {
		return nil, fail.New(fail.Internal, "the pages lack a part to stand on", "")
	}
	if o.Words == nil || o.Now == nil || o.Log == nil || len(o.Secret) < 16 {
		return nil, fail.New(fail.Internal, "the pages lack words, a clock, a log or a secret", "")
	}
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	s := &site{Options: o, missions: map[string]*Mission{}, files: files, mux: http.NewServeMux()}
	s.Missions = slices.Clone(o.Missions)
	for i := range s.Missions {
		m := &s.Missions[i]
		if m.areas, err = outlines(m.Mission); err != nil {
			return nil, err
		}
		s.missions[m.ID] = m
	}
	for _, r := range s.routes() {
		s.mux.Handle(r.method+" "+r.pattern, s.answer(r))
	}
	s.mux.Handle("/", s.answer(route{handle: s.missing}))
	// Random padding, so that the size of a compressed page tells nothing of
	// what stands beside text that came from outside.
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(600), gzhttp.RandomJitter(32, 0, false),
		gzhttp.ContentTypes([]string{
			"text/html", "text/css", "text/csv", "application/json", "application/problem+json",
			"application/geo+json", "application/atom+xml", "image/svg+xml",
		}))
	if err != nil {
		return nil, fail.Wrap(fail.Internal, err, "set up compression", "")
	}
	return wrap(http.HandlerFunc(s.serve)), nil
}

// serve cuts the suffix off before the address is matched, so that every page
// has every form without a line of its own.
func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	guard(w.Header())
	if name, ok := strings.CutPrefix(r.URL.Path, "/-/"); ok {
		s.files.serve(w, r, name)
		return
	}
	r2 := r.WithContext(context.WithValue(r.Context(), formatKey{}, format("")))
	escaped, suffix := cutSuffix(r.URL.EscapedPath())
	if escaped == "/index" && suffix != "" {
		escaped = "/"
	}
	if suffix != "" {
		path, err := url.PathUnescape(escaped)
		if err != nil {
			path = escaped
		}
		u := *r.URL
		u.Path, u.RawPath = path, escaped
		r2 = r.WithContext(context.WithValue(r.Context(), formatKey{}, suffix))
		r2.URL = &u
	}
	s.mux.ServeHTTP(w, r2)
}

// guard sets the headers every answer carries.
func guard(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; script-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}

// answer runs one route: who asks, may they, compute the page, write it.
func (s *site) answer(rt route) http.Handler {
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		v, err := s.visit(w, r)
		var p *page
		if err == nil && rt.need == write && !v.mayWrite("") {
			err = fail.New(fail.Denied, v.t("web.error.denied"), v.t("web.error.denied.hint"))
		}
		if err == nil {
			if e := cross.Check(r); e != nil {
				err = fail.Wrap(fail.Denied, e, v.t("web.error.crossed"), v.t("web.error.crossed.hint"))
			}
		}
		if err == nil {
			p, err = rt.handle(v)
		}
		if err != nil {
			p = v.problem(err)
		}
		if err := v.write(p); err != nil && !errors.Is(err, context.Canceled) {
			s.Log.WarnContext(r.Context(), "page not written", slog.String("error", err.Error()))
		}
	})
}

// actor is who asks. Only somebody at this machine who addresses it by a
// loopback name is local: a web site elsewhere that points its own name at this
// machine, or a proxy that passes strangers on, gets the public view.
func (s *site) actor(r *http.Request) access.Actor {
	if s.PublicOnly || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		return access.Public()
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || !loopback(host) {
		return access.Public()
	}
	name := r.Host
	if h, _, err := net.SplitHostPort(name); err == nil {
		name = h
	}
	if name != "localhost" && !loopback(strings.Trim(name, "[]")) {
		return access.Public()
	}
	return access.Local()
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
