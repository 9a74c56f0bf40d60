package access_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// gate is a gate that is closed over what it lists.
type gate []access.Hold

func (g gate) Closed(mission string, _ time.Time) (out []access.Hold) {
	for _, h := range g {
		if h.Mission == mission {
			out = append(out, h)
		}
	}
	return out
}

func drawGrant(t *rapid.T) access.Grant {
	return access.Grant{
		Role: rapid.SampledFrom([]access.Role{
			access.RolePublic, access.RoleAdmin, access.RoleAuditor, access.RoleCommander, access.RoleDuty, access.RolePersonnel,
			access.RoleFinance, access.RoleCell, access.RoleMinistry, access.RoleNotifier, access.RoleMinistryFam, access.RoleFamily,
			access.RoleDonor, access.RoleHost, access.RoleProgram, "unheard-of",
		}).Draw(t, "role"),
		Mission: rapid.SampledFrom([]string{"", "m", "other"}).Draw(t, "mission"),
		Owner:   rapid.SampledFrom([]string{"", "AAA", "BBB", "host"}).Draw(t, "owner"),
		Person:  rapid.SampledFrom([]string{"", "p1", "p2"}).Draw(t, "person"),
	}
}

// TestTheTableOfClassesSaysWhatTheRulesSay holds for random grants, records and
// holds: a query by classes gives what deciding row by row would.
func TestTheTableOfClassesSaysWhatTheRulesSay(t *testing.T) {
	k := houseKinds(t)
	own := fstest.MapFS{"policies/own.cedar": {Data: []byte(`
		@id("own-one") @says("One country sees the money of another.")
		permit (principal in Role::"ministry", action in Action::"see", resource)
		when { resource.kind == "flow" && resource.owner == "CCC" };
		@id("own-ref") @says("Everybody sees one incident.")
		permit (principal, action == Action::"read", resource) when { resource.kind == "incident" && resource.ref == "i1" };`)}}
	g, err := access.NewGuard(access.GuardOptions{
		Kinds: k, Missions: map[string]fs.FS{"m": own}, Now: func() time.Time { return day(10) },
	})
	must(t, err)
	rapid.Check(t, func(t *rapid.T) {
		who := access.Actor{Name: "a", Grants: rapid.SliceOfN(rapid.Custom(drawGrant), 0, 3).Draw(t, "grants")}
		a := rapid.SampledFrom([]access.Action{access.Read, access.Count, access.CountLarge, access.Export, access.Write}).Draw(t, "action")
		kindID := rapid.SampledFrom([]string{"person", "casualty", "kin", "flow", "incident", "movement", "account", "seizure", "unknown"}).Draw(t, "kind")
		of := record.Class{
			Marking: rapid.SampledFrom([]string{"public", "mission", "owner", "restricted", "cell", ""}).Draw(t, "marking"),
			Owner:   rapid.SampledFrom([]string{"mission", "host", "fund", "AAA", "BBB", "CCC", "DDD"}).Draw(t, "of"),
			Ref:     rapid.SampledFrom([]string{"p1", "p2", "i1", "zz"}).Draw(t, "ref"),
		}
		s := g.Sight(who, "m", a)
		may := g.May(who, a, access.Resource{Mission: "m", Kind: kindID, Marking: of.Marking, Owner: of.Owner, Ref: of.Ref})
		may = may && of.Marking != "" // what is not marked is nobody's to read
		if reads := s.Rights.Reads(kindID, of); reads != may {
			t.Fatalf("%v: the sight says %v, the guard %v", of, reads, may)
		}
		if d := g.Explain(who, a, access.Resource{Mission: "m", Kind: kindID, Marking: of.Marking, Owner: of.Owner, Ref: of.Ref}); d.Allowed != may && of.Marking != "" {
			t.Fatalf("%v: explained as %v, decided as %v", of, d, may)
		}
		listed := slices.ContainsFunc(s.Rights.Classes(kindID), func(c record.Class) bool {
			return c.Marking == of.Marking && (c.Owner == "" || c.Owner == of.Owner) && (c.Ref == "" || c.Ref == of.Ref)
		})
		if listed != may {
			t.Fatalf("%v: the table says %v, the guard %v: %v", of, listed, may, s.Rights.Classes(kindID))
		}
	})
}

func TestWhatIsHeldIsHeldFromThoseWhoMayNotReadItAndItsNameIsCovered(t *testing.T) {
	hold := access.Hold{
		Mission: "m", Kind: "casualty", Ref: "cas-0007", ID: 7, Since: day(3), Owner: "AAA", Marking: "cell", Persons: 1,
		Names: []string{"Ada Fiction", "AF-2041"},
	}
	g := newGuard(t, houseKinds(t), gate{hold})
	for _, role := range roles() {
		s := g.Sight(role.who, "m", access.Read)
		open := strings.Contains(" local cell notif ", " "+role.name+" ")
		if held := len(s.Held) == 1; held == open {
			t.Errorf("%s: held %v", role.name, held)
		}
		if covers := s.Cover != nil; covers == open {
			t.Errorf("%s: covers %v", role.name, covers)
		}
		counts := strings.Contains(" local cell duty ops cmd pers med fin conduct welfare notif ministry minwelf ", " "+role.name+" ")
		if held := len(g.Sight(role.who, "m", access.Count).Held) == 1; held == counts {
			t.Errorf("%s: held from the count: %v", role.name, held)
		}
	}
	cover := g.Sight(access.Public(), "m", access.Read).Cover
	for text, want := range map[string]string{
		"Officer Ada Fiction fell":          "Officer ■ fell",
		"FICTION, Ada was with them":        "■ was with them",
		"fíction’s family":                  "■’s family",
		"Number AF 2041, AF2041 or af-2041": "Number ■, ■ or ■",
		"2041 rounds, 20410 more":           "2041 rounds, 20410 more",
		"see cas-0007 and cas-0008":         "see ■ and cas-0008",
		"fictional, Adamant":                "fictional, Adamant",
		"":                                  "",
	} {
		if got := cover(text, time.Time{}); got != want {
			t.Errorf("%q is told as %q, want %q", text, got, want)
		}
	}
}

