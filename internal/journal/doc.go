// Package journal keeps what was said: immutable signed entries, each node's in
// a chain, in the order in which this node wrote or accepted them.
//
// Guarantees: [Journal.Append] answers only after the entries are on the disk;
// the entries of one call are kept together or not at all; a node's sequence
// has no gap, and each entry names the one before by its hash; the [Folder] has
// seen exactly the entries that are stored, because it works in the same
// transaction; [Journal.Verify] finds and places any changed byte of an entry.
//
// Personal values are sealed by [Keys] with a key per person. Destroying that
// key makes the values unreadable for ever, and the chain still verifies.
//
// The package owns the tables node, entry, head and journal_meta, and the files
// keys/node.key and keys/persons.db. The format is docs/formats/entry.md.
package journal
