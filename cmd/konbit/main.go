package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"konbit.org/konbit/internal/cli"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second signal ends the process at once, should the first take too long.
	context.AfterFunc(ctx, stop)
	return cli.Run(ctx, cli.Proc{
		Program: os.Args[0], Args: os.Args[1:], Getenv: os.Getenv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Now: time.Now, Width: width(os.Stderr), Secret: secret(os.Stdin, os.Stderr),
	})
}

// width is that of the terminal a file writes to, 0 for anything else.
func width(f *os.File) int {
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return columns
}

// secret asks at a terminal for a line that is not shown; nil without one.
func secret(in, out *os.File) func(prompt string) ([]byte, error) {
	fd := int(in.Fd())
	if !term.IsTerminal(fd) {
		return nil
	}
	return func(prompt string) ([]byte, error) {
		if _, err := out.WriteString(prompt); err != nil {
			return nil, err
		}
		line, err := term.ReadPassword(fd)
		_, _ = out.WriteString("\n") // the terminal did not show the end of the line
		return line, err
	}
}
