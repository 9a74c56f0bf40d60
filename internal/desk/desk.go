package desk

import (
	"context"
	"io"
	"sync"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// Draft is what somebody wants to say about one record.
type Draft struct {
	Kind string
	// Ref is the sender's name of the record. A row of a sheet must have one; for
	// anything else an empty Ref has the desk make one.
	Ref string
	// Fields hold what is said, as people write it or canonical. A field that is
	// not there is not spoken of; one that is there and empty was left empty. The
	// columns ref, reported, source and grade may stand here too, as a sheet has
	// them, and count where the member of that name is empty.
	Fields map[string]string
	// Reported is when the mission was told; zero means now.
	Reported time.Time
	Source   string // ref of a source record
	Grade    string // A1 to F6
	Reason   string // why, for a correction
	// Series is the series in which a new record of a numbered kind gets the next
	// number; "" means the kind's own. See [kind.Kind.SeriesOf].
	Series string
	// Form is the id that a form carries, so that sending it twice is harmless.
	Form string
	// Row is where it stands in its sheet, counted as spreadsheets do; 0 for
	// anything that is no row.
	Row int
	// Seen are the heads of the record its author had before them; nil means all
	// there are when the draft arrives.
	Seen []journal.ID
}

// Status is what became of a draft.
type Status string

// The four ends of a draft.
const (
	StatusNew     Status = "new"     // the first statement about its record
	StatusChanged Status = "changed" // a correction, or one more statement
	StatusSame    Status = "same"    // said before; nothing is written
	StatusRefused Status = "refused"
)

// Outcome says what became of one draft.
type Outcome struct {
	Row      int
	Ref      string // also where the desk made it
	Status   Status
	Problems []kind.Problem  // why it was refused
	Changes  []record.Change // what it changes in the record as it stands
	Entry    journal.ID      // what was written; zero for a dry run and where nothing was
}

// Options say how drafts are taken in.
type Options struct {
	Batch  string // name of the import the drafts come with; it can be withdrawn as one
	DryRun bool   // answer as always and write nothing
	Strict bool   // write nothing if any draft of the call is refused

	DecimalComma bool     // numbers are written 12,5 and 1.234
	DateFormats  []string // tried before all others, on every date
	// Known tells of records that come with the same batch but are not written
	// yet, as in the dry run of several sheets. It may be nil.
	Known func(kind, ref string) bool
	// Spoken remembers the rows of the calls that make up one import; nil
	// remembers those of this call only.
	Spoken *Spoken
}

// Spoken are the rows that an import has taken in: for each record and report a
// digest, some forty bytes. The second of two rows that differ is refused by it,
// in whichever call it comes: else every import of the sheet would change the
// record to and fro. It is for one import at a time.
type Spoken struct{ rows map[uint64]uint64 }

// NewSpoken is empty.
func NewSpoken() *Spoken { return &Spoken{map[uint64]uint64{}} }

// Rule is what a domain demands of drafts of a kind beyond what YAML can say.
type Rule struct {
	Kind string
	// Check sees the draft with the fields of the record as it would become,
	// canonical and in plain text. An error refuses the whole call.
	Check func(ctx context.Context, v View, d Draft) ([]kind.Problem, error)
}

// Records is what the desk reads of the record store.
type Records interface {
	Get(ctx context.Context, key record.Key, asOf record.AsOf) (record.Version, error)
	History(ctx context.Context, key record.Key, asOf record.AsOf) (record.History, error)
	List(ctx context.Context, q record.Query) (record.Page, error)
}

// Batches finds what came with an import.
type Batches interface {
	Batch(ctx context.Context, mission, batch string) ([]journal.Stored, error)
}

// Journal takes entries: all of a call or none.
type Journal interface {
	Append(ctx context.Context, entries ...journal.Entry) ([]journal.Stored, error)
}

// Keys seal what is said of a person, open it, and destroy the key.
type Keys interface {
	Seal(ctx context.Context, subject, field, plain string) (journal.Value, error)
	Open(ctx context.Context, v journal.Value, field string) (string, error)
	Erase(ctx context.Context, subject string) error
}

// Config is what a desk is made of. All but Codes, Rules, Locate, Places and Standing are needed.
type Config struct {
	Guard   *access.Guard
	Records Records
	Batches Batches
	Series  Series
	Journal Journal
	Keys    Keys
	Schema  record.Schema
	// Codes are the lists a mission knows only when it runs: "measures".
	Codes func(mission string) map[string][]string
	Rules []Rule
	// Locate gives the position of a place that a record names; nil gives none. It is
	// not asked for records of Places, the kinds that are places themselves.
	Locate Locate
	Places []string
	// Standing names the kinds of which no record may be struck, as what was
	// granted and who read what; nil names none.
	Standing func(kindID string) bool
	Now      clock.Wall
	Random   io.Reader // crypto/rand.Reader; refs and batch names are made from it
}

// Desk takes drafts in. It is safe for concurrent use.
type Desk struct {
	Config
	rules map[string][]Rule
	locks [256]sync.Mutex
	// numbers is held from reading the last number of a series to the commit.
	numbers sync.Mutex
}

// New makes a desk. It starts nothing.
func New(c Config) *Desk {
	d := &Desk{Config: c, rules: map[string][]Rule{}}
	for _, r := range c.Rules {
		d.rules[r.Kind] = append(d.rules[r.Kind], r)
	}
	return d
}

// View is what a rule may look at: the mission as it stands, and what the same
// call would write before the draft in hand.
type View struct {
	Mission string
	Who     access.Actor // who sends the draft
	Now     time.Time    // UTC
	Zone    *time.Location
	// Key is the record in hand, and New says that nothing was said of it yet.
	Key record.Key
	New bool

	call *call
}

// Get gives the fields of another record of the mission. It gives
// [fail.NotFound] for one that is not there, struck or withdrawn.
func (v View) Get(ctx context.Context, kindID, ref string) (map[string]journal.Value, error) {
	key := record.Key{Mission: v.Mission, Kind: kindID, Ref: ref}
	if p := v.call.pasts[key]; p != nil {
		if cur, ok := p.current(); ok && cur.State == record.Live {
			return cur.Fields, nil
		}
	}
	got, err := v.call.desk.Records.Get(ctx, key, record.AsOf{})
	if err != nil {
		return nil, err
	}
	if got.State != record.Live {
		return nil, fail.Newf(fail.NotFound, "", "%s was retracted", key)
	}
	return got.Fields, nil
}

// List lists records of the mission that are already written.
func (v View) List(ctx context.Context, q record.Query) (record.Page, error) {
	q.Mission = v.Mission
	return v.call.desk.Records.List(ctx, q)
}
