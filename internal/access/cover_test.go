package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/record"
)

// standing is a gate that holds one file with these names.
type standing []string

func (s standing) Closed(string, time.Time) []access.Hold {
	return []access.Hold{{Mission: "m", Kind: "casualty", Ref: "held-1", ID: 1, Owner: "AAA", Marking: "cell", Persons: 1, Names: s}}
}

func sightOn(t testing.TB, names ...string) record.Sight {
	t.Helper()
	g, err := access.NewGuard(access.GuardOptions{Kinds: houseKinds(t), Gate: standing(names), Now: func() time.Time { return time.Unix(1, 0) }})
	must(t, err)
	return g.Sight(access.Public(), "m", access.Read)
}

// run is letters or digits as a reader sees them: folded, and where they stand.
type run struct {
	text     string
	from, to int
}

// runs cuts a text rune by rune, as slowly as it is plain.
func runs(text string) (out []run) {
	sort := func(r rune) int {
		switch {
		case unicode.IsDigit(r):
			return 1
		case unicode.IsLetter(r):
			return 2
		case unicode.IsMark(r):
			return 3
		}
		return 0
	}
	last := 0
	for i, r := range text {
		s := sort(r)
		if s == 3 && last == 0 {
			last = 3
			out = append(out, run{"", i, i})
		} else if s != 0 && s != 3 && s != last && last != 3 {
			out = append(out, run{"", i, i})
		}
		if s != 0 {
			now := &out[len(out)-1]
			now.to = i + len(string(r))
			for _, d := range norm.NFKD.String(string(r)) {
				if !unicode.IsMark(d) {
					now.text += string(unicode.ToLower(d))
				}
			}
		}
		if s != 3 {
			last = s
		}
	}
	return out
}

// plainly covers as cover does, with nothing passed over.
func plainly(text string, names map[string]bool) string {
	list := slices.DeleteFunc(runs(text), func(r run) bool { return r.text == "" }) // a mark on a sign
	var b strings.Builder
	done := 0
	for i := 0; i < len(list); i++ {
		longest, joined := 0, ""
		for j := i; j < len(list); j++ {
			if joined += list[j].text; names[joined] {
				longest = j + 1 - i
			}
		}
		if longest == 0 {
			continue
		}
		b.WriteString(text[done:list[i].from] + "■")
		i += longest - 1
		done = list[i].to
	}
	return b.String() + text[done:]
}

// What is passed over as beginning like no name is what a plain reading passes over.
func TestANameIsCoveredWhateverStandsAroundIt(t *testing.T) {
	s := sightOn(t, "Ana Né", "é1", "b-2")
	names := map[string]bool{"anane": true, "neana": true, "e1": true, "1e": true, "b2": true, "2b": true, "held1": true}
	rapid.Check(t, func(rt *rapid.T) {
		parts := []string{"Né", "ANA", "ana", "ne", "e\u0301", "é", "1", "E1", "b", "2", "-", " ", ", ", "\u0301", "ß", "x", "n", "9", "ö", "■"}
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom(parts)).Draw(rt, "text"), "")
		if got, want := s.Cover(text, time.Time{}), plainly(text, names); got != want {
			rt.Fatalf("%q is covered as %q, want %q", text, got, want)
		}
	})
}

func TestAWordThatMayTellOfANameIsSearchedInTheTextItself(t *testing.T) {
	s := sightOn(t, "Ingrid Sørensen", "B-4711")
	for word, want := range map[string]bool{
		"ingrid": true, "Sorensen": true, "sørensen": true, "soren": true, "4711": true, "b4711": true, "b47": true, "held": true,
		"xyz": false, "patrol": false, "aa0": false, "aa4711": true, "4711aa": true, "7b": true, "7c": false,
	} {
		if got := s.Touches(word); got != want {
			t.Errorf("%s: %v, want %v", word, got, want)
		}
	}
}
