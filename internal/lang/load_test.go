package lang

import (
	"strings"
	"testing"
	"testing/fstest"
)

// The files are built in, so their faults can only be shown on other files.
func TestLoadNamesEveryFaultWithItsLine(t *testing.T) {
	names := "code\ten\tfr\tht\tes\tsw\nAA\ta\tb\tc\td\te\n"
	fsys := fstest.MapFS{
		"countries.tsv":  {Data: []byte("alpha2\talpha3\ten\tfr\tht\tes\tsw\taliases\nAA\tAAA\ta\tb\t\td\te\t\n")},
		"currencies.tsv": {Data: []byte(names)},
		"languages.tsv":  {Data: []byte(names)},
		"words/web.yaml": {Data: []byte(`web.good: {en: a, fr: b, ht: c, es: d, sw: e}
web.short: {en: a, fr: b, ht: c, es: d}
web.foreign: {en: a, fr: b, ht: c, es: d, sw: e, de: f}
other.area: {en: a, fr: b, ht: c, es: d, sw: e}
web.empty: {en: "", fr: b, ht: c, es: d, sw: e}
web.plural: {en: {one: a}, fr: {one: a, other: b}, ht: {other: c}, es: {one: a, other: b}, sw: {one: a, other: b}}
web.good: {en: a, fr: b, ht: c, es: d, sw: e}
`)},
	}
	_, err := load(fsys)
	if err == nil {
		t.Fatal("no fault found")
	}
	for _, want := range []string{
		"countries.tsv:2", "web.yaml:2: web.short: no text in sw", `web.yaml:3: web.foreign: no such language "de"`,
		"web.yaml:4: other.area: must begin with \"web.\"", "web.yaml:5: web.empty: en: empty text",
		"web.yaml:6: web.plural: en: plural forms", "web.good: stands twice",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("does not say %s:\n%v", want, err)
		}
	}
}
