package accounts

import (
	"context"
	"io"
	"log/slog"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/store"
)

// Records is what the service reads of the record store.
type Records interface {
	Get(ctx context.Context, key record.Key, asOf record.AsOf) (record.Version, error)
	History(ctx context.Context, key record.Key, asOf record.AsOf) (record.History, error)
	List(ctx context.Context, q record.Query) (record.Page, error)
}

// Journal takes entries: all of a call or none.
type Journal interface {
	Append(ctx context.Context, entries ...journal.Entry) ([]journal.Stored, error)
}

// Keys seal what is said of an account, and open it.
type Keys interface {
	Seal(ctx context.Context, subject, field, plain string) (journal.Value, error)
	Open(ctx context.Context, v journal.Value, field string) (string, error)
}

// Guard decides: [access.Guard].
type Guard interface {
	May(who access.Actor, action access.Action, on access.Resource) bool
}

// Kinds gives the definition of a mission's kind, to find the person that a
// record is about.
type Kinds interface {
	Kind(mission, kind string) (*kind.Kind, bool)
}

// Config is what a service is made of. Home, Records, Keys, Guard, Kinds, Now
// and Random are needed.
type Config struct {
	Home    string // the mission whose record holds the accounts: the node's own
	Records Records
	Journal Journal // nil where the node is open for reading only
	Keys    Keys
	Guard   Guard
	Kinds   Kinds
	// Sessions is the file of this node's sessions, opened with its
	// migrations; nil where the node is open for reading only: then
	// nobody can sign in.
	Sessions *store.DB
	// Spool is the path of the file that takes audit events while Journal is nil.
	Spool string
	// Providers are ministries' own sign-ins.
	Providers []Provider
	// Dial gives requests to providers their HTTP client, as oidc.ClientContext
	// does; nil means the standard one.
	Dial func(context.Context) context.Context
	// Lenient lets the strong roles sign in with a password alone: for samples only.
	Lenient bool
	// Hashing is the cost of a password; zero means the usual.
	Hashing Hashing
	Now     clock.Wall
	Random  io.Reader // crypto/rand.Reader
	Log     *slog.Logger
}

// Type says whether an account is a person's or a program's.
type Type string

// The types.
const (
	Person  Type = "PERSON"
	Program Type = "PROGRAM"
)

// State is what an account may be used for.
type State string

// The states.
const (
	Invited   State = "INVITED"   // has no credentials yet
	Active    State = "ACTIVE"    // may sign in
	Suspended State = "SUSPENDED" // may not, until somebody resumes it
)

// Account is somebody who may sign in, without what proves it.
type Account struct {
	Name     string // what is typed to sign in, and the ref of its record
	Personal string // how the person is called; "" when the key was destroyed
	Language string // en, fr, ht, es or sw
	Type     Type
	State    State
	Person   string // ref of the person's record in the home mission; may be empty
	// What there is to sign in with.
	Password, TOTP bool
	Passkeys       []Passkey
	Providers      []string // ids of providers that vouch for it
	Tokens         []ProgramToken
	Invited        time.Time // UTC; until when an open invitation or recovery holds; zero for none
	Grants         []Given   // all, also ended ones, newest first
}

// Passkey is a passkey without its key.
type Passkey struct {
	ID    string    // base64url, for [Service.RemovePasskey]
	Label string    // what its owner calls it
	Added time.Time // UTC
}

// ProgramToken is a token without its secret.
type ProgramToken struct {
	ID    string    // the beginning of its hash, for [Service.EndToken]
	Until time.Time // UTC, exclusive
}

// Given is a grant as it stands in the record.
type Given struct {
	access.Grant
	Ref     string // of its record
	Account string
	Reason  string
	// From whom it was delegated; "" for a grant of its own.
	DelegatedFrom string
}

// Attempt is somebody who wants to sign in with a password.
type Attempt struct {
	Name     string // any case
	Password string
	Code     string // of the app; "" where the account has none
	From     string // address of the caller without the port, for limits
}

