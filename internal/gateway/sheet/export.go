package sheet

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// Door is the one way to read records. What the actor may not see does not come
// through it.
type Door interface {
	List(ctx context.Context, who access.Actor, q record.Query) (record.Page, error)
	// Exporting notes an export and gives the context to list it with.
	Exporting(ctx context.Context, who access.Actor, key record.Key, how string) (context.Context, error)
}

// Exporter writes records as tables.
type Exporter struct {
	Door  Door
	Kinds Kinds
}

// Format is a form in which records leave.
type Format string

// The forms.
const (
	CSV     Format = "csv"     // UTF-8, RFC 4180
	XLSX    Format = "xlsx"    // one sheet
	JSON    Format = "json"    // {"mission", "kind", "records": […]}
	GeoJSON Format = "geojson" // a FeatureCollection of points
)

// Formats are all forms.
func Formats() []Format { return []Format{CSV, XLSX, JSON, GeoJSON} }

// Layout says what the table has beside the records.
type Layout struct {
	HXL bool // a second row with HXL tags
	BOM bool // a byte order mark before CSV, for spreadsheet programs that ask for one
}

// erased stands for a sealed value whose key is gone.
const erased = "@erased"

// Columns are the columns of a kind's table, in their order: ref, the kind's own
// fields, then those that every kind has.
func Columns(k *kind.Kind) []kind.Field {
	envelope := map[string]kind.Field{}
	for _, f := range kind.Envelope() {
		envelope[f.ID] = f
	}
	out := append([]kind.Field{envelope["ref"]}, k.Fields...)
	for _, id := range []string{"at", "until", "zone", "reported", "source", "grade", "owner", "marking", "place", "lat", "lon", "note"} {
		if f, ok := envelope[id]; ok {
			out = append(out, f)
		} else if f, ok := k.Field(id); ok && !owns(k, id) {
			out = append(out, *f)
		}
	}
	return out
}

func owns(k *kind.Kind, id string) bool {
	for i := range k.Fields {
		if k.Fields[i].ID == id {
			return true
		}
	}
	return false
}

// sink takes the rows of a table.
type sink interface {
	header(columns []kind.Field) error
	row(columns []kind.Field, cells []string) error
	close() error
}

// Export writes the records that q finds to w and gives their number. q names
// one mission and one kind; its After and Limit are not used. Importing the file
// gives "same" for every record.
//
// The error is [fail.NotFound] for a kind the mission does not have and
// [fail.Invalid] for an unknown format, [fail.Denied] for who may take nothing of
// the kind along; when it comes later, w holds a part.
func (e *Exporter) Export(ctx context.Context, who access.Actor, q record.Query, to Target) (n int, err error) {
	k, ok := e.Kinds.Kind(q.Mission, q.Kind)
	if !ok {
		return 0, fail.Newf(fail.NotFound, "konbit kinds lists them", "the mission %s has no kind %q", q.Mission, q.Kind)
	}
	out, err := to.open(q)
	if err != nil {
		return 0, err
	}
	if ctx, err = e.Door.Exporting(ctx, who, record.Key{Mission: q.Mission, Kind: q.Kind}, string(to.Format)); err != nil {
		return 0, err
	}
	columns := Columns(k)
	if err := out.header(columns); err != nil {
		return 0, fmt.Errorf("write the table: %w", err)
	}
	q.After, q.Limit = "", 1000
	for {
		page, err := e.Door.List(ctx, who, q)
		if err != nil {
			return n, err
		}
		for i := range page.Versions {
			if err := out.row(columns, cellsOf(columns, &page.Versions[i])); err != nil {
				return n, fmt.Errorf("write the table: %w", err)
			}
			n++
		}
		if q.After = page.Next; page.Next == "" {
			break
		}
	}
	if err := out.close(); err != nil {
		return n, fmt.Errorf("write the table: %w", err)
	}
	return n, nil
}

// Target is where a table goes and how.
type Target struct {
	Writer io.Writer
	Format Format
	Layout Layout
}

