package sheet

import (
	"errors"
	"io"
	"slices"
)

// refusedFile are the rows of a file that were refused, as they came, with a last
// column that says why. Once mended it can be imported as it is.
type refusedFile struct {
	run    *run
	file   File
	header *header
	comma  byte

	out io.WriteCloser
	csv *csvWriter
}

// start writes the header and whatever stood above it, so that a mapping that
// names the header's row fits the mended file too.
func (f *refusedFile) start() (err error) {
	if f.out, err = f.run.job.Refused(f.file); err != nil {
		return err
	}
	// Spreadsheet programs take a file without a mark for one of their own old
	// encodings, and would save it mangled.
	if _, err := io.WriteString(f.out, "\ufeff"); err != nil {
		return err
	}
	f.csv = newCSVWriter(f.out, f.comma)
	above, number := f.header.above, 0
	for i, r := range above {
		number++
		for ; f.header.mapping.Header > 0 && number < r.number; number++ {
			if err := f.csv.write([]string{""}); err != nil {
				return err
			}
		}
		cells := f.cells(r)
		switch {
		case i == f.header.at:
			cells = append(cells, refusedColumn)
		case i > f.header.at: // the tags
			cells = append(cells, "#meta+refused")
		}
		if err := f.csv.write(cells); err != nil {
			return err
		}
	}
	return nil
}

// cells are those of a row without older reasons. A row that lacks cells is not
// filled up: it would then be taken although nobody mended it.
func (f *refusedFile) cells(r *row) []string {
	width := len(r.cells)
	if r.dates != nil || r.given != nil || r == f.header.above[f.header.at] || len(r.wrong) == 0 {
		width = max(width, len(f.header.names))
	}
	out := make([]string, 0, width+1)
	for i := range width {
		if i == f.header.refused {
			continue
		}
		cell := r.cell(i)
		// What comes from another format has no apostrophes yet, and would lose
		// its own when it is read back from CSV.
		if i < len(f.header.reads) && f.header.reads[i] != nil && !f.header.guarded && takesText(f.header.reads[i]) && !f.isHead(r) {
			cell = Guard(cell)
		}
		out = append(out, cell)
	}
	return out
}

func (f *refusedFile) isHead(r *row) bool { return slices.Contains(f.header.above, r) }

func (f *refusedFile) write(r *row, reasons string) error {
	if f.run.job.Refused == nil {
		return nil
	}
	if f.csv == nil {
		if err := f.start(); err != nil {
			return err
		}
	}
	return f.csv.write(append(f.cells(r), reasons))
}

func (f *refusedFile) close() error {
	if f.csv == nil {
		return nil
	}
	return errors.Join(f.csv.flush(), f.out.Close())
}
