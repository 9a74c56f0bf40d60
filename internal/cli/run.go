package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/alecthomas/kong"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
)

// Proc is the process as a command sees it. All but Program, Width and Stdin are needed.
type Proc struct {
	Program        string   // how it was called, for commands to type next; "" means konbit
	Args           []string // without the name of the program
	Getenv         func(string) string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Now            func() time.Time
	// Width is how many columns the terminal has that Stderr writes to; 0 says
	// that it is none, and then no progress is shown.
	Width int
	// Secret asks for a line that is not shown while it is typed; nil where there
	// is no terminal to ask at.
	Secret func(prompt string) ([]byte, error)
}

// Run runs one command and gives its exit code: see the package. It comes back
// soon after ctx ends; what was acknowledged by then is kept.
func Run(ctx context.Context, p Proc) int {
	e := &env{Proc: p, log: newLog(p.Stderr, false)}
	return e.report(e.run(ctx))
}

// env is what every command has at hand.
type env struct {
	Proc
	common
	log      *slog.Logger
	unlocked *journal.Unlock // once it has been asked for
}

func (e *env) run(ctx context.Context) error {
	g := &grammar{}
	parser, err := newParser(g, e.Getenv, e.Stdout)
	if err != nil {
		return err
	}
	args := e.Args
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if args[0] == "help" && !hasFlag(args, "--help") && !hasFlag(args, "-h") {
		args = append(slices.Clone(args[1:]), "--help")
	}
	asked, err := parser.Parse(args)
	e.common = g.common
	// A line that cannot be read is answered in JSON too, when it asks for it.
	e.JSON = e.JSON || hasFlag(args, "--json")
	if errors.Is(err, errHelped) {
		return nil
	}
	if err != nil {
		return mistake(err)
	}
	e.log = newLog(e.Stderr, e.Debug)
	asked.BindTo(ctx, (*context.Context)(nil))
	return asked.Run(e)
}

func hasFlag(args []string, flag string) bool {
	for _, a := range args {
		if a == "--" {
			return false
		}
		if a == flag {
			return true
		}
	}
	return false
}

// mistake turns what the parser says into an error with a way out.
func mistake(err error) error {
	path := "konbit"
	if p, ok := errors.AsType[*kong.ParseError](err); ok && p.Context != nil && p.Context.Selected() != nil {
		path = p.Context.Selected().FullPath()
	}
	if fail.KindOf(err) != fail.Internal {
		return err
	}
	return fail.New(fail.Invalid, err.Error(), path+" --help shows how it is used")
}

func newLog(w io.Writer, debug bool) *slog.Logger {
	level := slog.LevelWarn
	if debug {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}
