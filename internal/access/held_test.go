package access_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// closing is a gate that a test closes once it has records.
type closing struct{ holds *[]access.Hold }

func (c closing) Closed(string, time.Time) []access.Hold { return *c.holds }

// heldHouse has "known", which stood before the gate closed over it on day 3,
// "new", which was reported since, and "other", a text of which tells the name.
func heldHouse(t *testing.T) *house {
	t.Helper()
	var holds []access.Hold
	d := newHouseWith(t, closing{&holds})
	first := d.say(0, "known", nil, "marking=public", "rank=Sgt", "unit=Alpha")
	d.say(3, "known", first, "rank=Missing", "unit=Bravo")
	d.say(3, "new", nil, "marking=public", "rank=Cpl")
	d.say(1, "other", nil, "marking=public", "rank=Cook", "unit=with Ada Fiction")
	for i, ref := range []string{"known", "new"} {
		v, err := d.records.Get(t.Context(), person(ref), record.AsOf{})
		must(t, err)
		holds = append(holds, access.Hold{
			Mission: "m", Kind: "person", Ref: ref, ID: v.ID, Since: day(3), Owner: "AAA", Marking: "public",
			Persons: int64(i), Names: []string{"Ada Fiction"},
		})
	}
	return d
}

func TestAHeldRecordIsToOthersWhatItWasBefore(t *testing.T) {
	d := heldHouse(t)
	ctx := t.Context()
	for _, asOf := range []record.AsOf{{}, {Known: day(5)}, {Known: day(3)}} {
		v, err := d.Record(ctx, access.Public(), person("known"), asOf)
		if err != nil || v.Text("rank") != "Sgt" || v.Text("unit") != "Alpha" || !v.KnownTo.IsZero() {
			t.Errorf("as of %v: %v until %v, %v; want Sgt of Alpha without an end", asOf, v.Fields, v.KnownTo, err)
		}
		h, err := d.History(ctx, access.Public(), person("known"), asOf)
		if err != nil || len(h.Steps) != 1 || !h.Steps[0].KnownTo.IsZero() || len(h.Heads) > 0 && asOf == (record.AsOf{}) && len(h.Heads) != 1 {
			t.Errorf("as of %v: %d steps, %v; want the one before", asOf, len(h.Steps), err)
		}
	}
	for _, text := range everything(t, d, access.Public()) {
		for _, hidden := range []string{"Missing", "Bravo", "Cpl", "Fiction", "new"} {
			if strings.Contains(text, hidden) {
				t.Errorf("%s is told: %s", hidden, text)
			}
		}
	}
	all := strings.Join(everything(t, d, access.Local()), " ")
	for _, shown := range []string{"Missing", "Bravo", "Cpl", "Fiction", "new"} {
		if !strings.Contains(all, shown) {
			t.Errorf("%s is not told to the one at the machine", shown)
		}
	}
}

// everything is what an actor gets by every way through the door.
func everything(t *testing.T, d *house, who access.Actor) (out []string) {
	t.Helper()
	ctx := t.Context()
	tell := func(what string, v any, err error) {
		if err != nil && !fail.Is(err, fail.NotFound) {
			t.Fatal(err)
		}
		if err == nil {
			text, err := json.Marshal(v)
			must(t, err)
			out = append(out, what+": "+string(text))
		}
	}
	page, err := d.List(ctx, who, record.Query{Mission: "m", Kind: "person"})
	tell("list", page, err)
	page, err = d.List(ctx, who, record.Query{Mission: "m", AsOf: record.AsOf{Known: day(6)}})
	tell("list then", page, err)
	steps, err := d.Changes(ctx, who, record.ChangeQuery{Mission: "m"})
	tell("changes", steps, err)
	for _, ref := range []string{"known", "new", "other"} {
		v, err := d.Record(ctx, who, person(ref), record.AsOf{})
		tell("record", v, err)
		h, err := d.History(ctx, who, person(ref), record.AsOf{})
		tell("history", h, err)
		keys, err := d.Find(ctx, who, ref)
		tell("find", keys, err)
	}
	return out
}

