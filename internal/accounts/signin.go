package accounts

import (
	"context"
	"regexp"
	"strings"

	"konbit.org/konbit/internal/access"
)

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9]*([.-][a-z0-9]+)*$`) // nothing writes it

// maxName is how long a name may be, in characters.
const maxName = 40

// Canonical is a name as it is kept: lower case, without blanks around.
func Canonical(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// checkName refuses what cannot be read over a radio or is an actor already.
func checkName(name string) error {
	if len(name) > maxName || len(name) < 2 || !namePattern.MatchString(name) {
		return invalid("name", "a name has 2 to 40 small letters a to z, digits, dots and hyphens, and begins with a letter", "for example: ada.okello")
	}
	if name == access.Local().Name || name == access.Public().Name {
		return invalid("name-taken", "the name "+name+" is not for people", "choose another name")
	}
	return nil
}

// SignIn begins a session by a password, and a code where the account has an
// app. A wrong name, password or code and a suspended account have the same
// answer, [fail.Denied], after the same work. [fail.Unavailable] says how long to
// wait after too many mistakes; it is the same for names that do not exist. The
// strong roles (admin, cell, notifier, personnel, medical) need a code or a passkey.
func (s *Service) SignIn(ctx context.Context, at Attempt) (Session, error) {
	name := Canonical(at.Name)
	if err := s.attempt(ctx, name, at.From); err != nil {
		return Session{}, err
	}
	d, err := s.directory(ctx)
	if err != nil {
		return Session{}, err
	}
	a := d.accounts[name]
	how, err := s.prove(ctx, a, at)
	if err != nil {
		return Session{}, err
	}
	if how == "" {
		return Session{}, s.refused(ctx, a, name, ByPassword)
	}
	if how == ByPassword && !s.c.Lenient && anyStrong(d.active(a, s.time())) {
		err := s.event(ctx, Reading{Event: eventRefused, Who: a.name, How: "second factor"})
		if err != nil {
			return Session{}, err
		}
		return Session{}, secondFactor()
	}
	return s.signedIn(ctx, d, a, how, at.From)
}

func secondFactor() error {
	return deny("second-factor", "this account's role needs more than a password", "sign in with a passkey, or have somebody with the role admin recover the account and then add a code app")
}

// prove says how somebody has proved to be an account; "" when they have not. It
// hashes once, whatever there is to compare with.
func (s *Service) prove(ctx context.Context, a *entry, at Attempt) (how string, err error) {
	stored, app := "", ""
	if a != nil {
		if stored, err = s.open(ctx, a, "password"); err != nil {
			return "", err
		}
		if app, err = s.open(ctx, a, "totp"); err != nil {
			return "", err
		}
	}
	ok, err := s.passwords.matches(ctx, at.Password, stored)
	if err != nil || !ok || a.state != Active || a.kind != Person {
		return "", err
	}
	if app == "" {
		return ByPassword, nil
	}
	if ok, err = s.useCode(ctx, a.name, app, at.Code); err != nil || !ok {
		return "", err
	}
	return ByCode, nil
}

// refused writes down that somebody was refused, and gives the one answer. What
// was typed for a name that does not exist is not written: it may be a password.
func (s *Service) refused(ctx context.Context, a *entry, typed, how string) error {
	e := Reading{Event: eventRefused, How: how}
	if a != nil {
		e.Who = a.name
	}
	if err := s.eventOnce(ctx, e, typed); err != nil {
		return err
	}
	return refusedSignIn()
}

// signedIn begins the session of somebody who has proved who they are.
func (s *Service) signedIn(ctx context.Context, d *directory, a *entry, how, from string) (Session, error) {
	if err := s.forgive(ctx, a.name, from); err != nil {
		return Session{}, err
	}
	out, err := s.begin(ctx, d, a, how, from)
	if err != nil {
		return Session{}, err
	}
	return out, s.event(ctx, Reading{Event: eventSignIn, Who: a.name, How: how})
}

// Empty reports whether there are no accounts yet, so that the first may be set up.
func (s *Service) Empty(ctx context.Context) (bool, error) {
	d, err := s.directory(ctx)
	if err != nil {
		return false, err
	}
	return len(d.accounts) == 0, nil
}

// Token gives the actor of a program's token; [fail.Denied] for one that is
// unknown, over, or of an account that is suspended.
func (s *Service) Token(ctx context.Context, secret string) (access.Actor, error) {
	wrong := deny("token", "the token is not known or is over", "konbit account token NAME makes a new one")
	hash, ok := parseSecret(prefixToken, secret)
	if !ok {
		return access.Actor{}, wrong
	}
	d, err := s.directory(ctx)
	if err != nil {
		return access.Actor{}, err
	}
	a := d.accounts[d.tokens[hash]]
	if a == nil || a.state != Active || a.kind != Program {
		return access.Actor{}, wrong
	}
	tokens, err := s.tokens(ctx, a)
	if err != nil {
		return access.Actor{}, err
	}
	for _, t := range tokens {
		if t.Hash == hash && s.time().Before(t.Until) {
			return s.actor(d, a, false), s.eventOnce(ctx, Reading{Event: eventTokenUsed, Who: a.name}, "")
		}
	}
	return access.Actor{}, wrong
}
