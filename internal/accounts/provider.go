package accounts

import (
	"context"
	"crypto/subtle"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
	"go.yaml.in/yaml/v4"
	"golang.org/x/oauth2"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
)

const purposeProvider = "provider"

// providersFile names the ministries' own sign-ins, beside node.yaml.
const providersFile = "sign-in.yaml"

type providerSettings struct {
	Providers []struct {
		ID         string     `yaml:"id"`
		Label      kind.Words `yaml:"label"`
		Issuer     string     `yaml:"issuer"`
		Client     string     `yaml:"client"`
		SecretFile string     `yaml:"secret-file"` // from the folder of this file, unless absolute
		Claim      string     `yaml:"claim"`       // empty means sub
	} `yaml:"providers"`
}

// LoadProviders reads sign-in.yaml of a data folder; without one there are none.
// [fail.Invalid] names every fault; [fail.Denied] a secret that others on the
// machine can read.
func LoadProviders(dir string) ([]Provider, error) {
	text, err := os.ReadFile(filepath.Join(dir, providersFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fail.Wrap(fail.Unavailable, err, "read "+providersFile, "run konbit as the owner of the data folder")
	}
	var set providerSettings
	if err := yaml.Load(text, &set, yaml.WithKnownFields()); err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read "+providersFile, "mend the named line; docs/operations.md shows one")
	}
	var out []Provider
	var faults []error
	for _, one := range set.Providers {
		p := Provider{ID: one.ID, Label: one.Label, Issuer: one.Issuer, Client: one.Client, Claim: one.Claim}
		if p.Claim == "" {
			p.Claim = "sub"
		}
		if p.Secret, err = clientSecret(dir, one.SecretFile); err != nil {
			faults = append(faults, err)
		}
		faults = append(faults, p.check())
		if slices.ContainsFunc(out, func(o Provider) bool { return o.ID == p.ID }) {
			faults = append(faults, errors.New("provider "+p.ID+" stands twice"))
		}
		out = append(out, p)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read "+providersFile, "mend what is named; docs/operations.md shows one")
	}
	return out, nil
}

// clientSecret reads a secret; without a file there is none, as for a public client.
func clientSecret(dir, file string) (string, error) {
	if file == "" {
		return "", nil
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	info, err := os.Stat(file)
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fail.New(fail.Denied, "others on this machine can read "+file, "chmod 600 "+file)
	}
	text, err := os.ReadFile(file)
	return strings.TrimSpace(string(text)), err
}

var providerID = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`) // nothing writes it

func (p Provider) check() error {
	var faults []error
	bad := func(what string) { faults = append(faults, errors.New("provider "+p.ID+": "+what)) }
	if !providerID.MatchString(p.ID) {
		bad("id: use small letters, digits and hyphens")
	}
	if p.Label["en"] == "" || p.Client == "" {
		bad("label, at least in en, and client are needed")
	}
	if !slices.Contains([]string{"sub", "email", "preferred_username"}, p.Claim) {
		bad("claim is sub, email or preferred_username")
	}
	u, err := url.Parse(p.Issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1") {
		bad("issuer is an https address")
	}
	return errors.Join(faults...)
}

// Providers gives those that people may sign in by, without their secrets.
func (s *Service) Providers() []Provider {
	out := slices.Clone(s.c.Providers)
	for i := range out {
		out[i].Secret = ""
	}
	return out
}

func (s *Service) provider(id string) *Provider {
	for i := range s.c.Providers {
		if s.c.Providers[i].ID == id {
			return &s.c.Providers[i]
		}
	}
	return nil
}

// vouching holds the providers that have told of themselves.
type vouching struct {
	mu    sync.Mutex
	known map[string]*connection
}

// connection is a provider whose addresses and keys are known.
type connection struct {
	verifier *oidc.IDTokenVerifier
	oauth    oauth2.Config
}

// connect asks a provider for its addresses, once: a post without a link starts
// all the same.
func (s *Service) connect(ctx context.Context, id string) (*connection, error) {
	p := s.provider(id)
	if p == nil {
		return nil, refuse("provider-unknown", fail.NotFound, "there is no sign-in "+id, "go back to the page of sign-in")
	}
	s.vouching.mu.Lock()
	defer s.vouching.mu.Unlock()
	if c := s.vouching.known[id]; c != nil {
		return c, nil
	}
	found, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		return nil, unreachable()
	}
	c := &connection{
		verifier: found.VerifierContext(context.WithoutCancel(ctx), &oidc.Config{ClientID: p.Client, Now: s.c.Now}),
		oauth: oauth2.Config{
			ClientID: p.Client, ClientSecret: p.Secret, Endpoint: found.Endpoint(),
			Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
		},
	}
	s.vouching.known[id] = c
	return c, nil
}

// unreachable says nothing of what the provider answered: that may hold tokens.
func unreachable() error {
	return refuse("provider-down", fail.Unavailable, "the ministry's sign-in does not answer as it should", "try again later, or sign in with a passkey or a password")
}

// journey is what is kept while somebody is at their provider.
type journey struct {
	Provider string `json:"provider"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	Binding  string `json:"binding"` // its hash
	Redirect string `json:"redirect"`
}

