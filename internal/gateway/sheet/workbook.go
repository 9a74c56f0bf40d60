package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/fail"
)

// workbook are the parts of an .xlsx file beside its sheets.
type workbook struct {
	parts   map[string]*zip.File // by path in lower case
	epoch04 bool
}

// each calls fn for every start of an element of a part; a part that is not
// there has none. fn may read on from the decoder.
func (w *workbook) each(name string, fn func(*elements, xml.StartElement) error) error {
	p := w.parts[name]
	if p == nil {
		return nil
	}
	r, err := p.Open()
	if err != nil {
		return notAWorkbook(err)
	}
	defer r.Close() //nolint:errcheck // only read
	in := newElements(io.LimitReader(r, maxStrings))
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return notAWorkbook(err)
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := fn(in, start); err != nil {
				return err
			}
		}
	}
}

// find gives the part of the named sheet, or of the first.
func (w *workbook) find(sheet string) (part string, err error) {
	var names []string
	id := ""
	err = w.each("xl/workbook.xml", func(_ *elements, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			on := attribute(e, "date1904")
			w.epoch04 = on == "1" || on == "true"
		case "sheet":
			name := attribute(e, "name")
			names = append(names, name)
			if id == "" && (sheet == "" || strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(sheet))) {
				id = attribute(e, "id")
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if id == "" {
		return "", fail.Newf(fail.Invalid, "the workbook has: "+strings.Join(names, ", "), "the workbook has no sheet %q", sheet)
	}
	err = w.each("xl/_rels/workbook.xml.rels", func(_ *elements, e xml.StartElement) error {
		if e.Name.Local == "Relationship" && attribute(e, "Id") == id {
			part = attribute(e, "Target")
		}
		return nil
	})
	if !strings.HasPrefix(part, "/") {
		part = path.Join("/xl", part)
	}
	return strings.TrimPrefix(strings.ToLower(path.Clean(part)), "/"), err
}

// strings are the texts that cells share.
func (w *workbook) strings() ([]string, error) {
	var list []string
	size := 0
	err := w.each("xl/sharedstrings.xml", func(in *elements, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		t := xlsxTable{in: in}
		s, err := t.cellText()
		if err != nil {
			return notAWorkbook(err)
		}
		if size += len(s) + 16; size > maxStrings {
			return fail.New(fail.Invalid, "the texts of the workbook are too large", "save the sheet as CSV")
		}
		list = append(list, s)
		return nil
	})
	return list, err
}

// dateStyle says which parts of a date a cell shows.
type dateStyle struct{ year, month, day, hour bool }

func (d dateStyle) isDate() bool { return d.year || d.month && d.day || d.hour }

// styles tells for each style number whether it shows a date.
func (w *workbook) styles() ([]dateStyle, error) {
	custom := map[string]dateStyle{}
	var list []dateStyle
	inCells := false
	err := w.each("xl/styles.xml", func(_ *elements, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			custom[attribute(e, "numFmtId")] = readStyle(attribute(e, "formatCode"))
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if !inCells {
				return nil
			}
			id := attribute(e, "numFmtId")
			style, ok := custom[id]
			if !ok {
				style = builtIn(id)
			}
			list = append(list, style)
		}
		return nil
	})
	return list, err
}

// builtIn are the date formats that a workbook does not spell out (ECMA-376,
// 18.8.30).
func builtIn(id string) dateStyle {
	n, err := strconv.Atoi(id)
	if err != nil {
		return dateStyle{}
	}
	switch {
	case n == 17: // mmm-yy
		return dateStyle{year: true, month: true}
	case n == 22: // m/d/yy h:mm
		return dateStyle{true, true, true, true}
	case n >= 14 && n <= 16, n >= 27 && n <= 31, n >= 50 && n <= 58, n == 36:
		return dateStyle{year: true, month: true, day: true}
	case n >= 18 && n <= 21, n >= 45 && n <= 47, n >= 32 && n <= 35:
		return dateStyle{hour: true}
	}
	return dateStyle{}
}

// readStyle finds the parts of a date in a number format, outside quotation
// marks, brackets and what is escaped.
func readStyle(code string) dateStyle {
	var d dateStyle
	quoted, bracket := false, false
	code, _, _ = strings.Cut(strings.ToLower(code), ";")
	for i := 0; i < len(code); i++ {
		c := code[i]
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case c == 'y':
			d.year = true
		case c == 'm':
			d.month = true
		case c == 'd':
			d.day = true
		case c == 'h' || c == 's':
			d.hour = true
		case c == 'g' || c == '0' || c == '#' || c == '?':
			if !d.hour { // General, or a number; but ss.00 is a time
				return dateStyle{}
			}
		}
	}
	return d
}

// show writes the day count of a date cell no finer than the cell shows it: a
// cell that shows Jan-25 means January, though the first of it is stored.
func (d dateStyle) show(serial string, epoch04 bool) (string, bool) {
	days, err := strconv.ParseFloat(serial, 64)
	if err != nil || math.IsNaN(days) || days < 0 || days > 2958465.99999 {
		return "", false
	}
	seconds := int64(math.Round(days * 86400))
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case epoch04:
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case seconds < 60*86400:
		first = first.AddDate(0, 0, 1) // before the 29 February 1900 that never was
	}
	at := first.AddDate(0, 0, int(seconds/86400)).Add(time.Duration(seconds%86400) * time.Second)
	switch {
	case d.hour && !d.year && !d.day:
		return at.Format("15:04:05"), true
	case d.hour:
		return at.Format("2006-01-02T15:04:05"), true
	case d.day:
		return at.Format(time.DateOnly), true
	case d.month:
		return at.Format("2006-01"), true
	}
	return at.Format("2006"), true
}
