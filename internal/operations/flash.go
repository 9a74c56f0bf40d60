package operations

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

const (
	kindFlash    = "flash"
	kindFollowup = "followup"
	kindIncident = "incident"
)

// Counts are the fields that say how many were hurt, on which side.
var counts = []string{"own-killed", "own-injured", "host-killed", "host-injured", "other-killed", "other-injured"}

// CountFields are the ids of the fields that say how many were hurt on which
// side: killed and injured of the mission's own, the host's police, and others.
func CountFields() []string { return slices.Clone(counts) }

// FlashOptions are what [Flashes] is made of. All are needed but Desk, without
// which it only reads.
type FlashOptions struct {
	Door  Door
	Desk  Writer
	Zone  func(mission string) *time.Location
	Times func(mission string) FlashTimes
	Now   func() time.Time
}

// Flashes are the flash reports of a mission, their follow-ups, and the incidents
// that they are of. Each question names who asks. It owns nothing and is safe for
// concurrent use.
type Flashes struct {
	base
	zone  func(mission string) *time.Location
	times func(mission string) FlashTimes
}

// NewFlashes makes the service. It starts nothing.
func NewFlashes(o FlashOptions) *Flashes {
	return &Flashes{base{o.Door, o.Desk, o.Now}, o.Zone, o.Times}
}

// Count is how many were hurt on one side, as first said and as said last.
type Count struct {
	Field       string // one of [CountFields]
	First, Last string // "" means that nobody said
	By          int    // number of the follow-up that said Last; 0 for the flash
}

// Flash is a flash report with its follow-ups, oldest first, and its clock.
type Flash struct {
	record.Version
	Follow []record.Version
	Counts []Count // all sides, in the order of [CountFields]
	Clock  FlashClock
}

// Number is its number in the mission's series of the year; 0 where it has none.
func (f *Flash) Number() int { return numberOf(&f.Version) }

func numberOf(v *record.Version) int {
	n, err := strconv.Atoi(v.Text("number"))
	if err != nil {
		return 0
	}
	return n
}

// Flash gives one. [fail.NotFound] also where the actor may not read it.
func (s *Flashes) Flash(ctx context.Context, who access.Actor, key record.Key) (Flash, error) {
	key.Kind = kindFlash
	v, err := s.door.Record(ctx, who, key, record.AsOf{})
	if err != nil {
		return Flash{}, err
	}
	return s.with(ctx, who, &v)
}

func (s *Flashes) with(ctx context.Context, who access.Actor, v *record.Version) (Flash, error) {
	follow, err := s.readable(ctx, who, record.Query{Mission: v.Mission, Kind: kindFollowup, Where: map[string][]string{"flash": {v.Ref}}})
	if err != nil {
		return Flash{}, err
	}
	slices.SortFunc(follow, func(a, b record.Version) int {
		return cmp.Or(cmp.Compare(numberOf(&a), numberOf(&b)), cmp.Compare(a.Ref, b.Ref))
	})
	f := Flash{Version: *v, Follow: follow, Counts: countsOf(v, follow)}
	zone := s.zone(v.Mission)
	sent, _ := instant(v, "sent", zone)
	acked, _ := instant(v, "acknowledged", zone)
	var last time.Time
	for i := range follow {
		if follow[i].Lo.After(last) {
			last = follow[i].Lo
		}
	}
	times := s.times(v.Mission)
	f.Clock = FlashClockOf(v.Text("status"), sent, acked, last, times, s.now())
	f.Clock.Sent, f.Clock.FirstLate = sent, !sent.IsZero() && !v.Lo.IsZero() && sent.Sub(v.Lo) > times.First
	if f.Clock.Owes == OweAcknowledge {
		f.Clock.Chain = times.Chain(sent)
	}
	return f, nil
}

// countsOf keeps the first numbers beside the last: a follow-up never takes the
// place of what was said first.
func countsOf(v *record.Version, follow []record.Version) []Count {
	out := make([]Count, 0, len(counts))
	for _, field := range counts {
		c := Count{Field: field, First: v.Text(field), Last: v.Text(field)}
		for i := range follow {
			if text := follow[i].Text(field); text != "" {
				c.Last, c.By = text, numberOf(&follow[i])
			}
		}
		out = append(out, c)
	}
	return out
}

// Open gives the flashes that are not closed, the most pressing first.
func (s *Flashes) Open(ctx context.Context, who access.Actor, mission string) ([]Flash, error) {
	list, err := s.readable(ctx, who, record.Query{Mission: mission, Kind: kindFlash, Where: map[string][]string{"status": {FlashOpen}}})
	if err != nil {
		return nil, err
	}
	out, err := s.withAll(ctx, who, list)
	slices.SortStableFunc(out, func(a, b Flash) int {
		return cmp.Or(cmp.Compare(b.Clock.Calls, a.Clock.Calls), a.Clock.Due.Compare(b.Clock.Due), cmp.Compare(a.Ref, b.Ref))
	})
	return out, err
}

