package mission_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/mission"
)

const good = `id: test-mission
title: {en: A mission, fr: Une mission}
summary: Watches a lake
zone: America/Belize
host: BLZ
lead: JAM
contributors: [JAM, GTM]
languages: [en, es]
started: 2024-06
successor: {title: The next, from: 2026-01, instrument: ins-2}
map: {file: map.geojson, provenance: Natural Earth, licence: public domain}
sheets:
  - {file: sheets/movement.csv, kind: movement}
  - {file: sheets/other.csv, kind: incident, map: sheets/other.map.yaml}
`

func folder(text string) fstest.MapFS {
	return fstest.MapFS{
		"m/mission.yaml":          {Data: []byte(text)},
		"m/map.geojson":           {Data: []byte("{}")},
		"m/sheets/movement.csv":   {Data: []byte("ref\n")},
		"m/sheets/other.csv":      {Data: []byte("ref\n")},
		"m/sheets/other.map.yaml": {Data: []byte("{}")},
		"secret.csv":              {Data: []byte("ref\n")},
	}
}

func TestLoadReadsEverything(t *testing.T) {
	m, err := mission.Load(folder(good), "m")
	if err != nil {
		t.Fatal(err)
	}
	want := []mission.Sheet{
		{File: "sheets/movement.csv", Kind: "movement"},
		{File: "sheets/other.csv", Kind: "incident", Map: "sheets/other.map.yaml"},
	}
	if diff := cmp.Diff(want, m.Sheets); diff != "" {
		t.Error(diff)
	}
	got := []string{m.ID, m.Title.In("fr"), m.Title.In("sw"), m.Summary.In("ht"), m.Location().String(), m.Map.Licence}
	if diff := cmp.Diff([]string{"test-mission", "Une mission", "A mission", "Watches a lake", "America/Belize", "public domain"}, got); diff != "" {
		t.Error(diff)
	}
	if f, err := m.Folder().Open("sheets/movement.csv"); err != nil {
		t.Error(err)
	} else if err := f.Close(); err != nil {
		t.Error(err)
	}
}

func TestTheHoldIsADayUnlessTheMissionSaysOtherwise(t *testing.T) {
	for said, want := range map[string]time.Duration{"": 24 * time.Hour, "hold: 36h\n": 36 * time.Hour, "hold: 0h\n": 0} {
		m, err := mission.Load(folder(good+said), "m")
		if err != nil {
			t.Fatal(err)
		}
		if m.Hold() != want {
			t.Errorf("%q: got %s, want %s", said, m.Hold(), want)
		}
	}
}

