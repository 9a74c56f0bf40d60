// Package dtg reads and writes the military date-time group: 251630QMAR25 is 25
// March 2025, 16:30 on the clocks of zone Q (UTC-4).
//
// The zone letter is part of the group and is never guessed. J means "whatever my
// own clock shows" and is refused: read at headquarters it would be another time.
// A group has minutes and two digits of the year, so it is for reading and
// typing; stored times are UTC.
//
//	at, err := dtg.Parse("25 1630Q MAR 25") // 2025-03-25T20:30Z
//	text, err := dtg.Format(at, 'C')        // 252330CMAR25
package dtg
