package kind_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/lang"
)

// sample has a field of every type.
const sample = `id: sample
domain: testing
label: {en: Sample}
plural: {en: Samples}
help: {en: One of each}
at: optional
source: required
owner: state
marking: mission
subject: who
title: [text]
map: {shape: circle, colour: own}
sums:
  - {whole: number, parts: [women, men]}
fields:
  - {id: text, type: text, max: "20", label: {en: Text}}
  - {id: choice, type: choice, label: {en: Choice}, codes: [{id: IN, label: {en: Arrived, fr: Arrivée, ht: Rive}}, {id: ON-LEAVE, label: {en: On leave, sw: Likizoni}}]}
  - {id: state, type: choice, list: iso3166-1, label: {en: State}}
  - {id: number, type: number, min: "0", max: "1000000", label: {en: Number}}
  - {id: women, type: number, min: "0", label: {en: Women}}
  - {id: men, type: number, min: "0", label: {en: Men}}
  - {id: quantity, type: quantity, unit: kg, label: {en: Quantity}}
  - {id: money, type: money, currency: currency, label: {en: Money}}
  - {id: currency, type: choice, list: iso4217, label: {en: Currency}}
  - {id: date, type: date, label: {en: Date}}
  - {id: other, type: reference, to: sample, label: {en: Other}}
  - {id: point, type: point, label: {en: Point}}
  - {id: flag, type: flag, label: {en: Flag}}
  - {id: list, type: list, label: {en: List}}
  - {id: languages, type: list, list: iso639, label: {en: Languages}}
  - {id: link, type: link, label: {en: Link}}
  - {id: media, type: media, label: {en: Media}}
  - {id: who, type: person, label: {en: Who}}
  - {id: where, type: place, label: {en: Where}}
  - {id: measure, type: choice, list: measures, label: {en: Measure}}
`

func folder(files ...string) fs.FS {
	out := fstest.MapFS{}
	for _, text := range files {
		_, id, _ := strings.Cut(text, ": ")
		id, _, _ = strings.Cut(id, "\n")
		id, _, _ = strings.Cut(id, " ")
		out["kinds/"+id+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func sampleKind(t testing.TB) *kind.Kind {
	t.Helper()
	set, err := kind.Load(folder(sample))
	if err != nil {
		t.Fatal(err)
	}
	k, ok := set.Get("sample")
	if !ok {
		t.Fatal("no sample")
	}
	return k
}

// domains are the folders that define kinds.
func domains(t testing.TB) []fs.FS {
	t.Helper()
	found, err := fs.Glob(os.DirFS(".."), "*/kinds")
	if err != nil || len(found) == 0 {
		t.Fatalf("no definitions found: %v", err)
	}
	var out []fs.FS
	for _, f := range found {
		out = append(out, os.DirFS("../"+strings.TrimSuffix(f, "/kinds")))
	}
	return out
}

func allKinds(t testing.TB) *kind.Set {
	t.Helper()
	set, err := kind.Load(domains(t)...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

var hole = regexp.MustCompile(`\{([a-z-]+)\}`)

// explained holds that every problem has words in the catalogue and gives every
// argument that they name: a refusal that reads "{value}" helps nobody.
func explained(t testing.TB, words *lang.Catalogue, problems []kind.Problem) {
	t.Helper()
	for _, p := range problems {
		for _, key := range []string{"refusal." + p.Code + ".why", "refusal." + p.Code + ".hint"} {
			if !words.Has(key) {
				t.Errorf("the catalogue has no %s", key)
			}
			for _, m := range hole.FindAllStringSubmatch(words.Say("en", key, nil), -1) {
				if p.Args[m[1]] == "" {
					t.Errorf("%s needs %s, and the problem at %s does not give it", key, m[1], p.Field)
				}
			}
		}
	}
}

func catalogue(t testing.TB) *lang.Catalogue {
	t.Helper()
	c, err := lang.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
