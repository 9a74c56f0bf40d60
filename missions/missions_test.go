package missions_test

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/mission"
	"konbit.org/konbit/missions"
)

func TestTheProgramReadsEveryMission(t *testing.T) {
	for _, id := range ids(t) {
		m, err := mission.Load(missions.FS, id)
		if err != nil {
			t.Error(err)
			continue
		}
		if m.ID != id || len(m.Sheets) == 0 {
			t.Errorf("%s: got id %q and %d sheets", id, m.ID, len(m.Sheets))
		}
	}
}

func TestEveryMissionSpeaksFiveLanguages(t *testing.T) {
	for _, id := range ids(t) {
		m := load(t, id)
		if m.ID != id {
			t.Errorf("%s: id is %q", id, m.ID)
		}
		for _, lang := range []string{"en", "fr", "ht", "es", "sw"} {
			if m.Title[lang] == "" || m.Summary[lang] == "" {
				t.Errorf("%s has no title or summary in %s", id, lang)
			}
		}
		if _, err := time.Parse(time.DateOnly, m.Started); err != nil {
			t.Errorf("%s: started: %v", id, err)
		}
	}
}

func TestEverySheetIsListed(t *testing.T) {
	for _, id := range ids(t) {
		m := load(t, id)
		files, err := fs.Glob(missions.FS, id+"/sheets/*")
		if err != nil {
			t.Fatal(err)
		}
		var listed []string
		for _, s := range m.Sheets {
			listed = append(listed, id+"/"+s.File)
		}
		slices.Sort(listed)
		if diff := cmp.Diff(files, listed); diff != "" {
			t.Errorf("%s: sheets in the folder and in mission.yaml differ:\n%s", id, diff)
		}
	}
}

func TestEveryRowSaysWhoSaidItAndWhen(t *testing.T) {
	grade := regexp.MustCompile(`^[A-F][1-6]$`)
	for _, id := range ids(t) {
		m := load(t, id)
		all := everyRow(t, m)
		sources := map[string]bool{}
		for _, r := range ofKind(all, "source") {
			sources[r.get("ref")] = true
		}
		for _, r := range all {
			if !sources[r.get("source")] {
				t.Errorf("%s: source %q is not in sources.csv", r.where, r.get("source"))
			}
			if !grade.MatchString(r.get("grade")) {
				t.Errorf("%s: grade %q", r.where, r.get("grade"))
			}
			if _, err := edtf.Parse(r.get("reported")); err != nil {
				t.Errorf("%s: reported: %v", r.where, err)
			}
			for _, column := range []string{"at", "until", "due", "date", "adopted", "in-force", "expires"} {
				if text := r.get(column); text != "" {
					if _, err := edtf.Parse(text); err != nil {
						t.Errorf("%s: %s: %v", r.where, column, err)
					}
				}
			}
		}
	}
}

func TestReferencesAreUniqueWithinASheet(t *testing.T) {
	for _, id := range ids(t) {
		m := load(t, id)
		for _, s := range m.Sheets {
			seen := map[string]bool{}
			for _, r := range rows(t, m, s) {
				if ref := r.get("ref"); ref == "" || seen[ref] {
					t.Errorf("%s: reference %q is empty or used twice", r.where, ref)
				}
				seen[r.get("ref")] = true
			}
		}
	}
}

// A second sheet of a kind corrects the first, so it must be told later.
func TestASecondSheetIsReportedLater(t *testing.T) {
	for _, id := range ids(t) {
		m := load(t, id)
		first := map[string]row{}
		for _, r := range everyRow(t, m) {
			key := r.kind + "/" + r.get("ref")
			before, again := first[key]
			if again && starts(t, r, m.zone) <= starts(t, before, m.zone) {
				t.Errorf("%s corrects %s without being reported later", r.where, before.where)
			}
			first[key] = r
		}
	}
}

