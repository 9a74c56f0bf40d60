// Package nodes says which nodes are trusted, and up to which of their entries, and
// which entries headquarters has:
// the kind node, and what follows from its records.
//
// A revocation counts when this node or an authority that its owner named signed
// it, so that whoever stole a laptop cannot revoke headquarters with it. It is for
// good: a machine that comes back is a new node with a new key. Of several the
// smallest last entry counts, so the order in which they arrive does not matter.
package nodes
