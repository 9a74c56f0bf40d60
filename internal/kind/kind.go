package kind

import (
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

// Type is how a field's text is read, checked and shown.
type Type string

// The field types. A value is always kept as canonical text.
const (
	Text      Type = "text"      // free text, up to Max characters (default 4000)
	Choice    Type = "choice"    // one code of a code list
	Number    Type = "number"    // whole number, no separators: 217
	Quantity  Type = "quantity"  // decimal with the field's unit: 12.5
	Money     Type = "money"     // decimal amount; the currency is the field named by Currency
	Date      Type = "date"      // EDTF level 1
	Reference Type = "reference" // ref of a record of kind To
	Point     Type = "point"     // "lat,lon", WGS 84 degrees, 6 decimals
	Flag      Type = "flag"      // yes or no
	List      Type = "list"      // texts separated by |
	Link      Type = "link"      // http or https address
	Media     Type = "media"     // name of an attachment
	Person    Type = "person"    // ref of a person record
	Place     Type = "place"     // name or p-code of a place
)

// Words is a text in the five languages, keyed by en, fr, ht, es, sw.
type Words map[string]string

// UnmarshalYAML reads a text by language; a plain text counts as English.
func (w *Words) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*w = Words{"en": n.Value}
		return nil
	}
	return n.Decode((*map[string]string)(w))
}

// In gives the text in lang, or in English where it is missing.
func (w Words) In(lang string) string {
	if t := w[lang]; t != "" {
		return t
	}
	return w["en"]
}

// Code is one entry of a code list.
type Code struct {
	ID    string `yaml:"id"`
	Label Words  `yaml:"label"`
	Help  Words  `yaml:"help,omitempty"`
}

// Field is one field of a kind.
type Field struct {
	ID       string `yaml:"id"`
	Type     Type   `yaml:"type"`
	Label    Words  `yaml:"label"`
	Help     Words  `yaml:"help,omitempty"`
	Codes    []Code `yaml:"codes,omitempty"` // for Choice
	List     string `yaml:"list,omitempty"`  // a shared code list instead: iso3166-1, iso4217, iso639, sex, measures
	Required bool   `yaml:"required,omitempty"`
	Min      string `yaml:"min,omitempty"` // decimal text, inclusive
	Max      string `yaml:"max,omitempty"` // decimal text, inclusive; characters for Text
	Unit     string `yaml:"unit,omitempty"`
	Currency string `yaml:"currency,omitempty"` // for Money: the field that holds the ISO 4217 code
	To       string `yaml:"to,omitempty"`       // for Reference: the kind it points to
	HXL      string `yaml:"hxl,omitempty"`
	Marking  string `yaml:"marking,omitempty"`  // stricter than the record's: public mission owner restricted cell
	Personal bool   `yaml:"personal,omitempty"` // sealed with the key of the person
	Secret   bool   `yaml:"secret,omitempty"`   // passes the door for nobody: the hash of a password, a key
	Column   bool   `yaml:"column,omitempty"`   // shown in the table
	Filter   bool   `yaml:"filter,omitempty"`   // offered as a filter; Choice, Flag, Reference and Place only
	Search   bool   `yaml:"search,omitempty"`   // its words are found by text search
}

// Sum says that, where all are given, the parts add up to the whole, and that
// no part is larger than the whole.
type Sum struct {
	Whole string   `yaml:"whole"`
	Parts []string `yaml:"parts"`
}

// Kind is the schema of a record. One file drives the form, the checks, the
// sheet, the table, the map layer and the history.
type Kind struct {
	ID      string `yaml:"id"`
	Domain  string `yaml:"domain"`
	Label   Words  `yaml:"label"`  // one: "Movement"
	Plural  Words  `yaml:"plural"` // many: "Movements"
	Help    Words  `yaml:"help,omitempty"`
	HXL     string `yaml:"hxl,omitempty"`
	At      string `yaml:"at"`                // required, optional or none: the event time
	Source  string `yaml:"source"`            // required or optional
	Owner   string `yaml:"owner,omitempty"`   // field whose contributor owns the record; else the mission
	Marking string `yaml:"marking"`           // default marking of a new record
	Subject string `yaml:"subject,omitempty"` // whose key seals personal fields: see [Kind.SubjectField]
	Audit   bool   `yaml:"audit,omitempty"`   // reading one of its records is itself an entry
	// Numbered is the series in which its records are numbered: see [Kind.SeriesOf].
	Numbered string   `yaml:"numbered,omitempty"`
	Title    []string `yaml:"title"` // fields that name a record in lists
	Fields   []Field  `yaml:"fields"`
	Sums     []Sum    `yaml:"sums,omitempty"`
	Map      *Style   `yaml:"map,omitempty"`

	*compiled // filled by Load
}

// compiled is what Load works out once, so that a row costs little to check.
type compiled struct {
	spellings map[string]*list  // field: what is read as which code
	countries *list             // what an owner is read by
	fields    []Field           // own and reserved
	index     map[string]*Field // of fields
	envelope  []Field
	zones     *sync.Map // name: *time.Location; only names that exist, so it is bounded
}

// Style is how records stand on a map.
type Style struct {
	Shape  string `yaml:"shape"`          // circle, square, triangle, diamond, cross
	Colour string `yaml:"colour"`         // a token of the style sheet: own, host, alarm, civil, money, neutral
	SIDC   string `yaml:"sidc,omitempty"` // 20 digits of APP-6: the military symbol, for who asks for them
}

// Field gives a field by id: one of the kind's own, or one of [Reserved] that
// the kind has.
func (k *Kind) Field(id string) (*Field, bool) {
	if k.compiled != nil {
		f, ok := k.index[id]
		return f, ok
	}
	if f, ok := k.own(id); ok {
		return f, true
	}
	return find(k.reserved(), id)
}

// AllFields are the kind's own fields, then those every kind has. A kind whose
// At is none (a source, a place) has no event time and so no at, until and zone.
func (k *Kind) AllFields() []Field {
	if k.compiled != nil {
		return slices.Clone(k.fields)
	}
	return append(slices.Clone(k.Fields), k.reserved()...)
}

func (k *Kind) own(id string) (*Field, bool) { return find(k.Fields, id) }

func (k *Kind) reserved() []Field {
	all := Reserved()
	if k.At == "none" {
		return all[3:]
	}
	all[0].Required = k.At == "required"
	return all
}

// OwnerOf is whose data a record is: what it states, else the contributor in the
// kind's owner field, else "mission".
func (k *Kind) OwnerOf(fields map[string]string) string {
	for _, o := range []string{fields["owner"], fields[k.Owner]} {
		if o != "" {
			return o
		}
	}
	return "mission"
}

// SubjectField is the field that names the person whose key seals the personal
// fields, and whether the record's own key does where that field is empty:
// "self", "person" or "person else self" in the file.
func (k *Kind) SubjectField() (field string, self bool) {
	if k.Subject == "self" {
		return "", true
	}
	return strings.CutSuffix(k.Subject, " else self")
}

// MarkingOf is the marking of a record: what it states, else the kind's.
func (k *Kind) MarkingOf(fields map[string]string) string {
	if m := fields["marking"]; m != "" {
		return m
	}
	return k.Marking
}

// Problem is one thing wrong with a draft: which field, and a code whose
// words (why and hint) stand in the catalogue as refusal.<code>.why and .hint.
type Problem struct {
	Field string            `json:"field"`
	Code  string            `json:"code"`
	Args  map[string]string `json:"args,omitempty"`
}