func TestNamesPointToRecordsOfTheMission(t *testing.T) {
	points := map[string]string{"contingent": "contingent", "post": "post", "engagement": "engagement", "parent": "place"}
	for _, id := range ids(t) {
		all := everyRow(t, load(t, id))
		known, places := map[string]bool{}, map[string]bool{}
		for _, r := range all {
			known[r.kind+"/"+r.get("ref")] = true
			if r.kind == "place" {
				for _, name := range append(strings.Split(r.get("aliases"), "|"), r.get("name"), r.get("p-code")) {
					places[name] = name != ""
				}
			}
		}
		for _, r := range all {
			for column, kind := range points {
				if ref := r.get(column); ref != "" && !known[kind+"/"+ref] {
					t.Errorf("%s: %s %q is not in the sheets", r.where, column, ref)
				}
			}
			if p := r.get("place"); p != "" && !places[p] {
				t.Errorf("%s: place %q is not in places.csv", r.where, p)
			}
			if d := r.get("department"); strings.HasPrefix(r.get("ref"), "inc-") && !places[d] {
				t.Errorf("%s: department %q is not in places.csv", r.where, d)
			}
		}
	}
}

func TestPersonsAreFictionalAndNotPublic(t *testing.T) {
	number := regexp.MustCompile(`^X-\d{4}$`)
	persons := ofKind(everyRow(t, load(t, "haiti-mss")), "person")
	if len(persons) != 12 {
		t.Errorf("want 12 persons, got %d", len(persons))
	}
	for _, r := range persons {
		if r.get("source") != "src-fiction" || !number.MatchString(r.get("number")) {
			t.Errorf("%s: a person must be fictional, with a number like X-0001", r.where)
		}
		if r.get("marking") != "owner" || r.get("owner") != r.get("contributor") {
			t.Errorf("%s: a person belongs to the contributor and is marked owner", r.where)
		}
	}
}

func TestKinAreFictionalAndNotPublic(t *testing.T) {
	kin := ofKind(everyRow(t, load(t, "haiti-mss")), "kin")
	if len(kin) == 0 {
		t.Error("no kin")
	}
	for _, r := range kin {
		if r.get("source") != "src-fiction" || !strings.HasPrefix(r.get("phone"), "+000 555") {
			t.Errorf("%s: kin must be fictional, with a number that rings nowhere", r.where)
		}
		if r.get("marking") != "owner" || r.get("owner") != r.get("contributor") {
			t.Errorf("%s: kin belong to the contributor and are marked owner", r.where)
		}
	}
}

func TestEveryCasualtySaysWhoToldTheFamilyOfJustThis(t *testing.T) {
	for _, r := range ofKind(everyRow(t, load(t, "haiti-mss")), "casualty") {
		if r.get("told") == "" || r.get("told-by") == "" || r.get("told-of") != r.get("status") {
			t.Errorf("%s: the kin gate is shut: told %q by %q of %q, and it is %q",
				r.where, r.get("told"), r.get("told-by"), r.get("told-of"), r.get("status"))
		}
		for _, field := range []string{"person", "name", "number", "aliases", "public-name"} {
			if r.get(field) != "" {
				t.Errorf("%s: %s is set; nobody is named here", r.where, field)
			}
		}
	}
}

func TestOnlyWhatIsFictionalIsNotPublic(t *testing.T) {
	for _, id := range ids(t) {
		for _, r := range everyRow(t, load(t, id)) {
			if r.get("source") != "src-fiction" && r.get("marking") != "public" {
				t.Errorf("%s: marking %q; all of this comes from public sources", r.where, r.get("marking"))
			}
		}
	}
}

func TestTheClassNamesWhatIsMissing(t *testing.T) {
	sum, open := map[string]int{}, map[string]bool{}
	for _, r := range ofKind(everyRow(t, load(t, "haiti-mss")), "cohort") {
		if !strings.Contains(r.get("name"), "34th") {
			continue
		}
		sum[r.get("event")] += number(t, r, "persons")
		open[r.get("event")] = r.get("persons") == ""
		if r.get("event") == "GRADUATED" && number(t, r, "women")+number(t, r, "men") != number(t, r, "persons") {
			t.Errorf("%s: women and men do not make up the persons", r.where)
		}
	}
	want := map[string]int{"ENROLLED": 750, "DIED": 1, "LEFT": 0, "DISMISSED": 0, "GRADUATED": 739}
	if diff := cmp.Diff(want, sum); diff != "" {
		t.Errorf("want, got:\n%s", diff)
	}
	if !open["LEFT"] || !open["DISMISSED"] {
		t.Error("the numbers of those who left and were dismissed were never published and must stay open")
	}
}

