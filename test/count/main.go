// Command count reads `go test -json` from its input, shows one line a package
// and the full output of what failed, and ends with the number of tests.
//
//	go test -json ./... | go run ./test/count
//
// It exits with 1 when a test or a build failed, or when no test ran at all: an
// empty run must not look like a passed one.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action, Package, Test, Output, ImportPath, FailedBuild string
	Elapsed                                                float64
}

// tally counts what ended how. Subtests count as tests of their own.
type tally struct {
	passed, failed, skipped  int
	packages, packagesFailed int
	empty                    int // packages without tests
	output                   map[string][]string
}

func main() {
	if err := count(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "count:", err)
		os.Exit(1)
	}
}

func count(in io.Reader, out io.Writer) error {
	t := tally{output: map[string][]string{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(out, lines.Text()) // a message of the go command itself
			continue
		}
		t.add(e, out)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read test events: %w", err)
	}
	fmt.Fprintf(out, "go tests: %d passed, %d failed, %d skipped (%d packages, %d failed, %d without tests)\n",
		t.passed, t.failed, t.skipped, t.packages, t.packagesFailed, t.empty)
	switch {
	case t.failed+t.packagesFailed > 0:
		return fmt.Errorf("%d tests in %d packages failed", t.failed, t.packagesFailed)
	case t.passed == 0:
		return fmt.Errorf("no test ran")
	}
	return nil
}

func (t *tally) add(e event, out io.Writer) {
	// Output is kept until its test ends: only failures are worth reading.
	key := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		fmt.Fprint(out, e.Output)
	case "output":
		t.output[key] = append(t.output[key], e.Output)
	case "pass", "skip", "fail":
		if e.Test == "" {
			t.endPackage(e, out)
		} else {
			t.endTest(e, out)
		}
		delete(t.output, key)
	}
}

func (t *tally) endTest(e event, out io.Writer) {
	switch e.Action {
	case "pass":
		t.passed++
		return
	case "skip":
		t.skipped++
		fmt.Fprintf(out, "SKIPPED %s %s\n", e.Package, e.Test)
	case "fail":
		t.failed++
	}
	fmt.Fprint(out, strings.Join(t.output[e.Package+" "+e.Test], ""))
}

func (t *tally) endPackage(e event, out io.Writer) {
	if e.Action == "skip" {
		t.empty++
		return
	}
	t.packages++
	word := "ok  "
	if e.Action == "fail" {
		t.packagesFailed++
		word = "FAIL"
		fmt.Fprint(out, strings.Join(t.output[e.Package+" "], ""))
	}
	fmt.Fprintf(out, "%s %-48s %6.1f s\n", word, e.Package, e.Elapsed)
}
