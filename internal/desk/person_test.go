package desk_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
)

func TestPersonalFieldsAreSealed(t *testing.T) {
	n := newNode(t)
	person := func(rank string) desk.Draft {
		return desk.Draft{Kind: "person", Ref: "x1", Row: 2, Fields: map[string]string{"name": "Secret Name", "rank": rank}}
	}
	note := desk.Draft{Kind: "note", Ref: "n1", Row: 3, Fields: map[string]string{"who": "x1", "words": "Secret words"}}
	n.submit(desk.Options{DryRun: true}, person("Sgt"))
	if _, err := n.keys.Open(context.Background(), journal.Value{Sealed: []byte{1}, Subject: "demo/person/x1"}, "name"); !fail.Is(err, fail.NotFound) {
		t.Errorf("a dry run has made a key: %v", err)
	}
	n.submit(desk.Options{}, person("Sgt"), note)
	if got := statuses(n.submit(desk.Options{}, person("Sgt"), note)); !cmp.Equal(got, []string{"same", "same"}) {
		t.Errorf("again: %v", got)
	}
	if got := statuses(n.submit(desk.Options{}, person("Cpl"))); !cmp.Equal(got, []string{"changed"}) {
		t.Errorf("changed: %v", got)
	}
	v := n.version("note", "n1", time.Time{})
	if v.Fields["words"].Subject != "demo/person/x1" {
		t.Errorf("sealed for %q", v.Fields["words"].Subject)
	}
	if plain, err := n.keys.Open(context.Background(), v.Fields["words"], "words"); err != nil || plain != "Secret words" {
		t.Errorf("%q, %v", plain, err)
	}
	err := n.journal.All(context.Background(), 1, func(e journal.Stored) error {
		if body, err := e.Encode(); err != nil || strings.Contains(string(body), "Secret") {
			t.Errorf("entry %d gives a person away (%v)", e.Seq, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Erase(context.Background(), access.Local(), "demo/person/x1"); err != nil {
		t.Fatal(err)
	}
	if got := statuses(n.submit(desk.Options{}, person("Maj"))); !cmp.Equal(got, []string{"refused name:erased"}) {
		t.Errorf("after erasure: %v", got)
	}
	alone := desk.Draft{Kind: "note", Ref: "n2", Row: 3, Fields: map[string]string{"words": "Secret"}}
	if got := statuses(n.submit(desk.Options{}, alone)); !cmp.Equal(got, []string{"refused who:subject-missing"}) {
		t.Errorf("without a person: %v", got)
	}
}
