package access_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// houseKinds are the kinds that come with Konbit, and stand-ins for those of
// rooms that are still to be built.
func houseKinds(t testing.TB) kinds {
	t.Helper()
	var folders []fs.FS
	for _, d := range []string{"strength", "casualty", "mandate", "training", "services", "custody", "operations", "support", "outreach", "money", "claim", "places", "accounts"} {
		folders = append(folders, os.DirFS("../"+d))
	}
	set, err := kind.Load(folders...)
	must(t, err)
	return kinds{set}
}

// planned gives kinds of rooms still to be built the domain that they will have.
type planned struct{ kinds }

func (p planned) Kind(mission, id string) (*kind.Kind, bool) {
	switch id {
	case "patrol":
		return &kind.Kind{ID: id, Domain: "operations"}, true
	case "complaint":
		return &kind.Kind{ID: id, Domain: "conduct"}, true
	case "message":
		return &kind.Kind{ID: id, Domain: "family"}, true
	}
	return p.kinds.Kind(mission, id)
}

// roles are the columns of the matrix. A contributor, a donor and a family are
// those of AAA; what they ask for in the rows is of AAA or of BBB.
func roles() []struct {
	name string
	who  access.Actor
} {
	of := func(g access.Grant) access.Actor {
		return access.Actor{Name: string(g.Role), Grants: []access.Grant{g}}
	}
	return []struct {
		name string
		who  access.Actor
	}{
		{"local", access.Local()},
		{"cell", of(access.Grant{Role: access.RoleCell})},
		{"duty", of(access.Grant{Role: access.RoleDuty})},
		{"ops", of(access.Grant{Role: access.RoleOperations})},
		{"cmd", of(access.Grant{Role: access.RoleCommander})},
		{"pers", of(access.Grant{Role: access.RolePersonnel})},
		{"med", of(access.Grant{Role: access.RoleMedical})},
		{"fin", of(access.Grant{Role: access.RoleFinance})},
		{"conduct", of(access.Grant{Role: access.RoleConduct})},
		{"welfare", of(access.Grant{Role: access.RoleWelfare})},
		{"notif", of(access.Grant{Role: access.RoleNotifier, Owner: "AAA"})},
		{"ministry", of(access.Grant{Role: access.RoleMinistry, Owner: "AAA"})},
		{"minwelf", of(access.Grant{Role: access.RoleMinistryFam, Owner: "AAA"})},
		{"family", of(access.Grant{Role: access.RoleFamily, Person: "p1"})},
		{"donor", of(access.Grant{Role: access.RoleDonor, Owner: "AAA"})},
		{"host", of(access.Grant{Role: access.RoleHost})},
		{"audit", of(access.Grant{Role: access.RoleAuditor})},
		{"admin", of(access.Grant{Role: access.RoleAdmin})},
		{"public", access.Public()},
		{"nobody", access.Actor{}},
	}
}

