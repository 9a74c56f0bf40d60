package missions_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"konbit.org/konbit/missions"
)

// A mapping that puts two columns into one field, or names a source that no
// sample has, would refuse every row of a sheet.
func TestMappingsAreWhole(t *testing.T) {
	folder := os.DirFS("mappings")
	files, err := fs.Glob(folder, "*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no mapping found: %v", err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			t.Fatal(err)
		}
		var m struct {
			Kind, Ref, Decimal string
			Columns, Constants map[string]string
			Values             map[string]map[string]string
			Dates              map[string]string
			Ignore             []string
		}
		if err := yaml.Unmarshal(text, &m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if m.Kind == "" || !strings.Contains(m.Ref, "{") || len(m.Columns) == 0 {
			t.Errorf("%s: needs a kind, a ref with a column in braces, and columns", name)
		}
		fields := map[string]bool{}
		for column, field := range m.Columns {
			if fields[field] {
				t.Errorf("%s: %s goes to %s, as another column does", name, column, field)
			}
			fields[field] = true
		}
		for field := range m.Values {
			if !fields[field] {
				t.Errorf("%s: values for %s, which no column fills", name, field)
			}
		}
		for field := range m.Dates {
			if !fields[field] {
				t.Errorf("%s: a date form for %s, which no column fills", name, field)
			}
		}
		for _, id := range ids(t) {
			sources, err := fs.ReadFile(missions.FS, id+"/sheets/sources.csv")
			if err != nil || !strings.Contains(string(sources), "\n"+m.Constants["source"]+",") {
				t.Errorf("%s: source %q is not in %s", name, m.Constants["source"], id)
			}
		}
	}
}
