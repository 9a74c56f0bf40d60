package app

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/geo"
	"konbit.org/konbit/internal/gateway/sheet"
	"konbit.org/konbit/internal/record"
)

// PlacesJob is one file of places and outlines.
type PlacesJob struct {
	sheet.Job             // of the places; Files and Kind are filled in
	File      string      // GeoJSON, TopoJSON or GeoPackage
	Fields    PlaceFields // which of its properties are what
	Constants sheetFields // said of every place: source, grade, marking, country …
	Areas     bool        // keep each area as a place too, at a point inside it
	Layer     LayerSaid   // what is said of the outlines
	Limits    geo.Limits  // the zero value: the usual ones
}

type sheetFields = map[string]string

// PlaceFields name the properties of a file that are known to be a field of a
// place; "" has it found by the names that publishers use.
type PlaceFields struct {
	Name, PCode, Level, Parent string
	Aliases                    []string
}

// LayerSaid is what is recorded of a layer.
type LayerSaid struct{ Name, Licence, Attribution string }

// PlacesReport is what became of a file.
type PlacesReport struct {
	Places *sheet.Report `json:"places,omitempty"`
	Layer  *LayerReport  `json:"layer,omitempty"`
	Read   []string      `json:"read,omitempty"` // which property was taken for what
}

// LayerReport is what became of its outlines.
type LayerReport struct {
	Ref      string      `json:"ref"`
	Status   desk.Status `json:"status"`
	Features int         `json:"features"`
	Points   int         `json:"points"`
	Bytes    int         `json:"bytes"`
	ExactTo  int         `json:"exact_to_m"`
}

// ImportPlaces takes a file in: points become places through the desk, lines and
// areas a layer of the map.
func (n *Node) ImportPlaces(ctx context.Context, who access.Actor, job PlacesJob) (PlacesReport, error) {
	var out PlacesReport
	if job.Limits == (geo.Limits{}) {
		job.Limits = geo.Usual()
	}
	all, err := geo.Read(ctx, job.File, job.Limits)
	if err != nil {
		return out, err
	}
	if job.Fields = job.Fields.guessed(all); job.Mapping == nil || job.Mapping.Kind == "" {
		out.Read = job.Fields.said()
	}
	var points, outlines []geo.Feature
	for _, f := range all {
		switch {
		case f.Fault != "" || f.Geometry.IsPoint():
			points = append(points, f)
		default:
			outlines = append(outlines, f)
			if job.Areas {
				points = append(points, f)
			}
		}
	}
	if job.Layer.Name == "" {
		job.Layer.Name = strings.TrimSuffix(filepath.Base(job.File), filepath.Ext(job.File))
	}
	if len(outlines) > 0 && (slug(job.Layer.Name) == "" || job.Layer.Licence == "") {
		return out, fail.New(fail.Invalid, "the file has outlines, and nothing says on what terms they may be shown", `--layer NAME --licence "CC BY 4.0" --attribution "who made it"; --licence unknown if nobody knows`)
	}
	if len(points) > 0 {
		report, err := n.importPoints(ctx, who, &job, points)
		out.Places = &report
		if err != nil || job.Strict && report.Refused > 0 {
			return out, err
		}
	}
	if len(outlines) > 0 {
		out.Layer, err = n.importLayer(ctx, who, &job, outlines)
	}
	return out, err
}

// importPoints brings points as rows of a sheet, so that all that is true of
// sheets is true of them: the same again is the same, refused ones are named.
func (n *Node) importPoints(ctx context.Context, who access.Actor, job *PlacesJob, points []geo.Feature) (sheet.Report, error) {
	var rows []map[string]string
	var from []int // the feature's row, by the row of the sheet
	var faulty []sheet.Refusal
	for i := range points {
		f := &points[i]
		if f.Fault != "" {
			faulty = append(faulty, sheet.Refusal{
				Row: f.Row, Column: "geometry", Why: n.Words.Say(job.Lang, "refusal.geo-"+f.Fault+".why", nil), Hint: n.Words.Say(job.Lang, "refusal.geo-"+f.Fault+".hint", nil),
			})
			continue
		}
		rows, from = append(rows, job.row(f)), append(from, f.Row)
	}
	raw, err := json.Marshal(rows)
	if err != nil {
		return sheet.Report{}, err
	}
	job.Kind = "place"
	job.Files = []sheet.File{{Name: job.File + ".json", Size: int64(len(raw)), Open: func() (sheet.Reader, error) { return memory{bytes.NewReader(raw)}, nil }}}
	if refused := job.Refused; refused != nil {
		name := job.File
		job.Refused = func(sheet.File) (io.WriteCloser, error) { return refused(sheet.File{Name: name}) }
	}
	if job.Strict && len(faulty) > 0 {
		job.DryRun = true
	}
	var report sheet.Report
	if len(rows) > 0 {
		report, err = n.Importer().Import(ctx, who, job.Job)
	}
	for i := range report.Refusals {
		if at := report.Refusals[i].Row - 1; at >= 0 && at < len(from) {
			report.Refusals[i].Row = from[at]
		}
	}
	report.Read, report.Refused = report.Read+len(faulty), report.Refused+len(faulty)
	report.Refusals = append(faulty, report.Refusals...)
	if job.Strict && len(faulty) > 0 {
		report.New, report.Changed, report.Batch = 0, 0, ""
	}
	return report, err
}

