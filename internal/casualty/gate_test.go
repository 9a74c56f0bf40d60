package casualty_test

import (
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/journal"
)

// told says that the family was told of a status at an hour.
func toldOf(status string, hour int) map[string]string {
	return map[string]string{
		"kin": "TOLD-ALL", "told": epoch.Add(hours(hour)).Format(time.RFC3339), "told-by": "Chief Inspector Fiction", "told-of": status,
	}
}

func with(fields map[string]string, more ...string) map[string]string {
	out := map[string]string{}
	maps.Copy(out, fields)
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

func TestOpensAHoldAfterANamedPersonToldThemOfJustThis(t *testing.T) {
	good := with(toldOf("MISSING", 10), "status", "MISSING")
	for _, c := range []struct {
		name   string
		fields map[string]string
		want   string // hours since the epoch; "never"
	}{
		{"a day after it", good, "34"},
		{"who refused to hear it counts", with(good, "kin", "REFUSED"), "34"},
		{"who need not be told counts", with(good, "kin", "WAIVED"), "34"},
		{"a longer hold of its own", with(good, "hold", "72"), "82"},
		{"a shorter one does not count", with(good, "hold", "1"), "34"},
		{"a hold that is no number does not count", with(good, "hold", "soon"), "34"},
		{"a day alone ends before the hold begins", with(good, "told", "2026-03-26"), "51.5"},
		{"back on duty by itself", map[string]string{"status": "RETURNED"}, "never"},
		{"back on duty, and the family was told of that", with(toldOf("RETURNED", 10), "status", "RETURNED"), "34"},
		{"only the first of kin", with(good, "kin", "TOLD-PRIMARY"), "never"},
		{"nobody was named", with(good, "told-by", " "), "never"},
		{"no time", with(good, "told", ""), "never"},
		{"a time that cannot be read", with(good, "told", "later"), "never"},
		{"a time without an end", with(good, "told", "2026-03-26/.."), "never"},
		{"they were told of another status", with(good, "told-of", "SI"), "never"},
		{"a bare code from an old sheet", map[string]string{"status": "DECEASED", "kin": "TOLD-ALL"}, "never"},
		{"nothing at all", nil, "never"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fields := map[string]journal.Value{}
			for id, text := range c.fields {
				fields[id] = journal.Value{Text: text}
			}
			at, ok := casualty.Opens(fields, terms("m"))
			got := "never"
			switch {
			case ok && at.IsZero():
				got = "at once"
			case ok:
				got = trim(at.Sub(epoch).Hours())
			}
			if got != c.want {
				t.Errorf("opens %s, want %s", got, c.want)
			}
		})
	}
}

func TestTheGateOpensByTimeAloneAndClosesAnewWithTheStatus(t *testing.T) {
	w := newWorld()
	cas := key("casualty", "b")
	w.say(cas, said{after: 0, fields: map[string]string{"status": "MISSING", "contributor": "AAA", "persons": "1", "at": epoch.Format(time.RFC3339)}})
	g := w.gate(t, epoch)
	steps := []struct {
		at   int
		said map[string]string
		want []string
	}{
		{1, nil, []string{"casualty/b 0"}},
		{10, toldOf("MISSING", 9), []string{"casualty/b 0"}},
		{32, nil, []string{"casualty/b 0"}},
		{33, nil, nil},
		{100, map[string]string{"status": "DECEASED"}, []string{"casualty/b 100"}},
		{150, toldOf("DECEASED", 149), []string{"casualty/b 100"}},
		{172, nil, []string{"casualty/b 100"}},
		{173, nil, nil},
	}
	for _, s := range steps {
		if s.said != nil {
			g.Changed(w.say(cas, said{after: hours(s.at), fields: s.said}))
		}
		now := epoch.Add(hours(s.at))
		if diff := cmp.Diff(s.want, holds(g, now)); diff != "" {
			t.Errorf("at hour %d: %s", s.at, diff)
		}
		if diff := cmp.Diff(s.want, holds(w.gate(t, now), now)); diff != "" {
			t.Errorf("started at hour %d: %s", s.at, diff)
		}
	}
}

