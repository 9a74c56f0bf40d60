package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// Commands are all commands that can be typed, in the order of the help:
// "figure", "claims check".
func Commands() []string {
	parser, err := newParser(&grammar{}, func(string) string { return "" }, io.Discard)
	if err != nil {
		return nil
	}
	var list []string
	for _, c := range parser.Model.Leaves(true) {
		list = append(list, c.Path())
	}
	return list
}

// WritePage writes docs/cli.md from the grammar, so that the page cannot lie.
func WritePage(w io.Writer) error {
	parser, err := newParser(&grammar{}, func(string) string { return "" }, io.Discard)
	if err != nil {
		return err
	}
	fmt.Fprint(w, pageHead)
	for _, g := range groups() {
		commands := inGroup(parser.Model.Node, g.Key)
		if len(commands) > 0 {
			fmt.Fprintf(w, "\n## %s\n", strings.TrimSuffix(g.Title, ":"))
		}
		for _, c := range commands {
			writeCommand(w, c)
		}
	}
	_, err = fmt.Fprint(w, pageEnd)
	return err
}

const pageHead = `# The command line

This page is made from the program: ` + "`go test ./internal/cli -update`" + ` writes it anew.

Commands, flags and the shape of their JSON may grow and do not change: other people's
scripts use them.

## For every command

| flag | |
|---|---|
| ` + "`--data DIR`" + ` | the data folder; without it ` + "`$KONBIT_DATA`" + `, else the folder ` + "`data`" + ` |
| ` + "`--json`" + ` | answer on one line of JSON |
| ` + "`--lang LANG`" + ` | language of labels and reasons: en, fr, ht, es, sw |
| ` + "`--debug`" + ` | tell internal errors in full on the standard error |
| ` + "`-h`, `--help`" + ` | how a command is used, with an example |

Dates (` + "`T`" + `) are RFC 3339 (` + "`2025-01-05T12:00-05:00`" + `), a day, month or year (` + "`2025-01-05`" + `, ` + "`2025-01`" + `, ` + "`2025`" + `:
their last second on the mission's clocks) or a date-time group (` + "`051200RJAN25`" + `). "Now" stands
where none is given.

| exit code | |
|---|---|
| 0 | done |
| 1 | a fault of the program, the machine or the stored data |
| 2 | a mistake in what was typed or sent; the hint says how to mend it |
| 3 | done, but some rows were refused |

An error is two lines on the standard error, ` + "`konbit: what is wrong`" + ` and ` + "`hint: what to do`" + `.
With ` + "`--json`" + ` it also stands on the standard output:
` + "`{\"error\":{\"kind\":\"invalid\",\"message\":\"…\",\"hint\":\"…\"}}`" + `. Kinds are internal, invalid, not-found,
denied, conflict, unavailable and damaged.

Commands that only read work beside a ` + "`konbit serve`" + ` on the same folder. Those that write wait
for nobody: they say that another konbit is writing.
`

const pageEnd = `
## Answers in JSON

` + "`figure --json`" + `:

` + "```json" + `
{"measure":"strength.present","definition":1,"unit":"person","at":"2025-01-05T23:59:59-05:00","known":"2025-01-06T12:00:00Z",
 "rows":[{"by":{"contributor":"KEN"},"value":400,"evidence":["<ref>"]}],"total":590,"unknown":[],"notes":[]}
` + "```" + `

Beside these: ` + "`mission`, `records`, `unknowns`, `address`" + `; per row ` + "`records`" + ` and ` + "`apart`" + ` (the currency or unit);
` + "`totals`" + ` where currencies are kept apart, and then ` + "`total`" + ` is null; ` + "`where`, `from`, `converted`" + ` when
asked for. Numbers are exact, digit for digit. Nothing recorded gives a total of null, never 0.

` + "`import --json`" + `:

` + "```json" + `
{"read":9,"new":7,"changed":1,"same":0,"refused":1,"refusals":[{"row":6,"column":"at","why":"…","hint":"…"}]}
` + "```" + `

` + "`claims check --json`" + `:

` + "```json" + `
{"claims":[{"ref":"…","measure":"…","claimed":"…","computed":1,"verdict":"agrees","why":"…"}],
 "conflicts":[{"claims":["a","b"],"why":"…"}]}
` + "```" + `

Verdicts: agrees, rounded, disagrees, incomparable, unknown.
`

func inGroup(root *kong.Node, key string) []*kong.Node {
	var list []*kong.Node
	for _, c := range root.Leaves(true) {
		if g := c.ClosestGroup(); g != nil && g.Key == key {
			list = append(list, c)
		}
	}
	return list
}

func writeCommand(w io.Writer, c *kong.Node) {
	fmt.Fprintf(w, "\n### konbit %s\n\n", c.Path())
	use := []string{"konbit", c.Path()}
	for _, p := range c.Positional {
		use = append(use, p.Summary())
	}
	for _, f := range c.Flags {
		if f.Required {
			use = append(use, "--"+f.Name+" "+f.PlaceHolder)
		}
	}
	fmt.Fprintf(w, "`%s`\n\n%s\n", strings.Join(use, " "), wrap(c.Help, 95, ""))
	text, examples, _ := strings.Cut(c.Detail, "Example:")
	if text = strings.TrimSpace(text); text != "" {
		fmt.Fprintf(w, "\n%s\n", wrap(text, 95, ""))
	}
	if rows := flagRows(c); len(rows) > 0 {
		fmt.Fprintf(w, "\n| | |\n|---|---|\n%s", strings.Join(rows, ""))
	}
	fmt.Fprint(w, "\n```\n")
	for line := range strings.SplitSeq(strings.TrimSpace(examples), "\n") {
		fmt.Fprintln(w, strings.TrimSpace(line))
	}
	fmt.Fprint(w, "```\n")
}

// flagRows are the arguments and the command's own flags.
func flagRows(c *kong.Node) []string {
	var rows []string
	cell := strings.NewReplacer("|", `\|`, "\n", " ")
	for _, p := range c.Positional {
		rows = append(rows, fmt.Sprintf("| `%s` | %s |\n", p.Summary(), cell.Replace(p.Help)))
	}
	for _, f := range c.Flags {
		name := "--" + f.Name
		if !f.IsBool() {
			name += " " + f.PlaceHolder
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s |\n", name, cell.Replace(f.Help)))
	}
	return rows
}
