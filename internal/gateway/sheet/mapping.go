package sheet

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v4"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
)

// Mapping reads a sheet that somebody else made. The format is
// docs/formats/mapping.md.
type Mapping struct {
	Kind      string                       `yaml:"kind"`
	Ref       string                       `yaml:"ref"`       // template: "unpo-{id}"
	Columns   map[string]string            `yaml:"columns"`   // theirs: ours
	Constants map[string]string            `yaml:"constants"` // ours: value, where no cell says otherwise
	Values    map[string]map[string]string `yaml:"values"`    // ours: theirs: ours
	Dates     map[string]string            `yaml:"dates"`     // ours: dd/MM/yyyy
	Decimal   string                       `yaml:"decimal"`   // "," or "."
	Ignore    []string                     `yaml:"ignore"`    // columns that are not taken
	Header    int                          `yaml:"header"`    // row of the header; 0 means the first that is not empty
	Sheet     string                       `yaml:"sheet"`     // of a workbook; "" means the first
	Encoding  string                       `yaml:"encoding"`  // of a text file; "" means detected

	lines map[string]int
}

// maxMapping is far more than anybody writes by hand, in bytes.
const maxMapping = 1 << 20

// ParseMapping reads a mapping file. The error is [fail.Invalid] and joins every
// fault with its line; name stands in front of them.
func ParseMapping(name string, raw []byte) (*Mapping, error) {
	m := &Mapping{}
	if len(raw) > maxMapping {
		return nil, fail.Newf(fail.Invalid, "", "%s: a mapping file of %d bytes", name, len(raw))
	}
	if err := yaml.Load(raw, m, yaml.WithKnownFields()); err != nil {
		return nil, fail.Wrap(fail.Invalid, located(name, err), "read the mapping", "docs/formats/mapping.md shows each line it may have")
	}
	m.lines = linesOf(raw)
	if faults := m.faults(name); len(faults) > 0 {
		return nil, fail.Wrap(fail.Invalid, errors.Join(faults...), "read the mapping", "mend the named lines")
	}
	return m, nil
}

