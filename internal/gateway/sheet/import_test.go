package sheet_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
)

func TestTheSameSheetTwiceIsTheSame(t *testing.T) {
	n := newNode(t, loadKinds(t))
	const first = "ref,name,persons,at\nT1,Gate,12,2025-01-04\nT2,Wall,,2025-02\n"
	for _, step := range []struct{ name, content, want string }{
		{"first", first, "2 2 0 0 0"},
		{"again", first, "2 0 0 2 0"},
		{"columns in another order", "at,persons,name,ref\n2025-01-04,12,Gate,T1\n", "1 0 0 1 0"},
		{"one cell changed", strings.Replace(first, "12", "13", 1), "2 0 1 1 0"},
		{"and again", strings.Replace(first, "12", "13", 1), "2 0 0 2 0"},
		{"one cell emptied", strings.Replace(first, "12", "", 1), "2 0 1 1 0"},
	} {
		if got := n.things(step.content); got != step.want {
			t.Errorf("%s: want %s, got %s", step.name, step.want, got)
		}
	}
	if n.text("T1", "persons") != "" || n.text("T1", "name") != "Gate" {
		t.Error("the emptied cell is still there, or another is gone")
	}
}

func TestTheReportIsAsFixed(t *testing.T) {
	n := newNode(t, loadKinds(t))
	r, _ := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.csv", "ref,persons,at\nT1,1,2025-13-01\nT2,2,2025\n")}})
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	delete(got, "batch")
	want := map[string]any{
		"read": 2.0, "new": 1.0, "changed": 0.0, "same": 0.0, "refused": 1.0, "encoding": "utf-8",
		"refusals": []any{map[string]any{"row": 2.0, "column": "at", "why": "“2025-13-01” is not a date or time that can be read.", "hint": got["refusals"].([]any)[0].(map[string]any)["hint"]}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if raw, _ := json.Marshal(sheet.Report{Refusals: []sheet.Refusal{}}); string(raw) != `{"read":0,"new":0,"changed":0,"same":0,"refused":0,"refusals":[]}` {
		t.Errorf("an empty report is %s", raw)
	}
}

func TestRefusedRowsImportAfterMending(t *testing.T) {
	n := newNode(t, loadKinds(t))
	const broken = "\ufeffref;Name;persons;at\r\n#meta+id;#x;;#date\r\nT1;=SUM(A1);12;2025-01-04\r\nT2;\"Wall; big\";many;2025-01-04\r\n\r\nT3;Gate;3;01/02/2025\r\nT4;Roof;4\r\n"
	r, refused := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.csv", broken)}})
	if counts(r) != "4 1 0 0 3" {
		t.Fatalf("%s: %+v", counts(r), r.Refusals)
	}
	type place struct {
		Row    int
		Column string
	}
	var got []place
	for _, f := range r.Refusals {
		got = append(got, place{f.Row, f.Column})
		if f.Why == "" || f.Hint == "" || strings.HasPrefix(f.Why, "refusal.") || strings.Contains(f.Why+f.Hint, "{") {
			t.Errorf("row %d: why %q, hint %q", f.Row, f.Why, f.Hint)
		}
	}
	if d := cmp.Diff([]place{{4, "persons"}, {6, "at"}, {7, ""}}, got); d != "" {
		t.Error(d)
	}
	rows := lines(refused)
	if rows[0] != "\ufeffref;Name;persons;at;refused" || rows[1] != "#meta+id;#x;;#date;#meta+refused" {
		t.Errorf("header %q, tags %q", rows[0], rows[1])
	}
	unmended, _ := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.refused.csv", refused)}})
	if counts(unmended) != "3 0 0 0 3" {
		t.Errorf("unmended: %s", counts(unmended))
	}
	mended := strings.NewReplacer("many", "2", "01/02/2025", "2025-02-01", "Roof;4;", "Roof;4;;").Replace(refused)
	again, _ := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.refused.csv", mended)}})
	if counts(again) != "3 3 0 0 0" {
		t.Errorf("mended: %s %+v\n%s", counts(again), again.Refusals, mended)
	}
	if n.text("T2", "name") != "Wall; big" || n.text("T1", "name") != "=SUM(A1)" {
		t.Errorf("names %q, %q", n.text("T2", "name"), n.text("T1", "name"))
	}
}

func TestWholeFilesAreRefusedForTheirHeader(t *testing.T) {
	for _, c := range []struct{ name, content, why, hint string }{
		{"a misspelt column names the nearest", "ref,persnos\nT1,2\n", `no column "persnos" (did you mean persons?)`, "persons"},
		{"two columns for one field", "ref,name,Name FR\nT1,a,b\n", `"name" and "Name FR" are both name`, ""},
		{"no ref", "name\nGate\n", `no column "ref"`, ""},
		{"an empty file", "", "no header", ""},
		{"only blank lines", "\n\n,,\n", "no header", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNode(t, loadKinds(t))
			_, _, err := n.take(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.csv", c.content)}})
			if !fail.Is(err, fail.Invalid) || !strings.Contains(err.Error(), c.why) || !strings.Contains(fail.HintOf(err), c.hint) {
				t.Errorf("got %v, hint %q", err, fail.HintOf(err))
			}
		})
	}
}

func TestHeadersAreReadInFiveLanguagesAndByTag(t *testing.T) {
	n := newNode(t, loadKinds(t))
	for _, c := range []struct{ header, want string }{
		{"ref,name,persons", "1 1 0 0 0"},
		{" REF ,NAME FR, Persons Ht ", "1 0 0 1 0"},
		{"Référence,name,persons", "1 0 0 1 0"},
		{"REFERENCIA,name sw,persons es", "1 0 0 1 0"},
		{"Kod,Non,persons\n#meta+id,#thing +name,", "1 0 0 1 0"},
	} {
		if got := n.things(c.header + "\nT1,Gate,5\n"); got != c.want {
			t.Errorf("%q: want %s, got %s", c.header, c.want, got)
		}
	}
}

func utf16File(s string, little bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		hi, lo := byte(u>>8), byte(u)
		if little {
			hi, lo = lo, hi
		}
		b.WriteByte(hi)
		b.WriteByte(lo)
	}
	return b.String()
}

func TestEncodings(t *testing.T) {
	const text = "ref,name\nT1,Pont-Sondé ‘gate’\n"
	for _, c := range []struct{ name, content, forced, encoding, error string }{
		{"plain", text, "", "utf-8", ""},
		{"with a byte order mark", "\ufeff" + text, "", "utf-8-bom", ""},
		{"UTF-16 little end first", utf16File("\ufeff"+text, true), "", "utf-16le", ""},
		{"UTF-16 big end first", utf16File("\ufeff"+text, false), "", "utf-16be", ""},
		{"UTF-16 without a mark", utf16File(text, true), "", "utf-16le", ""},
		{"UTF-16 big end first without a mark", utf16File(text, false), "", "utf-16be", ""},
		{"cp1252", "ref,name\nT1,Pont-Sond\xe9 \x91gate\x92\n", "", "cp1252", ""},
		{"cp850 is asked for", "ref,name\nT1,Pont-Sond\x82\n", "", "", "--encoding"},
		{"what cp1252 has not is asked for", "ref,name\nT1,Pont-Sond\x81\n", "", "", "--encoding"},
		{"cp850 when told", "ref,name\nT1,Pont-Sond\x82 \"\n", "cp850", "cp850", ""},
		{"a mark outweighs what was told", "\ufeff" + text, "cp1252", "utf-8-bom", ""},
		{"an unknown name", text, "klingon", "", "cp1252"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNode(t, loadKinds(t))
			r, _, err := n.take(sheet.Job{Kind: "thing", Encoding: c.forced, Files: []sheet.File{file("x.csv", c.content)}})
			if c.error != "" {
				if !fail.Is(err, fail.Invalid) || !strings.Contains(fail.HintOf(err), c.error) {
					t.Errorf("got %v, hint %q", err, fail.HintOf(err))
				}
				return
			}
			if err != nil || r.Encoding != c.encoding || r.New != 1 {
				t.Fatalf("%v, encoding %q, %s %+v", err, r.Encoding, counts(r), r.Refusals)
			}
			if got := n.text("T1", "name"); !strings.HasPrefix(got, "Pont-Sondé") {
				t.Errorf("name %q", got)
			}
			if detected := c.encoding == "cp1252" && c.forced == ""; detected != (len(r.Notes) > 0) {
				t.Errorf("notes %q", r.Notes)
			}
		})
	}
}

