package operations_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/operations"
)

// half past three at night, on clocks five hours behind UTC.
func night(t testing.TB) (time.Time, *time.Location) {
	t.Helper()
	zone := time.FixedZone("five behind", -5*60*60)
	return time.Date(2025, 3, 26, 3, 30, 0, 0, zone), zone
}

func TestParseLine(t *testing.T) {
	now, zone := night(t)
	at := func(day, h, m int) time.Time { return time.Date(2025, 3, day, h, m, 0, 0, zone).UTC() }
	for _, tt := range []struct {
		name, typed string
		want        operations.Line
	}{
		{"words alone", "fuel asked for", operations.Line{Text: "fuel asked for"}},
		{"a time", "0312 shots", operations.Line{At: at(26, 3, 12), Text: "shots"}},
		{"a time with a colon", "03:12, shots", operations.Line{At: at(26, 3, 12), Text: "shots"}},
		{"a time before midnight is of the day before", "2355 shots", operations.Line{At: at(25, 23, 55), Text: "shots"}},
		{"a date-time group", "251630QMAR25 convoy stopped", operations.Line{At: time.Date(2025, 3, 25, 20, 30, 0, 0, time.UTC), Text: "convoy stopped"}},
		{"who to whom", "0312 PATROL 2 > HQ: shots", operations.Line{At: at(26, 3, 12), From: "PATROL 2", To: "HQ", Text: "shots"}},
		{"somebody must follow it up", "! generator down", operations.Line{Text: "generator down", Open: true}},
		{"or said at the end", "generator down !", operations.Line{Text: "generator down", Open: true}},
		{"what it belongs to", "shots ! #INC-7K3F-29QX", operations.Line{Text: "shots", About: "INC-7K3F-29QX", Open: true}},
		{"no time of day", "2560 rounds found", operations.Line{Text: "2560 rounds found"}},
		{"a number that is longer", "03125 rounds", operations.Line{Text: "03125 rounds"}},
		{"a hash in the middle stays", "seen #4 at the gate", operations.Line{Text: "seen #4 at the gate"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, operations.ParseLine(tt.typed, now, zone)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzParseLine holds that nothing that was typed is lost but what was understood.
func FuzzParseLine(f *testing.F) {
	now, zone := night(f)
	for _, seed := range []string{"", "!", "0312", "! 0312 A > B: c #INC-1", "251630QMAR25 x", "#", "> :", "0312 0313 0314", "A > B > C: d", "é > ü: ñ #x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		l := operations.ParseLine(typed, now, zone)
		if l.At.After(now.Add(5*time.Minute)) && !strings.ContainsAny(strings.ToUpper(typed), "ABCDEFGHIKLMNOPQRSTUVWXYZ") {
			t.Errorf("%q is of %s, after %s", typed, l.At, now)
		}
		said := strings.Join(strings.Fields(typed), " ")
		if !strings.Contains(said, l.Text) || !strings.Contains(said, l.From) || !strings.Contains(said, l.To) || !strings.Contains(said, l.About) {
			t.Errorf("%q became %+v", typed, l)
		}
		words := len(l.From) + len(l.To) + len(l.Text) + len(l.About)
		if len(said)-words > len("! 251630Q MAR 25,.:  > : # !")+8 {
			t.Errorf("%q lost more than marks: %+v", typed, l)
		}
	})
}