type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

// row is a feature as a row of the kind place. With a mapping it has the names of
// the file, for the mapping to read.
func (job *PlacesJob) row(f *geo.Feature) map[string]string {
	out := map[string]string{}
	at, _ := f.Geometry.Inside()
	if job.Mapping != nil && job.Mapping.Kind != "" {
		for theirs := range job.Mapping.Columns {
			out[theirs] = f.Properties[theirs]
		}
		for _, theirs := range braces.FindAllStringSubmatch(job.Mapping.Ref, -1) {
			out[theirs[1]] = f.Properties[theirs[1]]
		}
	} else {
		maps.Copy(out, job.Constants)
		out["name"], out["p-code"], out["parent"] = f.Properties[job.Fields.Name], f.Properties[job.Fields.PCode], f.Properties[job.Fields.Parent]
		if level := job.Fields.level(f); level != "" {
			out["level"] = level
		}
		var other []string
		for _, name := range job.Fields.Aliases {
			if alias := strings.TrimSpace(f.Properties[name]); alias != "" && alias != out["name"] && !slices.Contains(other, alias) {
				other = append(other, strings.ReplaceAll(alias, "|", "/"))
			}
		}
		out["aliases"], out["ref"] = strings.Join(other, "|"), refOfPlace(out["p-code"], out["name"])
	}
	// Six decimals are ten centimetres; an area's place is nowhere that exact.
	decimals := 6
	if !f.Geometry.IsPoint() {
		decimals = 4
	}
	out["lat"], out["lon"] = strconv.FormatFloat(at.Lat, 'f', decimals, 64), strconv.FormatFloat(at.Lon, 'f', decimals, 64)
	return out
}

var braces = regexp.MustCompile(`\{([^}]+)\}`)

// refOfPlace is what a place is called for good: its p-code, which stays when it
// is renamed, else its name.
func refOfPlace(code, name string) string {
	if code != "" {
		return code
	}
	return slug(name)
}

func slug(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, record.FoldText(name)), "-")
}

// importLayer draws the outlines and records them.
func (n *Node) importLayer(ctx context.Context, who access.Actor, job *PlacesJob, outlines []geo.Feature) (*LayerReport, error) {
	ref := slug(job.Layer.Name)
	drawn, err := geo.Draw(outlines, func(f *geo.Feature) map[string]string {
		said := map[string]string{"name": f.Properties[job.Fields.Name]}
		if code := f.Properties[job.Fields.PCode]; code != "" {
			said["p-code"] = code
		}
		return said
	})
	if err != nil {
		return nil, err
	}
	file, err := digestOf(job.File)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(drawn.JSON)
	digest := hex.EncodeToString(sum[:])
	if !job.DryRun { // before the entry that speaks of it
		if digest, err = n.keepLayer(drawn.JSON); err != nil {
			return nil, fail.Wrap(fail.Internal, err, "keep the outlines", "")
		}
	}
	fields := map[string]string{
		"name": job.Layer.Name, "licence": job.Layer.Licence, "attribution": job.Layer.Attribution, "features": strconv.Itoa(drawn.Features),
		"exact-to": strconv.Itoa(drawn.Far), "file": filepath.Base(job.File), "file-digest": file, "drawn-digest": digest, "level": job.Fields.level(&outlines[0]),
	}
	for _, id := range []string{"source", "grade", "marking", "owner"} {
		if v := job.Constants[id]; v != "" {
			fields[id] = v
		}
	}
	got, err := n.Desk.Submit(ctx, who, job.Mission, []desk.Draft{{Kind: "layer", Ref: ref, Fields: fields}}, desk.Options{Batch: job.Batch, DryRun: job.DryRun})
	if err != nil {
		return nil, err
	}
	report := &LayerReport{Ref: ref, Status: got[0].Status, Features: drawn.Features, Points: drawn.Points, Bytes: len(drawn.JSON), ExactTo: drawn.Far}
	if got[0].Status == desk.StatusRefused {
		p := got[0].Problems[0]
		return report, fail.New(fail.Invalid, p.Field+": "+n.Words.Say(job.Lang, "refusal."+p.Code+".why", p.Args), n.Words.Say(job.Lang, "refusal."+p.Code+".hint", p.Args))
	}
	return report, nil
}

func digestOf(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
