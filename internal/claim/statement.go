package claim

import (
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// The precisions of a claim.
const (
	exact   = "exact"
	rounded = "rounded"
	least   = "least"
	about   = "about"
)

// statement is a claim made ready to be judged.
type statement struct {
	record    record.Version
	measure   string
	scope     map[string][]string
	scopeErr  error
	value     *measure.Amount
	precision string
	stage     string
	from, at  time.Time // both zero when it has no date
	lo, hi    time.Time // its date's bounds
}

// read lists the claims, oldest first.
func (c *Checker) read(ctx context.Context, q inquiry, m measure.Mission) ([]statement, error) {
	list := record.Query{Mission: q.mission, Kind: "claim", AsOf: q.asOf, Order: record.OldestFirst, Limit: 1000}
	if q.measure != "" {
		list.Where = map[string][]string{"measure": {q.measure}}
	}
	var all []statement
	for {
		page, err := c.records.List(ctx, q.who, list)
		if err != nil {
			return nil, err
		}
		for _, v := range page.Versions {
			if v.State == record.Live {
				all = append(all, c.statement(v, m))
			}
		}
		if list.After = page.Next; page.Next == "" {
			break
		}
	}
	slices.SortStableFunc(all, func(a, b statement) int {
		if d := a.lo.Compare(b.lo); d != 0 {
			return d
		}
		return strings.Compare(a.record.Ref, b.record.Ref)
	})
	return all, nil
}

func (c *Checker) statement(v record.Version, m measure.Mission) statement {
	s := statement{record: v, measure: v.Text("measure"), precision: v.Text("precision"), stage: v.Text("stage")}
	if s.precision == "" {
		s.precision = exact
	}
	s.scope, s.scopeErr = ParseScope(v.Text("scope"))
	if value, err := measure.ParseAmount(v.Text("value")); err == nil {
		s.value = &value
	}
	if v.Lo.IsZero() && v.Hi.IsZero() {
		return s
	}
	s.lo, s.hi = v.Lo, v.Hi
	// The figure is that of the end of the claim's date; an instant lasts less
	// than the second it is asked by.
	s.from, s.at = v.Lo.In(m.Zone), v.Hi.Add(-time.Second).In(m.Zone)
	if s.at.Before(s.from) {
		s.at = s.from
	}
	if now := c.now(); s.at.After(now) {
		s.at = now.In(m.Zone)
	}
	return s
}

// ParseScope reads what part of a figure a claim speaks of: dimension=value, more
// of them separated by ; or , and several values by |. An empty text is the
// whole. The error is [fail.Invalid].
func ParseScope(text string) (map[string][]string, error) {
	scope := map[string][]string{}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' }) {
		name, values, ok := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" || strings.TrimSpace(values) == "" {
			return nil, fail.Newf(fail.Invalid, "write it as contributor=ABC;sex=F", "bad scope %q", text)
		}
		if _, twice := scope[name]; twice {
			return nil, fail.Newf(fail.Invalid, "separate several values by |", "the scope names %s twice", name)
		}
		for v := range strings.SplitSeq(values, "|") {
			scope[name] = append(scope[name], strings.TrimSpace(v))
		}
	}
	return scope, nil
}

// canonical is the scope in one way of writing, for comparing.
func canonical(scope map[string][]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(scope)) {
		b.WriteString(name + "=" + strings.Join(slices.Sorted(slices.Values(scope[name])), "|") + ";")
	}
	return b.String()
}

// span is the stretch of numbers that a claim allows, both ends included.
type span struct{ low, high measure.Amount }

// most stands for no upper end.
const most = measure.Amount(math.MaxInt64)

// allows gives the numbers for which a claim would be true.
func (s *statement) allows() span {
	v := *s.value
	switch s.precision {
	case least:
		return span{v, most}
	case about:
		return span{v - v.Abs()/10, v + v.Abs()/10}
	case rounded:
		return rounds(v)
	}
	return span{v, v}
}

// rounds gives the numbers that are v when rounded as v is: 600 is 550 to 650,
// 17.9 is 17.85 to 17.95. A single digit would allow too much (1000 from 500 on):
// nothing further off than a tenth is a rounding.
func rounds(v measure.Amount) span {
	unit := measure.Amount(1)
	for v != 0 && v%(unit*10) == 0 {
		unit *= 10
	}
	half := min(unit/2, v.Abs()/10)
	if unit <= measure.One {
		// A whole number that ends in no zero is not a rounding; digits after
		// the point are rounded at the last one given.
		if v%measure.One == 0 {
			half = 0
		}
	}
	return span{v - half, v + half}
}

func (x span) has(v measure.Amount) bool { return x.low <= v && v <= x.high }

func (x span) meets(y span) bool { return x.low <= y.high && y.low <= x.high }
