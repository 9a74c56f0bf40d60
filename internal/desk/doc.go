// Package desk is the one way in: forms, sheets, devices and messages hand it
// drafts, and it answers each of them with what became of it.
//
// A draft is checked by its kind, by its envelope (source, grade, when it was
// reported), by the rules of the domains and against the record as it stands.
// What comes out is an entry that carries only what differs, names what its
// author had seen, and is sealed where it is about a person. Nothing is written
// that was refused, and a refusal says which field, why and what to do.
//
// Sending the same draft again is harmless. A row of a sheet is known by its
// record and by when it says it was reported: the same row again is
// [StatusSame], a changed row is a correction of that statement. See [Desk.Submit].
//
//	outcomes, err := d.Submit(ctx, access.Local(), "demo", drafts, desk.Options{Batch: batch})
//
// The desk owns no table: it reads the record store and writes the journal.
package desk
