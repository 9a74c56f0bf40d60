package sheet

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

// Limits of a workbook's XML. A real one nests about ten elements deep and has
// a few hundred parts.
const (
	maxDepth = 100
	maxToken = 2 << 20 // bytes of one tag or text
	maxParts = 10_000
)

var errBomb = errors.New("it is built to take the memory of whoever opens it")

// elements reads XML whose depth and whose single tags are bounded: a tag with
// millions of attributes, or millions of elements in one another, would take the
// memory before any limit of the cells is met. Entities are not expanded at all.
type elements struct {
	in    *xml.Decoder
	given *ration
	depth int
}

func newElements(r io.Reader) *elements {
	given := &ration{r: r, left: maxToken}
	return &elements{in: xml.NewDecoder(bufio.NewReaderSize(given, 64<<10)), given: given}
}

// Token gives the next one.
func (e *elements) Token() (xml.Token, error) {
	e.given.left = maxToken
	token, err := e.in.Token()
	if err != nil {
		return nil, err
	}
	switch token.(type) {
	case xml.StartElement:
		if e.depth++; e.depth > maxDepth {
			return nil, errBomb
		}
	case xml.EndElement:
		e.depth--
	}
	return token, nil
}

// ration ends with an error when more is read than was given.
type ration struct {
	r    io.Reader
	left int
}

// Read reads no more than is left.
func (r *ration) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errBomb
	}
	n, err := r.r.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

// fewParts refuses an archive with so many entries that listing them would take
// the memory. It counts their headers, because what an archive says of itself
// need not be true.
func fewParts(f io.ReaderAt, size int64) error {
	header := []byte("PK\x01\x02")
	buf := make([]byte, 64<<10)
	found := 0
	for at := int64(0); at < size; at += int64(len(buf) - len(header) + 1) {
		n, err := f.ReadAt(buf, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if found += bytes.Count(buf[:n], header); found > maxParts {
			return errBomb
		}
	}
	return nil
}

// Skip reads to the end of the element whose start was read last.
func (e *elements) Skip() error {
	for outside := e.depth - 1; e.depth > outside; {
		if _, err := e.Token(); err != nil {
			return err
		}
	}
	return nil
}