func TestAStruckFileThatWasShutIsGone(t *testing.T) {
	w := newWorld()
	cas := key("casualty", "b")
	w.say(cas,
		said{after: 0, fields: with(toldOf("SI", 0), "status", "SI")},
		said{after: hours(50), fields: map[string]string{"status": "DECEASED"}},
		said{after: hours(51), op: journal.OpRetract},
	)
	if diff := cmp.Diff([]string{"casualty/b 0"}, holds(w.gate(t, epoch), epoch.Add(hours(500)))); diff != "" {
		t.Error(diff)
	}
	open := key("casualty", "c")
	w.say(open, said{after: 0, fields: with(toldOf("SI", 0), "status", "SI")}, said{after: hours(50), op: journal.OpRetract})
	if _, shut := closed(w.gate(t, epoch), epoch.Add(hours(60)), open); shut {
		t.Error("what the family knew is hidden once it is struck")
	}
}

func TestTwoVersionsOfOneMomentAreBothHidden(t *testing.T) {
	w := newWorld()
	cas := key("casualty", "b")
	w.say(cas,
		said{after: 0, fields: with(toldOf("SI", 0), "status", "SI")},
		said{after: 0, fields: map[string]string{"status": "DECEASED"}},
	)
	h, shut := closed(w.gate(t, epoch), epoch.Add(hours(100)), cas)
	if !shut || h.Since.After(epoch) {
		t.Errorf("held %v since %v", shut, h.Since)
	}
}

func TestDesksThatDoNotAgreeCloseTheGate(t *testing.T) {
	w := newWorld()
	cas := key("casualty", "b")
	w.say(cas, said{after: 0, fields: with(toldOf("MISSING", 0), "status", "MISSING")},
		said{after: hours(1), fields: map[string]string{"status": "DECEASED"}},
		said{after: hours(2), fields: map[string]string{"status": "MISSING"}})
	w.entries[cas][2].Seen = w.entries[cas][2].Seen[:1] // its author had not seen the second
	if _, shut := closed(w.gate(t, epoch), epoch.Add(hours(100)), cas); !shut {
		t.Error("open though one desk says dead and another missing")
	}
}

func TestAHoldTellsWhoseItIsAndWhatNoTextMayTell(t *testing.T) {
	w := newWorld()
	w.say(key("person", "p1"), said{after: -hours(500), fields: map[string]string{"name": "Mfano Fiction", "number": "X-77", "status": "PRESENT"}})
	w.say(key("casualty", "b"), said{after: 0, fields: map[string]string{
		"status": "MISSING", "contributor": "AAA", "persons": "1", "incident": "i1", "person": "p1",
		"name": "Mfano Fictionn", "number": "erased", "aliases": "Fix|Mfanito", "marking": "public",
	}})
	h, shut := closed(w.gate(t, epoch), epoch, key("casualty", "b"))
	if !shut {
		t.Fatal("open")
	}
	want := []any{"AAA", "public", "i1", int64(1), []string{"Mfano Fictionn", "Fix", "Mfanito", "Mfano Fiction", "X-77"}, int64(2)}
	if diff := cmp.Diff(want, []any{h.Owner, h.Marking, h.Group, h.Persons, h.Names, h.ID}); diff != "" {
		t.Error(diff)
	}
}

