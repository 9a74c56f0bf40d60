package access_test

import (
	"testing"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/record"
)

func TestWhatARecordSaidBeforeItWasOpenedIsNotInItsHistory(t *testing.T) {
	d, key := newDoor(t), record.Key{Mission: "m", Kind: "person", Ref: "opened"}
	h, err := d.History(t.Context(), access.Public(), key, record.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	changes, err := d.Changes(t.Context(), access.Public(), record.ChangeQuery{Mission: "m"})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(changes, h.Steps...) {
		if s.Ref != "opened" {
			continue
		}
		for _, c := range s.Changed {
			if c.Old.Text != "" {
				t.Errorf("step %d tells that %s was %q", s.Number, c.Field, c.Old.Text)
			}
		}
		for _, c := range s.Conflicts {
			for _, said := range c.Statements {
				if said.Entry == entryOf(0) {
					t.Errorf("step %d tells what was said of %s in the first", s.Number, c.Field)
				}
			}
		}
	}
}

func TestAStepThatChangesOnlyWhatIsHiddenIsNotToldOf(t *testing.T) {
	d, key := newDoor(t), record.Key{Mission: "m", Kind: "person", Ref: "rerouted"}
	for who, want := range map[access.Actor]int{access.Local(): 2, access.Public(): 1} {
		h, err := d.History(t.Context(), who, key, record.AsOf{})
		if err != nil || len(h.Steps) != want {
			t.Errorf("%s: %d steps %v, want %d", who.Name, len(h.Steps), err, want)
		}
		told := 0
		changes, _ := d.Changes(t.Context(), who, record.ChangeQuery{Mission: "m"})
		for _, s := range changes {
			if s.Ref == key.Ref {
				told++
			}
		}
		if told != want {
			t.Errorf("%s: %d changes, want %d", who.Name, told, want)
		}
	}
}

func TestAConflictAboutAHiddenFieldIsNotToldOf(t *testing.T) {
	d, key := newDoor(t), record.Key{Mission: "m", Kind: "person", Ref: "rerouted"}
	for who, want := range map[access.Actor]bool{access.Local(): true, access.Public(): false} {
		v, err := d.Record(t.Context(), who, key, record.AsOf{})
		if err != nil || v.Conflict != want {
			t.Errorf("%s: conflict %v %v, want %v", who.Name, v.Conflict, err, want)
		}
		h, err := d.History(t.Context(), who, key, record.AsOf{})
		if err != nil || h.Steps[len(h.Steps)-1].Conflict != want {
			t.Errorf("%s: history with a conflict: %v %v, want %v", who.Name, !want, err, want)
		}
		page, err := d.List(t.Context(), who, record.Query{Mission: "m", Kind: "person", Conflict: true})
		if err != nil || listed(page, key.Ref) != want {
			t.Errorf("%s: listed among conflicts %v %v, want %v", who.Name, !want, err, want)
		}
	}
}

// TestAHiddenRecordIsRefusedLikeOneThatIsNotThere on every date and in every word.
func TestAHiddenRecordIsRefusedLikeOneThatIsNotThere(t *testing.T) {
	d := newDoor(t)
	for _, asOf := range []record.AsOf{{}, {Known: day(1)}, {Known: day(-5)}} {
		for read, ask := range map[string]func(record.Key) error{
			"record":  func(k record.Key) error { _, err := d.Record(t.Context(), access.Public(), k, asOf); return err },
			"history": func(k record.Key) error { _, err := d.History(t.Context(), access.Public(), k, asOf); return err },
		} {
			hidden := ask(record.Key{Mission: "m", Kind: "person", Ref: "shut"})
			missing := ask(record.Key{Mission: "m", Kind: "person", Ref: "miss"})
			if hidden == nil || missing == nil || said(hidden) != said(missing) {
				t.Errorf("%s as of %v: %q for a hidden one, %q for none", read, asOf.Known, said(hidden), said(missing))
			}
		}
	}
}

func TestAFilterByAHiddenFieldIsRefusedWithoutAKindToo(t *testing.T) {
	_, err := newDoor(t).List(t.Context(), access.Public(), record.Query{Mission: "m", Where: map[string][]string{"@sources": {"s"}, "@batch": {"b"}}})
	if err == nil {
		t.Error("the public may ask which import a record came with")
	}
}

func TestThePublicIsNotToldOfImportsAndForms(t *testing.T) {
	d, key := newDoor(t), record.Key{Mission: "m", Kind: "person", Ref: "open"}
	h, err := d.History(t.Context(), access.Public(), key, record.AsOf{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range h.Steps {
		if s.Entry.Batch != "" || s.Entry.Draft != "" || !s.Fields["@batch"].Cleared() || !s.Fields["@sources"].Cleared() {
			t.Errorf("step %d: batch %q, draft %q, %v", s.Number, s.Entry.Batch, s.Entry.Draft, s.Fields)
		}
	}
}

func TestAPageIsFilledUpWhereSomeOfItIsHidden(t *testing.T) {
	d := newDoor(t)
	seen := 0
	q := record.Query{Mission: "paged", Kind: "person", AsOf: record.AsOf{Known: day(0)}, Limit: 3}
	for pages := 1; ; pages++ {
		page, err := d.List(t.Context(), access.Public(), q)
		if err != nil {
			t.Fatal(err)
		}
		seen += len(page.Versions)
		if q.After = page.Next; q.After == "" {
			break
		}
		if len(page.Versions) != q.Limit {
			t.Errorf("page %d has %d of %d", pages, len(page.Versions), q.Limit)
		}
	}
	if seen != 5 {
		t.Errorf("%d seen, want 5", seen)
	}
}
