package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// line is a draft of the numbered kind of the tests.
func line(post, form string) desk.Draft {
	return desk.Draft{Kind: "line", Form: form, Fields: map[string]string{"at": "2025-03-27T10:00:00Z", "post": post, "text": "all quiet"}}
}

// numberOf gives the series and number of a record.
func (n *node) numberOf(ref string) (series string, number int) {
	n.Helper()
	v, err := n.records.Get(context.Background(), record.Key{Mission: "demo", Kind: "line", Ref: ref}, record.AsOf{})
	if err != nil {
		n.Fatal(err)
	}
	number, _ = strconv.Atoi(v.Text("number"))
	return v.Text("series"), number
}

func (n *node) line(post, form string) string {
	n.Helper()
	out, err := n.Submit(context.Background(), access.Local(), "demo", []desk.Draft{line(post, form)}, desk.Options{})
	if err != nil || out[0].Status == desk.StatusRefused {
		n.Fatalf("not taken: %v %v", err, out)
	}
	return out[0].Ref
}

func TestEachSeriesCountsForItselfAndWithoutGaps(t *testing.T) {
	n := newNode(t)
	var got []string
	for i, post := range []string{"", "P1", "", "P1", "P1"} {
		series, number := n.numberOf(n.line(post, fmt.Sprint("f", i)))
		got = append(got, fmt.Sprint(series, " ", number))
	}
	want := []string{"line/-/2025 1", "line/P1/2025 1", "line/-/2025 2", "line/P1/2025 2", "line/P1/2025 3"}
	if !slices.Equal(got, want) {
		t.Errorf("numbers %q, want %q", got, want)
	}
}

func TestWhatIsNotTakenUsesNoNumber(t *testing.T) {
	ctx := context.Background()
	n := newNode(t, desk.Rule{Kind: "line", Check: func(_ context.Context, _ desk.View, d desk.Draft) ([]kind.Problem, error) {
		if d.Fields["text"] == "no" {
			return []kind.Problem{{Field: "text", Code: "required"}}, nil
		}
		return nil, nil
	}})
	first := n.line("", "f1")
	if again := n.line("", "f1"); again != first {
		t.Errorf("the form sent twice made %s beside %s", again, first)
	}
	refused := line("", "f2")
	refused.Fields["text"] = "no"
	taken := line("", "f3")
	out, err := n.Submit(ctx, access.Local(), "demo", []desk.Draft{refused, taken}, desk.Options{})
	if err != nil || out[0].Status != desk.StatusRefused {
		t.Fatal(err, out)
	}
	if _, got := n.numberOf(out[1].Ref); got != 2 {
		t.Errorf("after a refused draft the next has number %d", got)
	}
	if _, err := n.Submit(ctx, access.Local(), "demo", []desk.Draft{line("", "f4")}, desk.Options{DryRun: true}); err != nil {
		t.Fatal(err)
	}
	if err := n.Retract(ctx, access.Local(), record.Key{Mission: "demo", Kind: "line", Ref: out[1].Ref}, "mistake"); err != nil {
		t.Fatal(err)
	}
	if _, got := n.numberOf(n.line("", "f5")); got != 3 {
		t.Errorf("after a dry run and a struck record the next has number %d, want 3", got)
	}
}

func TestNobodyGivesThemselvesANumber(t *testing.T) {
	n := newNode(t)
	d := line("", "f1")
	d.Fields["number"] = "7"
	out, err := n.Submit(context.Background(), access.Local(), "demo", []desk.Draft{d}, desk.Options{})
	if err != nil || out[0].Status != desk.StatusRefused || out[0].Problems[0].Code != "numbered" {
		t.Errorf("taken: %v %+v", err, out)
	}
}

func TestManyDesksAtOnceGetFollowingNumbers(t *testing.T) {
	n := newNode(t)
	var all sync.WaitGroup
	refs := make([]string, 60)
	for i := range refs {
		all.Go(func() {
			d := line("", fmt.Sprint("f", i))
			if i%5 == 0 {
				d.Fields["at"] = "no date" // refused: it must leave no gap
			}
			out, err := n.Submit(context.Background(), access.Local(), "demo", []desk.Draft{d}, desk.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if out[0].Status == desk.StatusNew {
				refs[i] = out[0].Ref
			}
		})
	}
	all.Wait()
	var got []int
	for _, ref := range refs {
		if ref != "" {
			_, number := n.numberOf(ref)
			got = append(got, number)
		}
	}
	slices.Sort(got)
	for i, number := range got {
		if number != i+1 {
			t.Fatalf("numbers %v have a gap or a double", got)
		}
	}
	if len(got) != 48 {
		t.Errorf("%d lines were taken, want 48", len(got))
	}
}

// failing is a journal whose next commit fails.
type failing struct {
	desk.Journal
	fail bool
}

func (f *failing) Append(ctx context.Context, entries ...journal.Entry) ([]journal.Stored, error) {
	if f.fail {
		return nil, errors.New("the disk is full")
	}
	return f.Journal.Append(ctx, entries...)
}

func TestACommitThatFailsUsesNoNumber(t *testing.T) {
	n := newNode(t)
	f := &failing{Journal: n.Config.Journal, fail: true}
	n.Config.Journal = f
	if _, err := n.Submit(context.Background(), access.Local(), "demo", []desk.Draft{line("", "f1")}, desk.Options{}); err == nil {
		t.Fatal("the commit did not fail")
	}
	f.fail = false
	if _, got := n.numberOf(n.line("", "f2")); got != 1 {
		t.Errorf("the first line that was kept has number %d", got)
	}
}

func TestNumbersGoOnAfterTheStoreIsMadeAgain(t *testing.T) {
	ctx := context.Background()
	n := newNode(t)
	n.line("", "f1")
	ref := n.line("", "f2")
	if err := n.Retract(ctx, access.Local(), record.Key{Mission: "demo", Kind: "line", Ref: ref}, "mistake"); err != nil {
		t.Fatal(err)
	}
	if err := n.records.Rebuild(ctx, n.journal, nil); err != nil {
		t.Fatal(err)
	}
	if _, got := n.numberOf(n.line("", "f3")); got != 3 {
		t.Errorf("after a rebuild the next has number %d, want 3", got)
	}
}

func TestACorrectedRecordKeepsItsNumber(t *testing.T) {
	n := newNode(t)
	ref := n.line("", "f1")
	n.line("", "f2")
	d := desk.Draft{Kind: "line", Ref: ref, Form: "f3", Fields: map[string]string{"text": "shots in the north"}}
	out, err := n.Submit(context.Background(), access.Local(), "demo", []desk.Draft{d}, desk.Options{})
	if err != nil || out[0].Status != desk.StatusChanged {
		t.Fatal(err, out)
	}
	if _, got := n.numberOf(ref); got != 1 {
		t.Errorf("the corrected line has number %d, want 1", got)
	}
	if _, got := n.numberOf(n.line("", "f4")); got != 3 {
		t.Errorf("the line after it has number %d, want 3", got)
	}
}
