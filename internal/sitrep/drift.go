package sitrep

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// Change is one number of a released report that is another one by now, or a part
// that came after it was out.
type Change struct {
	Section  string // id
	Measure  string // id of the figure; "" for a late input
	Label    string // in words; the post's name for a late input
	Was, Now string // in words
}

// Drift compares a released report with what is known now: the figures that have
// changed since, and the inputs that came late. Nothing for one that is not out.
func (s *Service) Drift(ctx context.Context, r Report, lang string) ([]Change, error) {
	if r.Text("status") != Released {
		return nil, nil
	}
	was, err := s.Compose(ctx, r, Internal(), lang)
	if err != nil {
		return nil, err
	}
	fresh := r
	fresh.Version.Fields = map[string]journal.Value{}
	for id, v := range r.Fields {
		if id != "released" {
			fresh.Version.Fields[id] = v
		}
	}
	now, err := s.Compose(ctx, fresh, Internal(), lang)
	if err != nil {
		return nil, err
	}
	out := differ(was, now)
	late, err := s.late(ctx, r)
	return append(out, late...), err
}

// differ are the figures whose words differ, in the order of the document.
func differ(was, now Document) (out []Change) {
	for i := range now.Sections {
		before := was.Sections[i].Figures
		for _, f := range now.Sections[i].Figures {
			j := slices.IndexFunc(before, func(b Figure) bool { return b.Measure == f.Measure })
			c := Change{Section: now.Sections[i].ID, Measure: f.Measure, Label: f.Label, Now: f.Value}
			if j >= 0 {
				c.Was = before[j].Value
			}
			if c.Was != c.Now {
				out = append(out, c)
			}
		}
	}
	return out
}

// late are the posts whose word came after the report was out.
func (s *Service) late(ctx context.Context, r Report) (out []Change, err error) {
	who := Internal().actor(r.Mission)
	was, err := s.Inputs(ctx, who, r.Mission, r.Period.Day, record.AsOf{Known: r.Known()})
	if err != nil {
		return nil, err
	}
	now, err := s.Inputs(ctx, who, r.Mission, r.Period.Day, record.AsOf{})
	if err != nil {
		return nil, err
	}
	for _, p := range now {
		i := slices.IndexFunc(was, func(b Input) bool { return b.Post == p.Post })
		if p.Received && (i < 0 || len(was[i].Parts) < len(p.Parts)) {
			out = append(out, Change{Section: "inputs", Label: p.Name})
		}
	}
	return out, nil
}

// Corrigendum drafts the numbered correction of a released report, or gives the one
// that is being drafted. It says which figures changed since the newest correction
// that is out, from what to what, and which parts came late.
func (s *Service) Corrigendum(ctx context.Context, who access.Actor, mission, ref string) (string, error) {
	r, err := s.Report(ctx, who, mission, ref)
	if err != nil {
		return "", err
	}
	if of := r.Text("corrects"); of != "" { // all corrections of a report name it, not each other
		return s.Corrigendum(ctx, who, mission, of)
	}
	if r.Text("status") != Released {
		return "", fail.New(fail.Invalid, "the report is not out yet", "change it; a corrigendum is for what was released")
	}
	earlier, err := s.corrigenda(ctx, who, mission, ref)
	if err != nil {
		return "", err
	}
	last := r
	for i := range earlier {
		if earlier[i].Text("status") != Released {
			return earlier[i].Ref, nil // it is being drafted
		}
		last = asReport(&earlier[i])
	}
	changes, err := s.Drift(ctx, last, "en")
	if err != nil {
		return "", err
	}
	if len(changes) == 0 {
		return "", fail.New(fail.Invalid, "nothing has changed since it was released", "record the correction first; the numbers follow by themselves")
	}
	d := s.drafted(who, r.Period, r.Text("originator"), Ref(r.Text("originator"), r.Period.Form, r.Period.Day, len(earlier)+1))
	d.Fields["corrects"], d.Fields["changes"] = ref, inWords(changes)
	for id := range last.Fields {
		if strings.HasPrefix(id, "words-") {
			d.Fields[id] = last.Text(id)
		}
	}
	return s.submit(ctx, who, mission, d)
}

// begin drafts the corrigendum of a day's report, if that is out: a part that comes
// after it changes it. Who may not write reports has sent the part all the same, and
// the report's page says that it came late.
func (s *Service) begin(ctx context.Context, who access.Actor, mission, day string) error {
	m, err := s.mission(mission)
	if err != nil {
		return err
	}
	_, err = s.Corrigendum(ctx, who, mission, Ref(m.Originator, Daily, day, 0))
	if fail.Is(err, fail.NotFound) || fail.Is(err, fail.Invalid) || fail.Is(err, fail.Denied) {
		return nil
	}
	return err
}

// inWords says changes by the ids of their measures, which need no translation.
func inWords(changes []Change) string {
	var parts []string
	for _, c := range changes {
		if c.Measure == "" {
			parts = append(parts, "+ "+c.Label)
			continue
		}
		parts = append(parts, fmt.Sprintf("%s %s → %s", c.Measure, orDash(c.Was), c.Now))
	}
	return strings.Join(parts, "; ")
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// corrigenda are the corrections of one report, oldest first.
func (s *Service) corrigenda(ctx context.Context, who access.Actor, mission, ref string) ([]record.Version, error) {
	list, err := s.all(ctx, who, record.Query{Mission: mission, Kind: kindReport, Where: map[string][]string{"corrects": {ref}}})
	slices.SortFunc(list, func(a, b record.Version) int {
		return cmp.Or(cmp.Compare(len(a.Ref), len(b.Ref)), compareText(a.Ref, b.Ref)) // C10 comes after C9
	})
	return list, err
}

// Corrected gives, by ref, the released corrigenda that change what a report says:
// those of itself, and those of reports whose period lies in its own and that came
// out after it.
func (s *Service) Corrected(ctx context.Context, who access.Actor, mission string, reports []Report) (map[string][]Report, error) {
	all, err := s.all(ctx, who, record.Query{Mission: mission, Kind: kindReport, Where: map[string][]string{"status": {Released}}})
	if err != nil {
		return nil, err
	}
	out := map[string][]Report{}
	for i := range all {
		c := asReport(&all[i])
		if c.Text("corrects") == "" {
			continue
		}
		for _, r := range reports {
			inside := !c.Period.From.Before(r.Period.From) && !c.Period.To.After(r.Period.To)
			if r.Text("status") == Released && inside && c.Ref != r.Ref && c.Known().After(r.Known()) {
				out[r.Ref] = append(out[r.Ref], c)
			}
		}
	}
	return out, nil
}
