package lang

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// names is a code list with its names in the five languages.
type names struct {
	codes []string
	label map[string][]string // code: names in the order of Languages
	also  map[string][]string // code: other spellings, and the two-letter code
}

func readNames(fsys fs.FS, file string) (*names, error) {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	n := &names{label: map[string][]string{}, also: map[string][]string{}}
	lines := strings.Split(strings.TrimRight(string(raw), "\n"), "\n")
	head := strings.Split(lines[0], "\t")
	first := slices.Index(head, "en")
	for i, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != len(head) || slices.Contains(cells[:first+5], "") {
			return nil, fmt.Errorf("%s:%d: want %d filled cells", file, i+2, len(head))
		}
		code := cells[first-1]
		n.codes = append(n.codes, code)
		n.label[code] = cells[first : first+5]
		n.also[code] = cells[:first-1]
		if len(cells) > first+5 && cells[first+5] != "" {
			n.also[code] = append(slices.Clone(cells[:first-1]), strings.Split(cells[first+5], ";")...)
		}
	}
	return n, nil
}

func (n *names) name(lang, code string) string {
	label, ok := n.label[code]
	if !ok {
		return code
	}
	return label[max(0, slices.Index(Languages(), lang))]
}

// Country is the name of an ISO 3166-1 alpha-3 code, or the code itself when it
// is not one. EUE, UNO and XKX stand for the European Union, the United Nations
// and Kosovo, as in travel documents.
func (c *Catalogue) Country(lang, alpha3 string) string { return c.countries.name(lang, alpha3) }

// Currency is the name of an ISO 4217 code, or the code itself.
func (c *Catalogue) Currency(lang, code string) string { return c.currencies.name(lang, code) }

// Language is the name of an ISO 639 code, or the code itself.
func (c *Catalogue) Language(lang, code string) string { return c.languages.name(lang, code) }

// Countries are the alpha-3 codes in the order of their alpha-2 codes.
func (c *Catalogue) Countries() []string { return slices.Clone(c.countries.codes) }

// Currencies are the ISO 4217 codes, sorted.
func (c *Catalogue) Currencies() []string { return slices.Clone(c.currencies.codes) }

// Spoken are the ISO 639 codes a person's or an event's languages can be, sorted.
func (c *Catalogue) Spoken() []string { return slices.Clone(c.languages.codes) }

// CountryAliases are the alpha-2 code of a country and other names it goes by.
func (c *Catalogue) CountryAliases(alpha3 string) []string {
	return slices.Clone(c.countries.also[alpha3])
}
