package money

import (
	"context"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/measure"
)

// Rules are what a rate must hold: it is more than nothing, and between two
// different currencies.
func Rules() []desk.Rule {
	return []desk.Rule{{Kind: "rate", Check: rate}}
}

func rate(_ context.Context, _ desk.View, d desk.Draft) ([]kind.Problem, error) {
	var problems []kind.Problem
	if text := d.Fields["rate"]; text != "" && !positive(text) {
		problems = append(problems, kind.Problem{Field: "rate", Code: "rate-positive", Args: map[string]string{"value": text}})
	}
	if base := d.Fields["base"]; base != "" && base == d.Fields["quote"] {
		problems = append(problems, kind.Problem{Field: "quote", Code: "rate-same", Args: map[string]string{"value": base}})
	}
	return problems, nil
}

// positive reads digits only: a rate may be smaller than an amount can hold.
func positive(text string) bool {
	if _, err := measure.ParseAmount(text); err != nil || text[0] == '-' {
		return false
	}
	for _, digit := range text {
		if digit >= '1' && digit <= '9' {
			return true
		}
	}
	return false
}
