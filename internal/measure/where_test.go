package measure_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
)

func TestConditionsAreReadAsCellsOfASheetAre(t *testing.T) {
	kinds, set := definitions(t)
	d, err := set.Get("strength.present")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		dim, value, want string
	}{
		"a code":                         {"contributor", "KEN", "KEN"},
		"a code in small letters":        {"contributor", "ken", "KEN"},
		"a name":                         {"contributor", "Kenya", "KEN"},
		"a name in another language":     {"contributor", "Ouganda", "UGA"},
		"a part":                         {"sex", "f", "F"},
		"what is not said":               {"contributor", "UNKNOWN", "UNKNOWN"},
		"a reference, which may be any":  {"post", "pst-9", "pst-9"},
		"a dimension the engine refuses": {"colour", "red", "red"},
		"no country":                     {"contributor", "Kenia Land", ""},
		"no part":                        {"sex", "x", ""},
	} {
		got, err := d.Read(kinds, map[string][]string{c.dim: {c.value}})
		if c.want == "" {
			if !fail.Is(err, fail.Invalid) || fail.HintOf(err) == "" {
				t.Errorf("%s: got %v, %v; want a refusal with a hint", name, got, err)
			}
			continue
		}
		if diff := cmp.Diff(map[string][]string{c.dim: {c.want}}, got); diff != "" || err != nil {
			t.Errorf("%s: %s %v", name, diff, err)
		}
	}
}

func TestAStrengthBelowZeroIsRemarkedOn(t *testing.T) {
	w := newWorld(t)
	w.say(t, "movement", "in", "", map[string]string{"contributor": "KEN", "direction": "IN", "persons": "20", "at": "2025-01-03"})
	w.say(t, "movement", "out", "", map[string]string{"contributor": "JAM", "direction": "OUT", "persons": "3", "at": "2025-01-04"})
	for by, want := range map[string]bool{"": false, "contributor": true} {
		q := measure.Query{Mission: mission, Measure: "strength.present"}
		if by != "" {
			q.By = []string{by}
		}
		f, err := w.engine.Figure(t.Context(), access.Local(), q)
		if err != nil {
			t.Fatal(err)
		}
		if _, got := f.Note(measure.BelowZero); got != want {
			t.Errorf("by %q: remarked %v, want %v; total %v", by, got, want, f.Total)
		}
	}
}