func (t Target) open(q record.Query) (sink, error) {
	switch t.Format {
	case CSV:
		if t.Layout.BOM {
			if _, err := io.WriteString(t.Writer, "\ufeff"); err != nil {
				return nil, err
			}
		}
		return &csvSink{csv: newCSVWriter(t.Writer, ','), hxl: t.Layout.HXL}, nil
	case XLSX:
		return newXLSXSink(t.Writer, q.Kind, t.Layout.HXL)
	case JSON:
		return &jsonSink{w: bufio.NewWriter(t.Writer), head: fmt.Sprintf(`{"mission":%s,"kind":%s,"records":[`, quote(q.Mission), quote(q.Kind))}, nil
	case GeoJSON:
		return &jsonSink{w: bufio.NewWriter(t.Writer), geo: true, head: `{"type":"FeatureCollection","features":[`}, nil
	}
	return nil, fail.Newf(fail.Invalid, "use csv, xlsx, json or geojson", "no format %q", t.Format)
}

// cellsOf lays a version out under its columns, as canonical text.
func cellsOf(columns []kind.Field, v *record.Version) []string {
	out := make([]string, len(columns))
	for i := range columns {
		switch id := columns[i].ID; id {
		case "ref":
			out[i] = v.Ref
		case "reported":
			out[i] = v.KnownFrom.UTC().Format(time.RFC3339Nano)
		case "source":
			out[i] = v.Text(record.FieldSource)
		case "grade":
			out[i] = v.Text(record.FieldGrade)
		default:
			out[i] = plain(v.Fields[id])
		}
	}
	return out
}

func plain(v journal.Value) string {
	if v.Text == erased {
		return ""
	}
	return v.Text
}

type csvSink struct {
	csv *csvWriter
	hxl bool
}

func (s *csvSink) header(columns []kind.Field) error {
	if err := s.csv.write(names(columns)); err != nil || !s.hxl {
		return err
	}
	return s.csv.write(tags(columns))
}

func names(columns []kind.Field) []string {
	out := make([]string, len(columns))
	for i := range columns {
		out[i] = columns[i].ID
	}
	return out
}

func tags(columns []kind.Field) []string {
	out := make([]string, len(columns))
	for i := range columns {
		out[i] = columns[i].HXL
	}
	return out
}

func (s *csvSink) row(columns []kind.Field, cells []string) error {
	for i := range cells {
		if takesText(&columns[i]) {
			cells[i] = Guard(cells[i])
		}
	}
	return s.csv.write(cells)
}

func (s *csvSink) close() error { return s.csv.flush() }

// isNumber says that a field's canonical text is a number in JSON and in a
// spreadsheet.
func isNumber(f *kind.Field) bool {
	return f.Type == kind.Number || f.Type == kind.Quantity || f.Type == kind.Money
}

type jsonSink struct {
	w    *bufio.Writer
	head string
	geo  bool
	more bool
}

func (s *jsonSink) header([]kind.Field) error {
	_, err := s.w.WriteString(s.head)
	return err
}

func quote(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		return `""` // a string always marshals
	}
	return string(raw)
}

// row writes what is set, in the order of the columns.
func (s *jsonSink) row(columns []kind.Field, cells []string) error {
	var b strings.Builder
	if s.more {
		b.WriteByte(',')
	}
	s.more = true
	b.WriteByte('\n')
	if s.geo {
		s.feature(&b, columns, cells)
	} else {
		writeObject(&b, columns, cells)
	}
	_, err := s.w.WriteString(b.String())
	return err
}

func writeObject(b *strings.Builder, columns []kind.Field, cells []string) {
	comma := "{"
	for i := range columns {
		if cells[i] == "" {
			continue
		}
		b.WriteString(comma + quote(columns[i].ID) + ":")
		if isNumber(&columns[i]) && json.Valid([]byte(cells[i])) {
			b.WriteString(cells[i])
		} else {
			b.WriteString(quote(cells[i]))
		}
		comma = ","
	}
	if comma == "{" {
		b.WriteByte('{')
	}
	b.WriteByte('}')
}

// feature writes a point; a record without a position has a null geometry, so
// that no record is lost on the way to a map.
func (s *jsonSink) feature(b *strings.Builder, columns []kind.Field, cells []string) {
	var lat, lon string
	for i := range columns {
		switch columns[i].ID {
		case "lat":
			lat = cells[i]
		case "lon":
			lon = cells[i]
		}
	}
	geometry := "null"
	if lat != "" && lon != "" {
		geometry = `{"type":"Point","coordinates":[` + lon + "," + lat + "]}"
	}
	b.WriteString(`{"type":"Feature","geometry":` + geometry + `,"properties":`)
	writeObject(b, columns, cells)
	b.WriteByte('}')
}

func (s *jsonSink) close() error {
	if _, err := s.w.WriteString("\n]}\n"); err != nil {
		return err
	}
	return s.w.Flush()
}
