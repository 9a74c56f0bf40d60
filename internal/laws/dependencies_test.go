package laws_test

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestTheDependencyPageListsWhatIsImported(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([a-z]+\.[a-z.]+/\S+) \|`).FindAllStringSubmatch(string(page), -1) {
		listed[m[1]] = true
	}
	imported := map[string]string{}
	for name, paths := range importsOfTheTree(t) {
		for _, p := range paths {
			if first, _, _ := strings.Cut(p, "/"); !strings.Contains(first, ".") || strings.HasPrefix(p, module) {
				continue
			}
			imported[moduleOf(t, p)] = name
		}
	}
	if len(imported) == 0 {
		t.Fatal("no import of another module found: the search is wrong")
	}
	for _, m := range slices.Sorted(maps.Keys(imported)) {
		if !listed[m] {
			t.Errorf("%s imports %s: add its line to docs/dependencies.md", imported[m], m)
		}
	}
	for _, m := range slices.Sorted(maps.Keys(listed)) {
		if imported[m] == "" {
			t.Errorf("docs/dependencies.md lists %s, which nothing imports", m)
		}
	}
}

// importsOfTheTree reads tests and tools as well as the program.
func importsOfTheTree(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || name != "." && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case path.Ext(name) == ".go":
			all[name] = read(t, name).imports
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// moduleOf is the longest module of go.mod that holds a package.
func moduleOf(t *testing.T, pkg string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	found := ""
	for _, m := range regexp.MustCompile(`(?m)^\s+(\S+) v\S+`).FindAllStringSubmatch(string(text), -1) {
		if (pkg == m[1] || strings.HasPrefix(pkg, m[1]+"/")) && len(m[1]) > len(found) {
			found = m[1]
		}
	}
	if found == "" {
		return pkg
	}
	return found
}
