package cli_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"konbit.org/konbit/internal/cli"
)

var update = flag.Bool("update", false, "write the generated files anew")

// run runs a command with nothing around it.
func run(t *testing.T, args ...string) (code int, out, err string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = cli.Run(t.Context(), cli.Proc{
		Args: args, Getenv: func(string) string { return "" }, Stdin: strings.NewReader(""),
		Stdout: &stdout, Stderr: &stderr, Now: func() time.Time { return time.Date(2025, 3, 27, 15, 30, 0, 0, time.UTC) },
	})
	return code, stdout.String(), stderr.String()
}

func TestThePageOfCommandsIsMadeFromTheCommands(t *testing.T) {
	var page bytes.Buffer
	if err := cli.WritePage(&page); err != nil {
		t.Fatal(err)
	}
	golden(t, "../../docs/cli.md", page.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not what the commands say; go test ./internal/cli -update makes it again:\n%s", name, diff)
	}
}

func TestEveryCommandHasHelpWithAnExampleThatCanBeTyped(t *testing.T) {
	commands := cli.Commands()
	if len(commands) < 15 {
		t.Fatalf("only %d commands found", len(commands))
	}
	for _, c := range commands {
		code, out, _ := run(t, append(strings.Fields(c), "--help")...)
		if code != 0 || !strings.Contains(out, "Example:") || !strings.Contains(out, "    konbit "+c) {
			t.Errorf("konbit %s --help gives %d and no example of itself:\n%s", c, code, out)
		}
		again, viaHelp, _ := run(t, append([]string{"help"}, strings.Fields(c)...)...)
		if again != 0 || viaHelp != out {
			t.Errorf("konbit help %s differs from konbit %s --help", c, c)
		}
	}
}

func TestTheHelpListsEveryCommand(t *testing.T) {
	code, out, _ := run(t)
	if code != 0 {
		t.Fatalf("exit code %d", code)
	}
	for _, c := range cli.Commands() {
		if !strings.Contains(out, "\n  "+c+" ") {
			t.Errorf("konbit does not list %s", c)
		}
	}
}

// The script of bash can be asked as bash asks it; the others are held to a
// file that was tried by hand.
func TestCompletion(t *testing.T) {
	_, script, _ := run(t, "completion", "bash")
	for _, c := range []struct{ line, want, never string }{
		{"konbit fi", "figure", "record"},
		{"konbit claims ", "check", "figure"},
		{"konbit claims check --k", "--known", "--kind"},
		{"konbit export --format ", "geojson", "--known"},
		{"konbit --lang ", "sw", "figure"},
		{"konbit completion ", "fish", "figure"},
		{"konbit figure strength.present --re", "--recorded", "record"},
	} {
		t.Run(c.line, func(t *testing.T) {
			words := strings.Split(c.line, " ")
			var quoted []string
			for _, w := range words {
				quoted = append(quoted, "'"+w+"'")
			}
			ask := fmt.Sprintf("%s\nCOMP_WORDS=(%s); COMP_CWORD=%d; _konbit; printf '%%s\\n' \"${COMPREPLY[@]}\"",
				script, strings.Join(quoted, " "), len(words)-1)
			out, err := exec.Command("bash", "-c", ask).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			offered := strings.Fields(string(out))
			if !slices.Contains(offered, c.want) || slices.Contains(offered, c.never) {
				t.Errorf("offered %q, want %s and not %s", offered, c.want, c.never)
			}
		})
	}
	for _, shell := range []string{"zsh", "fish"} {
		_, script, _ := run(t, "completion", shell)
		golden(t, filepath.Join("testdata", "completion."+shell), script)
	}
}
