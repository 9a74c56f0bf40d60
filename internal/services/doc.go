// Package services holds schools, courts, hospitals, ports and roads: whether they
// work, and who saw that.
//
// It owns the kind service. Its records lie in
// the record store; it has no tables of its own.
package services
