package desk

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
)

// Series are the last numbers that were given: [record.Store].
type Series interface {
	Last(ctx context.Context, mission, kind, series string) (int64, error)
}

// series names the series of a kind: kinds do not share one.
type series struct{ kind, name string }

// numbering takes the one lock under which numbers are given, where a draft of
// the call may want one: from before the last number is read until the journal
// has committed, or given up. So no number is left out and none is given twice.
func (c *call) numbering() (unlock func()) {
	if !slices.ContainsFunc(c.told, func(t *told) bool { return !t.refused() && t.kind.Numbered != "" }) {
		return func() {}
	}
	c.desk.numbers.Lock()
	return c.desk.numbers.Unlock
}

// number gives a new record of a numbered kind the next number of its series. A
// record that has one keeps it, so that a form sent twice does not take two.
// Nobody states a number themselves; a sheet may repeat the one that stands.
func (c *call) number(ctx context.Context, t *told, p *past, s *statement) error {
	if t.kind.Numbered == "" {
		return nil
	}
	was := p.fields()
	for _, id := range []string{kind.SeriesField, kind.NumberField} {
		if v, said := t.fields[id]; said && !equal(v, was[id]) {
			t.refuse(id, "numbered", nil)
		}
	}
	if t.refused() || !was[kind.NumberField].Cleared() {
		return nil
	}
	name := t.draft.Series
	if name == "" {
		name = t.kind.SeriesOf(t.canonical, c.env.Location, c.now)
	}
	of := series{t.kind.ID, name}
	if _, known := c.next[of]; !known {
		last, err := c.desk.Series.Last(ctx, c.mission, of.kind, of.name)
		if err != nil {
			return err
		}
		c.next[of] = last + 1
	}
	t.series = of
	s.fields = maps.Clone(s.fields) // those of the draft stay what was sent
	s.fields[kind.SeriesField] = journal.Value{Text: of.name}
	s.fields[kind.NumberField] = journal.Value{Text: strconv.FormatInt(c.next[of], 10)}
	return nil
}

// numbered says that the number of a draft is taken: nothing refuses it any more.
func (c *call) numbered(t *told) {
	if t.series != (series{}) {
		c.next[t.series]++
	}
}
