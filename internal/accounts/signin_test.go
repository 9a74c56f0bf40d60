package accounts_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
)

func TestASignInThatIsRefusedHasOneAnswerAfterTheSameWork(t *testing.T) {
	w := newWorld(t)
	w.person("ada.okello", access.RoleDuty)
	link, err := w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: "shut.out"})
	must(t, err)
	must(t, w.Accept(t.Context(), link, accounts.Credentials{Password: good})) // no code: only its state keeps it out
	must(t, w.Suspend(t.Context(), access.Local(), "shut.out", "left"))
	_, err = w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: "not.yet"})
	must(t, err)
	_, err = w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: "feed", Type: accounts.Program})
	must(t, err)
	for _, tc := range []struct{ what, name, password, code string }{
		{"a wrong password", "ada.okello", "not the right one", ""},
		{"a right password without the code", "ada.okello", good, ""},
		{"a right password with a wrong code", "ada.okello", good, "000000"},
		{"a name that does not exist", "nobody.here", good, ""},
		{"something that is no name", "' OR 1=1 --", good, ""},
		{"nothing at all", "", "", ""},
		{"a suspended account", "shut.out", good, ""},
		{"an invitation that is open", "not.yet", "", ""},
		{"a program", "feed", "", ""},
	} {
		t.Run(tc.what, func(t *testing.T) {
			before := w.HashesDone()
			_, err := w.SignIn(t.Context(), accounts.Attempt{Name: tc.name, Password: tc.password, Code: tc.code, From: "192.0.2." + strconv.Itoa(len(tc.what))})
			if code(err) != "sign-in" || !fail.Is(err, fail.Denied) {
				t.Errorf("refused with %q (%v), want the one answer", code(err), err)
			}
			if n := w.HashesDone() - before; n != 1 {
				t.Errorf("%d hashes, want 1", n)
			}
		})
	}
}

func TestASessionEndsByIdlenessByAgeAndBySigningOut(t *testing.T) {
	w := newWorld(t)
	w.person("ada", access.RoleOperations)
	w.person("dan", access.RoleDuty)
	w.person("cel", access.RoleDuty, access.RoleCell)
	for _, tc := range []struct {
		name, what string
		step       time.Duration
		uses       int // that still go well
	}{
		{"ada", "left alone for half an hour", 30 * time.Minute, 0},
		{"ada", "used every 29 minutes until twelve hours are over", 29 * time.Minute, 24},
		{"dan", "a watch that looks at the screen only", 11*time.Hour + 59*time.Minute, 1},
		{"cel", "a watch that also opens casualty files", 31 * time.Minute, 0},
	} {
		t.Run(tc.what, func(t *testing.T) {
			session, _ := w.signIn(tc.name)
			for i := range tc.uses + 1 {
				w.pass(tc.step)
				_, _, err := w.Session(t.Context(), session.Token)
				if (err == nil) != (i < tc.uses) {
					t.Fatalf("use %d after %v: %v", i+1, time.Duration(i+1)*tc.step, err)
				}
			}
		})
	}
	session, _ := w.signIn("ada")
	must(t, w.SignOut(t.Context(), session.Token))
	_, _, err := w.Session(t.Context(), session.Token)
	w.wants(err, "session")
	must(t, w.SignOut(t.Context(), session.Token))
}

func TestSessionsAreListedAndEndedByTheirOwnerAndByAdmins(t *testing.T) {
	w := newWorld(t)
	admin := w.person("boss", access.RoleAdmin)
	other := w.person("eve", access.RoleOperations)
	w.person("ada", access.RoleOperations)
	first, ada := w.signIn("ada")
	second, _ := w.signIn("ada")
	if _, err := w.Sessions(t.Context(), other, "ada"); code(err) != "may-not" {
		t.Errorf("another one lists: %v", err)
	}
	w.wants(w.EndSession(t.Context(), other, "ada", first.ID), "may-not")
	list, err := w.Sessions(t.Context(), ada, "ada")
	must(t, err)
	if len(list) != 2 || list[0].ID != second.ID || list[0].Token != "" {
		t.Fatalf("sessions: %+v", list)
	}
	must(t, w.EndSession(t.Context(), ada, "ada", first.ID))
	must(t, w.EndSession(t.Context(), admin, "ada", second.ID))
	for _, s := range []accounts.Session{first, second} {
		_, _, err := w.Session(t.Context(), s.Token)
		w.wants(err, "session")
	}
}

func TestACodeCountsOnceAndOneStepOfDriftIsAllowed(t *testing.T) {
	w := newWorld(t)
	w.person("ada", access.RoleDuty)
	try := func(at time.Duration) error {
		c, err := accounts.Code(secretOf("ada"), w.Now().Add(at))
		must(t, err)
		_, err = w.SignIn(t.Context(), accounts.Attempt{Name: "ada", Password: good, Code: c, From: "192.0.2.1"})
		return err
	}
	for _, tc := range []struct {
		what string
		at   time.Duration
		ok   bool
	}{
		{"two steps behind", -60 * time.Second, false},
		{"two steps ahead", 60 * time.Second, false},
		{"one step behind", -30 * time.Second, true},
		{"that one again", -30 * time.Second, false},
		{"this step", 0, true},
		{"this step again", 0, false},
		{"the step before it, which was never used again", -30 * time.Second, false},
		{"one step ahead", 30 * time.Second, true},
	} {
		if err := try(tc.at); (err == nil) != tc.ok {
			t.Errorf("%s: %v", tc.what, err)
		}
	}
	w.start()
	if err := try(30 * time.Second); err == nil {
		t.Error("after a restart a used code counts again")
	}
}

