// Package casualty holds members of the mission who were hurt, are ill, missing or
// dead: by country, status and cause, never by name.
//
// Its records are for the casualty cell until somebody marks them otherwise, and
// how far the family has been told is a field of each.
//
// It owns the kind casualty. Its records lie in
// the record store; it has no tables of its own.
package casualty
