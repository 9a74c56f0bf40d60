package record_test

import (
	"testing"
	"time"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// TestARecordOfManyStatementsIsReadInTime holds that the time a history takes
// does not grow with the cube of its length, nor its memory out of bounds.
func TestARecordOfManyStatementsIsReadInTime(t *testing.T) {
	const statements = 1500
	p := &pen{t: t}
	var told []journal.Stored
	var seen []journal.ID
	for i := range statements {
		e := p.write(i, journal.Entry{Ref: "a", Seen: seen, Fields: fields("persons", "1", "summary", "x")})
		told, seen = append(told, e), []journal.ID{e.ID}
	}
	began := time.Now()
	steps := record.Fold(key("a"), told)
	if took := time.Since(began); len(steps) != statements || took > 20*time.Second {
		t.Errorf("%d steps in %s", len(steps), took)
	}
}
