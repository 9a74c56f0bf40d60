package casualty

import (
	"cmp"
	"context"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/record"
)

// Case is a file on the board.
type Case struct {
	Casualty record.Version
	Gate     GateState
	Reported time.Time     // UTC; the first report, with which the kin clock starts
	Waiting  time.Duration // how long the family has been waiting; 0 once the gate has an hour of opening
	Duties   []Duty
}

// fresh is how long a file stays on the board after its first report though
// nothing of it is open any more.
const fresh = 72 * time.Hour

// Board gives the files that somebody must still do something about, as an actor
// may see them: over which the gate is shut, of persons whose fate is not known,
// and all that were reported in the last three days. Families that know nothing
// come first, then the graver, then those who wait longer.
func (c *Cell) Board(ctx context.Context, who access.Actor, mission string) ([]Case, error) {
	files, err := c.all(ctx, who, record.Query{Mission: mission, Kind: kindCasualty})
	if err != nil {
		return nil, err
	}
	now := c.Now()
	var out []Case
	for i := range files {
		v := files[i]
		h, err := c.Door.History(ctx, who, v.Key, record.AsOf{})
		if err != nil {
			return nil, err
		}
		one := Case{Casualty: v, Gate: c.gate(&v, &h), Reported: h.Steps[0].KnownFrom, Duties: duties(&h)}
		if one.Gate.Open && !slices.Contains(unsure(), v.Text("status")) && now.Sub(one.Reported) > fresh {
			continue
		}
		if !one.Gate.Open && one.Gate.OpensAt.IsZero() {
			one.Waiting = max(0, now.Sub(waitingSince(&h)))
		}
		out = append(out, one)
	}
	slices.SortStableFunc(out, urgency)
	return out, nil
}

// waitingSince is when the status in force was first reported: from then on the
// family waits for word of it.
func waitingSince(h *record.History) time.Time {
	last := h.Steps[len(h.Steps)-1].Text("status")
	since := h.Steps[len(h.Steps)-1].KnownFrom
	for i := len(h.Steps) - 1; i >= 0 && h.Steps[i].Text("status") == last; i-- {
		since = h.Steps[i].KnownFrom
	}
	return since
}

func urgency(a, b Case) int {
	return cmp.Or(
		-compareBool(a.Waiting > 0, b.Waiting > 0),
		-compareBool(!a.Gate.Open, !b.Gate.Open),
		cmp.Compare(gravity(a.Casualty.Text("status")), gravity(b.Casualty.Text("status"))),
		a.Reported.Compare(b.Reported),
	)
}

// gravity is a status's place, the gravest first.
func gravity(status string) int {
	order := []string{statusDeceased, "DECEASED-UNCONFIRMED", "MISSING", "DUSTWUN", "VSI", "SI", "III", "INJURED", "UL", statusReturned}
	if i := slices.Index(order, status); i >= 0 {
		return i
	}
	return len(order)
}

// Accounted gives the newest notice that an actor may read that everyone else is
// accounted for, for a contributor or for all where that is "". ok is false when
// there is none.
func (c *Cell) Accounted(ctx context.Context, who access.Actor, mission, contributor string) (v record.Version, ok bool, err error) {
	list, err := c.all(ctx, who, record.Query{Mission: mission, Kind: kindNotice})
	if err != nil {
		return v, false, err
	}
	for i := range list {
		if c := list[i].Text("contributor"); contributor == "" || c == "" || c == contributor {
			return list[i], true, nil
		}
	}
	return v, false, nil
}
