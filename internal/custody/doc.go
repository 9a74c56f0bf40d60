// Package custody holds items that were seized, how much of them, and to whom they
// were handed.
//
// It owns the kind seizure. Its records lie in
// the record store; it has no tables of its own.
package custody