func TestWhatPointsToTheSameEventIsHeldWithIt(t *testing.T) {
	link := map[string]string{"status": "MISSING", "person": "p1", "incident": "i1", "at": epoch.Format(time.RFC3339)}
	for _, c := range []struct {
		name string
		file []said
		p, i []said
		at   int
		want []string
	}{
		{
			"nothing of it is on the roll or in the log yet",
			[]said{{after: hours(2), fields: link}},
			[]said{{after: -hours(900), fields: map[string]string{"status": "PRESENT"}}, {after: -hours(10), fields: map[string]string{"post": "x"}}},
			[]said{{after: hours(1), fields: map[string]string{"summary": "an ambush"}}},
			5,
			[]string{"casualty/b 2"},
		},
		{
			"the roll was ahead of the file",
			[]said{{after: hours(2), fields: link}},
			[]said{{after: -hours(900), fields: map[string]string{"status": "LEAVE"}}, {after: -hours(5), fields: map[string]string{"status": "PRESENT"}}, {after: hours(1), fields: map[string]string{"status": "MISSING"}}},
			[]said{{after: hours(1), fields: map[string]string{"killed": "0"}}, {after: hours(3), fields: map[string]string{"summary": "one not accounted for"}}},
			5,
			[]string{"casualty/b 2", "incident/i1 3", "person/p1 1"},
		},
		{
			"the log counted the hurt before the file was begun",
			[]said{{after: hours(2), fields: link}},
			nil,
			[]said{{after: hours(1), fields: map[string]string{"injured": "1"}}},
			5,
			[]string{"casualty/b 2", "incident/i1 1"},
		},
		{
			"what was told of the missing stays while the death is held",
			[]said{{after: hours(2), fields: link}, {after: hours(10), fields: toldOf("MISSING", 9)}, {after: hours(100), fields: map[string]string{"status": "DECEASED"}}},
			[]said{{after: hours(1), fields: map[string]string{"status": "MISSING"}}, {after: hours(99), fields: map[string]string{"status": "DECEASED"}}},
			[]said{{after: hours(1), fields: map[string]string{"injured": "1"}}, {after: hours(98), fields: map[string]string{"killed": "1", "injured": "0"}}},
			101,
			[]string{"casualty/b 100", "incident/i1 98", "person/p1 99"},
		},
		{
			"all of it opens with the file",
			[]said{{after: hours(2), fields: link}, {after: hours(10), fields: toldOf("MISSING", 9)}},
			[]said{{after: hours(1), fields: map[string]string{"status": "MISSING"}}},
			[]said{{after: hours(1), fields: map[string]string{"injured": "1"}}},
			40,
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.say(key("casualty", "b"), c.file...)
			// The links come after the file, as in a pack: the gate must find them then.
			g := w.gate(t, epoch)
			if c.p != nil {
				g.Changed(w.say(key("person", "p1"), c.p...))
			}
			g.Changed(w.say(key("incident", "i1"), c.i...))
			if diff := cmp.Diff(c.want, holds(g, epoch.Add(hours(c.at)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAFileThatCannotBeReadIsClosedWhole(t *testing.T) {
	w := newWorld()
	cas := key("casualty", "b")
	changed := w.say(cas, said{after: 0, fields: with(toldOf("SI", 0), "status", "SI")})
	g := w.gate(t, epoch.Add(hours(100)))
	w.broken = true
	g.Changed(changed)
	late := epoch.Add(hours(1000))
	if all := g.Closed("m", late); len(all) != 1 || all[0].ID != 1 || !all[0].Since.IsZero() {
		t.Errorf("holds: %+v", all)
	}
	if err := w.unread(late).Load(t.Context()); err == nil {
		t.Error("a gate that reads nothing starts all the same")
	}
	w.broken = false
	g.Changed(changed)
	if all := holds(g, late); all != nil {
		t.Errorf("still closed when it can be read: %v", all)
	}
}

func TestGoodNewsIsShownAtOnceOnlyOfWhatSomebodyKnows(t *testing.T) {
	missing := said{fields: map[string]string{"status": "MISSING"}}
	mistyped := said{after: hours(2), fields: map[string]string{"status": "DECEASED"}}
	back := said{after: hours(60), fields: map[string]string{"status": "RETURNED"}}
	for _, c := range []struct {
		name string
		all  []said
		shut bool
	}{
		{"nobody outside was told of anything", []said{missing, mistyped, back}, true},
		{"the family was told that they are missing", []said{{fields: with(toldOf("MISSING", 10), "status", "MISSING")}, back}, false},
		{"the family was told that they are back", []said{missing, mistyped, back, {after: hours(61), fields: toldOf("RETURNED", 61)}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			cas := key("casualty", "b")
			w.say(cas, c.all...)
			now := epoch.Add(hours(100))
			g := w.unread(now)
			if err := g.Load(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, shut := closed(g, now, cas); shut != c.shut {
				t.Errorf("shut: %t, want %t", shut, c.shut)
			}
		})
	}
}
