package web

import (
	"context"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/record"
)

// SignIns is who may sign in, how, and for how long: [accounts.Service].
type SignIns interface {
	Empty(ctx context.Context) (bool, error)
	Setup(ctx context.Context, i accounts.Invitation, c accounts.Credentials, from string) (accounts.Session, error)
	SignIn(ctx context.Context, a accounts.Attempt) (accounts.Session, error)
	Session(ctx context.Context, token string) (accounts.Session, access.Actor, error)
	Peek(ctx context.Context, token string) (accounts.Session, access.Actor, error)
	SignOut(ctx context.Context, token string) error
	Token(ctx context.Context, secret string) (access.Actor, error)
	Providers() []accounts.Provider
	Begin(ctx context.Context, provider, redirect string) (accounts.Handover, error)
	Finish(ctx context.Context, r accounts.Return) (accounts.Session, error)
	BeginLogin(ctx context.Context, site accounts.Site) (accounts.Ceremony, error)
	FinishLogin(ctx context.Context, site accounts.Site, ceremony string, answer []byte, from string) (accounts.Session, error)
	BeginRegister(ctx context.Context, site accounts.Site, e accounts.Enrolment) (accounts.Ceremony, error)
	FinishRegister(ctx context.Context, site accounts.Site, ceremony string, answer []byte) error
}

// Self is what people do about their own account, by the token of their session.
type Self interface {
	NewTOTP(label string) (accounts.TOTP, error)
	ChangeCredentials(ctx context.Context, token, password string, c accounts.Credentials) error
	RemovePasskey(ctx context.Context, token, id string) error
	Sessions(ctx context.Context, who access.Actor, name string) ([]accounts.Session, error)
	EndSession(ctx context.Context, who access.Actor, name, id string) error
	Delegate(ctx context.Context, who access.Actor, d accounts.Delegation) ([]string, error)
	WhoRead(ctx context.Context, who access.Actor, about record.Key) ([]accounts.Reading, error)
}

// People is what is done about others' accounts.
type People interface {
	Account(ctx context.Context, who access.Actor, name string) (accounts.Account, error)
	Accounts(ctx context.Context, who access.Actor) ([]accounts.Account, error)
	Invite(ctx context.Context, who access.Actor, i accounts.Invitation) (secret string, err error)
	Invitation(ctx context.Context, secret string) (accounts.Account, error)
	Accept(ctx context.Context, secret string, c accounts.Credentials) error
	Recover(ctx context.Context, who access.Actor, name, reason string) (secret string, err error)
	Grant(ctx context.Context, who access.Actor, name string, g access.Grant, reason string) (ref string, err error)
	EndGrant(ctx context.Context, who access.Actor, ref, reason string) error
	Suspend(ctx context.Context, who access.Actor, name, reason string) error
	Resume(ctx context.Context, who access.Actor, name, reason string) error
	NewToken(ctx context.Context, who access.Actor, name string, until time.Time) (secret string, err error)
	EndToken(ctx context.Context, who access.Actor, name, id string) error
	Readings(ctx context.Context, who access.Actor, mission string, limit int) ([]accounts.Reading, error)
}

// Accounts is all that the pages want of accounts.
type Accounts interface {
	SignIns
	Self
	People
}
