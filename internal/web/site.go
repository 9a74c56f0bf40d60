package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/a-h/templ"
	"github.com/klauspost/compress/gzhttp"

	"konbit.org/konbit/internal/fail"
)

const maxBody = 1 << 20 // bytes of a form

// site answers all requests of one node.
type site struct {
	Options
	missions   map[string]*Mission
	files      *assets
	mux        *http.ServeMux // of missions
	node       *http.ServeMux // of the node: what begins with none of them
	own        map[string]bool
	buckets    buckets
	peopled    atomic.Bool // there is an account
	drawings   drawings    // outlines of layers
	outboxSays map[string]templ.OrderedAttributes
}

// New makes the handler of the whole site. The error is fail.Internal and names
// what is missing.
func New(o Options) (http.Handler, error) {
	if o.Reader == nil || o.Lister == nil || o.Changer == nil || o.Figures == nil || o.Claims == nil || o.Desk == nil || o.Guard == nil || o.Cell == nil || !o.Room.complete() || o.Reports == nil {
		return nil, fail.New(fail.Internal, "the pages lack a part to stand on", "")
	}
	if o.Words == nil || o.Now == nil || o.Log == nil || len(o.Secret) < 16 {
		return nil, fail.New(fail.Internal, "the pages lack words, a clock, a log or a secret", "")
	}
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	s := &site{Options: o, missions: map[string]*Mission{}, files: files, buckets: buckets{limits: o.Limits, byKey: map[string]*bucket{}}}
	s.outboxSays = outboxSays(o.Words)
	s.Missions = slices.Clone(o.Missions)
	for i := range s.Missions {
		m := &s.Missions[i]
		if m.areas, err = Outlines(m.Mission); err != nil {
			return nil, err
		}
		s.missions[m.ID] = m
	}
	if err := s.register(s.routes()); err != nil {
		return nil, err
	}
	// Random padding, so that the size of a compressed page tells nothing of
	// what stands beside text that came from outside.
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(600), gzhttp.RandomJitter(32, 0, false),
		gzhttp.ContentTypes([]string{
			"text/html", "text/css", "text/javascript", "text/csv", "application/json", "application/problem+json",
			"application/geo+json", "application/atom+xml", "image/svg+xml",
		}))
	if err != nil {
		return nil, fail.Wrap(fail.Internal, err, "set up compression", "")
	}
	return wrap(http.HandlerFunc(s.serve)), nil
}

// register makes the handlers. Two tables, because /people/{name} and
// /{mission}/figures could mean the same address to one.
func (s *site) register(all []route) error {
	s.mux, s.node, s.own = http.NewServeMux(), http.NewServeMux(), map[string]bool{}
	for _, r := range all {
		if r.need == (permission{}) || r.need.rule == "may" && r.need.action == "" {
			return fail.New(fail.Internal, r.method+" "+r.pattern+" says not who may take it", "give the route a permission")
		}
		mux := s.mux
		if first, _, _ := strings.Cut(r.pattern[1:], "/"); !strings.HasPrefix(first, "{") {
			mux, s.own[first] = s.node, true
		}
		mux.Handle(r.method+" "+r.pattern, s.answer(r))
	}
	missing := s.answer(route{need: open(), handle: s.missing})
	s.mux.Handle("/", missing)
	s.node.Handle("/", missing)
	return nil
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
	if first, _, _ := strings.Cut(strings.TrimPrefix(r2.URL.Path, "/"), "/"); s.own[first] {
		s.node.ServeHTTP(w, r2)
		return
	}
	s.mux.ServeHTTP(w, r2)
}

// guard sets the headers every answer carries.
func guard(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'; script-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}

// answer runs one route: who asks, how often, may they; compute the page, write it.
func (s *site) answer(rt route) http.Handler {
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		v, err := s.visit(w, r)
		var p *page
		if err == nil {
			err = v.allow(rt)
		}
		if err == nil {
			if e := cross.Check(r); e != nil {
				err = fail.Wrap(fail.Denied, e, v.t("web.error.crossed"), v.t("web.error.crossed.hint"))
			}
		}
		if err == nil {
			p, err = v.admit(rt)
		}
		if err == nil && p == nil {
			v.before = s.markFor(rt)
			p, err = rt.handle(v)
		}
		if err == nil {
			err = v.enliven(rt, p)
		}
		if err != nil {
			p = v.problem(err)
		}
		if err := v.write(p); err != nil && !errors.Is(err, context.Canceled) {
			s.Log.WarnContext(r.Context(), "page not written", slog.String("error", err.Error()))
		}
	})
}
