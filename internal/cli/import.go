package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
	"konbit.org/konbit/internal/kind"
)

type importCommand struct {
	ofMission
	Kind       string   `placeholder:"K" help:"The kind of the records; a mapping file may name it instead."`
	Map        string   `placeholder:"M.yaml" help:"How to read a sheet that somebody else made: docs/formats/mapping.md."`
	Strict     bool     `help:"Keep no row if any is refused."`
	DryRun     bool     `help:"Say what would become of each row, and keep none."`
	Encoding   string   `placeholder:"NAME" help:"Encoding of a text file: utf-8, utf-16le, cp1252, cp850 … Without it: detected, and asked for where it could be two."`
	Decimal    string   `placeholder:"SIGN" help:"Sign before the decimals: , or a point."`
	DateFormat string   `placeholder:"FORMAT" help:"How the sheet writes dates, such as dd/MM/yyyy. Without it: ISO, EDTF or date-time groups; what can be read two ways is refused."`
	Sheet      string   `placeholder:"NAME" help:"The sheet of a workbook. Without it: the first."`
	Batch      string   `placeholder:"NAME" help:"Name of the import, to withdraw it by. Without it: one is made."`
	File       []string `arg:"" name:"file" help:"CSV, XLSX, JSON or GeoJSON."`
}

// Help says what becomes of rows, with an example.
func (importCommand) Help() string {
	return "The same row again is \"same\"; a changed row is a correction; a row that is refused does not keep the others out: " +
		"it is written to FILE.refused.csv with the reason, and imports from there once mended. All rows of one import can be taken back together.\n\n" +
		example("konbit import --kind movement arrivals.csv",
			"konbit import --map mappings/ocha-pcodes.yaml --dry-run pcodes.csv",
			"konbit import --kind flow --decimal , --date-format dd/MM/yyyy --strict pledges.xlsx")
}

// Run takes the sheets in.
func (c importCommand) Run(ctx context.Context, e *env) error {
	return e.write(ctx, c.Mission, func(s *session) error {
		job, err := c.job(s)
		if err != nil {
			return err
		}
		bar := s.bar("rows")
		job.Progress = c.progress(bar, job.Files)
		var refused []string
		if !c.DryRun {
			job.Refused = func(f sheet.File) (io.WriteCloser, error) {
				refused = append(refused, f.Name+refusedSuffix)
				return os.OpenFile(f.Name+refusedSuffix, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
			}
		}
		report, err := s.node.Importer().Import(ctx, s.who, job)
		bar.end()
		if err != nil {
			if !s.JSON && report.New+report.Changed > 0 {
				s.tellImport(&report, refused)
			}
			return err
		}
		if s.JSON {
			err = s.json(report)
		} else {
			s.tellImport(&report, refused)
		}
		if err == nil && report.Refused > 0 {
			return errRefused
		}
		return err
	})
}

const refusedSuffix = ".refused.csv"

func (c *importCommand) job(s *session) (sheet.Job, error) {
	job := sheet.Job{
		Mission: s.mission.ID, Kind: c.Kind, MappingName: c.Map, Encoding: c.Encoding, Sheet: c.Sheet,
		Lang: s.Lang, Batch: c.Batch, DryRun: c.DryRun, Strict: c.Strict,
	}
	var err error
	if job.Mapping, err = c.mapping(s); err != nil {
		return job, err
	}
	for _, name := range c.File {
		f, err := fileOf(name)
		if err != nil {
			return job, err
		}
		job.Files = append(job.Files, f)
	}
	return job, nil
}

// mapping reads the mapping file, and puts over it what the flags say.
func (c *importCommand) mapping(s *session) (*sheet.Mapping, error) {
	m := &sheet.Mapping{}
	if c.Map != "" {
		raw, err := os.ReadFile(c.Map)
		if err != nil {
			return nil, cannotRead(c.Map, err)
		}
		if m, err = sheet.ParseMapping(c.Map, raw); err != nil {
			return nil, err
		}
	}
	id := c.Kind
	if id == "" {
		id = m.Kind
	}
	if id == "" {
		return nil, fail.New(fail.Invalid, "which kind are the rows?", "konbit import --kind KIND FILE; konbit kinds lists them")
	}
	k, err := s.kind(id)
	if err != nil {
		return nil, err
	}
	if c.Decimal != "" {
		if c.Decimal != "," && c.Decimal != "." {
			return nil, fail.Newf(fail.Invalid, "write --decimal , or --decimal .", "bad --decimal %q", c.Decimal)
		}
		m.Decimal = c.Decimal
	}
	return m, c.dateFormat(m, k)
}

// dateFormat has every date of the kind read so, unless the mapping says of one
// how it is written.
func (c *importCommand) dateFormat(m *sheet.Mapping, k *kind.Kind) error {
	if c.DateFormat == "" {
		return nil
	}
	if _, err := sheet.ParseMapping("--date-format", fmt.Appendf(nil, "{kind: %s, dates: {at: %q}}", k.ID, c.DateFormat)); err != nil {
		return fail.Newf(fail.Invalid, "write it with dd, MM and yyyy: dd/MM/yyyy", "bad --date-format %q", c.DateFormat)
	}
	if m.Dates == nil {
		m.Dates = map[string]string{}
	}
	for _, f := range append(k.AllFields(), kind.Envelope()...) {
		if f.Type == kind.Date && m.Dates[f.ID] == "" {
			m.Dates[f.ID] = c.DateFormat
		}
	}
	return nil
}

func fileOf(name string) (sheet.File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return sheet.File{}, cannotRead(name, err)
	}
	if info.IsDir() {
		return sheet.File{}, fail.Newf(fail.Invalid, "name the files in it", "%s is a folder", name)
	}
	return sheet.File{Name: name, Size: info.Size(), Open: func() (sheet.Reader, error) {
		f, err := os.Open(name)
		if err != nil {
			return nil, cannotRead(name, err)
		}
		return f, nil
	}}, nil
}

