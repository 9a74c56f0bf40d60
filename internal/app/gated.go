package app

import "konbit.org/konbit/internal/kind"

// gated reports whether the kin gate can close over the records of a kind, as
// far as figures say so ([measure.Options]).
func gated(k *kind.Kind) bool { return k.Domain == "casualty" }
