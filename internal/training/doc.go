// Package training holds cohorts: who enrolled, left, was dismissed, died and
// graduated. Enrolment is not graduation.
//
// It owns the kind cohort. Its records lie in
// the record store; it has no tables of its own.
package training
