// Package casualty holds members of the mission who were hurt, are ill, missing or
// dead, whom of their families to tell, and the kin gate: what of a casualty
// nobody outside the casualty cell may know yet.
//
// The gate ([Gate]) is open over a casualty when a named person has recorded that
// the family was told of the status in force, and the hold has passed since
// ([Opens]). A change of status closes it anew. What is not stated closes it.
// Nothing else opens it, and no timer runs: it is asked at the time of reading.
//
// [Rules] hold what a form may say, [Cell] is what the pages of the casualty cell
// are made of, and [Cell.Allows] answers whether private messages may go out while
// MINIMISE is on.
//
// It owns the kinds casualty, kin, notification, notice, minimise. Its records lie in
// the record store; it has no tables of its own.
package casualty
