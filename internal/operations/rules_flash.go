package operations

import (
	"context"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
)

func flashRules() []desk.Rule {
	return []desk.Rule{
		{Kind: kindFlash, Check: checkFlash},
		{Kind: kindFollowup, Check: checkFlash},
		{Kind: kindIncident, Check: checkMerge},
	}
}

// checkFlash holds that a flash and its follow-ups are of something that has
// happened.
func checkFlash(_ context.Context, v desk.View, d desk.Draft) (found []kind.Problem, _ error) {
	if at, ok := begin(d.Fields["at"], v.Zone); ok && at.After(v.Now.Add(aheadOfClock)) {
		found = append(found, kind.Problem{Field: "at", Code: "not-yet"})
	}
	return found, nil
}

// checkMerge holds that an incident is not the same as itself, by whatever way
// round: in a ring none would count.
func checkMerge(ctx context.Context, v desk.View, d desk.Draft) ([]kind.Problem, error) {
	next := d.Fields["merged-into"]
	for range maxMerged {
		if next == "" {
			return nil, nil
		}
		if next == v.Key.Ref {
			return []kind.Problem{{Field: "merged-into", Code: "merge-ring", Args: map[string]string{"value": d.Fields["merged-into"]}}}, nil
		}
		fields, err := v.Get(ctx, kindIncident, next)
		if fail.Is(err, fail.NotFound) {
			return nil, nil // the desk says that it is not there
		}
		if err != nil {
			return nil, err
		}
		next = fields["merged-into"].Text
	}
	return []kind.Problem{{Field: "merged-into", Code: "merge-ring", Args: map[string]string{"value": d.Fields["merged-into"]}}}, nil
}
