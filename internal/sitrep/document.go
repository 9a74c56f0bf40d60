package sitrep

import "time"

// Document is a report as it is read: in one language, for one audience, with all
// that the audience may see and nothing else. Every form it is had in (page, PDF,
// DOCX, plain text) is made from it alone.
type Document struct {
	Lang       string    `json:"lang"`    // of en, fr, ht, es, sw
	Title      string    `json:"title"`   // "Daily situation report"
	Number     string    `json:"number"`  // "MSS/HQ/DSR/2026/327"; the draft's word for it while it has none
	Marking    string    `json:"marking"` // in words
	State      string    `json:"state"`   // in words while it is not released; ""
	Period     string    `json:"period"`  // date-time groups of its beginning and end
	From       string    `json:"from"`    // who says it
	Inputs     string    `json:"inputs"`  // "3/4"
	Missing    string    `json:"missing"` // posts of whom nothing was received; ""
	Dated      time.Time `json:"dated"`   // when it was let out; while it was not, when its period ends
	Head       []Line    `json:"head"`    // precedence, from, to, info, period, issued, inputs received, supersedes
	Sections   []Section `json:"sections"`
	Signatures []Line    `json:"signatures"` // prepared, checked, released
	Says       Says      `json:"-"`
}

// Says are the words that its forms need beside its own.
type Says struct {
	Colon     string // between a label and what stands behind it
	Page      string // "Page {page} of {pages}"
	Addresses string // over the list of the addresses of its figures
	Inputs    string // of a short message: inputs, the period, what is missing
	Period    string
	Missing   string
}

// Line is a label and what stands behind it.
type Line struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// Standing is what a section has: content, nothing to report, or no word from
// those who had to send it. NIL is not NOT RECEIVED.
type Standing string

// The standings of a section.
const (
	Content     Standing = "CONTENT"
	Nil         Standing = "NIL"
	NotReceived Standing = "NOT-RECEIVED"
)

// Section is one numbered part.
type Section struct {
	ID         string   `json:"id"`     // stable: summary, situation, operations, incidents …
	Number     int      `json:"number"` // from 1
	Title      string   `json:"title"`
	Marking    string   `json:"marking"` // in words, where it is higher than the document's
	Standing   Standing `json:"standing"`
	Says       string   `json:"says"`       // the standing in words, where there is no content
	Paragraphs []string `json:"paragraphs"` // what people wrote
	Figures    []Figure `json:"figures"`
	Tables     []Table  `json:"tables"`
	Plan       *Plan    `json:"map,omitempty"` // where what the first table lists happened
}

// Figure is a computed number with its address.
type Figure struct {
	Label   string `json:"label"`
	Value   string `json:"value"`
	Unit    string `json:"unit"`    // in words; Value "not known" where it is not
	Short   string `json:"-"`       // a label for a short message; "" where it does not go into one
	Kept    bool   `json:"-"`       // from this audience: its value says so
	Measure string `json:"measure"` // id
	Address string `json:"address"` // on this node, with both dates
}

// Table is rows that add up to their total, where there is one.
type Table struct {
	Caption string     `json:"caption"`
	Columns []Column   `json:"columns"`
	Rows    [][]string `json:"rows"`
	Notes   []string   `json:"notes"`   // a text below each row, over its whole width; nil or as long as the rows
	Total   []string   `json:"total"`   // as long as the columns; nil where nothing is added up
	Address string     `json:"address"` // of the list behind it; ""
}

// Column is one column of a table.
type Column struct {
	Label  string `json:"label"`
	Number bool   `json:"number"`
}
