// Package access is the one door for reads: every method takes the [Actor] who
// asks, and what the actor may not see does not come through, neither as a
// record, nor as a field, a count or a search hit.
//
// Before there are accounts there are two actors: [Local], who sits at the
// machine and may do all, and [Public], who sees what is marked public.
package access
