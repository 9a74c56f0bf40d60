package accounts_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
	"konbit.org/konbit/internal/store"
)

const home = "m"

// good is a password that nobody refuses.
const good = "wet mango ladder seven"

const fileYAML = `
id: file
domain: accounts
label: {en: File}
plural: {en: Files}
at: none
source: optional
owner: contributor
marking: cell
subject: person
audit: true
title: [contributor]
fields:
  - {id: person, type: person, label: {en: Person}}
  - {id: contributor, type: choice, list: iso3166-1, label: {en: Country}}
`

const personYAML = `
id: person
domain: accounts
label: {en: Person}
plural: {en: Persons}
at: none
source: optional
marking: owner
subject: self
title: [rank]
fields:
  - {id: rank, type: text, label: {en: Rank}}
`

// world is a node with a clock that stands until it is moved.
type world struct {
	t        *testing.T
	dir      string
	db       *store.DB
	sessions *store.DB
	keys     *journal.Keys
	records  *record.Store
	journal  *journal.Journal
	set      *kind.Set
	config   accounts.Config
	*accounts.Service

	mu  sync.Mutex
	now time.Time
	log bytes.Buffer
}

func (w *world) Kind(_, id string) (*kind.Kind, bool) { return w.set.Get(id) }
func (w *world) Zone(string) *time.Location           { return time.UTC }

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// guard lets admins and the machine look after accounts, auditors read the audit,
// and everybody with the role duty or admin hand on.
type guard struct{}

func (guard) May(who access.Actor, a access.Action, on access.Resource) bool {
	if who.Name == access.Local().Name {
		return true
	}
	for _, g := range who.Grants {
		if g.Mission != "" && g.Mission != on.Mission {
			continue
		}
		switch {
		case a == access.Account && g.Role == access.RoleAdmin,
			a == access.Audit && g.Role == access.RoleAuditor,
			a == access.Delegate && (g.Role == access.RoleDuty || g.Role == access.RoleAdmin):
			return true
		}
	}
	return false
}

// cheap keeps the tests quick; the work is counted, not timed.
var cheap = accounts.Hashing{Memory: 64, Passes: 1, Threads: 1}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), now: time.Date(2025, 3, 25, 16, 30, 10, 0, time.UTC)}
	var err error
	w.set, err = kind.Load(accounts.Definitions(), fstest.MapFS{"kinds/file.yaml": {Data: []byte(fileYAML)}, "kinds/person.yaml": {Data: []byte(personYAML)}})
	must(t, err)
	open := func(name string, opt store.Options) *store.DB {
		db, err := store.Open(t.Context(), filepath.Join(w.dir, name), opt)
		must(t, err)
		t.Cleanup(func() { must(t, db.Close()) })
		return db
	}
	log := slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.db = open("konbit.db", store.Options{})
	search := open("search.db", store.Options{Migrations: record.SearchMigrations(), Derived: true})
	w.sessions = open("sessions.db", store.Options{Migrations: accounts.SessionMigrations(), SecureDelete: true})
	w.keys, err = journal.OpenKeys(t.Context(), filepath.Join(w.dir, "keys"), w.Now)
	must(t, err)
	t.Cleanup(func() { must(t, w.keys.Close()) })
	w.records, err = record.Open(t.Context(), record.Options{DB: w.db, Search: search, Schema: w, Log: log})
	must(t, err)
	w.journal, err = journal.Open(t.Context(), journal.Options{DB: w.db, Keys: w.keys, Now: w.Now, Folder: w.records, Log: log})
	must(t, err)
	t.Cleanup(func() { must(t, w.journal.Close()) })
	w.journal.OnCommit(w.records.Committed)
	w.config = accounts.Config{
		Home: home, Records: w.records, Journal: w.journal, Keys: w.keys, Guard: guard{}, Kinds: w, Sessions: w.sessions,
		Spool: filepath.Join(w.dir, "audit.spool"), Hashing: cheap, Now: w.Now, Random: rand.Reader, Log: log,
	}
	w.start()
	return w
}

// start makes the service anew, as after a restart.
func (w *world) start() {
	w.Service = accounts.New(w.config)
	w.records.OnChange(w.Changed)
}

// elsewhere is the service of another node with the same record.
func (w *world) elsewhere() *accounts.Service {
	w.t.Helper()
	c := w.config
	db, err := store.Open(w.t.Context(), filepath.Join(w.dir, "elsewhere.db"), store.Options{Migrations: accounts.SessionMigrations()})
	must(w.t, err)
	w.t.Cleanup(func() { must(w.t, db.Close()) })
	c.Sessions = db
	s := accounts.New(c)
	w.records.OnChange(s.Changed)
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// code is the refusal's code, "" for nil, and the error itself for any other.
func code(err error) string {
	if err == nil {
		return ""
	}
	if r, ok := errors.AsType[*accounts.Refusal](err); ok {
		return r.Code
	}
	return err.Error()
}

func (w *world) wants(err error, want string) {
	w.t.Helper()
	if got := code(err); got != want {
		w.t.Fatalf("refused with %q, want %q", got, want)
	}
}

// person is an account with a password and the given roles.
func (w *world) person(name string, roles ...access.Role) access.Actor {
	w.t.Helper()
	in := accounts.Invitation{Name: name, Personal: "The one called " + name}
	for _, r := range roles {
		g := access.Grant{Role: r}
		if r == access.RoleMinistry {
			g.Owner = "BHS"
		}
		in.Grants = append(in.Grants, g)
	}
	link, err := w.Invite(w.t.Context(), access.Local(), in)
	must(w.t, err)
	must(w.t, w.Accept(w.t.Context(), link, w.app(name)))
	who, err := w.Actor(w.t.Context(), name)
	must(w.t, err)
	return who
}

// app are credentials with an app whose secret is made of the name.
func (w *world) app(name string) accounts.Credentials {
	w.t.Helper()
	secret := secretOf(name)
	c, err := accounts.Code(secret, w.Now())
	must(w.t, err)
	return accounts.Credentials{Password: good, Secret: secret, Code: c}
}

func secretOf(name string) string {
	return fmt.Sprintf("%s%s", "JBSWY3DPEHPK3PXP", letters(name))
}

func letters(name string) string {
	out := []byte("AAAAAAAAAAAAAAAA")
	for i := range name {
		out[i%16] = 'A' + (name[i]+out[i%16])%26
	}
	return string(out)
}

// try signs somebody in with password and app.
func (w *world) try(name, password, from string) (accounts.Session, error) {
	w.t.Helper()
	c, err := accounts.Code(secretOf(name), w.Now())
	must(w.t, err)
	return w.SignIn(w.t.Context(), accounts.Attempt{Name: name, Password: password, Code: c, From: from})
}

// signIn signs somebody in, a step later than the last time.
func (w *world) signIn(name string) (accounts.Session, access.Actor) {
	w.t.Helper()
	w.pass(30 * time.Second)
	session, err := w.try(name, good, "192.0.2.1")
	must(w.t, err)
	_, who, err := w.Session(w.t.Context(), session.Token)
	must(w.t, err)
	return session, who
}

func (w *world) events(who string) []string {
	w.t.Helper()
	page, err := w.records.List(context.Background(), record.Query{Mission: home, Kind: "reading", Order: record.OldestFirst, Limit: 1000})
	must(w.t, err)
	var out []string
	for i := range page.Versions {
		v := &page.Versions[i]
		if who == "*" || v.Text("who") == who {
			out = append(out, v.Text("event"))
		}
	}
	return out
}
