// Command konbit keeps the record of a mission and answers from it.
//
// It only hands the process to package cli: arguments, environment, streams,
// clock and the signals that end it.
package main
