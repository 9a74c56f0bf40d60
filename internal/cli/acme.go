package cli

import (
	"context"
	"crypto/rand"
	"path/filepath"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
	"golang.org/x/crypto/chacha20poly1305"
)

// acmeManager gets certificates for one name. What it keeps lies in DATA/tls,
// sealed with a secret of the node, so that a stolen folder holds no usable key.
func (r *reach) acmeManager(data string, secret []byte) *autocert.Manager {
	m := &autocert.Manager{
		Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(r.ACME), Email: r.ACMEEmail,
		Cache: &sealedCache{below: autocert.DirCache(filepath.Join(data, "tls")), key: secret},
	}
	if r.ACMEServer != "" {
		m.Client = &acme.Client{DirectoryURL: r.ACMEServer, UserAgent: "konbit"}
	}
	return m
}

// sealedCache keeps certificates sealed. What does not open is not there: a new
// certificate is asked for then.
type sealedCache struct {
	below autocert.Cache
	key   []byte
}

// Get gives what was put, or [autocert.ErrCacheMiss].
func (c *sealedCache) Get(ctx context.Context, name string) ([]byte, error) {
	raw, err := c.below.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(c.key)
	if err != nil {
		return nil, err
	}
	if len(raw) < aead.NonceSize() {
		return nil, autocert.ErrCacheMiss
	}
	plain, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(name))
	if err != nil {
		return nil, autocert.ErrCacheMiss
	}
	return plain, nil
}

// Put keeps data under a name.
func (c *sealedCache) Put(ctx context.Context, name string, data []byte) error {
	aead, err := chacha20poly1305.NewX(c.key)
	if err != nil {
		return err
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // it never fails
	return c.below.Put(ctx, name, aead.Seal(nonce, nonce, data, []byte(name)))
}

// Delete forgets a name.
func (c *sealedCache) Delete(ctx context.Context, name string) error {
	return c.below.Delete(ctx, name)
}