// How somebody signed in.
const (
	ByPassword = "password"      // alone
	ByCode     = "password+totp" // and a code of the app
	ByPasskey  = "passkey"
	ByProvider = "provider"
)

// Session is a stay from sign-in to sign-out. All times are UTC.
type Session struct {
	ID      string // to end it by; not a secret
	Token   string // the secret that the browser keeps; only in the answer to a sign-in
	Name    string // of the account
	How     string // [ByPassword] …
	From    string // address it began at
	Started time.Time
	Seen    time.Time     // last use, to the minute
	Idle    time.Duration // it ends when it was not used for so long
	Ends    time.Time     // exclusive, however much it is used
}

// Invitation is an account to be.
type Invitation struct {
	Name     string
	Personal string
	Language string // "" means en
	Type     Type   // "" means [Person]
	Person   string // ref of the person's record; may be empty
	Grants   []access.Grant
	Reason   string
	// Provider and Subject let somebody sign in by a ministry's own sign-in;
	// then nothing else needs to be accepted.
	Provider, Subject string
}

// Credentials are what somebody chooses to sign in with.
type Credentials struct {
	Password string
	// Secret is that of an app, from [Service.NewTOTP], and Code one of its
	// codes, which shows that the app has it. Both are empty without an app.
	Secret, Code string
}

// TOTP is the secret of an app that makes codes.
type TOTP struct {
	Secret string // base32, to be typed
	URL    string // otpauth://, for a picture
}

// Delegation is a role of one's own handed on for a shift.
type Delegation struct {
	To     string
	Role   access.Role // "" means all that may be handed on
	Until  time.Time   // at most 24 hours from now
	Reason string
}

// Site is the address that passkeys belong to.
type Site struct {
	Host    string   // without scheme and port: konbit.example.org
	Name    string   // shown by the authenticator
	Origins []string // https://konbit.example.org; with the port where it is not the usual one
}

// Ceremony is the first half of something a browser does with a passkey.
type Ceremony struct {
	ID      string // a secret to be sent back with the answer; once, within five minutes
	Options []byte // JSON for navigator.credentials
}

// Enrolment says whose passkey is added: that of who holds an invitation, or of
// who is signed in.
type Enrolment struct {
	Invitation string // secret of the link, or
	Session    string // token of the session
	Label      string // what its owner calls it; "" means passkey
}

// Provider is a ministry's own sign-in (OpenID Connect).
type Provider struct {
	ID     string     // in addresses: small letters, digits, hyphens
	Label  kind.Words // what the button says, in five languages
	Issuer string     // https address
	Client string     // client id
	Secret string     // client secret; read from a file, never shown
	Claim  string     // that tells who it is: sub, email or preferred_username
}

// Handover sends a browser to a provider.
type Handover struct {
	URL     string // where the browser goes
	State   string // comes back in the address
	Binding string // a secret to be kept in a cookie: only the browser that began may finish
}

// Return is a browser that came back from a provider.
type Return struct {
	Provider, Code, State string
	Binding               string
	Redirect              string // the same as at the beginning
	From                  string // address of the caller
}

// Reading is an event of the audit.
type Reading struct {
	Event  string // SIGN-IN, READ …: a code of kind reading
	Who    string // account; "" where nobody knows
	About  record.Key
	Person string // ref of the person it is about, in the mission of About
	Rows   int64
	How    string
	At     time.Time // UTC
}

// Refusal is an error whose words a page can say in its reader's language:
// account.refused.<Code>.why and .hint in the catalogue, with Args. Its kind and
// hint are those of [konbit.org/konbit/internal/fail].
type Refusal struct {
	Code string
	Args map[string]string
	err  error
}

// Error is the message in English.
func (r *Refusal) Error() string { return r.err.Error() }

// Unwrap gives the classified error.
func (r *Refusal) Unwrap() error { return r.err }
