package app

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"go.yaml.in/yaml/v4"

	"konbit.org/konbit/internal/fail"
)

// settings is node.yaml.
type settings struct {
	// Missions are the folders under missions/, the node's own first.
	Missions []string `yaml:"missions"`
	// Authorities are nodes, by name, whose revocations count here beside our own.
	Authorities []string `yaml:"authorities,omitempty"`
	// Headquarters names, for a mission, the node that is its headquarters; where it
	// names none, nobody has said.
	Headquarters map[string]string `yaml:"headquarters,omitempty"`
	// Demo marks a folder that may be thrown away and made again.
	Demo bool `yaml:"demo,omitempty"`
}

const settingsFile = "node.yaml"

func readSettings(dir string) (settings, error) {
	var s settings
	raw, err := os.ReadFile(filepath.Join(dir, settingsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, fail.Newf(fail.NotFound, "konbit init --data "+dir+" --mission FILE, or konbit demo --data "+dir, "%s is not a data folder", dir)
	}
	if err != nil {
		return s, fail.Wrap(fail.Unavailable, err, "read the settings of the node", "")
	}
	if err := yaml.Load(raw, &s, yaml.WithKnownFields()); err != nil {
		return s, fail.Wrap(fail.Invalid, err, "read "+settingsFile, "mend the named line")
	}
	return s, nil
}

func writeSettings(dir string, s settings) error {
	var b bytes.Buffer
	b.WriteString("# Which missions this node records, its own first.\n")
	raw, err := yaml.Marshal(s)
	if err != nil {
		return fmt.Errorf("write the settings: %w", err)
	}
	b.Write(raw)
	return writeWhole(filepath.Join(dir, settingsFile), b.Bytes())
}

// writeWhole replaces a file so that after a power cut it is the old or the new one.
func writeWhole(name string, content []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return fail.Wrap(fail.Unavailable, err, "write "+filepath.Base(name), "")
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone already when all went well
	_, err = tmp.Write(content)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	return fail.Wrap(fail.Unavailable, err, "write "+filepath.Base(name), "free some space on the disk of the data folder")
}

// copyFolder copies what defines a mission: mission.yaml, kinds, measures, policies,
// maps and sheets, but for those named in without.
func copyFolder(from fs.FS, to string, without []string) error {
	return fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fail.Wrap(fail.Invalid, err, "read the mission folder", "")
		}
		target := filepath.Join(to, filepath.FromSlash(name))
		if d.IsDir() {
			if _, err := fs.Stat(from, path.Join(name, settingsFile)); err == nil {
				return fs.SkipDir // a data folder in the mission's, perhaps that which is being made
			}
			return fail.Wrap(fail.Unavailable, os.MkdirAll(target, 0o700), "make the mission's folder", "")
		}
		if slices.Contains(without, name) {
			return nil
		}
		if !d.Type().IsRegular() || !slices.Contains([]string{".yaml", ".cedar", ".geojson", ".csv", ".md"}, strings.ToLower(path.Ext(name))) {
			return nil
		}
		raw, err := fs.ReadFile(from, name)
		if err != nil {
			return fail.Wrap(fail.Unavailable, err, "read "+name, "")
		}
		return writeWhole(target, raw)
	})
}

// lock takes the data folder for this process. Two writers would each continue
// the node's chain on their own.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fail.Wrap(fail.Unavailable, err, "lock the data folder", "check that the folder is yours")
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fail.New(fail.Unavailable, "another konbit is writing in "+dir, "stop it, or do this through its pages; figures can be read meanwhile")
	}
	return f, nil
}
