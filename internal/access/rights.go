package access

import (
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// rights are what an actor may read, or count, in one mission.
type rights struct {
	guard   *Guard
	who     Actor
	mission string
	action  Action
}

func (r rights) Classes(kindID string) (out []record.Class) {
	for _, m := range []string{"public", "mission", "owner", "restricted", "cell"} {
		if r.Reads(kindID, record.Class{Marking: m}) {
			out = append(out, record.Class{Marking: m})
		}
	}
	return out
}

func (r rights) Reads(kindID string, of record.Class) bool {
	return r.guard.May(r.who, r.action, Resource{Mission: r.mission, Kind: kindID, Marking: of.Marking, Owner: of.Owner, Ref: of.Ref})
}

func (r rights) Field(kindID string, f *kind.Field, of record.Class) bool {
	return r.guard.May(r.who, r.action, Resource{
		Mission: r.mission, Kind: kindID, Marking: of.Marking, Owner: of.Owner, Ref: of.Ref,
		Field: f.ID, FieldMarking: f.Marking, Personal: f.Personal,
	})
}
