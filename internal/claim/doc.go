// Package claim holds what outsiders said a figure was, and the sources that
// everything rests on. A claim stands beside the figure and is never merged into
// it.
//
// It owns the kinds claim and source.
package claim
