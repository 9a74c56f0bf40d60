package app

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/mission"
)

// Init makes a data folder for a mission, or adds the mission to a folder that
// is there. file is a mission.yaml; its folder's kinds, measures and map come
// with it. It gives the mission's id.
// unlock opens a folder that is protected, and protects a new one.
func Init(ctx context.Context, dir, file string, unlock journal.Unlock, now func() time.Time) (string, error) {
	folder := MissionFolder(file)
	if folder == file {
		file = filepath.Join(file, mission.File)
	}
	if filepath.Base(file) != "mission.yaml" {
		return "", fail.Newf(fail.Invalid, "konbit init --data "+dir+" --mission path/to/mission.yaml; the file must have that name, in a folder of its own", "%s is not a mission.yaml", file)
	}
	if _, err := os.Stat(filepath.Join(folder, "mission.yaml")); err != nil {
		return "", fail.Wrap(fail.NotFound, err, "find the mission", "name the mission.yaml of a mission folder")
	}
	return install(ctx, Config{Data: dir, Unlock: unlock, Now: now}, os.DirFS(folder), settings{})
}

// MissionFolder is the folder of a mission file, which may be named itself.
func MissionFolder(file string) string {
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return file
	}
	return filepath.Dir(file)
}

// install checks a mission, copies it into the data folder and opens the node
// once, so that keys and databases are there.
func install(ctx context.Context, c Config, folder fs.FS, fresh settings) (string, error) {
	dir := c.Data
	m, err := define(folder, mission.Load)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fail.Wrap(fail.Unavailable, err, "make the data folder", "choose a folder that you may write in")
	}
	if _, err := readSettings(dir); fail.Is(err, fail.NotFound) {
		if err := empty(dir); err != nil {
			return "", err
		}
	}
	if err := addMission(dir, folder, m, fresh); err != nil {
		return "", err
	}
	c.Log = slog.New(slog.DiscardHandler)
	n, err := Open(ctx, c)
	if err != nil {
		return "", err
	}
	return m.ID, n.Close()
}

// addMission writes a mission's files and names it in the settings. A running
// node keeps it out. New settings come first: what a power cut leaves behind is
// known as ours then, and can be taken up again. A folder that a mission other
// than a sample is added to is no demo any more.
func addMission(dir string, folder fs.FS, m *Mission, fresh settings) error {
	id := m.ID
	held, err := lock(dir)
	if err != nil {
		return err
	}
	defer held.Close() //nolint:errcheck // only the lock is wanted
	s, err := readSettings(dir)
	if fail.Is(err, fail.NotFound) {
		s, err = fresh, writeSettings(dir, fresh)
	}
	if err != nil {
		return err
	}
	if slices.Contains(s.Missions, id) {
		return fail.Newf(fail.Conflict, "choose another folder with --data, or import into this one", "%s has mission %s already", dir, id)
	}
	if err := copyFolder(folder, filepath.Join(dir, "missions", id), m.personalSheets()); err != nil {
		return err
	}
	s.Missions, s.Demo = append(s.Missions, id), s.Demo && fresh.Demo
	return writeSettings(dir, s)
}

// empty refuses a folder with files that are not ours.
func empty(dir string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return fail.Wrap(fail.Unavailable, err, "read the data folder", "")
	}
	// The lock is what stays of a demo that was thrown away.
	files = slices.DeleteFunc(files, func(f os.DirEntry) bool { return f.Name() == "lock" })
	if len(files) > 0 {
		return fail.Newf(fail.Conflict, "name an empty or new folder with --data", "%s holds other files", dir)
	}
	return nil
}
