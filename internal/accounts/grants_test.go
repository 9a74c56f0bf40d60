package accounts_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
)

func TestAGrantNeedsSomebodyElseWhoMayAndTheScopeOfItsRole(t *testing.T) {
	w := newWorld(t)
	boss := w.person("boss", access.RoleAdmin)
	ada := w.person("ada", access.RoleDuty)
	day := w.Now().Truncate(24 * time.Hour)
	for _, tc := range []struct {
		what, to, want string
		by             access.Actor
		grant          access.Grant
	}{
		{"to oneself", "boss", "yourself", boss, access.Grant{Role: access.RoleCell}},
		{"to oneself, written large", " BOSS ", "yourself", boss, access.Grant{Role: access.RoleCell}},
		{"by somebody who may not", "boss", "may-not", ada, access.Grant{Role: access.RoleCell}},
		{"by nobody", "ada", "may-not", access.Actor{}, access.Grant{Role: access.RoleCell}},
		{"the machine", "ada", "role", boss, access.Grant{Role: access.RoleLocal}},
		{"what everybody has", "ada", "role", boss, access.Grant{Role: access.RolePublic}},
		{"no role", "ada", "role", boss, access.Grant{}},
		{"a ministry of no country", "ada", "country-missing", boss, access.Grant{Role: access.RoleMinistry}},
		{"a donor of no country", "ada", "country-missing", boss, access.Grant{Role: access.RoleDonor}},
		{"a country that is none", "ada", "country", boss, access.Grant{Role: access.RoleMinistry, Owner: "Bahamas"}},
		{"the family of nobody", "ada", "person-missing", boss, access.Grant{Role: access.RoleFamily}},
		{"an end before the beginning", "ada", "dates", boss, access.Grant{Role: access.RoleCell, From: day.Add(time.Hour), Until: day}},
		{"an account that is not there", "eve", "unknown", boss, access.Grant{Role: access.RoleCell}},
		{"a role that a mission adds", "ada", "", boss, access.Grant{Role: "press-officer"}},
		{"a ministry", "ada", "", boss, access.Grant{Role: access.RoleMinistry, Owner: "BHS"}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			_, err := w.Grant(t.Context(), tc.by, tc.to, tc.grant, "test")
			if got := code(err); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

func TestARoleIsHandedOnForAShiftByWhoHasItAndNoFurther(t *testing.T) {
	w := newWorld(t)
	ada, ben := w.person("ada", access.RoleDuty), w.person("ben")
	w.person("cy")
	hand := func(by access.Actor, to string, d time.Duration) ([]string, error) {
		return w.Delegate(t.Context(), by, accounts.Delegation{To: to, Role: access.RoleDuty, Until: w.Now().Add(d)})
	}
	for _, tc := range []struct {
		what, to, want string
		by             access.Actor
		d              time.Duration
	}{
		{"for longer than a day", "ben", "shift", ada, 24*time.Hour + time.Second},
		{"until now", "ben", "shift", ada, 0},
		{"to oneself", "ada", "yourself", ada, time.Hour},
		{"to nobody", "eve", "unknown", ada, time.Hour},
		{"a role one does not have", "cy", "no-role", ben, time.Hour},
		{"by the machine, which has no role of its own", "cy", "may-not", access.Local(), time.Hour},
	} {
		if _, err := hand(tc.by, tc.to, tc.d); code(err) != tc.want {
			t.Errorf("%s: %q, want %q", tc.what, code(err), tc.want)
		}
	}
	_, err := hand(ada, "ben", 12*time.Hour)
	must(t, err)
	if ben, err = w.Actor(t.Context(), "ben"); err != nil || len(ben.Grants) != 1 || ben.Grants[0].Role != access.RoleDuty {
		t.Fatalf("ben is %+v, %v", ben, err)
	}
	_, err = hand(ben, "cy", time.Hour)
	w.wants(err, "no-role")
	w.pass(12*time.Hour - time.Second)
	if ben, _ = w.Actor(t.Context(), "ben"); len(ben.Grants) != 1 {
		t.Error("it ended before the end of the shift")
	}
	w.pass(time.Second)
	if ben, _ = w.Actor(t.Context(), "ben"); len(ben.Grants) != 0 {
		t.Error("it holds after the end of the shift")
	}
	refs, err := hand(ada, "ben", time.Hour)
	must(t, err)
	must(t, w.EndGrant(t.Context(), ada, refs[0], "back early"))
	if ben, _ = w.Actor(t.Context(), "ben"); len(ben.Grants) != 0 {
		t.Error("it holds after its giver ended it")
	}
	_, err = hand(ada, "ben", time.Hour)
	must(t, err)
	must(t, w.Suspend(t.Context(), access.Local(), "ada", "left"))
	if ben, _ = w.Actor(t.Context(), "ben"); len(ben.Grants) != 0 {
		t.Error("it holds after its giver was suspended")
	}
}

// The grants that hold are those that a naive reading of what was given gives,
// at any time, in any order of giving and ending.
func TestTheGrantsThatHoldAreThoseGivenAndNotOver(t *testing.T) {
	w := newWorld(t)
	w.person("boss", access.RoleAdmin)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		name := fmt.Sprintf("p%d", n)
		w.person(name)
		start := w.Now()
		type given struct {
			ref         string
			role        access.Role
			from, until time.Time
		}
		var all []given
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			if len(all) > 0 && rapid.Bool().Draw(t, "end") {
				i := rapid.IntRange(0, len(all)-1).Draw(t, "which")
				must(w.t, w.EndGrant(w.t.Context(), access.Local(), all[i].ref, "test"))
				now := w.Now().Truncate(time.Millisecond)
				if all[i].until.IsZero() || now.Before(all[i].until) {
					all[i].until = now
				}
			} else {
				g := access.Grant{Role: rapid.SampledFrom([]access.Role{access.RoleDuty, access.RoleHost, access.RoleFinance}).Draw(t, "role")}
				g.From = start.Add(time.Duration(rapid.IntRange(0, 10).Draw(t, "from")) * time.Minute)
				if rapid.Bool().Draw(t, "ends") {
					g.Until = g.From.Add(time.Duration(rapid.IntRange(1, 10).Draw(t, "until")) * time.Minute)
				}
				ref, err := w.Grant(w.t.Context(), access.Local(), name, g, "test")
				must(w.t, err)
				all = append(all, given{ref, g.Role, g.From.Truncate(time.Millisecond), g.Until.Truncate(time.Millisecond)})
			}
			w.pass(time.Duration(rapid.IntRange(0, 5).Draw(t, "pass")) * time.Minute)
			var want []string
			for _, g := range all {
				if !w.Now().Before(g.from) && (g.until.IsZero() || w.Now().Before(g.until)) {
					want = append(want, string(g.role))
				}
			}
			who, err := w.Actor(w.t.Context(), name)
			must(w.t, err)
			var got []string
			for _, g := range who.Grants {
				got = append(got, string(g.Role))
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("holds %v, want %v", got, want)
			}
		}
	})
}
