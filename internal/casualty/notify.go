package casualty

import (
	"cmp"
	"context"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/dtg"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// The outcomes of a notification.
const (
	outcomeTold    = "TOLD"
	outcomeRefused = "REFUSED"
	outcomeWaived  = "WAIVED"
)

// Visit is one visit or call to one of the next of kin.
type Visit struct {
	Casualty string // ref
	Kin      string // ref; "" for somebody who is not on the list
	Relation string // code; taken from the kin where it is ""
	Outcome  string // TOLD, REFUSED, NOT-FOUND, WAIVED
	At       string // as people write it; now where it is ""
	How      string // IN-PERSON, PHONE, OTHER
	Notifier string // name and office of who told them
	Language string
	Place    string
	Note     string
	Form     string // makes a repeat harmless
}

// Visited is what became of a visit.
type Visited struct {
	Ref      string // of the notification
	Kin      string // the kin state of the casualty from now on
	Complete bool   // all who must know first do; the hold runs
}

// Notify records a visit to the family, of the status in force. When by it all
// of order 1 and 2 who may be told have been told, would not hear it or need not,
// the casualty says so in the same submission and the hold begins; until then it
// says that the first were told. Those under protection are passed over: the cell
// decides about them, and may state the kin state itself.
//
// [fail.Denied] for who may not tell families, [fail.NotFound] for a casualty
// that they may not see, [fail.Invalid] with a [Refused] for a form that the
// rules refuse.
func (c *Cell) Notify(ctx context.Context, who access.Actor, mission string, visit Visit) (Visited, error) {
	v, err := c.Door.Record(ctx, who, record.Key{Mission: mission, Kind: kindCasualty, Ref: visit.Casualty}, record.AsOf{})
	if err != nil {
		return Visited{}, err
	}
	owner := cmp.Or(v.Text("owner"), v.Text("contributor"))
	if !c.Rights.May(who, access.Notify, access.Resource{Mission: mission, Kind: kindNotification, Owner: owner, Marking: "cell"}) {
		return Visited{}, fail.Newf(fail.Denied, "ask the casualty cell", "%s may not record that a family was told", who.Name)
	}
	cell := asCell(who, mission)
	// The kin that must know include some that the notifier may not see.
	if v, err = c.Door.Record(ctx, cell, v.Key, record.AsOf{}); err != nil {
		return Visited{}, err
	}
	kin, _, err := c.family(ctx, cell, &v)
	if err != nil {
		return Visited{}, err
	}
	visit.At = cmp.Or(visit.At, stamp(c.Now()))
	if i := slices.IndexFunc(kin, func(k Kin) bool { return k.Ref == visit.Kin }); i >= 0 && visit.Kin != "" {
		visit.Relation = cmp.Or(visit.Relation, kin[i].Text("relation"))
	}
	draft := visit.draft(&v)
	out := Visited{Kin: v.Text("kin")}
	drafts := []desk.Draft{draft}
	if state, complete := c.progress(kin, &v, visit); state != "" {
		out.Kin, out.Complete = state, complete
		drafts = append(drafts, desk.Draft{
			Kind: kindCasualty, Ref: v.Ref, Form: formOf(visit.Form),
			Source: v.Text(record.FieldSource), Grade: v.Text(record.FieldGrade), // the file rests on what it rested on
			// The words of the visit stay in the notification: a reason is read by all who see the file.
			Reason: "see the notification",
			Fields: map[string]string{
				"kin": state, "told": latest(visit.At, kin, c.Terms(mission).Zone), "told-by": visit.Notifier, "told-of": v.Text("status"),
			},
		})
	}
	done, err := c.submit(ctx, cell, mission, drafts...)
	if err != nil {
		return Visited{}, err
	}
	out.Ref = done[0].Ref
	return out, nil
}

// latest is when the last of the family was told: visits may be written down in
// another order than they were made. What cannot be read is left to the desk.
func latest(at string, kin []Kin, zone *time.Location) string {
	date, err := edtf.Parse(at)
	if group, bad := dtg.Parse(at); err != nil && bad == nil {
		date, err = edtf.FromTime(group), nil
	}
	if err != nil {
		return at
	}
	last, _ := date.Bounds(zone)
	for _, k := range kin {
		if k.Told != nil && k.first() && k.Told.Lo.After(last) {
			last, at = k.Told.Lo, k.Told.Text("at")
		}
	}
	return at
}

func formOf(form string) string {
	if form == "" {
		return ""
	}
	return form + "-casualty"
}

func (visit Visit) draft(v *record.Version) desk.Draft {
	fields := map[string]string{
		"contributor": v.Text("contributor"), "casualty": v.Ref, "told-of": v.Text("status"), "outcome": visit.Outcome,
		"at": visit.At, "how": visit.How, "notifier": visit.Notifier,
	}
	for id, text := range map[string]string{
		"kin": visit.Kin, "relation": visit.Relation, "language": visit.Language, "place": visit.Place, "note": visit.Note,
		"owner": v.Text("owner"),
	} {
		if text != "" {
			fields[id] = text
		}
	}
	return desk.Draft{Kind: kindNotification, Fields: fields, Form: visit.Form}
}

// progress is the kin state after a visit, "" where it says nothing new, and
// whether all who must know first do.
//
// A family of which nobody is on the list is never complete by itself: a list
// that is empty does not say that there is nobody.
func (c *Cell) progress(kin []Kin, v *record.Version, visit Visit) (state string, complete bool) {
	heard := func(outcome string) bool {
		return slices.Contains([]string{outcomeTold, outcomeRefused, outcomeWaived}, outcome)
	}
	if !heard(visit.Outcome) || slices.Contains(told(), v.Text("kin")) && v.Text("told-of") == v.Text("status") {
		return "", false
	}
	outcomes := map[string]bool{visit.Outcome: true}
	must := 0
	for _, k := range kin {
		if !k.first() {
			continue
		}
		must++
		switch {
		case k.Ref == visit.Kin:
		case k.Told != nil && heard(k.Told.Text("outcome")):
			outcomes[k.Told.Text("outcome")] = true
		default:
			return "TOLD-PRIMARY", false
		}
	}
	switch {
	case must == 0:
		return "TOLD-PRIMARY", false
	case outcomes[outcomeTold]:
		return "TOLD-ALL", true
	case outcomes[outcomeRefused]:
		return outcomeRefused, true
	default:
		return outcomeWaived, true
	}
}

// Waiting is how long until a file opens at t; zero once it is open or nothing
// opens it yet.
func (g GateState) Waiting(t time.Time) time.Duration {
	if g.Open || g.OpensAt.IsZero() {
		return 0
	}
	return max(0, g.OpensAt.Sub(t))
}
