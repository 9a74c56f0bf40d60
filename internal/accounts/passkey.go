package accounts

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

const (
	purposeRegister = "passkey-register"
	purposeLogin    = "passkey-login"
	maxPasskeys     = 10
)

// passkey is a passkey as it is kept, sealed, in its account.
type passkey struct {
	Label      string              `json:"label"`
	Added      time.Time           `json:"added"`
	Credential webauthn.Credential `json:"credential"`
}

func (p *passkey) shown() Passkey {
	return Passkey{ID: base64.RawURLEncoding.EncodeToString(p.Credential.ID), Label: p.Label, Added: p.Added}
}

func (s *Service) passkeys(ctx context.Context, a *entry) ([]passkey, error) {
	return openJSON[[]passkey](ctx, s, a, "passkeys")
}

// holder is an account as the library wants it.
type holder struct {
	id   []byte
	name string
	keys []webauthn.Credential
}

func (h *holder) WebAuthnID() []byte                         { return h.id }
func (h *holder) WebAuthnName() string                       { return h.name }
func (h *holder) WebAuthnDisplayName() string                { return h.name }
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// handle is what an authenticator calls an account: the same on every node, and
// it tells nothing to who finds it on the authenticator.
func (s *Service) handle(name string) []byte {
	sum := sha256.Sum256([]byte("konbit account\x00" + s.c.Home + "\x00" + name))
	return sum[:]
}

func (s *Service) holder(ctx context.Context, a *entry) (*holder, error) {
	keys, err := s.passkeys(ctx, a)
	if err != nil {
		return nil, err
	}
	h := &holder{id: s.handle(a.name), name: a.name}
	for i := range keys {
		c := keys[i].Credential
		if c.Authenticator.SignCount, err = s.counter(ctx, c.ID, c.Authenticator.SignCount); err != nil {
			return nil, err
		}
		h.keys = append(h.keys, c)
	}
	return h, nil
}

// counter is the highest signature counter seen here.
func (s *Service) counter(ctx context.Context, id []byte, registered uint32) (uint32, error) {
	var last int64
	err := s.c.Sessions.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "SELECT last FROM counter WHERE passkey = ?", id).Scan(&last)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return registered, nil
	}
	return max(registered, uint32(last)), err
}

func relyingParty(site Site) (*webauthn.WebAuthn, error) {
	name := site.Name
	if name == "" {
		name = "Konbit"
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: site.Host, RPDisplayName: name, RPOrigins: site.Origins,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, refuse("site", fail.Invalid, "passkeys do not work at this address", "serve the pages under a name, with https")
	}
	return w, nil
}

// registration is what is kept between the halves of adding a passkey.
type registration struct {
	Enrolment Enrolment            `json:"enrolment"`
	Name      string               `json:"name"`
	Data      webauthn.SessionData `json:"data"`
}

// enrolling is the account whose passkey is added.
func (s *Service) enrolling(ctx context.Context, e Enrolment) (*entry, error) {
	if e.Invitation != "" {
		_, a, err := s.invited(ctx, e.Invitation)
		return a, err
	}
	found, _, err := s.Session(ctx, e.Session)
	if err != nil {
		return nil, err
	}
	d, err := s.directory(ctx)
	if err != nil {
		return nil, err
	}
	return d.accounts[found.Name], nil
}

// BeginRegister begins to add a passkey. Errors are those of [Service.Invitation]
// and [Service.Session]; [fail.Invalid] for an address that cannot have passkeys.
func (s *Service) BeginRegister(ctx context.Context, site Site, e Enrolment) (Ceremony, error) {
	if s.c.Sessions == nil {
		return Ceremony{}, s.readOnly()
	}
	w, err := relyingParty(site)
	if err != nil {
		return Ceremony{}, err
	}
	a, err := s.enrolling(ctx, e)
	if err != nil {
		return Ceremony{}, err
	}
	h, err := s.holder(ctx, a)
	if err != nil {
		return Ceremony{}, err
	}
	if len(h.keys) >= maxPasskeys {
		return Ceremony{}, refuse("passkeys", fail.Conflict, "the account has ten passkeys already", "remove one that is not used")
	}
	options, data, err := w.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin a passkey: %w", err)
	}
	return s.ceremony(ctx, purposeRegister, registration{e, a.name, *data}, options)
}

func (s *Service) ceremony(ctx context.Context, purpose string, kept, options any) (Ceremony, error) {
	encoded, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin with a passkey: %w", err)
	}
	id, err := s.keep(ctx, purpose, kept)
	return Ceremony{ID: id, Options: encoded}, err
}

func badPasskey() error {
	return deny("passkey", "the passkey's answer does not verify", "begin again, on the page's usual address")
}

