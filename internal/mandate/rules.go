package mandate

import (
	"context"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/kind"
)

// Rules are what an instrument must hold: it expires after it came into force.
func Rules() []desk.Rule {
	return []desk.Rule{{Kind: "instrument", Check: instrument}}
}

func instrument(_ context.Context, v desk.View, d desk.Draft) ([]kind.Problem, error) {
	from, until := d.Fields["in-force"], d.Fields["expires"]
	if from == "" || until == "" {
		return nil, nil
	}
	begins, err := edtf.Parse(from)
	if err != nil {
		return nil, nil //nolint:nilerr // the kind refuses it
	}
	ends, err := edtf.Parse(until)
	if err != nil {
		return nil, nil //nolint:nilerr // the kind refuses it
	}
	lo, _ := begins.Bounds(v.Zone)
	_, hi := ends.Bounds(v.Zone)
	if hi.After(lo) {
		return nil, nil
	}
	return []kind.Problem{{Field: "expires", Code: "expires-before", Args: map[string]string{"expires": until, "in-force": from}}}, nil
}
