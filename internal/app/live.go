package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/gateway/sheet"
	"konbit.org/konbit/internal/mission"
)

// A time in a sheet of the present is said from now: -35m, +2h10m; or from today,
// on the mission's clocks: -1d@06:00, +0d@14:30.
var (
	fromNow   = regexp.MustCompile(`^([+-])(?:(\d{1,2})h)?(?:(\d{1,3})m)?$`)
	fromToday = regexp.MustCompile(`^([+-]\d{1,2})d@(\d{2}):(\d{2})$`)
)

// FromNow gives the time that a cell of a sheet of the present says, and false for
// a cell that says none.
func FromNow(cell string, now time.Time, zone *time.Location) (time.Time, bool) {
	if m := fromToday.FindStringSubmatch(cell); m != nil {
		days, _ := strconv.Atoi(m[1])
		hour, _ := strconv.Atoi(m[2])
		minute, _ := strconv.Atoi(m[3])
		local := now.In(zone)
		return time.Date(local.Year(), local.Month(), local.Day()+days, hour, minute, 0, 0, zone).UTC(), hour < 24 && minute < 60
	}
	m := fromNow.FindStringSubmatch(cell)
	if m == nil || m[2] == "" && m[3] == "" {
		return time.Time{}, false
	}
	hours, _ := strconv.Atoi(m[2])
	minutes, _ := strconv.Atoi(m[3])
	by := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if m[1] == "-" {
		by = -by
	}
	return now.Add(by).UTC().Truncate(time.Minute), true
}

// LoadPresent imports the sheets of the present that a sample mission names: what
// goes on in its operations room as somebody looks in. Their times are said from
// now; see [FromNow]. A folder that is no demo is refused with [fail.Denied]: to a
// mission that is real nothing of this ever happened.
func (n *Node) LoadPresent(ctx context.Context, who access.Actor, from Sheets) (int, error) {
	if !n.demo() {
		return 0, fail.New(fail.Denied, "sheets of the present are for demos only", "")
	}
	m, err := n.Mission(from.Mission)
	if err != nil {
		return 0, err
	}
	kept, now := 0, n.config.Now()
	for _, s := range m.Present {
		raw, err := fs.ReadFile(from.Folder, s.File)
		if err == nil {
			raw, err = present(raw, now, m.Location())
		}
		if err != nil {
			return kept, fmt.Errorf("%s: %w", s.File, err)
		}
		file := sheet.File{Name: s.File, Size: int64(len(raw)), Open: func() (sheet.Reader, error) { return inMemory{bytes.NewReader(raw)}, nil }}
		rows, err := n.loadSheet(ctx, who, s, sheet.Job{Mission: m.ID, Kind: s.Kind, Files: []sheet.File{file}})
		if err != nil {
			return kept, err
		}
		kept += rows.New + rows.Changed
	}
	return kept, nil
}

// present puts times in the place of what is said from now.
func present(raw []byte, now time.Time, zone *time.Location) ([]byte, error) {
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read a sheet of the present", "write it as CSV")
	}
	for _, row := range rows {
		for i, cell := range row {
			if at, ok := FromNow(cell, now, zone); ok {
				row[i] = at.Format(time.RFC3339)
			}
		}
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// loadSheet imports one sheet of a sample; a row that is refused is an error.
func (n *Node) loadSheet(ctx context.Context, who access.Actor, s mission.Sheet, job sheet.Job) (sheet.Report, error) {
	report, err := n.Importer().Import(ctx, who, job)
	if err != nil {
		return report, fmt.Errorf("%s: %w", s.File, err)
	}
	if report.Refused > 0 {
		r := report.Refusals[0]
		return report, fail.Newf(fail.Invalid, r.Hint, "%s: row %d, %s: %s (%d rows refused)", s.File, r.Row, r.Column, r.Why, report.Refused)
	}
	return report, nil
}
