package sitrep

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/chart"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

const (
	kindReport = "report"
	kindInput  = "input"
	kindPost   = "post"
)

// The states of a report.
const (
	Draft    = "DRAFT"
	Checked  = "CHECKED"
	Released = "RELEASED"
)

// Door is the way to records: [access.Door].
type Door interface {
	Record(ctx context.Context, who access.Actor, key record.Key, asOf record.AsOf) (record.Version, error)
	List(ctx context.Context, who access.Actor, q record.Query) (record.Page, error)
	Exported(ctx context.Context, who access.Actor, key record.Key, how string) error
}

// Figures computes measures: [measure.Engine].
type Figures interface {
	Figure(ctx context.Context, who access.Actor, q measure.Query) (measure.Figure, error)
	Records(ctx context.Context, who access.Actor, q measure.Query, after string, limit int) (measure.Evidence, error)
}

// Writer takes drafts in: [desk.Desk].
type Writer interface {
	Submit(ctx context.Context, who access.Actor, mission string, drafts []desk.Draft, opt desk.Options) ([]desk.Outcome, error)
}

// Words says keys of the catalogue: [lang.Catalogue].
type Words interface {
	Say(lang, key string, args map[string]string) string
	Number(lang string, n int64) string
	Decimal(lang, text string) string
	Country(lang, code string) string
}

// Mission is what a report must know of one.
type Mission struct {
	ID       string
	Title    func(lang string) string
	Zone     *time.Location
	Kinds    *kind.Set
	Measures *measure.Set
	Rhythm   Rhythm
	// Originator begins the number of each report; Precedence is that of a report
	// that states none.
	Originator, Precedence string
	To, Info               func(lang string) string
	// Land are the outlines of its base map, with where they are from; nil where it
	// has none.
	Land func() (land []chart.Area, terms string)
}

// Options are what a [Service] is made of. All are needed but Desk, without which
// it only reads.
type Options struct {
	Door     Door
	Figures  Figures
	Desk     Writer
	Words    Words
	Missions func(id string) (Mission, bool)
	Now      func() time.Time
}

// Service drafts, checks, releases and composes reports. Each question names who
// asks. It owns nothing and is safe for concurrent use.
type Service struct{ Options }

// New makes the service. It starts nothing.
func New(o Options) *Service { return &Service{o} }

// Refused is what a draft was refused for.
type Refused struct{ Outcome desk.Outcome }

// Error names the fields.
func (r *Refused) Error() string {
	var fields []string
	for _, p := range r.Outcome.Problems {
		fields = append(fields, p.Field+" ("+p.Code+")")
	}
	return "refused: " + strings.Join(fields, ", ")
}

func (s *Service) submit(ctx context.Context, who access.Actor, mission string, d desk.Draft) (string, error) {
	if s.Desk == nil {
		return "", fail.New(fail.Unavailable, "this process only reads", "use the one that serves the data folder")
	}
	out, err := s.Desk.Submit(ctx, who, mission, []desk.Draft{d}, desk.Options{Strict: true})
	if err != nil {
		return "", err
	}
	if out[0].Status == desk.StatusRefused {
		return "", fail.Wrap(fail.Invalid, &Refused{out[0]}, "record "+d.Kind, "mend the named fields")
	}
	return out[0].Ref, nil
}

func (s *Service) mission(id string) (Mission, error) {
	m, ok := s.Missions(id)
	if !ok {
		return m, fail.Newf(fail.NotFound, "look at the list of missions", "no mission %q on this node", id)
	}
	return m, nil
}

func stamp(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }

// Report is a report as it is recorded.
type Report struct {
	record.Version
	Period Period
}

// Number is how it is called: MSS/HQ/DSR/2026/327.
func (r *Report) Number() string { return r.Text("series") + "/" + r.Text("number") }

// Known is when its numbers were known: when it was released; the zero time, which
// means now, while it is not.
func (r *Report) Known() time.Time { return instant(&r.Version, "released") }

