package record_test

import (
	"context"
	"testing"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

func TestAWatcherHearsOfARecordBeforeAnybodyCanReadIt(t *testing.T) {
	b := newBench(t, t.TempDir())
	p := &pen{t: t, node: 1}
	var told []record.Coming
	b.OnFold(func(c []record.Coming) {
		told = append(told, c...)
		if _, err := b.Get(context.Background(), key("a"), record.AsOf{}); !fail.Is(err, fail.NotFound) {
			t.Errorf("it can be read already: %v", err)
		}
	})
	late, early := p.write(9, journal.Entry{Ref: "a"}), p.write(5, journal.Entry{Ref: "a"})
	b.put(late, early)
	got, err := b.Get(t.Context(), key("a"), record.AsOf{})
	if err != nil || len(told) != 1 || told[0].Key != key("a") || told[0].ID != got.ID || !told[0].Reported.Equal(early.Reported) {
		t.Errorf("told %v of %v (%v), reported %s", told, got.Key, err, early.Reported.Format(time.RFC3339))
	}
}
