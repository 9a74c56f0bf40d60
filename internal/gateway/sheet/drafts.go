package sheet

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/kind"
)

// submit makes drafts of rows and hands them to the desk.
func (r *run) submit(ctx context.Context, who access.Actor, rows []*row, out *refusedFile) error {
	r.report.Read += len(rows)
	drafts := make([]desk.Draft, 0, len(rows))
	for _, w := range rows {
		if d := out.header.draft(w); len(w.wrong) == 0 {
			drafts = append(drafts, d)
		}
	}
	outcomes, err := r.Desk.Submit(ctx, who, r.job.Mission, drafts, desk.Options{
		Batch: r.job.Batch, DryRun: r.dry, DecimalComma: r.job.Mapping.Decimal == ",",
		Spoken: r.spoken,
		Known:  func(kind, ref string) bool { return r.known[[2]string{kind, ref}] },
	})
	if err != nil {
		return err
	}
	for _, w := range rows {
		if len(w.wrong) > 0 {
			err = r.refuse(w, w.wrong, out)
		} else {
			err = r.tally(&outcomes[0], w, out)
			outcomes = outcomes[1:]
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *run) tally(o *desk.Outcome, w *row, out *refusedFile) error {
	switch o.Status {
	case desk.StatusNew:
		r.report.New++
	case desk.StatusChanged:
		r.report.Changed++
	case desk.StatusSame:
		r.report.Same++
	case desk.StatusRefused:
		return r.refuse(w, o.Problems, out)
	}
	if r.dry {
		r.known[[2]string{r.kind.ID, o.Ref}] = true
	}
	return nil
}

// refuse puts a row into the report and into the file of refused rows.
func (r *run) refuse(w *row, problems []kind.Problem, out *refusedFile) error {
	r.report.Refused++
	reasons := make([]string, 0, len(problems))
	for _, p := range problems {
		refusal := Refusal{
			Row: w.number, Column: out.header.columnOf(p.Field),
			Why:  r.Words.Say(r.lang(), "refusal."+p.Code+".why", p.Args),
			Hint: r.Words.Say(r.lang(), "refusal."+p.Code+".hint", p.Args),
		}
		if len(r.job.Files) > 1 {
			refusal.File = out.file.Name
		}
		if len(r.report.Refusals) < maxRefusals {
			r.report.Refusals = append(r.report.Refusals, refusal)
		} else {
			r.report.Omitted++
		}
		reason := refusal.Why + " " + refusal.Hint
		if refusal.Column != "" {
			reason = refusal.Column + ": " + reason
		}
		reasons = append(reasons, reason)
	}
	return out.write(w, strings.Join(reasons, " / "))
}

// columnOf is what the sheet calls a field.
func (h *header) columnOf(field string) string {
	if i, ok := h.columns[field]; ok {
		return h.names[i]
	}
	if field == "ref" && len(h.refs) > 0 {
		for _, p := range h.ref {
			if p.column != "" {
				return p.column
			}
		}
	}
	return field
}

// draft reads a row by the header and the mapping. What the mapping cannot read
// is added to what is wrong with the row.
func (h *header) draft(w *row) desk.Draft {
	d := desk.Draft{Kind: h.kind.ID, Row: w.number, Fields: make(map[string]string, len(h.fields))}
	h.checkWidth(w)
	for i, id := range h.fields {
		if f := h.reads[i]; f != nil && w.has(i) {
			d.Fields[id] = h.read(w, i, f)
		}
	}
	for id, v := range h.mapping.Constants {
		if strings.TrimSpace(d.Fields[id]) == "" {
			d.Fields[id] = v
		}
	}
	if len(h.ref) > 0 && strings.TrimSpace(d.Fields["ref"]) == "" {
		d.Ref = h.makeRef(w)
	}
	return d
}

// checkWidth refuses a row whose cells cannot be told apart any more: more of
// them than the header has, or fewer in a file that separates them by signs.
func (h *header) checkWidth(w *row) {
	if len(w.wrong) > 0 {
		return
	}
	extra := len(w.cells)
	for extra > len(h.names) && strings.TrimSpace(w.cells[extra-1]) == "" {
		extra--
	}
	short := w.dates == nil && len(w.cells) < len(h.names)
	if extra > len(h.names) || short {
		w.refuse("", "row-cells", map[string]string{"value": strconv.Itoa(extra), "max": strconv.Itoa(len(h.names))})
	}
	for i, name := range h.names {
		if fold(name) == "" && h.fields[i] == "" && strings.TrimSpace(w.cell(i)) != "" {
			w.refuse("", "column-unnamed", map[string]string{"value": letters(i)})
			return
		}
	}
}

// letters is the name that a spreadsheet gives a column: 0 is A, 27 is AB.
func letters(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// read turns a cell into what the desk reads.
func (h *header) read(w *row, i int, f *kind.Field) string {
	text := w.cell(i)
	if h.guarded && takesText(f) {
		text = unguard(text)
	}
	cell := strings.TrimSpace(text)
	if cell == "" {
		return ""
	}
	for theirs, ours := range h.mapping.Values[f.ID] {
		if theirs == cell {
			return ours
		}
	}
	for theirs, ours := range h.mapping.Values[f.ID] {
		if fold(theirs) == fold(cell) && h.onlyOne(f.ID, cell) {
			return ours
		}
	}
	format := h.mapping.Dates[f.ID]
	if format == "" || w.isDate(i) {
		return text
	}
	day, ok := kind.Mapped(cell, format)
	if !ok {
		w.refuse(f.ID, "date-format", map[string]string{"value": cell, "format": format})
	}
	return day
}

// onlyOne says that a translation is not in doubt when case and accents are
// left out of account.
func (h *header) onlyOne(field, cell string) bool {
	meant := map[string]bool{}
	for theirs, ours := range h.mapping.Values[field] {
		if fold(theirs) == fold(cell) {
			meant[ours] = true
		}
	}
	return len(meant) == 1
}

// makeRef fills the template. A row that leaves one of its columns empty has no
// ref, and the desk refuses it.
func (h *header) makeRef(w *row) string {
	var b strings.Builder
	for _, p := range h.ref {
		b.WriteString(p.text)
		if p.column == "" {
			continue
		}
		cell := strings.TrimSpace(w.cell(h.refs[p.column]))
		if cell == "" {
			return ""
		}
		b.WriteString(cell)
	}
	return b.String()
}

// takesText says that a field's cells may hold any text, and so one that a
// spreadsheet would run as a formula.
func takesText(f *kind.Field) bool {
	switch f.Type {
	case kind.Text, kind.List, kind.Place, kind.Media, kind.Reference, kind.Person, kind.Link:
		return f.ID != "grade" && f.ID != "zone"
	case kind.Choice, kind.Number, kind.Quantity, kind.Money, kind.Date, kind.Point, kind.Flag:
	}
	return false
}

// guarded says that a text, after any apostrophes, begins as a formula does.
func guarded(s string) bool {
	first, size := utf8.DecodeRuneInString(strings.TrimLeft(s, "'"))
	// The wide forms too: some programs take them for the narrow ones.
	return size > 0 && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first)
}

// Guard puts an apostrophe before a text that a spreadsheet would run. It also
// does so where there is one already, so that every text can be had back: an
// import takes one apostrophe off again.
func Guard(s string) string {
	if guarded(s) {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if strings.HasPrefix(s, "'") && guarded(s) {
		return s[1:]
	}
	return s
}
