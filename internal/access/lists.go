package access

import (
	"context"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// List gives a page of what the actor may see. A page is as long as asked for as
// long as there is more.
func (d *Door) List(ctx context.Context, who Actor, q record.Query) (record.Page, error) {
	l := d.look(ctx, who, q.Mission)
	page, err := l.list(ctx, q)
	if err != nil {
		return record.Page{}, err
	}
	return page, d.noteList(ctx, who, &q, page.Versions)
}

func (l *look) list(ctx context.Context, q record.Query) (record.Page, error) {
	q.Sight = l.sight
	if err := l.askable(q); err != nil {
		return record.Page{}, err
	}
	if q.Limit <= 0 {
		q.Limit = record.DefaultLimit
	}
	limit := min(q.Limit, record.MaxLimit)
	var out record.Page
	for {
		q.Limit = limit - len(out.Versions)
		page, err := l.records.List(ctx, q)
		if err != nil {
			return record.Page{}, err
		}
		for i := range page.Versions {
			v := page.Versions[i]
			ok, err := l.listed(ctx, &v, &q)
			if err != nil {
				return record.Page{}, err
			}
			if ok {
				out.Versions = append(out.Versions, v)
			}
		}
		out.Next, q.After = page.Next, page.Next
		if page.Next == "" || len(out.Versions) >= limit {
			return out, nil
		}
	}
}

// listed makes a version ready for a list, and is false for a hidden one.
func (l *look) listed(ctx context.Context, v *record.Version, q *record.Query) (bool, error) {
	if err := l.shown(ctx, v, q.AsOf); fail.Is(err, fail.NotFound) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	if err := l.flag(ctx, v, l.before(v.Key, q.AsOf)); err != nil {
		return false, err
	}
	return v.Conflict || !q.Conflict, l.uncover(ctx, v)
}

// askable refuses to filter by a field the actor may not read: the number of
// hits would tell its value.
func (l *look) askable(q record.Query) error {
	for field := range q.Where {
		if internal(field) && !l.all {
			return notAFilter(field)
		}
		if k, known := l.Door.guard.kinds.Kind(q.Mission, q.Kind); known && !l.anyField(k, field) {
			return notAFilter(field)
		}
	}
	return nil
}

func notAFilter(field string) error {
	return fail.Newf(fail.Denied, "leave this filter out", "%s cannot be used as a filter", field)
}

// Count gives how many records the actor would find in a list, exactly up to a
// bound ([record.Total]).
func (d *Door) Count(ctx context.Context, who Actor, q record.Query) (record.Total, error) {
	l := d.look(ctx, who, q.Mission)
	q.Sight = l.sight
	if err := l.askable(q); err != nil {
		return record.Total{}, err
	}
	if q.AsOf == (record.AsOf{}) && !q.Conflict || l.all {
		return d.records.Count(ctx, q) // nothing that the sight does not say is hidden
	}
	q.After, q.Limit = "", 1000
	page, err := l.list(ctx, q)
	return record.Total{N: int64(len(page.Versions)), More: page.Next != ""}, err
}

// Changes gives what became known last, of records the actor may see.
func (d *Door) Changes(ctx context.Context, who Actor, q record.ChangeQuery) ([]record.Step, error) {
	l := d.look(ctx, who, q.Mission)
	if !l.all {
		q.Keep = l.knows
	}
	steps, err := d.records.Changes(ctx, q)
	if err != nil {
		return nil, err
	}
	out := steps[:0]
	for _, s := range steps {
		ok, err := l.changed(ctx, &s)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, s)
		}
	}
	for i := range out {
		if err := d.noteRead(ctx, who, &out[i].Version, 1); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// changed makes a step ready for the list of changes, and is false for one that
// the actor does not know of.
func (l *look) changed(ctx context.Context, s *record.Step) (bool, error) {
	if ok, err := l.knows(ctx, s); err != nil || !ok {
		return false, err
	}
	open, err := l.openOf(ctx, s)
	if err != nil {
		return false, err
	}
	l.endless(&s.Version)
	return true, l.uncoverStep(ctx, s, open)
}

// knows reports whether the actor may know of a step.
func (l *look) knows(ctx context.Context, s *record.Step) (bool, error) {
	err := l.shown(ctx, &s.Version, record.AsOf{Known: s.KnownFrom})
	if fail.Is(err, fail.NotFound) {
		return false, nil
	}
	return err == nil && !l.silent(s), err
}
