package app_test

import (
	"io/fs"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/missions"
)

func TestTimesOfThePresentAreSaidFromNow(t *testing.T) {
	zone, err := time.LoadLocation("America/Port-au-Prince")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 8, 12, 30, 40, 0, time.UTC) // the clocks go forward on this day
	for cell, want := range map[string]string{
		"-35m": "2026-03-08T11:55:00Z", "+2h": "2026-03-08T14:30:00Z", "-1h10m": "2026-03-08T11:20:00Z",
		"-1d@06:00": "2026-03-07T11:00:00Z", "+0d@06:00": "2026-03-08T10:00:00Z",
		"": "", "-": "", "+": "", "35m": "", "-35": "", "-1d": "", "+1d@25:00": "", "about -35m": "", "-5 km": "",
	} {
		at, ok := app.FromNow(cell, now, zone)
		if got := at.Format(time.RFC3339); ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %s %t, want %q", cell, got, ok, want)
		}
	}
}

// At whatever hour somebody starts the demo, all of its present is taken in, once.
func TestThePresentOfTheSampleIsTakenInAtAnyHour(t *testing.T) {
	folder, err := fs.Sub(missions.FS, "haiti-mss")
	if err != nil {
		t.Fatal(err)
	}
	for _, hour := range []int{5, 13} { // just after midnight in the mission, and by day
		at := time.Date(2026, 11, 20, hour, 4, 5, 0, time.UTC)
		config := app.Config{Data: filepath.Join(t.TempDir(), "data"), Now: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler)}
		if err := app.Demo(t.Context(), config.Data, missions.FS, []string{"haiti-mss"}, config.Now, nil); err != nil {
			t.Fatal(err)
		}
		n, err := app.Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		from := app.Sheets{Mission: "haiti-mss", Folder: folder}
		first, err := n.LoadPresent(t.Context(), access.Local(), from)
		if err != nil || first < 50 {
			t.Errorf("at %d: %d rows, %v", hour, first, err)
		}
		if again, err := n.LoadPresent(t.Context(), access.Local(), from); err != nil || again != 0 {
			t.Errorf("at %d: %d rows the second time, %v", hour, again, err)
		}
		patrols, err := n.Room().Patrols.Open(t.Context(), access.Local(), "haiti-mss")
		if err != nil {
			t.Fatal(err)
		}
		alarms := 0
		for i := range patrols {
			if patrols[i].Clock.Alarm {
				alarms++
			}
		}
		if alarms != 1 {
			t.Errorf("at %d: %d patrols are an alarm, want the one that somebody can look into", hour, alarms)
		}
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestNothingOfAPresentIsTakenInWhereItIsReal(t *testing.T) {
	folder, err := fs.Sub(missions.FS, "haiti-mss")
	if err != nil {
		t.Fatal(err)
	}
	config := app.Config{Data: filepath.Join(t.TempDir(), "data"), Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	if _, err := app.Init(t.Context(), config.Data, "../../missions/haiti-mss/mission.yaml", journal.Unlock{}, time.Now); err != nil {
		t.Fatal(err)
	}
	n, err := app.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if _, err := n.LoadPresent(t.Context(), access.Local(), app.Sheets{Mission: "haiti-mss", Folder: folder}); !fail.Is(err, fail.Denied) {
		t.Errorf("got %v", err)
	}
}