// matrix is who may see what: R reads (and so counts), C counts, L counts under
// the rule of small cells alone, . nothing. The columns are those of roles.
//
//	kind, marking, owner, ref, held, personal | local cell duty ops cmd pers med fin conduct welfare notif ministry minwelf family donor host audit admin public nobody
const matrix = `
incident   mission     mission -  -    -    | R R R R R R R R R R . . . . . . C . . .
incident   restricted  mission -  -    -    | R R R R R . . . . . . . . . . . . . . .
incident   mission     AAA     -  -    -    | R R R R R R R R R R . R . . . . C . . .
incident   mission     BBB     -  -    -    | R R R R R R R R R R . . . . . . C . . .
incident   mission     host    -  -    -    | R R R R R R R R R R . . . . . R C . . .
incident   public      mission -  -    -    | R R R R R R R R R R R R R R R R R R R .
person     owner       AAA     p1 -    -    | R R . . . R R . . . R R R R . . . . . .
person     owner       AAA     p1 -    pers | R R . . . R R . . . R R R R . . . . . .
person     owner       AAA     p2 -    pers | R R . . . R R . . . R R R . . . . . . .
person     owner       BBB     p2 -    pers | R R . . . R R . . . . . . . . . . . . .
person     public      BBB     p2 -    pers | R R . . . R R . . . . . . . . . . . . .
person     owner       AAA     p1 held pers | R R . . . . . . . . R . . . . . . . . .
casualty   cell        AAA     c1 held -    | R R C C C C C C C C R C C . . . . . . .
casualty   cell        BBB     c1 held -    | R R C C C C C C C C L L L . . . . . . .
casualty   cell        AAA     c1 held pers | R R . . . . . . . . R . . . . . . . . .
casualty   public      BBB     c1 held -    | R R C C C C C C C C L L L . . . . . . .
casualty   cell        AAA     c1 -    -    | R R C C C C C C C C R C C C C C C C C .
casualty   mission     AAA     c1 -    -    | R R R R R R R C C R R R C C C C C C C .
casualty   mission     AAA     c1 -    pers | R R . . R R R . . . R R . . . . . . . .
casualty   public      BBB     c1 -    -    | R R R R R R R R R R R R R R R R R R R .
kin        owner       AAA     k1 -    pers | R R . . . . . . . . R . R . . . . . . .
kin        owner       BBB     k1 -    pers | R R . . . . . . . . . . . . . . . . . .
movement   mission     AAA     -  -    -    | R R R R R R R R R R R R R C C C R C C .
movement   mission     BBB     -  -    -    | R R R R R R R R R R C C C C C C R C C .
movement   owner       BBB     -  -    -    | R . . . R R . . . . . . . . . . . . . .
patrol     mission     mission -  -    -    | R . R R R . . . . . . . . . . . . . . .
patrol     public      mission -  -    -    | R . R R R . . . . . . . . . . . . . . .
patrol     mission     host    -  -    -    | R . R R R . . . . . . . . . . R . . . .
seizure    mission     mission -  -    -    | R R R R R R R R R R C C C C C C C C C .
seizure    mission     AAA     -  -    -    | R R R R R R R R R R C R C C C C C C C .
seizure    mission     host    -  -    -    | R R R R R R R R R R C C C C C R C C C .
seizure    restricted  mission -  -    -    | R . R R R . . . . . . . . . . . . . . .
flow       mission     AAA     -  -    -    | R C C C C C C R C C C C C C R C R C C .
flow       mission     BBB     -  -    -    | R C C C C C C R C C C C C C C C R C C .
complaint  restricted  AAA     -  -    -    | R C C C C C C C R C C C C C C C C C C .
complaint  owner       AAA     -  -    -    | R C C C C C C C R C C R C C C C C C C .
complaint  owner       BBB     -  -    -    | R C C C C C C C R C C C C C C C C C C .
complaint  public      BBB     -  -    -    | R C C C C C C C R C C C C C C C C C C .
message    owner       AAA     p1 -    -    | R . . . . . . . . R . . R R . . . . . .
message    owner       BBB     p2 -    -    | R . . . . . . . . R . . . . . . . . . .
instrument mission     mission -  -    -    | R R R R R R R R R R . . . . . . R . . .
account    restricted  mission -  -    pers | R . . . . . . . . . . . . . . . . R . .
reading    restricted  mission -  -    -    | R . . . . . . . . . . . . . . . R . . .
minimise   mission     mission -  -    -    | R R R R R R R R R R . . . . . . C . . .
notice     public      mission -  -    -    | R R R R R R R R R R R R R R R R R R R .
`