func TestMistakesMakeWaitsThatDoubleAndEnd(t *testing.T) {
	w := newWorld(t)
	w.person("ada", access.RoleDuty)
	attack := func(name string) error {
		_, err := w.SignIn(t.Context(), accounts.Attempt{Name: name, Password: "wrong wrong wrong", From: "198.51.100." + strconv.Itoa(len(name))})
		return err
	}
	for _, name := range []string{"ada", "not.there"} {
		for range 5 {
			w.wants(attack(name), "sign-in")
		}
		hashes := w.HashesDone()
		wait := time.Second
		for range 12 {
			w.wants(attack(name), "limited")
			w.pass(wait - time.Millisecond)
			w.wants(attack(name), "limited")
			w.pass(time.Millisecond)
			w.wants(attack(name), "sign-in")
			wait = min(2*wait, 15*time.Minute)
		}
		if n := w.HashesDone() - hashes; n != 12 {
			t.Errorf("%s: %d hashes for twelve attempts that were let through", name, n)
		}
		w.pass(time.Hour) // so that the address may try again too
	}
	w.start()
	if _, err := w.try("ada", good, "192.0.2.1"); err != nil {
		t.Errorf("an hour later the owner signs in from elsewhere: %v", err)
	}
}

func TestAGuesserDoesNotKeepTheOwnerOut(t *testing.T) {
	w := newWorld(t)
	w.person("ada", access.RoleDuty)
	w.signIn("ada")
	for i := range 30 {
		w.pass(15 * time.Minute)
		_, err := w.SignIn(t.Context(), accounts.Attempt{Name: "ada", Password: "wrong wrong wrong", From: "198.51.100." + strconv.Itoa(i)})
		if err == nil {
			t.Fatal("a wrong password is let in")
		}
	}
	if _, err := w.try("ada", good, "203.0.113.9"); code(err) != "limited" {
		t.Errorf("from a new address: %q, want to wait", code(err))
	}
	if _, err := w.try("ada", good, "192.0.2.1"); err != nil {
		t.Errorf("from where she has signed in before: %v", err)
	}
}

func TestOneAddressThatTriesManyNamesWaits(t *testing.T) {
	w := newWorld(t)
	for i := range 20 {
		_, err := w.SignIn(t.Context(), accounts.Attempt{Name: "n" + strconv.Itoa(i), Password: "wrong", From: "2001:db8::1"})
		w.wants(err, "sign-in")
	}
	_, err := w.SignIn(t.Context(), accounts.Attempt{Name: "another", Password: "wrong", From: "2001:db8::2"})
	w.wants(err, "limited")
	if !fail.Is(err, fail.Unavailable) {
		t.Errorf("%v is not Unavailable", err)
	}
	_, err = w.SignIn(t.Context(), accounts.Attempt{Name: "another", Password: "wrong", From: "2001:db8:0:1::2"})
	w.wants(err, "sign-in")
}

func TestStrongRolesNeedMoreThanAPassword(t *testing.T) {
	w := newWorld(t)
	alone := accounts.Credentials{Password: good}
	for _, role := range []access.Role{access.RoleAdmin, access.RoleCell, access.RoleNotifier, access.RolePersonnel, access.RoleMedical} {
		name := "p." + string(role)
		link, err := w.Invite(t.Context(), access.Local(), accounts.Invitation{Name: name})
		must(t, err)
		must(t, w.Accept(t.Context(), link, alone))
		session, err := w.try(name, good, "192.0.2.1")
		must(t, err)
		g := access.Grant{Role: role}
		if role == access.RoleNotifier {
			g.Owner = "BHS"
		}
		_, err = w.Grant(t.Context(), access.Local(), name, g, "test")
		must(t, err)
		_, err = w.try(name, good, "192.0.2.1")
		w.wants(err, "second-factor")
		_, who, err := w.Session(t.Context(), session.Token)
		must(t, err)
		if len(who.Grants) != 0 {
			t.Errorf("a session by a password alone has the role %s", role)
		}
		w.config.Lenient = true
		w.start()
		if _, err = w.try(name, good, "192.0.2.1"); err != nil {
			t.Errorf("a demo asks for more than a password: %v", err)
		}
		w.config.Lenient = false
		w.start()
		link, err = w.Recover(t.Context(), access.Local(), name, "no app")
		must(t, err)
		w.wants(w.Accept(t.Context(), link, alone), "second-factor")
		must(t, w.Accept(t.Context(), link, w.app(name)))
	}
	if got := w.events("p.cell"); !slices.Contains(got, "SIGN-IN-REFUSED") {
		t.Errorf("events %v do not tell of the refusal", got)
	}
}