func cannotRead(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fail.Newf(fail.NotFound, "check the name and the folder you are in", "no file %s", name)
	}
	return fail.Wrap(fail.Invalid, err, "read "+name, "check that you may read it")
}

// progress adds up the bytes of all files, for one bar.
func (c *importCommand) progress(b *bar, files []sheet.File) func(string, int64, int64, int) {
	var all, before int64
	sizes := map[string]int64{}
	for _, f := range files {
		all += f.Size
		sizes[f.Name] = f.Size
	}
	if c.Strict && !c.DryRun {
		all *= 2 // it is read twice
	}
	last, reached := "", int64(0)
	return func(file string, done, total int64, rows int) {
		now := sizes[file]
		if total > 0 {
			now = int64(float64(now) * float64(done) / float64(total))
		}
		if last != "" && (file != last || now < reached) {
			before += sizes[last]
		}
		last, reached = file, now
		b.bytes(before+now, all, int64(rows))
	}
}

// shownRefusals is how many refusals are told on the screen; the file has all.
const shownRefusals = 20

func (s *session) tellImport(r *sheet.Report, refused []string) {
	s.say("%s: %s %s, %s %s, %s %s, %s %s", s.t("cli.import.read", "n", s.num(r.Read)),
		s.num(r.New), s.t("cli.import.new"), s.num(r.Changed), s.t("cli.import.changed"),
		s.num(r.Same), s.t("cli.import.same"), s.num(r.Refused), s.t("cli.import.refused"))
	for _, note := range r.Notes {
		s.say("%s", note)
	}
	for _, x := range r.Refusals[:min(len(r.Refusals), shownRefusals)] {
		where := s.t("cli.import.row", "row", s.num(x.Row))
		if x.File != "" {
			where = x.File + ", " + where
		}
		if x.Column != "" {
			where += ", " + x.Column
		}
		s.say("%s", wrap(where+": "+x.Why+" "+x.Hint, 98, "  "))
	}
	if more := len(r.Refusals) + r.Omitted - shownRefusals; more > 0 {
		s.say("  %s", s.t("cli.figure.more", "n", s.num(more)))
	}
	for _, name := range refused {
		s.say("refused rows: %s; mend them there and import that file", name)
	}
	if r.Batch != "" {
		s.say("undo: konbit withdraw %s%s --reason TEXT", quoted(r.Batch), s.where())
	}
}

// quoted is a word as a shell takes it: in quotation marks where it has blanks.
func quoted(word string) string {
	if strings.ContainsAny(word, " \t'\"$&;|<>()*?") {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}
