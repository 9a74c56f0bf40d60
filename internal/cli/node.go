package cli

import (
	"context"
	"strings"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
)

type nodeCommand struct {
	Status       nodeStatusCommand       `cmd:"" help:"Say how the data folder is protected. It needs no secret."`
	Protect      nodeProtectCommand      `cmd:"" help:"Protect the keys with a passphrase or a key file."`
	Rekey        nodeRekeyCommand        `cmd:"" help:"Change the passphrase or the key file, or everything below it."`
	List         nodeListCommand         `cmd:"" help:"List the nodes whose entries are here, and which are revoked."`
	Revoke       nodeRevokeCommand       `cmd:"" help:"Shut out a node that was lost or stolen."`
	Headquarters nodeHeadquartersCommand `cmd:"" help:"Name the node that is a mission's headquarters."`
	Unprotect    nodeUnprotectCommand    `cmd:"" help:"Leave the keys in the open again."`
}

type nodeStatusCommand struct{}

// Help says what the words mean, with an example.
func (nodeStatusCommand) Help() string {
	return "Open means that whoever copies the data folder can read every personal field and sign as this node. " +
		"Protected means that this takes a passphrase or a key file.\n\n" + example("konbit node status --data data")
}

type statusData struct {
	Data      string   `json:"data"`
	Node      string   `json:"node,omitempty"`
	Protected bool     `json:"protected"`
	Opens     []string `json:"opens"` // passphrase, key-file or open
	Passes    uint32   `json:"passes,omitempty"`
	MemoryKiB uint32   `json:"memory-kib,omitempty"`
	Threads   uint8    `json:"threads,omitempty"`
}

// Run reads unlock.json and nothing else.
func (nodeStatusCommand) Run(e *env) error {
	state, err := app.Protection(e.Data)
	if err != nil {
		return err
	}
	d := statusData{
		Data: e.Data, Protected: state.Protected(), Opens: append([]string{}, state.Slots...),
		Passes: state.Cost.Passes, MemoryKiB: state.Cost.MemoryKiB, Threads: state.Cost.Threads,
	}
	if state.Node != (journal.NodeID{}) {
		d.Node = state.Node.String()
	}
	if e.JSON {
		return e.json(d)
	}
	if d.Node != "" {
		e.say("node %s", d.Node)
	}
	if !d.Protected {
		e.say("OPEN: whoever copies %s can read every personal field and sign as this node.", e.Data)
		e.say("next: konbit node protect%s", e.elsewhere())
		return nil
	}
	e.say("protected; what opens it: %s", strings.Join(d.Opens, ", "))
	if d.Passes > 0 {
		e.say("a try of the passphrase takes %d MiB and %d passes (argon2id)", d.MemoryKiB>>10, d.Passes)
	}
	return nil
}

type nodeProtectCommand struct{ newSecret }

// Help says what is protected and what is not, with an example.
func (nodeProtectCommand) Help() string {
	return "Without the secret nobody can open the folder with konbit afterwards, read a sealed field or sign as this node. " +
		"There is no way back without it: keep a copy where the folder is not. Given again with the other kind, either opens the folder. " +
		"What is not sealed (places, times, counts, texts) stays readable to who has the disk: encrypt the disk too.\n\n" +
		example("konbit node protect --data data", "konbit node protect --data data --key-file /media/key/konbit.key")
}

// Run protects the folder.
func (c nodeProtectCommand) Run(ctx context.Context, e *env) error {
	state, err := app.Protection(e.Data)
	if err != nil {
		return err
	}
	if state.Protected() {
		wanted := c.KeyFile != "" && state.Takes(journal.SlotKeyFile) || (c.PassphraseFile != "" || !c.given()) && state.Takes(journal.SlotPassphrase)
		if wanted {
			return fail.Newf(fail.Conflict, "konbit node rekey changes it", "%s is protected so already", e.Data)
		}
	}
	old, err := e.unlock()
	if err != nil {
		return err
	}
	u, err := c.read(e)
	if err != nil {
		return err
	}
	err = app.ChangeKeys(ctx, app.Config{Data: e.Data, Unlock: old, Now: e.Now, Log: e.log}, func(k *journal.Keys) error {
		return k.Protect(ctx, u)
	})
	if err != nil {
		return err
	}
	return e.tellProtected("protected")
}

// tellProtected says what opens the folder now.
func (e *env) tellProtected(done string) error {
	state, err := app.Protection(e.Data)
	if err != nil {
		return err
	}
	if e.JSON {
		return e.json(map[string]any{"data": e.Data, "done": done, "protected": state.Protected(), "opens": state.Slots})
	}
	e.say("%s: %s; what opens it: %s", e.Data, done, strings.Join(state.Slots, ", "))
	if state.Protected() {
		e.say("Without it everything sealed is lost. Copies of the folder made before open as they did then.")
	}
	return nil
}

type nodeRekeyCommand struct {
	newSecret
	Master bool `help:"Make a new master key too and wrap every key under it; only what is given here opens the folder then."`
}

// Help says when which is needed, with an example.
func (nodeRekeyCommand) Help() string {
	return "Changes the secret of the kind that is given, and asks for a passphrase when none is. With --master the key below it is made anew as well: " +
		"for when somebody may have had both a copy of the folder and its secret. What they took they can read; people who are signed in have to sign in again.\n\n" +
		example("konbit node rekey --data data", "konbit node rekey --data data --master --key-file new.key --unlock-file old.key")
}

// Run changes the secret.
func (c nodeRekeyCommand) Run(ctx context.Context, e *env) error {
	state, err := app.Protection(e.Data)
	if err != nil {
		return err
	}
	if !state.Protected() {
		return fail.Newf(fail.Conflict, "konbit node protect"+e.elsewhere(), "%s is not protected", e.Data)
	}
	old, err := e.unlock()
	if err != nil {
		return err
	}
	u, err := c.read(e)
	if err != nil {
		return err
	}
	err = app.ChangeKeys(ctx, app.Config{Data: e.Data, Unlock: old, Now: e.Now, Log: e.log}, func(k *journal.Keys) error {
		if c.Master {
			return k.Remaster(ctx, u)
		}
		return k.Protect(ctx, u)
	})
	if err != nil {
		return err
	}
	return e.tellProtected("changed")
}

type nodeUnprotectCommand struct {
	Yes bool `help:"Do it: without this it only says what it would do."`
}

// Help says what it costs, with an example.
func (nodeUnprotectCommand) Help() string {
	return "Afterwards the folder opens without a secret, for everybody who has it.\n\n" + example("konbit node unprotect --data data --yes")
}

// Run takes the protection away.
func (c nodeUnprotectCommand) Run(ctx context.Context, e *env) error {
	state, err := app.Protection(e.Data)
	if err != nil {
		return err
	}
	if !state.Protected() {
		return fail.Newf(fail.Conflict, "konbit node protect"+e.elsewhere(), "%s is not protected", e.Data)
	}
	if !c.Yes {
		return fail.New(fail.Invalid, "whoever copies the folder could then read every personal field and sign as this node", "add --yes to do it")
	}
	old, err := e.unlock()
	if err != nil {
		return err
	}
	err = app.ChangeKeys(ctx, app.Config{Data: e.Data, Unlock: old, Now: e.Now, Log: e.log}, func(k *journal.Keys) error {
		return k.Unprotect(ctx)
	})
	if err != nil {
		return err
	}
	return e.tellProtected("open")
}
