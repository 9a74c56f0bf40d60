package custody_test

import (
	"testing"
	"time"

	"konbit.org/konbit/internal/custody"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

func version(lo time.Time, fields ...string) *record.Version {
	v := &record.Version{Lo: lo, Hi: lo, State: record.Live, Fields: map[string]journal.Value{}}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Fields[fields[i]] = journal.Value{Text: fields[i+1]}
	}
	return v
}

func TestAChainShowsWhereItIsBroken(t *testing.T) {
	step := func(what, from, to string, more ...string) record.Version {
		return *version(time.Time{}, append([]string{"step", what, "from", from, "to", to}, more...)...)
	}
	taken := step("TAKEN", "", "Team leader")
	for _, tt := range []struct {
		name  string
		steps []record.Version
		gaps  []string // of each step
		done  bool
	}{
		{"whole, to the receipt", []record.Version{taken, step("SEALED", "team leader ", "Armourer", "seal", "S-1"), step("HANDED", "Armourer", "Depot", "seal", "S-1", "receipt", "R-1")}, []string{"", "", ""}, true},
		{"without its beginning", []record.Version{step("MOVED", "Team leader", "Armourer")}, []string{"start"}, false},
		{"given by somebody who did not have it", []record.Version{taken, step("MOVED", "Somebody", "Armourer")}, []string{"", "hands"}, false},
		{"with another seal", []record.Version{taken, step("SEALED", "Team leader", "Armourer", "seal", "S-1"), step("MOVED", "Armourer", "Depot", "seal", "S-2")}, []string{"", "", "seal"}, false},
		{"handed over without a receipt", []record.Version{taken, step("HANDED", "Team leader", "Depot")}, []string{"", "receipt"}, false},
		{"given back", []record.Version{taken, step("RELEASED", "Team leader", "Owner")}, []string{"", ""}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			item := custody.Chain(version(time.Time{}), tt.steps)
			gaps := 0
			for i, want := range tt.gaps {
				if item.Chain[i].Gap != want {
					t.Errorf("step %d: gap %q, want %q", i, item.Chain[i].Gap, want)
				}
				if want != "" {
					gaps++
				}
			}
			if item.Gaps != gaps || item.Done != tt.done {
				t.Errorf("%d gaps, done %t", item.Gaps, item.Done)
			}
		})
	}
	if item := custody.Chain(version(time.Time{}), nil); item.Gaps != 1 || item.Done {
		t.Errorf("an item without any step: %d gaps, done %t", item.Gaps, item.Done)
	}
}

func TestTheClockOfSomebodyHeld(t *testing.T) {
	took := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	times := custody.UsualTimes()
	for _, tt := range []struct {
		name       string
		fields     []string
		after      time.Duration
		due        time.Duration // from the taking; 0 for none
		near, late bool
	}{
		{"there is time", []string{"status", "HELD"}, 17 * time.Hour, 24 * time.Hour, false, false},
		{"a quarter is left", []string{"status", "HELD"}, 18 * time.Hour, 24 * time.Hour, true, false},
		{"the time is over", []string{"status", "HELD"}, 24 * time.Hour, 24 * time.Hour, true, true},
		{"a minor's is over sooner", []string{"status", "HELD", "minor", "yes"}, 12 * time.Hour, 12 * time.Hour, true, true},
		{"handed over, the clock stands", []string{"status", "HANDED", "ended", "2026-11-20T13:00:00Z"}, 99 * time.Hour, 0, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := custody.ClockOf(version(took, tt.fields...), time.UTC, times, took.Add(tt.after))
			want := time.Time{}
			if tt.due > 0 {
				want = took.Add(tt.due)
			}
			if !c.Due.Equal(want) || c.Near != tt.near || c.Late != tt.late {
				t.Errorf("%+v", c)
			}
			if tt.due == 0 && c.Held != 5*time.Hour {
				t.Errorf("held for %s, want the five hours until the end", c.Held)
			}
		})
	}
}
