package sheet_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
	"konbit.org/konbit/internal/lang"
)

// taker is a desk that keeps nothing: it takes every draft and remembers its
// fields, so that a fuzz target runs without a disk.
type taker struct{ drafts []desk.Draft }

func (k *taker) Submit(_ context.Context, _ access.Actor, _ string, drafts []desk.Draft, _ desk.Options) ([]desk.Outcome, error) {
	out := make([]desk.Outcome, len(drafts))
	for i, d := range drafts {
		k.drafts = append(k.drafts, d)
		out[i] = desk.Outcome{Row: d.Row, Ref: d.Ref, Status: desk.StatusNew}
	}
	return out, nil
}

func (k *taker) Withdraw(context.Context, access.Actor, string, string, string) (int, error) {
	return 0, nil
}

func fuzzImporter(f testing.TB) func(name string, content []byte, m *sheet.Mapping) ([]desk.Draft, sheet.Report, error) {
	set := loadKinds(f)
	catalogue, err := lang.Load()
	if err != nil {
		f.Fatal(err)
	}
	return func(name string, content []byte, m *sheet.Mapping) ([]desk.Draft, sheet.Report, error) {
		k := &taker{}
		i := &sheet.Importer{Desk: k, Kinds: schema{set}, Words: catalogue}
		r, err := i.Import(context.Background(), access.Local(), sheet.Job{
			Mission: "demo", Kind: "thing", Batch: "b", Mapping: m, Files: []sheet.File{file(name, string(content))},
		})
		return k.drafts, r, err
	}
}

// sound checks what must hold of any file: the counts add up, and only the file
// is to blame.
func sound(t *testing.T, drafts []desk.Draft, r sheet.Report, err error) {
	t.Helper()
	if err != nil && !fail.Is(err, fail.Invalid) {
		t.Fatalf("%v is not of kind invalid", err)
	}
	if r.Read != r.New+r.Refused || len(drafts) != r.New {
		t.Fatalf("%d drafts of %+v", len(drafts), r)
	}
	for _, d := range drafts {
		if d.Row < 1 || d.Kind != "thing" {
			t.Fatalf("draft %+v", d)
		}
	}
}

func FuzzCSV(f *testing.F) {
	take := fuzzImporter(f)
	seeds, err := filepath.Glob("testdata/*.csv")
	if err != nil || len(seeds) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range seeds {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte("ref;name\r\n\"a\"\"b\";\"c\nd\"\r\n\"x"))
	f.Add([]byte("\xff\xfer\x00e\x00f\x00\n\x00a\x00"))
	f.Add([]byte("sep=;\nref;name\nT1;x\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		drafts, r, err := take("x.csv", raw, nil)
		sound(t, drafts, r, err)
	})
}

func FuzzXLSX(f *testing.F) {
	take := fuzzImporter(f)
	f.Add([]byte(workbook(f, func(w *excelize.File) {
		for at, v := range map[string]any{"A1": "ref", "B1": "at", "A2": "T1", "B2": 45661} {
			if err := w.SetCellValue("Sheet1", at, v); err != nil {
				f.Fatal(err)
			}
		}
	})))
	f.Fuzz(func(t *testing.T, raw []byte) {
		drafts, r, err := take("x.xlsx", raw, nil)
		sound(t, drafts, r, err)
	})
}

// FuzzSheetXML gets past the packing, which random bytes seldom do.
func FuzzSheetXML(f *testing.F) {
	take := fuzzImporter(f)
	f.Add(`<row r="1"><c r="A1" t="inlineStr"><is><t>ref</t></is></c><c r="B1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><v>45661.5</v></c><c r="B2" s="1"><v>45661</v></c></row>`)
	f.Add(`<row><c t="e"><v>#N/A</v></c><c r="XFD1"><v>1</v></c><c r="ZZZZZZ1"/></row><row r="99999999"/>`)
	f.Add(strings.Repeat("<a>", 200))
	f.Add("<row " + strings.Repeat(`a="" `, 1000) + "/>")
	f.Add(`<!DOCTYPE x [<!ENTITY a "&a;&a;">]><row><c t="inlineStr"><is><t>&a;</t></is></c></row>`)
	f.Fuzz(func(t *testing.T, rows string) {
		drafts, r, err := take("x.xlsx", packed(t, rows), nil)
		sound(t, drafts, r, err)
	})
}

func FuzzJSON(f *testing.F) {
	take := fuzzImporter(f)
	for _, s := range []string{
		`[{"ref":"T1","persons":5}]`, `{"records":[{"ref":"T1","parts":["a",1,null]}]}`, `[[{}]]`,
		`{"features":[{"id":1,"geometry":{"type":"Point","coordinates":[1,2]},"properties":{"name":"x"}}]}`, `[{"ref":1e999}]`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, name := range []string{"x.json", "x.geojson"} {
			drafts, r, err := take(name, raw, nil)
			sound(t, drafts, r, err)
		}
	})
}

func FuzzMapping(f *testing.F) {
	take := fuzzImporter(f)
	k, _ := loadKinds(f).Get("thing")
	f.Add([]byte(mapped))
	for _, name := range []string{"ocha-pcodes.yaml", "un-operations.yaml"} {
		raw, err := os.ReadFile("../../../missions/mappings/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	content := []byte(strings.Repeat("x;y\n", 3) + "id;Typ;Bezeichnung;Menge;Tag\n1;a;Tor;2;01/02/2025\n")
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := sheet.ParseMapping("m.yaml", raw)
		if err != nil {
			if !fail.Is(err, fail.Invalid) || !bytes.Contains([]byte(err.Error()), []byte("m.yaml")) && len(raw) <= 1<<20 {
				t.Fatalf("%v names no file or is not of kind invalid", err)
			}
			return
		}
		if m.Check("m.yaml", k) != nil || m.Kind != "thing" {
			return
		}
		drafts, r, err := take("x.csv", content, m)
		sound(t, drafts, r, err)
	})
}
