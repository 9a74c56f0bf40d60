package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
)

// Importer takes sheets in at this node; nil when the node is read-only.
func (n *Node) Importer() *sheet.Importer {
	if n.Desk == nil {
		return nil
	}
	return &sheet.Importer{Desk: n.Desk, Kinds: n.registry, Words: n.Words, Now: n.config.Now, Random: rand.Reader}
}

// Exporter writes records as sheets.
func (n *Node) Exporter() *sheet.Exporter {
	return &sheet.Exporter{Door: n.Door, Kinds: n.registry}
}

// LoadSheets imports the sheets that a mission's folder names, in its order,
// and gives how many rows were kept. A row that is refused is an error: what
// comes with a mission is held to the same rules as everything else. The sheets
// are read from the folder that the mission came from, for those with personal
// fields are never copied into the data folder.
func (n *Node) LoadSheets(ctx context.Context, who access.Actor, from Sheets, tell func(file string, rows int)) (int, error) {
	m, err := n.Mission(from.Mission)
	if err != nil {
		return 0, err
	}
	kept := 0
	for _, s := range m.Sheets {
		job := sheet.Job{Mission: m.ID, Kind: s.Kind, Files: []sheet.File{fileIn(from.Folder, s.File)}}
		if s.Map != "" {
			raw, err := fs.ReadFile(from.Folder, s.Map)
			if err != nil {
				return kept, fail.Wrap(fail.NotFound, err, "read the mapping of "+s.File, "")
			}
			if job.Mapping, err = sheet.ParseMapping(s.Map, raw); err != nil {
				return kept, err
			}
		}
		report, err := n.loadSheet(ctx, who, s, job)
		if err != nil {
			return kept, err
		}
		kept += report.New + report.Changed
		if tell != nil {
			tell(s.File, report.Read)
		}
	}
	return kept, nil
}

// Sheets are those of a mission, in the folder that the mission came from.
type Sheets struct {
	Mission string
	Folder  fs.FS
}

// fileIn is a sheet of a mission's folder.
func fileIn(folder fs.FS, name string) sheet.File {
	size := int64(0)
	if info, err := fs.Stat(folder, name); err == nil {
		size = info.Size()
	}
	return sheet.File{Name: name, Size: size, Open: func() (sheet.Reader, error) {
		raw, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fail.Wrap(fail.NotFound, err, "read "+name, "")
		}
		return inMemory{bytes.NewReader(raw)}, nil
	}}
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

var _ io.ReaderAt = inMemory{}

// Demo makes a fresh data folder with sample missions, folders of samples by
// name, the first one the node's own, and loads their sheets. A folder that an earlier demo made is
// thrown away; any other that is not empty is refused with [fail.Conflict].
func Demo(ctx context.Context, dir string, samples fs.FS, names []string, now func() time.Time, tell func(file string, rows int)) error {
	if err := clearDemo(dir); err != nil {
		return err
	}
	config := Config{Data: dir, Now: now, Log: slog.New(slog.DiscardHandler)}
	var from []Sheets
	for _, name := range names {
		folder, err := fs.Sub(samples, name)
		if err != nil {
			return fmt.Errorf("open a sample mission: %w", err)
		}
		id, err := install(ctx, config, folder, settings{Demo: true})
		if err != nil {
			return err
		}
		from = append(from, Sheets{Mission: id, Folder: folder})
	}
	n, err := Open(ctx, config)
	if err != nil {
		return err
	}
	defer n.Close() //nolint:errcheck // the error of the last line says more
	for _, f := range from {
		if _, err := n.LoadSheets(ctx, access.Local(), f, tell); err != nil {
			return fmt.Errorf("mission %s: %w", f.Mission, err)
		}
	}
	if err := n.Close(); err != nil {
		return err
	}
	for _, f := range from { // a demo has one node, and it is headquarters
		if _, err := NameHeadquarters(dir, f.Mission, "this"); err != nil {
			return err
		}
	}
	return nil
}

// clearDemo empties a folder that an earlier demo made.
func clearDemo(dir string) error {
	s, err := readSettings(dir)
	if fail.Is(err, fail.NotFound) {
		if _, err := os.Stat(dir); err != nil {
			return nil // it is made soon, and that says what is wrong with it
		}
		return empty(dir)
	}
	if err != nil {
		return err
	}
	if !s.Demo {
		return fail.Newf(fail.Conflict, "name another folder with --data; konbit serve --data "+dir+" opens this one", "%s holds a mission of yours", dir)
	}
	held, err := lock(dir)
	if err != nil {
		return err
	}
	defer held.Close() //nolint:errcheck // only the lock is wanted
	for _, name := range []string{"konbit.db", "search.db", sessionsFile, spoolFile, spoolFile + ".taken", "keys", "missions", settingsFile} {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.RemoveAll(filepath.Join(dir, name+suffix)); err != nil {
				return fail.Wrap(fail.Unavailable, err, "empty the folder of the last demo", "remove "+dir+" yourself")
			}
		}
	}
	return nil
}
