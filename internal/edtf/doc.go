// Package edtf reads and writes when something happened, as exactly as it is
// known and no more: the Extended Date/Time Format, level 1.
//
// People say "in February", "between June and July", "about the 31st", "since
// Tuesday". A [Date] keeps such a statement as it was made; [Date.Bounds] turns
// it into the half-open interval of UTC time in which the event lies, which is
// what questions are computed from. A qualifier (~ ? %) never widens the bounds:
// it tells the reader to doubt, it does not tell the machine by how much.
//
//	d, err := edtf.Parse("2025-02")    // the whole month, in the mission's zone
//	lo, hi := d.Bounds(missionZone)    // [lo, hi) in UTC
//
// Accepted: years 0001 to 9999, months, days, seasons 21 to 24, unspecified
// digits (202X, 2025-XX, 2025-03-XX), date-times with and without an offset,
// intervals a/b and open ones a/.. and ../b. Durations, sets and day-part
// arithmetic (level 2) are refused.
package edtf
