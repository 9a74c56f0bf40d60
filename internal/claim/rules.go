package claim

import (
	"context"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/kind"
)

// Rules are what a claim must hold: its scope can be read. That its measure
// exists is checked by its kind.
func Rules() []desk.Rule {
	return []desk.Rule{{Kind: "claim", Check: scope}}
}

func scope(_ context.Context, _ desk.View, d desk.Draft) ([]kind.Problem, error) {
	if _, err := ParseScope(d.Fields["scope"]); err != nil {
		return []kind.Problem{{Field: "scope", Code: "scope", Args: map[string]string{"value": d.Fields["scope"]}}}, nil //nolint:nilerr // the refusal is the answer
	}
	return nil, nil
}
