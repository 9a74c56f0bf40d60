// Package live tells those who look on what a commit has changed, each what they
// may know of.
//
// Nothing is told before it is committed. What somebody is told is decided by
// [access.Hearing], the same door by which they read: of a record that they may
// not read, or that the kin gate holds, they hear nothing, neither its ref nor
// that there was something. Readers who may read the same are one circle: what a
// commit means to them is worked out and written once, so that a thousand of them
// cost little more than one. A reader who takes too long is let go and never
// waited for; one who comes back is told what they missed, or to load the page
// again. The format is docs/formats/live.md.
//
// The package owns no table: what it remembers is of the last quarter of an hour
// and gone with the process.
package live
