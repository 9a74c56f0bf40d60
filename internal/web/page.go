package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/xuri/excelize/v2"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
)

// page is one computed answer. All its forms are written from the same values.
type page struct {
	status int // 0 means 200
	title  string
	body   templ.Component
	data   any    // as JSON
	table  *table // as CSV and XLSX
	// export writes a table of any length straight to the reader, instead of table.
	export func(w io.Writer, f format) error
	geo    any   // as GeoJSON
	feed   *feed // as Atom
	// papers are the forms that only this page has, each with what writes it.
	papers  map[format]func(w io.Writer) error
	goTo    string       // redirect after a write, 303
	file    string       // stem of the name of a download
	bare    bool         // no date bar: forms and errors
	secret  bool         // nobody may keep it, whoever sees it
	kept    bool         // the page of forms that a browser keeps, in a frame of its own
	scripts []string     // modules it runs; most have none
	live    *liveView    // what a page that keeps itself fresh must know; nil for others
	events  func() error // writes the page as a stream of events
	retry   int          // seconds until it may be asked for again
	// corrected is when something on the page was last corrected, for the date bar.
	corrected time.Time
	crumbs    []crumb
}

type crumb struct{ label, href string }

// table is what is counted and downloaded: the HTML table and the sheet are the
// same rows.
type table struct {
	caption string
	columns []column
	rows    [][]cell
	empty   string // said when there are no rows
}

type column struct {
	id, label, hxl string
	number         bool
	main           bool // heads the card on a phone
	only           bool // in sheets only, not on the page
}

type cell struct {
	text   string // for the reader, in the reader's language
	raw    string // for machines; text when empty
	href   string
	note   string // a second line, small
	badge  string // verdict or state: a class with a shape of its own
	bar    string // SVG
	struck bool
}

// void is the raw text of a cell that says something to readers and nothing to
// machines: "not known" is an empty cell of a sheet.
const void = "\x00"

func (c cell) machine() string {
	if c.raw == void {
		return ""
	}
	if c.raw != "" {
		return c.raw
	}
	return c.text
}

// offers are the forms this page can be had in, besides HTML.
func (p *page) offers() []format {
	var all []format
	if p.data != nil {
		all = append(all, asJSON)
	}
	if p.table != nil || p.export != nil {
		all = append(all, asCSV, asXLSX)
	}
	if p.geo != nil {
		all = append(all, asGeo)
	}
	if p.feed != nil {
		all = append(all, asAtom)
	}
	for _, m := range mediaTypes() {
		if p.papers[m.format] != nil {
			all = append(all, m.format)
		}
	}
	return all
}

// write sends the page in the form the visitor asked for.
func (v *visit) write(p *page) error {
	if p.goTo != "" && (v.program || v.format == asJSON) {
		p = &page{data: map[string]any{"address": p.goTo}}
		v.format = asJSON
	}
	if p.goTo != "" {
		v.headers(p)
		http.Redirect(v.w, v.r, p.goTo, http.StatusSeeOther) //nolint:gosec // made by link, whose every step is escaped: it cannot leave this site
		return nil
	}
	if v.format == asEvents && p.events != nil {
		v.headers(p)
		return p.events()
	}
	if p.export != nil && (v.format == asCSV || v.format == asXLSX) {
		v.headers(p)
		v.download(p)
		return p.export(v.w, v.format)
	}
	var body bytes.Buffer
	media, err := v.render(&body, p)
	if err != nil {
		p = v.problem(err)
		body.Reset()
		if media, err = v.render(&body, p); err != nil {
			return err
		}
	}
	v.headers(p)
	v.download(p)
	v.w.Header().Set("Content-Type", media)
	status := p.status
	if status == 0 {
		status = http.StatusOK
	}
	if status == http.StatusOK && v.unchanged(body.Bytes()) {
		v.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	v.w.WriteHeader(status)
	if v.r.Method == http.MethodHead {
		return nil
	}
	_, err = v.w.Write(body.Bytes())
	return err
}

// download names the file that a sheet or map is kept as.
func (v *visit) download(p *page) {
	switch v.format {
	case asCSV, asXLSX, asGeo, asDOCX:
	default:
		return
	}
	v.w.Header().Set("Content-Type", v.format.media())
	if v.format == asCSV {
		v.w.Header().Set("Content-Type", v.format.media()+"; charset=utf-8")
	}
	if p.file != "" {
		v.w.Header().Set("Content-Disposition", `attachment; filename="`+strings.Map(fileRune, p.file)+"."+string(v.format)+`"`)
	}
}

func fileRune(r rune) rune {
	if r == '.' || r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		return r
	}
	return '-'
}

