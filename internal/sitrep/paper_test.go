package sitrep_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"konbit.org/konbit/internal/sitrep"
)

const node = "https://node.example"

// rich is a document with all that a form must carry: accents, a table of several
// pages, words that are too long, signs that no font has.
func rich(lang string) sitrep.Document {
	d := sitrep.Document{
		Lang: lang, Title: "Rapò sitiyasyon chak jou", Number: "MSS/HQ/DSR/2025/84", Marking: "Misyon, entèn", Period: "241800QMAR25 – 251800QMAR25",
		From: "Misyon nan lak la, MSS/HQ", Inputs: "3/4", Missing: "Ferry", Dated: time.Date(2025, 3, 26, 0, 0, 0, 0, time.UTC),
		Head:       []sitrep.Line{{Label: "Nimewo", Text: "MSS/HQ/DSR/2025/84"}, {Label: "Peryòd", Text: "241800QMAR25 – 251800QMAR25 (bout la nan pwochen an)"}},
		Signatures: []sitrep.Line{{Label: "Prepare", Text: "dora, 251830QMAR25"}, {Label: "Verifye", Text: "oda, 251840QMAR25"}, {Label: "Pibliye", Text: "cora, 251950QMAR25"}},
		Says:       sitrep.Says{Page: "Paj {page} sou {pages}", Addresses: "Kote chak chif soti", Inputs: "Kontribisyon", Period: "Peryòd", Missing: "Pa resevwa"},
	}
	t := sitrep.Table{Caption: "Ensidan", Columns: []sitrep.Column{
		{Label: "#", Number: true},
		{Label: "GDL"},
		{Label: "Kote"},
		{Label: "Kategori"},
		{Label: "Moun pa nou, mouri", Number: true},
		{Label: "Moun pa nou, blese", Number: true},
		{Label: "Lapolis, mouri", Number: true},
		{Label: "Lapolis, blese", Number: true},
		{Label: "Lòt, mouri", Number: true},
		{Label: "Lòt, blese", Number: true},
		{Label: "Moun mouri", Number: true},
		{Label: "Moun blese", Number: true},
		{Label: "Ref"},
	}}
	for i := range 60 {
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), "251630QMAR25", "Pont-Sondé, HT05", "Anbiskad", "0", "1", "0", "2", "0", "3", "4", fmt.Sprint(i % 7), fmt.Sprintf("inc-2025-03-25-%04d", i)})
		t.Notes = append(t.Notes, fmt.Sprintf("Konvwa %d te tonbe nan yon anbiskad sou wout Savien; vyolans la dire 20 minit · 18Q YG 1234 5678 · Flach MSS/HQ/FLASH/2025/%d", i, i+100))
	}
	t.Total = []string{"", "", "", "Total", "0", "60", "0", "120", "0", "180", "240", "omwen 177", ""}
	strength := sitrep.Table{
		Caption: "Efektif pa kontenjan", Columns: []sitrep.Column{{Label: "Kontribitè"}, {Label: "Nan kòmansman", Number: true}, {Label: "Nan fen", Number: true}},
		Rows: [][]string{{"Kenya", "217", "400"}, {"Jamayik", "24", "24"}}, Total: []string{"Total", "241", "424"},
	}
	d.Sections = []sitrep.Section{
		{ID: "summary", Number: 1, Title: "Rezime kòmandan an", Standing: sitrep.Content, Paragraphs: []string{"Yon jou trankil; fòs la te fè 12 patwouy.\nÉté – Noël, œuvre, ¿qué?, ñandú, «reçu», 漢 🚗.", strings.Repeat("mo", 120)}},
		{ID: "situation", Number: 2, Title: "Sitiyasyon", Standing: sitrep.NotReceived, Says: "YO PA RESEVWA"},
		{ID: "incidents", Number: 4, Title: "Ensidan", Standing: sitrep.Content, Tables: []sitrep.Table{t}, Figures: []sitrep.Figure{
			{Label: "Ensidan yo anrejistre, nan peryòd la", Short: "Ensidan", Value: "60", Measure: "incidents.recorded", Address: "/lake/figures/incidents.recorded?at=2025-03-25T17%3A59%3A59-05%3A00&from=2025-03-24T17%3A59%3A59-05%3A00&known=2025-03-26T00%3A00%3A00Z"},
			{Label: "Moun ki mouri nan ensidan", Short: "moun mouri ladan", Value: "240 ak 3 yo pa konnen", Measure: "incidents.killed", Address: "/lake/figures/incidents.killed"},
		}},
		{ID: "personnel", Number: 6, Title: "Pèsonèl", Standing: sitrep.Content, Tables: []sitrep.Table{strength}, Figures: []sitrep.Figure{{Label: "Prezan", Short: "Efektif", Value: "424", Measure: "strength.present", Address: "/lake/figures/strength.present"}}},
		{ID: "plans", Number: 14, Title: "Plan", Marking: "pi wo pase rès la", Standing: sitrep.Nil, Says: "ANYEN"},
		{ID: "requests", Number: 15, Title: "Demann", Standing: sitrep.Content, Paragraphs: []string{"Gaz pou 6 jou; 2 machin."}},
	}
	return d
}

