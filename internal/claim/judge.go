package claim

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/measure"
)

// enough is how many uncertain statements are looked at one by one.
const enough = 1000

// hearing is one claim being held against its figure.
type hearing struct {
	*Checker
	q inquiry
	s *statement
	d *measure.Definition
	f *measure.Figure
	v Verdict
}

// judge gives the verdict on one claim.
func (c *Checker) judge(ctx context.Context, q inquiry, m measure.Mission, s *statement) (Verdict, error) {
	v := Verdict{
		Key: s.record.Key, Measure: s.measure, Scope: s.record.Text("scope"), Claimed: s.claimed(c, "en"),
		From: s.from, At: s.at, Record: s.record,
	}
	d, reason := s.comparable(q, m)
	if reason.Code != "" {
		v.Verdict, v.Reason = Incomparable, reason
		return v, nil
	}
	f, err := c.figures.Figure(ctx, q.who, s.query(q))
	if err != nil {
		return v, err
	}
	v.Computed, v.Records, v.Address = f.Total, f.Records, f.Address
	if f.Out != (measure.Publication{}) {
		// Whether a claim is right to the day and the person is what is not let out.
		v.Verdict, v.Reason = Incomparable, s.reason(d, "published", &f)
		return v, nil
	}
	if len(f.Totals) == 1 {
		v.Apart = f.Totals[0].Apart
	}
	h := &hearing{Checker: c, q: q, s: s, d: d, f: &f, v: v}
	if f.Total == nil {
		err := h.uncomputed(ctx)
		return h.v, err
	}
	h.v.Verdict, h.v.Reason.Code = s.compare(*f.Total)
	if h.v.Verdict == Disagrees && s.at.Sub(s.from) > 26*time.Hour {
		if err := h.within(ctx); err != nil {
			return v, err
		}
	}
	if h.v.Verdict == Disagrees {
		h.doubt()
	}
	h.v.Reason = s.reason(d, h.v.Reason.Code, &f)
	return h.v, nil
}

func (s *statement) query(q inquiry) measure.Query {
	return measure.Query{
		Mission: q.mission, Measure: s.measure, Where: s.scope, At: s.at,
		Known: q.asOf.Known, Recorded: q.asOf.Recorded, EvidenceLimit: enough,
	}
}

// comparable finds why a claim cannot be held against a figure; the reason is
// empty when it can.
func (s *statement) comparable(q inquiry, m measure.Mission) (*measure.Definition, Reason) {
	if s.measure == "" {
		return nil, Reason{Code: "no-measure"}
	}
	d, err := m.Measures.Get(s.measure)
	if err != nil || !d.Public && !q.inside {
		return nil, Reason{Code: "unknown-measure", Args: map[string]string{"measure": s.measure, "nearest": m.Measures.Nearest(s.measure)}}
	}
	about := Reason{Args: map[string]string{"measure": d.ID}, label: d.Label}
	switch covers := d.Covers(); {
	case s.value == nil:
		about.Code = "no-value"
	case s.scopeErr != nil:
		about.Code, about.Args["scope"] = "bad-scope", s.record.Text("scope")
	case s.stage != "" && len(covers) == 0:
		about.Code, about.Args["stage"] = "no-stage", s.stage
	case s.stage != "" && !slices.Contains(covers, s.stage):
		about.Code, about.Args["stage"], about.Args["stages"] = "other-stage", s.stage, strings.Join(covers, ", ")
	case s.at.IsZero():
		about.Code = "no-date"
	default:
		for name := range s.scope {
			if !slices.Contains(d.Names(), name) {
				about.Code, about.Args["dimension"], about.Args["dimensions"] = "no-dimension", name, strings.Join(d.Names(), ", ")
			}
		}
	}
	return d, about
}

// uncomputed judges a claim on a figure that has no total.
func (h *hearing) uncomputed(ctx context.Context) error {
	s, f := h.s, h.f
	if len(f.Totals) > 1 {
		h.v.Verdict, h.v.Reason = Incomparable, s.reason(h.d, "several", f)
		h.v.Reason.Args["have"] = apart(f.Totals)
		return nil
	}
	other, err := h.elsewhere(ctx)
	if err != nil {
		return err
	}
	if other != "" {
		h.v.Verdict, h.v.Reason = Incomparable, s.reason(h.d, "other-apart", f)
		h.v.Reason.Args["have"], h.v.Reason.Args["wanted"] = other, strings.Join(s.scope[h.d.Apart], ", ")
		return nil
	}
	code := "no-records"
	if f.Unknowns > 0 {
		code = "only-uncertain"
		if f.Unknown[0].Code == measure.NoneInForce {
			code = "none-in-force"
		}
	}
	h.v.Verdict, h.v.Reason = Unknown, s.reason(h.d, code, f)
	return nil
}

