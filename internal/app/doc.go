// Package app wires one node: it opens the parts in order, gives each what it
// needs, and closes them in reverse. It knows every package below it and holds
// no rule of its own.
//
// A node is a data folder: konbit.db (journal and records), search.db (derived),
// keys/ (the node's key and those of persons), missions/ (what defines each
// mission), node.yaml (which missions, in which order).
package app