// FinishRegister adds the passkey whose answer this is. By an invitation it uses
// that up; the account can sign in with the passkey then.
func (s *Service) FinishRegister(ctx context.Context, site Site, id string, answer []byte) error {
	w, err := relyingParty(site)
	if err != nil {
		return err
	}
	var kept registration
	if err := s.take(ctx, purposeRegister, id, &kept); err != nil {
		return err
	}
	a, err := s.enrolling(ctx, kept.Enrolment)
	if err != nil {
		return err
	}
	if a.name != kept.Name {
		return badPasskey()
	}
	h, err := s.holder(ctx, a)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return badPasskey()
	}
	made, err := w.CreateCredential(h, kept.Data, parsed)
	if err != nil {
		return badPasskey()
	}
	made.Attestation = webauthn.CredentialAttestation{} // large, and nobody asks for it again
	label := strings.TrimSpace(kept.Enrolment.Label)
	if label == "" {
		label = "passkey"
	}
	return s.addPasskey(ctx, a.name, kept.Enrolment, passkey{label[:min(len(label), 60)], s.time(), *made})
}

func (s *Service) addPasskey(ctx context.Context, name string, e Enrolment, key passkey) error {
	if e.Invitation != "" {
		return s.accept(ctx, e.Invitation, map[string]string{"passkeys": toJSON([]passkey{key})})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, keys, err := s.ownPasskeys(ctx, name)
	if err != nil {
		return err
	}
	return s.setPasskeys(ctx, a, append(keys, key))
}

func (s *Service) ownPasskeys(ctx context.Context, name string) (*entry, []passkey, error) {
	d, err := s.directory(ctx)
	if err != nil {
		return nil, nil, err
	}
	a := d.accounts[name]
	if a == nil {
		return nil, nil, noAccount(name)
	}
	keys, err := s.passkeys(ctx, a)
	return a, keys, err
}

func (s *Service) setPasskeys(ctx context.Context, a *entry, keys []passkey) error {
	st := statement{key: s.accountKey(a.name), fields: map[string]string{"passkeys": toJSON(keys)}}
	if err := s.state(ctx, a.name, st); err != nil {
		return err
	}
	return s.event(ctx, Reading{Event: eventCredentials, Who: a.name, About: st.key, How: ByPasskey})
}

// RemovePasskey takes a passkey away from who is signed in by a token. The last
// thing to sign in with cannot be taken away.
func (s *Service) RemovePasskey(ctx context.Context, token, id string) error {
	found, _, err := s.Session(ctx, token)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, keys, err := s.ownPasskeys(ctx, found.Name)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(keys), func(k passkey) bool { return k.shown().ID == id })
	if len(left) == len(keys) {
		return fail.New(fail.NotFound, "there is no such passkey", "reload the page")
	}
	if _, password := a.sealed["password"]; len(left) == 0 && !password {
		return refuse("passkey-last", fail.Conflict, "nothing would be left to sign in with", "add another passkey or a password first")
	}
	return s.setPasskeys(ctx, a, left)
}

// BeginLogin begins to sign in with a passkey. Whose it is, the browser asks its
// owner: so nobody learns from here who has one.
func (s *Service) BeginLogin(ctx context.Context, site Site) (Ceremony, error) {
	w, err := relyingParty(site)
	if err != nil {
		return Ceremony{}, err
	}
	options, data, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fmt.Errorf("begin with a passkey: %w", err)
	}
	return s.ceremony(ctx, purposeLogin, *data, options)
}

// FinishLogin begins a session by a passkey's answer. The answer to every refusal
// is the same, [fail.Denied]; too many from one address have to wait as in
// [Service.SignIn]. A passkey whose counter went back is a copy and is refused.
func (s *Service) FinishLogin(ctx context.Context, site Site, id string, answer []byte, from string) (Session, error) {
	w, err := relyingParty(site)
	if err != nil {
		return Session{}, err
	}
	if err := s.attempt(ctx, "", from); err != nil {
		return Session{}, err
	}
	var data webauthn.SessionData
	if err := s.take(ctx, purposeLogin, id, &data); err != nil {
		return Session{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Session{}, badPasskey()
	}
	d, err := s.directory(ctx)
	if err != nil {
		return Session{}, err
	}
	var a *entry
	whose := func(_, handle []byte) (webauthn.User, error) {
		for _, one := range d.accounts {
			if slices.Equal(s.handle(one.name), handle) {
				a = one
				return s.holder(ctx, one)
			}
		}
		return nil, noAccount("")
	}
	_, used, err := w.ValidatePasskeyLogin(whose, data, parsed)
	if err != nil || used.Authenticator.CloneWarning || a.state != Active || a.kind != Person {
		if err := s.refused(ctx, a, "", ByPasskey); !fail.Is(err, fail.Denied) {
			return Session{}, err
		}
		return Session{}, badPasskey()
	}
	if err := s.count(ctx, used); err != nil {
		return Session{}, err
	}
	return s.signedIn(ctx, d, a, ByPasskey, from)
}

func (s *Service) count(ctx context.Context, used *webauthn.Credential) error {
	return s.c.Sessions.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO counter (passkey, last) VALUES (?1, ?2) ON CONFLICT (passkey) DO UPDATE SET last = max(last, ?2)",
			used.ID, int64(used.Authenticator.SignCount))
		return err
	})
}