func pdf(t *testing.T, d sitrep.Document) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := sitrep.PDF(&out, d, node); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func docx(t *testing.T, d sitrep.Document) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := sitrep.DOCX(&out, d, node); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// tool is a program of the machine: a test that lacks it says so loudly, and fails
// where it must be there.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not on this machine", name)
	}
	t.Skipf("SKIPPED: %s is not on this machine, so nobody has read the document back", name)
	return ""
}

// readBack is a PDF as pdftotext reads it, page by page.
func readBack(t *testing.T, raw []byte) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tool(t, "pdftotext"), "-raw", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

// opened is a DOCX as LibreOffice prints it.
func opened(t *testing.T, raw []byte) []byte {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "report.docx"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), tool(t, "soffice"), "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, "report.docx"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	made, err := os.ReadFile(filepath.Join(dir, "report.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// said are all texts of a document in the order in which it is read.
func said(d *sitrep.Document) (out []string) {
	out = append(out, d.Title, d.Number)
	for _, l := range d.Head {
		out = append(out, l.Label, l.Text)
	}
	for i := range d.Sections {
		s := &d.Sections[i]
		out = append(out, fmt.Sprint(s.Number), s.Title, s.Says)
		out = append(out, s.Paragraphs...)
		for _, f := range s.Figures {
			out = append(out, f.Label, f.Value+" "+f.Unit)
		}
		for _, t := range s.Tables {
			out = append(out, t.Caption)
			for j, row := range t.Rows {
				out = append(out, row...)
				if j < len(t.Notes) {
					out = append(out, t.Notes[j])
				}
			}
			out = append(out, t.Total...)
		}
	}
	for _, s := range d.Signatures {
		out = append(out, s.Label, s.Text)
	}
	return out
}

// inOrder holds that a text has every number and every word of a document, in its
// order; what stands between them (page heads, headers of tables that come again)
// does not matter.
func inOrder(t *testing.T, d sitrep.Document, text string) {
	t.Helper()
	bare := func(s string) string {
		return regexp.MustCompile(`[^\pL\pN]+`).ReplaceAllString(s, "")
	}
	text = bare(text)
	for _, want := range said(&d) {
		for word := range strings.FieldsSeq(want) {
			if word = bare(strings.NewReplacer("漢", "", "🚗", "").Replace(word)); word == "" {
				continue
			}
			i := strings.Index(text, word)
			if i < 0 {
				t.Fatalf("%q of %q is missing, or stands in another order, before %.120q", word, want, text)
			}
			text = text[i+len(word):]
		}
	}
}

// pagesHold says what each page of a report must carry.
func pagesHold(t *testing.T, d sitrep.Document, pages []string) {
	t.Helper()
	if len(pages) < 3 {
		t.Fatalf("%d pages: the table was to break", len(pages))
	}
	for i, page := range pages {
		if got := strings.Count(strings.ToUpper(page), strings.ToUpper(d.Marking)); got < 2 {
			t.Errorf("page %d carries its marking %d times, not at head and foot: %.300s", i+1, got, page)
		}
		for _, want := range []string{fmt.Sprintf("Paj %d sou %d", i+1, len(pages)), d.Number, d.Period} {
			if !strings.Contains(page, want) {
				t.Errorf("page %d does not say %q", i+1, want)
			}
		}
		if strings.Contains(page, "Konvwa") && !strings.Contains(page, "Kategori") {
			t.Errorf("page %d has rows without their header", i+1)
		}
	}
}

