package sitrep

// Document is a report as it is read: in one language, for one audience, with all
// that the audience may see and nothing else. Every form it is had in (page, PDF,
// DOCX, plain text) is made from it alone.
type Document struct {
	Lang       string // of en, fr, ht, es, sw
	Title      string // "Daily situation report"
	Number     string // "MSS/HQ/DSR/2026/327"; the draft's word for it while it has none
	Marking    string // in words
	State      string // in words while it is not released; ""
	Head       []Line // precedence, from, to, period, issued, inputs received, supersedes
	Sections   []Section
	Signatures []Line // prepared, checked, released
}

// Line is a label and what stands behind it.
type Line struct{ Label, Text string }

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
	ID         string // stable: summary, situation, operations, incidents …
	Number     int    // from 1
	Title      string
	Marking    string // in words, where it is higher than the document's
	Standing   Standing
	Says       string   // the standing in words, where there is no content
	Paragraphs []string // what people wrote
	Figures    []Figure
	Tables     []Table
}

// Figure is a computed number with its address.
type Figure struct {
	Label, Value, Unit string // in words; Value "not known" where it is not
	Measure            string // id
	Address            string // on this node, with both dates
}

// Table is rows that add up to their total, where there is one.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]string
	Total   []string // as long as the columns; nil where nothing is added up
	Address string   // of the list behind it; ""
}

// Column is one column of a table.
type Column struct {
	Label  string
	Number bool
}