// elsewhere names the currencies or units in which there is a figure, where there
// is none in that of the claim.
func (h *hearing) elsewhere(ctx context.Context) (string, error) {
	if h.d.Apart == "" || len(h.s.scope[h.d.Apart]) == 0 {
		return "", nil
	}
	q := h.s.query(h.q)
	q.Where = maps.Clone(h.s.scope)
	delete(q.Where, h.d.Apart)
	f, err := h.figures.Figure(ctx, h.q.who, q)
	return apart(f.Totals), err
}

func apart(totals []measure.Total) string {
	var list []string
	for _, t := range totals {
		list = append(list, t.Apart)
	}
	return strings.Join(list, ", ")
}

// compare holds the claim against the figure at the end of the claim's date.
func (s *statement) compare(computed measure.Amount) (verdict, code string) {
	claimed := *s.value
	switch {
	case computed == claimed:
		return Agrees, "same"
	case s.precision == least && computed > claimed:
		return Agrees, "at-least"
	case s.precision == about && s.allows().has(computed):
		return Rounded, "about"
	case (s.precision == rounded || s.precision == exact) && rounds(claimed).has(computed):
		return Rounded, "rounded"
	case claimed < computed:
		return Disagrees, "fewer"
	}
	return Disagrees, "more"
}

// within looks whether the figure took the claimed value at some time of a date
// longer than a day.
func (h *hearing) within(ctx context.Context) error {
	points, err := h.figures.Changes(ctx, h.q.who, h.s.query(h.q), h.s.from, h.s.at)
	if fail.Is(err, fail.Invalid) {
		return nil // several currencies at an earlier time: the end alone can be compared
	}
	if err != nil {
		return err
	}
	for _, p := range points {
		if p.Value == nil {
			continue
		}
		if verdict, _ := h.s.compare(*p.Value); verdict != Disagrees {
			h.v.Verdict, h.v.Reason.Code = verdict, "within"
			return nil
		}
	}
	return nil
}

// doubt turns a difference that the record cannot decide into unknown.
func (h *hearing) doubt() {
	if h.s.explained(h.f) {
		h.v.Verdict, h.v.Reason.Code = Unknown, "uncertain"
		return
	}
	if !h.d.IsComplete() && h.d.Current() > 0 && h.f.At.Sub(h.f.Newest) > h.d.Current() {
		h.v.Verdict, h.v.Reason.Code = Unknown, "not-itemised"
	}
}

// explained reports whether statements that could not be counted would, counted
// in some way, make the claim true.
func (s *statement) explained(f *measure.Figure) bool {
	reach := []span{{*f.Total, *f.Total}}
	for _, u := range f.Unknown {
		reach = widen(reach, u)
	}
	want := s.allows()
	return len(f.Unknown) > 0 && slices.ContainsFunc(reach, want.meets)
}

// widen adds what one uncertain statement may change. Past a dozen of them their
// exact combinations no longer matter to a reader, and one stretch stands for all.
func widen(reach []span, u measure.Unknown) []span {
	out := slices.Clone(reach)
	for _, r := range reach {
		switch {
		case u.Value == nil && u.Sign < 0:
			r.low = -most
		case u.Value == nil:
			r.high = most
		case u.Code == measure.PartMissing:
			r.low, r.high = r.low+min(0, *u.Value), r.high+max(0, *u.Value)
		default:
			r.low, r.high = shift(r.low, *u.Value), shift(r.high, *u.Value)
		}
		out = append(out, r)
	}
	if len(out) > 1<<12 {
		all := out[0]
		for _, r := range out {
			all.low, all.high = min(all.low, r.low), max(all.high, r.high)
		}
		return []span{all}
	}
	return out
}

// shift keeps an open end open.
func shift(end, by measure.Amount) measure.Amount {
	if end == most || end == -most {
		return end
	}
	return end + by
}
