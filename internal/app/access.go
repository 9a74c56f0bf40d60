package app

import (
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
