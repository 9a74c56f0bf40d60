// Package strength holds who is here: what countries offer, the persons who come
// and go, and what contingents certify.
//
// Strength is derived from movements and never typed. Relief is not reinforcement,
// leave is not presence, and an offer is not a person.
//
// It owns the kinds contingent, contribution, movement, person, return. Its records lie in
// the record store; it has no tables of its own.
package strength