func TestWhatIsNewAndHeldIsRefusedLikeOneThatIsNotThere(t *testing.T) {
	d := heldHouse(t)
	told := func(ref string) string {
		_, err := d.Record(t.Context(), access.Public(), person(ref), record.AsOf{})
		return strings.ReplaceAll(fmt.Sprint(err, fail.HintOf(err)), ref, "REF")
	}
	if held, none := told("new"), told("miss"); held != none || held == "<nil>" {
		t.Errorf("%q for a held one, %q for none", held, none)
	}
}

func TestNoCountOrSearchTellsOfAHeldRecord(t *testing.T) {
	d := heldHouse(t)
	for name, c := range map[string]struct {
		q             record.Query
		public, local int64
	}{
		"all":                     {record.Query{Kind: "person"}, 2, 3},
		"all, of every kind":      {record.Query{}, 2, 3},
		"by what is new":          {record.Query{Text: "Missing"}, 0, 1},
		"by what it was":          {record.Query{Text: "Alpha"}, 1, 0},
		"by the name":             {record.Query{Text: "Fiction"}, 0, 1},
		"by the name's beginning": {record.Query{Text: "Ficti"}, 0, 1},
	} {
		c.q.Mission = "m"
		for who, want := range map[string]int64{"local": c.local, "public": c.public} {
			n, err := d.Count(t.Context(), named(who), c.q)
			page, listErr := d.List(t.Context(), named(who), c.q)
			if err != nil || listErr != nil || n.N != want || int64(len(page.Versions)) != want {
				t.Errorf("%s, %s: counted %d, listed %d, want %d (%v %v)", name, who, n.N, len(page.Versions), want, err, listErr)
			}
		}
	}
}

// notes is an auditor that keeps what it is told, or cannot.
type notes struct {
	events []access.Event
	fails  bool
}

func (n *notes) Note(_ context.Context, e access.Event) error {
	if n.fails {
		return errors.New("the disk is full")
	}
	n.events = append(n.events, e)
	return nil
}

func TestAReadThatCannotBeNotedIsRefused(t *testing.T) {
	d := newHouseWith(t, nil)
	d.kind.Audit = true
	d.say(0, "a", nil, "marking=public")
	n := &notes{}
	d.AuditWith(n)
	read := func() error {
		_, err := d.Record(t.Context(), access.Public(), person("a"), record.AsOf{})
		return err
	}
	must(t, read())
	if _, err := d.List(t.Context(), access.Local(), record.Query{Mission: "m", Kind: "person"}); err != nil {
		t.Fatal(err)
	}
	ctx, err := d.Exporting(t.Context(), access.Public(), record.Key{Mission: "m", Kind: "person"}, "csv")
	must(t, err)
	if _, err := d.List(ctx, access.Public(), record.Query{Mission: "m", Kind: "person"}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range n.events {
		got = append(got, fmt.Sprint(e.Who.Name, " ", e.What, " ", e.Key, " ", e.Rows, " ", e.How))
	}
	want := "public READ m/person/a 1 |local SEARCH m/person/ 1 |public EXPORT m/person/ 0 csv"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("noted %s\nwant  %s", s, want)
	}
	n.fails = true
	if err := read(); !fail.Is(err, fail.Unavailable) {
		t.Errorf("read without a note: %v, want Unavailable", err)
	}
	if _, err := d.Exporting(t.Context(), access.Actor{}, record.Key{Mission: "m", Kind: "person"}, "csv"); !fail.Is(err, fail.Denied) {
		t.Errorf("export by nobody: %v, want Denied", err)
	}
}

func TestARefMadeOfAHeldNameIsToldToNobodyOutside(t *testing.T) {
	d := heldHouse(t)
	d.say(3, "of-ada-fiction", nil, "marking=public", "rank=Driver")
	for _, who := range []access.Actor{access.Public(), access.Local()} {
		page, err := d.List(t.Context(), who, record.Query{Mission: "m", Kind: "person"})
		must(t, err)
		steps, err := d.Changes(t.Context(), who, record.ChangeQuery{Mission: "m"})
		must(t, err)
		keys, err := d.Find(t.Context(), who, "of-ada-fiction")
		must(t, err)
		_, refused := d.Record(t.Context(), who, person("of-ada-fiction"), record.AsOf{})
		text := fmt.Sprint(page, steps, keys)
		if told := strings.Contains(text, "fiction") || refused == nil; told != who.IsLocal() {
			t.Errorf("told to %s: %t (%v)", who.Name, told, refused)
		}
	}
}
