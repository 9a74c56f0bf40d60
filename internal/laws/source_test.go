package laws_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "konbit.org/konbit"
	root   = "../.."
)

// pkg is one folder with Go files.
type pkg struct {
	folder string // from the root, with slashes
	files  []file
}

type file struct {
	path    string
	test    bool
	syntax  *ast.File
	fset    *token.FileSet
	imports []string
}

// packages reads everything below cmd and internal. A tree without packages
// would make every law true, so it fails.
func packages(t *testing.T) []pkg {
	t.Helper()
	byFolder := map[string]*pkg{}
	walk(t, func(name string) {
		if path.Ext(name) != ".go" {
			return
		}
		folder := path.Dir(name)
		if byFolder[folder] == nil {
			byFolder[folder] = &pkg{folder: folder}
		}
		byFolder[folder].files = append(byFolder[folder].files, read(t, name))
	})
	if len(byFolder) == 0 {
		t.Fatal("no package found: is the test run inside the repository?")
	}
	var all []pkg
	for _, folder := range slices.Sorted(maps.Keys(byFolder)) {
		all = append(all, *byFolder[folder])
	}
	return all
}

// walk visits the files below cmd and internal, without samples for tests.
func walk(t *testing.T, visit func(name string)) {
	t.Helper()
	for _, top := range []string{"cmd", "internal"} {
		err := fs.WalkDir(os.DirFS(root), top, func(name string, d fs.DirEntry, err error) error {
			switch {
			case os.IsNotExist(err):
				return nil
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules"):
				return fs.SkipDir
			case !d.IsDir():
				visit(name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, name string) file {
	t.Helper()
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, filepath.Join(root, filepath.FromSlash(name)), nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	f := file{path: name, test: strings.HasSuffix(name, "_test.go"), syntax: syntax, fset: fset}
	for _, spec := range syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		f.imports = append(f.imports, imported)
	}
	return f
}

// uses lists what a file takes from other packages, as "time.Now" at its line.
// A local variable that hides an import is not one of them.
func (f file) uses() map[string]int {
	names := map[string]string{}
	for i, spec := range f.syntax.Imports {
		name := path.Base(f.imports[i])
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = f.imports[i]
	}
	found := map[string]int{}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && x.Obj == nil && names[x.Name] != "" {
			found[names[x.Name]+"."+selector.Sel.Name] = f.fset.Position(selector.Pos()).Line
		}
		return true
	})
	return found
}
