package measure_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
)

const five = "{en: x, fr: x, ht: x, es: x, sw: x}"

func load(t *testing.T, text string) error {
	t.Helper()
	kinds, _ := definitions(t)
	_, err := measure.Load(kinds, fstest.MapFS{"measures.yaml": {Data: []byte(text)}})
	return err
}

func TestEveryFaultOfADefinitionIsNamed(t *testing.T) {
	err := load(t, `
- id: strength
  unit: ""
  label: {en: x, fr: x, ht: x, es: x}
  text: `+five+`
  how: sometimes
  within: P1M
  stale-after: a month
  value: direction
  apart: colour
  by-group: [a, b, c]
  dimensions: {sex: {split: {F: women, UNKNOWN: men}}, other: {split: {F: women}}, none: {}, name: {field: nome}}
  terms:
    - {kind: movment, sign: 1}
    - {kind: movement, when: {direction: [INN]}, sign: 2}
    - {kind: movement, set: [missing], sign: 1}
    - {kind: person, when: {kin-phone: ["1"]}, value: born, sign: 1}
  beside: [{measure: nothing.there, note: n}]
  balance: {whole: nothing.there, parts: [], by: name}
- id: casualties.kin
  definition: 1
  unit: person
  label: `+five+`
  text: `+five+`
  how: latest
  from: persons
  terms: [{kind: casualty, when: {kin: [TOLD-ALL]}, sign: 1}, {kind: movement, sign: 1}]
  public: true
- id: casualties.kin
  definition: 1
`)
	if !fail.Is(err, fail.Invalid) || fail.HintOf(err) == "" {
		t.Fatalf("taken, or without a hint: %v", err)
	}
	for _, want := range []string{
		"the id must be domain.name", "number must be 1 or more", "no unit", "no label in sw", "how must be level or latest",
		`within: bad period "P1M"`, `stale-after: bad period "a month"`, "is no number", "apart: no kind of its terms",
		"at most two fields in by-group", "UNKNOWN is the remainder", "only one dimension may split", "dimension none needs either field or split",
		`dimension name: no kind of its terms (movement, person) has a field "nome"`, `no kind "movment"`, `no code "INN"`, "sign must be 1 or -1",
		`no field "missing"`, "field kin-phone of kind person is personal", "born of kind person is no number", `beside: no measure "nothing.there"`, `balance: no measure "nothing.there"`,
		"is marked cell; a public measure cannot use it", "records of one kind only", "must be dates of kind casualty; persons is not",
		"measure casualties.kin is defined twice",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not named: %s", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestAKeyThatNobodyReadsIsAFault(t *testing.T) {
	if err := load(t, "- {id: a.b, colour: red}"); err == nil || !strings.Contains(err.Error(), "colour") {
		t.Errorf("an unknown key was taken: %v", err)
	}
}

func TestTheDefinitionsOfTheProduct(t *testing.T) {
	_, set := definitions(t)
	for _, id := range []string{
		"strength.present", "strength.assigned", "strength.arrived", "strength.came", "strength.left", "contribution.offered", "contribution.notified", "contribution.agreed",
		"mandate.ceiling", "casualties.deaths", "casualties.missing", "casualties.injured", "money.announced", "money.pledged", "money.signed",
		"money.received", "money.frozen", "money.obligated", "money.disbursed", "money.returned", "cohort.enrolled", "cohort.left",
		"cohort.graduated", "services.open", "seizures.items",
	} {
		d, err := set.Get(id)
		if err != nil {
			t.Error(err)
			continue
		}
		if !d.Public {
			t.Errorf("%s is not public", id)
		}
	}
	d, err := set.Get("money.received")
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Names(); !slices.Equal(got, []string{"currency", "donor", "fund"}) || d.IsComplete() || !slices.Equal(d.Covers(), []string{"RECEIVED"}) {
		t.Errorf("money.received: %v, complete %v, covers %v", got, d.IsComplete(), d.Covers())
	}
}
