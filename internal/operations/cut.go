package operations

import (
	"context"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/record"
)

// CutOff is [CutOff] of a post, from what an actor may read of it.
func (p *Posts) CutOff(ctx context.Context, who access.Actor, key record.Key, from, to time.Time) (cut, unknown time.Duration, err error) {
	said, err := p.readable(ctx, who, record.Query{
		Mission: key.Mission, Kind: kindSignals, Where: map[string][]string{"post": {key.Ref}}, From: from.Add(-StaleSignals), To: to,
	})
	if err != nil {
		return 0, 0, err
	}
	cut, unknown = CutOff(said, from, to)
	return cut, unknown, nil
}

// CutOff says for how long in [from, to) a post did not reach headquarters by any
// means, and for how long nobody knows. What was said of a means holds until the
// next word on it, and for a week at most. Date-only words hold from the day's
// beginning.
func CutOff(signals []record.Version, from, to time.Time) (cut, unknown time.Duration) {
	said := slices.DeleteFunc(slices.Clone(signals), func(v record.Version) bool {
		return v.Lo.IsZero() || v.Text("reach-hq") == "" || v.State != record.Live
	})
	slices.SortStableFunc(said, func(a, b record.Version) int { return a.Lo.Compare(b.Lo) })
	edges := []time.Time{from, to}
	for i := range said {
		for _, t := range []time.Time{said[i].Lo, said[i].Lo.Add(StaleSignals)} {
			if t.After(from) && t.Before(to) {
				edges = append(edges, t)
			}
		}
	}
	slices.SortFunc(edges, time.Time.Compare)
	for i := 1; i < len(edges); i++ {
		switch reaches, known := reachAt(said, edges[i-1]); {
		case !known:
			unknown += edges[i].Sub(edges[i-1])
		case !reaches:
			cut += edges[i].Sub(edges[i-1])
		}
	}
	return cut, unknown
}

// reachAt is what was known at a time of the last word on each means.
func reachAt(said []record.Version, t time.Time) (reaches, known bool) {
	last := map[string]string{}
	for i := range said {
		switch {
		case said[i].Lo.After(t):
		case t.Sub(said[i].Lo) >= StaleSignals:
			delete(last, said[i].Text("means"))
		default:
			last[said[i].Text("means")] = said[i].Text("reach-hq")
		}
	}
	for _, word := range last {
		reaches = reaches || word == "yes"
	}
	return reaches, len(last) > 0
}
