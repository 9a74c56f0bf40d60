package access

import (
	"maps"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
)

// MayWrite reports whether the actor is the one at the machine.
func (a Actor) MayWrite() bool { return a.IsLocal() }

// Sees reports whether an actor without an account may read what carries this
// marking.
func (a Actor) Sees(marking string) bool {
	return a.IsLocal() || a.Is(RolePublic) && marking == "public"
}

// Readable gives the fields that an actor without an account may read.
func Readable(who Actor, k *kind.Kind, fields map[string]journal.Value) map[string]journal.Value {
	out := maps.Clone(fields)
	maps.DeleteFunc(out, func(name string, _ journal.Value) bool {
		f, ok := k.Field(name)
		closed := ok && (f.Secret || f.Marking != "" && !who.Sees(f.Marking) || f.Personal && !who.Sees("owner"))
		return closed || internal(name) && !who.IsLocal()
	})
	return out
}
