package access

import "time"

// Role is what somebody is in a mission. The roles that come with Konbit are
// below; a mission may add its own in its policies.
type Role string

// The roles. What each may do stands in the policies, nowhere in code.
const (
	RoleLocal       Role = "local"  // whoever sits at the machine that holds the data folder
	RolePublic      Role = "public" // everybody
	RoleAdmin       Role = "admin"  // people and their grants; reads no files
	RoleAuditor     Role = "auditor"
	RoleCommander   Role = "commander"
	RoleDuty        Role = "duty"
	RoleOperations  Role = "operations"
	RolePersonnel   Role = "personnel"
	RoleMedical     Role = "medical"
	RoleFinance     Role = "finance"
	RoleConduct     Role = "conduct"
	RoleWelfare     Role = "welfare"
	RoleSpokes      Role = "spokesperson"
	RoleCell        Role = "cell"             // the casualty cell
	RoleMinistry    Role = "ministry"         // of the contributor in Grant.Owner
	RoleNotifier    Role = "notifier"         // tells families; of the contributor in Grant.Owner
	RoleMinistryFam Role = "ministry-welfare" // of the contributor in Grant.Owner
	RoleFamily      Role = "family"           // of the person in Grant.Person
	RoleDonor       Role = "donor"            // the donor in Grant.Owner
	RoleHost        Role = "host"             // the host nation's police
	RoleProgram     Role = "program"
)

// Grant is a role that somebody was given, for what and for how long.
type Grant struct {
	Role    Role
	Mission string    // "" means every mission of the node
	Owner   string    // ISO 3166-1 alpha-3 of a contributor or donor; "" where the role has none
	Post    string    // ref of a post; "" means all
	Person  string    // ref of the person whose family it is
	From    time.Time // UTC; zero means from the beginning
	Until   time.Time // UTC, exclusive; zero means without an end
	By      string    // who gave it
}

// Active reports whether the grant holds at t.
func (g Grant) Active(t time.Time) bool {
	return !t.Before(g.From) && (g.Until.IsZero() || t.Before(g.Until))
}

// Action is something that somebody may be allowed to do.
type Action string

// The actions.
const (
	Read       Action = "read"
	Count      Action = "count"       // in figures, without reading
	CountLarge Action = "count-large" // in figures, under the rule of small cells
	Write      Action = "write"
	Retract    Action = "retract"
	Withdraw   Action = "withdraw"
	Import     Action = "import"
	Export     Action = "export"
	Erase      Action = "erase"
	Notify     Action = "notify"  // record that a family was told
	Declare    Action = "declare" // that somebody missing is dead
	Name       Action = "name"    // let the public have a name
	Minimise   Action = "minimise"
	SeeReason  Action = "see-reason" // why MINIMISE is on
	Account    Action = "account"    // invite, grant, recover, suspend
	Delegate   Action = "delegate"   // one's own role for a shift
	Audit      Action = "audit"      // see who read others' files
	Revoke     Action = "revoke"     // a node
)

// Resource is what an action is about. The zero value of a member says that it
// has none.
type Resource struct {
	Mission string
	Kind    string
	Owner   string // alpha-3, mission, host or fund
	Marking string
	Ref     string
	Post    string // the post it is about; "" where it is about none
	// Field is the field read, with its own marking in FieldMarking.
	Field        string
	FieldMarking string
	Personal     bool
	Secret       bool // nobody reads the field
	// Held says that the kin gate is closed over the record.
	Held bool
}

// Hold is a record over which the kin gate is closed.
type Hold struct {
	Mission, Kind, Ref string
	ID                 int64     // its number in the record store
	Since              time.Time // KnownFrom of the first version that is held
	Owner              string    // the contributor whose casualty it is
	Marking            string
	Group              string   // the incident: persons of one contributor in one group are counted together
	Persons            int64    // how many it is about; 0 where it is no casualty but points to one
	Names              []string // names, numbers and aliases that no text may tell
	// From is since when texts could tell of it. Older ones are left as they are:
	// a name that was always there and is covered today would tell more.
	From time.Time
}

// Gate tells over which records of a mission the kin gate is closed at t. It is
// made by the domain that knows the rules of it. As long as nothing changes it
// gives the same slice, and another one then; nobody may change what it gives.
type Gate interface {
	Closed(mission string, t time.Time) []Hold
}
