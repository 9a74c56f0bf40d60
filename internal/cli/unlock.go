package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
)

// credential is the name under which systemd hands the secret over.
const credential = "konbit-unlock"

// unlock gives what opens the data folder: nothing when it is not protected,
// else what a file holds or somebody types.
func (e *env) unlock() (journal.Unlock, error) {
	if e.unlocked != nil {
		return *e.unlocked, nil
	}
	state, err := app.Protection(e.Data)
	if fail.Is(err, fail.NotFound) || err == nil && !state.Protected() {
		return journal.Unlock{}, nil // opening it says what else is wrong
	}
	if err != nil {
		return journal.Unlock{}, err
	}
	u, err := e.secret(state)
	if err == nil {
		e.unlocked = &u
	}
	return u, err
}

func (e *env) secret(state journal.State) (journal.Unlock, error) {
	if name := e.unlockFile(); name != "" {
		raw, err := e.readSecret(name)
		if err != nil {
			return journal.Unlock{}, err
		}
		// The file may be either; the folder knows which it takes.
		return journal.Unlock{KeyFile: raw, Passphrase: trimLine(raw)}, nil
	}
	if e.Secret == nil || !state.Takes(journal.SlotPassphrase) {
		return journal.Unlock{}, fail.Newf(fail.Denied, "--unlock-file FILE, or $KONBIT_UNLOCK_FILE; konbit node status says what opens it",
			"%s is protected and no secret was given", e.Data)
	}
	typed, err := e.Secret("passphrase of " + e.Data + ": ")
	if err != nil {
		return journal.Unlock{}, fail.Wrap(fail.Denied, err, "read the passphrase", "--unlock-file FILE")
	}
	return journal.Unlock{Passphrase: typed}, nil
}

// unlockFile is the file that opens the folder: what was typed, what the
// environment says, what systemd hands over.
func (e *env) unlockFile() string {
	if e.UnlockFile != "" {
		return e.UnlockFile
	}
	if name := e.Getenv("KONBIT_UNLOCK_FILE"); name != "" {
		return name
	}
	if dir := e.Getenv("CREDENTIALS_DIRECTORY"); dir != "" {
		if name := filepath.Join(dir, credential); exists(name) {
			return name
		}
	}
	return ""
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// readSecret reads a file that opens the folder. One that everybody can read, or
// that lies in the folder that it opens, would be no protection.
func (e *env) readSecret(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, cannotRead(name, err)
	}
	defer f.Close() //nolint:errcheck // only read
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o007 != 0 {
		return nil, fail.Newf(fail.Denied, "chmod 600 "+name, "everybody on this machine can read %s", name)
	}
	if within(e.Data, name) {
		return nil, fail.Newf(fail.Invalid, "keep it on another disk, or as a systemd credential", "%s lies in the data folder that it is to protect", name)
	}
	raw, err := io.ReadAll(io.LimitReader(f, journal.MaxKeyFile+1))
	return raw, fail.Wrap(fail.Invalid, err, "read "+name, "check that you may read it")
}

// within says whether a file lies in a folder, seen through links.
func within(folder, name string) bool {
	in, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return false
	}
	file, err := filepath.EvalSymlinks(name)
	if err != nil {
		return false
	}
	in, err = filepath.Abs(in)
	if err == nil {
		file, err = filepath.Abs(file)
	}
	return err == nil && strings.HasPrefix(file, in+string(filepath.Separator))
}

// trimLine drops the end of the line that an editor puts behind a passphrase.
func trimLine(raw []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r"))
}

// newSecret are the flags that say what shall protect a folder from now on.
type newSecret struct {
	PassphraseFile string `placeholder:"FILE" help:"Take the new passphrase from the first line of this file."`
	KeyFile        string `placeholder:"FILE" help:"Protect with the content of this file, at least 32 random bytes."`
}

func (n newSecret) given() bool { return n.PassphraseFile != "" || n.KeyFile != "" }

// read takes the new secret from the files, or asks for a passphrase twice.
func (n newSecret) read(e *env) (u journal.Unlock, err error) {
	if n.KeyFile != "" {
		if u.KeyFile, err = e.readSecret(n.KeyFile); err != nil {
			return u, err
		}
	}
	if n.PassphraseFile != "" {
		raw, err := e.readSecret(n.PassphraseFile)
		if err != nil {
			return u, err
		}
		line, _, _ := bytes.Cut(raw, []byte("\n"))
		u.Passphrase = trimLine(line)
		if len(u.Passphrase) == 0 {
			return u, fail.Newf(fail.Invalid, "write the passphrase on its first line", "%s holds no passphrase", n.PassphraseFile)
		}
	}
	if n.given() {
		return u, nil
	}
	if e.Secret == nil {
		return u, fail.New(fail.Invalid, "there is no terminal to type a passphrase at", "--passphrase-file FILE or --key-file FILE")
	}
	u.Passphrase, err = e.askTwice()
	return u, err
}

func (e *env) askTwice() ([]byte, error) {
	fmt.Fprintf(e.Stderr, "At least %d characters; five or six words that do not belong together are good. Nobody can find it again for you.\n", journal.MinPassphrase)
	first, err := e.Secret("new passphrase: ")
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read the passphrase", "--passphrase-file FILE")
	}
	second, err := e.Secret("once more: ")
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read the passphrase", "--passphrase-file FILE")
	}
	if !bytes.Equal(first, second) {
		return nil, fail.New(fail.Invalid, "the two are not the same", "give the command again; nothing was changed")
	}
	return first, nil
}

// warnOpen says it when whoever copies the folder has everything.
func (e *env) warnOpen() error {
	state, err := app.Protection(e.Data)
	if err != nil || state.Protected() {
		return err
	}
	fmt.Fprintf(e.Stderr, "warning: %s is not protected: whoever copies it can read every personal field and sign as this node. konbit node protect%s\n", e.Data, e.elsewhere())
	return nil
}
