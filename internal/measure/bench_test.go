package measure_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// many is a source of n movements that lie nowhere.
type many struct{ n int }

func (m many) Versions(_ context.Context, mission, kindID string, _ time.Time, fn func(record.Version) error) error {
	if kindID != "movement" {
		return nil
	}
	fields := map[string]journal.Value{}
	for i := range m.n {
		fields["contributor"] = journal.Value{Text: []string{"AAA", "BBB", "CCC", "DDD", "EEE", "FFF"}[i%6]}
		fields["direction"] = journal.Value{Text: []string{"IN", "OUT", "IN", "LEAVE", "RETURN"}[i%5]}
		fields["persons"] = journal.Value{Text: fmt.Sprint(i % 300)}
		fields["women"] = journal.Value{Text: fmt.Sprint(i % 30)}
		fields["post"] = journal.Value{Text: fmt.Sprint("post-", i%40)}
		lo := origin.Add(time.Duration(i%400*24) * time.Hour)
		err := fn(record.Version{
			Key: record.Key{Mission: mission, Kind: kindID, Ref: fmt.Sprint("m", i)}, ID: int64(i + 1), Number: 1,
			KnownFrom: lo.Add(time.Hour), Lo: lo, Hi: lo.Add(24 * time.Hour), Fields: fields,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (many) VersionsOf(context.Context, int64) ([]record.Version, error) { return nil, nil }

func (many) Keys(_ context.Context, ids []int64) ([]record.Key, error) {
	return make([]record.Key, len(ids)), nil
}

func BenchmarkFigureOfAMillionRecords(b *testing.B) {
	kinds, set := definitions(b)
	e := measure.New(measure.Options{
		Source: many{1_000_000}, Now: func() time.Time { return origin.AddDate(2, 0, 0) },
		Missions: func(string) (measure.Mission, error) {
			return measure.Mission{Kinds: kinds, Measures: set, Zone: time.UTC}, nil
		},
	})
	for _, c := range []struct {
		name string
		q    measure.Query
	}{
		{"total", measure.Query{}},
		{"by contributor", measure.Query{By: []string{"contributor"}}},
		{"by contributor and sex", measure.Query{By: []string{"contributor", "sex"}}},
		{"by post, one contributor, earlier", measure.Query{By: []string{"post"}, Where: map[string][]string{"contributor": {"AAA"}}, At: origin.AddDate(0, 6, 0), Known: origin.AddDate(0, 7, 0)}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.q.Mission, c.q.Measure, c.q.EvidenceLimit = mission, "strength.present", 20
			for b.Loop() {
				if _, err := e.Figure(b.Context(), access.Local(), c.q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("series of 400 days", func(b *testing.B) {
		for b.Loop() {
			if _, err := e.Days(b.Context(), access.Local(), measure.Query{Mission: mission, Measure: "strength.present"}, origin, origin.AddDate(0, 0, 400)); err != nil {
				b.Fatal(err)
			}
		}
	})
	rows, bytes := e.Memory()
	b.Logf("%d rows, %.1f bytes each", rows, float64(bytes)/float64(rows))
}
