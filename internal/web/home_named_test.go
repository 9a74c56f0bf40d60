package web_test

import (
	"strings"
	"testing"
)

// TestWhatCouldNotBeCountedIsCalledByItsName: a reader of the front page knows no refs.
func TestWhatCouldNotBeCountedIsCalledByItsName(t *testing.T) {
	got := text(reading(t).public().get(t, "/haiti-mss"))
	if !strings.Contains(got, "Port of Port-au-Prince") || strings.Contains(got, "srv-port") {
		t.Errorf("the front page says %s", got)
	}
}
