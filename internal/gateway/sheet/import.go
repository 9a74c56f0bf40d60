package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
)

// chunk is how many rows go to the desk, and so into one commit, at a time.
const chunk = 500

// maxRefusals bounds the refusals of a report; the rest are counted, and stand
// in the file of refused rows.
const maxRefusals = 10_000

// Desk takes drafts in.
type Desk interface {
	Submit(ctx context.Context, who access.Actor, mission string, drafts []desk.Draft, opt desk.Options) ([]desk.Outcome, error)
	Withdraw(ctx context.Context, who access.Actor, mission, batch, reason string) (int, error)
}

// Kinds give the definitions of a mission.
type Kinds interface {
	Kind(mission, kind string) (*kind.Kind, bool)
}

// Words give the texts of refusals.
type Words interface {
	Say(lang, key string, args map[string]string) string
	Has(key string) bool
}

// Importer takes sheets in. Its members are all needed.
type Importer struct {
	Desk   Desk
	Kinds  Kinds
	Words  Words
	Now    clock.Wall
	Random io.Reader // crypto/rand.Reader
}

// Job is one import: a batch that can be withdrawn as one.
type Job struct {
	Mission string
	Kind    string // may be empty where the mapping names it
	Files   []File

	Mapping     *Mapping // nil for a sheet with our own columns
	MappingName string   // for messages
	Encoding    string   // of text files; "" means detected
	Sheet       string   // of a workbook; "" means the mapping's, else the first
	Lang        string   // of refusals; "" means English
	Batch       string   // "" has a name made
	DryRun      bool     // say what would become of the rows, keep none
	Strict      bool     // keep none if any is refused

	// Progress is told how far a file is, in bytes, after every chunk; it may be
	// nil. Under Strict each file is read twice.
	Progress func(file string, done, total int64, rows int)
	// Refused makes the file for refused rows, conventionally the file's name and
	// ".refused.csv" beside it. It is called at the first refusal of a file; nil
	// writes none.
	Refused func(file File) (io.WriteCloser, error)
}

// Report is what became of an import, as `konbit import --json` prints it.
type Report struct {
	Read     int       `json:"read"`
	New      int       `json:"new"`
	Changed  int       `json:"changed"`
	Same     int       `json:"same"`
	Refused  int       `json:"refused"`
	Refusals []Refusal `json:"refusals"`
	// Omitted is how many refusals are counted but not listed.
	Omitted  int      `json:"omitted,omitempty"`
	Batch    string   `json:"batch,omitempty"` // empty when nothing was written
	Encoding string   `json:"encoding,omitempty"`
	Notes    []string `json:"notes,omitempty"`
}

// Refusal is one fault of one row.
type Refusal struct {
	File   string `json:"file,omitempty"` // where there are several
	Row    int    `json:"row"`
	Column string `json:"column"` // as the sheet calls it
	Why    string `json:"why"`
	Hint   string `json:"hint"`
}

// Import takes in the files of a job, row by row. Rows that are refused are in
// the report and keep no other row out, unless the job is strict.
//
// An error means that a file could not be read, or that the desk could not
// write; rows of earlier chunks are then kept, and importing again is harmless.
// It is [fail.Invalid] where the file, its columns, its encoding or the mapping
// is the cause, and the report says how far it came.
func (i *Importer) Import(ctx context.Context, who access.Actor, job Job) (Report, error) {
	run, err := i.prepare(job)
	if err != nil {
		return run.report, err
	}
	if job.Strict && !job.DryRun {
		run.dry = true
		if err := run.all(ctx, who); err != nil || run.report.Refused > 0 {
			run.keepNone()
			return run.report, err
		}
		run.start()
	}
	run.dry = job.DryRun
	if err := run.all(ctx, who); err != nil {
		return run.report, err
	}
	if job.Strict && !job.DryRun && run.report.Refused > 0 {
		// Another desk wrote between the two readings.
		_, err := i.Desk.Withdraw(ctx, who, job.Mission, run.job.Batch, "strict import with refused rows")
		run.keepNone()
		return run.report, err
	}
	if job.DryRun || run.report.New+run.report.Changed == 0 {
		run.report.Batch = ""
	}
	return run.report, nil
}

// run is a job under way.
type run struct {
	*Importer
	job    Job
	kind   *kind.Kind
	report Report
	dry    bool
	known  map[[2]string]bool // what a dry run has accepted
	spoken *desk.Spoken
}