func TestMoneyReceivedIsWhatIsItemised(t *testing.T) {
	got := map[string]string{}
	for _, r := range ofKind(everyRow(t, load(t, "haiti-mss")), "flow") {
		if r.get("stage") == "RECEIVED" {
			got[r.get("donor")+" "+r.get("currency")] += r.get("amount")
		}
	}
	want := map[string]string{"CAN USD": "8700000", "FRA USD": "3200000", "USA USD": "6000000"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want, got:\n%s", diff)
	}
}

// Every contradiction of the public record is held by claims, and the numbers
// that the founding documents print are among them.
func TestClaimsHoldTheContradictions(t *testing.T) {
	claims := ofKind(everyRow(t, load(t, "haiti-mss")), "claim")
	type held struct{ measure, value string }
	printed := map[held]bool{}
	text := ""
	for _, r := range claims {
		printed[held{r.get("measure"), r.get("value")}] = true
		text += r.get("note") + "\n"
		if r.get("statement") == "" {
			t.Errorf("%s: a claim states something", r.where)
		}
		if r.get("measure") != "" && (r.get("value") == "" || r.get("precision") == "") {
			t.Errorf("%s: a claim of a measure has a value and a precision", r.where)
		}
	}
	for _, c := range []string{"C1", "C2", "C3", "C4", "C6", "C8", "C9", "C10", "C11", "C12", "C13", "C14", "C15", "C19", "C20"} {
		if !regexp.MustCompile(`(?m)^` + c + `\b`).MatchString(text) {
			t.Errorf("no claim holds contradiction %s", c)
		}
	}
	for _, want := range []held{
		{"strength.present", "394"},
		{"strength.present", "396"},
		{"strength.present", "600"},
		{"strength.present", "735"},
		{"strength.present", "744"},
		{"strength.arrived", "745"},
		{"strength.present", "1000"},
		{"cohort.enrolled", "747"},
		{"casualties.deaths", "3"},
		{"casualties.injured", "12"},
		{"contribution.offered", "1000"},
		{"money.received", "10800000"},
		{"money.received", "18000000"},
		{"money.received", "85000000"},
		{"money.received", "110000000"},
		{"money.received", "113000000"},
		{"money.pledged", "110300000"},
		{"money.frozen", "13300000"},
		{"money.frozen", "15000000"},
		{"money.signed", "75833135"},
	} {
		if !printed[want] {
			t.Errorf("no claim says %s = %s", want.measure, want.value)
		}
	}
}

func TestMapsAreSmallAndSayWhereTheyComeFrom(t *testing.T) {
	const limit = 60_000 // bytes
	for _, id := range ids(t) {
		m := load(t, id)
		text, err := fs.ReadFile(missions.FS, id+"/"+m.Map.File)
		if err != nil {
			t.Fatal(err)
		}
		var shapes struct {
			Type, Provenance string
			Features         []struct {
				Properties map[string]string
				Geometry   struct{ Type string }
			}
		}
		if err := json.Unmarshal(text, &shapes); err != nil {
			t.Fatal(err)
		}
		if len(text) > limit || shapes.Type != "FeatureCollection" || len(shapes.Features) < 10 {
			t.Errorf("%s: %d bytes, %s of %d", id, len(text), shapes.Type, len(shapes.Features))
		}
		if shapes.Provenance == "" || m.Map.Provenance == "" || m.Map.Licence == "" {
			t.Errorf("%s: the map does not say where it comes from", id)
		}
		for _, f := range shapes.Features {
			if f.Properties["name"] == "" || f.Properties["iso_3166_2"] == "" || !strings.HasSuffix(f.Geometry.Type, "Polygon") {
				t.Errorf("%s: %v of %s", id, f.Properties, f.Geometry.Type)
			}
		}
	}
}
