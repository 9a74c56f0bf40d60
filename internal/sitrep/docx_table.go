package sitrep

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// textWide is the width of the text in twentieths of a point.
const textWide = 9864

// table is a real table: its header comes again on each page, a row is not torn.
func (x *docxWriter) table(t *Table) {
	if len(t.Rows) == 0 {
		return
	}
	wide, size := docxWidths(t)
	letters := fmt.Sprintf(`<w:sz w:val="%d"/>`, size)
	x.paragraph("Caption", "", run(t.Caption, ""))
	x.out.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders><w:top w:val="single" w:sz="8"/><w:bottom w:val="single" w:sz="8"/><w:insideH w:val="single" w:sz="2" w:color="808080"/></w:tblBorders>` +
		`<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
	for _, w := range wide {
		fmt.Fprintf(&x.out, `<w:gridCol w:w="%d"/>`, w)
	}
	x.out.WriteString(`</w:tblGrid>`)
	x.row(t, headers(t), wide, `<w:cantSplit/><w:tblHeader/>`, "<w:b/>"+letters)
	for i, row := range t.Rows {
		x.row(t, row, wide, "<w:cantSplit/>", letters)
		if note := nth(t.Notes, i); note != "" {
			x.out.WriteString("<w:tr><w:trPr><w:cantSplit/></w:trPr>")
			x.cell(textWide, len(wide), "", run(note, letters))
			x.out.WriteString("</w:tr>")
		}
	}
	if t.Total != nil {
		x.row(t, t.Total, wide, "<w:cantSplit/>", "<w:b/>"+letters)
	}
	x.out.WriteString("</w:tbl>")
	x.paragraph("Note", "")
}

func (x *docxWriter) row(t *Table, row []string, wide []int, properties, letters string) {
	x.out.WriteString("<w:tr><w:trPr>" + properties + "</w:trPr>")
	for i, c := range t.Columns {
		align := ""
		if c.Number {
			align = "right"
		}
		x.cell(wide[i], 1, align, run(nth(row, i), letters))
	}
	x.out.WriteString("</w:tr>")
}

// docxWidths shares the width by the letters that each column holds, and gives the
// size of type, in half points, with which no word is broken: 8 points, or down to
// 6.5 where there are many columns. Which letters the reader's machine has is not
// known: wide ones are reckoned with.
func docxWidths(t *Table) (wide []int, size int) {
	for size = 16; ; size-- {
		least, most := make([]float64, len(t.Columns)), make([]float64, len(t.Columns))
		low := 0.0
		for i, c := range t.Columns {
			texts := append([]string{c.Label, nth(t.Total, i)}, column(t, i)...)
			for j, text := range texts {
				letter := 0.69 * float64(size) * 10 // of regular type; of bold type more
				if j < 2 {
					letter = 0.72 * float64(size) * 10
				}
				reckoned := func(text string) float64 { return float64(utf8.RuneCountInString(text))*letter + 90 }
				most[i] = max(most[i], min(reckoned(text), 4000))
				for word := range strings.FieldsSeq(text) {
					least[i] = max(least[i], min(reckoned(word), 2400))
				}
			}
			most[i] = max(most[i], least[i])
			low += least[i]
		}
		if low > textWide && size > 13 {
			continue
		}
		for _, w := range share(least, most, textWide) {
			wide = append(wide, int(w))
		}
		return wide, size
	}
}

func column(t *Table, i int) (out []string) {
	for _, row := range t.Rows {
		out = append(out, nth(row, i))
	}
	return out
}
