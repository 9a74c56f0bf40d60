// Package clock gives every entry its place in one order that all nodes agree
// on: a hybrid logical clock.
//
// A [Stamp] is the wall clock in milliseconds with a counter below it. The clock
// of one node never repeats or goes back, even when somebody sets the machine's
// clock back or the battery of a laptop at a post runs flat; and what a node has
// received is always before what it writes next. A stamp too far ahead of the
// wall clock is refused, so that one wrong machine cannot drag the mission's
// clock into the future.
//
// The caller keeps the high-water mark across restarts: the last stamp in its
// journal.
//
//	h := clock.New(time.Now, journalEnd, time.Minute)
//	s := h.Now() // after every stamp given or observed before
package clock
