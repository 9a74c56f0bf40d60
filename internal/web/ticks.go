package web

import "konbit.org/konbit/internal/record"

// ticks say how far what was sent has come. What stands on a page is recorded at
// this node: that is the first. The second is that headquarters has it.
type ticks struct {
	both  bool
	named bool // somebody has said which node is headquarters
}

// state is the same for machines.
func (t ticks) state() string {
	switch {
	case t.both:
		return "headquarters"
	case t.named:
		return "node"
	}
	return "unknown"
}

// short is the same in two words: fifty lines of a log say it.
func (t ticks) short() string {
	if t.both {
		return "two"
	}
	return "one"
}

func (t ticks) marks() string {
	if t.both {
		return "✓✓"
	}
	return "✓"
}

// ticksOf asks of every entry of a record; a correction that headquarters has not
// takes the second tick away until it has.
func (v *visit) ticksOf(key record.Key) (ticks, error) {
	if v.Headquarters == nil {
		return ticks{}, nil
	}
	hq := v.Headquarters(v.mission.ID)
	if hq == nil || !hq.Named() {
		return ticks{}, nil
	}
	if hq.Here() {
		return ticks{both: true, named: true}, nil
	}
	h, err := v.Reader.History(v.r.Context(), v.who, key, record.AsOf{})
	if err != nil {
		return ticks{}, err
	}
	for i := range h.Steps {
		if e := &h.Steps[i].Entry; !hq.Has(e.Node, e.Seq) {
			return ticks{named: true}, nil
		}
	}
	return ticks{both: true, named: true}, nil
}
