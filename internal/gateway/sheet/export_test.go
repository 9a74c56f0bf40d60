package sheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
	"konbit.org/konbit/internal/record"
)

// full is a sheet with every type of field, and texts that a spreadsheet would
// run, or a reader would take apart.
const full = `ref,name,secret,persons,weight,colour,amount,currency,made,spot,ready,parts,page,part-of,at,until,zone,reported,source,grade,owner,marking,place,lat,lon,note
T1,Gate,A Person,12,12.5,RED,7210030.56,USD,2025-02,"18.5,-72.3",yes,a|b,https://example.org/?a=1,,2025-01-04T16:30:00-05:00,,,2025-01-05,S1,B2,KEN,mission,Pont-Sondé,-18.5,-72.333333,"two
lines, ""quoted"""
=T2,'=1+1,,-3,,,,,2024-06-25/2024-07-16,,no,,,T1,2025-03-31~,2025-04,Africa/Nairobi,,,,,,,,,@home
T3,'',,,-0.5,BLUE,,,,,,'+1|x,,,,,,,,,,,,,,-
T4,007,,,,,,,,,,,,,,,,,,,,,,,,1e5
`

func stocked(t testing.TB) *node {
	n := newNode(t, loadKinds(t))
	n.mustTake(sheet.Job{Kind: "source", Files: []sheet.File{file("s.csv", "ref,title\nS1,Letter\n")}})
	if got := n.things(full); got != "4 4 0 0 0" {
		t.Fatal(got)
	}
	return n
}

func TestWhatIsWrittenOutComesBackAsTheSame(t *testing.T) {
	n := stocked(t)
	// A correction, so that what is written out was reported at two times.
	n.things("ref,persons\nT1,13\n")
	for _, c := range []struct {
		format sheet.Format
		layout sheet.Layout
	}{{sheet.CSV, sheet.Layout{}}, {sheet.CSV, sheet.Layout{HXL: true, BOM: true}}, {sheet.JSON, sheet.Layout{}}, {sheet.GeoJSON, sheet.Layout{}}, {sheet.XLSX, sheet.Layout{HXL: true}}} {
		content := n.export("thing", c.format, c.layout)
		name := "out." + string(c.format)
		r, _ := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file(name, content)}})
		if counts(r) != "4 0 0 4 0" {
			t.Errorf("%s into the same node: %s %+v", c.format, counts(r), r.Refusals)
		}
		// Into an empty node it makes the same table again.
		other := newNode(t, loadKinds(t))
		other.now = n.now
		other.mustTake(sheet.Job{Kind: "source", Files: []sheet.File{file("s.csv", "ref,title\nS1,Letter\n")}})
		if r, _ := other.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file(name, content)}}); counts(r) != "4 4 0 0 0" {
			t.Errorf("%s into an empty node: %s %+v", c.format, counts(r), r.Refusals)
		}
		if d := cmp.Diff(sorted(n), sorted(other)); d != "" {
			t.Errorf("%s: %s", c.format, d)
		}
	}
}

// sorted are the lines of a table; records without a time stand in no order.
func sorted(n *node) []string {
	rows := lines(n.export("thing", sheet.CSV, sheet.Layout{}))
	slices.Sort(rows)
	return rows
}

func TestTheTableHasTheFixedColumns(t *testing.T) {
	n := stocked(t)
	rows := lines(n.export("thing", sheet.CSV, sheet.Layout{HXL: true, BOM: true}))
	const columns = "\ufeffref,name,secret,persons,weight,colour,amount,currency,made,spot,ready,parts,page,part-of,at,until,zone,reported,source,grade,owner,marking,place,lat,lon,note"
	if rows[0] != columns || !strings.HasPrefix(rows[1], "#meta+id,#thing+name,,") {
		t.Errorf("%q\n%q", rows[0], rows[1])
	}
	if got := n.export("thing", sheet.CSV, sheet.Layout{}); !strings.Contains(got, "'=T2,'=1+1,") || strings.Contains(got, "'-3") {
		t.Errorf("formulas are not guarded, or numbers are:\n%s", got)
	}
}