// located puts the file and line before what the YAML library found.
func located(name string, err error) error {
	if many, ok := errors.AsType[*yaml.LoadErrors](err); ok {
		var all []error
		for _, e := range many.Errors {
			all = append(all, located(name, e))
		}
		return errors.Join(all...)
	}
	if one, ok := errors.AsType[*yaml.LoadError](err); ok {
		return fmt.Errorf("%s:%d: %w", name, one.Mark.Line, one)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// linesOf finds where each key stands: "columns" and "columns.P-Code".
func linesOf(raw []byte) map[string]int {
	lines := map[string]int{}
	var root yaml.Node
	if yaml.Unmarshal(raw, &root) != nil || len(root.Content) == 0 {
		return lines
	}
	top := root.Content[0]
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, value := top.Content[i], top.Content[i+1]
		lines[key.Value] = key.Line
		for j := 0; value.Kind == yaml.MappingNode && j+1 < len(value.Content); j += 2 {
			lines[key.Value+"."+value.Content[j].Value] = value.Content[j].Line
		}
	}
	return lines
}

func (m *Mapping) fault(name, key, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", name, max(1, m.lines[key]), fmt.Sprintf(format, args...))
}

// faults are those that show without the kind.
func (m *Mapping) faults(name string) (out []error) {
	bad := func(key, format string, args ...any) { out = append(out, m.fault(name, key, format, args...)) }
	if m.Kind == "" {
		bad("kind", "kind is missing: which kind are the rows?")
	}
	if m.Decimal != "" && m.Decimal != "," && m.Decimal != "." {
		bad("decimal", `decimal is "," or "."`)
	}
	if m.Header < 0 || m.Header > maxHeader {
		bad("header", "header is the row of the column names, 1 to %d", maxHeader)
	}
	if m.Encoding != "" && !slices.Contains(Encodings(), strings.ToLower(m.Encoding)) {
		bad("encoding", "encoding is one of %s", strings.Join(Encodings(), ", "))
	}
	if _, err := template(m.Ref); err != nil {
		bad("ref", "%v", err)
	}
	from := map[string]string{}
	for _, theirs := range keys(m.Columns) {
		ours := m.Columns[theirs]
		if other, twice := from[ours]; twice {
			bad("columns."+theirs, "%q and %q both go to %s", other, theirs, ours)
		}
		from[ours] = theirs
	}
	for _, field := range keys(m.Dates) {
		if why := badFormat(m.Dates[field]); why != "" {
			bad("dates."+field, "%q is no date format: %s", m.Dates[field], why)
		}
	}
	return out
}

// badFormat says why a date format could not read any date, or reads it two ways.
func badFormat(format string) string {
	for _, part := range []string{"y", "M", "d"} {
		if !strings.Contains(format, part) {
			return "it lacks the year (yyyy), the month (MM, MMM) or the day (dd)"
		}
		at, end := strings.Index(format, part), strings.LastIndex(format, part)
		if strings.Trim(format[at:end+1], part) != "" {
			return "it has " + part + " twice"
		}
	}
	return ""
}

// Check tells whether the mapping fits its kind: every field it fills is there.
// The error is [fail.Invalid] and joins the faults with their lines.
func (m *Mapping) Check(name string, k *kind.Kind) error {
	var faults []error
	known := fieldIDs(k)
	check := func(key, field string) {
		if slices.Contains(known, field) {
			return
		}
		near := ""
		if n := kind.Nearest(field, known); n != "" {
			near = "; did you mean " + n + "?"
		}
		faults = append(faults, m.fault(name, key, "%s has no field %q%s", k.ID, field, near))
	}
	for _, theirs := range keys(m.Columns) {
		check("columns."+theirs, m.Columns[theirs])
	}
	for _, field := range keys(m.Constants) {
		check("constants."+field, field)
	}
	for _, field := range keys(m.Values) {
		check("values."+field, field)
	}
	for _, field := range keys(m.Dates) {
		check("dates."+field, field)
		f, ok := fieldOf(k, field)
		if ok && f.Type != kind.Date {
			faults = append(faults, m.fault(name, "dates."+field, "%s is no date", field))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return fail.Wrap(fail.Invalid, errors.Join(faults...), "the mapping does not fit the kind "+k.ID, "mend the named lines")
}

func fieldOf(k *kind.Kind, id string) (*kind.Field, bool) {
	if f, ok := k.Field(id); ok {
		return f, true
	}
	for _, f := range kind.Envelope() {
		if f.ID == id {
			return &f, true
		}
	}
	return nil, false
}

func fieldIDs(k *kind.Kind) (ids []string) {
	for _, f := range append(k.AllFields(), kind.Envelope()...) {
		ids = append(ids, f.ID)
	}
	return ids
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// piece is a part of a ref template: text, or a column.
type piece struct {
	text   string
	column string
}

// template takes "unpo-{id}" apart.
func template(s string) (pieces []piece, err error) {
	for s != "" {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			open = len(s)
		}
		if strings.Contains(s[:open], "}") {
			return nil, errors.New("ref has a } without its {")
		}
		if open > 0 {
			pieces = append(pieces, piece{text: s[:open]})
		}
		if open == len(s) {
			break
		}
		end := strings.IndexByte(s, '}')
		if end < open+2 {
			return nil, errors.New("ref has a { without a column and its }")
		}
		pieces = append(pieces, piece{column: s[open+1 : end]})
		s = s[end+1:]
	}
	if len(pieces) > 0 && !slices.ContainsFunc(pieces, func(p piece) bool { return p.column != "" }) {
		return nil, errors.New("ref needs a column in braces, as in {P-Code}: else every row is the same record")
	}
	return pieces, nil
}
