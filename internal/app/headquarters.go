package app

import (
	"context"
	"fmt"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/nodes"
	"konbit.org/konbit/internal/web"
)

// headquarters makes, for each mission, what knows which entries its headquarters
// has.
func (n *Node) headquarters(ctx context.Context) error {
	s, err := readSettings(n.config.Data)
	if err != nil {
		return err
	}
	n.hq = map[string]*nodes.Headquarters{}
	for _, m := range n.registry.order {
		var id journal.NodeID
		if text := s.Headquarters[m.ID]; text != "" {
			if id, err = nodes.Parse(text); err != nil {
				return fmt.Errorf("%s: headquarters of %s: %w", settingsFile, m.ID, err)
			}
		}
		h := nodes.NewHeadquarters(n.Keys.Node(), id)
		if err := h.Load(ctx, n.Records, m.ID); err != nil {
			return err
		}
		n.hq[m.ID] = h
	}
	return nil
}

// heardOfReceipts gives each entry to the headquarters of its mission.
func (n *Node) heardOfReceipts(entries []journal.Stored) {
	for i := range entries {
		if h := n.hq[entries[i].Mission]; h != nil {
			h.Hear(entries[i : i+1])
		}
	}
}

// headquartersOf is what the pages ask; nil for a mission that is not here.
func (n *Node) headquartersOf(mission string) web.Headquarters {
	if h := n.hq[mission]; h != nil {
		return h
	}
	return nil
}

// NameHeadquarters writes down which node is a mission's headquarters, as konbit
// node headquarters does: "this" is the node of the folder, "" the mission is the
// node's own. It gives the node. A running process keeps it out.
func NameHeadquarters(dir, missionID, node string) (journal.NodeID, error) {
	state, err := Protection(dir)
	if err != nil {
		return journal.NodeID{}, err
	}
	id := state.Node
	if node != "this" {
		if id, err = nodes.Parse(node); err != nil {
			return id, err
		}
	}
	held, err := lock(dir)
	if err != nil {
		return id, err
	}
	defer held.Close() //nolint:errcheck // only the lock is wanted
	r, err := loadMissions(dir)
	if err != nil {
		return id, err
	}
	m := r.order[0]
	if missionID != "" {
		if m, err = r.mission(missionID); err != nil {
			return id, err
		}
	}
	if id == (journal.NodeID{}) {
		return id, fail.New(fail.NotFound, "the node of "+dir+" has no name yet", "konbit serve --data "+dir+" gives it one")
	}
	s, err := readSettings(dir)
	if err != nil {
		return id, err
	}
	if s.Headquarters == nil {
		s.Headquarters = map[string]string{}
	}
	s.Headquarters[m.ID] = id.String()
	return id, writeSettings(dir, s)
}
