package operations

import (
	"cmp"
	"context"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// Proposal is another incident that may be the same event.
type Proposal struct {
	record.Version
	Score float64  // 0 to 1
	Why   []string // what speaks for it: time, place, category, words, counts
}

const (
	proposeFrom  = 0.5            // the least score that is worth somebody's time
	proposeStart = 12 * time.Hour // how far apart in time two words on one event lie at most
	maxProposals = 5
)

// Proposals gives the incidents that may be the same event as one, the likeliest
// first. Nothing is ever merged by itself.
func (s *Flashes) Proposals(ctx context.Context, who access.Actor, key record.Key) ([]Proposal, error) {
	key.Kind = kindIncident
	v, err := s.door.Record(ctx, who, key, record.AsOf{})
	if err != nil || v.Lo.IsZero() || v.Text("merged-into") != "" {
		return nil, err
	}
	near, err := s.readable(ctx, who, record.Query{Mission: key.Mission, Kind: kindIncident, From: v.Lo.Add(-proposeStart), To: v.Lo.Add(proposeStart)})
	if err != nil {
		return nil, err
	}
	var out []Proposal
	for i := range near {
		if near[i].Ref == key.Ref || near[i].Text("merged-into") != "" {
			continue
		}
		if score, why := Alike(&v, &near[i]); score >= proposeFrom {
			out = append(out, Proposal{near[i], score, why})
		}
	}
	slices.SortFunc(out, func(a, b Proposal) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Ref, b.Ref)) })
	return out[:min(len(out), maxProposals)], nil
}

// Merged gives the incidents that were said to be the same as one.
func (s *Flashes) Merged(ctx context.Context, who access.Actor, key record.Key) ([]record.Version, error) {
	return s.readable(ctx, who, record.Query{Mission: key.Mission, Kind: kindIncident, Where: map[string][]string{"merged-into": {key.Ref}}})
}

// maxMerged is how many steps of merging are followed.
const maxMerged = 20

// root follows an incident to the one that counts.
func (s *Flashes) root(ctx context.Context, who access.Actor, key record.Key) (record.Key, error) {
	for range maxMerged {
		v, err := s.door.Record(ctx, who, key, record.AsOf{})
		if err != nil || v.Text("merged-into") == "" {
			return key, err
		}
		key.Ref = v.Text("merged-into")
	}
	return key, fail.Newf(fail.Conflict, "undo one of them", "the incident %s is merged in a ring", key.Ref)
}

// Merge says that an incident is the same event as another, which counts from now
// on. Both keep all that was said of them. The error of a refusal is fail.Invalid
// and wraps a [Refused].
func (s *Flashes) Merge(ctx context.Context, who access.Actor, key record.Key, into, form string) error {
	_, err := s.submit(ctx, who, key.Mission, desk.Draft{Kind: kindIncident, Ref: key.Ref, Form: form, Fields: map[string]string{"merged-into": into}})
	return err
}

// Unmerge takes that back.
func (s *Flashes) Unmerge(ctx context.Context, who access.Actor, key record.Key, form string) error {
	_, err := s.submit(ctx, who, key.Mission, desk.Draft{Kind: kindIncident, Ref: key.Ref, Form: form, Fields: map[string]string{"merged-into": ""}, Reason: "not the same"})
	return err
}
