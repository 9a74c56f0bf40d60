package app

import (
	"konbit.org/konbit/internal/casualty"
)

// gate makes the kin gate of all missions. It knows of nothing until it is
// loaded, which is before anybody reads.
func (n *Node) gate() *casualty.Gate {
	g := casualty.NewGate(casualty.GateOptions{
		Records: n.Records, Keys: n.Keys, Missions: n.registry.ids(), Terms: n.registry.terms, Now: n.config.Now, Log: n.config.Log,
	})
	n.Records.OnFold(g.Coming)
	n.Records.OnChange(g.Changed)
	return g
}

// cell makes what the pages of the casualty cell ask.
func (n *Node) cell() *casualty.Cell {
	o := casualty.CellOptions{Door: n.Door, Rights: n.Guard, Terms: n.registry.terms, Now: n.config.Now}
	if n.Desk != nil { // an interface around a nil pointer would not be nil
		o.Desk = n.Desk
	}
	return casualty.NewCell(o)
}

// terms are what a mission sets for its gate.
func (r *registry) terms(missionID string) casualty.Terms {
	t := casualty.Terms{Zone: r.Zone(missionID)}
	if m, ok := r.byID[missionID]; ok {
		t.Hold = m.Hold()
	}
	return t
}
