// Package custody holds items that were seized, how much of them, and to whom they
// were handed.
//
// It owns the register of seized items with the chain of every hand they went
// through ([Register]), and the persons whom the mission holds until the host's
// police have them ([Detentions]), whose clock is a pure function of the record and
// the time ([ClockOf]). Its kinds are seizure, custody-step and detention; its
// records lie in the record store, and it has no tables of its own.
package custody
