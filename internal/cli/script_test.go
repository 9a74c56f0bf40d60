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
			"flip": flip, "exitcode": exitcode, "await": await, "replace": replace, "fetch": fetch,
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
