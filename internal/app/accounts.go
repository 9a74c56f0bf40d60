package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// What the accounts of a node keep beside the record.
const (
	sessionsFile = "sessions.db"
	spoolFile    = "audit.spool"
)

// providerTimeout is how long a ministry's own sign-in may take to answer.
const providerTimeout = 15 * time.Second

// openAccounts makes the service of accounts and has the door tell it of what is
// read. Where the node writes, it also takes in what readers beside an earlier
// writer have spooled.
func (n *Node) openAccounts(ctx context.Context) error {
	providers, err := accounts.LoadProviders(n.config.Data)
	if err != nil {
		return err
	}
	client := &http.Client{Timeout: providerTimeout}
	c := accounts.Config{
		Home: n.registry.order[0].ID, Records: n.Records, Keys: n.Keys, Guard: n.Guard, Kinds: n.registry,
		Spool: filepath.Join(n.config.Data, spoolFile), Providers: providers,
		Dial:    func(ctx context.Context) context.Context { return oidc.ClientContext(ctx, client) },
		Lenient: n.demo(), Now: n.config.Now, Random: rand.Reader, Log: n.config.Log,
	}
	if c.Lenient { // everybody may know its passwords, so they need not be dear to try
		c.Hashing = accounts.Hashing{Memory: 1 << 10, Passes: 1, Threads: 1}
	}
	if !n.config.ReadOnly {
		c.Journal = n.Journal
		if c.Sessions, err = n.openSessions(ctx); err != nil {
			return err
		}
	}
	n.Accounts = accounts.New(c)
	n.Records.OnChange(n.Accounts.Changed)
	n.Door.AuditWith(n.Accounts)
	if n.config.ReadOnly {
		return nil
	}
	_, err = n.Accounts.TakeSpool(ctx)
	return err
}

func (n *Node) openSessions(ctx context.Context) (*store.DB, error) {
	path := filepath.Join(n.config.Data, sessionsFile)
	// SQLite makes the files beside it with the permissions of this one.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fail.Wrap(fail.Unavailable, err, "open the sessions", "check that the data folder is yours")
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open the sessions: %w", err)
	}
	db, err := store.Open(ctx, path, store.Options{Migrations: accounts.SessionMigrations(), SecureDelete: true})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", sessionsFile, err)
	}
	n.closeLater(db.Close)
	return db, nil
}

// demo reports whether the folder is a sample that may be thrown away.
func (n *Node) demo() bool {
	s, err := readSettings(n.config.Data)
	return err == nil && s.Demo
}
