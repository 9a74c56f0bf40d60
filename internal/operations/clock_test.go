package operations_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/operations"
	"konbit.org/konbit/internal/record"
)

func version(fields map[string]string) record.Version {
	v := record.Version{Fields: map[string]journal.Value{}}
	for id, text := range fields {
		v.Fields[id] = journal.Value{Text: text}
	}
	if at, err := time.Parse(time.RFC3339, fields["at"]); err == nil {
		v.Lo, v.Hi = at, at.Add(time.Minute)
	}
	return v
}

func TestFlashClockOf(t *testing.T) {
	sent := time.Date(2025, 3, 25, 20, 30, 0, 0, time.UTC)
	after := func(d time.Duration) time.Time { return sent.Add(d) }
	never := time.Time{}
	for _, tt := range []struct {
		name        string
		acked, last time.Time
		now         time.Time
		want        operations.FlashClock
	}{
		{"just sent", never, never, after(0), operations.FlashClock{Owes: "acknowledge", Due: after(10 * time.Minute), Next: after(10 * time.Minute)}},
		{"a second before it is late", never, never, after(10*time.Minute - time.Second), operations.FlashClock{Owes: "acknowledge", Due: after(10 * time.Minute), Next: after(10 * time.Minute)}},
		{"late: the first is called", never, never, after(10 * time.Minute), operations.FlashClock{Owes: "acknowledge", Due: after(10 * time.Minute), Late: true, Calls: 1, Next: after(20 * time.Minute)}},
		{"then the second", never, never, after(20 * time.Minute), operations.FlashClock{Owes: "acknowledge", Due: after(10 * time.Minute), Late: true, Calls: 2, Next: after(30 * time.Minute)}},
		{"nobody stands above the third", never, never, after(9 * time.Hour), operations.FlashClock{Owes: "acknowledge", Due: after(10 * time.Minute), Late: true, Calls: 3}},
		{"read: the written word is owed", after(time.Minute), never, after(2 * time.Minute), operations.FlashClock{Owes: "written", Due: after(2 * time.Hour), Next: after(2 * time.Hour)}},
		{"and then every four hours", after(time.Minute), after(time.Hour), after(6 * time.Hour), operations.FlashClock{Owes: "follow", Due: after(5 * time.Hour), Late: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := operations.FlashClockOf("OPEN", sent, tt.acked, tt.last, operations.UsualFlashTimes(), tt.now)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := operations.FlashClockOf("CLOSED", sent, never, never, operations.UsualFlashTimes(), after(time.Hour)); got.Owes != "" {
		t.Errorf("a closed one owes %q", got.Owes)
	}
}

func TestClockOf(t *testing.T) {
	const left = "2025-03-25T10:00:00Z"
	at := func(clock string) time.Time {
		got, err := time.Parse(time.RFC3339, "2025-03-25T"+clock+":00Z")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, tt := range []struct {
		name        string
		status      string
		until       string
		checks      []string
		now         string
		owes, due   string
		late, alarm bool
	}{
		{"planned and not gone", "PLANNED", "", nil, "10:20", "leave", "10:00", true, false},
		{"out, not yet due", "OUT", "", nil, "10:59", "check", "11:00", false, false},
		{"out, late", "OUT", "", nil, "11:00", "check", "11:00", true, false},
		{"out, half an hour late", "OUT", "", nil, "11:30", "check", "11:00", true, true},
		{"out, heard of since", "OUT", "", []string{"2025-03-25T10:50:00Z"}, "11:30", "check", "11:50", false, false},
		{"meant to be back before the next call", "OUT", "2025-03-25T10:45:00Z", nil, "11:20", "back", "10:45", true, true},
		{"back without a report", "BACK", "", []string{"2025-03-25T12:00:00Z"}, "13:00", "report", "14:00", false, false},
		{"closed", "REPORTED", "", nil, "23:00", "", "", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := version(map[string]string{"at": left, "left": left, "status": tt.status, "until": tt.until})
			var checks []record.Version
			for _, c := range tt.checks {
				checks = append(checks, version(map[string]string{"at": c}))
			}
			got := operations.ClockOf(&v, checks, time.UTC, operations.UsualPatrolTimes(), at(tt.now))
			if got.Owes != tt.owes || got.Late != tt.late || got.Alarm != tt.alarm || tt.due != "" && !got.Due.Equal(at(tt.due)) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestTheOrderOfCheckInsChangesNoClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2025, 3, 25, 10, 0, 0, 0, time.UTC)
		var checks []record.Version
		for _, m := range rapid.SliceOfN(rapid.IntRange(0, 600), 0, 8).Draw(t, "minutes") {
			checks = append(checks, version(map[string]string{"at": start.Add(time.Duration(m) * time.Minute).Format(time.RFC3339)}))
		}
		v := version(map[string]string{"at": start.Format(time.RFC3339), "left": start.Format(time.RFC3339), "status": "OUT"})
		now := start.Add(time.Duration(rapid.IntRange(0, 700).Draw(t, "now")) * time.Minute)
		one := operations.ClockOf(&v, checks, time.UTC, operations.UsualPatrolTimes(), now)
		slices.Reverse(checks)
		if diff := cmp.Diff(one, operations.ClockOf(&v, checks, time.UTC, operations.UsualPatrolTimes(), now)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func drawIncident(t *rapid.T, label string) record.Version {
	pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label+name) }
	at := time.Date(2025, 3, 25, 10, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 900).Draw(t, label+"minutes")) * time.Minute)
	return version(map[string]string{
		"at": at.Format(time.RFC3339), "category": pick("category", "", "AMBUSH", "CRASH", "OTHER"), "place": pick("place", "", "Bridge", "Market"),
		"department": pick("department", "", "01", "02"), "summary": pick("summary", "", "convoy fired upon", "shots on the convoy near the bridge"),
		"lat": pick("lat", "", "19.1", "19.11"), "lon": pick("lon", "", "-72.6"), "own-injured": pick("injured", "", "0", "3"), "killed": pick("killed", "", "1"),
	})
}

func TestAlikeIsTheSameFromEitherSideAndAShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawIncident(t, "a "), drawIncident(t, "b ")
		one, why := operations.Alike(&a, &b)
		other, whyOther := operations.Alike(&b, &a)
		if diff := one - other; diff > 1e-12 || diff < -1e-12 || !slices.Equal(why, whyOther) {
			t.Fatalf("%v %v and %v %v", one, why, other, whyOther)
		}
		if one < 0 || one > 1 {
			t.Fatalf("%v is no share", one)
		}
		if self, _ := operations.Alike(&a, &a); self < one-1e-12 {
			t.Fatalf("another is more alike (%v) than itself (%v)", one, self)
		}
	})
}
