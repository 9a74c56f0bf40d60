package casualty_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

func trim(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// statement is anything that a desk, a sheet or a pack may say of a casualty.
func statement() *rapid.Generator[said] {
	status := rapid.SampledFrom([]string{"MISSING", "SI", "DECEASED-UNCONFIRMED", "DECEASED", "RETURNED"})
	return rapid.Custom(func(t *rapid.T) said {
		s := said{after: time.Duration(rapid.IntRange(0, 300).Draw(t, "hour")) * time.Hour, fields: map[string]string{}}
		if rapid.IntRange(0, 12).Draw(t, "retract") == 0 {
			s.op = journal.OpRetract
			return s
		}
		set := func(field string, g *rapid.Generator[string]) {
			if rapid.Bool().Draw(t, "says "+field) {
				s.fields[field] = g.Draw(t, field)
			}
		}
		set("status", status)
		set("told-of", status)
		set("kin", rapid.SampledFrom([]string{"NOT-STARTED", "TOLD-PRIMARY", "TOLD-ALL", "REFUSED", "WAIVED", ""}))
		set("told-by", rapid.SampledFrom([]string{"Inspector Fiction", ""}))
		set("hold", rapid.SampledFrom([]string{"", "0", "48", "x"}))
		set("told", rapid.Custom(func(t *rapid.T) string {
			at := epoch.Add(time.Duration(rapid.IntRange(-50, 400).Draw(t, "told at")) * time.Hour)
			return rapid.SampledFrom([]string{at.Format(time.RFC3339), at.Format(time.DateOnly), ""}).Draw(t, "as")
		}))
		return s
	})
}

// mayKnow is the rule once more, as the domain's own words have it: somebody with
// a name told the family of what is so, and the hold is over.
func mayKnow(v *record.Version, now time.Time) error {
	if kin := v.Text("kin"); kin != "TOLD-ALL" && kin != "REFUSED" && kin != "WAIVED" {
		return fmt.Errorf("kin is %q", kin)
	}
	if v.Text("told-by") == "" || v.Text("told-of") != v.Text("status") {
		return fmt.Errorf("told by %q of %q, and it is %q", v.Text("told-by"), v.Text("told-of"), v.Text("status"))
	}
	at, err := time.Parse(time.RFC3339, v.Text("told"))
	if err != nil {
		at, err = time.Parse(time.DateOnly, v.Text("told"))
		at = at.Add(24 * time.Hour)
	}
	hold := 24 * time.Hour
	if v.Text("hold") == "48" {
		hold = 48 * time.Hour
	}
	if err != nil || now.Before(at.Add(hold)) {
		return fmt.Errorf("told at %q, with a hold of %s, and it is %s", v.Text("told"), hold, now)
	}
	return nil
}

func TestNothingIsShownBeforeTheFamilyAndTheHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		cas := key("casualty", "b")
		w.say(cas, rapid.SliceOfN(statement(), 1, 8).Draw(t, "said")...)
		g := w.unread(epoch)
		if err := g.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		h, err := w.History(t.Context(), cas, record.AsOf{})
		if err != nil {
			t.Fatal(err)
		}
		newest := h.Steps[len(h.Steps)-1]
		shutBefore := true
		for hour := range 480 {
			now := epoch.Add(time.Duration(hour) * time.Hour)
			hold, shut := closed(g, now, cas)
			if shut && !shutBefore {
				t.Fatalf("closed again at hour %d though nobody said anything", hour)
			}
			shutBefore = shut
			if !shut && newest.State == record.Live {
				err := mayKnow(&newest.Version, now)
				for i := 0; err != nil && newest.Text("status") == "RETURNED" && i < len(h.Steps); i++ {
					if h.Steps[i].State == record.Live { // good news of what somebody knows
						err = mayKnow(&h.Steps[i].Version, now)
					}
				}
				if err != nil {
					t.Fatalf("open at hour %d: %v", hour, err)
				}
			}
			if seen, ok := before(h.Steps, hold.Since); shut && ok && newest.State == record.Live {
				if err := mayKnow(&seen, now); err != nil {
					t.Fatalf("version %d is shown at hour %d: %v", seen.Number, hour, err)
				}
			}
		}
	})
}

// before is the version that somebody knows from whom all since then is held.
func before(steps []record.Step, since time.Time) (record.Version, bool) {
	for _, step := range slices.Backward(steps) {
		if step.KnownFrom.Before(since) {
			return step.Version, step.State == record.Live
		}
	}
	return record.Version{}, false
}

func TestTheOrderOfArrivalDoesNotMatterToTheGate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cas, person := key("casualty", "b"), key("person", "p1")
		whole := newWorld()
		whole.say(cas, rapid.SliceOfN(statement(), 1, 6).Draw(t, "said")...)
		whole.say(cas, said{after: hours(10), fields: map[string]string{"person": "p1", "at": epoch.Format(time.RFC3339)}})
		whole.say(person, rapid.SliceOfN(rapid.Custom(func(t *rapid.T) said {
			return said{
				after:  hours(rapid.IntRange(-10, 200).Draw(t, "hour")),
				fields: map[string]string{"status": rapid.SampledFrom([]string{"PRESENT", "MISSING", "DECEASED"}).Draw(t, "status")},
			}
		}), 1, 4).Draw(t, "roll")...)
		all := append(append([]journal.Stored(nil), whole.entries[cas]...), whole.entries[person]...)
		late := newWorld()
		late.keys = whole.keys
		g := late.unread(epoch)
		if err := g.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, e := range rapid.Permutation(all).Draw(t, "arrives") {
			k := key(e.Kind, e.Ref)
			late.entries[k] = append(late.entries[k], e)
			g.Changed(late.touched(k))
		}
		straight := whole.unread(epoch)
		if err := straight.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		for hour := 0; hour < 500; hour += 7 {
			now := epoch.Add(hours(hour))
			if diff := cmp.Diff(straight.Closed("m", now), g.Closed("m", now)); diff != "" {
				t.Fatalf("hour %d: %s", hour, diff)
			}
		}
	})
}
