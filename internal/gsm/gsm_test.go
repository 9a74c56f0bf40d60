package gsm_test

import (
	"fmt"
	"strings"
	"testing"

	"konbit.org/konbit/internal/gsm"
)

func TestPlainKeepsWhatTheAlphabetHasAndSaysTheRestAlike(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"Kreyòl stays as it is", "Rapò sitiyasyon, 3 è", "Rapò sitiyasyon, 3 è"},
		{"French loses what it must", "Forêt – « reçu » à l’école", `Foret - "recu" à l'école`},
		{"Spanish loses acute accents", "Información: él oyó ñandú", "Informacion: él oyo ñandu"},
		{"Swahili needs nothing", "Hakuna kilichotokea", "Hakuna kilichotokea"},
		{"an arrow is two signs", "0 → 1", "0 -> 1"},
		{"spaces of all kinds are one", "1\u00a0234\n\n567\u202f8", "1 234 567 8"},
		{"an accent in two signs", "e\u0301te\u0302", "éte"},
		{"signs made of several", "12 ㎞, ﬁn, ⅓", "12 km, fin, 1/3"},
		{"an accent that stands alone", "a ˚ b", "a ? b"},
		{"what has no likeness", "漢 🚗", "? ?"},
		{"what is not seen is gone", "a\u200bb\u202ec", "abc"},
		{"a broken byte", "a\xffb", "a?b"},
	} {
		if got := gsm.Plain(c.in); got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

func TestSeptetsCountTheExtensionTwice(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "[1]": 5, "€5": 3, "@£$": 3, "{}~|\\^": 12} {
		if n, ok := gsm.Septets(text); n != want || !ok {
			t.Errorf("%q: %d %v, not %d", text, n, ok, want)
		}
	}
	if _, ok := gsm.Septets("ê"); ok {
		t.Error("ê is not in the alphabet")
	}
}

func TestSplitAtTheEdges(t *testing.T) {
	word := strings.Repeat("a", 9) + " " // ten septets
	for _, c := range []struct {
		name string
		text string
		want int
	}{
		{"nothing", "", 0},
		{"exactly one message", strings.Repeat(word, 15) + strings.Repeat("b", 10), 1},
		{"one septet more", strings.Repeat(word, 15) + strings.Repeat("b", 11), 2},
		{"an extension sign that no longer fits", strings.Repeat("a", 159) + "€", 2},
		{"one word of a thousand letters", strings.Repeat("x", 1000), 7},
		{"more than nine parts", strings.Repeat(word, 160), 11},
	} {
		parts := gsm.Split(c.text, gsm.Single)
		if len(parts) != c.want {
			t.Errorf("%s: %d parts, not %d: %q", c.name, len(parts), c.want, parts)
		}
		holds(t, c.name, c.text, parts)
	}
}

// holds says what must be true of the parts of any text.
func holds(t *testing.T, name, text string, parts []string) {
	t.Helper()
	var all strings.Builder
	for i, p := range parts {
		if n, ok := gsm.Septets(p); n > gsm.Single || !ok {
			t.Errorf("%s: part %d has %d septets (%v): %q", name, i+1, n, ok, p)
		}
		if len(parts) > 1 {
			var found bool
			if p, found = strings.CutPrefix(p, fmt.Sprintf("%d/%d ", i+1, len(parts))); !found {
				t.Errorf("%s: part %d does not say its place: %q", name, i+1, p)
			}
		}
		all.WriteString(p)
	}
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	if bare(all.String()) != bare(text) {
		t.Errorf("%s: the parts do not say the text: %q of %q", name, parts, text)
	}
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"", "Rapò", "« reçu » [1] €", strings.Repeat("aé ", 90), strings.Repeat("€", 200), "˚"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plain := gsm.Plain(text)
		if again := gsm.Plain(plain); again != plain {
			t.Fatalf("%q is said as %q, and that as %q", text, plain, again)
		}
		holds(t, "fuzz", plain, gsm.Split(plain, gsm.Single))
	})
}