// headers say who may keep the page: what is shown to somebody known, nobody.
func (v *visit) headers(p *page) {
	h := v.w.Header()
	h.Set("Vary", "Accept, Accept-Language, Authorization, Cookie")
	h.Set("Content-Language", v.lang)
	if len(v.scripts(p)) > 0 {
		h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "script-src 'none'", "script-src 'self'", 1))
	}
	if v.locates {
		h.Set("Permissions-Policy", strings.Replace(h.Get("Permissions-Policy"), "geolocation=()", "geolocation=(self)", 1))
	}
	if person := v.personKey(); person != "" {
		h.Set(personHeader, person)
	}
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(p.retry))
	}
	if v.known() || p.secret {
		h.Set("Cache-Control", "no-store")
		return
	}
	h.Set("Cache-Control", "no-cache")
}

// unchanged spares a public reader on a thin link a page he has.
func (v *visit) unchanged(body []byte) bool {
	if v.known() {
		return false
	}
	sum := sha256.Sum256(body)
	tag := `W/"` + hex.EncodeToString(sum[:12]) + `"`
	v.w.Header().Set("ETag", tag)
	return v.r.Method == http.MethodGet && v.r.Header.Get("If-None-Match") == tag
}

func (v *visit) render(w *bytes.Buffer, p *page) (media string, err error) {
	f := v.format
	if p.status >= 400 && f != asHTML {
		f = asJSON
		media = "application/problem+json"
	}
	switch {
	case f == asHTML && p.body != nil:
		frame := v.layout
		if p.kept {
			frame = v.keptLayout
		}
		return "text/html; charset=utf-8", frame(p).Render(v.r.Context(), w)
	case f == asJSON && p.data != nil:
		if media == "" {
			media = "application/json"
		}
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return media, e.Encode(p.data)
	case f == asCSV && p.table != nil:
		return "text/csv; charset=utf-8", p.table.csv(w)
	case f == asXLSX && p.table != nil:
		return f.media(), p.table.xlsx(w)
	case f == asGeo && p.geo != nil:
		return f.media(), json.NewEncoder(w).Encode(p.geo)
	case p.papers[f] != nil:
		media = f.media()
		if f == asText || f == asSMS || f == asICS {
			media += "; charset=utf-8"
		}
		return media, p.papers[f](w)
	case f == asAtom && p.feed != nil:
		return "application/atom+xml; charset=utf-8", p.feed.write(w)
	}
	var have []string
	for _, o := range p.offers() {
		have = append(have, "."+string(o))
	}
	return "", fail.New(fail.NotFound, v.t("web.error.format", "format", "."+string(f)), v.t("web.error.format.hint", "formats", strings.Join(have, " ")))
}

// csv writes a header row, a row of HXL tags and the data. Text that a
// spreadsheet would run as a formula is kept as text.
func (t *table) csv(w *bytes.Buffer) error {
	c := csv.NewWriter(w)
	for row := range t.lines {
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// lines yields the header, the tags and the rows as texts for machines.
func (t *table) lines(yield func([]string) bool) {
	head, tags := make([]string, len(t.columns)), make([]string, len(t.columns))
	tagged := false
	for i, c := range t.columns {
		head[i], tags[i] = c.id, c.hxl
		tagged = tagged || c.hxl != ""
	}
	if !yield(head) || tagged && !yield(tags) {
		return
	}
	for _, row := range t.rows {
		line := make([]string, len(row))
		for i, c := range row {
			if line[i] = c.machine(); !t.columns[i].number {
				line[i] = unformula(line[i])
			}
		}
		if !yield(line) {
			return
		}
	}
}

// unformula puts an apostrophe before what a spreadsheet would compute. Numbers
// and positions stay as they are.
func unformula(s string) string {
	if s == "" || s[0] != '=' && strings.Trim(s[1:], "0123456789.,-") == "" {
		return s
	}
	return sheet.Guard(s)
}

func (t *table) xlsx(w *bytes.Buffer) error {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }() // nothing is left on disk below its stream limit
	out, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	n := 0
	for line := range t.lines {
		n++
		row := make([]any, len(line))
		for i, s := range line {
			row[i] = s
			if t.columns[i].number && n > 1 && s != "" {
				row[i] = sheetNumber(s)
			}
		}
		at, err := excelize.CoordinatesToCellName(1, n)
		if err != nil {
			return err
		}
		if err := out.SetRow(at, row); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return book.Write(w)
}

// sheetNumber is a decimal text as a number where a spreadsheet can hold it
// exactly, else as text.
func sheetNumber(s string) any {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || strconv.FormatFloat(f, 'f', -1, 64) != s {
		return s
	}
	return f
}