func TestTheRhythmIsTheUsualOneUnlessTheMissionSaysOtherwise(t *testing.T) {
	m, err := mission.Load(folder(good+"rhythm: {flash: {written: 90m, chain: [Duty officer, {en: Chief, fr: Chef}]}}\n"), "m")
	if err != nil {
		t.Fatal(err)
	}
	f := m.Rhythm.Flash
	if got := mission.Span(f.Written, 2*time.Hour); got != 90*time.Minute {
		t.Errorf("written in %s", got)
	}
	if got := mission.Span(f.Every, 4*time.Hour); got != 4*time.Hour {
		t.Errorf("then every %s", got)
	}
	for step, want := range map[int]string{0: "", 1: "Duty officer", 2: "Chef", 3: "Chef"} { // the last one is called again and again
		if got, _ := f.Called(step, "fr"); got != want {
			t.Errorf("step %d: %q is called, want %q", step, got, want)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"a name that is a page of the node", "id: test-mission", "id: sign-in", "mission.yaml:1: id"},
		{"a key it does not know, with its line", "host: BLZ", "hoast: BLZ", "mission.yaml:5"},
		{"a country that is none", "host: BLZ", "host: Belize", `mission.yaml:5: host: "Belize"`},
		{"a contributor named twice", "[JAM, GTM]", "[JAM, JAM]", "mission.yaml:7: contributors.1"},
		{"a zone letter, which knows no summer time", "America/Belize", "R", "mission.yaml:4: zone"},
		{"the machine's own clock", "America/Belize", "Local", "mission.yaml:4: zone"},
		{"a language it does not speak", "[en, es]", "[en, de]", "mission.yaml:8: languages"},
		{"a title in a language it does not speak", "fr: Une", "de: Eine", "mission.yaml:2: title"},
		{"a hold that is no time", "started: 2024-06", "started: 2024-06\nhold: a day", `mission.yaml:10: hold: "a day"`},
		{"a hold of years", "started: 2024-06", "started: 2024-06\nhold: 9000h", "mission.yaml:10: hold"},
		{"a stretch that is no time", "started: 2024-06", "started: 2024-06\nrhythm: {flash: {written: two hours}}", `mission.yaml:10: rhythm: flash.written "two hours"`},
		{"a stretch that no clock of ours keeps", "started: 2024-06", "started: 2024-06\nrhythm: {patrols: {grace: 5s}}", `rhythm: patrols.grace "5s"`},
		{"a person to call in a language it does not speak", "started: 2024-06", "started: 2024-06\nrhythm: {flash: {chain: [{en: Duty, de: Dienst}]}}", `rhythm: no such language "de"`},
		{"a part of the rhythm it does not know", "started: 2024-06", "started: 2024-06\nrhythm: {flahs: {}}", "mission.yaml:10"},
		{"a publication of nothing", "started: 2024-06", "started: 2024-06\npublication: [{round: 10}]", "mission.yaml:10: publication.0: measure"},
		{"a publication by the month", "started: 2024-06", "started: 2024-06\npublication: [{measure: a.b, every: month}]", `publication.0: every "month"`},
		{"a publication that rounds to one", "started: 2024-06", "started: 2024-06\npublication: [{measure: a.b, round: 1}]", "publication.0: round 1"},
		{"a publication that changes nothing", "started: 2024-06", "started: 2024-06\npublication: [{measure: a.b}]", "publication.0: say what"},
		{"a measure published twice", "started: 2024-06", "started: 2024-06\npublication: [{measure: a.b, round: 10}, {measure: a.b, every: week}]", "publication.1: measure"},
		{"a bad date", "2024-06", "June", "mission.yaml:9: started"},
		{"a successor since a bad date", "2026-01", "later", "mission.yaml:10: successor"},
		{"a sheet that is not there", "sheets/other.csv", "sheets/none.csv", `mission.yaml:14: sheets.1: file "sheets/none.csv" is not there`},
		{"a sheet outside its folder", "sheets/other.csv", "../secret.csv", "inside the mission's folder"},
		{"a map of unknown origin", "provenance: Natural Earth, ", "", "mission.yaml:11: map"},
		{"an id that would not stand in an address", "id: test-mission", "id: Test Mission", "mission.yaml:1: id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(good, tt.old, tt.new, 1)
			if text == good {
				t.Fatal("the case changes nothing")
			}
			_, err := mission.Load(folder(text), "m")
			if !fail.Is(err, fail.Invalid) {
				t.Fatalf("got %v, want an invalid mission", err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant it to say %s", err, tt.want)
			}
		})
	}
}

func TestLoadNamesAllFaultsAtOnce(t *testing.T) {
	text := strings.NewReplacer("BLZ", "ZZZ", "2024-06", "soon", "movement.csv", "gone.csv").Replace(good)
	_, err := mission.Load(folder(text), "m")
	for _, want := range []string{"host", "started", "sheets.0"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not name %s", err, want)
		}
	}
}

func TestLoadOfAFolderWithoutMissionIsNotFound(t *testing.T) {
	if _, err := mission.Load(fstest.MapFS{}, "m"); !fail.Is(err, fail.NotFound) {
		t.Errorf("got %v", err)
	}
}

func TestAnInstalledMissionMayLackItsSheetsAndNothingElse(t *testing.T) {
	kept := folder(good)
	delete(kept, "m/sheets/movement.csv")
	if _, err := mission.Load(kept, "m"); !fail.Is(err, fail.Invalid) {
		t.Errorf("a mission that is not installed yet: %v", err)
	}
	if _, err := mission.LoadInstalled(kept, "m"); err != nil {
		t.Error(err)
	}
	out := folder(strings.Replace(good, "sheets/movement.csv", "../secret.csv", 1))
	if _, err := mission.LoadInstalled(out, "m"); !fail.Is(err, fail.Invalid) {
		t.Errorf("a sheet outside the folder: %v", err)
	}
	delete(kept, "m/map.geojson")
	if _, err := mission.LoadInstalled(kept, "m"); !fail.Is(err, fail.Invalid) {
		t.Errorf("without its map: %v", err)
	}
}
