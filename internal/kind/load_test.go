package kind_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/lang"
)

func TestEveryKindSpeaksFiveLanguages(t *testing.T) {
	set := allKinds(t)
	if missing := set.Untranslated(); len(missing) > 0 {
		t.Error(strings.Join(missing, "\n"))
	}
	for _, f := range append(kind.Reserved(), kind.Envelope()...) {
		for _, l := range lang.Languages() {
			if f.Label[l] == "" || f.Help[l] == "" {
				t.Errorf("%s lacks a label or help in %s", f.ID, l)
			}
		}
	}
}

// These kinds and fields stand in other people's sheets: they may grow, and
// nothing may leave.
func TestKindsHaveTheFieldsThatOthersUse(t *testing.T) {
	want := map[string]string{
		"contribution": "contributor stage persons personnel",
		"movement":     "contributor direction persons women men contingent post",
		"casualty":     "contributor status cause persons women men kin left-by",
		"incident":     "category summary killed injured department",
		"flow":         "donor stage amount currency fund in-kind",
		"rate":         "base quote rate",
		"cohort":       "name event persons women men",
		"service":      "facility type status verified-by",
		"instrument":   "title adopted in-force expires ceiling",
		"claim":        "measure scope value precision stage speaker statement",
		"source":       "title publisher date url type",
		"contingent":   "contributor name unit lead",
		"person":       "name number rank contributor contingent sex born post status languages kin-name kin-phone",
		"post":         "name aliases type holder status",
		"equipment":    "type name quantity serviceable reason donor holder post",
		"engagement":   "title type participants summary",
		"action":       "title engagement term status due responsible",
		"seizure":      "type item quantity unit serial case handed-to",
		"outreach":     "title audience adults children languages summary",
		"place":        "name aliases p-code level parent country",
		"operation":    "name acronym department active started ended",
		"return":       "contributor opening arrivals returns departures deaths closing",
	}
	set := allKinds(t)
	for id, fields := range want {
		k, ok := set.Get(id)
		if !ok {
			t.Errorf("there is no kind %s", id)
			continue
		}
		for f := range strings.FieldsSeq(fields) {
			if _, ok := k.Field(f); !ok {
				t.Errorf("%s has no field %s", id, f)
			}
		}
		for _, f := range kind.Reserved() {
			if _, ok := k.Field(f.ID); !ok {
				t.Errorf("%s has no field %s", id, f.ID)
			}
		}
	}
}

func TestPersonalFieldsAreSealedAndClosed(t *testing.T) {
	for _, k := range allKinds(t).All() {
		for _, f := range k.Fields {
			if f.Personal && (k.Subject == "" || f.Marking == "" || f.Marking == "public" || f.Column || f.Filter || f.Search) {
				t.Errorf("%s.%s is personal: it needs a subject and a marking, and no place in tables or search", k.ID, f.ID)
			}
		}
	}
	for _, id := range []string{"name", "number", "born", "kin-name", "kin-phone"} {
		k, _ := allKinds(t).Get("person")
		if f, ok := k.Field(id); !ok || !f.Personal {
			t.Errorf("person.%s is not personal", id)
		}
	}
}

