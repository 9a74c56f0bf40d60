package casualty_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/record"
)

func coming(w *world, all ...record.Key) (out []record.Coming) {
	for _, k := range all {
		out = append(out, record.Coming{Key: k, ID: w.touched(k)[0].ID, Reported: epoch.Add(hours(50))})
	}
	return out
}

func TestWhatACommitIsAboutToTellIsHeldUntilTheGateHasReadIt(t *testing.T) {
	w := newWorld()
	cas, person, other := key("casualty", "b"), key("person", "p"), key("person", "q")
	w.say(person, said{fields: map[string]string{"status": "PRESENT"}})
	w.say(other, said{fields: map[string]string{"status": "PRESENT"}})
	w.say(cas, said{fields: with(toldOf("SI", 0), "status", "SI", "person", "p")})
	now := epoch.Add(hours(40))
	g := w.gate(t, now)
	if diff := cmp.Diff([]string(nil), holds(g, now)); diff != "" {
		t.Fatal(diff)
	}
	g.Coming(coming(w, other))
	if diff := cmp.Diff([]string(nil), holds(g, now)); diff != "" {
		t.Errorf("somebody of whom no file tells is held: %s", diff)
	}
	g.Coming(coming(w, cas, person))
	if diff := cmp.Diff([]string{"casualty/b 50", "person/p 50"}, holds(g, now)); diff != "" {
		t.Error(diff)
	}
	g.Changed(w.say(cas, said{after: hours(50), fields: map[string]string{"note": "no news"}}))
	if diff := cmp.Diff([]string(nil), holds(g, now)); diff != "" {
		t.Errorf("after it was read: %s", diff)
	}
	g.Coming(coming(w, cas))
	g.Changed(w.say(cas, said{after: hours(51), fields: map[string]string{"status": "DECEASED"}}))
	if diff := cmp.Diff([]string{"casualty/b 51"}, holds(g, now)); diff != "" {
		t.Error(diff)
	}
}
