package laws_test

import (
	"go/ast"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, p := range packages(t) {
		said := false
		for _, f := range p.files {
			if path.Base(f.path) == "doc.go" && f.syntax.Doc != nil {
				said = strings.HasPrefix(f.syntax.Doc.Text(), "Package ") || strings.HasPrefix(f.syntax.Doc.Text(), "Command ")
			}
		}
		if !said {
			t.Errorf("%s needs a doc.go whose comment begins \"Package %s …\"", p.folder, path.Base(p.folder))
		}
	}
}

// edge lists what only the edge of the program may touch, and what to do instead.
func edge() map[string]string {
	return map[string]string{
		"os.Getenv":    "take the value as a parameter",
		"os.LookupEnv": "take the value as a parameter",
		"os.Environ":   "take the values as a parameter",
		"os.Exit":      "return an error",
		"os.Args":      "take the arguments as a parameter",
		"os.Stdout":    "take an io.Writer",
		"os.Stderr":    "take an io.Writer",
		"os.Stdin":     "take an io.Reader",
		"time.Now":     "take a clock.Wall",
		"time.Since":   "take a clock.Wall",
		"time.Until":   "take a clock.Wall",
		"fmt.Print":    "write to an io.Writer that was passed in",
		"fmt.Println":  "write to an io.Writer that was passed in",
		"fmt.Printf":   "write to an io.Writer that was passed in",
	}
}

func TestOnlyTheEdgeTouchesTheProcess(t *testing.T) {
	for _, p := range packages(t) {
		_, room := level(p.folder)
		if room == "cmd/konbit" || room == "internal/cli" || isTestRoom(p.folder) {
			continue
		}
		for _, f := range p.files {
			if f.test {
				continue
			}
			for used, line := range f.uses() {
				instead, banned := edge()[used]
				if banned && !(room == "internal/app" && used == "time.Now") {
					t.Errorf("%s:%d: %s belongs to cmd and internal/cli: %s", f.path, line, used, instead)
				}
			}
		}
	}
}

func TestBannedImports(t *testing.T) {
	everywhere := map[string]string{
		"log":       "use log/slog",
		"math/rand": "use math/rand/v2, or crypto/rand for anything secret",
		"io/ioutil": "use os and io",
	}
	for _, p := range packages(t) {
		_, room := level(p.folder)
		for _, f := range p.files {
			for _, imported := range f.imports {
				if instead, banned := everywhere[imported]; banned {
					t.Errorf("%s imports %s: %s", f.path, imported, instead)
				}
				if imported == "net/http" && !f.test && slices.Contains(withoutHTTP(), room) {
					t.Errorf("%s imports net/http: HTTP belongs to internal/web", f.path)
				}
			}
		}
	}
}

func withoutHTTP() []string {
	return append(domains(), "internal/claim", "internal/measure", "internal/record",
		"internal/kind", "internal/journal", "internal/store", "internal/desk", "internal/access", "internal/mission")
}

// What is true of one mission is data; the same program serves the next one.
func TestNoMissionIsNamedInCode(t *testing.T) {
	named := regexp.MustCompile(`(?i)haiti|kenya`)
	if !named.MatchString("the Kenyan contingent") || named.MatchString("the contingent") {
		t.Fatal("the pattern does not bite")
	}
	walk(t, func(name string) {
		kind := path.Ext(name)
		if !slices.Contains([]string{".go", ".templ", ".sql", ".yaml", ".yml"}, kind) ||
			strings.HasSuffix(name, "_test.go") || isTestRoom(path.Dir(name)) ||
			strings.HasPrefix(name, "internal/lang/") { // it names every country and language there is
			return
		}
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if found := named.FindString(line); found != "" {
				t.Errorf("%s:%d names %q: move it to the mission's folder under missions/", name, i+1, found)
			}
		}
	})
}

// A skipped test proves nothing and nobody sees it; the few tests that need a
// tool of the machine fail under CI instead.
func TestSkipsSayWhichToolIsMissing(t *testing.T) {
	for _, p := range packages(t) {
		for _, f := range p.files {
			if !f.test || p.folder == "internal/laws" {
				continue
			}
			text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(f.path)))
			if err != nil {
				t.Fatal(err)
			}
			if regexp.MustCompile(`\bt\.Skip(Now|f)?\(`).Match(text) && !strings.Contains(string(text), `"CI"`) {
				t.Errorf("%s skips without failing under CI=true", f.path)
			}
		}
	}
}

// A parameter behind LIMIT has SQLite plan the statement anew each time it is asked:
// a list took a third longer. Behind a sign it is an expression like any other.
func TestAStatementIsPlannedOnce(t *testing.T) {
	statements := 0
	for _, p := range packages(t) {
		for _, f := range p.files {
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				text, ok := n.(*ast.BasicLit)
				if !ok || text.Kind != token.STRING {
					return true
				}
				if regexp.MustCompile(`(LIMIT|OFFSET) \+\?`).MatchString(text.Value) {
					statements++
				}
				if regexp.MustCompile(`(LIMIT|OFFSET) \?`).MatchString(text.Value) && !strings.HasPrefix(f.path, "internal/laws/") {
					t.Errorf("%s: write LIMIT +? in %s", f.fset.Position(text.Pos()), text.Value)
				}
				return true
			})
		}
	}
	if statements < 5 {
		t.Errorf("only %d statements found: the pattern is wrong", statements)
	}
}
