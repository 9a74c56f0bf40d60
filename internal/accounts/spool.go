package accounts

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
)

// spool adds a line to the spool and waits until it is on the disk. Many may write
// at once; each holds the file's lock while it does.
func (s *Service) spool(l line) (err error) {
	if s.c.Spool == "" {
		return s.readOnly()
	}
	text, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("write the audit: %w", err)
	}
	f, err := s.lockedSpool()
	if err != nil {
		return fail.Wrap(fail.Unavailable, err, "write the audit", "reads of files are written down or refused: make the data folder writable")
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	// Behind a line that a power cut left half written a new one begins.
	if torn(f) {
		text = append([]byte("\n"), text...)
	}
	_, err = f.Write(append(text, '\n'))
	return fail.Wrap(fail.Unavailable, errors.Join(err, f.Sync()), "write the audit", "free some space on the disk of the data folder")
}

// lockedSpool opens the spool that has its name when the lock is held: it may be
// taken away between the two.
func (s *Service) lockedSpool() (*os.File, error) {
	for {
		f, err := os.OpenFile(s.c.Spool, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
		if err != nil {
			return nil, err
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		held, errHeld := f.Stat()
		named, errNamed := os.Stat(s.c.Spool)
		if errHeld == nil && errNamed == nil && os.SameFile(held, named) {
			return f, nil
		}
		if err := errors.Join(errHeld, f.Close()); err != nil {
			return nil, err
		}
	}
}

func torn(f *os.File) bool {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return false
	}
	var last [1]byte
	_, err = f.ReadAt(last[:], end-1)
	return err == nil && last[0] != '\n'
}

// TakeSpool brings what was spooled into the journal, each event once: what a
// power cut left half done is begun again, and what is there already is passed
// over. A line that cannot be read was never acknowledged. It gives the number
// of events brought.
func (s *Service) TakeSpool(ctx context.Context) (int, error) {
	if s.c.Journal == nil {
		return 0, s.readOnly()
	}
	if s.c.Spool == "" {
		return 0, nil
	}
	taken := s.c.Spool + ".taken"
	n := 0
	// First what an earlier attempt left, then what has come since.
	for range 2 {
		if err := s.setAside(taken); err != nil {
			return n, fail.Wrap(fail.Unavailable, err, "take the spooled audit", "make the data folder writable")
		}
		more, err := s.takeFile(ctx, taken)
		n += more
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// setAside renames the spool, unless one that was set aside is still there. It
// holds the lock, so that nobody is in the middle of a line.
func (s *Service) setAside(taken string) error {
	if _, err := os.Stat(taken); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Stat(s.c.Spool); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	f, err := s.lockedSpool()
	if err != nil {
		return err
	}
	return errors.Join(os.Rename(s.c.Spool, taken), f.Close())
}

func (s *Service) takeFile(ctx context.Context, name string) (n int, err error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fail.Wrap(fail.Unavailable, err, "read the spooled audit", "run konbit as the owner of the data folder")
	}
	for raw := range bytes.Lines(text) {
		var l line
		if json.Unmarshal(raw, &l) != nil || l.Ref == "" || l.Mission == "" || !known(l.Event) {
			continue
		}
		if err := s.bring(ctx, l); err != nil {
			return n, err
		}
		n++
	}
	if err := os.Remove(name); err != nil {
		return n, fail.Wrap(fail.Unavailable, err, "remove the spooled audit", "make the data folder writable")
	}
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return n, fail.Wrap(fail.Unavailable, err, "remove the spooled audit", "make the data folder readable")
	}
	return n, errors.Join(dir.Sync(), dir.Close())
}

// known reports whether an event is one that a reader may spool: nothing that
// changes who may do what comes this way.
func known(event string) bool {
	return event == access.EventRead || event == access.EventSearch || event == access.EventExport
}
