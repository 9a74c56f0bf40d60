package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/kind"
)

// csvTable reads RFC 4180 as spreadsheets write it. It is not encoding/csv
// because rows must keep the numbers that a spreadsheet shows, a broken row must
// not end the file, and an open quotation mark must not take the memory.
type csvTable struct {
	in     *bufio.Reader
	count  *counter
	file   io.Closer
	total  int64
	comma  byte
	number int
	cell   bytes.Buffer
}

func newCSV(r io.Reader, count *counter, file io.Closer, total int64) (*csvTable, error) {
	t := &csvTable{in: bufio.NewReaderSize(r, 64<<10), count: count, file: file, total: total}
	head, err := t.in.Peek(32 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	var told bool
	if t.comma, told = separator(head); told {
		_, err = t.next()
	}
	return t, err2(err)
}

// err2 drops the end of a short file, which the first row will find again.
func err2(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, bufio.ErrBufferFull) {
		return nil
	}
	return err
}

// separator finds what stands between cells: the most frequent of the three in
// the first line, outside quotation marks. told means that the line is the
// "sep=;" of a spreadsheet program, and no data.
func separator(head []byte) (comma byte, told bool) {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	if rest, ok := bytes.CutPrefix(line, []byte("sep=")); ok && len(bytes.TrimSpace(rest)) == 1 {
		return bytes.TrimSpace(rest)[0], true
	}
	count := map[byte]int{}
	quoted := false
	for _, b := range bytes.TrimLeft(head, "\r\n") {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '\n':
			return most(count), false
		default:
			count[b]++
		}
	}
	return most(count), false
}

func most(count map[byte]int) byte {
	best := byte(',')
	for _, b := range []byte{';', '\t'} {
		if count[b] > count[best] {
			best = b
		}
	}
	return best
}

func (t *csvTable) done() (done, total int64) { return min(t.count.n, t.total), t.total }

func (t *csvTable) close() error { return t.file.Close() }

// next reads one row, over line ends inside quotation marks.
func (t *csvTable) next() (*row, error) {
	if _, err := t.in.Peek(1); err != nil {
		return nil, err
	}
	t.number++
	r := &row{number: t.number}
	for {
		last, err := t.readCell(r)
		if err != nil {
			return nil, err
		}
		if len(r.cells) < maxColumns {
			r.cells = append(r.cells, t.cell.String())
		} else if len(r.wrong) == 0 {
			r.refuse("", "row-cells", map[string]string{"value": strconv.Itoa(len(r.cells)) + "+", "max": strconv.Itoa(maxColumns)})
		}
		if last {
			return r, nil
		}
	}
}

func (r *row) refuse(field, code string, args map[string]string) {
	r.wrong = append(r.wrong, kind.Problem{Field: field, Code: code, Args: args})
}

// readCell reads into t.cell and says whether it was the row's last.
func (t *csvTable) readCell(r *row) (last bool, err error) {
	t.cell.Reset()
	first, err := t.in.ReadByte()
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if first == '"' {
		return t.readQuoted(r)
	}
	for b := first; ; {
		switch b {
		case t.comma:
			return false, nil
		case '\n':
			return true, nil
		case '\r':
			return true, t.skip('\n')
		}
		t.keep(r, b)
		if b, err = t.in.ReadByte(); errors.Is(err, io.EOF) {
			return true, nil
		} else if err != nil {
			return false, err
		}
	}
}

// readQuoted reads the rest of a cell that began with a quotation mark.
func (t *csvTable) readQuoted(r *row) (last bool, err error) {
	quoted := true
	for {
		b, err := t.in.ReadByte()
		if errors.Is(err, io.EOF) {
			if quoted {
				r.refuse("", "quote-open", nil)
			}
			return true, nil
		}
		if err != nil {
			return false, err
		}
		switch {
		case quoted && b == '"':
			quoted = false
		case quoted:
			t.keep(r, b)
		case b == '"':
			quoted = true
			t.keep(r, b)
		case b == t.comma:
			return false, nil
		case b == '\n':
			return true, nil
		case b == '\r':
			return true, t.skip('\n')
		default:
			// "abc"def: two readings, so none.
			if len(r.wrong) == 0 {
				r.refuse("", "quote-inside", nil)
			}
			t.keep(r, b)
		}
	}
}

func (t *csvTable) skip(b byte) error {
	next, err := t.in.Peek(1)
	if err == nil && next[0] == b {
		_, err = t.in.Discard(1)
	}
	return err2(err)
}

// keep drops what is longer than a cell may be, so that an open quotation mark
// before a gigabyte costs no gigabyte.
func (t *csvTable) keep(r *row, b byte) {
	if t.cell.Len() < maxCell {
		t.cell.WriteByte(b)
		return
	}
	if len(r.wrong) == 0 {
		r.refuse("", "too-long", map[string]string{"max": strconv.Itoa(maxCell), "length": "> " + strconv.Itoa(maxCell)})
	}
}

// csvWriter writes rows with the separator they came with.
type csvWriter struct {
	w     *bufio.Writer
	comma byte
}

func newCSVWriter(w io.Writer, comma byte) *csvWriter {
	return &csvWriter{bufio.NewWriterSize(w, 64<<10), comma}
}

func (c *csvWriter) write(cells []string) error {
	for i, s := range cells {
		if i > 0 {
			if err := c.w.WriteByte(c.comma); err != nil {
				return err
			}
		}
		// A row of one empty cell would be an empty line.
		if s == "" && len(cells) == 1 || strings.ContainsAny(s, "\"\r\n,;\t") || strings.TrimSpace(s) != s {
			s = `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
		}
		if _, err := c.w.WriteString(s); err != nil {
			return err
		}
	}
	_, err := c.w.WriteString("\r\n")
	return err
}

func (c *csvWriter) flush() error { return c.w.Flush() }
