package sheet

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/lang"
)

// refusedColumn is the last column of a file of refused rows. It says why, and
// is passed over when the mended file is imported.
const refusedColumn = "refused"

// header says which column is which field.
type header struct {
	kind    *kind.Kind
	mapping *Mapping
	names   []string // as they stand
	fields  []string // field id; "" for a column that is not taken
	reads   []*kind.Field
	above   []*row // rows before it, the header and the HXL row
	at      int    // which of them is the header
	ref     []piece
	refs    map[string]int // columns of the ref template
	guarded bool           // texts that begin as formulas have an apostrophe before them
	refused int            // the column of reasons, -1 without
	first   *row           // a row that was read while looking for the HXL row
	columns map[string]int // column of each field
}

// readHeader reads down to the first row of data.
func readHeader(t table, k *kind.Kind, m *Mapping) (*header, error) {
	h := &header{kind: k, mapping: m, refused: -1, refs: map[string]int{}, columns: map[string]int{}}
	for {
		r, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil, fail.New(fail.Invalid, "the file has no header", "the first row names the columns: ref, at, source …")
		}
		if err != nil {
			return nil, err
		}
		if len(h.above) > maxHeader {
			return nil, fail.Newf(fail.Invalid, "name the row of the header in a mapping file", "no header in the first %d rows", maxHeader)
		}
		h.above = append(h.above, r)
		if m.Header > 0 && r.number >= m.Header || m.Header == 0 && !r.blank() {
			h.names, h.at = r.cells, len(h.above)-1
			break
		}
	}
	tags, err := h.readTags(t)
	if err != nil {
		return nil, err
	}
	return h, h.resolve(tags)
}

// readTags reads the row of HXL tags under the header, if there is one.
func (h *header) readTags(t table) ([]string, error) {
	r, err := t.next()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !isTags(r.cells) || len(r.wrong) > 0 {
		h.first = r
		return nil, nil
	}
	h.above = append(h.above, r)
	return r.cells, nil
}

func isTags(cells []string) bool {
	some := false
	for _, c := range cells {
		c = strings.TrimSpace(c)
		if c != "" && !strings.HasPrefix(c, "#") {
			return false
		}
		some = some || len(c) > 1
	}
	return some
}

// resolve finds the field of every column, or refuses the file: a column that
// was misspelt would otherwise be lost without a word.
func (h *header) resolve(tags []string) error {
	byName, byTag := fieldNames(h.kind), fieldTags(h.kind)
	ignored, mapped := map[string]bool{}, map[string]string{}
	for _, name := range h.mapping.Ignore {
		ignored[fold(name)] = true
	}
	for theirs, ours := range h.mapping.Columns {
		mapped[fold(theirs)] = ours
	}
	var err error
	if h.ref, err = template(h.mapping.Ref); err != nil {
		return err
	}
	var problems []string
	h.fields = make([]string, len(h.names))
	for i, name := range h.names {
		key := fold(name)
		for _, p := range h.ref {
			if p.column != "" && fold(p.column) == key {
				h.refs[p.column] = i
			}
		}
		tag := ""
		if i < len(tags) {
			tag = tags[i]
		}
		switch {
		case mapped[key] != "":
			h.fields[i] = mapped[key]
			delete(mapped, key)
		case ignored[key] || key == "" && tag == "":
		case key == refusedColumn:
			h.refused = i
		case byName[key] != "":
			h.fields[i] = byName[key]
		case byTag[foldTag(tag)] != "":
			h.fields[i] = byTag[foldTag(tag)]
		case h.inRef(name):
		default:
			problems = append(problems, h.unknown(name))
		}
		problems = append(problems, h.twice(i)...)
	}
	h.reads = make([]*kind.Field, len(h.fields))
	for i, id := range h.fields {
		if f, ok := fieldOf(h.kind, id); ok {
			h.reads[i] = f
		}
	}
	return h.whole(append(problems, h.missing(mapped)...))
}

func (h *header) inRef(name string) bool { _, ok := h.refs[name]; return ok }

func (h *header) unknown(name string) string {
	near := kind.Nearest(fold(name), fieldIDs(h.kind))
	if near != "" {
		near = " (did you mean " + near + "?)"
	}
	return "there is no column " + strconv.Quote(name) + near
}

func (h *header) twice(i int) []string {
	id := h.fields[i]
	if id == "" {
		return nil
	}
	if other, ok := h.columns[id]; ok {
		return []string{"the columns " + strconv.Quote(h.names[other]) + " and " + strconv.Quote(h.names[i]) + " are both " + id}
	}
	h.columns[id] = i
	return nil
}

// missing names what the mapping or the format needs and the file has not.
func (h *header) missing(mapped map[string]string) (out []string) {
	for _, theirs := range keys(mapped) {
		if h.kind != nil {
			out = append(out, "the mapping names a column "+strconv.Quote(theirs)+" that the file has not")
		}
	}
	for _, p := range h.ref {
		if _, ok := h.refs[p.column]; p.column != "" && !ok {
			out = append(out, "the ref is made of a column "+strconv.Quote(p.column)+" that the file has not")
		}
	}
	if _, ok := h.columns["ref"]; !ok && len(h.ref) == 0 {
		out = append(out, "there is no column \"ref\"")
	}
	return out
}

func (h *header) whole(problems []string) error {
	if len(problems) == 0 {
		return nil
	}
	return fail.Newf(fail.Invalid,
		"rename the columns, or map or ignore them in a mapping file; the columns of "+h.kind.ID+" are "+strings.Join(fieldIDs(h.kind), ", "),
		"%s", strings.Join(problems, "; "))
}

// fold makes names comparable: case, accents, blanks and dashes do not matter.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(strings.TrimSpace(s))) {
		switch {
		case r >= 0x300 && r < 0x370 || r == '\ufeff':
		case r == ' ' || r == '\u00a0' || r == '_' || r == '\n' || r == '\t':
			b.WriteByte('-')
		case r == '’':
			b.WriteByte('\'')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fieldNames are the ids and labels of a kind's fields in all languages. A label
// that two fields share names neither.
func fieldNames(k *kind.Kind) map[string]string {
	out := map[string]string{}
	all := append(k.AllFields(), kind.Envelope()...)
	for _, f := range all {
		for _, l := range lang.Languages() {
			name := fold(f.Label[l])
			if other, taken := out[name]; taken && other != f.ID {
				out[name] = ""
			} else if name != "" {
				out[name] = f.ID
			}
		}
	}
	for _, f := range all {
		out[fold(f.ID)] = f.ID
	}
	return out
}

func fieldTags(k *kind.Kind) map[string]string {
	out := map[string]string{}
	for _, f := range append(k.AllFields(), kind.Envelope()...) {
		tag := foldTag(f.HXL)
		if tag == "" {
			continue
		}
		if _, taken := out[tag]; taken {
			out[tag] = ""
			continue
		}
		out[tag] = f.ID
	}
	return out
}

// foldTag sorts the attributes of a tag: their order means nothing in HXL.
func foldTag(tag string) string {
	parts := strings.FieldsFunc(strings.ToLower(tag), func(r rune) bool { return r == '+' || r == ' ' })
	if len(parts) == 0 || !strings.HasPrefix(parts[0], "#") {
		return ""
	}
	slices.Sort(parts[1:])
	return strings.Join(parts, "+")
}
