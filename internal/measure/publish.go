package measure

import (
	"cmp"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
)

// Publication is how a mission lets out a measure to everybody. Whoever has a
// role in the mission has the figure as it is.
type Publication struct {
	// Weekly gives it as of the end of the last Sunday, as it was known then.
	Weekly bool
	// Round gives values to the nearest multiple of it; 0 leaves them exact.
	Round Amount
}

func (p Publication) exact() bool { return p == Publication{} }

// publication is how an actor is given a measure: exactly, unless they are
// nobody in particular and the mission says otherwise.
func (e *Engine) publication(who access.Actor, mission string, m Mission, id string) Publication {
	out, limited := m.Published[id]
	if !limited || !e.guard.Everybody(who, mission) {
		return Publication{}
	}
	return out
}

// cut moves the dates of a question to those of the last publication. All of them:
// what was told since then about a day before it is not published yet either.
func (p *plan) cut() {
	if !p.out.Weekly {
		return
	}
	q := &p.query
	if q.Known.IsZero() || q.Known.After(p.now) {
		q.Known = p.now
	}
	q.At, q.Known = p.released(q.At), p.released(q.Known)
	if !q.From.IsZero() {
		q.From = p.released(q.From)
	}
	if !q.Recorded.IsZero() {
		q.Recorded = p.released(q.Recorded)
	}
}

// released is the last second of a Sunday of the mission that is not after t.
func (p *plan) released(t time.Time) time.Time {
	if !p.out.Weekly {
		return t
	}
	t = t.In(p.mission.Zone)
	y, m, d := t.Date()
	monday := d - (int(t.Weekday())+6)%7
	if end := time.Date(y, m, monday+7, 0, 0, 0, 0, p.mission.Zone).Add(-time.Second); !t.Before(end) {
		return end
	}
	return time.Date(y, m, monday, 0, 0, 0, 0, p.mission.Zone).Add(-time.Second)
}

// shownFrom is when something that begins to count at the end of a second, in
// milliseconds, is in a publication.
func (p *plan) shownFrom(end int64) int64 {
	if !p.out.Weekly {
		return end
	}
	t := time.UnixMilli(end).Add(-time.Second).In(p.mission.Zone)
	sunday := p.released(t)
	if sunday.Before(t) {
		sunday = sunday.AddDate(0, 0, 7)
	}
	return second(sunday)
}

// rounded is a value as it is published.
func (p *plan) rounded(a Amount) Amount {
	if p.out.Round <= 0 {
		return a
	}
	near := (a.Abs() + p.out.Round/2) / p.out.Round * p.out.Round
	if a < 0 {
		return -near
	}
	return near
}

// publish rounds what a figure tells and says so. It comes after everything that
// is worked out of exact values. The order of the rows would tell of these as
// well, and so would what a single uncertain record might add.
func (p *plan) publish(f *Figure) {
	f.Out = p.out
	if p.out.Weekly {
		f.Notes = append(f.Notes, Note{PublishedWeekly, map[string]string{"at": f.At.In(p.mission.Zone).Format(time.DateOnly)}})
	}
	if p.out.Round <= 0 {
		return
	}
	f.Notes = append(f.Notes, Note{PublishedRounded, map[string]string{"to": p.out.Round.String()}})
	for i := range f.Rows {
		f.Rows[i].Value = p.rounded(f.Rows[i].Value)
	}
	slices.SortStableFunc(f.Rows, func(a, b Row) int {
		by := func(r *Row) []string {
			var out []string
			for _, name := range p.query.By {
				out = append(out, r.By[name])
			}
			return out
		}
		return cmp.Or(cmp.Compare(b.Value.Abs(), a.Value.Abs()), slices.Compare(by(&a), by(&b)), cmp.Compare(a.Apart, b.Apart))
	})
	for i := range f.Totals {
		f.Totals[i].Value = p.rounded(f.Totals[i].Value)
	}
	if f.Total != nil {
		total := p.rounded(*f.Total)
		f.Total = &total
	}
	if f.Converted != nil {
		f.Converted.Value = p.rounded(f.Converted.Value)
	}
	for i := range f.Unknown {
		f.Unknown[i].Value = nil
	}
}

// exactly refuses a question that has no answer in published figures: the parts
// of a flow add up only as long as none of them is rounded.
func (p *plan) exactly() error {
	if p.out.exact() {
		return nil
	}
	return fail.Newf(fail.Denied, "ask for the figure itself", "measure %s is published by the week or rounded: what moved it is not", p.d.ID)
}
