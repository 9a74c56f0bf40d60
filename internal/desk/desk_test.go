package desk_test

import (
	"context"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

func TestWhatBecomesOfARow(t *testing.T) {
	for _, c := range []struct {
		name   string
		before []desk.Draft // an import each
		then   []desk.Draft // one import
		want   []string
	}{
		{"a first row is new", nil, []desk.Draft{arrival(2, "m1", "200")}, []string{"new"}},
		{"the same row again is the same", []desk.Draft{arrival(2, "m1", "200")}, []desk.Draft{arrival(2, "m1", "200")}, []string{"same"}},
		{"another way of writing it is the same", []desk.Draft{arrival(2, "m1", "200")}, []desk.Draft{arrival(9, "m1", " 200 ", "contributor", "Kenya")}, []string{"same"}},
		{"a changed cell is a correction", []desk.Draft{arrival(2, "m1", "200")}, []desk.Draft{arrival(2, "m1", "210")}, []string{"changed"}},
		{
			"a row that goes back to what it said first is a correction",
			[]desk.Draft{arrival(2, "m1", "200"), arrival(2, "m1", "210")},
			[]desk.Draft{arrival(2, "m1", "200")},
			[]string{"changed"},
		},
		{"the same row twice in one sheet is the same", nil, []desk.Draft{arrival(2, "m1", "200"), arrival(3, "m1", "200")}, []string{"new", "same"}},
		{
			"two different rows of one ref are refused the second time", nil,
			[]desk.Draft{arrival(2, "m1", "200"), arrival(3, "m1", "210")},
			[]string{"new", "refused ref:duplicate-ref"},
		},
		{
			"two different rows of one ref are refused the second time in every import",
			[]desk.Draft{arrival(2, "m1", "200")},
			[]desk.Draft{arrival(2, "m1", "200"), arrival(3, "m1", "210")},
			[]string{"same", "refused ref:duplicate-ref"},
		},
		{
			"a row that was refused does not stand in the way of the next", nil,
			[]desk.Draft{arrival(2, "m1", "many"), arrival(3, "m1", "210")},
			[]string{"refused persons:number", "new"},
		},
		{
			"two statements of one ref reported at different times are both taken", nil,
			[]desk.Draft{arrival(2, "m1", "200", "reported", "2025-01-05"), arrival(3, "m1", "210", "reported", "2025-01-09")},
			[]string{"new", "changed"},
		},
		{
			"a sheet with two statements of one ref is the same again",
			[]desk.Draft{arrival(2, "m1", "200", "reported", "2025-01-05"), arrival(3, "m1", "210", "reported", "2025-01-09")},
			[]desk.Draft{arrival(2, "m1", "200", "reported", "2025-01-05"), arrival(3, "m1", "210", "reported", "2025-01-09")},
			[]string{"same", "same"},
		},
		{
			"an older statement that a newer row has overtaken is not changed silently",
			[]desk.Draft{arrival(2, "m1", "200", "reported", "2025-01-05"), arrival(3, "m1", "210", "reported", "2025-01-09")},
			[]desk.Draft{arrival(2, "m1", "205", "reported", "2025-01-05")},
			[]string{"refused persons:superseded"},
		},
		{
			"an older statement of what no newer row speaks of is corrected",
			[]desk.Draft{arrival(2, "m1", "200", "reported", "2025-01-05"), arrival(3, "m1", "210", "reported", "2025-01-09")},
			[]desk.Draft{arrival(2, "m1", "200", "reported", "2025-01-05", "women", "12")},
			[]string{"changed"},
		},
		{
			"a later import cannot put a statement before what is there",
			[]desk.Draft{arrival(2, "m1", "200", "reported", "2025-01-09")},
			[]desk.Draft{arrival(2, "m1", "210", "reported", "2025-01-05")},
			[]string{"refused reported:reported-before"},
		},
		{"a row without ref is refused", nil, []desk.Draft{arrival(2, "", "200")}, []string{"refused ref:ref-missing"}},
		{
			"a row without source is refused", nil,
			[]desk.Draft{{Kind: "movement", Ref: "m1", Row: 2, Fields: arrival(2, "m1", "200").Fields}},
			[]string{"refused source:source-missing"},
		},
		{
			"an unknown source names the nearest", nil,
			[]desk.Draft{arrival(2, "m1", "200", "post", "p1"), {Kind: "post", Ref: "p1", Row: 1, Source: "s", Fields: map[string]string{"name": "P"}}},
			[]string{"refused post:reference-missing", "refused source:source-unknown-near"},
		},
		{
			"a record may come after the row that points to it", nil,
			[]desk.Draft{arrival(2, "m1", "200", "post", "p1"), {Kind: "post", Ref: "p1", Row: 1, Fields: map[string]string{"name": "P"}}},
			[]string{"new", "new"},
		},
		{"a report from tomorrow is refused", nil, []desk.Draft{arrival(2, "m1", "200", "reported", "2025-07-01")}, []string{"refused reported:reported-future"}},
		{"a grade has a letter and a number", nil, []desk.Draft{{Kind: "post", Ref: "p", Row: 2, Grade: "Z9", Fields: map[string]string{"name": "P"}}}, []string{"refused grade:grade"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNode(t)
			n.source()
			for i, d := range c.before {
				n.submit(desk.Options{Batch: "b" + string(rune('0'+i))}, d)
			}
			entries := n.count()
			if dry := n.submit(desk.Options{Batch: "last", DryRun: true}, c.then...); !cmp.Equal(c.want, statuses(dry)) {
				t.Errorf("dry run: %s", cmp.Diff(c.want, statuses(dry)))
			}
			if n.count() != entries {
				t.Error("a dry run has written")
			}
			if got := n.submit(desk.Options{Batch: "last"}, c.then...); !cmp.Equal(c.want, statuses(got)) {
				t.Error(cmp.Diff(c.want, statuses(got)))
			}
			wrote := 0
			for _, s := range c.want {
				if s == "new" || s == "changed" {
					wrote++
				}
			}
			if got := n.count() - entries; got != wrote {
				t.Errorf("want %d entries, got %d", wrote, got)
			}
		})
	}
}

func TestACorrectionKeepsWhatWasKnownBefore(t *testing.T) {
	n := newNode(t)
	n.source()
	n.submit(desk.Options{}, arrival(2, "m1", "200", "reported", "2025-01-05", "women", "20"))
	out := n.submit(desk.Options{}, arrival(2, "m1", "210", "reported", "2025-01-05"))
	want := []record.Change{
		{Field: "persons", Old: journal.Value{Text: "200"}, New: journal.Value{Text: "210"}},
		{Field: "women", Old: journal.Value{Text: "20"}},
	}
	if d := cmp.Diff(want, out[0].Changes); d != "" {
		t.Error(d)
	}
	if v := n.version("movement", "m1", time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC)); v.Text("persons") != "200" {
		t.Errorf("as known in February: want 200, got %s", v.Text("persons"))
	}
	now := n.version("movement", "m1", time.Time{})
	if now.Text("persons") != "210" || now.Text("women") != "" || now.Conflict {
		t.Errorf("now: %v", now)
	}
	if now.Text("owner") != "KEN" || now.Text("marking") != "mission" {
		t.Errorf("owner %q, marking %q", now.Text("owner"), now.Text("marking"))
	}
}

