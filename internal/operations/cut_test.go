package operations_test

import (
	"testing"
	"time"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/operations"
	"konbit.org/konbit/internal/record"
)

func TestHoursCutOffAreCountedOverAllMeans(t *testing.T) {
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	said := func(hour int, means, reach string) record.Version {
		return record.Version{Lo: day.Add(time.Duration(hour) * time.Hour), State: record.Live, Fields: map[string]journal.Value{"means": {Text: means}, "reach-hq": {Text: reach}}}
	}
	struck := said(8, "VHF", "no")
	struck.State = record.Struck
	for _, tt := range []struct {
		name         string
		said         []record.Version
		cut, unknown time.Duration
	}{
		{"nobody said anything", nil, 0, 24 * time.Hour},
		{"cut off from six to nine", []record.Version{said(9, "VHF", "yes"), said(6, "VHF", "no"), said(-1, "VHF", "yes")}, 3 * time.Hour, 0},
		{"one of two means is enough", []record.Version{said(-1, "VHF", "yes"), said(-1, "HF", "yes"), said(6, "VHF", "no")}, 0, 0},
		{"cut off once the other fails too", []record.Version{said(-1, "VHF", "yes"), said(-1, "HF", "yes"), said(6, "VHF", "no"), said(20, "HF", "no")}, 4 * time.Hour, 0},
		{"unknown until somebody speaks", []record.Version{said(10, "VHF", "no")}, 14 * time.Hour, 10 * time.Hour},
		{"a word of more than a week ago says nothing", []record.Version{said(-7*24+6, "VHF", "no")}, 6 * time.Hour, 18 * time.Hour},
		{"a struck word says nothing", []record.Version{said(-1, "VHF", "yes"), struck}, 0, 0},
		{"a count of radios is no word on the link", []record.Version{said(-1, "VHF", "")}, 0, 24 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cut, unknown := operations.CutOff(tt.said, day, day.Add(24*time.Hour))
			if cut != tt.cut || unknown != tt.unknown {
				t.Errorf("cut off %s, unknown %s; want %s, %s", cut, unknown, tt.cut, tt.unknown)
			}
		})
	}
}