func TestThePDFSaysTheWholeReportInOrder(t *testing.T) {
	d := rich("ht")
	pages := readBack(t, pdf(t, d))
	pagesHold(t, d, pages)
	inOrder(t, d, strings.Join(pages, "\n"))
	last := pages[len(pages)-1]
	if !strings.Contains(last, "[1] incidents.recorded") || !strings.Contains(last, "[3] strength.present") {
		t.Errorf("the addresses of the figures are not at the end: %s", last)
	}
}

func TestThePDFIsTheSameEachTimeAndSaysWhatItIs(t *testing.T) {
	d := rich("ht")
	one := pdf(t, d)
	for range 3 {
		if !bytes.Equal(one, pdf(t, d)) {
			t.Fatal("the same report gave other bytes")
		}
	}
	path := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(path, one, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tool(t, "pdfinfo"), "-isodates", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Rapò sitiyasyon chak jou MSS/HQ/DSR/2025/84", "Misyon, entèn", "2025-03-26", "A4"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
	if n := strings.Count(string(out), "2025-03-26"); n != 2 {
		t.Errorf("%d of its two dates are that of the report: %s", n, out)
	}
	for _, want := range []string{"/Lang (ht)", "<rdf:li>ht</rdf:li>", "https://node.example/lake/figures/strength.present"} {
		if !bytes.Contains(one, []byte(want)) {
			t.Errorf("the file does not say %s", want)
		}
	}
}

func TestTheDOCXSaysTheWholeReportInOrder(t *testing.T) {
	d := rich("ht")
	pages := readBack(t, opened(t, docx(t, d)))
	pagesHold(t, d, pages)
	inOrder(t, d, strings.Join(pages, "\n"))
}

func TestTheDOCXIsWellFormedAndTheSameEachTime(t *testing.T) {
	d := rich("ht")
	d.Sections[0].Paragraphs = append(d.Sections[0].Paragraphs, `<w:p> & "]]>" `+"\x00\x0b")
	raw := docx(t, d)
	if !bytes.Equal(raw, docx(t, d)) {
		t.Error("the same report gave other bytes")
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(text)
		for reader := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := reader.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	body := parts["word/document.xml"]
	for _, want := range []string{"<w:tblHeader/>", `<w:pStyle w:val="Heading1"/>`, `<w:gridSpan w:val="13"/>`} {
		if !strings.Contains(body, want) {
			t.Errorf("the document has no %s", want)
		}
	}
	if !strings.Contains(parts["word/styles.xml"], `<w:lang w:val="ht"/>`) || !strings.Contains(parts["docProps/core.xml"], "<dc:language>ht</dc:language>") {
		t.Error("the document does not say its language")
	}
	if n := strings.Count(body, "<w:hyperlink "); n != 2*3 || n != strings.Count(parts["word/_rels/document.xml.rels"], "External") {
		t.Errorf("%d links of three figures and their notes", n)
	}
}

func TestShortMessagesSayWhatMatters(t *testing.T) {
	d := rich("ht")
	parts := sitrep.SMS(d)
	all := strings.Join(parts, "|")
	for _, want := range []string{"MSS/HQ/DSR/2025/84", "241800QMAR25-251800QMAR25", "Kontribisyon 3/4", "Pa resevwa: Ferry", "Ensidan 60", "Efektif 424", "Gaz pou 6 jou"} {
		if !strings.Contains(strings.ReplaceAll(all, "|", " "), want) && !strings.Contains(regexp.MustCompile(`\|\d/\d `).ReplaceAllString(all, " "), want) {
			t.Errorf("no %q in %s", want, all)
		}
	}
	if len(parts) < 2 || !strings.HasPrefix(parts[0], fmt.Sprintf("1/%d Misyon", len(parts))) {
		t.Errorf("%q", parts)
	}
}
