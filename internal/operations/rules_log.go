package operations

import (
	"context"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
)

func logRules() []desk.Rule {
	return []desk.Rule{{Kind: kindLog, Check: checkLog}, {Kind: kindShift, Check: checkShift}}
}

// checkLog holds that a line is of something that has happened, and that what is
// open can be closed by somebody who reads it.
func checkLog(ctx context.Context, v desk.View, d desk.Draft) (found []kind.Problem, _ error) {
	if at, ok := begin(d.Fields["at"], v.Zone); ok && at.After(v.Now.Add(aheadOfClock)) {
		found = append(found, kind.Problem{Field: "at", Code: "not-yet"})
	}
	if ref := d.Fields["about"]; ref != "" {
		there, err := anyOf(ctx, v, ref, aboutKinds()...)
		if err != nil {
			return nil, err
		}
		if !there {
			found = append(found, kind.Problem{Field: "about", Code: "log-about", Args: map[string]string{"value": ref}})
		}
	}
	return found, nil
}

// anyOf reports whether a record of one of the kinds stands under a ref.
func anyOf(ctx context.Context, v desk.View, ref string, kinds ...string) (bool, error) {
	for _, k := range kinds {
		_, err := v.Get(ctx, k, ref)
		if err == nil {
			return true, nil
		}
		if !fail.Is(err, fail.NotFound) {
			return false, err
		}
	}
	return false, nil
}

// leastWhy is how long a reason must be to be one.
const leastWhy = 4

// checkShift holds that two people sign a handover, or that it says why only one did.
func checkShift(ctx context.Context, v desk.View, d desk.Draft) (found []kind.Problem, _ error) {
	status := d.Fields["status"]
	if v.New {
		return nil, nil
	}
	was, err := v.Get(ctx, kindShift, v.Key.Ref)
	if err != nil {
		return nil, err
	}
	switch before := was["status"].Text; {
	case status == ShiftTaken && before == shiftOn:
		found = append(found, kind.Problem{Field: "status", Code: "shift-not-signed"})
	case shiftOver(status) && d.Fields["taken-by"] == d.Fields["officer"]:
		found = append(found, kind.Problem{Field: "taken-by", Code: "shift-same"})
	case status == ShiftRelieved && before != shiftOn && before != ShiftRelieved:
		found = append(found, kind.Problem{Field: "status", Code: "shift-signed"})
	case status == ShiftRelieved && len([]rune(d.Fields["why"])) < leastWhy:
		found = append(found, kind.Problem{Field: "why", Code: "shift-why"})
	case shiftOver(before) && status != before:
		found = append(found, kind.Problem{Field: "status", Code: "shift-over"})
	case status == shiftHanded && before == shiftOn && v.Who.Name != was["officer"].Text && !v.Who.IsLocal():
		found = append(found, kind.Problem{Field: "officer", Code: "shift-not-yours"})
	}
	return found, nil
}
