// Package places holds the gazetteer: places by code, with all their spellings.
//
// It owns the kind place. Its records lie in
// the record store; it has no tables of its own.
package places
