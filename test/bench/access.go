package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/web"
)

// sitting is the service of accounts of a bench: whoever comes with a session is
// the duty officer, who reads what is asked for here as the one at the machine does.
type sitting struct{ *accounts.Service }

func (sitting) Empty(context.Context) (bool, error) { return false, nil }

func (sitting) Session(context.Context, string) (accounts.Session, access.Actor, error) {
	who := access.Actor{Name: "duty", Grants: []access.Grant{{Role: access.RoleDuty}}}
	return accounts.Session{ID: "bench", Name: "duty", Idle: time.Hour, Ends: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}, who, nil
}

// BeginProvider is the name that the pages have for [accounts.Service.Begin].
func (s sitting) BeginProvider(ctx context.Context, provider, redirect string) (accounts.Handover, error) {
	return s.Begin(ctx, provider, redirect)
}

// FinishProvider is the name that the pages have for [accounts.Service.Finish].
func (s sitting) FinishProvider(ctx context.Context, r accounts.Return) (accounts.Session, error) {
	return s.Finish(ctx, r)
}

// wholePages is what access costs of a page as it is sent: with a session, roles
// and decisions, and without any, as who sits at the machine while there are no
// accounts. Both show the same records.
func (b *bench) wholePages() error {
	without, err := b.node.Site(app.SiteOptions{}, func(o *web.Options) { o.Accounts = nil })
	if err != nil {
		return err
	}
	with, err := b.node.Site(app.SiteOptions{}, func(o *web.Options) { o.Accounts = sitting{b.node.Accounts} })
	if err != nil {
		return err
	}
	for _, page := range []string{
		"/bench/records/incident", "/bench/records/incident.json", "/bench/records/incident?category=SHOOTING",
		"/bench/figures/strength.present?by=contributor&at=2024-06-01",
	} {
		ask := func(_ context.Context, who access.Actor) error {
			r := httptest.NewRequestWithContext(b.ctx, http.MethodGet, page, nil)
			r.Host, r.RemoteAddr = "127.0.0.1", "127.0.0.1:1"
			site := without
			if !who.IsLocal() {
				r.AddCookie(&http.Cookie{Name: "konbit_session", Value: "bench"})
				site = with
			}
			answer := httptest.NewRecorder()
			if site.ServeHTTP(answer, r); answer.Code != http.StatusOK {
				return fmt.Errorf("%s: %d", page, answer.Code)
			}
			return nil
		}
		if err := b.compare("the page "+page, ask, access.Local(), access.Actor{Name: "duty"}); err != nil {
			return err
		}
	}
	return nil
}