func (s *Service) dial(ctx context.Context) context.Context {
	if s.c.Dial == nil {
		return ctx
	}
	return s.c.Dial(ctx)
}

// Begin sends a browser to a provider, to come back to the address redirect within
// five minutes. [fail.Unavailable] when the provider does not answer.
func (s *Service) Begin(ctx context.Context, provider, redirect string) (Handover, error) {
	c, err := s.connect(s.dial(ctx), provider)
	if err != nil {
		return Handover{}, err
	}
	binding, hash, err := s.newSecret(prefixCeremony)
	if err != nil {
		return Handover{}, err
	}
	nonce, _, err := s.newSecret("")
	if err != nil {
		return Handover{}, err
	}
	verifier, _, err := s.newSecret("")
	if err != nil {
		return Handover{}, err
	}
	state, err := s.keep(ctx, purposeProvider, journey{provider, nonce, verifier, hash, redirect})
	if err != nil {
		return Handover{}, err
	}
	oauth := c.oauth
	oauth.RedirectURL = redirect
	return Handover{
		URL:   oauth.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)),
		State: state, Binding: binding,
	}, nil
}

// Finish begins a session for somebody who came back from a provider. Their
// account must be there before, and what it may do is what it was given here:
// nothing is taken from the provider but who it is. [fail.Denied] for a browser that
// did not begin it, an answer that does not verify, and somebody without an account.
func (s *Service) Finish(ctx context.Context, r Return) (Session, error) {
	if err := s.attempt(ctx, "", r.From); err != nil {
		return Session{}, err
	}
	var kept journey
	if err := s.take(ctx, purposeProvider, r.State, &kept); err != nil {
		return Session{}, err
	}
	if kept.Provider != r.Provider || kept.Redirect != r.Redirect || subtle.ConstantTimeCompare([]byte(kept.Binding), []byte(hashOf(r.Binding))) != 1 {
		return Session{}, s.notVouched(ctx, nil)
	}
	subject, err := s.subject(s.dial(ctx), kept, r.Code)
	if err != nil {
		return Session{}, err
	}
	d, err := s.directory(ctx)
	if err != nil {
		return Session{}, err
	}
	a := d.accounts[d.subjects[vouch{r.Provider, subject}.key()]]
	if subject == "" || a == nil || a.state != Active || a.kind != Person {
		return Session{}, s.notVouched(ctx, a)
	}
	return s.signedIn(ctx, d, a, ByProvider, r.From)
}

func (s *Service) notVouched(ctx context.Context, a *entry) error {
	if err := s.refused(ctx, a, "", ByProvider); !fail.Is(err, fail.Denied) {
		return err
	}
	return deny("provider", "the ministry's sign-in names nobody who has an account here", "ask somebody with the role admin to invite you")
}

// subject exchanges the code and tells who it is; "" when that does not verify.
func (s *Service) subject(ctx context.Context, kept journey, code string) (string, error) {
	c, err := s.connect(ctx, kept.Provider)
	if err != nil {
		return "", err
	}
	oauth := c.oauth
	oauth.RedirectURL = kept.Redirect
	tokens, err := oauth.Exchange(ctx, code, oauth2.VerifierOption(kept.Verifier))
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response.StatusCode < 500 {
		return "", nil // a code that is used, old or made up
	}
	if err != nil {
		return "", unreachable()
	}
	id, ok := tokens.Extra("id_token").(string)
	if !ok {
		return "", unreachable()
	}
	verified, err := c.verifier.Verify(ctx, id)
	if err != nil || subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(kept.Nonce)) != 1 {
		return "", nil //nolint:nilerr // whoever it is, it is not shown
	}
	var claims struct {
		Email    string `json:"email"`
		Verified bool   `json:"email_verified"`
		Name     string `json:"preferred_username"`
	}
	if err := verified.Claims(&claims); err != nil {
		return "", nil //nolint:nilerr // the same
	}
	switch s.provider(kept.Provider).Claim {
	case "email":
		if !claims.Verified {
			return "", nil // anybody could have typed it
		}
		return claims.Email, nil
	case "preferred_username":
		return claims.Name, nil
	default:
		return verified.Subject, nil
	}
}
