package missions_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func number(t *testing.T, r row, column string) int {
	t.Helper()
	if r.get(column) == "" {
		return 0
	}
	n, err := strconv.Atoi(r.get(column))
	if err != nil {
		t.Fatalf("%s: %s: %v", r.where, column, err)
	}
	return n
}

// present adds up strength the slow way: the last row of each reference that
// was known, counted when its event was over by the end of the day.
func present(t *testing.T, m description, at, known string) map[string]int {
	t.Helper()
	until, err := time.ParseInLocation(time.DateOnly, at, m.zone)
	if err != nil {
		t.Fatal(err)
	}
	until = until.AddDate(0, 0, 1)
	latest := map[string]row{}
	for _, r := range everyRow(t, m) {
		told, _ := bounds(t, r, "reported", m.zone)
		if (r.kind == "movement" || r.kind == "casualty") && told.Format(time.DateOnly) <= known {
			latest[r.kind+r.get("ref")] = r
		}
	}
	sign := map[string]int{"IN": 1, "RETURN": 1, "OUT": -1, "LEAVE": -1, "MEDEVAC": -1, "DECEASED": -1}
	total := map[string]int{}
	for _, r := range latest {
		if _, over := bounds(t, r, "at", m.zone); over.After(until) {
			continue
		}
		total[r.get("contributor")] += sign[r.get("direction")+r.get("status")] * number(t, r, "persons")
	}
	for c, n := range total {
		if n == 0 {
			delete(total, c)
		}
	}
	return total
}

func TestStrengthAddsUpToWhatIsPublished(t *testing.T) {
	m := load(t, "haiti-mss")
	for _, c := range []struct {
		name, at, known string
		want            map[string]int
	}{
		{"nobody is there before the first landing", "2024-06-24", "2026-06-30", map[string]int{}},
		{"the first landing brings 200", "2024-06-25", "2026-06-30", map[string]int{"KEN": 200}},
		{"the second landing makes 400", "2024-07-16", "2026-06-30", map[string]int{"KEN": 400}},
		{"the second landing is not known before it is reported", "2024-07-16", "2024-07-01", map[string]int{"KEN": 200}},
		{
			"590 stand there on 5 January 2025", "2025-01-05", "2026-06-30",
			map[string]int{"KEN": 400, "GTM": 150, "JAM": 24, "SLV": 8, "BHS": 6, "BLZ": 2},
		},
		{
			"590 were known the day after", "2025-01-05", "2025-01-06",
			map[string]int{"KEN": 400, "GTM": 150, "JAM": 24, "SLV": 8, "BHS": 6, "BLZ": 2},
		},
		{
			"the landings of early 2025 are counted to the last officer", "2025-02-06", "2026-06-30",
			map[string]int{"KEN": 761, "GTM": 150, "JAM": 24, "SLV": 78, "BHS": 6, "BLZ": 2},
		},
		{
			"the missing officer counts as present until declared dead", "2025-04-30", "2025-05-31",
			map[string]int{"KEN": 758, "GTM": 150, "JAM": 24, "SLV": 78, "BHS": 6, "BLZ": 2},
		},
		{
			"and as dead since the day of the ambush, once that is known", "2025-04-30", "2025-09-30",
			map[string]int{"KEN": 757, "GTM": 150, "JAM": 24, "SLV": 78, "BHS": 6, "BLZ": 2},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, present(t, m, c.at, c.known)); diff != "" {
				t.Errorf("want, got:\n%s", diff)
			}
		})
	}
}
