package claim

import (
	"slices"
	"time"

	"konbit.org/konbit/internal/measure"
)

// conflicts finds the pairs of claims that cannot be true together.
func conflicts(all []statement, m measure.Mission) []Conflict {
	var found []Conflict
	groups := map[string][]*statement{}
	for i := range all {
		s := &all[i]
		d, err := m.Measures.Get(s.measure)
		if err != nil || s.value == nil || s.scopeErr != nil || s.at.IsZero() {
			continue
		}
		key := s.measure + " " + s.otherStage(d) + " " + canonical(s.scope)
		for _, earlier := range groups[key] {
			if reason, ok := clash(earlier, s, d); ok {
				found = append(found, Conflict{A: earlier.record.Key, B: s.record.Key, Reason: reason})
			}
		}
		groups[key] = append(groups[key], s)
	}
	return found
}

// otherStage is the claim's stage where it is not the measure's own: claims on
// different stages speak of different things.
func (s *statement) otherStage(d *measure.Definition) string {
	if slices.Contains(d.Covers(), s.stage) {
		return ""
	}
	return s.stage
}

// clash reports whether two claims on the same thing, a not after b, exclude one
// another, and why.
func clash(a, b *statement, d *measure.Definition) (Reason, bool) {
	reason := Reason{label: d.Label, scope: a.scope, Args: map[string]string{
		"measure": d.ID, "a": a.record.Ref, "b": b.record.Ref, "date": day(a.at), "later": day(b.at),
	}, values: map[string]said{"x": a.said(), "y": b.said()}}
	switch {
	case sameDay(a, b) && !a.allows().meets(b.allows()):
		reason.Code = "same-day"
		return reason, true
	case d.Cumulative && a.precision == exact && !b.hi.Before(a.hi) && !sameDay(a, b) && b.allows().high < *a.value:
		reason.Code = "falls"
		return reason, true
	}
	return Reason{}, false
}

// sameDay reports whether two claims are dated alike: by the same bounds, or by
// days of which one lies for the most part in the other. Within a month a figure
// may change, so two claims for a month do not exclude one another unless both
// name the same month.
func sameDay(a, b *statement) bool {
	if a.lo.Equal(b.lo) && a.hi.Equal(b.hi) {
		return true
	}
	const longest = 26 * time.Hour // the longest day clocks can make, and an hour
	long, short := a.hi.Sub(a.lo), b.hi.Sub(b.lo)
	if long < short {
		long, short = short, long
	}
	lo, hi := a.lo, a.hi
	if b.lo.After(lo) {
		lo = b.lo
	}
	if b.hi.Before(hi) {
		hi = b.hi
	}
	return long <= longest && hi.Sub(lo) >= short/2 && hi.After(lo)
}
