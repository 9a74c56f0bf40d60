package crawl_test

import (
	"context"
	"flag"
	"net/http"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/web"
)

var (
	shown  = flag.Int("shown", 5, "how many faults of each seat are told")
	update = flag.Bool("update", false, "write docs/access-matrix.md")
	only   = flag.String("seat", "", "crawl as this seat alone")
)

func present(who seat) bool { return *only == "" || *only == who.name }

// people gives every seat an account with its grants, and no password: a ministry
// would vouch for them.
func (w *world) people() {
	w.t.Helper()
	for _, who := range seats() {
		if len(who.grants) == 0 {
			continue
		}
		in := accounts.Invitation{Name: who.name, Personal: "Somebody at the desk of " + who.name, Grants: who.grants, Reason: "crawl", Provider: "ministry", Subject: who.name}
		if who.name == "program" {
			in.Type, in.Provider, in.Subject = accounts.Program, "", ""
		}
		if _, err := w.node.Accounts.Invite(w.t.Context(), access.Local(), in); err != nil {
			w.t.Fatalf("%s: %v", who.name, err)
		}
	}
}

// vouched is the service of accounts for which whoever comes with the token
// "seat:NAME" is signed in: passwords take time, and sessions end while the clock
// is moved by days. Who they are and what they may do is the service's own word.
type vouched struct{ *accounts.Service }

// Session gives the session of a seat.
func (v vouched) Session(ctx context.Context, token string) (accounts.Session, access.Actor, error) {
	name, ok := strings.CutPrefix(token, "seat:")
	if !ok {
		return v.Service.Session(ctx, token)
	}
	who, err := v.Service.Actor(ctx, name)
	return accounts.Session{ID: "crawl", Name: name, How: accounts.ByCode, Idle: time.Hour, Ends: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}, who, err
}

// Peek is Session for what a page asks by itself.
func (v vouched) Peek(ctx context.Context, token string) (accounts.Session, access.Actor, error) {
	if strings.HasPrefix(token, "seat:") {
		return v.Session(ctx, token)
	}
	return v.Service.Peek(ctx, token)
}

// BeginProvider is the name that the pages have for [accounts.Service.Begin].
func (v vouched) BeginProvider(ctx context.Context, provider, redirect string) (accounts.Handover, error) {
	return v.Begin(ctx, provider, redirect)
}

// FinishProvider is the name that the pages have for [accounts.Service.Finish].
func (v vouched) FinishProvider(ctx context.Context, r accounts.Return) (accounts.Session, error) {
	return v.Finish(ctx, r)
}

func (w *world) site() http.Handler {
	w.t.Helper()
	h, err := w.node.Site(app.SiteOptions{}, func(o *web.Options) { o.Accounts = vouched{w.node.Accounts} })
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

// seat has a request come from somebody.
func (w *world) seat(r *http.Request, who seat) {
	switch {
	case who.name == "program":
		r.Header.Set("Authorization", "Bearer "+w.token)
	case w.cookies[who.name] != "":
		r.AddCookie(&http.Cookie{Name: "konbit_session", Value: w.cookies[who.name]})
	case len(who.grants) > 0:
		r.AddCookie(&http.Cookie{Name: "konbit_session", Value: "seat:" + who.name})
	}
}
