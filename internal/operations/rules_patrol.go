package operations

import (
	"context"
	"time"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/kind"
)

// aheadOfClock is how far ahead of this node's clock what happened may lie.
const aheadOfClock = 5 * time.Minute

// patrolRules are what patrols and check-ins must hold beyond their kinds.
func patrolRules() []desk.Rule {
	return []desk.Rule{
		{Kind: kindPatrol, Check: checkPatrol},
		{Kind: kindCheckin, Check: checkCheckin},
	}
}

func checkPatrol(_ context.Context, v desk.View, d desk.Draft) (found []kind.Problem, _ error) {
	status := d.Fields["status"]
	left, hasLeft := begin(d.Fields["left"], v.Zone)
	back, hasBack := begin(d.Fields["returned"], v.Zone)
	if hasLeft && hasBack && back.Before(left) {
		found = append(found, kind.Problem{Field: "returned", Code: "patrol-back-before-out"})
	}
	for _, c := range []struct {
		field string
		at    time.Time
	}{{"left", left}, {"returned", back}} {
		if c.at.After(v.Now.Add(aheadOfClock)) {
			found = append(found, kind.Problem{Field: c.field, Code: "not-yet"})
		}
	}
	switch {
	case (status == PatrolBack || status == PatrolReported) && !hasBack:
		found = append(found, kind.Problem{Field: "returned", Code: "patrol-no-return"})
	case status == PatrolReported && d.Fields["report"] == "":
		found = append(found, kind.Problem{Field: "report", Code: "required"})
	case status == PatrolCancelled && d.Fields["deviation"] == "":
		found = append(found, kind.Problem{Field: "deviation", Code: "patrol-no-reason"})
	}
	return found, nil
}

func checkCheckin(_ context.Context, v desk.View, d desk.Draft) (found []kind.Problem, _ error) {
	if at, ok := begin(d.Fields["at"], v.Zone); ok && at.After(v.Now.Add(aheadOfClock)) {
		found = append(found, kind.Problem{Field: "at", Code: "not-yet"})
	}
	return found, nil
}

// begin is the beginning of the time that a text names.
func begin(text string, zone *time.Location) (time.Time, bool) {
	if text == "" {
		return time.Time{}, false
	}
	d, err := edtf.Parse(text)
	if err != nil {
		return time.Time{}, false
	}
	lo, _ := d.Bounds(zone)
	return lo, true
}
