package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/fail"
)

// xlsxTable reads one sheet of a workbook as a stream. A library reads the
// whole sheet into memory before it tells which cells are dates, and shows dates
// as the sender's machine does, 1/4/25; here a date comes out as 2025-01-04, and
// no finer than the cell shows it.
type xlsxTable struct {
	file    io.Closer
	part    io.ReadCloser
	count   *counter
	total   int64
	in      *elements
	strings []string
	styles  []dateStyle // by style number
	epoch04 bool        // days are counted from 1904
	number  int
}

func openXLSX(f Reader, size int64, sheet string) (*xlsxTable, error) {
	if size > maxWorkbook {
		return nil, fail.Newf(fail.Invalid, "save the sheet as CSV", "the workbook has %d bytes, more than %d", size, maxWorkbook)
	}
	if err := fewParts(f, size); err != nil {
		return nil, notAWorkbook(err)
	}
	z, err := zip.NewReader(f, size)
	if err != nil {
		return nil, notAWorkbook(err)
	}
	w := workbook{parts: map[string]*zip.File{}}
	for _, p := range z.File {
		w.parts[strings.TrimPrefix(strings.ToLower(path.Clean("/"+strings.ReplaceAll(p.Name, `\`, "/"))), "/")] = p
	}
	t := &xlsxTable{file: f}
	name, err := w.find(sheet)
	if err != nil {
		return nil, err
	}
	t.epoch04 = w.epoch04
	if t.styles, err = w.styles(); err != nil {
		return nil, err
	}
	if t.strings, err = w.strings(); err != nil {
		return nil, err
	}
	p := w.parts[name]
	if p == nil {
		return nil, notAWorkbook(fmt.Errorf("%s is missing", name))
	}
	if t.part, err = p.Open(); err != nil {
		return nil, notAWorkbook(err)
	}
	t.total = int64(min(p.UncompressedSize64, maxPart))
	t.count = &counter{r: io.LimitReader(t.part, maxPart)}
	t.in = newElements(t.count)
	return t, nil
}

// cutOff keeps an end in the middle from being taken for the end of the table.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func notAWorkbook(err error) error {
	err = cutOff(err)
	return fail.Wrap(fail.Invalid, err, "read the workbook", "save it again as .xlsx or as CSV; a workbook with a password cannot be read")
}

func (t *xlsxTable) done() (done, total int64) { return min(t.count.n, t.total), t.total }

func (t *xlsxTable) close() error { return errors.Join(t.part.Close(), t.file.Close()) }

// next reads one row; rows that the sheet leaves out are empty and skipped.
func (t *xlsxTable) next() (*row, error) {
	for {
		token, err := t.in.Token()
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		if err != nil {
			return nil, notAWorkbook(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "row" {
			continue
		}
		t.number++
		if n, err := strconv.Atoi(attribute(start, "r")); err == nil && n >= t.number && n <= 1<<20 {
			t.number = n
		}
		r := &row{number: t.number}
		if err := t.readRow(r); err != nil {
			return nil, notAWorkbook(err)
		}
		return r, nil
	}
}

func (t *xlsxTable) readRow(r *row) error {
	for {
		token, err := t.in.Token()
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.EndElement:
			if e.Name.Local == "row" {
				return nil
			}
		case xml.StartElement:
			if e.Name.Local != "c" {
				continue
			}
			if err := t.readCell(r, e); err != nil {
				return err
			}
		}
	}
}

// readCell puts a cell where its address says.
func (t *xlsxTable) readCell(r *row, c xml.StartElement) error {
	text, err := t.cellText()
	if err != nil {
		return err
	}
	at := len(r.cells)
	if n, ok := column(attribute(c, "r")); ok {
		at = n
	}
	if at >= maxColumns {
		if text != "" && len(r.wrong) == 0 {
			r.refuse("", "row-cells", map[string]string{"value": strconv.Itoa(at + 1), "max": strconv.Itoa(maxColumns)})
		}
		return nil
	}
	for len(r.cells) <= at {
		r.cells, r.dates = append(r.cells, ""), append(r.dates, false)
	}
	r.cells[at], r.dates[at] = t.read(r, text, c)
	return nil
}

// cellText collects the value, the inline text, or the cached result of a
// formula.
func (t *xlsxTable) cellText() (string, error) {
	var b strings.Builder
	inside, depth := 0, 1 // inside v or t, and not inside the guide to pronunciation
	for depth > 0 {
		token, err := t.in.Token()
		if err != nil {
			return "", err
		}
		switch e := token.(type) {
		case xml.StartElement:
			depth++
			switch e.Name.Local {
			case "v", "t":
				inside++
			case "rPh":
				if err := t.in.Skip(); err != nil {
					return "", err
				}
				depth--
			}
		case xml.EndElement:
			depth--
			if e.Name.Local == "v" || e.Name.Local == "t" {
				inside--
			}
		case xml.CharData:
			if inside > 0 && b.Len() <= maxCell {
				b.Write(e)
			}
		}
	}
	return unescape(b.String()), nil
}

// read turns what stands in the cell into text by the cell's type and style.
func (t *xlsxTable) read(r *row, text string, c xml.StartElement) (cell string, date bool) {
	switch attribute(c, "t") {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 0 || n >= len(t.strings) {
			r.refuse("", "cell-error", map[string]string{"value": text})
			return "", false
		}
		return t.limited(r, t.strings[n]), false
	case "b":
		return map[string]string{"1": "yes", "0": "no"}[strings.TrimSpace(text)], false
	case "e":
		r.refuse("", "cell-error", map[string]string{"value": text})
		return text, false
	case "d":
		return strings.TrimSpace(text), true
	case "str", "inlineStr":
		return t.limited(r, text), false
	}
	style, err := strconv.Atoi(attribute(c, "s"))
	if err == nil && style >= 0 && style < len(t.styles) && t.styles[style].isDate() {
		if day, ok := t.styles[style].show(strings.TrimSpace(text), t.epoch04); ok {
			return day, true
		}
	}
	return plainNumber(strings.TrimSpace(text)), false
}

func (t *xlsxTable) limited(r *row, s string) string {
	if len(s) <= maxCell {
		return s
	}
	r.refuse("", "too-long", map[string]string{"max": strconv.Itoa(maxCell), "length": strconv.Itoa(len(s))})
	return s[:maxCell]
}

// plainNumber writes a number as a spreadsheet shows it: fifteen digits, without
// the rounding of the machine and without an exponent.
func plainNumber(s string) string {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f > 1e18 || f < -1e18 {
		return s
	}
	if digits := strings.TrimLeft(s, "-"); len(digits) <= 15 && strings.Trim(digits, "0123456789.") == "" {
		return s
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if err != nil {
		return s
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// column reads the letters of an address: AB12 is 27.
func column(address string) (int, bool) {
	n := 0
	for i := range len(address) {
		c := address[i]
		if c < 'A' || c > 'Z' {
			return n - 1, i > 0
		}
		if n = n*26 + int(c-'A') + 1; n > 1<<20 {
			return 0, false
		}
	}
	return n - 1, n > 0
}

// unescape reads _x000D_, by which workbooks write characters that XML has not.
func unescape(s string) string {
	at := strings.Index(s, "_x")
	if at < 0 {
		return s
	}
	var b strings.Builder
	for ; at >= 0; at = strings.Index(s, "_x") {
		code, err := uint64(0), error(nil)
		if len(s) >= at+7 && s[at+6] == '_' {
			code, err = strconv.ParseUint(s[at+2:at+6], 16, 16)
		} else {
			err = strconv.ErrSyntax
		}
		if err != nil {
			b.WriteString(s[:at+2])
			s = s[at+2:]
			continue
		}
		b.WriteString(s[:at])
		b.WriteRune(rune(code))
		s = s[at+7:]
	}
	b.WriteString(s)
	return b.String()
}