func TestLoadNamesEveryFaultWithItsLine(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"a key it does not know", "domain:", "domian:", "sample.yaml:2:"},
		{"a type it does not know", "type: flag", "type: bool", `sample.yaml:28: field flag: type "bool"`},
		{"a field twice", "id: men,", "id: women,", "sample.yaml:21: field women: stands twice"},
		{"a field that every kind has", "id: media,", "id: note,", "field note: every kind has this field already"},
		{"an id with blanks", "id: where,", "id: w here,", "use small letters"},
		{"a choice without codes", "type: choice, list: iso4217", "type: choice", "either codes or a list"},
		{"a choice with both", "codes: [", "list: sex, codes: [", "either codes or a list"},
		{"a list it does not know", "list: iso639", "list: tongues", `list "tongues"`},
		{"a code twice", "id: ON-LEAVE", "id: in", `code "in"`},
		{"money without currency", "type: money, currency: currency", "type: money", "names the field of its currency"},
		{"money in a field that is no currency", "currency: currency,", "currency: text,", `"text" is not a choice from iso4217`},
		{"a reference to nothing", "to: sample", "to: nothing", `there is no kind "nothing"`},
		{"a sum of texts", "parts: [women, men]", "parts: [women, text]", `"text" is not a number field`},
		{"min above max", `min: "0", max: "1000000"`, `min: "5", max: "1"`, "min is above max"},
		{"a limit that is no decimal", `max: "1000000"`, `max: "1e6"`, `limit "1e6"`},
		{"a filter over free text", `max: "20",`, `max: "20", filter: true,`, "can be a filter"},
		{"a marking it does not know", "marking: mission", "marking: secret", `marking: "secret"`},
		{"an owner that is no country", "owner: state", "owner: text", `owner: "text"`},
		{"a subject that is no person", "subject: who", "subject: text", `subject: "text"`},
		{"a title that is no field", "title: [text]", "title: [tilte]", `title: there is no field "tilte"`},
		{"a military symbol that is no number of 20 digits", "shape: circle", "shape: circle, sidc: SFGPU", `map sidc "SFGPU"`},
		{"a shape it cannot draw", "shape: circle", "shape: star", `map shape: "star"`},
		{"an HXL tag that is none", "type: media,", `type: media, hxl: "date",`, `hxl "date"`},
		{"when it has no at", "at: optional", "at: sometimes", `at: "sometimes"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(sample, tt.old, tt.new, 1)
			if text == sample {
				t.Fatal("the case changes nothing")
			}
			_, err := kind.Load(folder(text))
			if !fail.Is(err, fail.Invalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant it to say %s", err, tt.want)
			}
		})
	}
}

func TestLoadJoinsAllFaults(t *testing.T) {
	text := strings.NewReplacer("type: flag", "type: bool", "to: sample", "to: nothing", "owner: state", "owner: text").Replace(sample)
	_, err := kind.Load(folder(text))
	for _, want := range []string{"bool", "nothing", "owner"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not name %s", err, want)
		}
	}
}

func TestLoadRefusesAPersonalFieldWithoutSubject(t *testing.T) {
	text := strings.Replace(sample, "subject: who\n", "", 1)
	text = strings.Replace(text, "type: media,", "type: media, personal: true,", 1)
	if _, err := kind.Load(folder(text)); err == nil || !strings.Contains(err.Error(), "field media: a personal field needs") {
		t.Errorf("got %v", err)
	}
}

func TestAMissionAddsFieldsAndKinds(t *testing.T) {
	extra := "extends: sample\nfields:\n  - {id: tide, type: choice, label: Tide, codes: [{id: HIGH, label: {en: High}}]}\n"
	own := strings.NewReplacer("id: sample\n", "id: lake\n", "to: sample", "to: lake").Replace(sample)
	set, err := kind.Load(folder(sample), folder(own, extra))
	if err != nil {
		t.Fatal(err)
	}
	k, _ := set.Get("sample")
	got, problems := k.Check(map[string]string{"tide": "high"}, kind.Env{})
	if f, _ := k.Field("tide"); f.Label.In("fr") != "Tide" {
		t.Errorf("a plain label is %v", f.Label)
	}
	if got["tide"] != "HIGH" || problems != nil {
		t.Errorf("got %v %v", got, problems)
	}
	if len(set.All()) != 2 || set.All()[0].ID != "lake" {
		t.Errorf("got %d kinds", len(set.All()))
	}
	base, err := kind.Load(folder(sample))
	if err != nil || base.Version() == set.Version() {
		t.Errorf("the version does not tell the two apart: %v", err)
	}
}

func TestAMissionMayNotRedefine(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a kind", sample, "defined twice"},
		{"a field", "extends: sample\nfields:\n  - {id: text, type: text, label: {en: T}}\n", "sample.yaml:3: field text: the kind sample has it already"},
		{"a kind that does not exist", "extends: river\nfields: []\n", `extends "river"`},
		{"the head of a kind", "extends: sample\nat: none\n", "fields and sums only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := kind.Load(folder(sample), folder(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant it to say %s", err, tt.want)
			}
		})
	}
}

func TestMatchHoldsStructAndKindTogether(t *testing.T) {
	text := "id: pair\ndomain: d\nlabel: {en: P}\nplural: {en: P}\nat: none\nsource: optional\nmarking: mission\ntitle: [a]\nfields:\n" +
		"  - {id: a, type: text, label: {en: A}}\n  - {id: b, type: number, label: {en: B}}\n"
	set, err := kind.Load(folder(text))
	if err != nil {
		t.Fatal(err)
	}
	k, _ := set.Get("pair")
	type same struct {
		A string `field:"a"`
		B int64  `field:"b"`
		C bool
	}
	type skips struct {
		A string `field:"a"`
		_ int    `field:"-" skip:"b"`
	}
	type differs struct {
		A string `field:"a"`
		C string `field:"c"`
	}
	got := map[string]bool{
		"same": kind.Match(k, same{}) == nil, "pointer": kind.Match(k, &same{}) == nil,
		"skips": kind.Match(k, skips{}) == nil, "differs": kind.Match(k, differs{}) == nil, "no struct": kind.Match(k, 7) == nil,
	}
	want := map[string]bool{"same": true, "pointer": true, "skips": true, "differs": false, "no struct": false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	err = kind.Match(k, differs{})
	for _, part := range []string{`no field "c"`, `lacks field "b"`} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not say %s", err, part)
		}
	}
}

func TestAKindWithoutTimeHasNoTimeFields(t *testing.T) {
	set, err := kind.Load(folder(strings.Replace(sample, "at: optional", "at: none", 1)))
	if err != nil {
		t.Fatal(err)
	}
	k, _ := set.Get("sample")
	for _, id := range []string{"at", "until", "zone"} {
		if _, ok := k.Field(id); ok {
			t.Errorf("it has %s", id)
		}
		if _, problems := k.Check(map[string]string{id: ""}, kind.Env{}); problems != nil {
			t.Errorf("an empty %s column is refused: %v", id, problems)
		}
		if _, problems := k.Check(map[string]string{id: "2025"}, kind.Env{}); len(problems) != 1 {
			t.Errorf("a filled %s column is not refused once: %v", id, problems)
		}
	}
}

func TestTheExampleOfTheFormatPageLoads(t *testing.T) {
	page, err := os.ReadFile("../../docs/formats/kind.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "```yaml\n")
	example, _, found := strings.Cut(example, "```")
	if !found {
		t.Fatal("the page has no example")
	}
	if _, err := kind.Load(folder(example)); err != nil {
		t.Error(err)
	}
}
