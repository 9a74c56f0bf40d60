package record

import (
	"time"

	"konbit.org/konbit/internal/journal"
)

// Key names a record. The same ref from the same sender is the same record.
type Key struct{ Mission, Kind, Ref string }

// String is "mission/kind/ref", as evidence lists write it.
func (k Key) String() string { return k.Mission + "/" + k.Kind + "/" + k.Ref }

// AsOf is the knowledge a reader asks for. The zero AsOf is all that is known now.
type AsOf struct {
	// Known leaves out what the mission was told after it ([journal.Entry.Reported]).
	Known time.Time
	// Recorded leaves out what this node wrote after it: the auditor's question.
	Recorded time.Time
}

// State says whether a version counts.
type State uint8

const (
	// Live versions count in figures.
	Live State = iota
	// Struck versions were retracted: they are shown struck through and count nowhere.
	Struck
	// Withdrawn versions have had every statement taken back.
	Withdrawn
)

// The pseudo fields that carry the envelope of a version's last statement
// beside its own fields, so that lists and filters can use them alike.
const (
	FieldSource = "@source"
	FieldGrade  = "@grade"
	FieldBatch  = "@batch"

	// What any statement of the record rested on and came with, a line each.
	fieldSources = "@sources"
	fieldBatches = "@batches"
)

// Version is a record as it was known over one stretch of known time.
type Version struct {
	Key
	ID        int64     // the record's number in this store; means nothing elsewhere
	Number    int       // 1 for the first version
	KnownFrom time.Time // UTC; the reported time of the statement that made it
	KnownTo   time.Time // UTC, exclusive; zero while it is the newest
	Lo, Hi    time.Time // event interval [Lo,Hi), UTC; both zero when the record has no event time
	State     State
	Conflict  bool // two desks stated a field without seeing one another
	// Fields hold the canonical values that are set, by field id, and the
	// pseudo fields. A field that is not there was never stated, or cleared.
	Fields map[string]journal.Value
}

// Text is a field's plain text, or "" when it is unset or sealed.
func (v *Version) Text(field string) string { return v.Fields[field].Text }

// Statement is one entry's word on one field.
type Statement struct {
	Entry    journal.ID
	Value    journal.Value
	Actor    string
	Source   string
	Grade    string
	Reported time.Time
	Recorded time.Time
}

// Conflict is a field that two desks stated differently without seeing one another.
type Conflict struct {
	Field      string
	Statements []Statement // at least two different values; the one in force last
}

// Step is one version in a record's history, with what changed and why.
type Step struct {
	Version
	Entry     journal.Stored // the statement that made it
	Changed   []Change
	Conflicts []Conflict           // open at this version
	Says      map[string]Statement // who said each field that is set
}

// Change is one field's old and new value.
type Change struct {
	Field    string
	Old, New journal.Value
}

// History is a record with everything ever said of it, oldest version first.
type History struct {
	Key
	Steps []Step
	Heads []journal.ID // what an author who reads this has seen
}

// Box is a rectangle in degrees, WGS 84. West may be larger than East across the antimeridian.
type Box struct{ South, West, North, East float64 }

// Sight is what a reader may see. It is made by package access and by nothing else.
type Sight struct {
	// Rights are what may be read; nil means everything.
	Rights Rights
	// Held are the records whose newest statements are kept from the reader.
	Held []Held
	// Cover hides what no text may tell the reader, as the name of somebody
	// whose family does not know yet; nil hides nothing.
	Cover func(text string, told time.Time) string
	// Touches reports whether a word of a search may be a part of what Cover
	// hides; nil means that any may.
	Touches func(word string) bool
	// Serial is the same only for sights that are the same; 0 says nothing.
	Serial uint64
}

// Order is how a list is sorted.
type Order string

// The orders. Every list is a keyset: it can be paged without skipping or doubling.
const (
	NewestFirst Order = ""    // by event time, newest first
	OldestFirst Order = "old" // by event time, oldest first
)

// Query asks for records of a mission.
type Query struct {
	Mission string
	Kind    string // "" means all kinds
	AsOf
	From, To time.Time           // event interval [From,To); zero means open. What has no event time is before all
	Where    map[string][]string // field or pseudo field -> any of these values
	Text     string              // all of these words, accents folded; where nothing has them, the last may be the beginning of one
	Begins   bool                // the last word of Text may always be the beginning of one
	Box      *Box
	Struck   bool // list struck records too
	Conflict bool // only records with an open conflict
	Order    Order
	After    string // Page.Next of the page before
	Limit    int    // 1 to 1000; 0 means 50
	Sight    Sight
}

// Page is one page of a list.
type Page struct {
	Versions []Version
	Next     string // cursor of the next page; "" at the end
}