func (i *Importer) prepare(job Job) (*run, error) {
	r := &run{Importer: i, job: job}
	r.start()
	if job.Mapping == nil {
		r.job.Mapping = &Mapping{}
	}
	if r.job.Kind == "" {
		r.job.Kind = r.job.Mapping.Kind
	}
	if m := r.job.Mapping.Kind; m != "" && m != r.job.Kind {
		return r, fail.Newf(fail.Invalid, "leave out --kind, or use another mapping", "the mapping is for %s, not for %s", m, r.job.Kind)
	}
	var ok bool
	if r.kind, ok = i.Kinds.Kind(job.Mission, r.job.Kind); !ok {
		return r, fail.Newf(fail.NotFound, "konbit kinds lists them", "the mission %s has no kind %q", job.Mission, r.job.Kind)
	}
	if err := r.job.Mapping.Check(r.job.MappingName, r.kind); err != nil {
		return r, err
	}
	if r.job.Sheet == "" {
		r.job.Sheet = r.job.Mapping.Sheet
	}
	if r.job.Encoding == "" {
		r.job.Encoding = r.job.Mapping.Encoding
	}
	if r.job.Batch != "" {
		return r, nil
	}
	var err error
	r.job.Batch, err = desk.NewBatch(i.Now(), i.Random)
	r.report.Batch = r.job.Batch
	return r, err
}

// start empties the report for another reading.
func (r *run) start() {
	r.report = Report{Refusals: []Refusal{}, Batch: r.job.Batch}
	r.known, r.spoken = map[[2]string]bool{}, desk.NewSpoken()
}

func (r *run) keepNone() {
	r.report.New, r.report.Changed, r.report.Batch = 0, 0, ""
}

func (r *run) all(ctx context.Context, who access.Actor) error {
	for _, f := range r.job.Files {
		if err := r.file(ctx, who, f); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

// file takes in one file.
func (r *run) file(ctx context.Context, who access.Actor, f File) (err error) {
	t, encoding, err := open(f, r.job)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	r.noteEncoding(encoding)
	h, err := readHeader(t, r.kind, r.job.Mapping)
	if err != nil {
		return err
	}
	out := &refusedFile{run: r, file: f, header: h, comma: ','}
	if c, ok := t.(*csvTable); ok {
		out.comma, h.guarded = c.comma, true
	}
	defer func() { err = errors.Join(err, out.close()) }()
	for {
		rows, last, err := readChunk(t, h)
		if err != nil {
			return err
		}
		if err := r.submit(ctx, who, rows, out); err != nil {
			return err
		}
		if done, total := t.done(); r.job.Progress != nil {
			r.job.Progress(f.Name, done, total, r.report.Read)
		}
		if last {
			return nil
		}
	}
}

func readChunk(t table, h *header) (rows []*row, last bool, err error) {
	if h.first != nil {
		rows, h.first = append(rows, h.first), nil
		if rows[0].blank() {
			rows = nil
		}
	}
	for len(rows) < chunk {
		r, err := t.next()
		if errors.Is(err, io.EOF) {
			return rows, true, nil
		}
		if err != nil {
			return nil, false, err
		}
		if !r.blank() {
			rows = append(rows, r)
		}
	}
	return rows, false, nil
}

// open opens a file as the table it is. encoding is "" for formats that have
// only one.
func open(f File, job Job) (t table, encoding string, err error) {
	format, err := formatOf(f.Name)
	if err != nil {
		return nil, "", err
	}
	if format == formatJSON || format == formatGeoJSON {
		t, err := openJSON(f, format == formatGeoJSON)
		return t, "", err
	}
	if format == formatCSV {
		file, err := f.Open()
		if err != nil {
			return nil, "", err
		}
		encoding, err = encodingOf(file, job.Encoding)
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, "", err
		}
	}
	file, err := f.Open()
	if err != nil {
		return nil, "", err
	}
	if format == formatXLSX {
		t, err = openXLSX(file, f.Size, job.Sheet)
		encoding = ""
	} else {
		t, err = openText(file, f.Size, encoding)
	}
	if err != nil {
		return nil, "", errors.Join(err, file.Close())
	}
	return t, encoding, nil
}

func openText(file Reader, size int64, encoding string) (*csvTable, error) {
	count := &counter{r: file}
	text, err := decoded(count, encoding)
	if err != nil {
		return nil, err
	}
	return newCSV(text, count, file, size)
}

func (r *run) noteEncoding(encoding string) {
	if r.report.Encoding == "" {
		r.report.Encoding = encoding
	}
	if encoding == windows && r.job.Encoding == "" {
		note := r.Words.Say(r.lang(), "sheet.detected", map[string]string{"encoding": encoding})
		if !slices.Contains(r.report.Notes, note) {
			r.report.Notes = append(r.report.Notes, note)
		}
	}
}

func (r *run) lang() string {
	if r.job.Lang == "" {
		return "en"
	}
	return r.job.Lang
}
