package journal_test

import (
	"testing"
	"time"

	"konbit.org/konbit/internal/journal"
)

// A search right after a write finds it only if the index was told first.
func TestWatchersAreToldBeforeTheCallerIsAnswered(t *testing.T) {
	n := newNode(t, t.TempDir(), setup{})
	told := 0
	n.OnCommit(func(batch []journal.Stored) {
		time.Sleep(20 * time.Millisecond) // long enough for an early answer to show
		told += len(batch)
	})
	mustAppend(t, n, report("a"), report("b"))
	if told != 2 {
		t.Errorf("answered after %d of 2 entries were told", told)
	}
}
