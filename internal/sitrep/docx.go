package sitrep

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// DOCX writes a report as a document that a ministry can open, annotate and sign:
// real headings and tables, marking and page numbers at the head and foot of every
// page. base is the node's own address, for the links of the figures. The same
// report gives the same bytes.
func DOCX(w io.Writer, d Document, base string) error {
	doc := &docxWriter{d: &d, base: base}
	body := doc.body()
	files := []struct{ name, text string }{
		{"[Content_Types].xml", docxTypes},
		{"_rels/.rels", docxRels},
		{"docProps/core.xml", docxCore(&d)},
		{"word/document.xml", body},
		{"word/styles.xml", strings.ReplaceAll(docxStyles, "LANG", escaped(d.Lang))},
		{"word/settings.xml", docxSettings},
		{"word/header1.xml", doc.header()},
		{"word/footer1.xml", doc.footer()},
		{"word/_rels/document.xml.rels", doc.relations()},
	}
	z := zip.NewWriter(w)
	for _, f := range files {
		part, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate})
		if err != nil {
			return fmt.Errorf("write the report as DOCX: %w", err)
		}
		if _, err := io.WriteString(part, xml.Header+f.text); err != nil {
			return fmt.Errorf("write the report as DOCX: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write the report as DOCX: %w", err)
	}
	return nil
}

type docxWriter struct {
	d     *Document
	base  string
	out   strings.Builder
	cited []Figure
	links []string // targets, in the order of their ids
}

// escaped is a text inside XML, without what XML cannot hold.
func escaped(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		return r
	}, text))) // a builder does not fail
	return out.String()
}

// run is a piece of text with the properties of its letters.
func run(text, properties string) string {
	if text == "" {
		return ""
	}
	if properties != "" {
		properties = "<w:rPr>" + properties + "</w:rPr>"
	}
	return "<w:r>" + properties + `<w:t xml:space="preserve">` + escaped(text) + "</w:t></w:r>"
}

func (x *docxWriter) paragraph(style, more string, runs ...string) {
	x.out.WriteString("<w:p><w:pPr>")
	if style != "" {
		x.out.WriteString(`<w:pStyle w:val="` + style + `"/>`)
	}
	x.out.WriteString(more + "</w:pPr>" + strings.Join(runs, "") + "</w:p>")
}

// link is a run that leads to an address on the node.
func (x *docxWriter) link(address, text, properties string) string {
	if x.base == "" || address == "" {
		return run(text, properties)
	}
	x.links = append(x.links, x.base+address)
	return fmt.Sprintf(`<w:hyperlink r:id="link%d">`, len(x.links)) + run(text, properties) + "</w:hyperlink>"
}

func (x *docxWriter) marked() string {
	text := strings.ToUpper(x.d.Marking)
	if x.d.State != "" {
		text += " – " + strings.ToUpper(x.d.State)
	}
	return text
}

const docxSpaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

func (x *docxWriter) body() string {
	x.paragraph("Title", "", run(x.d.Title, ""))
	x.paragraph("Subtitle", "", run(x.d.Number, ""))
	x.facts(x.d.Head)
	for i := range x.d.Sections {
		x.section(&x.d.Sections[i])
	}
	x.signatures()
	x.addresses()
	return `<w:document ` + docxSpaces + `><w:body>` + x.out.String() +
		`<w:sectPr><w:headerReference w:type="default" r:id="header"/><w:footerReference w:type="default" r:id="footer"/>` +
		`<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1400" w:right="1021" w:bottom="1250" w:left="1021" w:header="500" w:footer="450" w:gutter="0"/></w:sectPr>` +
		`</w:body></w:document>`
}

