package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
)

// Each of these is small on the disk and would be gigabytes in memory.
func TestAWorkbookThatIsABombIsRefusedBeforeItTakesTheMemory(t *testing.T) {
	take := fuzzImporter(t)
	for name, content := range map[string][]byte{
		"elements in one another":  packed(t, strings.Repeat("<a>", 8<<20)),
		"a tag of attributes":      packed(t, "<row "+strings.Repeat(`a="" `, 4<<20)+"/>"),
		"one endless text":         packed(t, `<row><c t="inlineStr"><is><t>`+strings.Repeat("x", 32<<20)),
		"entities":                 packed(t, `<row><c t="inlineStr"><is><t>&lol;</t></is></c></row>`),
		"an archive of many parts": manyParts(t, 60_000),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _, err := take("x.xlsx", content, nil)
			runtime.ReadMemStats(&after)
			if !fail.Is(err, fail.Invalid) || fail.HintOf(err) == "" {
				t.Errorf("%v", err)
			}
			if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 200 {
				t.Errorf("%d MB were taken", mb)
			}
		})
	}
}

func manyParts(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range n {
		if _, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprint("xl/", i), Method: zip.Store}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A JSON file is read object by object; one of them must not be the whole memory.
func TestAJSONFileThatIsABombIsRefusedBeforeItTakesTheMemory(t *testing.T) {
	take := fuzzImporter(t)
	const mb = 1 << 20
	for name, c := range map[string]struct{ file, content string }{
		"lists in one another":              {"x.json", `[{"name":` + strings.Repeat("[", 32*mb)},
		"objects in one another":            {"x.json", `[` + strings.Repeat(`{"a":`, 8*mb)},
		"one endless text":                  {"x.json", `[{"name":"` + strings.Repeat("x", 64*mb)},
		"one object of many keys":           {"x.json", `[{` + strings.Repeat(`"a":1,`, 8*mb)},
		"one endless key":                   {"x.json", `{"` + strings.Repeat("x", 64*mb)},
		"what stands before the list":       {"x.json", `{"note":[` + strings.Repeat("1,", 32*mb)},
		"a line of a million places":        {"x.geojson", `{"features":[{"geometry":{"type":"LineString","coordinates":[` + strings.Repeat("[1,1],", 8*mb)},
		"a collection whose head is a text": {"x.geojson", `{"type":"` + strings.Repeat("x", 64*mb)},
	} {
		t.Run(name, func(t *testing.T) {
			content := []byte(c.content)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _, err := take(c.file, content, nil)
			runtime.ReadMemStats(&after)
			if !fail.Is(err, fail.Invalid) || fail.HintOf(err) == "" {
				t.Errorf("%v", err)
			}
			// The file itself is in memory here, twice.
			if taken := (int(after.TotalAlloc-before.TotalAlloc) - 2*len(content)) / mb; taken > 40 {
				t.Errorf("%d MB were taken", taken)
			}
		})
	}
}

// A list of lists would be copied once for each of them.
func TestListsInOneAnotherAreRefusedAtOnce(t *testing.T) {
	take := fuzzImporter(t)
	deep := `[{"ref":"T1","name":` + strings.Repeat("[", 9000) + `"` + strings.Repeat("x", 60_000) + `"` + strings.Repeat("]", 9000) + `}]`
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, r, err := take("x.json", []byte(deep), nil)
	runtime.ReadMemStats(&after)
	if err != nil || r.Refused != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if taken := (after.TotalAlloc - before.TotalAlloc) >> 20; taken > 50 {
		t.Errorf("%d MB were taken", taken)
	}
}

// An archive may hold anything beside its sheet: it is not unpacked, and no name
// in it is one of a file.
func TestWhatElseIsInAWorkbookIsLeftAlone(t *testing.T) {
	take := fuzzImporter(t)
	rows := `<row><c t="inlineStr"><is><t>ref</t></is></c><c t="inlineStr"><is><t>name</t></is></c></row>` +
		`<row><c t="inlineStr"><is><t>T1</t></is></c><c t="inlineStr"><is><t>one</t></is></c></row>`
	plain := packed(t, rows)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	old, err := zip.NewReader(bytes.NewReader(plain), int64(len(plain)))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range old.File {
		if err := z.Copy(p); err != nil {
			t.Fatal(err)
		}
	}
	outside := filepath.Join(t.TempDir(), "outside")
	for name, content := range map[string][]byte{
		"xl/embeddings/inner.zip": plain, "../../" + outside: []byte("x"), outside: []byte("x"), `..\..\c.xml`: []byte("<a>"),
		"xl/embeddings/zeros.bin": make([]byte, 64<<20),
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, r, err := take("x.xlsx", b.Bytes(), nil)
	runtime.ReadMemStats(&after)
	if err != nil || r.Read != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := os.Stat(outside); err == nil {
		t.Error("a part of the archive became a file")
	}
	if taken := (after.TotalAlloc - before.TotalAlloc) >> 20; taken > 30 {
		t.Errorf("%d MB were taken", taken)
	}
}

func TestAMappingThatIsABombIsRefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 {x: y}\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&b, "a%d: &a%d {l: *a%d, r: *a%d}\n", i, i, i-1, i-1)
	}
	b.WriteString("columns: *a29\n")
	for name, text := range map[string]string{
		"names of names":      b.String(),
		"maps in one another": "columns: " + strings.Repeat("{a: ", 200_000),
		"of two megabytes":    "kind: thing\n#" + strings.Repeat("x", 2<<20),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := sheet.ParseMapping("m.yaml", []byte(text))
			runtime.ReadMemStats(&after)
			if !fail.Is(err, fail.Invalid) {
				t.Errorf("%v", err)
			}
			if taken := (after.TotalAlloc - before.TotalAlloc) >> 20; taken > 200 {
				t.Errorf("%d MB were taken", taken)
			}
		})
	}
}

// Whatever a spreadsheet could run leaves with an apostrophe and comes back as it was.
func TestWhatASpreadsheetCouldRunIsTextOnTheWayOutAndItselfOnTheWayBack(t *testing.T) {
	for i, text := range []string{"=1+1", "+1", "-a", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠x", "'=1", "''＝1", "'plain"} {
		n := newNode(t, loadKinds(t))
		n.mustTake(sheet.Job{Kind: "source", Files: []sheet.File{file("s.csv", "ref,title\nS1,Letter\n")}})
		typed := fmt.Sprintf(`[{"ref":"T1","name":%q,"source":"S1","reported":"2025-02-01"}]`, text)
		n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.json", typed)}})
		out := n.export("thing", sheet.CSV, sheet.Layout{})
		if want := "'" + text; i < 10 && !strings.Contains(out, ","+want+",") {
			t.Errorf("%q leaves as:\n%s", text, out)
		}
		if r, _ := n.mustTake(sheet.Job{Kind: "thing", Files: []sheet.File{file("x.csv", out)}}); counts(r) != "1 0 0 1 0" {
			t.Errorf("%q comes back changed: %s", text, counts(r))
		}
	}
}
