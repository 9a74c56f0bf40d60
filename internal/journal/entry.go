package journal

import (
	"encoding/hex"
	"time"

	"konbit.org/konbit/internal/clock"
)

// NodeID names a node: its Ed25519 public key.
type NodeID [32]byte

// String is the key in lower-case hexadecimal.
func (n NodeID) String() string { return hex.EncodeToString(n[:]) }

// Short is the first eight hexadecimal digits, for people.
func (n NodeID) Short() string { return hex.EncodeToString(n[:4]) }

// ID is an entry's permanent name: the SHA-256 of its encoded bytes.
type ID [32]byte

// String is the hash in lower-case hexadecimal.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// Op says what an entry does to its record.
type Op uint8

const (
	// OpState states the fields it carries; fields it does not name stay as they are.
	OpState Op = 1
	// OpRetract strikes the whole record through. A later statement whose
	// author has seen the retraction brings it back.
	OpRetract Op = 2
	// OpWithdraw takes back the statements named in Targets, as when an
	// import is undone: from its reported time on they count as never made.
	OpWithdraw Op = 3
)

// Value is what an entry says of one field. The zero Value clears the field.
type Value struct {
	// Text is the canonical text of the value; the kind says how to read it.
	Text string
	// Sealed is the value under the key of a person, instead of Text.
	Sealed []byte
	// Subject names the person whose key seals it: "mission/kind/ref".
	Subject string
}

// Cleared reports whether the entry emptied the field.
func (v Value) Cleared() bool { return v.Text == "" && v.Sealed == nil }

// Entry is one immutable signed statement: somebody said this about a record,
// at a node, at a time. The format is docs/formats/entry.md.
type Entry struct {
	// Node, Seq, Prev and Clock are filled by the journal when it stamps.
	Node  NodeID
	Seq   uint64 // 1 for a node's first entry, without gaps
	Prev  ID     // the node's previous entry; zero for the first
	Clock clock.Stamp

	Mission string
	Kind    string
	Ref     string // the sender's name of the record; (Mission, Kind, Ref) is the record
	Op      Op
	Actor   string // who says it

	Reported time.Time // when the mission was told: UTC, milliseconds
	Source   string    // ref of the source record it rests on
	Grade    string    // A1 to F6
	Reason   string    // why, for a correction, retraction or withdrawal
	Batch    string    // the import it came with
	Draft    string    // form id or row digest, so that a repeat is harmless

	// Seen are the heads of the record its author had before them. Two
	// statements of one field that have not seen one another are a conflict.
	Seen []ID
	// Targets are the statements taken back, for OpWithdraw.
	Targets []ID
	Fields  map[string]Value
}

// Stored is an entry as it lies in this node's journal.
type Stored struct {
	Entry
	ID        ID
	Pos       int64 // place in this node's journal; means nothing elsewhere
	Signature []byte
	Size      int // bytes of the encoded body
}
