package measure

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"konbit.org/konbit/internal/access"
)

// notes says what a reader must know beside the figure.
func (e *Engine) notes(ctx context.Context, p *plan, t *tally, f *Figure) error {
	if len(t.totals) == 0 && f.Unknowns == 0 {
		f.Notes = append(f.Notes, Note{Code: NothingRecorded})
	}
	if !p.d.IsComplete() {
		f.Notes = append(f.Notes, Note{Code: NotComplete})
	}
	if p.d.How == Level && f.below() {
		f.Notes = append(f.Notes, Note{Code: BelowZero})
	}
	if p.d.stale > 0 && !f.Newest.IsZero() && f.At.Sub(f.Newest) > p.d.stale {
		f.Notes = append(f.Notes, Note{NotCurrent, map[string]string{
			"newest": f.Newest.In(f.At.Location()).Format(time.DateOnly),
			"days":   strconv.Itoa(int(p.d.stale.Hours() / 24)),
		}})
	}
	if len(f.Totals) > 1 {
		f.Notes = append(f.Notes, Note{Code: Several})
	}
	e.withheld(p, f)
	if err := e.beside(ctx, p, f); err != nil {
		return err
	}
	if err := e.balance(ctx, p, f); err != nil {
		return err
	}
	if p.query.In != "" {
		return e.convert(ctx, p, f)
	}
	return nil
}

// withheld says what the reader is not shown, as far as that itself may be known.
func (e *Engine) withheld(p *plan, f *Figure) {
	if f.unlisted > 0 {
		f.Notes = append(f.Notes, Note{NotListed, map[string]string{"records": strconv.Itoa(f.unlisted)}})
	}
	for _, name := range slices.Sorted(maps.Keys(p.closed)) {
		f.Notes = append(f.Notes, Note{NotShownBy, map[string]string{"by": name}})
	}
	for _, id := range p.kinds() {
		k, ok := p.mission.Kinds.Get(id)
		// Whether anything is held now makes no difference: the note would tell.
		if ok && e.gated(k) && !e.guard.May(p.who, access.Count, access.Resource{
			Mission: p.query.Mission, Kind: id, Marking: k.Marking, Held: true,
		}) {
			f.Notes = append(f.Notes, Note{Code: SmallCells})
			return
		}
	}
}

// below says that a value of the figure is less than none.
func (f *Figure) below() bool {
	return f.Total != nil && *f.Total < 0 ||
		slices.ContainsFunc(f.Totals, func(t Total) bool { return t.Value < 0 }) ||
		slices.ContainsFunc(f.Rows, func(r Row) bool { return r.Value < 0 })
}

// shared is the part of Where that another measure can be asked with; ok is
// false when something would be left out.
func shared(d *Definition, where map[string][]string) (kept map[string][]string, ok bool) {
	kept, ok = map[string][]string{}, true
	for name, values := range where {
		if _, has := d.dimension(name); has {
			kept[name] = values
		} else {
			ok = false
		}
	}
	return kept, ok
}

// other asks another measure with the same dates, by one dimension or none.
func (e *Engine) other(ctx context.Context, p *plan, id, by string) (*tally, error) {
	d, err := p.mission.Measures.Get(id)
	if err != nil {
		return nil, err
	}
	q := p.query
	q.Measure, q.By, q.From = id, nil, time.Time{}
	if by != "" {
		q.By = []string{by}
	}
	q.Where, _ = shared(d, q.Where)
	other, err := e.plan(p.who, q)
	if err != nil {
		return nil, err
	}
	return e.tally(ctx, other, 1)
}

// beside tells the value of measures that stand beside this one, as the missing
// that are still counted as present. A filter that they do not know makes their
// number another one's, so it is not told.
func (e *Engine) beside(ctx context.Context, p *plan, f *Figure) error {
	for _, b := range p.d.Beside {
		d, err := p.mission.Measures.Get(b.Measure)
		if err != nil {
			return err
		}
		if _, ok := shared(d, p.query.Where); !ok || !e.may(p.who, p.query.Mission, d) {
			continue
		}
		t, err := e.other(ctx, p, b.Measure, "")
		if err != nil {
			return err
		}
		total := t.totals[""]
		if total == nil {
			continue
		}
		out := plan{out: e.publication(p.who, p.query.Mission, p.mission, b.Measure)}
		if value := out.rounded(total.sum); value != 0 {
			f.Notes = append(f.Notes, Note{b.Note, map[string]string{"measure": b.Measure, "value": value.String()}})
		}
	}
	return nil
}

// balance names each group whose parts do not make up the whole.
func (e *Engine) balance(ctx context.Context, p *plan, f *Figure) error {
	gaps, err := e.gaps(ctx, p)
	for _, g := range gaps {
		f.Notes = append(f.Notes, Note{BalanceMissing, map[string]string{
			"by": p.d.Balance.By, "group": g.Group, "whole": g.Whole.String(),
			"parts": g.Parts.String(), "difference": g.Difference().String(),
		}})
	}
	return err
}

// Gap is a group whose parts do not make up the whole.
type Gap struct {
	Group        string
	Whole, Parts Amount
}

// Difference is what is missing; negative where the parts are too many.
func (g Gap) Difference() Amount { return g.Whole - g.Parts }

func (e *Engine) gaps(ctx context.Context, p *plan) ([]Gap, error) {
	b := p.d.Balance
	if b == nil {
		return nil, nil
	}
	for _, id := range append([]string{b.Whole}, b.Parts...) {
		d, err := p.mission.Measures.Get(id)
		if err != nil {
			return nil, err
		}
		if !e.may(p.who, p.query.Mission, d) || !p.out.exact() || !e.publication(p.who, p.query.Mission, p.mission, id).exact() {
			return nil, nil // it would tell values of a measure that are not theirs
		}
	}
	whole, err := e.sums(ctx, p, b.Whole, b.By)
	if err != nil {
		return nil, err
	}
	parts, due := map[string]Amount{}, whole
	for _, id := range b.Parts {
		sums, err := e.sums(ctx, p, id, b.By)
		if err != nil {
			return nil, err
		}
		for group, v := range sums {
			parts[group] += v
		}
		if id == b.Once {
			due = sums
		}
	}
	var gaps []Gap
	for _, group := range slices.Sorted(maps.Keys(due)) {
		if w, ok := whole[group]; ok && w != parts[group] {
			gaps = append(gaps, Gap{group, w, parts[group]})
		}
	}
	return gaps, nil
}

// sums is a measure by one dimension.
func (e *Engine) sums(ctx context.Context, p *plan, id, by string) (map[string]Amount, error) {
	t, err := e.other(ctx, p, id, by)
	if err != nil {
		return nil, err
	}
	sums := map[string]Amount{}
	for _, c := range slices.SortedFunc(maps.Values(t.rows), func(a, b *cell) int { return cmp.Compare(a.apart, b.apart) }) {
		sums[c.by[0]] += c.sum
	}
	return sums, nil
}
