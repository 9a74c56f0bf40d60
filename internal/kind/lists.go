package kind

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"konbit.org/konbit/internal/lang"
)

// listNames are the code lists a field may name instead of its own codes.
// measures has no fixed codes: a node knows its measures only when all domains
// are wired, so they come with Env.
func listNames() []string { return []string{"iso3166-1", "iso4217", "iso639", "sex", "measures"} }

// lists are the shared code lists, and the other spellings that are read as a
// code.
type lists map[string]*list

type list struct {
	codes []Code
	read  map[string]string // folded spelling: code
	known []string          // the folded spellings, sorted
}

func newLists(c *lang.Catalogue) lists {
	l := lists{
		"iso3166-1": named(c.Countries(), c.Country, c.CountryAliases),
		"iso4217":   named(c.Currencies(), c.Currency, nil),
		"iso639":    named(c.Spoken(), c.Language, nil),
	}
	l["sex"] = index([]Code{
		{ID: "F", Label: Words{"en": "Female", "fr": "Femme", "ht": "Fi", "es": "Mujer", "sw": "Mwanamke"}},
		{ID: "M", Label: Words{"en": "Male", "fr": "Homme", "ht": "Gason", "es": "Hombre", "sw": "Mwanamume"}},
		{ID: "X", Label: Words{"en": "Another or not stated", "fr": "Autre ou non précisé", "ht": "Lòt oswa pa di", "es": "Otro o no consta", "sw": "Nyingine au haikutajwa"}},
	}, nil)
	return l
}

func named(codes []string, name func(lang, code string) string, also func(code string) []string) *list {
	var out []Code
	for _, id := range codes {
		c := Code{ID: id, Label: Words{}}
		for _, l := range lang.Languages() {
			c.Label[l] = name(l, id)
		}
		out = append(out, c)
	}
	return index(out, also)
}

// index maps every spelling to its code. A spelling that two codes share (the
// name of two countries in two languages) means neither and is left out.
func index(codes []Code, also func(code string) []string) *list {
	l := &list{codes: codes, read: map[string]string{}}
	shared := map[string]bool{}
	add := func(spelling, id string) {
		key := fold(spelling)
		if old, taken := l.read[key]; taken && old != id {
			shared[key] = true
		}
		l.read[key] = id
	}
	for _, c := range codes {
		for _, label := range c.Label {
			add(label, c.ID)
		}
		if also != nil {
			for _, s := range also(c.ID) {
				add(s, c.ID)
			}
		}
	}
	for key := range shared {
		delete(l.read, key)
	}
	for _, c := range codes { // a code always means itself
		l.read[fold(c.ID)] = c.ID
	}
	l.known = slices.Sorted(maps.Keys(l.read))
	return l
}

// fillLists gives each choice its codes and the spellings it is read by.
func (s *Set) fillLists(shared lists) {
	zones := &sync.Map{}
	for _, k := range s.kinds {
		c := &compiled{spellings: map[string]*list{}, index: map[string]*Field{}, envelope: Envelope(), zones: zones}
		for i := range k.Fields {
			f := &k.Fields[i]
			if l, ok := shared[f.List]; ok {
				f.Codes, c.spellings[f.ID] = l.codes, l
			} else if len(f.Codes) > 0 {
				c.spellings[f.ID] = index(f.Codes, nil)
			}
		}
		c.spellings["marking"] = index(markingCodes(), nil)
		c.countries = shared["iso3166-1"]
		c.fields = k.AllFields()
		for i := range c.fields {
			c.index[c.fields[i].ID] = &c.fields[i]
		}
		k.compiled = c
	}
}

// fold makes spellings comparable: without case, accents, and with one sort of
// apostrophe, hyphen and blank.
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFD.String(strings.ToLower(strings.TrimSpace(s))) {
		switch {
		case r >= 0x300 && r <= 0x36f:
		case r == '’' || r == '‘' || r == 'ʼ':
			b.WriteByte('\'')
		case r == '_' || r == '-' || r == ' ' || r == '\u00a0' || r == '\u202f' || r == '–' || r == '‑':
			b.WriteByte('-')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// nearest is the candidate that differs from s by the fewest letters, when it is
// near enough to be what was meant.
func nearest(s string, candidates []string) string {
	folded := make([]string, len(candidates))
	for i, c := range candidates {
		folded[i] = fold(c)
	}
	if i := nearestFolded(s, folded); i >= 0 {
		return candidates[i]
	}
	return ""
}

// nearestFolded is nearest over texts that are folded already; -1 is none. Only
// short texts are compared, so that a long cell costs nothing.
func nearestFolded(s string, candidates []string) int {
	x := []rune(fold(s))
	if len(x) > 60 {
		return -1
	}
	best, bestAt := -1, 1+len(x)/3
	row := make([]int, 0, 64)
	for i, c := range candidates {
		if len(c)/4-len(x) > bestAt || len(x)-len(c) > bestAt {
			continue
		}
		y := []rune(c)
		if len(y)-len(x) > bestAt || len(y) > 60 {
			continue
		}
		row = row[:len(y)+1]
		if d := distance(x, y, row); d < bestAt || d == bestAt && best < 0 {
			best, bestAt = i, d
		}
	}
	return best
}

// distance is the number of letters to add, drop or change. row is room for one
// number more than y has letters.
func distance(x, y []rune, row []int) int {
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		last := row[0]
		row[0] = i
		for j := 1; j <= len(y); j++ {
			change := last
			if x[i-1] != y[j-1] {
				change++
			}
			last = row[j]
			row[j] = min(row[j]+1, row[j-1]+1, change)
		}
	}
	return row[len(y)]
}

func ids(codes []Code) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = c.ID
	}
	return slices.Clip(out)
}
