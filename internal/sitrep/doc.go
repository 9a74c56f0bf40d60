// Package sitrep makes situation reports from the record: what happened in a
// half-open period, who sent their part and who did not, and every number with the
// address of its figure.
package sitrep
