package sitrep

import (
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// The page: A4, in millimetres. Type is in points.
const (
	pageWidth, pageHeight = 210.0, 297.0
	marginX               = 18.0
	bodyTop, bodyBottom   = 27.0, 276.0
	bodyWidth             = pageWidth - 2*marginX
	lineHigh              = 4.6
	bodyType, smallType   = 9.5, 7.5
)

// PDF writes a report as it is printed and signed: marking at the head and foot of
// every page, tables whose headers come again on the next, and at the end where
// each figure comes from. base is the node's own address, as https://node.example,
// for the links of the figures. The same report gives the same bytes: nothing in
// them is of the time at which it was printed.
func PDF(w io.Writer, d Document, base string) error {
	pages := 1
	for range 3 { // how many pages there are is known when they are written
		p := newPDF(&d, base, pages)
		p.document()
		if p.PageNo() == pages || p.Err() {
			if err := p.Output(w); err != nil {
				return fmt.Errorf("write the report as PDF: %w", err)
			}
			return nil
		}
		pages = p.PageNo()
	}
	return fmt.Errorf("write the report as PDF: its number of pages does not settle")
}

type pdfWriter struct {
	*fpdf.Fpdf
	d     *Document
	base  string
	pages int
	cited []Figure // in the order of their notes
}

func newPDF(d *Document, base string, pages int) *pdfWriter {
	p := &pdfWriter{Fpdf: fpdf.New("P", "mm", "A4", ""), d: d, base: base, pages: pages}
	p.SetCatalogSort(true)
	p.SetCreationDate(d.Dated)
	p.SetModificationDate(d.Dated)
	p.SetProducer("Konbit", true)
	p.SetCreator("Konbit", true)
	p.SetTitle(d.Title+" "+d.Number, true)
	p.SetSubject(d.Marking, true)
	p.SetAuthor(d.From, true)
	p.SetKeywords(strings.TrimSpace(d.Marking+" "+d.State), true)
	p.SetLang(d.Lang)
	p.SetXmpMetadata(xmp(d))
	p.AddUTF8FontFromBytes("go", "", goregular.TTF)
	p.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	p.SetMargins(marginX, bodyTop, marginX)
	p.SetAutoPageBreak(false, 0)
	p.SetLineCapStyle("butt")
	p.SetHeaderFunc(p.head)
	p.SetFooterFunc(p.foot)
	p.AddPage()
	return p
}

// xmp is what archives read: title, language, marking and date.
func xmp(d *Document) []byte {
	esc := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	return fmt.Appendf(nil, `<?xpacket begin="`+"\ufeff"+`" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s %s</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:rights>
<xmp:CreateDate>%s</xmp:CreateDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`, esc(d.Title), esc(d.Number), esc(d.Lang), esc(d.Marking), d.Dated.UTC().Format(time.RFC3339))
}

// marked is the marking as it stands on every page; a draft says so there, too.
func (p *pdfWriter) marked() string {
	text := strings.ToUpper(p.d.Marking)
	if p.d.State != "" {
		text += " – " + strings.ToUpper(p.d.State)
	}
	return text
}

// at writes one line at a place, which stays on it: long texts were cut before.
func (p *pdfWriter) at(y float64, text, align string) {
	p.SetXY(marginX, y)
	p.CellFormat(bodyWidth, 4, shown(text), "", 0, align, false, 0, "")
}

func (p *pdfWriter) head() {
	p.font("B", 9)
	p.at(9, p.marked(), "C")
	p.font("", smallType)
	p.at(14.5, p.d.From, "L")
	p.font("B", smallType)
	p.at(14.5, p.d.Number, "R")
	p.rule(20, 0.5)
	p.SetXY(marginX, bodyTop-3)
}

func (p *pdfWriter) foot() {
	p.rule(281, 0.2)
	p.font("", smallType)
	p.at(282, p.d.Period, "L")
	p.at(282, strings.NewReplacer("{page}", fmt.Sprint(p.PageNo()), "{pages}", fmt.Sprint(p.pages)).Replace(p.d.Says.Page), "R")
	p.font("B", 9)
	p.at(286, p.marked(), "C")
}

func (p *pdfWriter) rule(y, width float64) {
	p.SetLineWidth(width)
	p.SetDrawColor(0, 0, 0)
	p.Line(marginX, y, pageWidth-marginX, y)
}

func (p *pdfWriter) hair(y float64) {
	p.SetLineWidth(0.1)
	p.SetDrawColor(120, 120, 120)
	p.Line(marginX, y, pageWidth-marginX, y)
}

func (p *pdfWriter) font(style string, size float64) { p.SetFont("go", style, size) }

// need begins a new page where less than so much is left of this one.
func (p *pdfWriter) need(height float64) bool {
	if p.GetY()+height <= bodyBottom || p.GetY() <= bodyTop {
		return false
	}
	p.AddPage()
	return true
}

func (p *pdfWriter) document() {
	p.font("B", 15)
	for _, line := range p.wrap(p.d.Title, bodyWidth) {
		p.line(line, 7)
	}
	p.font("B", 11)
	p.line(p.d.Number, 6)
	p.Ln(1.5)
	p.lines(p.d.Head)
	for i := range p.d.Sections {
		p.section(&p.d.Sections[i])
	}
	p.signatures()
	p.addresses()
}

// line writes one line from the left edge and goes on to the next.
func (p *pdfWriter) line(text string, high float64) {
	p.need(high)
	p.SetX(marginX)
	p.CellFormat(bodyWidth, high, shown(text), "", 1, "L", false, 0, "")
}

func (p *pdfWriter) paragraph(text string) {
	p.font("", bodyType)
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		for _, line := range p.wrap(part, bodyWidth) {
			p.line(line, lineHigh)
		}
	}
	p.Ln(1)
}