func TestAnActorFromNowhereMayDoNothing(t *testing.T) {
	g := newGuard(t, houseKinds(t), nil)
	past := access.Actor{Name: "old", Grants: []access.Grant{{Role: access.RoleCell, Until: day(9)}}}
	elsewhere := access.Actor{Name: "far", Grants: []access.Grant{{Role: access.RoleCell, Mission: "other"}}}
	r := access.Resource{Mission: "m", Kind: "casualty", Marking: "cell"}
	for _, who := range []access.Actor{{}, past, elsewhere, {Name: "x", Grants: []access.Grant{{Role: "unheard-of"}}}} {
		if g.May(who, access.Read, r) || g.May(who, access.Write, r) {
			t.Errorf("%s reads or writes a casualty", who.Name)
		}
	}
	if g.May(access.Actor{}, access.Read, access.Resource{Mission: "m", Kind: "incident", Marking: "public"}) {
		t.Error("nobody reads what is public")
	}
}

func TestARuleOfAMissionHoldsForItAlone(t *testing.T) {
	own := fstest.MapFS{
		"policies/own.cedar":   {Data: []byte(`@id("own") @says("Observers see the log.") permit (principal in Role::"visitors", action in Action::"see", resource) when { resource.kind == "incident" };`)},
		"policies/groups.yaml": {Data: []byte("roles: {visitors: [observer]}")},
	}
	g, err := access.NewGuard(access.GuardOptions{Kinds: houseKinds(t), Missions: map[string]fs.FS{"m": own}, Now: time.Now})
	must(t, err)
	who := access.Actor{Name: "o", Grants: []access.Grant{{Role: "observer"}}}
	for mission, want := range map[string]bool{"m": true, "n": false} {
		if got := g.May(who, access.Read, access.Resource{Mission: mission, Kind: "incident", Marking: "mission"}); got != want {
			t.Errorf("in %s: %v, want %v", mission, got, want)
		}
	}
}

func TestAPolicyThatCannotBeMeantIsRefusedWithItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		`permit (principal, action, resource`:                                                                    "own.cedar cannot be read",
		`permit (principal, action, resource);`:                                                                  "own.cedar:1: the policy has no name or no sentence",
		`@id("log-duty") @says("x") permit (principal, action, resource);`:                                       "own.cedar:1: log-duty stands in log.cedar:3 already",
		`@id("x") @says("x") forbid (principal, action, resource) when { resource.colour == "red" };`:            "own.cedar:1: resource has no colour",
		`@id("x") @says("x") forbid (principal, action, resource)` + "\n" + `when { resource.owner like "A*" };`: "own.cedar:2: an owner, a ref or a mission is compared as a whole",
	} {
		own := fstest.MapFS{"policies/own.cedar": {Data: []byte(text)}}
		_, err := access.NewGuard(access.GuardOptions{Kinds: houseKinds(t), Missions: map[string]fs.FS{"m": own}, Now: time.Now})
		if !fail.Is(err, fail.Invalid) || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestManyMayAskAtOnce(t *testing.T) {
	g := newGuard(t, houseKinds(t), gate{{Mission: "m", Kind: "casualty", Ref: "c", Since: day(1), Owner: "AAA", Names: []string{"Ada Fiction"}}})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 300 {
				who := roles()[(i+n)%len(roles())].who
				s := g.Sight(who, "m", access.Read)
				if s.Rights != nil {
					s.Rights.Classes("casualty")
				}
				g.May(who, access.Count, access.Resource{Mission: "m", Kind: "flow", Marking: "mission", Owner: fmt.Sprint(n), Field: fmt.Sprint(n)})
			}
		})
	}
	wg.Wait()
}

func BenchmarkDecision(b *testing.B) {
	k := houseKinds(b)
	who := access.Actor{Name: "a", Grants: []access.Grant{{Role: access.RoleMinistry, Owner: "AAA"}, {Role: access.RoleNotifier, Owner: "AAA"}}}
	r := access.Resource{Mission: "m", Kind: "casualty", Marking: "cell", Owner: "AAA"}
	b.Run("cold", func(b *testing.B) {
		g := newGuard(b, k, nil)
		b.ReportAllocs()
		for b.Loop() {
			g.Explain(who, access.Read, r)
		}
	})
	b.Run("remembered", func(b *testing.B) {
		g := newGuard(b, k, nil)
		b.ReportAllocs()
		for b.Loop() {
			g.May(who, access.Read, r)
		}
	})
	b.Run("a row by its class", func(b *testing.B) {
		s := newGuard(b, k, nil).Sight(who, "m", access.Read)
		b.ReportAllocs()
		for b.Loop() {
			s.Rights.Reads("casualty", record.Class{Marking: "cell", Owner: "AAA", Ref: "c1"})
		}
	})
	b.Run("sight", func(b *testing.B) {
		g := newGuard(b, k, gate{{Mission: "m", Kind: "casualty", Ref: "c", Since: day(1), Owner: "BBB", Names: []string{"Ada Fiction"}}})
		b.ReportAllocs()
		for b.Loop() {
			g.Sight(who, "m", access.Read)
		}
	})
}
