// Package fail is the one vocabulary of errors: a kind for machines, a message
// for people and a hint that says what to do next.
//
// A kind crosses every boundary: the web turns it into an RFC 9457 problem, the
// command line into an exit code. An error without a kind is [Internal]: it is
// logged in full at the edge and shown only as "internal error".
//
//	return fail.New(fail.Invalid, `bad day "yesterday"`, "write it as 2025-03-27")
package fail
