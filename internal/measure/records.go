package measure

import (
	"context"
	"fmt"
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
	for _, x := range page {
		v, err := e.version(ctx, p, x.id)
		if err != nil {
			return Evidence{}, err
		}
		out.Versions = append(out.Versions, v)
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

// version is a record as it was known at the asked knowledge date.
func (e *Engine) version(ctx context.Context, p *plan, id int64) (record.Version, error) {
	versions, err := e.source.VersionsOf(ctx, id)
	if err != nil {
		return record.Version{}, err
	}
	for _, v := range versions {
		if v.KnownFrom.UnixMilli() < p.known && (v.KnownTo.IsZero() || v.KnownTo.UnixMilli() >= p.known) {
			return v, nil
		}
	}
	return record.Version{}, fail.Newf(fail.Conflict, "ask again", "record %d changed while it was listed", id)
}
