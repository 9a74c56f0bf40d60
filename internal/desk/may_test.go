package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// arrivalOf is a movement of a country, with its marking.
func arrivalOf(ref, contributor, marking string) desk.Draft {
	return desk.Draft{Kind: "movement", Ref: ref, Source: "s1", Fields: map[string]string{
		"at": "2025-01-05", "contributor": contributor, "persons": "12", "marking": marking,
	}}
}

func ministry(of string) access.Actor {
	return access.Actor{Name: "ministry:" + of, Grants: []access.Grant{{Role: access.RoleMinistry, Owner: of}}}
}

func TestAMinistryWritesItsOwnAndOfOthersLearnsNothing(t *testing.T) {
	n := newNode(t)
	n.source()
	n.submit(desk.Options{}, arrivalOf("theirs", "NOR", "owner"), arrivalOf("open", "NOR", "mission"))
	for name, tc := range map[string]struct {
		draft desk.Draft
		want  string
	}{
		"its own":                        {arrivalOf("mine", "URY", "mission"), "new []"},
		"one of another country":         {arrivalOf("mine-2", "NOR", "mission"), "refused [not-yours]"},
		"a hidden one":                   {arrivalOf("theirs", "URY", "mission"), "refused [ref-taken]"},
		"one it may count and not write": {arrivalOf("open", "URY", "mission"), "refused [ref-taken]"},
		"a hidden one, said as it is":    {arrivalOf("theirs", "NOR", "owner"), "refused [ref-taken]"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, row := range []int{0, 2} { // as a form, and as a row of a sheet
				tc.draft.Row = row
				out, err := n.Submit(t.Context(), ministry("URY"), "demo", []desk.Draft{tc.draft}, desk.Options{DryRun: true})
				if err != nil {
					t.Fatal(err)
				}
				var codes []string
				for _, p := range out[0].Problems {
					codes = append(codes, p.Code)
				}
				if got := fmt.Sprint(out[0].Status, " ", codes); got != tc.want || strings.Contains(fmt.Sprint(out[0].Changes), "12") && out[0].Status == desk.StatusRefused {
					t.Errorf("row %d: %s %v, want %s", row, got, out[0].Changes, tc.want)
				}
			}
		})
	}
}

func TestWhatIsHiddenCannotBeStruck(t *testing.T) {
	n := newNode(t)
	n.source()
	n.submit(desk.Options{}, arrivalOf("theirs", "NOR", "owner"))
	strike := func(who access.Actor, ref string) error {
		return n.Retract(t.Context(), who, record.Key{Mission: "demo", Kind: "movement", Ref: ref}, "why")
	}
	hidden, none := strike(ministry("URY"), "theirs"), strike(ministry("URY"), "no-such")
	if !fail.Is(hidden, fail.NotFound) || strings.ReplaceAll(hidden.Error(), "theirs", "no-such") != none.Error() || fail.HintOf(hidden) != fail.HintOf(none) {
		t.Errorf("%v (%s) for a hidden one, %v (%s) for none", hidden, fail.HintOf(hidden), none, fail.HintOf(none))
	}
	if err := strike(ministry("NOR"), "theirs"); err != nil {
		t.Errorf("its own: %v", err)
	}
	if err := n.Erase(t.Context(), ministry("NOR"), "demo/person/x"); !fail.Is(err, fail.Denied) {
		t.Errorf("erase: %v, want Denied", err)
	}
}

func TestWhatWasGrantedIsNotStruck(t *testing.T) {
	n := newNode(t)
	n.source()
	n.submit(desk.Options{}, arrivalOf("a", "NOR", "mission"))
	n.Standing = func(kindID string) bool { return kindID == "movement" }
	err := n.Retract(t.Context(), access.Local(), record.Key{Mission: "demo", Kind: "movement", Ref: "a"}, "why")
	if !fail.Is(err, fail.Denied) || fail.HintOf(err) == "" {
		t.Errorf("%v, want Denied and what to do", err)
	}
}
