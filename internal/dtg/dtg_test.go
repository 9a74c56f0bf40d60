package dtg_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/dtg"
	"konbit.org/konbit/internal/fail"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"afternoon in zone Q is evening in UTC", "251630QMAR25", "2025-03-25T20:30:00Z"},
		{"blanks between the parts", "25 1630Q MAR 25", "2025-03-25T20:30:00Z"},
		{"blanks after the zone", "251630Q MAR 25", "2025-03-25T20:30:00Z"},
		{"lower case", " 251630q mar 25 ", "2025-03-25T20:30:00Z"},
		{"UTC itself", "252030ZMAR25", "2025-03-25T20:30:00Z"},
		{"the last day of a month", "311700QAUG25", "2025-08-31T21:00:00Z"},
		{"the same moment is the next month elsewhere", "010000CSEP25", "2025-08-31T21:00:00Z"},
		{"a leap day", "290000ZFEB24", "2024-02-29T00:00:00Z"},
		{"the last year of this century's half", "312359ZDEC69", "2069-12-31T23:59:00Z"},
		{"the first year of the last century's half", "010000ZJAN70", "1970-01-01T00:00:00Z"},
		{"furthest east", "011200MJAN25", "2025-01-01T00:00:00Z"},
		{"furthest west", "011200YJAN25", "2025-01-02T00:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := dtg.Parse(c.in)
			if err != nil {
				t.Fatal(err)
			}
			if got := got.UTC().Format(time.RFC3339); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for _, in := range []string{
		"", "251630MAR25", "251630JMAR25", "251630QMAR2025", "251630QMÄR25", "251630QMRZ25", "321630QMAR25", "001630QMAR25",
		"300000ZFEB25", "290000ZFEB25", "252430QMAR25", "251660QMAR25", "2 51630QMAR25", "25  1630QMAR25", "251630QMAR25X",
		"251630-MAR25", "25/1630Q/MAR/25", "25163OQMAR25",
	} {
		t.Run(in, func(t *testing.T) {
			got, err := dtg.Parse(in)
			if !fail.Is(err, fail.Invalid) || fail.HintOf(err) == "" {
				t.Errorf("got %v, %v; want a refusal with a hint", got, err)
			}
		})
	}
}

func TestFormatMovesToTheLettersZone(t *testing.T) {
	at, err := dtg.Parse("311700QAUG25")
	if err != nil {
		t.Fatal(err)
	}
	for letter, want := range map[byte]string{'Q': "311700QAUG25", 'Z': "312100ZAUG25", 'C': "010000CSEP25", 'c': "010000CSEP25"} {
		if got, err := dtg.Format(at, letter); err != nil || got != want {
			t.Errorf("%c: got %q, %v; want %q", letter, got, err, want)
		}
	}
	for _, letter := range []byte{'J', 'j', '1', 0} {
		if got, err := dtg.Format(at, letter); !fail.Is(err, fail.Invalid) {
			t.Errorf("%q: got %q; want a refusal", letter, got)
		}
	}
	for _, year := range []int{1969, 2070} {
		if got, err := dtg.Format(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC), 'Z'); !fail.Is(err, fail.Invalid) {
			t.Errorf("year %d: got %q; want a refusal", year, got)
		}
	}
}

func TestEveryLetterComesBackFromItsOffset(t *testing.T) {
	for letter := byte('A'); letter <= 'Z'; letter++ {
		if letter == 'J' {
			continue
		}
		offset, err := dtg.Offset(letter)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(0, 0).In(time.FixedZone("", int(offset/time.Second)))
		if got, ok := dtg.Letter(at); !ok || got != letter {
			t.Errorf("%c is %v, which is %c", letter, offset, got)
		}
	}
}

func TestLetterIsMissingForOddOffsets(t *testing.T) {
	for _, seconds := range []int{5*3600 + 1800, 13 * 3600, -13 * 3600, 1} {
		if got, ok := dtg.Letter(time.Unix(0, 0).In(time.FixedZone("", seconds))); ok {
			t.Errorf("an offset of %d s has the letter %c", seconds, got)
		}
	}
}

func TestFormatThenParseGivesTheSameMinute(t *testing.T) {
	letters := []byte("ABCDEFGHIKLMNOPQRSTUVWXYZ")
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(60*rapid.Int64Range(24*60, 52_000_000).Draw(t, "minute"), 0)
		letter := rapid.SampledFrom(letters).Draw(t, "letter")
		text, err := dtg.Format(at, letter)
		if err != nil {
			t.Fatal(err)
		}
		got, err := dtg.Parse(text)
		if err != nil || !got.Equal(at) {
			t.Fatalf("%v is written %s and read as %v, %v", at, text, got, err)
		}
		if back, ok := dtg.Letter(got); !ok || back != letter {
			t.Fatalf("%s came back in zone %c", text, back)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"251630QMAR25", "25 1630Q MAR 25", "251630q mar 25", "290000ZFEB24", "251630JMAR25", "312359YDEC69"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		at, err := dtg.Parse(in)
		if err != nil {
			if !fail.Is(err, fail.Invalid) || fail.HintOf(err) == "" {
				t.Fatalf("%q: a refusal without kind or hint: %v", in, err)
			}
			return
		}
		letter, ok := dtg.Letter(at)
		if !ok {
			t.Fatalf("%q has no zone letter", in)
		}
		text, err := dtg.Format(at, letter)
		if err != nil {
			t.Fatalf("%q cannot be written: %v", in, err)
		}
		if again, err := dtg.Parse(text); err != nil || !again.Equal(at) {
			t.Fatalf("%q is %s, which reads as %v, %v", in, text, again, err)
		}
	})
}