func TestBytesThatAnEncodingHasNotAreNeverMangled(t *testing.T) {
	n := newNode(t, loadKinds(t))
	r, _ := n.mustTake(sheet.Job{Kind: "thing", Encoding: "utf-8", Files: []sheet.File{file("x.csv", "ref,name\nT1,Sond\xe9\nT2,ok\n")}})
	if counts(r) != "2 1 0 0 1" || r.Refusals[0].Column != "name" {
		t.Errorf("%s %+v", counts(r), r.Refusals)
	}
}

const mapped = `
kind: thing
ref: "X-{id}-{Typ}"
columns: {Bezeichnung: name, Menge: persons, Gewicht: weight, Tag: made, Farbe: colour, Wo: spot}
constants: {note: by hand, persons: "1"}
values: {colour: {rot: RED, Blau: BLUE}}
dates: {made: dd/MM/yyyy}
decimal: ","
ignore: [egal]
header: 3
`

func TestMappedSheets(t *testing.T) {
	m, err := sheet.ParseMapping("m.yaml", []byte(mapped))
	if err != nil {
		t.Fatal(err)
	}
	n := newNode(t, loadKinds(t))
	const content = "Title;;;;;;;;\n;;;;;;;;\nid;Typ;Bezeichnung;Menge;Gewicht;Tag;Farbe;egal;Wo\n" +
		"7;a;Tor;1.200;12,5;03/04/2025;rot;x;\n8;a;Wand;;0,5;2025-04-03;BLAU;x;\n9;;Dach;;;;;;\n"
	r, refused := n.mustTake(sheet.Job{Mapping: m, Files: []sheet.File{file("x.csv", content)}})
	if counts(r) != "3 1 0 0 2" {
		t.Fatalf("%s %+v", counts(r), r.Refusals)
	}
	got := map[string]string{}
	for _, f := range []string{"name", "persons", "weight", "made", "colour", "note"} {
		got[f] = n.text("X-7-a", f)
	}
	want := map[string]string{"name": "Tor", "persons": "1200", "weight": "12.5", "made": "2025-04-03", "colour": "RED", "note": "by hand"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	mended := strings.NewReplacer("2025-04-03", "03/04/2025", "9;;", "9;b;").Replace(refused)
	again, _ := n.mustTake(sheet.Job{Mapping: m, Files: []sheet.File{file("x.csv", mended)}})
	if counts(again) != "2 2 0 0 0" || n.text("X-8-a", "persons") != "1" || n.text("X-8-a", "colour") != "BLUE" {
		t.Errorf("mended: %s %+v\n%s", counts(again), again.Refusals, mended)
	}
}

func TestMappingsNameTheirFaultsWithLines(t *testing.T) {
	set := loadKinds(t)
	k, _ := set.Get("thing")
	for _, c := range []struct{ name, yaml, want string }{
		{"a key that there is not", "kind: thing\ncolunms: {a: b}\n", "m.yaml:2"},
		{"no kind", "decimal: \".\"\n", "kind is missing"},
		{"two columns to one field", "kind: thing\ncolumns:\n  a: name\n  b: name\n", "m.yaml:4: \"a\" and \"b\" both go to name"},
		{"a ref without a column", "kind: thing\nref: all\n", "m.yaml:2: ref needs a column"},
		{"a ref that is not closed", "kind: thing\nref: \"{a\"\n", "m.yaml:2: ref has a {"},
		{"a format without a year", "kind: thing\ndates: {made: dd/MM}\n", "is no date format"},
		{"a bad decimal", "kind: thing\ndecimal: \";\"\n", "m.yaml:2: decimal"},
		{"a field that the kind has not", "kind: thing\nconstants:\n  nmae: x\n", "m.yaml:3: thing has no field \"nmae\"; did you mean name?"},
		{"a date format for a number", "kind: thing\ndates: {persons: dd/MM/yyyy}\n", "persons is no date"},
		{"two faults at once", "kind: thing\nheader: -1\nencoding: klingon\n", "m.yaml:3: encoding"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := sheet.ParseMapping("m.yaml", []byte(c.yaml))
			if err == nil {
				err = m.Check("m.yaml", k)
			}
			if !fail.Is(err, fail.Invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}

func TestDatesAreReadOrRefusedNeverGuessed(t *testing.T) {
	for _, c := range []struct{ cell, want string }{
		{"2025-02", "2025-02"},
		{"2025-03-31~", "2025-03-31~"},
		{"2024-06-25/2024-07-16", "2024-06-25/2024-07-16"},
		{"251630QMAR25", "2025-03-25T16:30:00-04:00"},
		{"2025-03-25T16:30", "2025-03-25T16:30:00-05:00"},
		{"01/02/2025", ""},
		{"1.2.25", ""},
		{"251630JMAR25", ""},
		{"45000", ""},
	} {
		n := newNode(t, loadKinds(t))
		r, _ := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.csv", "ref,at\nT1,"+c.cell+"\n")}})
		if c.want == "" {
			if r.Refused != 1 || r.Refusals[0].Column != "at" {
				t.Errorf("%s: %s, want a refusal", c.cell, counts(r))
			}
			continue
		}
		if r.New != 1 || n.text("T1", "at") != c.want {
			t.Errorf("%s: %s, %q, want %q", c.cell, counts(r), n.text("T1", "at"), c.want)
		}
	}
}

func TestADryRunAndAStrictImportKeepNothing(t *testing.T) {
	n := newNode(t, loadKinds(t))
	bad := []sheet.File{file("a.csv", "ref,name\nT1,Gate\n"), file("b.csv", "ref,persons\nT2,many\n")}
	r, refused := n.mustTake(sheet.Job{Kind: "thing", Strict: true, Files: bad})
	if counts(r) != "2 0 0 0 1" || r.Batch != "" || r.Refusals[0].File != "b.csv" || refused == "" {
		t.Errorf("strict: %s %+v", counts(r), r)
	}
	r, _ = n.mustTake(sheet.Job{Kind: "thing", DryRun: true, Files: bad})
	if counts(r) != "2 1 0 0 1" || r.Batch != "" {
		t.Errorf("dry run: %s %+v", counts(r), r)
	}
	parts := []sheet.File{file("a.csv", "ref,name\nT1,Gate\n"), file("b.csv", "ref,part-of\nT2,T1\n")}
	for _, job := range []sheet.Job{{DryRun: true}, {Strict: true}} {
		job.Kind, job.Files = "thing", parts
		if r, _ = n.mustTake(job); counts(r) != "2 2 0 0 0" {
			t.Errorf("dry run %v: %s %+v", job.DryRun, counts(r), r.Refusals)
		}
	}
	if r.Batch == "" || n.text("T2", "part-of") != "T1" {
		t.Errorf("batch %q", r.Batch)
	}
}

func TestAnImportIsUndoneAsOne(t *testing.T) {
	n := newNode(t, loadKinds(t))
	job := sheet.Job{Kind: "thing", Files: []sheet.File{file("a.csv", "ref,name\nT1,Gate\nT2,Wall\n")}}
	r, _ := n.mustTake(job)
	if !strings.HasPrefix(r.Batch, "imp-20250327-1530-") {
		t.Errorf("batch %q", r.Batch)
	}
	if got, err := n.desk.Withdraw(context.Background(), access.Local(), "demo", r.Batch, "wrong sheet"); err != nil || got != 2 {
		t.Fatal(got, err)
	}
	if r, _ = n.mustTake(job); counts(r) != "2 2 0 0 0" {
		t.Errorf("after undoing: %s", counts(r))
	}
}

func TestTwoRowsOfOneRecordAreToldApartHoweverFarTheyStand(t *testing.T) {
	n := newNode(t, loadKinds(t))
	var b strings.Builder
	b.WriteString("ref,name\nTwice,first\n")
	for i := range 1200 {
		fmt.Fprintf(&b, "T%d,Gate\n", i)
	}
	b.WriteString("Twice,second\n")
	for _, want := range []string{"1202 1201 0 0 1", "1202 0 0 1201 1"} {
		for _, dry := range []bool{true, false} {
			r, _ := n.mustTake(sheet.Job{Kind: "thing", DryRun: dry, Files: []sheet.File{file("x.csv", b.String())}})
			if counts(r) != want || r.Refusals[0].Row != 1203 {
				t.Errorf("dry run %v: want %s, got %s %+v", dry, want, counts(r), r.Refusals)
			}
		}
	}
	if n.text("Twice", "name") != "first" {
		t.Error("the second row has changed the record")
	}
}

func TestRefusedRowsOfOtherFormatsKeepTheirTexts(t *testing.T) {
	n := newNode(t, loadKinds(t))
	const content = `[{"ref":"T1","name":"'=1+1","note":"=2","persons":"many"}]`
	_, refused := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.json", content)}})
	mended := strings.Replace(refused, "many", "3", 1)
	if r, _ := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.refused.csv", mended)}}); counts(r) != "1 1 0 0 0" {
		t.Fatalf("%s %+v\n%s", counts(r), r.Refusals, mended)
	}
	if n.text("T1", "name") != "'=1+1" || n.text("T1", "note") != "=2" {
		t.Errorf("name %q, note %q", n.text("T1", "name"), n.text("T1", "note"))
	}
}

func TestJSONAndGeoJSON(t *testing.T) {
	for _, c := range []struct{ name, file, content, want string }{
		{"a list", "x.json", `[{"ref":"T1","persons":5,"ready":true,"parts":["a","b"],"name":null}]`, "1 1 0 0 0"},
		{"our own export", "x.json", `{"mission":"demo","more":{"a":[1]},"records":[{"ref":"T1","persons":5,"ready":true,"parts":["a","b"]}]}`, "1 1 0 0 0"},
		{"points", "x.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","id":"T1","geometry":{"type":"Point","coordinates":[-72.33,18.54]},"properties":{"persons":5,"ready":"yes","parts":"a|b"}}]}`, "1 1 0 0 0"},
		{"other shapes are refused", "x.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","id":"T9","geometry":{"type":"Polygon","coordinates":[[[1,2]]]},"properties":{"persons":5}}]}`, "1 0 0 0 1"},
		{"what is no object is refused", "x.json", `[3,{"ref":"T1","persons":{"a":1}},{"ref":"T2"}]`, "3 1 0 0 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newNode(t, loadKinds(t))
			r, _ := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file(c.file, c.content)}})
			if counts(r) != c.want {
				t.Fatalf("%s %+v", counts(r), r.Refusals)
			}
			if c.want != "1 1 0 0 0" {
				return
			}
			if n.text("T1", "persons") != "5" || n.text("T1", "ready") != "yes" || n.text("T1", "parts") != "a|b" {
				v := n.get("thing", "T1")
				t.Errorf("%v", v.Fields)
			}
			if c.file == "x.geojson" && (n.text("T1", "lat") != "18.54" || n.text("T1", "lon") != "-72.33") {
				t.Errorf("at %s, %s", n.text("T1", "lat"), n.text("T1", "lon"))
			}
		})
	}
	for _, broken := range []string{"", "{", `{"a":1}`, "[{", `[{"ref":"T1"},`, `{"records":{}}`, "7"} {
		n := newNode(t, loadKinds(t))
		if _, _, err := n.take(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.json", broken)}}); !fail.Is(err, fail.Invalid) {
			t.Errorf("%q: %v", broken, err)
		}
	}
}
