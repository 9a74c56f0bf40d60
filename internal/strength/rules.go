package strength

import (
	"context"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/measure"
)

// present is the measure that a return must not contradict.
const present = "strength.present"

// Figures computes figures: [measure.Engine].
type Figures interface {
	Figure(ctx context.Context, who access.Actor, q measure.Query) (measure.Figure, error)
}

// Rules are what a strength return must hold: its parts make up its closing, and
// its closing is the strength that the movements give.
func Rules(figures Figures) []desk.Rule {
	return []desk.Rule{
		{Kind: "return", Check: closes},
		{Kind: "return", Check: func(ctx context.Context, v desk.View, d desk.Draft) ([]kind.Problem, error) {
			return derived(ctx, figures, v, d)
		}},
	}
}

// part is one number of a return; known is false where it was left empty.
func part(d desk.Draft, field string) (n measure.Amount, known bool) {
	n, err := measure.ParseAmount(d.Fields[field])
	return n, err == nil
}

// closes holds that opening + arrivals + returns - departures - deaths is the
// closing. A part that was not reported may be any number, so the return is
// refused only when no number would make it close.
func closes(_ context.Context, _ desk.View, d desk.Draft) ([]kind.Problem, error) {
	total, known := part(d, "opening")
	closing, given := part(d, "closing")
	if !known || !given {
		return nil, nil
	}
	mayBeMore, mayBeLess := false, false
	for _, f := range []string{"arrivals", "returns"} {
		n, known := part(d, f)
		total += n
		mayBeMore = mayBeMore || !known
	}
	for _, f := range []string{"departures", "deaths"} {
		n, known := part(d, f)
		total -= n
		mayBeLess = mayBeLess || !known
	}
	if closing == total || closing > total && mayBeMore || closing < total && mayBeLess {
		return nil, nil
	}
	return []kind.Problem{{Field: "closing", Code: "identity", Args: map[string]string{
		"computed": total.String(), "closing": closing.String(), "difference": (closing - total).Abs().String(),
	}}}, nil
}

// derived holds a return to the movements: where they leave no doubt, the closing
// must be the strength present at the end of its period.
func derived(ctx context.Context, figures Figures, v desk.View, d desk.Draft) ([]kind.Problem, error) {
	closing, given := part(d, "closing")
	contributor := d.Fields["contributor"]
	at, ok := ends(v, d)
	if !given || !ok || contributor == "" {
		return nil, nil
	}
	f, err := figures.Figure(ctx, v.Who, measure.Query{
		Mission: v.Mission, Measure: present, At: at, EvidenceLimit: 1,
		Where: map[string][]string{"contributor": {contributor}},
	})
	if fail.Is(err, fail.Denied) || fail.Is(err, fail.NotFound) {
		return nil, nil // the refusal would tell the author a figure that is not theirs to know
	}
	if err != nil {
		return nil, err
	}
	if f.Total == nil || f.Unknowns > 0 || *f.Total == closing {
		return nil, nil
	}
	return []kind.Problem{{Field: "closing", Code: "strength-differs", Args: map[string]string{
		"contributor": contributor, "date": at.Format(time.DateOnly), "computed": f.Total.String(),
		"closing": closing.String(), "difference": (closing - *f.Total).Abs().String(),
	}}}, nil
}

// ends is the last second of a draft's period.
func ends(v desk.View, d desk.Draft) (time.Time, bool) {
	k := kind.Kind{}
	_, hi, err := k.Bounds(d.Fields, v.Zone)
	if err != nil || hi.IsZero() {
		return time.Time{}, false
	}
	return hi.Add(-time.Second).In(v.Zone), true
}
