package casualty_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/record"
)

// orders is a door behind which there are orders of MINIMISE and nothing else.
type orders []map[string]string

func (o orders) List(_ context.Context, _ access.Actor, q record.Query) (record.Page, error) {
	var p record.Page
	for i, fields := range o {
		v := record.Version{Key: key("minimise", fmt.Sprint("min-", i)), Fields: map[string]journal.Value{}}
		for id, text := range fields {
			v.Fields[id] = journal.Value{Text: text}
		}
		if at, err := time.Parse(time.RFC3339, fields["at"]); err == nil {
			v.Lo = at
		}
		if s := v.Text("state"); s == q.Where["state"][0] || s == q.Where["state"][1] {
			p.Versions = append(p.Versions, v)
		}
	}
	return p, nil
}

func (orders) Record(context.Context, access.Actor, record.Key, record.AsOf) (record.Version, error) {
	return record.Version{}, fail.New(fail.NotFound, "no record", "")
}

func (orders) History(context.Context, access.Actor, record.Key, record.AsOf) (record.History, error) {
	return record.History{}, fail.New(fail.NotFound, "no record", "")
}

func (o orders) cell() *casualty.Cell {
	return casualty.NewCell(casualty.CellOptions{Door: o, Rights: allowed{}, Terms: terms, Now: func() time.Time { return epoch }})
}

func at(n int) string { return epoch.Add(hours(n)).Format(time.RFC3339) }

func TestMinimiseIsForItsScopeAndStaysOnWhenNobodyLooks(t *testing.T) {
	cell := orders{
		{"at": at(0), "until": at(12), "scope": "CONTRIBUTOR", "contributor": "AAA", "state": "ON"},
		{"at": at(5), "until": at(17), "scope": "POST", "post": "pst-1", "state": "ON"},
		{"at": at(0), "until": at(12), "scope": "MISSION", "state": "OFF"},
	}.cell()
	for _, c := range []struct {
		name string
		p    casualty.Party
		hour int
		want bool
	}{
		{"before it began", casualty.Party{Contributor: "AAA"}, -1, true},
		{"the contributor it is for", casualty.Party{Contributor: "AAA"}, 1, false},
		{"another contributor", casualty.Party{Contributor: "BBB"}, 1, true},
		{"a post before its order", casualty.Party{Contributor: "BBB", Post: "pst-1"}, 4, true},
		{"a post", casualty.Party{Contributor: "BBB", Post: "pst-1"}, 6, false},
		{"another post", casualty.Party{Contributor: "BBB", Post: "pst-2"}, 6, true},
		{"whose post nobody knows", casualty.Party{Contributor: "BBB"}, 6, true},
		{"long after the review was due", casualty.Party{Contributor: "AAA"}, 1000, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			ok, until, err := cell.Allows(t.Context(), "m", c.p, epoch.Add(hours(c.hour)))
			if err != nil || ok != c.want || !until.IsZero() {
				t.Errorf("%v until %v, %v; want %v", ok, until, err, c.want)
			}
		})
	}
	list, err := cell.Minimises(t.Context(), access.Local(), "m", epoch.Add(hours(13)))
	if err != nil || len(list) != 2 || !list[0].Overdue(epoch.Add(hours(13))) || list[1].Overdue(epoch.Add(hours(13))) {
		t.Errorf("the one overdue for review comes first: %+v, %v", list, err)
	}
}

func TestLiftedInStepsEverybodyTalksOnceAndKeepsTheirTurn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share, minutes := rapid.IntRange(1, 100).Draw(t, "share"), rapid.IntRange(1, 120).Draw(t, "minutes")
		cell := orders{{
			"at": at(0), "until": at(12), "scope": "MISSION", "state": "STAGED", "released": at(2),
			"share": fmt.Sprint(share), "minutes": fmt.Sprint(minutes),
		}}.cell()
		ask := func(person string, t2 time.Time) (bool, time.Time) {
			ok, from, err := cell.Allows(t.Context(), "m", casualty.Party{Person: person}, t2)
			if err != nil {
				t.Fatal(err)
			}
			return ok, from
		}
		released, last := epoch.Add(hours(2)), time.Time{}
		step := time.Duration(minutes) * time.Minute
		talk := 0
		for i := range 60 {
			person := fmt.Sprint("per-", i)
			if ok, _ := ask(person, released.Add(-time.Second)); ok {
				t.Fatalf("%s talks before it is lifted", person)
			}
			ok, from := ask(person, released)
			if ok {
				talk++
				continue
			}
			if early, _ := ask(person, from.Add(-time.Second)); early {
				t.Fatalf("%s talks before their turn", person)
			}
			for _, later := range []time.Duration{0, time.Second, step, 100 * step} {
				if ok, _ := ask(person, from.Add(later)); !ok {
					t.Fatalf("%s was let talk and is stopped %s later", person, later)
				}
			}
			if from.After(last) {
				last = from
			}
		}
		if share == 100 && talk != 60 {
			t.Fatalf("all were let talk, and %d of 60 can", talk)
		}
		if longest := released.Add(time.Duration(99/share) * step); last.After(longest) {
			t.Fatalf("the last talks at %s, later than %s", last, longest)
		}
	})
}
