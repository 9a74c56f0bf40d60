package crawl_test

import (
	"konbit.org/konbit/internal/access"
)

// knows is what somebody may learn of a casualty before its family was told.
type knows int

const (
	nothing    knows = iota // both twins answer alike
	counts                  // figures may count it; no name, no file
	everything              // the casualty cell and its like
)

// seat is somebody who asks.
type seat struct {
	name   string
	column string // of domain annex D, where there is one
	grants []access.Grant
	before knows // before the family was told and the hold was over
}

// seats are everybody: each role there is, with the scopes that make a difference.
// The small contributor is URY, whose member the victim is.
func seats() []seat {
	as := func(role access.Role, owner, person string) []access.Grant {
		return []access.Grant{{Role: role, Owner: owner, Person: person}}
	}
	return []seat{
		{"local", "", nil, everything},
		{"anonymous", "Press/public", nil, nothing},
		{"admin", "", as(access.RoleAdmin, "", ""), nothing},
		{"auditor", "", as(access.RoleAuditor, "", ""), counts}, // of readings: not whose
		{"commander", "HQ staff", as(access.RoleCommander, "", ""), counts},
		{"duty", "Duty officer", as(access.RoleDuty, "", ""), counts},
		{"operations", "HQ staff", as(access.RoleOperations, "", ""), counts},
		{"personnel", "HQ staff", as(access.RolePersonnel, "", ""), counts},
		{"medical", "HQ staff", as(access.RoleMedical, "", ""), counts},
		{"finance", "HQ staff", as(access.RoleFinance, "", ""), counts},
		{"conduct", "HQ staff", as(access.RoleConduct, "", ""), counts},
		{"welfare", "HQ staff", as(access.RoleWelfare, "", ""), counts},
		{"spokesperson", "HQ staff", as(access.RoleSpokes, "", ""), counts},
		{"cell", "", as(access.RoleCell, "", ""), everything},
		{"ministry-ury", "Own ministry", as(access.RoleMinistry, "URY", ""), counts},
		{"ministry-nor", "Other ministry", as(access.RoleMinistry, "NOR", ""), nothing},
		{"notifier-ury", "Own ministry", as(access.RoleNotifier, "URY", ""), everything},
		{"notifier-nor", "Other ministry", as(access.RoleNotifier, "NOR", ""), nothing},
		{"kin-officer-ury", "Own ministry", as(access.RoleMinistryFam, "URY", ""), counts},
		{"kin-officer-nor", "Other ministry", as(access.RoleMinistryFam, "NOR", ""), nothing},
		{"family-of-victim", "Family", as(access.RoleFamily, "", victim), nothing},
		{"family-of-other", "Family", as(access.RoleFamily, "", "per-nor-1"), nothing},
		{"donor", "Donor", as(access.RoleDonor, "ISL", ""), nothing},
		{"host", "Host police", as(access.RoleHost, "", ""), nothing},
		{"program", "", as(access.RoleProgram, "", ""), nothing},
	}
}
