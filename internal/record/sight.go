package record

import (
	"time"

	"konbit.org/konbit/internal/kind"
)

// Class is what decides who may read a record, beside its kind: how it is
// marked and whose it is. A class in which Owner or Ref is empty stands for all
// owners or all records.
type Class struct{ Marking, Owner, Ref string }

// Rights are what a reader may read. Package access makes them; they hold for
// one mission and are safe for concurrent use.
type Rights interface {
	// Classes are the classes of a kind's records that may be read; together
	// they say all, so that a record in none of them may not be read, and every
	// record of each of them may.
	Classes(kindID string) []Class
	// Reads reports whether a record of exactly this class may be read.
	Reads(kindID string, of Class) bool
	// Field reports whether a field of a record of this class may be read.
	Field(kindID string, f *kind.Field, of Class) bool
}

// Held is a record of which a reader does not know yet what was reported from
// Since on: to them it still stands as before, or is not there at all.
type Held struct {
	Key
	ID    int64     // its number in this store
	Since time.Time // KnownFrom of the first version that is held
}

// field reports whether a reader of a record may read a field of it.
func (s *Sight) field(kindID string, f *kind.Field, of Class) bool {
	return s.Rights == nil || s.Rights.Field(kindID, f, of)
}

// covered is text as the reader may know it.
func (s *Sight) covered(text string, told time.Time) string {
	if s.Cover == nil {
		return text
	}
	return s.Cover(text, told)
}