// facts are labels with what stands behind them, as a table without lines.
func (x *docxWriter) facts(lines []Line) {
	x.out.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="2100"/><w:gridCol w:w="7764"/></w:tblGrid>`)
	for _, l := range lines {
		x.out.WriteString("<w:tr><w:trPr><w:cantSplit/></w:trPr>")
		x.cell(2100, 1, "", run(l.Label, "<w:b/>"))
		x.cell(7764, 1, "", run(l.Text, ""))
		x.out.WriteString("</w:tr>")
	}
	x.out.WriteString("</w:tbl>")
}

// cell is one cell with one paragraph.
func (x *docxWriter) cell(width, span int, align string, runs ...string) {
	fmt.Fprintf(&x.out, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width)
	if span > 1 {
		fmt.Fprintf(&x.out, `<w:gridSpan w:val="%d"/>`, span)
	}
	x.out.WriteString("</w:tcPr>")
	if align != "" {
		align = `<w:jc w:val="` + align + `"/>`
	}
	x.paragraph("Cell", align, runs...)
	x.out.WriteString("</w:tc>")
}

func (x *docxWriter) section(s *Section) {
	title := fmt.Sprintf("%d. %s", s.Number, s.Title)
	if s.Marking != "" {
		title += " (" + s.Marking + ")"
	}
	x.paragraph("Heading1", "", run(title, ""))
	if s.Standing != Content {
		x.paragraph("", "", run(s.Says, "<w:b/>"))
		return
	}
	for _, text := range s.Paragraphs {
		for line := range strings.Lines(text) {
			x.paragraph("", "", run(strings.TrimSpace(line), ""))
		}
	}
	for _, f := range s.Figures {
		x.cited = append(x.cited, f)
		x.paragraph("Figure", "", run(f.Label, ""), "<w:r><w:tab/></w:r>",
			x.link(f.Address, strings.TrimSpace(f.Value+" "+f.Unit), "<w:b/>"), run(fmt.Sprintf(" [%d]", len(x.cited)), `<w:sz w:val="13"/>`))
	}
	for i := range s.Tables {
		x.table(&s.Tables[i])
	}
}

func (x *docxWriter) signatures() {
	if len(x.d.Signatures) == 0 {
		return
	}
	x.paragraph("", `<w:keepNext/>`)
	wide := 9864 / len(x.d.Signatures)
	x.out.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders><w:top w:val="single" w:sz="8"/><w:bottom w:val="single" w:sz="4"/></w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for range x.d.Signatures {
		fmt.Fprintf(&x.out, `<w:gridCol w:w="%d"/>`, wide)
	}
	x.out.WriteString(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="1300"/></w:trPr>`)
	for _, s := range x.d.Signatures {
		x.cell(wide, 1, "", run(s.Label, "<w:b/>"), "<w:r><w:br/></w:r>", run(s.Text, ""))
	}
	x.out.WriteString("</w:tr></w:tbl>")
	x.paragraph("", "")
}

func (x *docxWriter) addresses() {
	if len(x.cited) == 0 {
		return
	}
	x.paragraph("Note", "<w:keepNext/>", run(x.d.Says.Addresses, "<w:b/>"))
	for i, f := range x.cited {
		x.paragraph("Note", "", run(fmt.Sprintf("[%d] %s  ", i+1, f.Measure), ""), x.link(f.Address, f.Address, ""))
	}
}

func (x *docxWriter) header() string {
	var h docxWriter
	h.paragraph("Marking", "", run(x.marked(), ""))
	h.paragraph("Running", "", run(x.d.From, ""), "<w:r><w:tab/></w:r>", run(x.d.Number, "<w:b/>"))
	return `<w:hdr ` + docxSpaces + `>` + h.out.String() + `</w:hdr>`
}

// footer has the number of the page and of all, which the reader's program counts.
func (x *docxWriter) footer() string {
	var f docxWriter
	runs := []string{run(x.d.Period, ""), "<w:r><w:tab/></w:r>"}
	before, rest, _ := strings.Cut(x.d.Says.Page, "{page}")
	between, after, _ := strings.Cut(rest, "{pages}")
	field := func(name string) string {
		return `<w:fldSimple w:instr="` + name + `">` + run("1", "") + "</w:fldSimple>"
	}
	runs = append(runs, run(before, ""), field("PAGE"), run(between, ""), field("NUMPAGES"), run(after, ""))
	f.paragraph("Running", "", runs...)
	f.paragraph("Marking", "", run(x.marked(), ""))
	return `<w:ftr ` + docxSpaces + `>` + f.out.String() + `</w:ftr>`
}

func (x *docxWriter) relations() string {
	const kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	var out strings.Builder
	out.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for _, r := range []struct{ id, kind, target string }{
		{"styles", "styles", "styles.xml"},
		{"settings", "settings", "settings.xml"},
		{"header", "header", "header1.xml"},
		{"footer", "footer", "footer1.xml"},
	} {
		fmt.Fprintf(&out, `<Relationship Id="%s" Type="%s%s" Target="%s"/>`, r.id, kind, r.kind, r.target)
	}
	for i, to := range x.links {
		fmt.Fprintf(&out, `<Relationship Id="link%d" Type="%shyperlink" Target="%s" TargetMode="External"/>`, i+1, kind, escaped(to))
	}
	out.WriteString("</Relationships>")
	return out.String()
}

func docxCore(d *Document) string {
	at := d.Dated.UTC().Format(time.RFC3339)
	return `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		"<dc:title>" + escaped(d.Title+" "+d.Number) + "</dc:title><dc:subject>" + escaped(d.Marking) + "</dc:subject><dc:creator>" + escaped(d.From) + "</dc:creator>" +
		"<cp:keywords>" + escaped(strings.TrimSpace(d.Marking+" "+d.State)) + "</cp:keywords><dc:language>" + escaped(d.Lang) + "</dc:language>" +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + at + "</dcterms:modified></cp:coreProperties>"
}
