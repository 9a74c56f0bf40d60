package access

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestALongTextThatIsRememberedIsCoveredForWhoHearsOfItLater would fail if what was
// told before a name had to be hidden were taken for a text without one.
func TestALongTextThatIsRememberedIsCoveredForWhoHearsOfItLater(t *testing.T) {
	from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	c := cover([]since{{"Quixanilla Zebedeo", from}}, nil)
	plain := strings.Repeat("quiet along the river road, ", 4)
	named := plain + "ask for Zebedeo"
	for range 2 {
		if got := c.cover(named, from.Add(-time.Hour)); got != named {
			t.Errorf("told before: %q", got)
		}
		if got := c.cover(plain, from); got != plain {
			t.Errorf("without a name: %q", got)
		}
		if got := c.cover(named, from); got != plain+"ask for "+hidden {
			t.Errorf("told since: %q", got)
		}
	}
}

func TestTheSetOfTextsIsBounded(t *testing.T) {
	var set texts
	for i := range 4000 {
		set.add(fmt.Sprintf("%01000d", i))
	}
	if n := len(set.young) + len(set.old); n > 2*textsKept/1000 || !set.has(fmt.Sprintf("%01000d", 3999)) || set.has(fmt.Sprintf("%01000d", 0)) {
		t.Errorf("%d texts are kept", n)
	}
}
