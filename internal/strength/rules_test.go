package strength_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/strength"
)

// present answers every question with one strength, and remembers it.
type present struct {
	total    *measure.Amount
	unknowns int
	asked    measure.Query
}

func (p *present) Figure(_ context.Context, _ access.Actor, q measure.Query) (measure.Figure, error) {
	p.asked = q
	return measure.Figure{Total: p.total, Unknowns: p.unknowns}, nil
}

func check(t *testing.T, p *present, fields map[string]string) []kind.Problem {
	t.Helper()
	zone := time.FixedZone("R", -5*3600)
	var all []kind.Problem
	for _, r := range strength.Rules(p) {
		problems, err := r.Check(t.Context(), desk.View{Mission: "m", Zone: zone}, desk.Draft{Kind: r.Kind, Fields: fields})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, problems...)
	}
	return all
}

func TestAReturnMustAddUp(t *testing.T) {
	for _, c := range []struct {
		name   string
		fields map[string]string
		want   map[string]string // the arguments of the refusal; nil when it is taken
	}{
		{"it closes", map[string]string{"opening": "400", "arrivals": "217", "returns": "5", "departures": "20", "deaths": "1", "closing": "601"}, nil},
		{"one is missing", map[string]string{"opening": "400", "arrivals": "217", "returns": "5", "departures": "20", "deaths": "1", "closing": "600"}, map[string]string{"computed": "601", "closing": "600", "difference": "1"}},
		{"departures were not reported and may explain it", map[string]string{"opening": "400", "arrivals": "217", "closing": "600"}, nil},
		{"more arrived than anybody reported", map[string]string{"opening": "400", "departures": "0", "deaths": "0", "closing": "600"}, nil},
		{"no unreported departure makes more", map[string]string{"opening": "400", "arrivals": "217", "returns": "0", "closing": "650"}, map[string]string{"computed": "617", "closing": "650", "difference": "33"}},
		{"no unreported arrival makes fewer", map[string]string{"opening": "400", "departures": "0", "deaths": "0", "closing": "399"}, map[string]string{"computed": "400", "closing": "399", "difference": "1"}},
		{"there is no opening to add to", map[string]string{"arrivals": "217", "closing": "600"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			problems := check(t, &present{}, c.fields)
			if c.want == nil && len(problems) == 0 {
				return
			}
			if len(problems) != 1 || problems[0].Code != "identity" || problems[0].Field != "closing" {
				t.Fatalf("problems: %+v", problems)
			}
			if diff := cmp.Diff(c.want, problems[0].Args); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAReturnMustNotContradictTheMovements(t *testing.T) {
	fields := map[string]string{"contributor": "AAA", "at": "2025-01-01/2025-01-31", "closing": "600"}
	six, seven := 600*measure.One, 617*measure.One
	for _, c := range []struct {
		name string
		p    present
		want string
	}{
		{"the movements give the same", present{total: &six}, ""},
		{"the movements give another strength", present{total: &seven}, "17"},
		{"no movement is recorded", present{}, ""},
		{"uncertain movements may explain it", present{total: &seven, unknowns: 1}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			problems := check(t, &c.p, fields)
			got := ""
			for _, p := range problems {
				got += p.Args["difference"]
			}
			if got != c.want {
				t.Errorf("%+v", problems)
			}
			if at := c.p.asked.At.Format(time.RFC3339); at != "2025-01-31T23:59:59-05:00" {
				t.Errorf("asked for %s, the period ends on the last second of January", at)
			}
		})
	}
}
