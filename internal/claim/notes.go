package claim

import (
	"context"
	"maps"
	"slices"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// BalanceClaimed is the code of a note that a claim puts another whole before a
// balance that does not close: by, group, whole, parts, difference, record.
const BalanceClaimed = "balance-claimed"

// Notes are what claims add to the notes of a figure: where its balance does not
// close, each other number that was claimed for the whole, with what would then
// be missing.
func (c *Checker) Notes(ctx context.Context, who access.Actor, f *measure.Figure, asOf record.AsOf) ([]measure.Note, error) {
	m, err := c.figures.Mission(f.Mission)
	if err != nil {
		return nil, err
	}
	d, err := m.Measures.Get(f.Measure)
	if err != nil || d.Balance == nil {
		return nil, err
	}
	if _, open := f.Note(measure.BalanceMissing); !open {
		return nil, nil
	}
	claims, err := c.read(ctx, inquiry{who: who, mission: f.Mission, inside: c.inside(who, f.Mission), asOf: asOf, measure: d.Balance.Whole}, m)
	if err != nil {
		return nil, err
	}
	var notes []measure.Note
	for _, n := range f.Notes {
		if n.Code != measure.BalanceMissing {
			continue
		}
		for i := range claims {
			if args, ok := claims[i].opposes(n.Args); ok {
				notes = append(notes, measure.Note{Code: BalanceClaimed, Args: args})
			}
		}
	}
	return notes, nil
}

// opposes gives the arguments of a balance with the claim in place of its whole.
func (s *statement) opposes(balance map[string]string) (map[string]string, bool) {
	group := s.scope[balance["by"]]
	if s.value == nil || len(s.scope) != 1 || !slices.Equal(group, []string{balance["group"]}) {
		return nil, false
	}
	parts, err := measure.ParseAmount(balance["parts"])
	if err != nil || s.value.String() == balance["whole"] {
		return nil, false
	}
	args := maps.Clone(balance)
	args["whole"], args["difference"], args["record"] = s.value.String(), (*s.value - parts).String(), s.record.Ref
	return args, true
}
