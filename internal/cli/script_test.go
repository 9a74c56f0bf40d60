package cli_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"konbit.org/konbit/internal/cli"
)

// TestMain makes the test binary stand in for the program in the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"konbit": func() { os.Exit(konbit()) }})
}

func konbit() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return cli.Run(ctx, cli.Proc{
		Args: os.Args[1:], Getenv: os.Getenv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Now: time.Now,
	})
}

// A script has the small mission of testdata/mission in its folder as mission/,
// and the sample missions at $MISSIONS.
func TestScripts(t *testing.T) {
	samples, err := filepath.Abs("../../missions")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("MISSIONS", samples)
			e.Setenv("KONBIT_DATA", filepath.Join(e.WorkDir, "data"))
			return os.CopyFS(filepath.Join(e.WorkDir, "mission"), os.DirFS("testdata/mission"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"flip": flip, "exitcode": exitcode, "await": await, "replace": replace, "fetch": fetch, "backup": backup, "spoil": spoil,
		},
	})
}

// exitcode CODE COMMAND… runs a command and wants this exit code. testscript's
// own ! takes any code but 0.
func exitcode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode CODE COMMAND [ARG…]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	var exit interface{ ExitCode() int }
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("run %s: %v", args[1], err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// flip FILE TEXT changes one bit of the first letter of TEXT, in every place of
// a file where it stands.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: flip FILE TEXT")
	}
	name := ts.MkAbs(args[0])
	raw, err := os.ReadFile(name)
	ts.Check(err)
	if !bytes.Contains(raw, []byte(args[1])) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	changed := []byte(args[1])
	changed[0] ^= 1
	ts.Check(os.WriteFile(name, bytes.ReplaceAll(raw, []byte(args[1]), changed), 0o600))
}

// replace FILE OLD NEW changes a text, which must be there.
func replace(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	name := ts.MkAbs(args[0])
	raw, err := os.ReadFile(name)
	ts.Check(err)
	if !strings.Contains(string(raw), args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(name, []byte(strings.ReplaceAll(string(raw), args[1], args[2])), 0o600))
}

// await FILE TEXT waits until a file holds a text: for what runs behind.
func await(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: await FILE TEXT")
	}
	for range 600 {
		raw, err := os.ReadFile(ts.MkAbs(args[0]))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			ts.Fatalf("%v", err)
		}
		if strings.Contains(string(raw), args[1]) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("%s does not come to hold %q", args[0], args[1])
}

// fetch OUTPUT PATH FILE keeps the page at a path of the node whose output is in
// a file.
func fetch(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: fetch OUTPUT PATH FILE")
	}
	raw, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	host := regexp.MustCompile(`http://[0-9.:]+`).FindString(string(raw))
	answer, err := http.Get(host + args[1])
	ts.Check(err)
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	ts.Check(err)
	if answer.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s\n%s", args[1], answer.Status, page)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), page, 0o600))
}

// backup FROM TO copies a data folder as the first two steps of "Copy it" in
// docs/operations.md say, and wants every other file of it to be one that is made
// anew: whoever adds a file to the folder has to say there whether to copy it.
func backup(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: backup FROM TO")
	}
	from, to := ts.MkAbs(args[0]), ts.MkAbs(args[1])
	guide, err := os.ReadFile(filepath.Join(ts.Getenv("MISSIONS"), "..", "docs", "operations.md"))
	ts.Check(err)
	_, steps, ok := strings.Cut(string(guide), "## Copy it (backup)")
	steps, _, ends := strings.Cut(steps, "\n3. ")
	if !ok || !ends {
		ts.Fatalf("docs/operations.md no longer says how to copy")
	}
	copied := map[string]bool{"lock": false, "search.db": false, "sessions.db": false}
	for _, m := range regexp.MustCompile("`([a-z.-]+)/?`").FindAllStringSubmatch(steps[strings.Index(steps, "\n1. "):], -1) {
		copied[m[1]] = true
	}
	files, err := os.ReadDir(from)
	ts.Check(err)
	for _, f := range files {
		here, known := copied[f.Name()]
		if !known {
			ts.Fatalf("docs/operations.md does not say whether %s is copied", f.Name())
		}
		if here {
			ts.Check(copyTree(filepath.Join(from, f.Name()), filepath.Join(to, f.Name())))
		}
	}
}

// copyTree copies a file or a folder for its owner alone, as the keys must be.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		return os.WriteFile(target, raw, 0o600)
	})
}

// spoil FOLDER adds a byte to every file of a folder.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: spoil FOLDER")
	}
	files, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*"))
	ts.Check(err)
	if len(files) == 0 {
		ts.Fatalf("nothing to spoil in %s", args[0])
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		ts.Check(err)
		ts.Check(os.WriteFile(name, append(raw, ' '), 0o600))
	}
}
