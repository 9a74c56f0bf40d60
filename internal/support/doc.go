// Package support holds equipment: how many there are, how many work, and why the
// others do not.
//
// It owns the kind equipment. Its records lie in
// the record store; it has no tables of its own.
package support