// lines are labels with what stands behind them, in two columns.
func (p *pdfWriter) lines(all []Line) {
	const label = 34.0
	for _, l := range all {
		p.font("B", 8.5)
		names := p.wrap(l.Label, label-2)
		p.font("", bodyType)
		texts := p.wrap(l.Text, bodyWidth-label)
		p.need(float64(max(len(names), len(texts))) * lineHigh)
		for i := range max(len(names), len(texts)) {
			p.SetX(marginX)
			p.font("B", 8.5)
			p.CellFormat(label, lineHigh, shown(nth(names, i)), "", 0, "L", false, 0, "")
			p.font("", bodyType)
			p.CellFormat(bodyWidth-label, lineHigh, shown(nth(texts, i)), "", 1, "L", false, 0, "")
		}
		p.Ln(0.6)
	}
}

func nth(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

func (p *pdfWriter) section(s *Section) {
	p.Ln(3)
	p.need(18) // no heading at the foot of a page without what it heads
	title := fmt.Sprintf("%d. %s", s.Number, s.Title)
	if s.Marking != "" {
		title += " (" + s.Marking + ")"
	}
	p.Bookmark(shown(title), 0, -1)
	p.font("B", 10.5)
	for _, line := range p.wrap(title, bodyWidth) {
		p.line(line, 5.2)
	}
	p.rule(p.GetY(), 0.2)
	p.Ln(1.2)
	if s.Standing != Content {
		p.font("B", bodyType)
		p.line(s.Says, lineHigh)
		return
	}
	for _, text := range s.Paragraphs {
		p.paragraph(text)
	}
	for _, f := range s.Figures {
		p.figure(f)
	}
	for i := range s.Tables {
		p.table(&s.Tables[i])
	}
	if s.Plan != nil {
		p.plan(s.Plan)
	}
}

// figure is a label, its number, and the small number of its note.
func (p *pdfWriter) figure(f Figure) {
	const value = 58.0
	p.cited = append(p.cited, f)
	note := fmt.Sprintf("[%d]", len(p.cited))
	p.font("", bodyType)
	names := p.wrap(f.Label, bodyWidth-value)
	p.font("B", bodyType)
	values := p.wrap(strings.TrimSpace(f.Value+" "+f.Unit), value-9)
	n := max(len(names), len(values))
	p.need(float64(n) * lineHigh)
	for i := range n {
		p.SetX(marginX)
		p.font("", bodyType)
		p.CellFormat(bodyWidth-value, lineHigh, shown(nth(names, i)), "", 0, "L", false, 0, "")
		p.font("B", bodyType)
		p.CellFormat(value-9, lineHigh, shown(nth(values, i)), "", 0, "R", false, 0, p.link(f.Address))
		text := ""
		if i == 0 {
			text = note
		}
		p.font("", 6.5)
		p.CellFormat(9, lineHigh, text, "", 1, "R", false, 0, p.link(f.Address))
	}
	p.hair(p.GetY())
	p.Ln(0.4)
}

func (p *pdfWriter) link(address string) string {
	if p.base == "" || address == "" {
		return ""
	}
	return p.base + address
}

// signatures stand side by side, with room to sign on paper.
func (p *pdfWriter) signatures() {
	if len(p.d.Signatures) == 0 {
		return
	}
	wide := bodyWidth / 3
	p.Ln(5)
	p.need(34)
	p.rule(p.GetY(), 0.5)
	p.Ln(2)
	top := p.GetY()
	low := top
	for i, s := range p.d.Signatures {
		x := marginX + float64(i%3)*wide
		p.SetXY(x, top)
		p.font("B", 8.5)
		p.CellFormat(wide, lineHigh, shown(s.Label), "", 2, "L", false, 0, "")
		p.font("", bodyType)
		for _, line := range p.wrap(s.Text, wide-4) {
			p.SetX(x)
			p.CellFormat(wide, lineHigh, shown(line), "", 2, "L", false, 0, "")
		}
		p.SetLineWidth(0.2)
		p.SetDrawColor(0, 0, 0)
		p.Line(x, top+24, x+wide-6, top+24)
		low = max(low, p.GetY(), top+26)
	}
	p.SetXY(marginX, low)
}

// addresses are the notes: where each figure comes from, with both dates.
func (p *pdfWriter) addresses() {
	if len(p.cited) == 0 {
		return
	}
	p.Ln(4)
	p.need(20)
	p.font("B", 8.5)
	p.line(p.d.Says.Addresses, lineHigh)
	for i, f := range p.cited {
		p.font("", 6.5)
		for j, line := range p.wrap(fmt.Sprintf("[%d] %s  %s", i+1, f.Measure, f.Address), bodyWidth-5) {
			indent := 0.0
			if j > 0 {
				indent = 5
			}
			p.need(3.2)
			p.SetX(marginX + indent)
			p.CellFormat(bodyWidth-indent, 3.2, shown(line), "", 1, "L", false, 0, p.link(f.Address))
		}
	}
}
