package measure

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/record"
)

// Query asks for a figure.
type Query struct {
	Mission string
	Measure string
	// By are the dimensions to break it down by, in the order wanted.
	By []string
	// Where keeps, of each dimension named, these values; [Unsaid] is what
	// is not stated.
	Where map[string][]string
	// From leaves out what had certainly happened by it, so that figures of
	// periods that touch add up. Zero means from the beginning.
	From time.Time
	// At is the event date: what has certainly happened by the end of that
	// second. Zero means now. Its location is kept for showing.
	At time.Time
	// Known leaves out what the mission was told after that second. Zero
	// means all that is known.
	Known time.Time
	// Recorded leaves out what this node wrote after it: the auditor's
	// question, and a slow one. Zero means all.
	Recorded time.Time
	// In asks for the totals in one currency, at dated sourced rates.
	In string
	// EvidenceLimit is how many records a row names, newest first; 0 means all.
	EvidenceLimit int
}

// Figure is a measure's value at two dates, with what it rests on.
type Figure struct {
	Mission    string
	Measure    string
	Definition int
	Unit       string
	From, At   time.Time
	Known      time.Time
	By         []string
	Where      map[string][]string
	Rows       []Row
	// Total is nil when nothing is recorded, and when there is more than one
	// currency or unit: then see Totals.
	Total *Amount
	// Totals are the totals of each currency or unit, where the measure has
	// one; empty otherwise.
	Totals []Total
	// Converted is the total asked for by [Query.In], when rates allow.
	Converted *Total
	// Out is how it was let out to everybody; zero where it is exact.
	Out Publication
	// Records is the number of different records behind the total that may be
	// listed.
	Records int
	// Newest is when the newest event behind the total had happened; zero if none.
	Newest  time.Time
	Unknown []Unknown
	// Unknowns is how many there are; Unknown may name fewer.
	Unknowns int
	Notes    []Note
	Address  string // the figure's own page, with both dates

	unlisted int // records that count and may not be listed
}

// Row is the value of one combination of the dimensions asked by.
type Row struct {
	By    map[string]string
	Apart string // the currency or unit, where the measure keeps them apart
	Value Amount
	// Records is how many records it rests on that may be listed: the length of
	// the list that [Engine.Records] gives for the row. How many others there
	// are, the note [NotListed] says for the whole figure.
	Records  int
	Evidence []string     // their refs, newest event first; kind/ref where two share a ref
	Keys     []record.Key // the same, in full
}

// Total is a sum in one currency or unit.
type Total struct {
	Apart   string
	Value   Amount
	Records int
}

// The codes of what is not known. Their words are unknown.<code> in the catalogue.
const (
	MaybeByThen      = "maybe-by-then"       // the event may or may not have happened by the date
	NumberMissing    = "number-not-reported" // how many was not said
	PartMissing      = "part-not-reported"   // how many of these, out of a known number, was not said
	NoDate           = "no-date"             // when was not said
	NoneInForce      = "none-in-force"       // nothing is in force at the date
	NotVerifiedSince = "not-verified-since"  // the last statement is too old to count
)

// Unknown is something that could not be counted.
type Unknown struct {
	Code   string
	Record string // ref; "" where it is about no one record
	Key    record.Key
	// Value is what it would add if it counted; nil when not known.
	Value *Amount
	// Sign is 1 where it can only add and -1 where it can only take away.
	Sign int
	// From and Until are the bounds of its event, where it has any.
	From, Until time.Time
}

// The codes of notes. Their words are note.<code> in the catalogue.
const (
	NothingRecorded  = "nothing-recorded"  // no record to count: unknown, not zero
	NotCurrent       = "not-current"       // newest, days
	NotComplete      = "not-complete"      // what is itemised is not everything
	BelowZero        = "below-zero"        // more went than came: something is missing or wrong
	BalanceMissing   = "balance-missing"   // by, group, whole, parts, difference
	Several          = "several-apart"     // no total across currencies or units
	Converted        = "converted"         // rate, at, source, currency
	NoRate           = "no-rate"           // from, to
	NotListed        = "not-listed"        // records: how many more count than may be listed
	NotShownBy       = "not-shown-by"      // by: some records may not be told apart by this dimension
	SmallCells       = "small-cells"       // what families do not know yet, and small groups, may be left out
	PublishedWeekly  = "published-weekly"  // at: the figure is that of the Sunday before, as it was known then
	PublishedRounded = "published-rounded" // to: values are the nearest multiple
)

// Note is something a reader must know beside the figure.
type Note struct {
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
}

// Note gives the first note of a code.
func (f *Figure) Note(code string) (Note, bool) {
	for _, n := range f.Notes {
		if n.Code == code {
			return n, true
		}
	}
	return Note{}, false
}

// second is the last whole second of t, exclusive, in milliseconds: a date typed
// as 23:59:59 and one kept as 23:59:59.999 ask the same.
func second(t time.Time) int64 { return t.Truncate(time.Second).Add(time.Second).UnixMilli() }

// address is the page of a figure. Its parameters are in a fixed order, so that
// the same question has one address.
func (q *Query) address(at, known time.Time) string {
	v := url.Values{"at": {at.Format(time.RFC3339)}, "known": {known.UTC().Format(time.RFC3339)}}
	for _, b := range q.By {
		v.Add("by", b)
	}
	for dim, values := range q.Where {
		v.Add("where", dim+"="+strings.Join(slices.Sorted(slices.Values(values)), ","))
	}
	slices.Sort(v["where"])
	if !q.From.IsZero() {
		v.Set("from", q.From.Format(time.RFC3339))
	}
	if !q.Recorded.IsZero() {
		v.Set("recorded", q.Recorded.UTC().Format(time.RFC3339))
	}
	if q.In != "" {
		v.Set("in", q.In)
	}
	return "/" + url.PathEscape(q.Mission) + "/figures/" + url.PathEscape(q.Measure) + "?" + v.Encode()
}
