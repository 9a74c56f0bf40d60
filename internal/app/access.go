package app

import (
	"context"
	"io/fs"

	"konbit.org/konbit/internal/access"
)

// guard reads the policies: those of the house, and of each mission its own.
func (n *Node) guard() (*access.Guard, error) {
	own := map[string]fs.FS{}
	for _, m := range n.registry.order {
		own[m.ID] = m.Folder()
	}
	return access.NewGuard(access.GuardOptions{Missions: own, Kinds: n.registry, Gate: n.Gate, Now: n.config.Now})
}

// Actor is who a name stands for: the account of that name, with what it may do
// now. The error is that of [accounts.Service.Actor].
func (n *Node) Actor(ctx context.Context, name string) (access.Actor, error) {
	return n.Accounts.Actor(ctx, name)
}
