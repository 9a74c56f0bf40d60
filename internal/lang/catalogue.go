package lang

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"konbit.org/konbit/internal/fail"
)

//go:embed words/*.yaml countries.tsv currencies.tsv languages.tsv
var files embed.FS

// Languages are the five languages, English first: it stands in where another
// is missing.
func Languages() []string { return []string{"en", "fr", "ht", "es", "sw"} }

// text is one entry of the catalogue in one language: a plain text under the
// form "", or a text for each plural form the language has.
type text map[string]string

// Catalogue holds all texts. It is read-only after Load and safe to share.
type Catalogue struct {
	words      map[string]map[string]text // key, language
	countries  *names
	currencies *names
	languages  *names
}

// Load reads the texts built into the program and checks them. The error joins
// every fault found, each with its file and line; it is fail.Internal, because
// the texts are ours. They are read once: kinds, missions and pages each ask for
// them, and reading them was most of what opening a node cost.
func Load() (*Catalogue, error) { return loaded() }

// loaded is a constant that takes a while: what the program was built with.
var loaded = sync.OnceValues(func() (*Catalogue, error) { return load(files) })

func load(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{words: map[string]map[string]text{}}
	paths, err := fs.Glob(fsys, "words/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list the catalogue: %w", err)
	}
	var faults []error
	for _, p := range paths {
		faults = append(faults, c.read(fsys, p)...)
	}
	for _, t := range []struct {
		file string
		into **names
	}{{"countries.tsv", &c.countries}, {"currencies.tsv", &c.currencies}, {"languages.tsv", &c.languages}} {
		n, err := readNames(fsys, t.file)
		if err != nil {
			faults = append(faults, err)
		}
		*t.into = n
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fail.Wrap(fail.Internal, err, "read the catalogue", "")
	}
	return c, nil
}

// read adds one file of texts. A key must begin with the file's area, so that
// a key says where its text stands.
func (c *Catalogue) read(fsys fs.FS, p string) []error {
	raw, err := fs.ReadFile(fsys, p)
	if err != nil {
		return []error{err}
	}
	var root yaml.Node
	if err := yaml.Unmarshal(raw, &root); err != nil {
		return []error{fmt.Errorf("%s: %w", p, err)}
	}
	if len(root.Content) == 0 {
		return nil
	}
	area := strings.TrimSuffix(path.Base(p), ".yaml")
	doc := root.Content[0]
	if doc.Kind != yaml.MappingNode {
		return []error{fmt.Errorf("%s: want a mapping of keys", p)}
	}
	var faults []error
	for i := 0; i+1 < len(doc.Content); i += 2 {
		key := doc.Content[i]
		entry, errs := readEntry(doc.Content[i+1])
		if !strings.HasPrefix(key.Value, area+".") {
			errs = append(errs, fmt.Errorf("must begin with %q", area+"."))
		}
		if _, twice := c.words[key.Value]; twice {
			errs = append(errs, errors.New("stands twice"))
		}
		for _, e := range errs {
			faults = append(faults, fmt.Errorf("%s:%d: %s: %w", p, key.Line, key.Value, e))
		}
		c.words[key.Value] = entry
	}
	return faults
}

func readEntry(node *yaml.Node) (map[string]text, []error) {
	var raw map[string]yaml.Node
	if err := node.Decode(&raw); err != nil {
		return nil, []error{err}
	}
	var faults []error
	entry := map[string]text{}
	for l, n := range raw {
		if !slices.Contains(Languages(), l) {
			faults = append(faults, fmt.Errorf("no such language %q", l))
			continue
		}
		t, err := readText(l, &n)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", l, err))
		}
		entry[l] = t
	}
	for _, l := range Languages() {
		if _, ok := raw[l]; !ok {
			faults = append(faults, fmt.Errorf("no text in %s", l))
		}
	}
	return entry, faults
}

func readText(lang string, n *yaml.Node) (text, error) {
	if n.Kind == yaml.ScalarNode {
		if strings.TrimSpace(n.Value) == "" {
			return nil, errors.New("empty text")
		}
		return text{"": spaced(lang, n.Value)}, nil
	}
	var forms map[string]string
	if err := n.Decode(&forms); err != nil {
		return nil, err
	}
	want := []string{"one", "other"}
	if lang == "ht" {
		want = []string{"other"} // a noun does not change with its number
	}
	if len(forms) != len(want) {
		return nil, fmt.Errorf("plural forms must be %s", strings.Join(want, " and "))
	}
	for _, f := range want {
		if strings.TrimSpace(forms[f]) == "" {
			return nil, fmt.Errorf("plural form %q is missing", f)
		}
		forms[f] = spaced(lang, forms[f])
	}
	return forms, nil
}

// spaced makes the spaces that French has before its double signs and inside its
// quotation marks such that no line ends there.
func spaced(lang, text string) string {
	if lang != "fr" {
		return text
	}
	text = strings.ReplaceAll(text, "« ", "«\u00a0")
	for range 2 { // a sign may be what follows another
		text = doubleSign.ReplaceAllString(text, "\u00a0$1$2")
	}
	return text
}

// doubleSign is one with a space before it, and not the beginning of something, as
// in ?at=.
var doubleSign = regexp.MustCompile(` ([:;?!»])([^\pL\pN]|$)`)

// Say gives the text of a key with {name} replaced from args. A language that
// is not one of the five reads as English. A key that does not exist comes back
// as itself, so that it is seen.
func (c *Catalogue) Say(lang, key string, args map[string]string) string {
	t, ok := c.lookup(lang, key)
	if !ok {
		return key
	}
	if s, ok := t[""]; ok {
		return fill(s, args)
	}
	return fill(t["other"], args)
}

// Count gives the text of a key in the plural form of n, with {n} replaced by
// n as the language writes it, and other {name} from args.
func (c *Catalogue) Count(lang, key string, n int64, args map[string]string) string {
	t, ok := c.lookup(lang, key)
	if !ok {
		return key
	}
	all := map[string]string{"n": c.Number(lang, n)}
	maps.Copy(all, args)
	for _, form := range []string{pluralForm(lang, n), "other", ""} {
		if s, ok := t[form]; ok {
			return fill(s, all)
		}
	}
	return key
}

// Has reports whether a key exists.
func (c *Catalogue) Has(key string) bool { _, ok := c.words[key]; return ok }

// Keys are all keys, sorted.
func (c *Catalogue) Keys() []string {
	keys := make([]string, 0, len(c.words))
	for k := range c.words {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func (c *Catalogue) lookup(lang, key string) (text, bool) {
	entry, ok := c.words[key]
	if !ok {
		return nil, false
	}
	if t, ok := entry[lang]; ok {
		return t, true
	}
	t, ok := entry["en"]
	return t, ok
}

func pluralForm(lang string, n int64) string {
	if n < 0 {
		n = -n
	}
	tag, err := language.Parse(lang)
	if err != nil {
		return "other"
	}
	// The rules look at the last digits only, beyond 0 and 1.
	i := int(n % 10_000_000)
	if n >= 10_000_000 {
		i += 10_000_000
	}
	if plural.Cardinal.MatchPlural(tag, i, 0, 0, 0, 0) == plural.One && lang != "ht" {
		return "one"
	}
	return "other"
}

// fill replaces {name}. What is put in is not read again, so a value that holds
// braces stays as it is.
func fill(s string, args map[string]string) string {
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	pairs := make([]string, 0, 2*len(args))
	for k, v := range args {
		pairs = append(pairs, "{"+k+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(s)
}
