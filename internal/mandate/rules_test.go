package mandate_test

import (
	"testing"

	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/mandate"
)

func TestAnInstrumentExpiresAfterItCameIntoForce(t *testing.T) {
	for _, c := range []struct {
		from, until string
		refused     bool
	}{
		{"2023-10-02", "2024-10-02", false},
		{"2023-10-02", "2023-10-02", false},
		{"2023-10", "2023-10-15", false},
		{"2023-10-02", "", false},
		{"2024-10-02", "2023-10-02", true},
	} {
		for _, r := range mandate.Rules() {
			problems, err := r.Check(t.Context(), desk.View{}, desk.Draft{Kind: r.Kind, Fields: map[string]string{"in-force": c.from, "expires": c.until}})
			if err != nil {
				t.Fatal(err)
			}
			if (len(problems) > 0) != c.refused {
				t.Errorf("%s to %s: %+v", c.from, c.until, problems)
			}
		}
	}
}
