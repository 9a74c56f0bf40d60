package laws_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The page names code in backticks: a folder, or a package and a symbol as
// `journal.Journal.Append`. What it names must exist, or it misleads.
func TestTheArchitecturePageNamesWhatExists(t *testing.T) {
	symbols := map[string]bool{}
	for _, p := range packages(t) {
		for _, f := range p.files {
			if !f.test {
				f.declare(symbols)
			}
		}
	}
	named := 0
	for _, page := range []string{"docs/architecture.md", "CONTRIBUTING.md"} {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(page)))
		if err != nil {
			t.Fatal(err)
		}
		for _, token := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(string(text), -1) {
			name := token[1]
			switch {
			case regexp.MustCompile(`^[a-z]+(\.[A-Z]\w*)+$`).MatchString(name):
				named++
				if !symbols[name] {
					t.Errorf("%s names %s, which no package below internal has", page, name)
				}
			case regexp.MustCompile(`^(cmd|internal|docs|test|missions|web)(/[\w.-]+)*$`).MatchString(name):
				named++
				if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(name))); err != nil {
					t.Errorf("%s names the path %s, which is not there", page, name)
				}
			}
		}
	}
	if named < 20 {
		t.Errorf("only %d names found: the pattern is wrong", named)
	}
}

// declare adds what a file declares: pkg.Name, pkg.Type.Method, pkg.Type.Field.
func (f file) declare(symbols map[string]bool) {
	pkg := f.syntax.Name.Name
	for _, d := range f.syntax.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				name = receiver(d.Recv.List[0].Type) + "." + name
			}
			symbols[pkg+"."+name] = true
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				declareSpec(symbols, pkg, spec)
			}
		}
	}
}

func declareSpec(symbols map[string]bool, pkg string, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			symbols[pkg+"."+name.Name] = true
		}
	case *ast.TypeSpec:
		symbols[pkg+"."+spec.Name.Name] = true
		var members *ast.FieldList
		switch kind := spec.Type.(type) {
		case *ast.StructType:
			members = kind.Fields
		case *ast.InterfaceType:
			members = kind.Methods
		default:
			return
		}
		for _, member := range members.List {
			for _, name := range member.Names {
				symbols[strings.Join([]string{pkg, spec.Name.Name, name.Name}, ".")] = true
			}
		}
	}
}

func receiver(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}
