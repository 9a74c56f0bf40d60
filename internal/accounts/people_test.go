package accounts_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
)

func TestTheFirstAccountIsSetUpOnce(t *testing.T) {
	w := newWorld(t)
	if empty, err := w.Empty(t.Context()); err != nil || !empty {
		t.Fatalf("a new node is not empty: %v", err)
	}
	_, err := w.Setup(t.Context(), accounts.Invitation{Name: "ada"}, accounts.Credentials{Password: good}, "")
	w.wants(err, "second-factor")
	var wait sync.WaitGroup
	var won, lost int
	var mu sync.Mutex
	for _, name := range []string{"ada", "ben", "cy", "dee"} {
		c := w.app(name)
		wait.Go(func() {
			_, err := w.Setup(context.Background(), accounts.Invitation{Name: name}, c, "")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case fail.Is(err, fail.Conflict):
				lost++
			default:
				t.Error(err)
			}
		})
	}
	if wait.Wait(); won != 1 || lost != 3 {
		t.Errorf("%d set up the first account, %d were told of it", won, lost)
	}
}

func TestAnInvitationWorksOnceAndForThreeDays(t *testing.T) {
	w := newWorld(t)
	invite := func(name string) string {
		link, err := w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: name, Personal: "Ada Okello", Language: "ht"})
		must(t, err)
		return link
	}
	link := invite("ada")
	a, err := w.Invitation(t.Context(), link)
	must(t, err)
	if a.Name != "ada" || a.Personal != "Ada Okello" || a.Language != "ht" || a.State != accounts.Invited {
		t.Errorf("the invitation is for %+v", a)
	}
	w.wants(w.Accept(t.Context(), link, accounts.Credentials{Password: "short"}), "password-short")
	w.wants(w.Accept(t.Context(), link, accounts.Credentials{Password: good, Secret: secretOf("ada"), Code: "123456"}), "code")
	must(t, w.Accept(t.Context(), link, w.app("ada")))
	w.wants(w.Accept(t.Context(), link, w.app("ada")), "invitation")
	if _, err := w.try("ada", good, ""); err != nil {
		t.Errorf("who accepted cannot sign in: %v", err)
	}
	late := invite("ben")
	w.pass(72*time.Hour - time.Second)
	if _, err := w.Invitation(t.Context(), late); err != nil {
		t.Errorf("a second before the end: %v", err)
	}
	w.pass(time.Second)
	w.wants(w.Accept(t.Context(), late, w.app("ben")), "invitation")
	w.wants(w.Accept(t.Context(), strings.ToUpper(link), w.app("ada")), "invitation")
}

func TestTwoWhoHoldOneLinkDoNotBothUseIt(t *testing.T) {
	w := newWorld(t)
	link, err := w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: "ada"})
	must(t, err)
	errs := make(chan error, 8)
	for range cap(errs) {
		go func() {
			errs <- w.Accept(context.Background(), link, accounts.Credentials{Password: good})
		}()
	}
	won := 0
	for range cap(errs) {
		if <-errs == nil {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d have accepted one invitation", won)
	}
}

func TestASecondPersonRecoversAndAllSessionsEnd(t *testing.T) {
	w := newWorld(t)
	boss := w.person("boss", access.RoleAdmin)
	w.person("ada", access.RoleDuty)
	session, ada := w.signIn("ada")
	_, err := w.Recover(t.Context(), ada, "boss", "why not")
	w.wants(err, "may-not")
	_, err = w.Recover(t.Context(), boss, "boss", "why not")
	w.wants(err, "yourself")
	_, err = w.Recover(t.Context(), boss, "ada", " ")
	w.wants(err, "reason")
	link, err := w.Recover(t.Context(), boss, "ada", "seen in person")
	must(t, err)
	_, _, err = w.Session(t.Context(), session.Token)
	w.wants(err, "session")
	w.pass(time.Minute)
	_, err = w.try("ada", good, "192.0.2.1")
	w.wants(err, "sign-in")
	must(t, w.Accept(t.Context(), link, w.app("ada")))
	w.signIn("ada")
	if got := w.events("boss"); !slices.Contains(got, "RECOVER") {
		t.Errorf("events of boss: %v", got)
	}
}

func TestASuspendedAccountIsOutAtOnceAlsoOnOtherNodes(t *testing.T) {
	w := newWorld(t)
	boss := w.person("boss", access.RoleAdmin)
	w.person("ada", access.RoleDuty)
	session, _ := w.signIn("ada")
	// Another node has sessions of its own, and learns of the account by its entries.
	far := w.elsewhere()
	w.pass(time.Minute)
	c, err := accounts.Code(secretOf("ada"), w.Now())
	must(t, err)
	there, err := far.SignIn(t.Context(), accounts.Attempt{Name: "ada", Password: good, Code: c})
	must(t, err)
	_, _, err = far.Session(t.Context(), there.Token)
	must(t, err)
	w.pass(time.Second)
	must(t, w.Suspend(t.Context(), boss, "ada", "telephone lost"))
	_, err = w.Actor(t.Context(), "ada")
	w.wants(err, "not-active")
	_, _, err = far.Session(t.Context(), there.Token)
	w.wants(err, "session")
	_, _, err = w.Session(t.Context(), session.Token)
	w.wants(err, "session")
	must(t, w.Resume(t.Context(), boss, "ada", "found"))
	_, _, err = far.Session(t.Context(), there.Token)
	w.wants(err, "session")
	_, _, err = w.Session(t.Context(), session.Token)
	w.wants(err, "session")
	w.signIn("ada")
	w.wants(w.Resume(t.Context(), boss, "ada", "again"), "not-suspended")
}

