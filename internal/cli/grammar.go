package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// common are the flags of every command.
type common struct {
	Data       string `group:"every" placeholder:"DIR" default:"${data}" help:"The data folder. Without it: $$KONBIT_DATA, else the folder \"data\"."`
	JSON       bool   `group:"every" name:"json" help:"Answer in JSON, errors too."`
	Lang       string `group:"every" placeholder:"LANG" default:"en" enum:"en,fr,ht,es,sw" help:"Language of labels and reasons: en, fr, ht, es or sw."`
	UnlockFile string `group:"every" name:"unlock-file" placeholder:"FILE" help:"Opens a protected data folder: a key file, or a file with the passphrase. Without it: $$KONBIT_UNLOCK_FILE, the credential konbit-unlock of systemd, else the passphrase is asked for at the terminal."`
	As         string `group:"every" placeholder:"ACTOR" help:"Look with the rights of somebody else: duty, ministry:CAN, family:per-0001, public, or the name of an account. For commands that only read."`
	Debug      bool   `group:"every" help:"Tell internal errors in full on the standard error."`
}

// ofMission is the flag of commands about one mission.
type ofMission struct {
	Mission string `placeholder:"ID" help:"The mission. Without it: the node's own, its first."`
}

// grammar is the whole command line: everything that can be typed stands here.
type grammar struct {
	common
	Help helpFlag `group:"every" short:"h" help:"Show how a command is used, with an example."`

	Demo  demoCommand  `cmd:"" group:"start" help:"Load the sample missions into a fresh folder and serve them."`
	Init  initCommand  `cmd:"" group:"start" help:"Make a data folder for a mission."`
	Serve serveCommand `cmd:"" group:"start" help:"Serve the pages of a data folder on this machine."`

	Figure   figureCommand   `cmd:"" group:"ask" help:"Compute a figure: how many, on what day, as known when, says who."`
	Measures measuresCommand `cmd:"" group:"ask" help:"List the figures that are defined, with what they can be broken down by."`
	Claims   claimsCommand   `cmd:"" group:"ask" help:"Hold what others said of the figures against them."`
	Record   recordCommand   `cmd:"" group:"ask" help:"Show a record: who said what, when, and what was corrected."`
	Missions missionsCommand `cmd:"" group:"ask" help:"List the missions of the data folder."`
	Kinds    kindsCommand    `cmd:"" group:"ask" help:"List the kinds of records, or the columns of one kind."`

	Access accessCommand `cmd:"" group:"ask" help:"Who may see and do what, and which rule says so."`

	Import   importCommand   `cmd:"" group:"sheets" help:"Take in sheets of records: CSV or XLSX."`
	Places   placesCommand   `cmd:"" group:"sheets" help:"Places and outlines of the map."`
	Withdraw withdrawCommand `cmd:"" group:"sheets" help:"Take back an import as a whole."`
	Export   exportCommand   `cmd:"" group:"sheets" help:"Write the records of a kind as CSV, XLSX, JSON or GeoJSON."`

	Retract retractCommand `cmd:"" group:"correct" help:"Strike a record: it stays readable and counts nowhere."`
	Erase   eraseCommand   `cmd:"" group:"correct" help:"Destroy the key of a person's sealed fields. It cannot be undone."`

	Node    nodeCommand    `cmd:"" group:"care" help:"Protect the data folder, and see which nodes are trusted."`
	Account accountCommand `cmd:"" group:"people" help:"Who may sign in, and what they were given."`

	Verify  verifyCommand  `cmd:"" group:"care" help:"Check every signature, chain and record of a data folder."`
	Rebuild rebuildCommand `cmd:"" group:"care" help:"Make the records again from the entries."`

	HelpOn     helpCommand       `cmd:"" name:"help" group:"words" help:"Show how a command is used."`
	Version    versionCommand    `cmd:"" group:"words" help:"Print the version of the program."`
	Completion completionCommand `cmd:"" group:"words" help:"Print the completion script of a shell."`
}

func groups() []kong.Group {
	return []kong.Group{
		{Key: "start", Title: "Start:"},
		{Key: "ask", Title: "Ask:"},
		{Key: "sheets", Title: "Sheets in and out:"},
		{Key: "correct", Title: "Correct:"},
		{Key: "people", Title: "People and their roles:"},
		{Key: "care", Title: "Look after a data folder:"},
		{Key: "words", Title: "Help:"},
		{Key: "every", Title: "Flags of every command:"},
	}
}

const about = "The record that a multinational mission can be held to: figures with their definition, dates and evidence."

const closing = `Dates are RFC 3339, a day, a month, a year (their last second, on the mission's clocks) or a date-time group: 2025-01-05T12:00-05:00, 2025-01-05, 2025-01, 051200RJAN25.
Exit codes: 0 done; 1 a fault of the program, the machine or the stored data; 2 a mistake in what was typed or sent; 3 done, but some rows were refused.`

func newParser(g *grammar, getenv func(string) string, out io.Writer) (*kong.Kong, error) {
	return kong.New(g,
		kong.Name("konbit"), kong.Description(about), kong.NoDefaultHelp(),
		kong.Vars{"data": dataFolder(getenv)}, kong.ExplicitGroups(groups()), kong.Writers(out, out),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 100}),
		kong.Help(printHelp),
		kong.Exit(func(int) {}),
	)
}

// dataFolder is the data folder when none is named.
func dataFolder(getenv func(string) string) string {
	if dir := getenv("KONBIT_DATA"); dir != "" {
		return dir
	}
	return "data"
}

// helpFlag shows the help of the command it stands with.
type helpFlag bool

// IgnoreDefault keeps the hook from being called when the flag is not given.
func (helpFlag) IgnoreDefault() {}

// BeforeReset shows the help before anything that is missing is complained of.
func (helpFlag) BeforeReset(ctx *kong.Context) error {
	if err := ctx.PrintUsage(false); err != nil {
		return err
	}
	return errHelped
}

func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
		return err
	}
	if ctx.Selected() == nil {
		_, err := fmt.Fprintf(ctx.Stdout, "\n%s\n\nkonbit <command> --help shows a command with an example.\n", wrap(closing, 80, ""))
		return err
	}
	return nil
}

// helpCommand stands in the list of commands; Run has turned it into --help
// before it is parsed.
type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command."`
}

// Help is the example.
func (helpCommand) Help() string { return example("konbit help figure") }

// Run does nothing: see [Run].
func (helpCommand) Run() error { return nil }

// example is how every command's help ends. The blanks keep it from being
// flowed into the text before.
func example(lines ...string) string {
	return "Example:\n\n    " + strings.Join(lines, "\n    ")
}
