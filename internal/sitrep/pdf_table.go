package sitrep

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

const (
	cellHigh = 3.9
	cellGap  = 1.6 // between columns
)

// letters tells which signs the fonts can show.
var letters = sync.OnceValue(func() func(rune) bool {
	font, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return func(r rune) bool { return r < 0x7f } // a test holds that it parses
	}
	return func(r rune) bool {
		glyph, err := font.GlyphIndex(nil, r)
		return err == nil && glyph != 0
	}
})

// shown is a text in signs that the fonts have: one that they lack is an empty box,
// seen to be missing, instead of nothing.
func shown(text string) string {
	has := letters()
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u00a0' || r == '\u202f' || unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		case r > 0xffff || !has(r):
			return '□'
		}
		return r
	}, text)
}

// wrap breaks a text into lines of a width in the font that is set, between words;
// inside a word, behind a sign that joins, or where there is no other way.
func (p *pdfWriter) wrap(text string, width float64) (out []string) {
	line := ""
	for word := range strings.FieldsSeq(shown(text)) {
		if line != "" && p.GetStringWidth(line+" "+word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			out = append(out, line)
		}
		for p.GetStringWidth(word) > width {
			n := p.fits(word, width)
			out = append(out, word[:n])
			word = word[n:]
		}
		line = word
	}
	if line != "" || len(out) == 0 {
		out = append(out, line)
	}
	return out
}

// fits is how many bytes of a word go into a width: at least one letter.
func (p *pdfWriter) fits(word string, width float64) int {
	most, joint := 0, 0
	for i, r := range word {
		end := i + len(string(r))
		if p.GetStringWidth(word[:end]) > width && most > 0 {
			break
		}
		most = end
		if strings.ContainsRune("-/_&?=,.", r) && end < len(word) {
			joint = end
		}
	}
	if joint > 0 {
		return joint
	}
	return most
}

func (p *pdfWriter) table(t *Table) {
	if len(t.Rows) == 0 {
		return
	}
	p.Ln(1.5)
	wide := p.widths(t)
	p.need(p.rowHigh(t, headers(t), wide, "B", smallType) + 3*cellHigh + 8)
	p.font("B", 8.5)
	p.line(t.Caption, lineHigh)
	p.tableHead(t, wide)
	for i, row := range t.Rows {
		note := p.note(t, i)
		high := p.rowHigh(t, row, wide, "", 8) + float64(len(note))*cellHigh + 1
		if i == len(t.Rows)-1 && t.Total != nil {
			high += p.rowHigh(t, t.Total, wide, "B", 8) + 2 // a total stands under a row, not alone
		}
		if p.need(high) {
			p.tableHead(t, wide)
		}
		p.row(t, row, wide, "")
		p.font("", 8)
		for _, line := range note {
			if p.need(cellHigh) {
				p.tableHead(t, wide)
				p.font("", 8)
			}
			p.SetX(marginX + 6)
			p.CellFormat(bodyWidth-6, cellHigh, line, "", 1, "L", false, 0, "")
		}
		p.Ln(0.4)
		p.hair(p.GetY())
		p.Ln(0.4)
	}
	if t.Total != nil {
		p.rule(p.GetY(), 0.4)
		p.row(t, t.Total, wide, "B")
	}
	p.Ln(1.5)
}

func (p *pdfWriter) note(t *Table, i int) []string {
	if i >= len(t.Notes) || t.Notes[i] == "" {
		return nil
	}
	p.font("", 8)
	return p.wrap(t.Notes[i], bodyWidth-6)
}

func headers(t *Table) []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Label
	}
	return out
}

func (p *pdfWriter) tableHead(t *Table, wide []float64) {
	p.font("B", smallType)
	p.cells(t, headers(t), wide)
	p.rule(p.GetY(), 0.4)
	p.Ln(0.6)
}

func (p *pdfWriter) row(t *Table, row []string, wide []float64, style string) {
	p.font(style, 8)
	p.cells(t, row, wide)
}

func (p *pdfWriter) rowHigh(t *Table, row []string, wide []float64, style string, size float64) float64 {
	p.font(style, size)
	n := 1
	for i := range t.Columns {
		n = max(n, len(p.wrap(nth(row, i), wide[i]-cellGap)))
	}
	return float64(n) * cellHigh
}

// cells writes one row cell by cell, so that who copies it or has it read aloud
// gets each cell whole.
func (p *pdfWriter) cells(t *Table, row []string, wide []float64) {
	top, low, x := p.GetY(), p.GetY(), marginX
	for i, c := range t.Columns {
		align := "L"
		if c.Number {
			align = "R"
		}
		p.SetXY(x, top)
		for _, line := range p.wrap(nth(row, i), wide[i]-cellGap) {
			p.SetX(x)
			p.CellFormat(wide[i]-cellGap, cellHigh, line, "", 2, align, false, 0, "")
		}
		low = max(low, p.GetY())
		x += wide[i]
	}
	p.SetXY(marginX, low)
}

// widths shares the width among columns: each gets what its longest word needs,
// and what is left over goes to those whose texts are longer than that.
func (p *pdfWriter) widths(t *Table) []float64 {
	least, most := make([]float64, len(t.Columns)), make([]float64, len(t.Columns))
	measure := func(rows [][]string) {
		for _, row := range rows {
			for i := range t.Columns {
				for word := range strings.FieldsSeq(shown(nth(row, i))) {
					least[i] = max(least[i], p.GetStringWidth(word)+cellGap+0.2)
				}
				most[i] = max(most[i], min(p.GetStringWidth(shown(nth(row, i))), 70)+cellGap+0.2)
			}
		}
	}
	p.font("", 8)
	measure(t.Rows)
	p.font("B", 8)
	measure([][]string{t.Total})
	p.font("B", smallType)
	measure([][]string{headers(t)})
	for i := range most {
		least[i] = min(least[i], 40)
		most[i] = max(most[i], least[i])
	}
	return share(least, most, bodyWidth)
}

// share gives widths between least and most that fill the whole.
func share(least, most []float64, whole float64) []float64 {
	out := make([]float64, len(least))
	low, high := 0.0, 0.0
	for i := range least {
		low, high = low+least[i], high+most[i]
	}
	for i := range least {
		switch {
		case low >= whole: // words are broken
			out[i] = least[i] * whole / low
		case high > whole:
			out[i] = least[i] + (most[i]-least[i])*(whole-low)/(high-low)
		default:
			out[i] = most[i] + (whole-high)*most[i]/high
		}
	}
	return out
}