func TestTheLastAdminStays(t *testing.T) {
	w := newWorld(t)
	boss := w.person("boss", access.RoleAdmin)
	a, err := w.Account(t.Context(), access.Local(), "boss")
	must(t, err)
	w.wants(w.Suspend(t.Context(), access.Local(), "boss", "left"), "last-admin")
	w.wants(w.EndGrant(t.Context(), access.Local(), a.Grants[0].Ref, "left"), "last-admin")
	w.person("deputy", access.RoleAdmin)
	must(t, w.Suspend(t.Context(), boss, "deputy", "on leave"))
	w.wants(w.Suspend(t.Context(), access.Local(), "boss", "left"), "last-admin")
	must(t, w.Resume(t.Context(), boss, "deputy", "back"))
	must(t, w.EndGrant(t.Context(), access.Local(), a.Grants[0].Ref, "left"))
	deputy, err := w.Account(t.Context(), access.Local(), "deputy")
	must(t, err)
	w.wants(w.EndGrant(t.Context(), access.Local(), deputy.Grants[0].Ref, "left"), "last-admin")
}

func TestAPasswordIsChangedByWhoKnowsItAndEndsAllSessions(t *testing.T) {
	w := newWorld(t)
	w.person("ada", access.RoleDuty)
	session, _ := w.signIn("ada")
	const better = "seven green kettles sing"
	w.wants(w.ChangeCredentials(t.Context(), session.Token, "not it", accounts.Credentials{Password: better}), "password-old")
	must(t, w.ChangeCredentials(t.Context(), session.Token, good, accounts.Credentials{Password: better}))
	_, _, err := w.Session(t.Context(), session.Token)
	w.wants(err, "session")
	w.pass(time.Minute)
	_, err = w.try("ada", good, "192.0.2.1")
	w.wants(err, "sign-in")
	_, err = w.try("ada", better, "192.0.2.1")
	must(t, err)
}

func TestAProgramSignsInByATokenUntilItsEnd(t *testing.T) {
	w := newWorld(t)
	boss := w.person("boss", access.RoleAdmin)
	_, err := w.Invite(t.Context(), boss, accounts.Invitation{Name: "feed", Type: accounts.Program, Grants: []access.Grant{{Role: access.RoleProgram}}})
	must(t, err)
	_, err = w.NewToken(t.Context(), boss, "feed", w.Now().AddDate(2, 0, 0))
	w.wants(err, "token-until")
	token, err := w.NewToken(t.Context(), boss, "feed", w.Now().Add(time.Hour))
	must(t, err)
	who, err := w.Token(t.Context(), token)
	must(t, err)
	if who.Name != "feed" || len(who.Grants) != 1 {
		t.Errorf("the token is of %+v", who)
	}
	if _, err := w.Token(t.Context(), "kbt_"+strings.Repeat("a", 52)); !fail.Is(err, fail.Denied) {
		t.Errorf("another token: %v", err)
	}
	second, err := w.NewToken(t.Context(), boss, "feed", w.Now().Add(2*time.Hour))
	must(t, err)
	w.pass(time.Hour)
	_, err = w.Token(t.Context(), token)
	w.wants(err, "token")
	_, err = w.Token(t.Context(), second)
	must(t, err)
	a, err := w.Account(t.Context(), boss, "feed")
	must(t, err)
	must(t, w.EndToken(t.Context(), boss, "feed", a.Tokens[0].ID))
	_, err = w.Token(t.Context(), second)
	w.wants(err, "token")
}

func TestPasswordsThatAreGuessedFirstAreRefused(t *testing.T) {
	for password, want := range map[string]string{
		"":                          "password-short",
		"elevenchars":               "password-short",
		"éééééééééééé":              "password-common", // one letter twelve times
		"passwordpassword":          "password-common",
		"Password123!!":             "password-common",
		"P@ssw0rd2025!":             "password-common",
		"123456789012":              "password-common",
		"qwertyuiopas":              "",
		"abcabcabcabc":              "password-common",
		"ada.okello2025":            "password-common",
		strings.Repeat("x y ", 300): "password-long",
		good:                        "",
		"naranja té ventana":        "",
		"849302817465":              "",
	} {
		if got := code(accounts.CheckPassword(password, "ada.okello")); got != want {
			t.Errorf("%.20q: %q, want %q", password, got, want)
		}
	}
}
