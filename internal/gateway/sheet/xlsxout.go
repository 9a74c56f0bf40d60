package sheet

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"konbit.org/konbit/internal/kind"
)

// xlsxSink streams a workbook of one sheet: bold header that stays in view,
// numbers as numbers, dates as the text they are, because no cell can hold
// 2025-02 or 2024-06-25/2024-07-16.
type xlsxSink struct {
	w      io.Writer
	file   *excelize.File
	stream *excelize.StreamWriter
	hxl    bool
	next   int
	bold   int
	text   int
}

func newXLSXSink(w io.Writer, name string, hxl bool) (*xlsxSink, error) {
	f := excelize.NewFile()
	s := &xlsxSink{w: w, file: f, hxl: hxl, next: 1}
	err := f.SetSheetName("Sheet1", name)
	if err == nil {
		s.bold, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	}
	if err == nil {
		s.text, err = f.NewStyle(&excelize.Style{NumFmt: 49}) // as text: never turned into a date
	}
	if err == nil {
		s.stream, err = f.NewStreamWriter(name)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("begin the workbook: %w", err), f.Close())
	}
	return s, nil
}

// widths of columns, in characters.
const (
	widthText   = 24
	widthNumber = 12
)

func (s *xlsxSink) header(columns []kind.Field) error {
	for i := range columns {
		width := float64(widthText)
		if isNumber(&columns[i]) || columns[i].Type == kind.Flag {
			width = widthNumber
		}
		if err := s.stream.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	top := 1
	if s.hxl {
		top = 2
	}
	err := s.stream.SetPanes(&excelize.Panes{
		Freeze: true, YSplit: top, XSplit: 1, TopLeftCell: "B" + strconv.Itoa(top+1), ActivePane: "bottomRight",
	})
	if err != nil {
		return err
	}
	if err := s.write(names(columns), s.bold); err != nil || !s.hxl {
		return err
	}
	return s.write(tags(columns), s.text)
}

func (s *xlsxSink) write(cells []string, style int) error {
	out := make([]any, len(cells))
	for i, c := range cells {
		out[i] = excelize.Cell{StyleID: style, Value: c}
	}
	return s.set(out)
}

func (s *xlsxSink) set(cells []any) error {
	at := "A" + strconv.Itoa(s.next)
	s.next++
	return s.stream.SetRow(at, cells)
}

// fifteen digits are what a spreadsheet keeps of a number.
const fifteen = 15

func (s *xlsxSink) row(columns []kind.Field, cells []string) error {
	out := make([]any, len(cells))
	for i, c := range cells {
		if c == "" {
			continue
		}
		if n, err := strconv.ParseFloat(c, 64); err == nil && isNumber(&columns[i]) && len(c) <= fifteen {
			out[i] = n
			continue
		}
		out[i] = excelize.Cell{StyleID: s.text, Value: c}
	}
	return s.set(out)
}

func (s *xlsxSink) close() error {
	err := s.stream.Flush()
	if err == nil {
		err = s.file.Write(s.w)
	}
	return errors.Join(err, s.file.Close())
}