func (s *Flashes) withAll(ctx context.Context, who access.Actor, list []record.Version) (out []Flash, err error) {
	for i := range list {
		f, err := s.with(ctx, who, &list[i])
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// All gives a page of flashes, newest first, and the mark of the next.
func (s *Flashes) All(ctx context.Context, who access.Actor, q record.Query) (flashes []Flash, next string, err error) {
	q.Kind = kindFlash
	page, err := s.door.List(ctx, who, q)
	if fail.Is(err, fail.Denied) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	flashes, err = s.withAll(ctx, who, page.Versions)
	return flashes, page.Next, err
}

// Send records a flash and, unless it names one, the incident that it is of. The
// form makes a repeat harmless for both. The error of a refusal is fail.Invalid
// and wraps a [Refused].
func (s *Flashes) Send(ctx context.Context, who access.Actor, mission string, d desk.Draft) (ref string, err error) {
	now := stamp(s.now())
	d.Kind, d.Ref = kindFlash, desk.FormRef(mission, kindFlash, d.Form)
	d.Fields = filled(d.Fields)
	d.Fields["at"] = cmp.Or(d.Fields["at"], now)
	key := record.Key{Mission: mission, Kind: kindFlash, Ref: d.Ref}
	if was, err := s.door.Record(ctx, who, key, record.AsOf{}); err == nil && was.Text("sent") != "" {
		return d.Ref, nil // the same form, sent again without having heard the answer
	}
	d.Fields["status"], d.Fields["sent"] = FlashOpen, now
	drafts := []desk.Draft{d}
	if d.Fields["incident"] == "" {
		incident := desk.Draft{Kind: kindIncident, Ref: desk.FormRef(mission, kindIncident, d.Form), Form: d.Form + "-incident", Source: d.Source, Grade: d.Grade, Fields: map[string]string{}}
		for _, id := range []string{"at", "place", "lat", "lon", "category", "summary", "severity", "reported-by", "owner", "marking"} {
			incident.Fields[id] = d.Fields[id]
		}
		maps.Copy(incident.Fields, sums(d.Fields))
		incident.Fields = filled(incident.Fields)
		drafts[0].Fields["incident"] = incident.Ref
		drafts = append(drafts, incident)
	}
	out, err := s.submit(ctx, who, mission, drafts...)
	if err != nil {
		return "", err
	}
	return out[0].Ref, nil
}

// sums are the counts by side as said, and their sums where any side is known:
// what nobody said adds nothing and hides nothing that somebody said.
func sums(fields map[string]string) map[string]string {
	out := map[string]string{}
	for _, what := range []string{"killed", "injured"} {
		sum, said := 0, false
		for _, side := range []string{"own-", "host-", "other-"} {
			text := fields[side+what]
			if text == "" {
				continue
			}
			out[side+what] = text
			if n, err := strconv.Atoi(text); err == nil {
				sum, said = sum+n, true
			}
		}
		if said {
			out[what] = strconv.Itoa(sum)
		}
	}
	return out
}

// Acknowledge says that the flash was read, by whom. The first one counts.
func (s *Flashes) Acknowledge(ctx context.Context, who access.Actor, key record.Key, form string) error {
	key.Kind = kindFlash
	v, err := s.door.Record(ctx, who, key, record.AsOf{})
	if err != nil || v.Text("acknowledged") != "" {
		return err
	}
	_, err = s.submit(ctx, who, key.Mission, desk.Draft{Kind: kindFlash, Ref: key.Ref, Form: form, Fields: map[string]string{
		"acknowledged": stamp(s.now()), "acknowledged-by": who.Name,
	}})
	return err
}

// Follow adds a numbered follow-up, and carries what it says last to the incident.
// The flash keeps its own numbers.
func (s *Flashes) Follow(ctx context.Context, who access.Actor, key record.Key, d desk.Draft) error {
	f, err := s.Flash(ctx, who, key)
	if err != nil {
		return err
	}
	d.Kind, d.Ref, d.Fields = kindFollowup, "", filled(d.Fields)
	d.Fields["flash"] = key.Ref
	d.Fields["at"] = cmp.Or(d.Fields["at"], stamp(s.now()))
	for _, id := range []string{"owner", "marking"} {
		if text := f.Text(id); text != "" {
			d.Fields[id] = text
		}
	}
	drafts := []desk.Draft{d}
	said := map[string]string{}
	for _, c := range f.Counts {
		said[c.Field] = cmp.Or(d.Fields[c.Field], c.Last)
	}
	if now := sums(said); f.Text("incident") != "" && !maps.Equal(now, sums(lastOf(f.Counts))) {
		root, err := s.root(ctx, who, record.Key{Mission: key.Mission, Kind: kindIncident, Ref: f.Text("incident")})
		if err != nil {
			return err
		}
		drafts = append(drafts, desk.Draft{Kind: kindIncident, Ref: root.Ref, Fields: now, Form: d.Form + "-incident", Reason: "follow-up"})
	}
	_, err = s.submit(ctx, who, key.Mission, drafts...)
	return err
}

func lastOf(all []Count) map[string]string {
	out := map[string]string{}
	for _, c := range all {
		out[c.Field] = c.Last
	}
	return out
}

// Close says that nothing more is to come.
func (s *Flashes) Close(ctx context.Context, who access.Actor, key record.Key, form string) error {
	_, err := s.submit(ctx, who, key.Mission, desk.Draft{Kind: kindFlash, Ref: key.Ref, Form: form, Fields: map[string]string{
		"status": FlashClosed, "closed": stamp(s.now()),
	}})
	return err
}
