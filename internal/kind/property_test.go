package kind_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/kind"
)

// written are texts as people write them, right and wrong.
func written() []string {
	return []string{
		"", " ", "IN", "on leave", "Kenya", "Etazini", "Salvador", "gbr", "217", "1 234", "1,234", "1,234.50", "-0.0", "007", "12,5",
		"1.234.567", "NIL", "2025-02", "2025-03-31~", "../2025", "2024-06-25/2024-07-16", "251630QMAR25", "2025-11-02T01:30",
		"2025-03-25 16:30", "2025-03-25T16:30Z", "01/02/2025", "5 janvye 2025", "Q", "j", "Africa/Nairobi", "18.5392", "-72.33640001", "18QYF80155322", "gate 18q yf 80155 53225", "18QYF801", "gate 18.5392,-72.3364", "98.5392, -72.3364", "18QAA80155322",
		"181", "18.5,-72.3", "yes", "WI", "a|b| a", "sw|French", "https://example.org", "re\u0301gion", "a\u0000b", "usd", "dola ameriken",
		"public", "mission", "host", "x", "line\r\nbreak", "\xff",
	}
}

// draft is a row with any texts under any columns.
func draft(t *rapid.T, k *kind.Kind) map[string]string {
	var columns []string
	for _, f := range k.AllFields() {
		columns = append(columns, f.ID)
	}
	value := rapid.OneOf(rapid.SampledFrom(written()), rapid.StringN(0, 12, 40))
	return rapid.MapOf(rapid.SampledFrom(columns), value).Draw(t, "draft")
}

// What came out of the check goes in again unchanged, in every kind: else a
// record that travels to another node would be another record there.
func TestCanonicalTextsCheckToThemselves(t *testing.T) {
	kinds := append(allKinds(t).All(), sampleKind(t))
	loc := zone(t, "America/New_York")
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.SampledFrom(kinds).Draw(t, "kind")
		env := kind.Env{Location: loc, DecimalComma: rapid.Bool().Draw(t, "comma")}
		if rapid.Bool().Draw(t, "mapped") {
			env.DateFormats = []string{"dd/MM/yyyy", "d MMM yyyy"}
		}
		once, _ := k.Check(draft(t, k), env)
		twice, problems := k.Check(once, kind.Env{Location: loc})
		if diff := cmp.Diff(once, twice); diff != "" {
			t.Fatalf("%s: %s\n%v", k.ID, diff, problems)
		}
	})
}

// A draft is taken or refused; it never passes with a problem unnamed.
func TestEveryProblemNamesAFieldAndHasWords(t *testing.T) {
	k, words := sampleKind(t), catalogue(t)
	rapid.Check(t, func(r *rapid.T) {
		_, problems := k.Check(draft(r, k), kind.Env{Location: time.UTC})
		for _, p := range problems {
			if p.Field == "" {
				r.Fatalf("no field: %v", p)
			}
		}
		if !slices.IsSortedFunc(problems, func(a, b kind.Problem) int {
			return cmpText(a.Field, b.Field)
		}) {
			r.Fatal("the problems are not in order of fields")
		}
		explained(t, words, problems)
	})
}

func cmpText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

func FuzzCheck(f *testing.F) {
	k := sampleKind(f)
	columns := k.AllFields()
	for i, s := range written() {
		f.Add(uint8(i), s, "dd/MM/yyyy", i%2 == 0)
	}
	f.Fuzz(func(t *testing.T, column uint8, text, format string, comma bool) {
		id := columns[int(column)%len(columns)].ID
		env := kind.Env{Location: time.UTC, DecimalComma: comma, DateFormats: []string{format}}
		once, _ := k.Check(map[string]string{id: text}, env)
		twice, _ := k.Check(once, kind.Env{Location: time.UTC})
		if diff := cmp.Diff(once, twice); diff != "" {
			t.Errorf("%s %q: %s", id, text, diff)
		}
	})
}

func FuzzLoad(f *testing.F) {
	f.Add(sample)
	f.Add("extends: sample\nfields: [{id: a, type: text}]")
	f.Add("fields: [{id: [1]}]")
	f.Add("a: &a [*a]")
	f.Fuzz(func(t *testing.T, text string) {
		set, err := kind.Load(folder("id: x\n" + text))
		if (set == nil) == (err == nil) {
			t.Errorf("got %v and %v", set, err)
		}
	})
}
