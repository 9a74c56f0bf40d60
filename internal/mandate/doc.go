// Package mandate holds what the mission stands on: instruments with their three
// dates (adopted, in force, expires), meetings with partners, what was agreed there,
// and other operations to compare with.
//
// It owns the kinds action, engagement, instrument, operation. Its records lie in
// the record store; it has no tables of its own.
package mandate
