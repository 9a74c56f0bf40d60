package app_test

import (
	"strings"
	"testing"
	"time"

	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
)

func TestHeadquartersIsNamedAndNeverGuessed(t *testing.T) {
	dir := t.TempDir()
	if _, err := app.Init(t.Context(), dir, tiny, journal.Unlock{}, time.Now); err != nil {
		t.Fatal(err)
	}
	self, err := app.NameHeadquarters(dir, "", "this")
	if err != nil || self == (journal.NodeID{}) {
		t.Fatal(self, err)
	}
	if again, err := app.NameHeadquarters(dir, "", self.String()); err != nil || again != self {
		t.Error(again, err)
	}
	if _, err := app.NameHeadquarters(dir, "none", "this"); !fail.Is(err, fail.NotFound) {
		t.Error(err)
	}
	if _, err := app.NameHeadquarters(dir, "", strings.Repeat("0", 10)); !fail.Is(err, fail.Invalid) {
		t.Error(err)
	}
}
