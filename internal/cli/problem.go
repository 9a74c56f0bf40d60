package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"konbit.org/konbit/internal/fail"
)

// The exit codes.
const (
	exitDone    = 0
	exitFault   = 1
	exitMistake = 2
	exitRefused = 3
)

// The ends that have been told already: only the exit code is left to say.
var (
	errHelped  = errors.New("the help was shown")
	errRefused = errors.New("some rows were refused")
	errFaulty  = errors.New("faults were found")
)

// report tells an error once, and gives the exit code.
func (e *env) report(err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errRefused):
		return exitRefused
	case errors.Is(err, errFaulty):
		return exitFault
	}
	p := e.problem(err)
	fmt.Fprintf(e.Stderr, "konbit: %s\n", p.Message)
	if p.Hint != "" {
		fmt.Fprintf(e.Stderr, "hint: %s\n", p.Hint)
	}
	if e.JSON {
		_ = e.json(map[string]problem{"error": p}) // with no output left there is nobody to tell
	}
	switch fail.KindOf(err) {
	case fail.Invalid, fail.NotFound, fail.Denied, fail.Conflict:
		return exitMistake
	default:
		return exitFault
	}
}

type problem struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// problem is what a reader may know of an error. An error that nobody has put
// into words is told in full to the log only.
func (e *env) problem(err error) problem {
	if errors.Is(err, context.Canceled) {
		return problem{fail.Unavailable.String(), "stopped before it was done", "what was acknowledged is kept; the same command can be given again"}
	}
	kind := fail.KindOf(err)
	if kind != fail.Internal {
		return problem{kind.String(), oneLine(err.Error()), fail.HintOf(err)}
	}
	ref := reference()
	e.log.Debug("internal error", slog.String("reference", ref), slog.String("error", err.Error()))
	hint := "give the same command with --debug to see all of it"
	if e.Debug {
		hint = "report it with the line above"
	}
	return problem{kind.String(), "internal error, reference " + ref, hint}
}

// oneLine keeps the faults that one error joins apart, on one line each.
func oneLine(text string) string {
	return strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}

func reference() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // it never fails
	return strings.ToUpper(hex.EncodeToString(b[:]))
}
