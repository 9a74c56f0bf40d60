package record

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
)

// letters that do not come apart into a letter and an accent.
var spelt = strings.NewReplacer("œ", "oe", "æ", "ae", "ø", "o", "ß", "ss", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "’", "'")

// FoldText is text as search compares it: lower case, without accents, so that
// "Pont-Sondé" and "pont sonde" are the same words.
func FoldText(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	s = spelt.Replace(strings.ToLower(s))
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// cut splits folded text into words.
func cut(s string) []string {
	return strings.FieldsFunc(FoldText(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// tag is the word under which a field's value is indexed. Spaces and signs in
// values would be cut apart, so it is a hash; readers check the record itself.
func tag(field, value string) string {
	h := fnv.New64a()
	h.Write([]byte(field))
	h.Write([]byte{0})
	h.Write([]byte(value))
	return "zq" + strconv.FormatUint(h.Sum64(), 36)
}

const (
	tagLive     = "@live"     // value mission/kind: records that count
	tagAny      = "@any"      // value mission/kind: struck ones too
	tagMission  = "@mission"  // value mission: live records of any kind
	tagConflict = "@conflict" // value yes
)

// indexed reports whether a field's values are tags of the index.
func indexed(f *kind.Field) bool {
	if f.Personal {
		return false
	}
	switch f.Type {
	case kind.Choice, kind.Flag, kind.Reference, kind.Person, kind.Place, kind.List:
		return true
	default:
		return f.Filter
	}
}

// terms are the words of a record's newest version: what people search for and
// the tags that filters ask for, each once.
func (s *Store) terms(v *Version) []string {
	out := []string{tag(tagAny, v.Mission+"/"+v.Kind), tag(tagAny, v.Mission)}
	if v.State == Live {
		out = append(out, tag(tagLive, v.Mission+"/"+v.Kind), tag(tagMission, v.Mission))
	}
	if v.Conflict {
		out = append(out, tag(tagConflict, "yes"))
	}
	for line := range strings.SplitSeq(v.Text(fieldSources), "\n") {
		out = append(out, tag(FieldSource, line))
	}
	for line := range strings.SplitSeq(v.Text(fieldBatches), "\n") {
		out = append(out, tag(FieldBatch, line))
	}
	out = append(out, cut(v.Ref)...)
	if k, ok := s.schema.Kind(v.Mission, v.Kind); ok {
		out = s.fieldTerms(out, k, v.Fields)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (s *Store) fieldTerms(out []string, k *kind.Kind, cells map[string]journal.Value) []string {
	for _, f := range k.AllFields() {
		v := cells[f.ID]
		if v.Text == "" || f.Personal {
			continue
		}
		if indexed(&f) {
			for _, part := range parts(&f, v.Text) {
				out = append(out, tag(f.ID, part))
			}
		}
		if f.Search || f.Type == kind.Text || f.Type == kind.List || f.Type == kind.Place {
			out = append(out, cut(v.Text)...)
		}
	}
	return out
}

func parts(f *kind.Field, text string) []string {
	if f.Type == kind.List {
		return strings.Split(text, "|")
	}
	return []string{text}
}

// holds reports whether a version has all words of a search; the last may be a prefix.
func holds(terms, words []string) bool {
	for i, w := range words {
		at, found := slices.BinarySearch(terms, w)
		prefix := i == len(words)-1 && len(w) >= minPrefix && at < len(terms) && strings.HasPrefix(terms[at], w)
		if !found && !prefix {
			return false
		}
	}
	return true
}

// minPrefix keeps one-letter searches from reading a large part of the index.
const minPrefix = 3

// match is the FTS5 expression for tags and words.
func match(tags, words []string, union [][]string) string {
	var b strings.Builder
	and := func() {
		if b.Len() > 0 {
			b.WriteString(" AND ")
		}
	}
	for _, t := range tags {
		and()
		b.WriteString(`"` + t + `"`)
	}
	for _, alternatives := range union {
		and()
		b.WriteString(`("` + strings.Join(alternatives, `" OR "`) + `")`)
	}
	for i, w := range words {
		and()
		b.WriteString(`"` + w + `"`)
		if i == len(words)-1 && len(w) >= minPrefix {
			b.WriteString(`*`)
		}
	}
	return b.String()
}
