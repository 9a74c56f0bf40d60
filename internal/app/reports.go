package app

import (
	"time"

	"konbit.org/konbit/internal/mission"
	"konbit.org/konbit/internal/sitrep"
)

// Reports is the service of situation reports. In a process that only reads it
// only reads.
func (n *Node) Reports() *sitrep.Service {
	o := sitrep.Options{Door: n.Door, Figures: n.Figures, Words: n.Words, Now: n.config.Now, Missions: n.reporting}
	if n.Desk != nil { // an interface that holds a nil pointer is not nil
		o.Desk = n.Desk
	}
	return sitrep.New(o)
}

// reporting is what a report must know of a mission.
func (n *Node) reporting(id string) (sitrep.Mission, bool) {
	m, ok := n.registry.byID[id]
	if !ok {
		return sitrep.Mission{}, false
	}
	r := m.Reporting()
	rhythm := sitrep.Rhythm{}
	for _, t := range []struct {
		text string
		into *time.Duration
	}{{r.Input, &rhythm.Input}, {r.CutOff, &rhythm.CutOff}, {r.Remind, &rhythm.Remind}, {r.Issue, &rhythm.Issue}} {
		*t.into, _ = mission.SinceMidnight(t.text) // the mission was read: it is one
	}
	return sitrep.Mission{
		ID: m.ID, Title: m.Title.In, Zone: m.Location(), Kinds: m.Kinds, Measures: m.Measures, Rhythm: rhythm,
		Originator: r.Originator, Precedence: r.Precedence, To: r.To.In, Info: r.Info.In, Land: m.land,
	}, true
}
