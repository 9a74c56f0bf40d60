package record

import (
	"cmp"
	"context"
	"slices"
	"strconv"
)

// listRecorded folds every record anew and sorts what matches.
func (s *Store) listRecorded(ctx context.Context, l *listing) (Page, error) {
	type found struct {
		t int64
		v Version
	}
	var all []found
	for _, on := range l.scopes {
		err := s.Versions(ctx, l.Mission, on.kind, l.Recorded, func(v Version) error {
			if !l.held.view(&v) {
				return nil
			}
			known := l.Known.IsZero() && v.KnownTo.IsZero() || !l.Known.IsZero() && v.knownAt(l.Known)
			if !known || !s.matches(l, &v) {
				return nil
			}
			t := rowFrom(&v).timeline()
			if (t < l.cursor) != (l.Order == OldestFirst) && t != l.cursor {
				v.Fields = cloneCells(v.Fields)
				all = append(all, found{t, v})
			}
			return nil
		})
		if err != nil {
			return Page{}, err
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		if l.Order == OldestFirst {
			return cmp.Compare(a.t, b.t)
		}
		return cmp.Compare(b.t, a.t)
	})
	var page Page
	for i, f := range all {
		if i == l.Limit {
			page.Next = strconv.FormatInt(all[i-1].t, 36)
			break
		}
		page.Versions = append(page.Versions, f.v)
	}
	return page, nil
}

func rowFrom(v *Version) *row {
	r := &row{id: v.ID, knownFrom: v.KnownFrom.UnixMilli(), lo: noEvent, hi: noEvent}
	if !v.Hi.IsZero() {
		r.lo, r.hi = v.Lo.UnixMilli(), v.Hi.UnixMilli()
	}
	return r
}