func TestASheetDoesNotPutBackWhatSomebodyCorrectedByHand(t *testing.T) {
	n := newNode(t)
	n.source()
	n.submit(desk.Options{}, arrival(2, "m1", "200", "women", "20"))
	n.submit(desk.Options{}, desk.Draft{Kind: "movement", Ref: "m1", Form: "f1", Source: "s1", Fields: map[string]string{"persons": "217"}})
	got := n.submit(desk.Options{}, arrival(2, "m1", "200", "women", "21"))
	v := n.version("movement", "m1", time.Time{})
	if got[0].Status != desk.StatusChanged || v.Text("persons") != "217" || v.Text("women") != "21" {
		t.Errorf("%v, persons %s, women %s", got[0].Status, v.Text("persons"), v.Text("women"))
	}
}

func TestTheOwnerFollowsTheContributorUnlessItWasStated(t *testing.T) {
	n := newNode(t)
	n.source()
	n.submit(desk.Options{}, arrival(2, "m1", "2"), arrival(3, "m2", "2", "owner", "KEN"))
	n.submit(desk.Options{}, arrival(2, "m1", "2", "contributor", "JAM"), arrival(3, "m2", "2", "owner", "KEN", "contributor", "JAM"))
	if a, b := n.version("movement", "m1", time.Time{}), n.version("movement", "m2", time.Time{}); a.Text("owner") != "JAM" || b.Text("owner") != "KEN" {
		t.Errorf("owners %s and %s", a.Text("owner"), b.Text("owner"))
	}
}

