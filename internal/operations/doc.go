// Package operations holds what happened, and the sites of the mission under all
// the names they go by.
//
// It owns the duty log and its shifts ([Log]), flash reports with their follow-ups
// and the incidents they are of ([Flashes]), patrols with their check-ins
// ([Patrols]), and the state of the posts ([Posts]). Its records lie in the record
// store; it has no tables of its own. Clocks that somebody must act upon are pure
// functions of the record and the time: [ClockOf], [FlashClockOf].
package operations
