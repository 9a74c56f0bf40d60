package operations

import (
	"slices"

	"konbit.org/konbit/internal/desk"
)

// Rules are what the kinds of this domain must hold, beyond what they say
// themselves.
func Rules() []desk.Rule {
	return slices.Concat(logRules(), flashRules(), patrolRules())
}
