package sitrep

import (
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// lineWidth is what a radio operator reads in one breath and an old screen shows.
const lineWidth = 72

// Text is a report in plain lines of at most 72 characters, but for a word that is
// longer: to be read over the radio, pasted into a message, or kept. What stands in
// tables is said row by row, each number with the name of its column.
func Text(d Document) string {
	w := &textWriter{colon: cmp.Or(d.Says.Colon, ": ")}
	w.line(d.Marking)
	w.line(d.Title + " " + d.Number)
	if d.State != "" {
		w.line("*** " + d.State + " ***")
	}
	w.gap()
	for _, h := range d.Head {
		w.line(h.Label + w.colon + h.Text)
	}
	for i := range d.Sections {
		w.section(&d.Sections[i])
	}
	w.gap()
	for _, s := range d.Signatures {
		w.line(s.Label + w.colon + s.Text)
	}
	w.line(d.Marking)
	return w.out.String()
}

type textWriter struct {
	out   strings.Builder
	colon string
}

func (w *textWriter) gap() { w.out.WriteByte('\n') }

func (w *textWriter) section(s *Section) {
	w.gap()
	title := strconv.Itoa(s.Number) + ". " + strings.ToUpper(s.Title)
	if s.Marking != "" {
		title += " (" + s.Marking + ")"
	}
	w.line(title)
	if s.Standing != Content {
		w.line(s.Says)
		return
	}
	for _, p := range s.Paragraphs {
		w.line(p)
	}
	for _, f := range s.Figures {
		w.line(strings.TrimSpace(f.Label + w.colon + f.Value + " " + f.Unit))
	}
	for i := range s.Tables {
		w.table(&s.Tables[i])
	}
}

func (w *textWriter) table(t *Table) {
	w.line(strings.TrimSpace(t.Caption + w.colon))
	for i, row := range t.Rows {
		text := "- " + said(t.Columns, row)
		if note := nth(t.Notes, i); note != "" {
			text += "; " + note
		}
		w.line(text)
	}
	if t.Total != nil {
		w.line("= " + said(t.Columns, t.Total))
	}
}

// said is a row in one sentence: words as they are, numbers with their column.
func said(columns []Column, row []string) string {
	var parts []string
	for i, text := range row {
		switch {
		case text == "" || i >= len(columns):
		case columns[i].Number && columns[i].Label != "#":
			parts = append(parts, columns[i].Label+" "+text)
		default:
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "; ")
}

// line writes a text in lines of their width. Control characters are spaces: a
// terminal that shows the report obeys nothing in it.
func (w *textWriter) line(text string) {
	n := 0
	for _, word := range strings.FieldsFunc(text, breaks) {
		size := utf8.RuneCountInString(word)
		if n > 0 && n+1+size > lineWidth {
			w.out.WriteString("\n  ")
			n = 2
		} else if n > 0 {
			w.out.WriteByte(' ')
			n++
		}
		w.out.WriteString(word)
		n += size
	}
	w.out.WriteByte('\n')
}

func breaks(r rune) bool {
	return r <= ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == utf8.RuneError
}
