package accounts

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/lang"
)

// inviteFor is how long a link of an invitation or a recovery holds.
const inviteFor = 72 * time.Hour

// Setup makes the first account, with the role admin for every mission of the
// node, and signs it in; [fail.Conflict] when there are accounts. Whoever lets
// somebody call it lets them have the node: only at the machine itself. The
// grants of the invitation come beside.
func (s *Service) Setup(ctx context.Context, in Invitation, c Credentials, from string) (Session, error) {
	in.Type = Person
	if s.c.Sessions == nil {
		return Session{}, s.readOnly()
	}
	in.Grants = append([]access.Grant{{Role: access.RoleAdmin}}, in.Grants...)
	set, how, err := s.credentials(ctx, Canonical(in.Name), in.Grants, c)
	if err != nil {
		return Session{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := s.directory(ctx)
	if err != nil {
		return Session{}, err
	}
	if len(d.accounts) > 0 {
		return Session{}, refuse("set-up", fail.Conflict, "there are accounts already", "sign in, or let somebody with the role admin invite you")
	}
	local := access.Local()
	all, err := s.newAccount(d, local, in)
	if err != nil {
		return Session{}, err
	}
	all[0].fields["state"] = string(Active)
	maps.Copy(all[0].fields, set)
	if err := s.state(ctx, local.Name, all...); err != nil {
		return Session{}, err
	}
	if err := s.event(ctx, Reading{Event: eventAccept, Who: all[0].key.Ref, About: all[0].key, How: "set-up"}); err != nil {
		return Session{}, err
	}
	if d, err = s.directory(ctx); err != nil {
		return Session{}, err
	}
	return s.signedIn(ctx, d, d.accounts[all[0].key.Ref], how, from)
}

// Invite makes an account and gives the secret of its link, which is shown once,
// works once and holds for 72 hours. A program, and somebody whose ministry vouches for
// them, need not accept anything: for them the secret is "".
func (s *Service) Invite(ctx context.Context, by access.Actor, in Invitation) (string, error) {
	if !s.mayManage(by) {
		return "", mayNot("invite people")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := s.directory(ctx)
	if err != nil {
		return "", err
	}
	all, err := s.newAccount(d, by, in)
	if err != nil {
		return "", err
	}
	for _, g := range in.Grants {
		if err := s.mayGive(by, g); err != nil {
			return "", err
		}
	}
	link := ""
	if in.Provider != "" || in.Type == Program {
		all[0].fields["state"] = string(Active)
	} else {
		var hash string
		if link, hash, err = s.newSecret(prefixInvite); err != nil {
			return "", err
		}
		all[0].fields["invite"] = toJSON(secret{hash, s.time().Add(inviteFor)})
	}
	if err := s.state(ctx, by.Name, all...); err != nil {
		return "", err
	}
	return link, s.event(ctx, Reading{Event: eventInvite, Who: by.Name, About: all[0].key})
}

// newAccount gives the statements of an account and its grants.
func (s *Service) newAccount(d *directory, by access.Actor, in Invitation) ([]statement, error) {
	name := Canonical(in.Name)
	if in.Type == "" {
		in.Type = Person
	}
	if in.Language == "" {
		in.Language = "en"
	}
	switch {
	case in.Type != Person && in.Type != Program:
		return nil, invalid("type", "an account is a PERSON's or a PROGRAM's", "")
	case !slices.Contains(lang.Languages(), in.Language):
		return nil, invalid("language", "the language is not one of "+strings.Join(lang.Languages(), ", "), "")
	case len(in.Personal) > 200:
		return nil, invalid("personal", "how somebody is called has at most 200 bytes", "")
	case d.accounts[name] != nil:
		return nil, refuse("name-used", fail.Conflict, "there is an account "+name+" already", "choose another name, or recover that account")
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	all := []statement{{key: s.accountKey(name), reason: in.Reason, fields: map[string]string{
		"name": in.Personal, "language": in.Language, "type": string(in.Type), "state": string(Invited), "person": in.Person,
	}}}
	if in.Provider != "" {
		v := vouch{in.Provider, in.Subject}
		if in.Subject == "" || s.provider(in.Provider) == nil {
			return nil, invalid("provider", "name a sign-in of sign-in.yaml and what it calls the person", "")
		}
		if d.subjects[v.key()] != "" {
			return nil, refuse("subject-used", fail.Conflict, "that person of the ministry has an account already", "")
		}
		all[0].fields["providers"] = toJSON([]vouch{v})
	}
	for _, g := range in.Grants {
		st, err := s.grantStatement(name, Given{Grant: g, Reason: in.Reason}, by.Name)
		if err != nil {
			return nil, err
		}
		all = append(all, st)
	}
	return all, nil
}

// Invitation tells whose an open link is, without using it up. [fail.Denied] for
// one that is unknown, used or over.
func (s *Service) Invitation(ctx context.Context, link string) (Account, error) {
	_, a, err := s.invited(ctx, link)
	if err != nil {
		return Account{}, err
	}
	return s.account(ctx, a)
}

func (s *Service) invited(ctx context.Context, link string) (*directory, *entry, error) {
	wrong := deny("invitation", "the invitation is not known, was used or is over", "ask whoever invited you for a new one")
	hash, ok := parseSecret(prefixInvite, link)
	if !ok {
		return nil, nil, wrong
	}
	d, err := s.directory(ctx)
	if err != nil {
		return nil, nil, err
	}
	a := d.accounts[d.invites[hash]]
	if a == nil || a.state == Suspended {
		return nil, nil, wrong
	}
	open, err := s.invite(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	if open.Hash != hash || !s.time().Before(open.Until) {
		return nil, nil, wrong
	}
	return d, a, nil
}

// Accept sets the credentials of whoever holds a link and uses it up; they can
// sign in then. [fail.Invalid] says what is wrong with the password or the code;
// the strong roles need a code app or, by [Service.BeginRegister], a passkey.
func (s *Service) Accept(ctx context.Context, link string, c Credentials) error {
	d, a, err := s.invited(ctx, link)
	if err != nil {
		return err
	}
	set, _, err := s.credentials(ctx, a.name, d.active(a, s.time()), c)
	if err != nil {
		return err
	}
	return s.accept(ctx, link, set)
}

// accept writes what a holder of a link has chosen.
func (s *Service) accept(ctx context.Context, link string, set map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, a, err := s.invited(ctx, link) // again: it may have been used meanwhile
	if err != nil {
		return err
	}
	set["state"], set["invite"] = string(Active), ""
	st := statement{key: s.accountKey(a.name), fields: set}
	if err := s.state(ctx, a.name, st); err != nil {
		return err
	}
	return s.event(ctx, Reading{Event: eventAccept, Who: a.name, About: st.key})
}

// credentials checks what somebody chose and makes of it the fields to be set,
// and how they are signed in by it.
func (s *Service) credentials(ctx context.Context, name string, grants []access.Grant, c Credentials) (map[string]string, string, error) {
	if err := checkPassword(c.Password, name); err != nil {
		return nil, "", err
	}
	set, how := map[string]string{}, ByPassword
	if c.Secret != "" {
		if _, ok := stepOf(c.Secret, c.Code, s.time()); !ok {
			return nil, "", invalid("code", "the code is not one of this app", "type the six digits that the app shows now; the clock of the phone must be right")
		}
		set["totp"], how = c.Secret, ByCode
	}
	if how == ByPassword && anyStrong(grants) && !s.c.Lenient {
		return nil, "", invalid("second-factor", "this account's role needs more than a password", "add a code app or a passkey")
	}
	text, err := s.passwords.hash(ctx, c.Password)
	set["password"] = text
	return set, how, err
}

// ChangeCredentials sets another password, and another app where one is given,
// for who is signed in by a token; old is the password so far, empty where there
// was none. All sessions of the account end, this one too.
func (s *Service) ChangeCredentials(ctx context.Context, token, old string, c Credentials) error {
	found, _, err := s.Session(ctx, token)
	if err != nil {
		return err
	}
	if err := s.attempt(ctx, found.Name, found.From); err != nil {
		return err
	}
	d, err := s.directory(ctx)
	if err != nil {
		return err
	}
	a := d.accounts[found.Name]
	if err := s.oldPassword(ctx, a, old); err != nil {
		return err
	}
	grants := d.active(a, s.time())
	_, app := a.sealed["totp"]
	_, key := a.sealed["passkeys"]
	if app || key {
		grants = nil // what is there already is more than a password
	}
	set, _, err := s.credentials(ctx, a.name, grants, c)
	if err != nil {
		return err
	}
	if err := s.forgive(ctx, a.name, found.From); err != nil {
		return err
	}
	return s.replace(ctx, a.name, a.name, change{set: set, event: eventCredentials})
}

func (s *Service) oldPassword(ctx context.Context, a *entry, old string) error {
	stored, err := s.open(ctx, a, "password")
	if err != nil || stored == "" {
		return err
	}
	ok, err := s.passwords.matches(ctx, old, stored)
	if err != nil || ok {
		return err
	}
	return deny("password-old", "the password so far is not right", "type it again")
}

// change is a change of an account after which its sessions are over.
type change struct {
	set    map[string]string
	reason string
	event  string
}

// replace writes a change and ends all sessions, also those of other nodes.
func (s *Service) replace(ctx context.Context, by, name string, c change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.set["over"] = stamp(s.time())
	st := statement{key: s.accountKey(name), fields: c.set, reason: c.reason}
	if err := s.state(ctx, by, st); err != nil {
		return err
	}
	if err := s.endSessions(ctx, name); err != nil {
		return err
	}
	return s.event(ctx, Reading{Event: c.event, Who: by, About: st.key})
}

// other is an account that an actor, not its owner, may look after.
func (s *Service) other(ctx context.Context, by access.Actor, name, what string) (*directory, *entry, error) {
	name = Canonical(name)
	if by.Name == name {
		return nil, nil, deny("yourself", "nobody may "+what+" their own account", "let somebody else with the role admin do it")
	}
	if !s.mayManage(by) {
		return nil, nil, mayNot(what + " accounts")
	}
	d, err := s.directory(ctx)
	if err != nil {
		return nil, nil, err
	}
	a := d.accounts[name]
	if a == nil {
		return nil, nil, noAccount(name)
	}
	return d, a, nil
}

// Recover takes all credentials of an account away, ends its sessions and gives
// the secret of a new link. Nobody can do it for themselves.
func (s *Service) Recover(ctx context.Context, by access.Actor, name, reason string) (string, error) {
	_, a, err := s.other(ctx, by, name, "recover")
	if err != nil {
		return "", err
	}
	if a.kind == Program {
		return "", invalid("program", "a program signs in by a token", "konbit account token "+a.name)
	}
	if a.state == Suspended {
		return "", deny("not-active", "the account "+a.name+" is SUSPENDED", "konbit account resume "+a.name)
	}
	if err := needReason(reason); err != nil {
		return "", err
	}
	link, hash, err := s.newSecret(prefixInvite)
	if err != nil {
		return "", err
	}
	set := map[string]string{
		"password": "", "totp": "", "passkeys": "", "state": string(Invited),
		"invite": toJSON(secret{hash, s.time().Add(inviteFor)}),
	}
	return link, s.replace(ctx, by.Name, a.name, change{set, reason, eventRecover})
}

// Suspend keeps an account from signing in and ends its sessions. Nobody can do it to
// themselves, nor to the last admin.
func (s *Service) Suspend(ctx context.Context, by access.Actor, name, reason string) error {
	d, a, err := s.other(ctx, by, name, "suspend")
	if err != nil {
		return err
	}
	if err := needReason(reason); err != nil {
		return err
	}
	if s.lastAdmin(d, a, "") {
		return lastAdmin()
	}
	return s.replace(ctx, by.Name, a.name, change{map[string]string{"state": string(Suspended), "invite": ""}, reason, eventSuspend})
}

// Resume undoes Suspend. An account that has nothing to sign in with needs Recover then.
func (s *Service) Resume(ctx context.Context, by access.Actor, name, reason string) error {
	_, a, err := s.other(ctx, by, name, "resume")
	if err != nil {
		return err
	}
	if err := needReason(reason); err != nil {
		return err
	}
	if a.state != Suspended {
		return refuse("not-suspended", fail.Conflict, "the account "+a.name+" is not suspended", "")
	}
	return s.replace(ctx, by.Name, a.name, change{map[string]string{"state": string(Active)}, reason, eventResume})
}

func needReason(reason string) error {
	if strings.TrimSpace(reason) != "" {
		return nil
	}
	return invalid("reason", "no reason given", "say in a few words why: it stands in the audit")
}
