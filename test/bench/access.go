package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/web"
)

const benchPassword = "seven sheep cross the bridge"

// reader is somebody who asks for pages.
type reader struct {
	name   string
	cookie string // of a session that began with a name and a password; "" for none
	site   http.Handler
}

// held opens casualty files whose families were not told, so that every list and
// every text is held against them.
func (b *bench) held() error {
	var drafts []desk.Draft
	for i := range 12 {
		drafts = append(drafts, desk.Draft{Kind: "casualty", Ref: fmt.Sprintf("bench-cas-%d", i), Fields: map[string]string{
			"at": "2024-05-01", "status": "MISSING", "cause": "TBD", "contributor": "KEN", "persons": "1",
			"kin": "NOT-STARTED", "marking": "cell", "name": fmt.Sprintf("Bench Person%c Sample%c", 'a'+i, 'a'+i),
		}})
	}
	out, err := b.node.Desk.Submit(b.ctx, access.Local(), "bench", drafts, desk.Options{})
	for i := range out {
		if out[i].Status == desk.StatusRefused {
			return fmt.Errorf("casualty refused: %v", out[i].Problems)
		}
	}
	return err
}

// signIn makes an account with one role, if it is not there, and begins a
// session of it as a browser would.
func (b *bench) signIn(name string, g access.Grant) (cookie string, err error) {
	secret, err := b.node.Accounts.Invite(b.ctx, access.Local(), accounts.Invitation{Name: name, Personal: name, Grants: []access.Grant{g}, Reason: "bench"})
	if err == nil {
		err = b.node.Accounts.Accept(b.ctx, secret, accounts.Credentials{Password: benchPassword})
	} else if strings.Contains(err.Error(), "taken") || strings.Contains(err.Error(), "already") {
		err = nil // of a run before
	}
	if err != nil {
		return "", err
	}
	s, err := b.node.Accounts.SignIn(b.ctx, accounts.Attempt{Name: name, Password: benchPassword, From: "127.0.0.1"})
	return s.Token, err
}

// readers are nobody to decide about, as who sits at the machine while there are
// no accounts, and three who are decided about.
func (b *bench) readers() ([]reader, error) {
	without, err := b.node.Site(app.SiteOptions{}, func(o *web.Options) { o.Accounts = nil })
	if err != nil {
		return nil, err
	}
	with, err := b.node.Site(app.SiteOptions{})
	if err != nil {
		return nil, err
	}
	duty, err := b.signIn("duty", access.Grant{Role: access.RoleDuty})
	if err != nil {
		return nil, err
	}
	ministry, err := b.signIn("ministry", access.Grant{Role: access.RoleMinistry, Owner: "KEN"})
	if err != nil {
		return nil, err
	}
	all := []reader{{"nobody decided about", "", without}, {"duty officer", duty, with}, {"ministry", ministry, with}, {"public", "", with}}
	return slices.DeleteFunc(all, func(r reader) bool { return !strings.Contains(r.name, b.as) }), nil
}

// wholePages is what access costs of a page as it is sent: the session looked
// up, roles, decisions, held casualties and covered names, against none of it.
// The readers take turns, so that what else the machine does falls on all alike.
func (b *bench) wholePages() error {
	if err := b.held(); err != nil {
		return err
	}
	readers, err := b.readers()
	if err != nil {
		return err
	}
	for _, p := range []struct{ what, address string }{
		{"front", "/bench"},
		{"newest 50", "/bench/records/incident"},
		{"newest 50, JSON", "/bench/records/incident.json"},
		{"filter", "/bench/records/incident?category=SHOOTING"},
		{"record", "/bench/records/incident/INC-00000013"},
		{"search", "/bench/search?q=aa0+bb27"},
		{"figure", "/bench/figures/strength.present?by=contributor&at=2024-06-01"},
	} {
		if !strings.Contains(p.what, b.only) {
			continue
		}
		if err := b.comparePages(p.what, p.address, readers); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) comparePages(what, address string, readers []reader) error {
	took := make([]costs, len(readers))
	bodies := make([][]byte, len(readers))
	for n := range max(b.rounds, asked) {
		for turn := range readers {
			i := (n + turn) % len(readers) // nobody always comes first, or behind the same other
			who := readers[i]
			r := httptest.NewRequestWithContext(b.ctx, http.MethodGet, address, nil)
			r.Host, r.RemoteAddr = "127.0.0.1", "127.0.0.1:1"
			r.Header.Set("Accept-Encoding", "gzip") // as every browser does
			if who.cookie != "" {
				r.AddCookie(&http.Cookie{Name: "konbit_session", Value: who.cookie})
			}
			answer := httptest.NewRecorder()
			_ = took[i].of(func() error { who.site.ServeHTTP(answer, r); return nil })
			if answer.Code != http.StatusOK && answer.Code != http.StatusNotFound {
				return fmt.Errorf("%s as %s: %d", address, who.name, answer.Code)
			}
			bodies[i] = answer.Body.Bytes()
		}
	}
	for i, who := range readers {
		b.line("page "+what+": "+who.name, took[i].middle().Round(10*time.Microsecond),
			fmt.Sprintf("%d kB, %s; goal under 5 %%", len(bodies[i])>>10, took[i].beside(&took[0], i == 0)))
	}
	return nil
}
