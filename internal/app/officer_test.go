package app_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/casualty"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// The mission of the story. It has no sheets; nobody in it exists.
const lake = `id: lake
title: Lake mission
zone: UTC
host: FJI
contributors: [TON, WSM]
languages: [en]
hold: 24h
`

// story is a node whose clock the test sets.
type story struct {
	*testing.T
	n   *app.Node
	now time.Time
}

// ambushed is when it happened.
var ambushed = time.Date(2026, 3, 25, 20, 30, 0, 0, time.UTC)

const (
	officer = "Mfano Tisa" // fictional, as is all of this
	number  = "X-9090"
)

var theFile = record.Key{Mission: "lake", Kind: "casualty", Ref: "cas-b"}

func begin(t *testing.T) *story {
	t.Helper()
	s := &story{T: t, now: ambushed.Add(-24 * time.Hour)}
	clock := func() time.Time { return s.now }
	from, dir := t.TempDir(), filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(filepath.Join(from, "mission.yaml"), []byte(lake), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Init(t.Context(), dir, filepath.Join(from, "mission.yaml"), journal.Unlock{}, clock); err != nil {
		t.Fatal(err)
	}
	var err error
	s.n, err = app.Open(t.Context(), app.Config{Data: dir, Now: clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.n.Close() })
	return s
}

// as is somebody with one role.
func as(role access.Role, of access.Grant) access.Actor {
	of.Role = role
	return access.Actor{Name: "acc-" + string(role), Grants: []access.Grant{of}}
}

// readers are those whose views the story follows, in order.
func readers() []access.Actor {
	return []access.Actor{
		as(access.RoleCell, access.Grant{}), as(access.RoleDuty, access.Grant{}),
		as(access.RoleMinistry, access.Grant{Owner: "TON"}), as(access.RoleMinistry, access.Grant{Owner: "WSM"}),
		as(access.RoleFamily, access.Grant{Person: "per-b"}), access.Public(),
	}
}

// says submits one draft, which must be taken.
func (s *story) says(who access.Actor, kind, ref string, fields ...string) {
	s.Helper()
	if problems := s.try(who, kind, ref, fields...); problems != "" {
		s.Fatalf("%s about %s/%s: %s", who.Name, kind, ref, problems)
	}
}

// try submits one draft and gives what it was refused for.
func (s *story) try(who access.Actor, kind, ref string, fields ...string) (refused string) {
	s.Helper()
	d := desk.Draft{Kind: kind, Ref: ref, Fields: map[string]string{}}
	if kind == "casualty" || kind == "claim" {
		d.Source, d.Grade = "src-radio", "A1"
	}
	for i := 0; i < len(fields); i += 2 {
		d.Fields[fields[i]] = fields[i+1]
	}
	out, err := s.n.Desk.Submit(s.Context(), who, "lake", []desk.Draft{d}, desk.Options{})
	if err != nil {
		return err.Error()
	}
	for _, p := range out[0].Problems {
		refused += p.Field + " " + p.Code + "; "
	}
	return refused
}

// view is all that a reader learns of the officer: the figures, the file, what
// its history says, and what a search for the name finds.
func (s *story) view(who access.Actor) string {
	s.Helper()
	file, history := "no file", ""
	if v, err := s.n.Door.Record(s.Context(), who, theFile, record.AsOf{}); err == nil {
		file = v.Text("status")
		if name := v.Text("public-name"); name != "" {
			file += " " + name
		}
	} else if !fail.Is(err, fail.NotFound) {
		s.Fatal(err)
	}
	if h, err := s.n.Door.History(s.Context(), who, theFile, record.AsOf{}); err == nil {
		var states []string
		for i := range h.Steps {
			if st := h.Steps[i].Text("status"); len(states) == 0 || states[len(states)-1] != st {
				states = append(states, st)
			}
		}
		history = " (" + strings.Join(states, ", ") + ")"
	}
	listed, err := s.n.Door.List(s.Context(), who, record.Query{Mission: "lake", Kind: "casualty"})
	if err != nil {
		s.Fatal(err)
	}
	if (len(listed.Versions) > 0) != (file != "no file") {
		s.Errorf("%s: %s, and the list has %d", who.Name, file, len(listed.Versions))
	}
	return fmt.Sprintf("missing %s, deaths %s, %s%s, %d hits",
		s.figure(who, "casualties.missing", time.Time{}), s.figure(who, "casualties.deaths", time.Time{}), file, history, s.hits(who))
}

func (s *story) figure(who access.Actor, id string, known time.Time) string {
	s.Helper()
	f, err := s.n.Figures.Figure(s.Context(), who, measure.Query{Mission: "lake", Measure: id, At: s.now, Known: known, By: []string{"contributor"}})
	if err != nil {
		s.Fatal(err)
	}
	if f.Total == nil {
		return "-"
	}
	return f.Total.String()
}

// hits is how many records a search for the officer's name finds.
func (s *story) hits(who access.Actor) int {
	s.Helper()
	page, err := s.n.Door.List(s.Context(), who, record.Query{Mission: "lake", Text: "Tisa"})
	if err != nil {
		s.Fatal(err)
	}
	return len(page.Versions)
}

// sees compares what each reader learns at a time: the cell, the duty officer,
// the officer's ministry, another ministry, the family, the journalist.
func (s *story) sees(after time.Duration, what string, want ...string) {
	s.Helper()
	s.now = ambushed.Add(after)
	var got []string
	for _, who := range readers() {
		got = append(got, s.view(who))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("%s:\n%s", what, diff)
	}
}

func TestTheStoryOfOfficerB(t *testing.T) {
	s := begin(t)
	cell, duty, commander := as(access.RoleCell, access.Grant{}), as(access.RoleDuty, access.Grant{}), as(access.RoleCommander, access.Grant{})
	notifier := as(access.RoleNotifier, access.Grant{Owner: "TON"})
	s.says(duty, "source", "src-radio", "title", "Radio log", "marking", "public")
	s.says(as(access.RolePersonnel, access.Grant{}), "person", "per-b", "contributor", "TON", "name", officer, "number", number, "status", "PRESENT", "rank", "Constable")
	for i, kin := range []string{"SPOUSE", "PARENT"} {
		s.says(cell, "kin", "kin-"+kin, "contributor", "TON", "person", "per-b", "order", fmt.Sprint(i+1), "relation", kin, "may-be-told", "yes", "name", "Jamaa Fiction")
	}
	s.says(cell, "kin", "kin-apart", "contributor", "TON", "person", "per-b", "order", "2", "relation", "PARTNER", "may-be-told", "yes", "protected", "yes")

	s.now = ambushed.Add(time.Hour)
	s.says(duty, "incident", "inc-1", "at", "251630RMAR26", "category", "AMBUSH", "summary", "Ambush on a vehicle recovery; Tisa is not accounted for", "marking", "public")
	s.says(cell, "casualty", "cas-b", "contributor", "TON", "status", "MISSING", "cause", "MALICIOUS", "persons", "1", "person", "per-b", "incident", "inc-1",
		"at", ambushed.Format(time.RFC3339), "kin", "NOT-STARTED", "marking", "public")
	shut := []string{
		"missing 1, deaths -, MISSING (MISSING), 1 hits", "missing 1, deaths -, no file, 0 hits",
		"missing 1, deaths -, no file, 0 hits", "missing -, deaths -, no file, 0 hits",
		"missing -, deaths -, no file, 0 hits", "missing -, deaths -, no file, 0 hits",
	}
	s.sees(2*time.Hour, "missing, and the family does not know", shut...)

	s.now = ambushed.Add(20 * time.Hour)
	visit := casualty.Visit{Casualty: "cas-b", Kin: "kin-SPOUSE", Outcome: "TOLD", How: "IN-PERSON", Notifier: "Inspector Fiction"}
	if got, err := s.n.Cell.Notify(t.Context(), notifier, "lake", visit); err != nil || got.Kin != "TOLD-PRIMARY" || got.Complete {
		t.Fatal(got, err)
	}
	s.sees(80*time.Hour, "the parents do not know yet, however long it takes", shut...)
	visit.Kin = "kin-PARENT"
	if got, err := s.n.Cell.Notify(t.Context(), notifier, "lake", visit); err != nil || got.Kin != "TOLD-ALL" || !got.Complete {
		t.Fatal(got, err)
	}
	s.sees(103*time.Hour, "the family knows, and the hold runs", shut...)
	open := "missing 1, deaths -, MISSING (MISSING), "
	told := []string{open + "1 hits", open + "1 hits", open + "1 hits", open + "1 hits", open + "1 hits", open + "1 hits"}
	s.sees(105*time.Hour, "the hold is over", told...)

	s.now = ambushed.AddDate(0, 0, 12)
	s.says(duty, "claim", "clm-dead", "measure", "casualties.deaths", "scope", "contributor=TON", "value", "1", "precision", "exact",
		"at", "2026-04-05", "marking", "public", "statement", "The press says that the missing officer is dead")
	s.sees(13*24*time.Hour, "a claim of death changes nothing", told...)
	if f, err := s.n.Cell.File(t.Context(), cell, theFile); err != nil || len(f.Claims) != 1 || f.Casualty.Text("status") != "MISSING" {
		t.Errorf("the file: %+v, %v", f, err)
	}

	s.now = ambushed.AddDate(0, 6, 0)
	dead := []string{"status", "DECEASED", "declared-by", "Inspector General of the contributing state", "declared-at", "2026-09-24"}
	if refused := s.try(cell, "casualty", "cas-b", dead...); !strings.Contains(refused, "status declare-denied") {
		t.Errorf("the cell declared a death: %q", refused)
	}
	if refused := s.try(access.Local(), "casualty", "cas-b", dead[:2]...); !strings.Contains(refused, "declared-by declare-needs") {
		t.Errorf("nobody declared it: %q", refused)
	}
	if err := s.n.Cell.Declare(t.Context(), duty, theFile, casualty.Declaration{Authority: dead[3], On: dead[5]}); !fail.Is(err, fail.Denied) {
		t.Errorf("the duty officer declared a death: %v", err)
	}
	if err := s.n.Cell.Declare(t.Context(), commander, theFile, casualty.Declaration{Authority: dead[3], On: dead[5]}); err != nil {
		t.Fatal(err)
	}
	since := s.now.Sub(ambushed)
	known := "MISSING (MISSING), 1 hits" // as before: what was written of him while he was known to be missing stays
	s.sees(since+time.Hour, "declared, and the family does not know",
		"missing -, deaths 1, DECEASED (MISSING, DECEASED), 1 hits", "missing -, deaths 1, "+known,
		"missing -, deaths 1, "+known, "missing 1, deaths -, "+known, "missing 1, deaths -, "+known, "missing 1, deaths -, "+known)

	s.now = s.now.Add(time.Hour)
	for _, kin := range []string{"kin-SPOUSE", "kin-PARENT"} {
		visit.Kin = kin
		if _, err := s.n.Cell.Notify(t.Context(), notifier, "lake", visit); err != nil {
			t.Fatal(err)
		}
	}
	told = told[:0]
	for range readers() {
		told = append(told, "missing -, deaths 1, DECEASED (MISSING, DECEASED), 1 hits")
	}
	if refused := s.try(cell, "casualty", "cas-b", "public-name", officer); !strings.Contains(refused, "name-early") {
		t.Errorf("the name went out within the hold: %q", refused)
	}
	s.sees(s.now.Sub(ambushed)+25*time.Hour, "the family knows, and the hold is over", told...)
	if got := s.figure(access.Public(), "casualties.missing", ambushed.AddDate(0, 0, 13)); got != "1" {
		t.Errorf("as known in April %s were missing", got)
	}
	s.says(cell, "casualty", "cas-b", "public-name", officer)
	if got := s.view(access.Public()); !strings.Contains(got, "DECEASED "+officer) {
		t.Errorf("the journalist reads %q", got)
	}
}
