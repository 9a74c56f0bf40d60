// Package operations holds what happened, and the sites of the mission under all
// the names they go by.
//
// It owns the kinds incident, post. Its records lie in
// the record store; it has no tables of its own.
package operations
