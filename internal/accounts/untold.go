package accounts

import (
	"context"
	"slices"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/record"
)

// sighted is a guard that knows over which records the kin gate is closed to
// somebody: [access.Guard].
type sighted interface {
	Sight(who access.Actor, mission string, a access.Action) record.Sight
}

// told leaves out what would tell somebody that there is a file they may not know
// of: readings of records over which the kin gate is closed to them, and of what
// is about the same person, by those over whom it is not. That others looked at
// what everybody could see tells nothing, and stays.
func (s *Service) told(ctx context.Context, who access.Actor, mission string, all []Reading) []Reading {
	guard, ok := s.c.Guard.(sighted)
	if !ok {
		return all
	}
	held := sinceOf(guard.Sight(who, mission, access.Read))
	if len(held) == 0 {
		return all
	}
	knows := map[string]bool{}
	return slices.DeleteFunc(all, func(r Reading) bool {
		since, closed := held[r.About]
		if !closed && r.Person != "" {
			since, closed = held[record.Key{Mission: mission, Kind: "person", Ref: r.Person}]
		}
		if !closed || r.At.Before(since) {
			return false
		}
		insider, asked := knows[r.Who]
		if !asked {
			insider = s.insider(ctx, guard, r)
			knows[r.Who] = insider
		}
		return insider
	})
}

// insider reports whether nothing of a mission is held from the reader; also
// where nobody knows any more who that was.
func (s *Service) insider(ctx context.Context, guard sighted, r Reading) bool {
	if r.Who == access.Public().Name {
		return false
	}
	who, err := s.Actor(ctx, r.Who)
	return err != nil || len(guard.Sight(who, r.About.Mission, access.Read).Held) == 0
}

func sinceOf(sight record.Sight) map[record.Key]time.Time {
	out := map[record.Key]time.Time{}
	for _, h := range sight.Held {
		if old, ok := out[h.Key]; !ok || h.Since.Before(old) {
			out[h.Key] = h.Since
		}
	}
	return out
}