func TestWhatTheActorMayNotSeeDoesNotLeave(t *testing.T) {
	n := stocked(t)
	var b bytes.Buffer
	count, err := n.Export(context.Background(), access.Public(), record.Query{Mission: "demo", Kind: "thing"}, sheet.Target{Writer: &b, Format: sheet.CSV})
	if err != nil || count != 3 || strings.Contains(b.String(), "T1,Gate") || strings.Contains(b.String(), "A Person") {
		t.Errorf("%d records, %v:\n%s", count, err, b.String())
	}
	if _, err := n.Export(context.Background(), access.Local(), record.Query{Mission: "demo", Kind: "none"}, sheet.Target{Writer: &b, Format: sheet.CSV}); !fail.Is(err, fail.NotFound) {
		t.Errorf("no kind: %v", err)
	}
	if _, err := n.Export(context.Background(), access.Local(), record.Query{Mission: "demo", Kind: "thing"}, sheet.Target{Writer: &b, Format: "doc"}); !fail.Is(err, fail.Invalid) {
		t.Errorf("no format: %v", err)
	}
}

func TestJSONHoldsNumbersAsNumbers(t *testing.T) {
	n := stocked(t)
	var got struct {
		Mission, Kind string
		Records       []map[string]any
	}
	in := json.NewDecoder(strings.NewReader(n.export("thing", sheet.JSON, sheet.Layout{})))
	in.UseNumber()
	if err := in.Decode(&got); err != nil {
		t.Fatal(err)
	}
	for _, r := range got.Records {
		if r["ref"] == "T1" && (r["amount"] != json.Number("7210030.56") || r["persons"] != json.Number("12") || r["lat"] != json.Number("-18.5")) {
			t.Errorf("%v", r)
		}
	}
	if got.Kind != "thing" || len(got.Records) != 4 {
		t.Errorf("%+v", got)
	}
}

func TestWorkbooksHaveTypedCells(t *testing.T) {
	n := stocked(t)
	f, err := excelize.OpenReader(strings.NewReader(n.export("thing", sheet.XLSX, sheet.Layout{})))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("thing")
	if err != nil || len(rows) != 5 {
		t.Fatal(len(rows), err)
	}
	for i, r := range rows[1:] {
		at := map[string]excelize.CellType{"D": excelize.CellTypeUnset, "O": excelize.CellTypeInlineString}
		if r[0] != "T1" {
			continue
		}
		for column, want := range at {
			got, err := f.GetCellType("thing", column+string(rune('2'+i)))
			if err != nil || got != want {
				t.Errorf("%s: type %v, want %v (%v)", column, got, want, err)
			}
		}
	}
}

func workbook(t testing.TB, fill func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A spreadsheet stores a date as a number and shows it as the sender's machine
// does; both would be misread.
func TestDatesOfWorkbooks(t *testing.T) {
	type cell struct {
		value  any
		format string
	}
	for _, c := range []struct {
		name string
		cell cell
		want string
	}{
		{"a day", cell{45661, "m/d/yy"}, "2025-01-04"},
		{"a day in another order", cell{45661, "dd/mm/yyyy"}, "2025-01-04"},
		{"with a locale", cell{45661, "[$-409]d\\-mmm\\-yy;@"}, "2025-01-04"},
		{"a month is no day", cell{45658, "mmm-yy"}, "2025-01"},
		{"a year is no month", cell{45658, "yyyy"}, "2025"},
		{"with a time", cell{45661.6875, "yyyy-mm-dd hh:mm"}, "2025-01-04T16:30:00-05:00"},
		{"a time that is not exact in binary", cell{45661.1 + 0.00001, "d/m/yy h:mm:ss"}, "2025-01-04T02:24:01-05:00"},
		{"text", cell{"2025-02", "@"}, "2025-02"},
	} {
		t.Run(c.name, func(t *testing.T) {
			content := workbook(t, func(f *excelize.File) {
				style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &c.cell.format})
				if err != nil {
					t.Fatal(err)
				}
				for at, v := range map[string]any{"A1": "ref", "B1": "at", "A2": "T1", "B2": c.cell.value} {
					if err := f.SetCellValue("Sheet1", at, v); err != nil {
						t.Fatal(err)
					}
				}
				if err := f.SetCellStyle("Sheet1", "B2", "B2", style); err != nil {
					t.Fatal(err)
				}
			})
			n := newNode(t, loadKinds(t))
			r, _ := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.xlsx", content)}})
			if r.New != 1 || n.text("T1", "at") != c.want {
				t.Errorf("%+v: at %q, want %q", r, n.text("T1", "at"), c.want)
			}
		})
	}
}

