package accounts_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/kind"
)

// liar is an OpenID provider that says in its tokens what a test wants.
type liar struct {
	key    *rsa.PrivateKey // published
	signs  *rsa.PrivateKey // signs
	claims map[string]any
	server *httptest.Server
}

func newLiar(t *testing.T) *liar {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	l := &liar{key: key, signs: key}
	mux := http.NewServeMux()
	answer := func(of func() any) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(of())
		}
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", answer(func() any {
		at := l.server.URL
		return map[string]any{
			"issuer": at, "authorization_endpoint": at + "/go", "token_endpoint": at + "/token", "jwks_uri": at + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		}
	}))
	mux.HandleFunc("GET /keys", answer(func() any {
		return map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": part(l.key.N.Bytes()), "e": part(big.NewInt(int64(l.key.E)).Bytes()),
		}}}
	}))
	mux.HandleFunc("POST /token", answer(func() any {
		return map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": l.token()}
	}))
	l.server = httptest.NewServer(mux)
	t.Cleanup(l.server.Close)
	return l
}

func part(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// token signs the claims; "none" as algorithm signs nothing.
func (l *liar) token() string {
	alg := "RS256"
	if l.signs == nil {
		alg = "none"
	}
	head, _ := json.Marshal(map[string]string{"alg": alg, "kid": "1", "typ": "JWT"})
	body, _ := json.Marshal(l.claims)
	said := part(head) + "." + part(body)
	if l.signs == nil {
		return said + "."
	}
	sum := sha256.Sum256([]byte(said))
	sig, err := rsa.SignPKCS1v15(rand.Reader, l.signs, crypto.SHA256, sum[:])
	if err != nil {
		return ""
	}
	return said + "." + part(sig)
}

// TestATokenOfAMinistryIsBelievedOnlyWhole changes one thing at a time in a token that
// is good.
func TestATokenOfAMinistryIsBelievedOnlyWhole(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	for _, tc := range []struct {
		what   string
		claim  string // how the provider names its people; "" is sub
		change func(l *liar)
		in     bool
	}{
		{"as it should be", "", func(*liar) {}, true},
		{"the nonce of another journey", "", func(l *liar) { l.claims["nonce"] = "another" }, false},
		{"no nonce", "", func(l *liar) { delete(l.claims, "nonce") }, false},
		{"expired", "", func(l *liar) { l.claims["exp"] = time.Date(2025, 3, 25, 0, 0, 0, 0, time.UTC).Unix() }, false},
		{"for another client", "", func(l *liar) { l.claims["aud"] = "elsewhere" }, false},
		{"of another issuer", "", func(l *liar) { l.claims["iss"] = "https://evil.example" }, false},
		{"signed with another key", "", func(l *liar) { l.signs = other }, false},
		{"not signed", "", func(l *liar) { l.signs = nil }, false},
		{"about nobody", "", func(l *liar) { delete(l.claims, "sub") }, false},
		{"an address that was confirmed", "email", func(*liar) {}, true},
		{"an address that anybody may have typed", "email", func(l *liar) { l.claims["email_verified"] = false }, false},
	} {
		t.Run(tc.what, func(t *testing.T) {
			w, l := newWorld(t), newLiar(t)
			start := w.now
			p := accounts.Provider{ID: "liar", Label: kind.Words{"en": "Ministry"}, Issuer: l.server.URL, Client: "konbit", Claim: "sub"}
			subject := "officer-7"
			if tc.claim != "" {
				p.Claim, subject = tc.claim, "ada@police.example"
			}
			w.config.Providers = append(w.config.Providers, p)
			w.start()
			_, err := w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: "ada", Provider: "liar", Subject: subject})
			must(t, err)
			begun, err := w.Begin(t.Context(), "liar", redirect)
			must(t, err)
			to, err := url.Parse(begun.URL)
			must(t, err)
			l.claims = map[string]any{
				"iss": l.server.URL, "aud": "konbit", "sub": "officer-7", "nonce": to.Query().Get("nonce"), "iat": start.Unix(), "exp": start.Add(time.Hour).Unix(),
				"email": "ada@police.example", "email_verified": true,
			}
			tc.change(l)
			_, err = w.Finish(t.Context(), accounts.Return{Provider: "liar", Code: "code", State: begun.State, Binding: begun.Binding, Redirect: redirect, From: "192.0.2.1"})
			if tc.in && err != nil {
				t.Error(err)
			}
			if !tc.in && code(err) != "provider" {
				t.Errorf("refused with %q: %v", code(err), err)
			}
		})
	}
}
