package custody

import (
	"context"
	"time"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/kind"
)

// aheadOfClock is how far ahead of this node's clock what happened may lie.
const aheadOfClock = 5 * time.Minute

// Rules are what the kinds of this domain must hold, beyond what they say
// themselves.
func Rules() []desk.Rule { return []desk.Rule{{Kind: kindDetention, Check: checkDetention}} }

// checkDetention holds that nobody leaves custody without saying when, to whom and
// against which receipt.
func checkDetention(_ context.Context, v desk.View, d desk.Draft) (found []kind.Problem, _ error) {
	took, tookIt := endOf(d.Fields["at"], v.Zone)
	if tookIt && took.After(v.Now.Add(aheadOfClock)) {
		found = append(found, kind.Problem{Field: "at", Code: "not-yet"})
	}
	ended, over := endOf(d.Fields["ended"], v.Zone)
	switch {
	case d.Fields["status"] == Held && over:
		found = append(found, kind.Problem{Field: "ended", Code: "detention-held"})
	case d.Fields["status"] != Held && !over:
		found = append(found, kind.Problem{Field: "ended", Code: "required"})
	case over && ended.After(v.Now.Add(aheadOfClock)):
		found = append(found, kind.Problem{Field: "ended", Code: "not-yet"})
	case over && tookIt && ended.Before(took):
		found = append(found, kind.Problem{Field: "ended", Code: "detention-before"})
	}
	if d.Fields["status"] == Handed {
		for _, id := range []string{"handed-to", "receipt"} {
			if d.Fields[id] == "" {
				found = append(found, kind.Problem{Field: id, Code: "required"})
			}
		}
	}
	return found, nil
}