func TestAFormSentTwiceIsWrittenOnce(t *testing.T) {
	n := newNode(t)
	form := desk.Draft{Kind: "post", Form: "0192-ab", Fields: map[string]string{"name": "North gate"}}
	first, second := n.submit(desk.Options{}, form), n.submit(desk.Options{}, form)
	if first[0].Status != desk.StatusNew || second[0].Status != desk.StatusSame || first[0].Ref != second[0].Ref || n.count() != 1 {
		t.Errorf("%+v then %+v, %d entries", first[0], second[0], n.count())
	}
	if !regexp.MustCompile(`^POS-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(first[0].Ref) {
		t.Errorf("ref %q cannot be read over a radio", first[0].Ref)
	}
	other := n.submit(desk.Options{}, desk.Draft{Kind: "post", Fields: map[string]string{"name": "South gate"}})
	if other[0].Status != desk.StatusNew || other[0].Ref == first[0].Ref {
		t.Errorf("%+v", other[0])
	}
}

func TestTwoDesksThatDidNotSeeOneAnotherConflictUntilSettled(t *testing.T) {
	n := newNode(t)
	n.submit(desk.Options{}, desk.Draft{Kind: "post", Ref: "p1", Form: "a", Fields: map[string]string{"name": "Gate"}})
	key := record.Key{Mission: "demo", Kind: "post", Ref: "p1"}
	heads := func() []journal.ID {
		h, err := n.records.History(context.Background(), key, record.AsOf{})
		if err != nil {
			t.Fatal(err)
		}
		return h.Heads
	}
	seen := heads()
	n.submit(desk.Options{}, desk.Draft{Kind: "post", Ref: "p1", Form: "b", Seen: seen, Fields: map[string]string{"name": "North gate"}})
	n.submit(desk.Options{}, desk.Draft{Kind: "post", Ref: "p1", Form: "c", Seen: seen, Fields: map[string]string{"name": "Main gate"}})
	if v := n.version("post", "p1", time.Time{}); !v.Conflict || v.Text("name") != "Main gate" {
		t.Fatalf("want a conflict, got %v", v)
	}
	out := n.submit(desk.Options{}, desk.Draft{Kind: "post", Ref: "p1", Form: "d", Seen: heads(), Fields: map[string]string{"name": "Main gate"}})
	if v := n.version("post", "p1", time.Time{}); v.Conflict || out[0].Status != desk.StatusChanged {
		t.Errorf("%v: want the conflict settled, got %v", out[0].Status, v)
	}
	taken := n.submit(desk.Options{}, desk.Draft{Kind: "post", Ref: "p1", Form: "e", Seen: []journal.ID{}, Fields: map[string]string{"name": "Other"}})
	if d := cmp.Diff([]string{"refused ref:ref-taken"}, statuses(taken)); d != "" {
		t.Error(d)
	}
}

func TestAnImportIsWithdrawnAsOneAndComesBackAsNew(t *testing.T) {
	n := newNode(t)
	n.source()
	rows := []desk.Draft{arrival(2, "m1", "200", "reported", "2025-01-05"), arrival(3, "m2", "50"), arrival(4, "m1", "210", "reported", "2025-01-09")}
	n.submit(desk.Options{}, arrival(2, "m3", "7"))
	n.submit(desk.Options{Batch: "imp-1"}, append(rows, arrival(5, "m3", "8"))...)
	ctx := context.Background()
	if _, err := n.Withdraw(ctx, access.Local(), "demo", "imp-1", " "); !fail.Is(err, fail.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	if got, err := n.Withdraw(ctx, access.Local(), "demo", "imp-1", "wrong sheet"); err != nil || got != 4 {
		t.Fatalf("want 4 taken back, got %d, %v", got, err)
	}
	if got, err := n.Withdraw(ctx, access.Local(), "demo", "imp-1", "wrong sheet"); !fail.Is(err, fail.NotFound) || got != 0 {
		t.Errorf("a second time: %d, %v", got, err)
	}
	if v := n.version("movement", "m1", time.Time{}); v.State != record.Withdrawn {
		t.Errorf("m1 is in state %v", v.State)
	}
	if v := n.version("movement", "m3", time.Time{}); v.Text("persons") != "7" {
		t.Errorf("m3 has %s persons, want the 7 from before", v.Text("persons"))
	}
	if _, err := n.Withdraw(ctx, access.Local(), "demo", "imp-9", "why"); !fail.Is(err, fail.NotFound) {
		t.Errorf("unknown import: %v", err)
	}
	n.now = n.now.Add(time.Hour)
	want := []string{"new", "new", "changed"}
	if d := cmp.Diff(want, statuses(n.submit(desk.Options{Batch: "imp-2"}, rows...))); d != "" {
		t.Error(d)
	}
	if v := n.version("movement", "m1", time.Time{}); v.State != record.Live || v.Text("persons") != "210" || v.Conflict {
		t.Errorf("after importing again: %v", v)
	}
}

func TestARetractedRecordIsStruckAndStaysSo(t *testing.T) {
	n := newNode(t)
	n.source()
	n.submit(desk.Options{}, arrival(2, "m1", "200"))
	key := record.Key{Mission: "demo", Kind: "movement", Ref: "m1"}
	for range 2 {
		if err := n.Retract(context.Background(), access.Local(), key, "entered twice"); err != nil {
			t.Fatal(err)
		}
	}
	if got := n.submit(desk.Options{}, arrival(2, "m1", "200")); got[0].Status != desk.StatusSame {
		t.Errorf("the same row after a retraction is %v", got[0].Status)
	}
	if v := n.version("movement", "m1", time.Time{}); v.State != record.Struck || n.count() != 3 {
		t.Errorf("state %v, %d entries", v.State, n.count())
	}
}

func TestStrictKeepsNothing(t *testing.T) {
	n := newNode(t)
	n.source()
	out := n.submit(desk.Options{Strict: true}, arrival(2, "m1", "200"), arrival(3, "m2", "many"))
	if d := cmp.Diff([]string{"new", "refused persons:number"}, statuses(out)); d != "" || n.count() != 1 {
		t.Errorf("%s, %d entries", d, n.count())
	}
}

func TestOnlyWhoMayWriteWrites(t *testing.T) {
	n := newNode(t)
	ctx, key := context.Background(), record.Key{Mission: "demo", Kind: "post", Ref: "p"}
	n.submit(desk.Options{Batch: "b"}, desk.Draft{Kind: "post", Ref: "p", Fields: map[string]string{"name": "P"}})
	for name, try := range map[string]func(access.Actor) error{
		"submit": func(a access.Actor) error {
			_, err := n.Submit(ctx, a, "demo", []desk.Draft{{Kind: "post", Ref: "q", Fields: map[string]string{"name": "Q"}}}, desk.Options{})
			return err
		},
		"retract":  func(a access.Actor) error { return n.Retract(ctx, a, key, "why") },
		"withdraw": func(a access.Actor) error { _, err := n.Withdraw(ctx, a, "demo", "b", "why"); return err },
		"erase":    func(a access.Actor) error { return n.Erase(ctx, a, key.String()) },
	} {
		for _, a := range []access.Actor{access.Public(), {}} {
			if err := try(a); !fail.Is(err, fail.Denied) {
				t.Errorf("%s by %q: %v", name, a.Name, err)
			}
		}
	}
	if n.count() != 1 {
		t.Errorf("%d entries", n.count())
	}
}

func TestARuleSeesTheRecordAsItWouldBecome(t *testing.T) {
	var seen []map[string]string
	rule := desk.Rule{Kind: "movement", Check: func(ctx context.Context, v desk.View, d desk.Draft) ([]kind.Problem, error) {
		seen = append(seen, d.Fields)
		post, err := v.Get(ctx, "post", "p1")
		if err != nil || post["name"].Text != "P" {
			return nil, err
		}
		if d.Fields["persons"] == "13" {
			return []kind.Problem{{Field: "persons", Code: "identity"}}, nil
		}
		return nil, nil
	}}
	n := newNode(t, rule)
	n.source()
	n.submit(desk.Options{}, desk.Draft{Kind: "post", Ref: "p1", Fields: map[string]string{"name": "P"}})
	n.submit(desk.Options{}, arrival(2, "m1", "12"))
	out := n.submit(desk.Options{}, desk.Draft{Kind: "movement", Ref: "m1", Form: "f", Source: "s1", Fields: map[string]string{
		"persons": "13", "at": "2025-01-04", "contributor": "KEN",
	}})
	if d := cmp.Diff([]string{"refused persons:identity"}, statuses(out)); d != "" {
		t.Error(d)
	}
	want := map[string]string{"at": "2025-01-04", "contributor": "KEN", "persons": "13", "owner": "KEN", "marking": "mission"}
	if d := cmp.Diff(want, seen[len(seen)-1]); d != "" {
		t.Error(d)
	}
}

func TestTheSameRowSentByManyAtOnceIsWrittenOnce(t *testing.T) {
	n := newNode(t)
	n.source()
	done := make(chan desk.Status)
	for range 16 {
		go func() {
			out, err := n.Submit(context.Background(), access.Local(), "demo", []desk.Draft{arrival(2, "m1", "200")}, desk.Options{})
			if err != nil {
				t.Error(err)
				done <- ""
				return
			}
			done <- out[0].Status
		}()
	}
	count := map[desk.Status]int{}
	for range 16 {
		count[<-done]++
	}
	if d := cmp.Diff(map[desk.Status]int{desk.StatusNew: 1, desk.StatusSame: 15}, count); d != "" {
		t.Error(d)
	}
}
