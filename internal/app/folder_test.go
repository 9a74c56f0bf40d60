package app_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/missions"
)

const tiny = "../../missions/cod-demo/mission.yaml"

func TestAMissionAddedToADemoIsYoursFromThen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := app.Demo(t.Context(), dir, missions.FS, missions.Order()[:1], time.Now, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Init(t.Context(), dir, tiny, journal.Unlock{}, time.Now); err != nil {
		t.Fatal(err)
	}
	if err := app.Demo(t.Context(), dir, missions.FS, missions.Order()[:1], time.Now, nil); err == nil {
		t.Error("the next demo threw the added mission away")
	}
}

func TestAMissionIsNotAddedUnderAWriter(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := app.Demo(t.Context(), dir, missions.FS, missions.Order()[:1], time.Now, nil); err != nil {
		t.Fatal(err)
	}
	config := app.Config{Data: dir, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	n, err := app.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Init(t.Context(), dir, tiny, journal.Unlock{}, time.Now); err == nil {
		t.Error("a mission was added while another process writes")
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Init(t.Context(), dir, tiny, journal.Unlock{}, time.Now); err != nil {
		t.Errorf("trying again: %v", err)
	}
}

// failing is a file system in which one file cannot be read the second time.
type failing struct {
	fs.FS
	name  string
	reads int
}

func (f *failing) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, f.name) {
		if f.reads++; f.reads > 1 {
			return nil, errors.New("power cut")
		}
	}
	return f.FS.Open(name)
}

// TestWhatABrokenInitLeftIsTakenUpAgain: a cut between the mission's files and
// the settings must not leave a folder that nothing accepts.
func TestWhatABrokenInitLeftIsTakenUpAgain(t *testing.T) {
	demo := func(dir string, samples fs.FS) error {
		return app.Demo(t.Context(), dir, samples, missions.Order()[1:], time.Now, nil)
	}
	for name, again := range map[string]func(dir string) error{
		"init": func(dir string) error {
			_, err := app.Init(t.Context(), dir, tiny, journal.Unlock{}, time.Now)
			return err
		},
		"demo": func(dir string) error { return demo(dir, missions.FS) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			if err := demo(dir, &failing{FS: missions.FS, name: "mission.yaml"}); err == nil {
				t.Fatal("nothing broke")
			}
			if err := again(dir); err != nil {
				t.Errorf("trying again: %v", err)
			}
		})
	}
}