func TestWhoMaySeeWhatIsAsTheMatrixSays(t *testing.T) {
	g := newGuard(t, planned{houseKinds(t)}, nil)
	for line := range strings.SplitSeq(strings.TrimSpace(matrix), "\n") {
		what, cells, _ := strings.Cut(line, "|")
		f, want := strings.Fields(what), strings.Fields(cells)
		r := access.Resource{Mission: "m", Kind: f[0], Marking: f[1], Owner: f[2], Held: f[4] == "held"}
		if f[3] != "-" {
			r.Ref = f[3]
		}
		if f[5] == "pers" {
			r.Field, r.Personal = "name", true
		}
		if len(want) != len(roles()) {
			t.Fatalf("%s: %d columns, want %d", line, len(want), len(roles()))
		}
		for i, role := range roles() {
			got := "."
			switch {
			case g.May(role.who, access.Read, r):
				got = "R"
			case g.May(role.who, access.Count, r):
				got = "C"
			case g.May(role.who, access.CountLarge, r):
				got = "L"
			}
			if got != want[i] {
				t.Errorf("%s: %s is %s, want %s (%v)", strings.TrimSpace(what), role.name, got, want[i], g.Explain(role.who, access.Read, r).Rules)
			}
			if got == "R" && !g.May(role.who, access.Count, r) && role.name != "family" {
				t.Errorf("%s: %s reads and may not count", what, role.name)
			}
		}
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	g := newGuard(t, planned{houseKinds(t)}, nil)
	casualty := access.Resource{Mission: "m", Kind: "casualty", Marking: "cell", Owner: "AAA", Ref: "c1", Held: true}
	report := casualty
	report.Held = false
	of := func(kindID, marking, owner string) access.Resource {
		return access.Resource{Mission: "m", Kind: kindID, Marking: marking, Owner: owner}
	}
	for name, tc := range map[string]struct {
		do   access.Action
		what access.Resource
		who  string
	}{
		"the cell and the own notifier tell a family":       {access.Notify, casualty, "local cell notif"},
		"nobody but the commander declares somebody dead":   {access.Declare, casualty, "local cmd"},
		"the cell gives a name to the public":               {access.Name, casualty, "local cell"},
		"duty and medical report a casualty":                {access.Write, report, "local cell duty med"},
		"nobody else writes in a held file":                 {access.Write, casualty, "local cell"},
		"the roll is kept by personnel and its owner":       {access.Write, of("person", "owner", "AAA"), "local cell pers ministry"},
		"another ministry keeps none of it":                 {access.Write, of("person", "owner", "BBB"), "local cell pers"},
		"the roll leaves with those who keep it":            {access.Export, of("person", "owner", "AAA"), "local cell pers ministry"},
		"the log is kept by duty, operations and commander": {access.Write, of("incident", "mission", "mission"), "local duty ops cmd"},
		"money is kept by finance":                          {access.Import, of("flow", "mission", "BBB"), "local fin"},
		"all staff record what others claim":                {access.Write, of("claim", "mission", "mission"), "local cell duty ops cmd pers med fin conduct welfare"},
		"nobody but the one at the machine erases":          {access.Erase, of("person", "owner", "AAA"), "local"},
		"duty and commander begin MINIMISE":                 {access.Minimise, of("minimise", "mission", "mission"), "local duty cmd"},
		"the reason of MINIMISE is for few":                 {access.SeeReason, of("minimise", "mission", "mission"), "local cell duty cmd"},
		"the administrator keeps accounts":                  {access.Account, of("", "", ""), "local admin"},
		"the auditor sees who read what":                    {access.Audit, of("", "", ""), "local audit"},
		"a lost node is shut out":                           {access.Revoke, of("", "", ""), "local cmd admin"},
		"a mandate is kept by the commander":                {access.Write, of("instrument", "mission", "mission"), "local cmd"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, role := range roles() {
				if g.May(role.who, tc.do, tc.what) {
					got = append(got, role.name)
				}
			}
			if s := strings.Join(got, " "); s != tc.who {
				t.Errorf("%s may, want %s", s, tc.who)
			}
		})
	}
}

func TestSecretFieldsPassForNobodyAndTheReasonOfMinimiseForFew(t *testing.T) {
	k := houseKinds(t)
	g := newGuard(t, k, nil)
	for _, role := range roles() {
		account := record.Version{Key: record.Key{Mission: "m", Kind: "account", Ref: "a"}, Fields: texts("marking", "restricted", "state", "x", "password", "hash")}
		if got := g.Readable(role.who, &account); got["password"].Text != "" {
			t.Errorf("%s reads a hash", role.name)
		}
		v := record.Version{Key: record.Key{Mission: "m", Kind: "minimise", Ref: "a"}, Fields: texts("marking", "mission", "reason", "x")}
		few := strings.Contains(" local cell duty cmd ", " "+role.name+" ")
		if got := g.Readable(role.who, &v)["reason"].Text != ""; got != few {
			t.Errorf("%s reads the reason of MINIMISE: %v, want %v", role.name, got, few)
		}
	}
}
