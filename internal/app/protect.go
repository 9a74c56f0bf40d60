package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/nodes"
)

// KeysFolder is where the keys of a data folder lie.
func KeysFolder(data string) string { return filepath.Join(data, "keys") }

// Protection says how a data folder is protected; it needs no secret. A folder
// that konbit init has not made is [fail.NotFound].
func Protection(data string) (journal.State, error) {
	if _, err := readSettings(data); err != nil {
		return journal.State{}, err
	}
	return journal.Protection(KeysFolder(data))
}

// ChangeKeys opens the keys of a data folder alone and has fn change how they are
// protected. It is [fail.Unavailable] while another process writes in the folder.
func ChangeKeys(ctx context.Context, c Config, fn func(*journal.Keys) error) (err error) {
	r, err := loadMissions(c.Data)
	if err != nil {
		return err
	}
	held, err := lock(c.Data)
	if err != nil {
		return err
	}
	defer held.Close() //nolint:errcheck // only the lock is wanted
	keys, err := journal.OpenKeys(ctx, KeysFolder(c.Data), c.Now, c.Unlock)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	n := &Node{registry: r, config: c}
	if n.config.Log == nil {
		n.config.Log = slog.New(slog.DiscardHandler)
	}
	if err := n.sweep(ctx); err != nil {
		return err
	}
	return fn(keys)
}

// personalSheets are the sheets of a mission whose rows hold what is sealed or
// kept from everybody once it is recorded.
func (m *Mission) personalSheets() []string {
	var out []string
	for _, s := range m.Sheets {
		k, ok := m.Kinds.Get(s.Kind)
		if !ok {
			continue
		}
		for i := range k.Fields {
			if k.Fields[i].Personal || k.Fields[i].Secret {
				out = append(out, s.File)
				break
			}
		}
	}
	return out
}

// sweep removes the sheets with personal fields that an older konbit copied into
// the data folder, overwritten as well as the file system lets it.
func (n *Node) sweep(ctx context.Context) error {
	for _, m := range n.registry.order {
		for _, name := range m.personalSheets() {
			file := filepath.Join(n.config.Data, "missions", m.ID, filepath.FromSlash(name))
			err := wipe(file)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return fail.Wrap(fail.Unavailable, err, "remove a sheet with personal fields", "remove "+file+" yourself")
			}
			n.config.Log.WarnContext(ctx, "a sheet with personal fields lay in the data folder and is removed", slog.String("file", name))
		}
	}
	return nil
}

// wipe removes a file and overwrites what it held.
func wipe(name string) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	err = os.Remove(name)
	// With another name it is somebody's copy.
	if s, ok := info.Sys().(*syscall.Stat_t); ok && err == nil && s.Nlink == 1 {
		_, err = f.WriteAt(make([]byte, info.Size()), 0)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("wipe: %w", err)
	}
	return nil
}

// trust learns which nodes are revoked: by this node, or by one that node.yaml
// names as an authority.
func (n *Node) trust(ctx context.Context) error {
	s, err := readSettings(n.config.Data)
	if err != nil {
		return err
	}
	believed := []journal.NodeID{n.Keys.Node()}
	for _, text := range s.Authorities {
		id, err := nodes.Parse(text)
		if err != nil {
			return fmt.Errorf("%s: authorities: %w", settingsFile, err)
		}
		believed = append(believed, id)
	}
	n.Trust = nodes.NewTrust(believed...)
	for _, m := range n.registry.order {
		if err := n.Trust.Load(ctx, n.Records, m.ID); err != nil {
			return err
		}
	}
	return nil
}
