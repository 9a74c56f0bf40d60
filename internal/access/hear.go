package access

import (
	"slices"
	"time"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// Standing is as what an actor looks on in a mission until a time. Actors who are
// [Standing.Alike] are shown the same, so that what is worked out for one of them
// holds for all.
type Standing struct {
	Until   time.Time // when a grant begins or ends; zero for never
	mission string
	grants  []Grant
	print   string
}

// Alike is the same text for those who are shown the same.
func (s Standing) Alike() string { return s.print }

// Standing gives an actor's.
func (d *Door) Standing(who Actor, mission string) Standing {
	// Taken first: what begins or ends while the grants are read is then in neither.
	until := turns(who, d.guard.now())
	grants := d.guard.grants(who, mission)
	return Standing{until, mission, grants, fingerprint(grants)}
}

// turns is when a grant of an actor begins or ends next; zero for never.
func turns(who Actor, now time.Time) (next time.Time) {
	for i := range who.Grants {
		for _, t := range [...]time.Time{who.Grants[i].From, who.Grants[i].Until} {
			if t.After(now) && (next.IsZero() || t.Before(next)) {
				next = t
			}
		}
	}
	return next
}

// Hearing is what somebody who looks on may be told of, of a mission's records as
// they change. It holds for the moment it was made in: the gate may close over a
// record in the next.
type Hearing struct{ look *look }

// Hearing makes that of a standing.
func (d *Door) Hearing(s Standing) Hearing {
	return Hearing{&look{d, d.guard.eyesOf(s.grants, s.mission, Read)}}
}

// Heard gives a record as it stands to who looks on, when they may know of one
// of the entries of it, and which was the last of them. It is silent where
// [Door.Changes] leaves all those entries out: for what may not be read, for what
// the kin gate holds, and for what was said in fields that may not be read. Of a
// kind whose reads are noted no field is given, nor any that is sealed: those are
// read by asking for them.
func (h Hearing) Heard(of *record.History, entries []journal.ID) (v record.Version, last int, ok bool) {
	now := h.stands(of)
	if now == nil || !h.look.reads(&now.Version) {
		return record.Version{}, 0, false
	}
	last = -1
	v = now.Version
	for i := range of.Steps {
		s := &of.Steps[i]
		if !h.look.reads(&s.Version) || h.look.silent(s) {
			continue
		}
		if !s.KnownFrom.After(now.KnownFrom) {
			v.KnownFrom = s.KnownFrom // what was silent after it tells no date
		}
		last = max(last, slices.Index(entries, s.Entry.ID))
	}
	if last < 0 {
		return record.Version{}, 0, false
	}
	v.Fields, v.KnownTo, v.Conflict, v.Number = h.fields(&now.Version), time.Time{}, false, 0
	return v, last, true
}

// stands is the step at which a record stands to who looks on; nil where it is
// not there yet.
func (h Hearing) stands(of *record.History) *record.Step {
	for i := len(of.Steps) - 1; i >= 0; i-- {
		s := &of.Steps[i]
		if held, is := h.look.held(s.Key); is && !s.KnownFrom.Before(held.Since) {
			continue
		}
		return s
	}
	return nil
}

func (h Hearing) fields(v *record.Version) map[string]journal.Value {
	if h.look.audited(v.Mission, v.Kind) {
		return nil
	}
	all := h.look.readable(v)
	for name, value := range all {
		if internal(name) || value.Sealed != nil || value.Cleared() {
			delete(all, name)
		}
	}
	return all
}