func TestWorkbooksWithGapsErrorsFormulasAndSheets(t *testing.T) {
	content := workbook(t, func(f *excelize.File) {
		if _, err := f.NewSheet("Data "); err != nil {
			t.Fatal(err)
		}
		cells := map[string]any{
			"A3": "ref", "C3": "persons", "D3": "name", "E3": "ready",
			"A5": "T1", "C5": 0.1 + 0.2, "D5": "x", "E5": true,
			"A7": "T2", "C7": 1e9, "D7": "Wall", "A9": "T3", "D9": "#", "A10": "T4", "B10": "stray",
		}
		for at, v := range cells {
			if err := f.SetCellValue("Data ", at, v); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.SetCellFormula("Data ", "D9", "1/0"); err != nil {
			t.Fatal(err)
		}
		if err := f.MergeCell("Data ", "A1", "D1"); err != nil {
			t.Fatal(err)
		}
	})
	content = strings.Clone(content)
	n := newNode(t, loadKinds(t))
	r, refused := n.mustTake(sheet.Job{Kind: "thing", Sheet: "data", Files: []sheet.File{file("x.xlsx", content)}})
	if counts(r) != "4 2 0 0 2" || r.Refusals[0].Row != 5 || r.Refusals[0].Column != "persons" || r.Refusals[1].Row != 10 {
		t.Errorf("%s %+v", counts(r), r.Refusals)
	}
	if !strings.Contains(refused, "T1,,0.3,x,yes,") || n.text("T2", "persons") != "1000000000" {
		t.Errorf("persons %s, refused:\n%s", n.text("T2", "persons"), refused)
	}
	if _, _, err := n.take(sheet.Job{Kind: "thing", Sheet: "other", Files: []sheet.File{file("x.xlsx", content)}}); !fail.Is(err, fail.Invalid) || !strings.Contains(fail.HintOf(err), "Sheet1") {
		t.Errorf("no such sheet: %v, %q", err, fail.HintOf(err))
	}
	for _, broken := range []string{"", "PK", content[:len(content)/2]} {
		if _, _, err := n.take(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.xlsx", broken)}}); !fail.Is(err, fail.Invalid) {
			t.Errorf("%d bytes: %v", len(broken), err)
		}
	}
}

// Any texts, written as a table in any format, are read back as they were.
func TestAnyTableComesBack(t *testing.T) {
	n := newNode(t, loadKinds(t))
	serial := 0
	text := rapid.StringOfN(rapid.SampledFrom([]rune("aé \"',;\t\n=+-@|#0#{}<&ɛ漢_x")), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		serial++
		n.mission = "demo-" + strconv.Itoa(serial) // an empty one
		type thing struct{ Ref, Name, Note string }
		things := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) thing {
			return thing{Name: text.Draw(t, "name"), Note: text.Draw(t, "note")}
		}), 1, 5).Draw(t, "things")
		var list []map[string]string
		for i := range things {
			things[i].Ref = "r" + string(rune('A'+i))
			list = append(list, map[string]string{"ref": things[i].Ref, "name": things[i].Name, "note": things[i].Note})
		}
		raw, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.json", string(raw))}})
		format := rapid.SampledFrom(sheet.Formats()).Draw(t, "format")
		content := n.export("thing", format, sheet.Layout{HXL: format == sheet.CSV})
		r, _ := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("x."+string(format), content)}})
		if r.Same != r.Read {
			t.Fatalf("%s: %s %+v", format, counts(r), r.Refusals)
		}
	})
}

// packed is a workbook around the rows of its one sheet.
func packed(t testing.TB, rows string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	const head = `<?xml version="1.0" encoding="UTF-8"?>`
	for _, part := range []struct{ name, text string }{
		{"xl/workbook.xml", `<workbook><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/styles.xml", `<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>`},
		{"xl/sharedStrings.xml", `<sst><si><t>at</t></si><si><r><t>na</t></r><rPh><t>x</t></rPh><r><t>me</t></r></si></sst>`},
		{"xl/worksheets/sheet1.xml", `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`},
	} {
		w, err := z.Create(part.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, head+part.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
