package measure

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// Evidence is one page of the records behind a figure.
type Evidence struct {
	Versions []record.Version
	Total    int    // how many records there are in all
	Next     string // cursor of the next page; "" at the end
}

// Records lists the records behind a figure's total, newest event first, as they
// were known then. For a row, narrow the query with Where to the row's values:
// the length of the whole list is [Row.Records]. limit is 1 to 1000; 0 means 50.
func (e *Engine) Records(ctx context.Context, who access.Actor, q Query, after string, limit int) (Evidence, error) {
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, 1000)
	q.By = nil
	p, err := e.plan(who, q)
	if err != nil {
		return Evidence{}, err
	}
	t, err := e.tally(ctx, p, 0)
	if err != nil {
		return Evidence{}, err
	}
	var all []kept
	for _, c := range t.rows {
		all = append(all, c.rests()...)
	}
	slices.SortFunc(all, byNewest)
	all = slices.Compact(all)
	out := Evidence{Total: len(all)}
	from, err := cut(all, after)
	if err != nil {
		return Evidence{}, err
	}
	page := all[from:min(from+limit, len(all))]
	if out.Versions, err = e.versions(ctx, p, page); err != nil {
		return Evidence{}, err
	}
	if from+limit < len(all) {
		out.Next = page[len(page)-1].cursor()
	}
	return out, nil
}

func (k kept) cursor() string { return fmt.Sprintf("%d.%d", k.lo, k.id) }

// cut finds where the page after a cursor begins.
func cut(all []kept, after string) (int, error) {
	if after == "" {
		return 0, nil
	}
	lo, id, _ := strings.Cut(after, ".")
	l, errLo := strconv.ParseInt(lo, 10, 64)
	i, errID := strconv.ParseInt(id, 10, 64)
	if errLo != nil || errID != nil {
		return 0, fail.Newf(fail.Invalid, "begin again from the first page", "bad cursor %.40q", after)
	}
	n, found := slices.BinarySearchFunc(all, kept{l, i}, byNewest)
	if found {
		n++
	}
	return n, nil
}

// versions are records as they were known at the asked knowledge date, with the
// fields that the actor may read.
func (e *Engine) versions(ctx context.Context, p *plan, page []kept) ([]record.Version, error) {
	of := e.version
	if !p.query.Recorded.IsZero() {
		then, err := e.recorded(ctx, p, page)
		if err != nil {
			return nil, err
		}
		of = func(_ context.Context, _ *plan, id int64) (record.Version, error) { return then[id], nil }
	}
	out := make([]record.Version, 0, len(page))
	for _, x := range page {
		v, err := of(ctx, p, x.id)
		if err != nil {
			return nil, err
		}
		v.Fields = e.guard.Readable(p.who, &v)
		out = append(out, v)
	}
	return out, nil
}

// version is a record as it is written now.
func (e *Engine) version(ctx context.Context, p *plan, id int64) (record.Version, error) {
	versions, err := e.source.VersionsOf(ctx, id)
	if err != nil {
		return record.Version{}, err
	}
	for i := range versions {
		if p.sight.view(&versions[i]) && p.inForce(&versions[i]) {
			return versions[i], nil
		}
	}
	return record.Version{}, fail.Newf(fail.Conflict, "ask again", "record %d changed while it was listed", id)
}

// recorded are the records of a page as they had been written by the auditor's time.
func (e *Engine) recorded(ctx context.Context, p *plan, page []kept) (map[int64]record.Version, error) {
	out := make(map[int64]record.Version, len(page))
	for _, k := range p.kinds() {
		err := e.source.Versions(ctx, p.query.Mission, k, p.query.Recorded, func(v record.Version) error {
			if p.sight.view(&v) && p.inForce(&v) && slices.ContainsFunc(page, func(x kept) bool { return x.id == v.ID }) {
				v.Fields = maps.Clone(v.Fields)
				out[v.ID] = v
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// inForce reports whether a version was the last one known at the knowledge date.
func (p *plan) inForce(v *record.Version) bool {
	return v.KnownFrom.UnixMilli() < p.known && (v.KnownTo.IsZero() || v.KnownTo.UnixMilli() >= p.known)
}
