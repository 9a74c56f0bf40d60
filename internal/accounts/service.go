package accounts

import (
	"context"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// Service keeps accounts, grants and sessions. It is safe for concurrent use.
type Service struct {
	c Config
}

// New makes a service. It starts nothing.
func New(c Config) *Service { return &Service{c: c} }

// Hashing is the cost of a password's hash (argon2id).
type Hashing struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

func soon() error { return fail.New(fail.Unavailable, "not ready", "try again later") }

// Empty reports whether there are no accounts yet.
func (s *Service) Empty(context.Context) (bool, error) { return false, soon() }

// Actor is an account with the grants that hold now; [fail.NotFound] when there is
// none, [fail.Denied] when it is suspended.
func (s *Service) Actor(context.Context, string) (access.Actor, error) { return access.Actor{}, soon() }

// Setup makes the first account, with the role admin for every mission, and signs it in.
func (s *Service) Setup(context.Context, Invitation, Credentials, string) (Session, error) {
	return Session{}, soon()
}

// Account gives an account; to itself and to who may do [access.Account].
func (s *Service) Account(context.Context, access.Actor, string) (Account, error) {
	return Account{}, soon()
}

// Accounts gives all accounts by name.
func (s *Service) Accounts(context.Context, access.Actor) ([]Account, error) { return nil, soon() }

// SignIn begins a session.
func (s *Service) SignIn(context.Context, Attempt) (Session, error) { return Session{}, soon() }

// Session gives the session of a token and its actor.
func (s *Service) Session(context.Context, string) (Session, access.Actor, error) {
	return Session{}, access.Actor{}, soon()
}

// SignOut ends the session of a token.
func (s *Service) SignOut(context.Context, string) error { return soon() }

// Sessions gives the sessions of an account.
func (s *Service) Sessions(context.Context, access.Actor, string) ([]Session, error) {
	return nil, soon()
}

// EndSession ends a session by its ID.
func (s *Service) EndSession(context.Context, access.Actor, string, string) error { return soon() }

// Token gives the actor of a program's token.
func (s *Service) Token(context.Context, string) (access.Actor, error) {
	return access.Actor{}, soon()
}

// NewToken makes a token for a program's account, which is shown once.
func (s *Service) NewToken(context.Context, access.Actor, string, time.Time) (string, error) {
	return "", soon()
}

// EndToken ends a token.
func (s *Service) EndToken(context.Context, access.Actor, string, string) error { return soon() }

// Invite makes an account and gives the secret of its link.
func (s *Service) Invite(context.Context, access.Actor, Invitation) (string, error) {
	return "", soon()
}

// Invitation tells whose an open link is.
func (s *Service) Invitation(context.Context, string) (Account, error) { return Account{}, soon() }

// Accept sets the credentials of whoever holds a link.
func (s *Service) Accept(context.Context, string, Credentials) error { return soon() }

// Recover ends an account's credentials and sessions and gives the secret of a new link.
func (s *Service) Recover(context.Context, access.Actor, string, string) (string, error) {
	return "", soon()
}

// NewTOTP makes a secret for an app.
func (s *Service) NewTOTP(string) (TOTP, error) { return TOTP{}, soon() }

// ChangeCredentials sets another password, or app, for who is signed in by a token.
func (s *Service) ChangeCredentials(context.Context, string, string, Credentials) error {
	return soon()
}

// RemovePasskey takes a passkey away from who is signed in by a token.
func (s *Service) RemovePasskey(context.Context, string, string) error { return soon() }

// Grant gives a role to an account and gives the ref of the grant.
func (s *Service) Grant(context.Context, access.Actor, string, access.Grant, string) (string, error) {
	return "", soon()
}

// EndGrant ends a grant now.
func (s *Service) EndGrant(context.Context, access.Actor, string, string) error { return soon() }

// Delegate hands roles of one's own on for a shift and gives the refs of the grants.
func (s *Service) Delegate(context.Context, access.Actor, Delegation) ([]string, error) {
	return nil, soon()
}

// Suspend keeps an account from signing in and ends its sessions.
func (s *Service) Suspend(context.Context, access.Actor, string, string) error { return soon() }

// Resume undoes Suspend.
func (s *Service) Resume(context.Context, access.Actor, string, string) error { return soon() }

// BeginRegister begins to add a passkey.
func (s *Service) BeginRegister(context.Context, Site, Enrolment) (Ceremony, error) {
	return Ceremony{}, soon()
}

// FinishRegister adds the passkey.
func (s *Service) FinishRegister(context.Context, Site, string, []byte) error { return soon() }

// BeginLogin begins to sign in with a passkey; whose, the browser asks its owner.
func (s *Service) BeginLogin(context.Context, Site) (Ceremony, error) { return Ceremony{}, soon() }

// FinishLogin begins a session.
func (s *Service) FinishLogin(_ context.Context, _ Site, ceremony string, answer []byte, from string) (Session, error) {
	return Session{}, soon()
}

// Providers gives the providers that people may sign in by, without their secrets.
func (s *Service) Providers() []Provider { return nil }

// BeginProvider sends a browser to a provider, to come back to redirect.
func (s *Service) BeginProvider(_ context.Context, provider, redirect string) (Handover, error) {
	return Handover{}, soon()
}

// FinishProvider begins a session for who came back.
func (s *Service) FinishProvider(context.Context, Return) (Session, error) { return Session{}, soon() }

// Audit writes an event.
func (s *Service) Audit(context.Context, Reading) error { return soon() }

// WhoRead tells who read a record, or all that is about a person: to that person and to
// who may do [access.Audit]. Newest first.
func (s *Service) WhoRead(context.Context, access.Actor, record.Key) ([]Reading, error) {
	return nil, soon()
}

// Readings gives the newest events of the audit of a mission, to who may do [access.Audit].
func (s *Service) Readings(context.Context, access.Actor, string, int) ([]Reading, error) {
	return nil, soon()
}
