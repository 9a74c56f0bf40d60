package accounts

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// directory is all accounts and grants as they stand, kept in memory: every
// request asks for an actor. It is never changed, only made anew.
type directory struct {
	accounts map[string]*entry
	invites  map[string]string // hash: account
	tokens   map[string]string
	subjects map[string]string // provider and subject: account
}

// entry is an account as it stands. Its secrets stay sealed until they are used.
type entry struct {
	name, language, person string
	kind                   Type
	state                  State
	over                   time.Time // sessions that began before are over
	sealed                 map[string]journal.Value
	grants                 []Given
}

// secrets are the fields sealed with the account's key.
func secrets() []string {
	return []string{"name", "password", "totp", "passkeys", "tokens", "invite", "providers"}
}

// Changed is to be told of touched records ([record.Store.OnChange]).
func (s *Service) Changed(list []record.Changed) {
	for _, c := range list {
		if c.Mission == s.c.Home && (c.Kind == kindAccount || c.Kind == kindGrant) {
			s.stale.Add(1)
			return
		}
	}
}

// now gives the directory as it stands.
func (s *Service) directory(ctx context.Context) (*directory, error) {
	s.dirMu.Lock()
	defer s.dirMu.Unlock()
	// Read before the records: what changes meanwhile makes it stale again.
	at := s.stale.Load()
	if s.dir != nil && s.dirAt == at {
		return s.dir, nil
	}
	d := &directory{accounts: map[string]*entry{}, invites: map[string]string{}, tokens: map[string]string{}, subjects: map[string]string{}}
	err := s.each(ctx, kindAccount, func(v *record.Version) error { return s.takeAccount(ctx, d, v) })
	if err != nil {
		return nil, err
	}
	err = s.each(ctx, kindGrant, func(v *record.Version) error {
		if a := d.accounts[v.Text("account")]; a != nil {
			a.grants = append(a.grants, givenOf(v))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, a := range d.accounts {
		slices.SortFunc(a.grants, func(x, y Given) int {
			if c := y.From.Compare(x.From); c != 0 {
				return c
			}
			return strings.Compare(x.Ref, y.Ref)
		})
	}
	s.dir, s.dirAt = d, at
	return d, nil
}

// each visits the live records of a kind of the home mission.
func (s *Service) each(ctx context.Context, kindID string, fn func(*record.Version) error) error {
	q := record.Query{Mission: s.c.Home, Kind: kindID, Limit: record.MaxLimit}
	for {
		page, err := s.c.Records.List(ctx, q)
		if err != nil {
			return err
		}
		for i := range page.Versions {
			if err := fn(&page.Versions[i]); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

func (s *Service) takeAccount(ctx context.Context, d *directory, v *record.Version) error {
	a := &entry{
		name: v.Ref, language: v.Text("language"), person: v.Text("person"),
		kind: Type(v.Text("type")), state: State(v.Text("state")), over: instant(v.Text("over")), sealed: map[string]journal.Value{},
	}
	for _, f := range secrets() {
		if value, ok := v.Fields[f]; ok && value.Sealed != nil {
			a.sealed[f] = value
		}
	}
	if v.Conflict && a.state != Suspended {
		var err error
		if a.state, err = s.strictest(ctx, v.Key, a.state); err != nil {
			return err
		}
	}
	d.accounts[a.name] = a
	return s.index(ctx, d, a)
}

// strictest is SUSPENDED while one of two desks that did not see one another said so.
func (s *Service) strictest(ctx context.Context, key record.Key, state State) (State, error) {
	h, err := s.c.Records.History(ctx, key, record.AsOf{})
	if err != nil {
		return state, err
	}
	for _, c := range h.Steps[len(h.Steps)-1].Conflicts {
		for _, said := range c.Statements {
			if c.Field == "state" && said.Value.Text == string(Suspended) {
				return Suspended, nil
			}
		}
	}
	return state, nil
}

// index notes what an account is found by beside its name.
func (s *Service) index(ctx context.Context, d *directory, a *entry) error {
	if invite, err := s.invite(ctx, a); err != nil {
		return err
	} else if invite.Hash != "" {
		d.invites[invite.Hash] = a.name
	}
	tokens, err := s.tokens(ctx, a)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		d.tokens[t.Hash] = a.name
	}
	vouched, err := s.vouched(ctx, a)
	if err != nil {
		return err
	}
	for _, v := range vouched {
		d.subjects[v.key()] = a.name
	}
	return nil
}

// open reads a sealed field; "" when there is none or its key was destroyed.
func (s *Service) open(ctx context.Context, a *entry, field string) (string, error) {
	v, ok := a.sealed[field]
	if !ok {
		return "", nil
	}
	text, err := s.c.Keys.Open(ctx, v, field)
	if fail.Is(err, fail.NotFound) {
		return "", nil
	}
	return text, err
}

// openJSON reads a sealed field that holds JSON. What cannot be read counts as
// nothing: it proves nothing.
func openJSON[T any](ctx context.Context, s *Service, a *entry, field string) (T, error) {
	var out T
	text, err := s.open(ctx, a, field)
	if err != nil || text == "" {
		return out, err
	}
	if json.Unmarshal([]byte(text), &out) != nil {
		var none T
		return none, nil //nolint:nilerr // see above
	}
	return out, nil
}

// secret is a hash that holds until a time.
type secret struct {
	Hash  string    `json:"hash"` // SHA-256, hexadecimal
	Until time.Time `json:"until"`
}

// vouch is what a provider calls somebody.
type vouch struct {
	Provider string `json:"provider"`
	Subject  string `json:"subject"`
}

func (v vouch) key() string { return v.Provider + "\x00" + v.Subject }

func (s *Service) invite(ctx context.Context, a *entry) (secret, error) {
	return openJSON[secret](ctx, s, a, "invite")
}

func (s *Service) tokens(ctx context.Context, a *entry) ([]secret, error) {
	return openJSON[[]secret](ctx, s, a, "tokens")
}

func (s *Service) vouched(ctx context.Context, a *entry) ([]vouch, error) {
	return openJSON[[]vouch](ctx, s, a, "providers")
}

func givenOf(v *record.Version) Given {
	return Given{
		Grant: access.Grant{
			Role: access.Role(v.Text("role")), Mission: v.Text("mission"), Owner: v.Text("country"), Post: v.Text("post"),
			Person: v.Text("person"), From: instant(v.Text("at")), Until: instant(v.Text("until")), By: v.Text("by"),
		},
		Ref: v.Ref, Account: v.Text("account"), Reason: v.Text("reason"), DelegatedFrom: v.Text("delegated-from"),
	}
}

// active are the grants of an account that hold at t. A role that was handed on
// holds only as long as the one who handed it on holds it.
func (d *directory) active(a *entry, t time.Time) []access.Grant {
	var out []access.Grant
	for i := range a.grants {
		if g := &a.grants[i]; d.holds(g, t) {
			out = append(out, g.Grant)
		}
	}
	return out
}

func (d *directory) holds(g *Given, t time.Time) bool {
	if !g.Active(t) || !grantable(g.Role) {
		return false
	}
	if g.DelegatedFrom == "" {
		return true
	}
	from := d.accounts[g.DelegatedFrom]
	return from != nil && from.state == Active && slices.ContainsFunc(from.grants, func(own Given) bool {
		return own.DelegatedFrom == "" && own.Active(t) && sameScope(own.Grant, g.Grant)
	})
}

func sameScope(a, b access.Grant) bool {
	return a.Role == b.Role && a.Mission == b.Mission && a.Owner == b.Owner && a.Post == b.Post && a.Person == b.Person
}

// instant reads a time that [stamp] wrote; zero for none. One that cannot be read
// would hold for ever as an end, so it is taken as long past.
func instant(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Unix(0, 0).UTC()
	}
	return t.UTC()
}

// stamp writes a time as a date field holds it: UTC, milliseconds; "" for zero.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return edtf.FromTime(t.UTC().Truncate(time.Millisecond)).String()
}
