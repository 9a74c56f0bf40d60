package record

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

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

// cut splits text into folded words.
func cut(s string) []string {
	return strings.Fields(string(appendWords(nil, s)))
}

// appendWords adds the folded words of text, each with a space behind it.
func appendWords(out []byte, s string) []byte {
	inWord := false
	for _, r := range FoldText(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out, inWord = utf8.AppendRune(out, r), true
			continue
		}
		if inWord {
			out, inWord = append(out, ' '), false
		}
	}
	if inWord {
		out = append(out, ' ')
	}
	return out
}

// tag is the word under which a field's value is indexed. Spaces and signs in
// values would be cut apart, so it is a hash; readers check the record itself.
func tag(field, value string) string { return string(appendTag(nil, field, value)) }

// tagPrefix begins no word of any language of the missions.
const tagPrefix = "zq"

func appendTag(out []byte, field, value string) []byte {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for i := range len(field) {
		h = (h ^ uint64(field[i])) * prime
	}
	h *= prime // a zero byte between them
	for i := range len(value) {
		h = (h ^ uint64(value[i])) * prime
	}
	return strconv.AppendUint(append(out, tagPrefix...), h, 36)
}

const (
	tagLive     = "@live"     // value mission/kind, or mission/ for any kind: records that count
	tagAny      = "@any"      // the same, struck ones too
	tagConflict = "@conflict" // value yes
	tagMarking  = "@marking"  // what the record is marked, stated or not
	tagClass    = "@class"    // value marking/owner
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

// body is what the index keeps of a record's newest version: what people search
// for and the tags that filters ask for, with spaces between.
func (s *Store) body(out []byte, v *Version) []byte {
	add := func(field, value string) { out = append(appendTag(out, field, value), ' ') }
	shelf := v.Mission + "/" + v.Kind
	add(tagAny, shelf)
	add(tagAny, v.Mission+"/")
	if v.State == Live {
		add(tagLive, shelf)
		add(tagLive, v.Mission+"/")
	}
	if v.Conflict {
		add(tagConflict, "yes")
	}
	class := s.classOf(v)
	add(tagMarking, class.Marking)
	add(tagClass, class.Marking+"/"+class.Owner)
	for line := range strings.SplitSeq(v.Text(fieldSources), "\n") {
		add(FieldSource, line)
	}
	for line := range strings.SplitSeq(v.Text(fieldBatches), "\n") {
		add(FieldBatch, line)
	}
	out = appendWords(out, v.Ref)
	for _, f := range s.searched(v.Mission, v.Kind) {
		text := v.Fields[f.id].Text
		switch {
		case text == "":
			continue
		case f.tags && f.list:
			for part := range strings.SplitSeq(text, "|") {
				add(f.id, part)
			}
		case f.tags:
			add(f.id, text)
		}
		if f.words {
			out = appendWords(out, text)
		}
	}
	return out
}

// terms are the words of body that a reader may know of, sorted, each once. The
// index has those of all fields, uncovered: it finds too much, never too little.
func (s *Store) terms(v *Version, sight *Sight) []string {
	words := appendWords(nil, sight.covered(v.Ref, v.KnownFrom))
	class := s.classOf(v)
	for _, f := range s.searched(v.Mission, v.Kind) {
		if text := v.Fields[f.id].Text; f.words && text != "" && sight.field(v.Kind, f.field, class) {
			words = appendWords(words, sight.covered(text, v.KnownFrom))
		}
	}
	out := strings.Fields(string(words))
	slices.Sort(out)
	return slices.Compact(out)
}

// searchField is what the index needs of a field.
type searchField struct {
	id                string
	field             *kind.Field
	tags, words, list bool
}

// searched gives the fields of a kind that are indexed, worked out once.
func (s *Store) searched(mission, id string) []searchField {
	name := shelf{mission, id}
	if known, ok := s.fields.Load(name); ok {
		return known.([]searchField)
	}
	k, ok := s.schema.Kind(mission, id)
	if !ok {
		return nil
	}
	var out []searchField
	for _, f := range k.AllFields() {
		one := searchField{id: f.ID, field: &f, tags: indexed(&f), list: f.Type == kind.List}
		one.words = !f.Personal && worded(&f)
		if one.tags || one.words {
			out = append(out, one)
		}
	}
	s.fields.Store(name, out)
	return out
}

// worded reports whether a field's text is people's own words.
func worded(f *kind.Field) bool {
	return f.Search || f.Type == kind.Text || f.Type == kind.List || f.Type == kind.Place
}

func parts(f *kind.Field, text string) []string {
	if f.Type == kind.List {
		return strings.Split(text, "|")
	}
	return []string{text}
}

// holds reports whether a version has all words of a search; the last may be a prefix.
func holds(terms, words []string, begin bool) bool {
	for i, w := range words {
		at, found := slices.BinarySearch(terms, w)
		prefix := begin && i == len(words)-1 && at < len(terms) && strings.HasPrefix(terms[at], w)
		if !found && !prefix {
			return false
		}
	}
	return true
}

// minPrefix keeps one-letter searches from reading a large part of the index.
const minPrefix = 3

// match is the FTS5 expression for what all must hold and the words. Each of
// all is an expression of its own.
func match(all, words []string, begin bool) string {
	var b strings.Builder
	and := func() {
		if b.Len() > 0 {
			b.WriteString(" AND ")
		}
	}
	for _, one := range all {
		and()
		b.WriteString(one)
	}
	for i, w := range words {
		and()
		b.WriteString(`"` + w + `"`)
		if begin && i == len(words)-1 {
			b.WriteString(`*`)
		}
	}
	return b.String()
}

// anyTag is the FTS5 expression for one of several tags.
func anyTag(tags []string) string {
	if len(tags) == 1 {
		return `"` + tags[0] + `"`
	}
	return `("` + strings.Join(tags, `" OR "`) + `")`
}

func tagsOf(field string, values []string) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		out = append(out, tag(field, v))
	}
	return out
}
