package sheet

import (
	"io"
	"path"
	"strings"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
)

// The limits of a file, whatever its format. They are far above any sheet that
// people fill in, and keep a hostile one from taking the machine.
const (
	maxColumns  = 1000
	maxCell     = 64 << 10  // bytes
	maxObject   = 4 << 20   // bytes of one object of a JSON file
	maxHeader   = 100       // rows above the header
	maxStrings  = 128 << 20 // bytes of the shared texts of a workbook
	maxPart     = 2 << 30   // bytes of one unpacked part of a workbook
	maxWorkbook = 512 << 20 // bytes of the packed workbook
)

// File is a table that can be read more than once.
type File struct {
	Name string // its last part tells the format: .csv .tsv .txt .xlsx .json .geojson
	Size int64  // bytes
	Open func() (Reader, error)
}

// Reader reads a file; XLSX needs it at any place.
type Reader interface {
	io.Reader
	io.ReaderAt
	io.Closer
}

// row is one row as it stands in the file.
type row struct {
	number int      // as a spreadsheet shows it; in JSON the place in the list
	cells  []string // as they stand
	given  []bool   // which cells are there at all; nil means all
	dates  []bool   // which cells hold a date and not its text; nil means none
	wrong  []kind.Problem
}

func (r *row) cell(i int) string {
	if i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

func (r *row) has(i int) bool { return r.given == nil || i < len(r.given) && r.given[i] }

func (r *row) isDate(i int) bool { return i < len(r.dates) && r.dates[i] }

func (r *row) blank() bool {
	for _, c := range r.cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return len(r.wrong) == 0
}

// table gives the rows of a file in order; io.EOF at the end. A row that cannot
// be read comes with what is wrong, and reading goes on.
type table interface {
	next() (*row, error)
	// done is how many bytes of total have been read.
	done() (done, total int64)
	close() error
}

// format is how a file is laid out.
type format string

const (
	formatCSV     format = "csv"
	formatXLSX    format = "xlsx"
	formatJSON    format = "json"
	formatGeoJSON format = "geojson"
)

func formatOf(name string) (format, error) {
	switch ext := strings.ToLower(path.Ext(strings.ReplaceAll(name, `\`, "/"))); ext {
	case ".csv", ".tsv", ".tab", ".txt":
		return formatCSV, nil
	case ".xlsx", ".xlsm":
		return formatXLSX, nil
	case ".json":
		return formatJSON, nil
	case ".geojson":
		return formatGeoJSON, nil
	default:
		return "", fail.Newf(fail.Invalid, "save it as .csv, .xlsx, .json or .geojson", "%s: files ending in %q cannot be imported", name, ext)
	}
}

// counter counts what is read through it.
type counter struct {
	r io.Reader
	n int64
}

// Read reads and counts.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
