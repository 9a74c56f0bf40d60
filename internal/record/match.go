package record

import (
	"slices"
	"strings"
	"time"
)

// knownAt reports whether a version was in force at a known time.
func (v *Version) knownAt(known time.Time) bool {
	return !v.KnownFrom.After(known) && (v.KnownTo.IsZero() || v.KnownTo.After(known))
}

// matches is the whole of a query for one version. The ways to candidates are
// only shortcuts to it, so that they cannot differ in what they show.
func (s *Store) matches(l *listing, v *Version) bool {
	if v.State == Withdrawn || v.State == Struck && !l.Struck {
		return false
	}
	if v.Mission != l.Mission || l.Kind != "" && v.Kind != l.Kind {
		return false // a box knows no kinds
	}
	if l.Sight.Rights != nil && !l.Sight.Rights.Reads(v.Kind, s.classOf(v)) {
		return false
	}
	if l.Conflict && !v.Conflict {
		return false
	}
	if !l.From.IsZero() && !v.Hi.After(l.From) || !l.To.IsZero() && !v.Lo.Before(l.To) {
		return false
	}
	if l.Box != nil && !l.Box.holds(v) {
		return false
	}
	for field, values := range l.Where {
		if !s.among(l, v, field, values) {
			return false
		}
	}
	return len(l.words) == 0 || holds(s.terms(v, &l.Sight), l.words, l.prefix)
}

// among reports whether a field has one of the values; "" asks for unset ones. A
// field that the reader may not read has none: a hit would tell its value.
func (s *Store) among(l *listing, v *Version, field string, values []string) bool {
	switch field {
	case FieldSource:
		return anyOf(strings.Split(v.Text(fieldSources), "\n"), values)
	case FieldBatch:
		return anyOf(strings.Split(v.Text(fieldBatches), "\n"), values)
	case fieldSources, fieldBatches:
		return false
	}
	text := v.Text(field)
	if k, ok := s.schema.Kind(v.Mission, v.Kind); ok {
		if f, ok := k.Field(field); ok {
			if worded(f) {
				text = l.Sight.covered(text, v.KnownFrom)
			}
			return l.Sight.field(v.Kind, f, s.classOf(v)) && (slices.Contains(values, text) || text != "" && anyOf(parts(f, text), values))
		}
	}
	return slices.Contains(values, text)
}

func anyOf(have, want []string) bool {
	return slices.ContainsFunc(have, func(h string) bool { return slices.Contains(want, h) })
}

func (b *Box) holds(v *Version) bool {
	lat, lon, ok := position(v)
	if !ok {
		return false
	}
	return slices.ContainsFunc(b.flat(), func(b Box) bool {
		return lat >= b.South && lat <= b.North && lon >= b.West && lon <= b.East
	})
}
