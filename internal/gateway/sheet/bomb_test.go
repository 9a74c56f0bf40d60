package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
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
