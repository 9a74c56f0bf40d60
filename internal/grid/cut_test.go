package grid_test

import (
	"strings"
	"testing"

	"konbit.org/konbit/internal/grid"
)

func TestAGridIsFoundWhereOneIsMeant(t *testing.T) {
	for _, c := range []struct{ text, before, reference string }{
		{"18QYF80155322", "", "18QYF80155322"},
		{"18q yf 8015 5322", "", "18QYF80155322"},
		{"North gate, 18QYF 8015 5322", "North gate,", "18QYF80155322"},
		{"Route 9 18QYF80155322", "Route 9", "18QYF80155322"},
		{"Gate 1 8QYF 8015 5322", "Gate 1", "8QYF80155322"},
		{"18 QYF 8015 5322", "", "18QYF80155322"},
		{"18QYF8015532", "", "18QYF8015532"}, // wrong, and meant
		{"12 Rue 44", "12 Rue 44", ""},
		{"Camp 12 ABC 3", "Camp 12 ABC 3", ""},
		{"km 15", "km 15", ""},
		{"", "", ""},
	} {
		before, reference, ok := grid.Cut(c.text)
		if before != c.before || reference != c.reference || ok != (c.reference != "") {
			t.Errorf("%q: %q, %q, %v", c.text, before, reference, ok)
		}
	}
}

func FuzzCut(f *testing.F) {
	for _, seed := range []string{"18QYF80155322", "north gate 18Q YF 8015 5322", "12 Rue 44", "1ABC1234 2DEF5678", "\u00a01 QYF", "0 0 0A AA 00 00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		before, reference, ok := grid.Cut(text)
		if !ok {
			if before != text || reference != "" {
				t.Fatalf("%q, %q", before, reference)
			}
			return
		}
		whole := strings.TrimSpace(before + " " + reference)
		if b, r, again := grid.Cut(whole); !again || b != before || r != reference {
			t.Fatalf("%q is cut into %q and %q, then into %q and %q", text, before, reference, b, r)
		}
	})
}
