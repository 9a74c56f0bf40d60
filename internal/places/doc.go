// Package places holds the gazetteer: places by code, with all their spellings,
// and what is recorded of the layers of the map.
//
// It owns the kinds place and layer. Their records lie in
// the record store; it has no tables of its own.
package places
