// Package money holds flows of money by donor and stage, each in the currency it
// was stated in, and exchange rates as sourced records of their own.
//
// Announced is not received. No amount is turned into another currency without a
// dated rate.
//
// It owns the kinds flow, rate. Its records lie in
// the record store; it has no tables of its own.
package money
