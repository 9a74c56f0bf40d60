package accounts

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"konbit.org/konbit/internal/access"
)

// Service keeps accounts, grants and sessions. It is safe for concurrent use.
type Service struct {
	c         Config
	passwords *passwords
	vouching  *vouching
	sessions  remembered

	mu sync.Mutex // one change of accounts at a time

	stale atomic.Int64 // grows with each change of accounts and grants
	dirMu sync.Mutex   // taken after mu
	dir   *directory
	dirAt int64

	notedMu sync.Mutex // taken last
	noted   map[string]struct{}
}

// New makes a service. It starts nothing.
func New(c Config) *Service {
	return &Service{
		c: c, passwords: newPasswords(c.Hashing, c.Random), vouching: &vouching{known: map[string]*connection{}},
		noted: map[string]struct{}{},
	}
}

// mayManage reports whether an actor may look after the accounts of this node.
func (s *Service) mayManage(who access.Actor) bool {
	return s.c.Guard.May(who, access.Account, access.Resource{Mission: s.c.Home, Kind: kindAccount, Owner: "mission", Marking: "restricted"})
}

// Account gives an account: to itself and to who may do [access.Account].
func (s *Service) Account(ctx context.Context, who access.Actor, name string) (Account, error) {
	name = Canonical(name)
	if who.Name != name && !s.mayManage(who) {
		return Account{}, mayNot("see the accounts of others")
	}
	d, err := s.directory(ctx)
	if err != nil {
		return Account{}, err
	}
	a := d.accounts[name]
	if a == nil {
		return Account{}, noAccount(name)
	}
	return s.account(ctx, a)
}

// Accounts gives all accounts, by name, to who may do [access.Account].
func (s *Service) Accounts(ctx context.Context, who access.Actor) ([]Account, error) {
	if !s.mayManage(who) {
		return nil, mayNot("see the accounts of others")
	}
	d, err := s.directory(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Account, 0, len(d.accounts))
	for _, a := range d.accounts {
		one, err := s.account(ctx, a)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b Account) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// account shows an account without what proves it.
func (s *Service) account(ctx context.Context, a *entry) (Account, error) {
	out := Account{
		Name: a.name, Language: a.language, Type: a.kind, State: a.state, Person: a.person, Grants: slices.Clone(a.grants),
	}
	_, out.Password = a.sealed["password"]
	_, out.TOTP = a.sealed["totp"]
	var err error
	if out.Personal, err = s.open(ctx, a, "name"); err != nil {
		return Account{}, err
	}
	keys, err := s.passkeys(ctx, a)
	if err != nil {
		return Account{}, err
	}
	for i := range keys {
		out.Passkeys = append(out.Passkeys, keys[i].shown())
	}
	vouched, err := s.vouched(ctx, a)
	if err != nil {
		return Account{}, err
	}
	for _, v := range vouched {
		out.Providers = append(out.Providers, v.Provider)
	}
	tokens, err := s.tokens(ctx, a)
	if err != nil {
		return Account{}, err
	}
	for _, t := range tokens {
		if s.time().Before(t.Until) {
			out.Tokens = append(out.Tokens, ProgramToken{ID: t.Hash[:min(8, len(t.Hash))], Until: t.Until})
		}
	}
	invite, err := s.invite(ctx, a)
	if s.time().Before(invite.Until) {
		out.Invited = invite.Until
	}
	return out, err
}
