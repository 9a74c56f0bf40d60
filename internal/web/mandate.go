package web

import (
	"time"

	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/record"
)

// mandateClock is the instrument that a mission stands on, and how long it does.
type mandateClock struct {
	title, href, ref string
	from, until      string
	days             int  // left, or since it ended
	ended            bool // at the date looked at
	open             bool // no end is stated
	lastDay          string
	svg              string
}

// mandate gives the clock of the mission's instrument at the date looked at:
// the one in force, else the one that ended last. It is nil without either.
func (v *visit) mandate() (*mandateClock, error) {
	if _, ok := v.mission.Kinds.Get("instrument"); !ok {
		return nil, nil
	}
	list, err := v.Lister.List(v.r.Context(), v.who, record.Query{Mission: v.mission.ID, Kind: "instrument", AsOf: v.asOf(), Limit: 200})
	if err != nil {
		return nil, err
	}
	at := v.eventDate()
	var best *record.Version
	var from, until time.Time
	for i := range list.Versions {
		rec := &list.Versions[i]
		lo, hi, ok := v.inForce(rec)
		if !ok || lo.After(at) || v.afterwards(lo) {
			continue
		}
		// The instrument that came into force last rules; one without an end
		// is only taken when nothing states an end.
		if best == nil || !hi.IsZero() && (until.IsZero() || lo.After(from)) {
			best, from, until = rec, lo, hi
		}
	}
	if best == nil {
		return nil, nil
	}
	c := &mandateClock{title: v.title(best), href: v.recordLink(best.Key), ref: best.Ref, from: v.day(from), open: until.IsZero()}
	if c.open {
		return c, nil
	}
	last := until.Add(-time.Second)
	c.until, c.lastDay = v.day(last), last.In(v.location()).Format(time.DateOnly)
	if v.when.lastDay {
		at = v.now // the clock runs on when the figures rest
	}
	c.ended = !at.Before(until)
	c.days = days(at, until)
	if c.ended {
		c.days = days(until, at)
	}
	desc := v.t("web.mandate.force", "from", c.from, "until", c.until)
	c.svg = chart.Stretch{ID: "mandate-" + v.mission.ID, Title: v.t("web.mandate.title"), Desc: desc, From: from, To: until, Now: at}.SVG()
	return c, nil
}

// days counts whole days, a begun one included.
func days(from, to time.Time) int {
	return int((to.Sub(from) + 24*time.Hour - time.Second) / (24 * time.Hour))
}

// inForce is the stretch an instrument states; hi is zero when it states no end.
func (v *visit) inForce(rec *record.Version) (lo, hi time.Time, ok bool) {
	begin := rec.Text("in-force")
	if begin == "" {
		begin = rec.Text("adopted")
	}
	from, err := edtf.Parse(begin)
	if err != nil || begin == "" {
		return lo, hi, false
	}
	lo, _ = from.Bounds(v.location())
	if until, err := edtf.Parse(rec.Text("expires")); err == nil && !until.IsZero() {
		_, hi = until.Bounds(v.location())
	}
	return lo, hi, true
}

// afterwards says that an instrument belongs to what took the mission's place.
func (v *visit) afterwards(lo time.Time) bool {
	ended, err := edtf.Parse(v.mission.Ended)
	if err != nil || v.mission.Ended == "" {
		return false
	}
	first, _ := ended.Bounds(v.location())
	return !lo.Before(first)
}