func instant(v *record.Version, field string) time.Time {
	t, err := time.Parse(time.RFC3339, v.Text(field))
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

func asReport(v *record.Version) Report {
	return Report{*v, Period{Form: v.Text("form"), Day: v.Text("day"), From: instant(v, "from"), To: instant(v, "to")}}
}

// Ref is the ref of the report of a period; n counts its corrigenda, 0 being the
// report itself. So that two desks that draft the same report draft one.
func Ref(originator, form, day string, n int) string {
	ref := fmt.Sprintf("%s-%s-%s", form, strings.ReplaceAll(originator, "/", "-"), day)
	if n > 0 {
		ref += fmt.Sprintf("-C%d", n)
	}
	return ref
}

// Open drafts the report of a period, or gives the one that is there. Where no
// originator is named it is the mission's own.
func (s *Service) Open(ctx context.Context, who access.Actor, mission, originator, form, day string) (string, error) {
	m, err := s.mission(mission)
	if err != nil {
		return "", err
	}
	originator = cmp.Or(originator, m.Originator)
	p, err := PeriodOf(form, day, m.Rhythm, m.Zone)
	if err != nil {
		return "", err
	}
	ref := Ref(originator, form, p.Day, 0)
	if _, err := s.Door.Record(ctx, who, record.Key{Mission: mission, Kind: kindReport, Ref: ref}, record.AsOf{}); err == nil {
		return ref, nil
	}
	return s.submit(ctx, who, mission, s.drafted(who, p, originator, ref))
}

func (s *Service) drafted(who access.Actor, p Period, originator, ref string) desk.Draft {
	now := stamp(s.Now())
	return desk.Draft{Kind: kindReport, Ref: ref, Form: ref, Fields: map[string]string{
		"at": p.Day, "form": p.Form, "originator": originator, "day": p.Day, "from": stamp(p.From), "to": stamp(p.To),
		"status": Draft, "prepared-by": who.Name, "prepared": now,
	}}
}

// Report gives one. [fail.NotFound] also where the actor may not read it.
func (s *Service) Report(ctx context.Context, who access.Actor, mission, ref string) (Report, error) {
	v, err := s.Door.Record(ctx, who, record.Key{Mission: mission, Kind: kindReport, Ref: ref}, record.AsOf{})
	if err != nil {
		return Report{}, err
	}
	return asReport(&v), nil
}

// Exported notes that somebody took a report along: in which form, made for whom.
func (s *Service) Exported(ctx context.Context, who access.Actor, r Report, a Audience, form string) error {
	return s.Door.Exported(ctx, who, r.Key, form+" "+cmp.Or(a.Owner, a.ID))
}

// Reports gives a page of reports, newest first, with the mark of the next.
func (s *Service) Reports(ctx context.Context, who access.Actor, q record.Query) (all []Report, next string, err error) {
	q.Kind = kindReport
	page, err := s.Door.List(ctx, who, q)
	if fail.Is(err, fail.Denied) {
		return nil, "", nil
	}
	for i := range page.Versions {
		all = append(all, asReport(&page.Versions[i]))
	}
	slices.SortStableFunc(all, func(a, b Report) int {
		return cmp.Or(b.Period.To.Compare(a.Period.To), cmp.Compare(b.Number(), a.Number()))
	})
	return all, page.Next, err
}

// Save keeps what people write in a report. Who writes in it drafts it: whoever
// had checked it must look again.
func (s *Service) Save(ctx context.Context, who access.Actor, mission, ref string, words map[string]string, form string) error {
	fields := map[string]string{"status": Draft, "prepared-by": who.Name, "prepared": stamp(s.Now()), "checked-by": "", "checked": ""}
	for id, text := range words {
		if strings.HasPrefix(id, "words-") || id == "precedence" {
			fields[id] = text
		}
	}
	_, err := s.submit(ctx, who, mission, desk.Draft{Kind: kindReport, Ref: ref, Form: form, Fields: fields})
	return err
}

// Check says that somebody else has read it.
func (s *Service) Check(ctx context.Context, who access.Actor, mission, ref, form string) error {
	_, err := s.submit(ctx, who, mission, desk.Draft{Kind: kindReport, Ref: ref, Form: form, Fields: map[string]string{
		"status": Checked, "checked-by": who.Name, "checked": stamp(s.Now()),
	}})
	return err
}

// Release lets it out, by a third. Its numbers are those known at this second and
// stay so.
func (s *Service) Release(ctx context.Context, who access.Actor, mission, ref, form string) error {
	_, err := s.submit(ctx, who, mission, desk.Draft{Kind: kindReport, Ref: ref, Form: form, Fields: map[string]string{
		"status": Released, "released-by": who.Name, "released": stamp(s.Now()),
	}})
	return err
}
