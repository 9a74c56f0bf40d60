package lang_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/lang"
)

func load(t *testing.T) *lang.Catalogue {
	t.Helper()
	c, err := lang.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSayFillsInArguments(t *testing.T) {
	c := load(t)
	tests := []struct{ name, lang, key, want string }{
		{"in the language asked for", "ht", "common.yes", "wi"},
		{"in English where the language is not one of the five", "de", "common.yes", "yes"},
		{"the key itself where there is none, so that it is seen", "fr", "common.nonsense", "common.nonsense"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := c.Say(tt.lang, tt.key, nil); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	got := c.Say("en", "common.date.from-to", map[string]string{"from": "{to}", "to": "Friday"})
	if got != "{to} to Friday" {
		t.Errorf("an argument was read as a text: %q", got)
	}
}

func TestNoLineOfFrenchBeginsWithASign(t *testing.T) {
	c := load(t)
	for _, key := range c.Keys() {
		said := c.Say("fr", key, nil)
		for _, wrong := range []string{" :", " ;", " !", " »", "« "} {
			if strings.Contains(said, wrong) {
				t.Errorf("%s: %q", key, said)
			}
		}
	}
	if said := c.Say("fr", "web.dates.help", nil); !strings.Contains(said, " ?at=") {
		t.Errorf("an address was taken for a question: %q", said)
	}
}

func TestCountFollowsTheLanguage(t *testing.T) {
	c := load(t)
	tests := []struct {
		lang string
		n    int64
		want string
	}{
		{"en", 1, "1 record"},
		{"en", 0, "0 records"},
		{"en", 1234, "1,234 records"},
		{"fr", 0, "0 fiche"},
		{"fr", 1, "1 fiche"},
		{"fr", 2, "2 fiches"},
		{"ht", 1, "1 fich"},
		{"ht", 2, "2 fich"},
		{"es", 1, "1 ficha"},
		{"es", 12345, "12.345 fichas"},
		{"es", 1_000_000, "1.000.000 fichas"},
		{"sw", 1, "rekodi 1"},
		{"sw", 5, "rekodi 5"},
	}
	for _, tt := range tests {
		if got := c.Count(tt.lang, "common.records", tt.n, nil); got != tt.want {
			t.Errorf("%s %d: got %q, want %q", tt.lang, tt.n, got, tt.want)
		}
	}
}

func TestNumbersAreWrittenAsReadersExpect(t *testing.T) {
	c := load(t)
	tests := []struct{ lang, text, want string }{
		{"en", "1234567.50", "1,234,567.50"},
		{"fr", "1234567.5", "1\u202f234\u202f567,5"},
		{"ht", "7210030.56", "7\u202f210\u202f030,56"},
		{"es", "1234", "1234"},
		{"es", "12345.6", "12.345,6"},
		{"sw", "1000", "1,000"},
		{"en", "-12", "\u221212"},
		{"en", "123", "123"},
		{"en", "12345678901234567890123", "12,345,678,901,234,567,890,123"},
		{"en", "about 5", "about 5"},
		{"en", "", ""},
	}
	for _, tt := range tests {
		if got := c.Decimal(tt.lang, tt.text); got != tt.want {
			t.Errorf("%s %s: got %q, want %q", tt.lang, tt.text, got, tt.want)
		}
	}
	if got := c.Number("es", -1234567); got != "\u22121.234.567" {
		t.Errorf("got %q", got)
	}
}

func TestDatesAreWrittenInFull(t *testing.T) {
	c := load(t)
	fifth := time.Date(2025, 1, 5, 23, 0, 0, 0, time.UTC)
	var got []string
	for _, l := range lang.Languages() {
		got = append(got, c.Date(l, fifth), c.Date(l, fifth.AddDate(0, 6, -4)))
	}
	want := []string{
		"5 January 2025", "1 July 2025", "5 janvier 2025", "1er juillet 2025", "5 janvye 2025", "1ye jiyè 2025",
		"5 de enero de 2025", "1 de julio de 2025", "5 Januari 2025", "1 Julai 2025",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMonthNamedReadsFiveLanguages(t *testing.T) {
	tests := []struct {
		name string
		want time.Month
	}{
		{"September", 9},
		{"sept.", 9},
		{"août", 8},
		{"out", 8},
		{"JIYÈ", 7},
		{"machi", 3},
		{"ene", 1},
		{"dec", 12},
		{"mar", 3},
		{"Mei", 5},
		{"jen", 6},
		{"jui", 0},
		{"ma", 0},
		{"", 0},
		{"Smarch", 0},
	}
	for _, tt := range tests {
		if got, _ := lang.MonthNamed(tt.name); got != tt.want {
			t.Errorf("%q: got %d, want %d", tt.name, got, tt.want)
		}
	}
	c := load(t)
	for _, l := range lang.Languages() {
		for m := time.January; m <= time.December; m++ {
			if got, ok := lang.MonthNamed(c.Month(l, m)); !ok || got != m {
				t.Errorf("%s %q is read as %v", l, c.Month(l, m), got)
			}
		}
	}
}

func TestNamesOfCountriesCurrenciesAndLanguages(t *testing.T) {
	c := load(t)
	got := []string{
		c.Country("ht", "USA"), c.Country("fr", "USA"), c.Country("sw", "KEN"), c.Country("es", "BLZ"), c.Country("en", "QQQ"),
		c.Currency("fr", "CAD"), c.Currency("sw", "KES"), c.Language("es", "ht"), c.Country("xx", "JAM"),
	}
	want := []string{
		"Etazini", "États-Unis", "Kenya", "Belice", "QQQ",
		"dollar canadien", "shilingi ya Kenya", "criollo haitiano", "Jamaica",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := len(c.Countries()); n != 252 {
		t.Errorf("%d countries, want the 249 of ISO 3166-1 and three codes of travel documents", n)
	}
}

func TestPickPrefersAddressThenCookieThenBrowser(t *testing.T) {
	tests := []struct{ name, accept, cookie, query, want string }{
		{"the address", "fr", "es", "ht", "ht"},
		{"the cookie", "fr", "es", "", "es"},
		{"the browser, by weight", "de, fr;q=0.5, sw;q=0.8", "", "", "sw"},
		{"a region of a language", "fr-HT", "", "", "fr"},
		{"a language refused by the reader", "fr;q=0, es;q=0.1", "", "", "es"},
		{"English for anything else", "de", "xx", "../etc", "en"},
		{"English for a header that is no list", ";;;q=", "", "", "en"},
		{"English for an endless header", strings.Repeat("de,", 100000), "", "", "en"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := lang.Pick(tt.accept, tt.cookie, tt.query); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// Placeholders are part of the meaning: a language that drops one hides a fact.
func TestEveryLanguageUsesTheSamePlaceholders(t *testing.T) {
	c := load(t)
	hole := regexp.MustCompile(`\{[a-z-]+\}`)
	for _, key := range c.Keys() {
		var want []string
		for i, l := range lang.Languages() {
			holes := hole.FindAllString(c.Say(l, key, nil), -1)
			slices.Sort(holes)
			holes = slices.Compact(holes)
			if i == 0 {
				want = holes
			} else if diff := cmp.Diff(want, holes); diff != "" {
				t.Errorf("%s in %s:\n%s", key, l, diff)
			}
		}
	}
}

// asked finds the literal keys that a source text asks the catalogue for. A key
// that is only the beginning of one ("refusal."+code) ends in a point.
func asked(source string) []string {
	call := regexp.MustCompile(`(?:\bSay|\bCount|\bt|\bn)\((?:[^()"\n]*,\s*)?"([a-z][a-z0-9-]*(?:\.[A-Za-z0-9-]+)+)"\s*[,)]`)
	var keys []string
	for _, m := range call.FindAllStringSubmatch(source, -1) {
		keys = append(keys, m[1])
	}
	return keys
}

func TestAskedFindsLiteralKeys(t *testing.T) {
	source := `c.Say(lang, "common.yes", nil); v.t("web.at"); { t("web.sum.of", "n", x) }
	c.Count(v.lang, "common.records", n, nil); t.Run("a.b", f); c.Say(l, "refusal."+code+".why", a); t("plain")`
	want := []string{"common.yes", "web.at", "web.sum.of", "common.records"}
	if diff := cmp.Diff(want, asked(source)); diff != "" {
		t.Error(diff)
	}
}

func TestCodeAsksOnlyForKeysThatExist(t *testing.T) {
	c := load(t)
	root := os.DirFS(filepath.Join("..", ".."))
	read := 0
	for _, top := range []string{"cmd", "internal"} {
		err := fs.WalkDir(root, top, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				if os.IsNotExist(err) {
					return nil
				}
				return err
			}
			source := filepath.Ext(p) == ".templ" || filepath.Ext(p) == ".go"
			if !source || strings.HasSuffix(p, "_test.go") || strings.HasSuffix(p, "_templ.go") || strings.HasPrefix(p, "internal/lang/") {
				return nil
			}
			text, err := fs.ReadFile(root, p)
			read++
			for _, key := range asked(string(text)) {
				if !c.Has(key) {
					t.Errorf("%s asks for %q, which is not in the catalogue", p, key)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read == 0 {
		t.Fatal("no source was read")
	}
}

func FuzzPick(f *testing.F) {
	f.Add("fr-HT, en;q=0.5", "sw", "")
	f.Add("*;q=0.1", "", "ht-HT")
	f.Fuzz(func(t *testing.T, accept, cookie, query string) {
		if got := lang.Pick(accept, cookie, query); !slices.Contains(lang.Languages(), got) {
			t.Errorf("picked %q", got)
		}
	})
}
