package app

import (
	"konbit.org/konbit/internal/custody"
	"konbit.org/konbit/internal/mission"
	"konbit.org/konbit/internal/operations"
)

// rhythm is by when what is due in a mission: what its own file says, and nothing
// for a mission that this node does not define.
func (n *Node) rhythm(id string) mission.Rhythm {
	if m, ok := n.registry.byID[id]; ok {
		return m.Rhythm
	}
	return mission.Rhythm{}
}

func (n *Node) flashTimes(id string) operations.FlashTimes {
	r, t := n.rhythm(id).Flash, operations.UsualFlashTimes()
	t.First, t.Acknowledge = mission.Span(r.First, t.First), mission.Span(r.Acknowledge, t.Acknowledge)
	t.Written, t.Every = mission.Span(r.Written, t.Written), mission.Span(r.Every, t.Every)
	if len(r.Chain) > 0 {
		t.Calls = len(r.Chain)
	}
	return t
}

func (n *Node) patrolTimes(id string) operations.PatrolTimes {
	r, t := n.rhythm(id).Patrols, operations.UsualPatrolTimes()
	return operations.PatrolTimes{
		CheckEvery: mission.Span(r.Check, t.CheckEvery), Grace: mission.Span(r.Grace, t.Grace), Report: mission.Span(r.Report, t.Report),
	}
}

func (n *Node) custodyTimes(id string) custody.Times {
	r, t := n.rhythm(id).Custody, custody.UsualTimes()
	return custody.Times{HandOver: mission.Span(r.HandOver, t.HandOver), Minor: mission.Span(r.Minor, t.Minor)}
}
