package sitrep_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/sitrep"
)

func TestPortionsKeepTheirOwnMark(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     [][2]string
	}{
		{"nothing", " \n\r\n", nil},
		{"no mark is for the mission", "a\nb", [][2]string{{"", "a"}, {"", "b"}}},
		{"each its own", "(PUBLIC) a\r\n(PARTNER)b\nc", [][2]string{{"PUBLIC", "a"}, {"PARTNER", "b"}, {"", "c"}}},
		{"lines that were joined", "(PUBLIC) a (RESTRICTED) b (CAPITAL) c", [][2]string{{"PUBLIC", "a"}, {"RESTRICTED", "b"}, {"CAPITAL", "c"}}},
		{"words before a mark", "a (PUBLIC) b", [][2]string{{"", "a"}, {"PUBLIC", "b"}}},
		{"what is no mark", "(public) a (Public)", [][2]string{{"", "(public) a (Public)"}}},
		{"a mark and nothing", "(PUBLIC)\n(PUBLIC)(PARTNER)", nil},
		{"signs of several bytes", "é(PUBLIC) ü", [][2]string{{"", "é"}, {"PUBLIC", "ü"}}},
	} {
		if diff := cmp.Diff(c.want, sitrep.Portions(c.in)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
