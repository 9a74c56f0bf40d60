package accounts_test

import (
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
)

func TestThePoliciesThatComeWithKonbitAgreeWithTheService(t *testing.T) {
	w := newWorld(t)
	real, err := access.NewGuard(access.GuardOptions{Kinds: w, Now: w.Now})
	must(t, err)
	w.config.Guard = real
	w.start()
	boss := w.person("boss", access.RoleAdmin)
	ada := w.person("ada", access.RoleDuty)
	w.person("ben")
	if _, err := w.Grant(t.Context(), boss, "ada", access.Grant{Role: access.RoleCell}, "x"); err != nil {
		t.Errorf("an admin cannot give a role: %v", err)
	}
	_, err = w.Grant(t.Context(), ada, "ben", access.Grant{Role: access.RoleCell}, "x")
	w.wants(err, "may-not")
	if _, err := w.Accounts(t.Context(), boss); err != nil {
		t.Errorf("an admin cannot see the accounts: %v", err)
	}
	if _, err := w.Delegate(t.Context(), ada, accounts.Delegation{To: "ben", Role: access.RoleDuty, Until: w.Now().Add(time.Hour)}); err != nil {
		t.Errorf("a duty officer cannot hand on: %v", err)
	}
	_, err = w.Grant(t.Context(), access.Local(), "ben", access.Grant{Role: access.RoleAdmin, Mission: home}, "x")
	must(t, err)
	ben, err := w.Actor(t.Context(), "ben")
	must(t, err)
	_, err = w.Grant(t.Context(), ben, "ada", access.Grant{Role: access.RoleHost, Mission: home}, "x")
	must(t, err)
	_, err = w.Grant(t.Context(), ben, "ada", access.Grant{Role: access.RoleHost}, "x")
	w.wants(err, "may-not") // for every mission, by the admin of one
	_, err = w.Grant(t.Context(), ben, "ada", access.Grant{Role: access.RoleHost, Mission: "other"}, "x")
	w.wants(err, "may-not")
	auditor := w.person("aud", access.RoleAuditor)
	if _, err := w.Readings(t.Context(), auditor, home, 10); err != nil {
		t.Errorf("an auditor cannot read the audit: %v", err)
	}
	if _, err := w.Readings(t.Context(), ada, home, 10); err == nil {
		t.Error("a duty officer reads the audit")
	}
}
