package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"konbit.org/konbit/internal/fail"
)

// json writes an answer on one line.
func (e *env) json(v any) error {
	enc := json.NewEncoder(e.Stdout)
	enc.SetEscapeHTML(false)
	return fail.Wrap(fail.Unavailable, enc.Encode(v), "write the answer", "")
}

func (e *env) say(format string, args ...any) { fmt.Fprintf(e.Stdout, format+"\n", args...) }

// column is one of a table for people.
type column struct {
	head  string
	right bool // numbers stand under one another
}

// table writes rows in aligned columns, and under a line those that add them up.
func table(w io.Writer, columns []column, rows [][]string, totals ...[]string) {
	width := make([]int, len(columns))
	for i, c := range columns {
		width[i] = utf8.RuneCountInString(c.head)
	}
	for _, row := range slices.Concat(rows, totals) {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	line := func(cells []string) {
		var b strings.Builder
		for i, cell := range cells {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if columns[i].right {
				cell, pad = pad+cell, ""
			}
			b.WriteString(cell + pad + "  ")
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
	heads := make([]string, len(columns))
	rules := make([]string, len(columns))
	for i, c := range columns {
		heads[i], rules[i] = c.head, strings.Repeat("-", width[i])
	}
	line(heads)
	line(rules)
	for _, row := range rows {
		line(row)
	}
	if len(totals) > 0 && len(rows) > 0 {
		line(rules)
	}
	for _, row := range totals {
		line(row)
	}
}

// wrap breaks text into lines of at most width columns, each after indent. The
// line breaks it has are kept.
func wrap(text string, width int, indent string) string {
	var out []string
	for para := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		line, used := indent, utf8.RuneCountInString(indent)
		empty := true
		for word := range strings.FieldsSeq(para) {
			n := utf8.RuneCountInString(word)
			if !empty && used+1+n > width {
				out = append(out, line)
				line, used, empty = indent, utf8.RuneCountInString(indent), true
			}
			if !empty {
				line, used = line+" ", used+1
			}
			line, used, empty = line+word, used+n, false
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// bullets writes remarks, one a paragraph.
func (e *env) bullets(title string, list []string) {
	if len(list) == 0 {
		return
	}
	e.say("\n%s", title)
	for _, text := range list {
		lines := wrap(text, 96, "    ")
		e.say("  - %s", strings.TrimPrefix(lines, "    "))
	}
}
