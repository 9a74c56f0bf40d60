package accounts_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
)

// authenticator is what a telephone or a stick does, for one key.
type authenticator struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	host   string // the address it believes to be at
	count  uint32
	flags  byte
}

const (
	userPresent  = 0x01
	userVerified = 0x04
	attested     = 0x40
)

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	return &authenticator{t: t, key: key, id: []byte("credential-" + rand.Text()), host: "konbit.example.org", flags: userPresent | userVerified}
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func (a *authenticator) client(kind, challenge string) []byte {
	raw, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": "https://" + a.host, "crossOrigin": false})
	must(a.t, err)
	return raw
}

func (a *authenticator) data(flags byte) []byte {
	host := sha256.Sum256([]byte("konbit.example.org"))
	return binary.BigEndian.AppendUint32(append(host[:], flags), a.count)
}

func (a *authenticator) answer(response map[string]string) []byte {
	raw, err := json.Marshal(map[string]any{"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	must(a.t, err)
	return raw
}

// register makes the answer to the options of a registration.
func (a *authenticator) register(options []byte) []byte {
	a.t.Helper()
	var o struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
			User      struct {
				ID string `json:"id"`
			} `json:"user"`
		} `json:"publicKey"`
	}
	must(a.t, json.Unmarshal(options, &o))
	var err error
	a.handle, err = base64.RawURLEncoding.DecodeString(o.PublicKey.User.ID)
	must(a.t, err)
	point, err := a.key.PublicKey.Bytes()
	must(a.t, err)
	cose, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	must(a.t, err)
	data := append(a.data(a.flags|attested), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), cose...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	must(a.t, err)
	return a.answer(map[string]string{"clientDataJSON": b64(a.client("webauthn.create", o.PublicKey.Challenge)), "attestationObject": b64(object)})
}

// login makes the answer to the options of a sign-in.
func (a *authenticator) login(options []byte) []byte {
	a.t.Helper()
	var o struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
		} `json:"publicKey"`
	}
	must(a.t, json.Unmarshal(options, &o))
	client, data := a.client("webauthn.get", o.PublicKey.Challenge), a.data(a.flags)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte(nil), data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	must(a.t, err)
	return a.answer(map[string]string{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(a.handle)})
}

func site() accounts.Site {
	return accounts.Site{Host: "konbit.example.org", Name: "Konbit", Origins: []string{"https://konbit.example.org"}}
}

// enrolled is somebody of the casualty cell with a passkey and no password.
func enrolled(t *testing.T, w *world) *authenticator {
	t.Helper()
	link, err := w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: "ada", Grants: []access.Grant{{Role: access.RoleCell}}})
	must(t, err)
	begun, err := w.BeginRegister(t.Context(), site(), accounts.Enrolment{Invitation: link, Label: "stick"})
	must(t, err)
	a := newAuthenticator(t)
	answer := a.register(begun.Options)
	must(t, w.FinishRegister(t.Context(), site(), begun.ID, answer))
	w.wants(w.FinishRegister(t.Context(), site(), begun.ID, answer), "ceremony")
	_, err = w.Invitation(t.Context(), link)
	w.wants(err, "invitation")
	return a
}

func (w *world) login(a *authenticator) (accounts.Session, error) {
	w.t.Helper()
	begun, err := w.BeginLogin(w.t.Context(), site())
	must(w.t, err)
	return w.FinishLogin(w.t.Context(), site(), begun.ID, a.login(begun.Options), "192.0.2.1")
}

func TestAPasskeyIsEnoughForTheCasualtyCell(t *testing.T) {
	w := newWorld(t)
	a := enrolled(t, w)
	a.count = 1
	session, err := w.login(a)
	must(t, err)
	_, who, err := w.Session(t.Context(), session.Token)
	must(t, err)
	if who.Name != "ada" || len(who.Grants) != 1 || session.How != accounts.ByPasskey {
		t.Errorf("signed in as %+v by %s", who, session.How)
	}
	shown, err := w.Account(t.Context(), who, "ada")
	must(t, err)
	if len(shown.Passkeys) != 1 || shown.Passkeys[0].Label != "stick" {
		t.Errorf("passkeys %+v", shown.Passkeys)
	}
	w.wants(w.RemovePasskey(t.Context(), session.Token, shown.Passkeys[0].ID), "passkey-last")
	begun, err := w.BeginRegister(t.Context(), site(), accounts.Enrolment{Session: session.Token})
	must(t, err)
	second := newAuthenticator(t)
	must(t, w.FinishRegister(t.Context(), site(), begun.ID, second.register(begun.Options)))
	must(t, w.RemovePasskey(t.Context(), session.Token, shown.Passkeys[0].ID))
	if _, err := w.login(second); err != nil {
		t.Errorf("the second passkey: %v", err)
	}
	a.count = 2
	_, err = w.login(a)
	w.wants(err, "passkey")
}

func TestAPasskeysAnswerThatIsNotRightIsRefused(t *testing.T) {
	for _, tc := range []struct {
		what, want string
		change     func(w *world, a *authenticator)
	}{
		{"its owner was not asked for the finger or the PIN", "passkey", func(_ *world, a *authenticator) { a.flags = userPresent }},
		{"it believes to be at another address", "passkey", func(_ *world, a *authenticator) { a.host = "konbit.example.net" }},
		{"its key is another", "passkey", func(w *world, a *authenticator) { a.key = newAuthenticator(w.t).key }},
		{"it names nobody", "passkey", func(_ *world, a *authenticator) { a.handle = []byte("nobody") }},
		{"its counter went back: it is a copy", "passkey", func(w *world, a *authenticator) {
			a.count = 7
			_, err := w.login(a)
			must(w.t, err)
			a.count = 6
		}},
		{"the account is suspended", "passkey", func(w *world, _ *authenticator) {
			must(w.t, w.Suspend(w.t.Context(), access.Local(), "ada", "left"))
		}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			w := newWorld(t)
			a := enrolled(t, w)
			a.count = 1
			tc.change(w, a)
			_, err := w.login(a)
			w.wants(err, tc.want)
		})
	}
}

func TestAChallengeCountsOnceAndForFiveMinutes(t *testing.T) {
	w := newWorld(t)
	a := enrolled(t, w)
	begun, err := w.BeginLogin(t.Context(), site())
	must(t, err)
	a.count = 1
	answer := a.login(begun.Options)
	_, err = w.FinishLogin(t.Context(), site(), begun.ID, answer, "")
	must(t, err)
	_, err = w.FinishLogin(t.Context(), site(), begun.ID, answer, "")
	w.wants(err, "ceremony")
	begun, err = w.BeginLogin(t.Context(), site())
	must(t, err)
	w.pass(5 * time.Minute)
	a.count = 2
	_, err = w.FinishLogin(t.Context(), site(), begun.ID, a.login(begun.Options), "")
	w.wants(err, "ceremony")
	_, err = w.BeginLogin(t.Context(), accounts.Site{})
	w.wants(err, "site")
}
