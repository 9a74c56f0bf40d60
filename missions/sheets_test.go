package missions_test

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/missions"
)

type sheetOf struct{ File, Kind string }

type description struct {
	ID           string
	Title        map[string]string
	Summary      map[string]string
	Zone         string
	Host, Lead   string
	Contributors []string
	Languages    []string
	Started      string
	Map          struct{ File, Provenance, Licence string }
	Sheets       []sheetOf

	zone *time.Location
}

// row is one line of a sheet by column, with the file and line it stands on.
type row struct {
	where string
	kind  string
	cell  map[string]string
}

func (r row) get(column string) string { return r.cell[column] }

func ids(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(missions.FS, "*/mission.yaml")
	if err != nil || len(files) < 2 {
		t.Fatalf("want two missions or more, got %v, %v", files, err)
	}
	var all []string
	for _, f := range files {
		all = append(all, path.Dir(f))
	}
	return all
}

func load(t *testing.T, id string) description {
	t.Helper()
	text, err := fs.ReadFile(missions.FS, id+"/mission.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var m description
	if err := yaml.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	if m.zone, err = time.LoadLocation(m.Zone); err != nil || m.Zone == "" {
		t.Fatalf("%s: zone %q: %v", id, m.Zone, err)
	}
	return m
}

// rows reads one sheet and leaves out the row of HXL tags.
func rows(t *testing.T, m description, s sheetOf) []row {
	t.Helper()
	name := m.ID + "/" + s.File
	f, err := missions.FS.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	reader := csv.NewReader(f)
	header, err := reader.Read()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	lines, err := reader.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(lines) < 2 || !tags(lines[0]) {
		t.Fatalf("%s: want a row of HXL tags and at least one row below it", name)
	}
	var all []row
	for i, line := range lines[1:] {
		r := row{where: fmt.Sprintf("%s:%d", name, i+3), kind: s.Kind, cell: map[string]string{}}
		for c, column := range header {
			r.cell[column] = line[c]
		}
		all = append(all, r)
	}
	return all
}

func tags(line []string) bool {
	filled := 0
	for _, c := range line {
		if c == "" {
			continue
		}
		if !strings.HasPrefix(c, "#") {
			return false
		}
		filled++
	}
	return filled > 0
}

func everyRow(t *testing.T, m description) []row {
	t.Helper()
	var all []row
	for _, s := range m.Sheets {
		all = append(all, rows(t, m, s)...)
	}
	return all
}

func ofKind(all []row, kind string) []row {
	return slices.DeleteFunc(slices.Clone(all), func(r row) bool { return r.kind != kind })
}

func starts(t *testing.T, r row, zone *time.Location) int64 {
	t.Helper()
	lo, _ := bounds(t, r, "reported", zone)
	return lo.UnixMilli()
}

func bounds(t *testing.T, r row, column string, zone *time.Location) (lo, hi time.Time) {
	t.Helper()
	d, err := edtf.Parse(r.get(column))
	if err != nil {
		t.Fatalf("%s: %s: %v", r.where, column, err)
	}
	return d.Bounds(zone)
}
