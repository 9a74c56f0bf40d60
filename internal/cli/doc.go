// Package cli is the command line: one file a command. With cmd/konbit it is
// the only place that knows arguments, environment and exit codes.
//
// A command answers 0 when it did what was asked, 1 for a fault of the program,
// the machine or the stored data, 2 for a mistake in what was typed or sent, and
// 3 when it was done but rows were refused. What is asked for goes to the
// standard output; errors, their hints and progress go to the standard error.
// With --json the answer, or the problem, is one line of JSON.
//
// The commands, their flags and the shape of their JSON may grow and not change:
// other people's scripts use them.
//
//	code := cli.Run(ctx, cli.Proc{Args: []string{"measures"}, Stdout: os.Stdout, …})
package cli
