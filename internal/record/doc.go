// Package record folds entries into bitemporal versions and answers questions
// about them by event date, by known date and by recorded date.
//
// The fold is a pure function of the set of a record's entries: the order in
// which they arrive, how often, and in what batches makes no difference (see
// [Fold]). It runs in the transaction that stores the entries, so a reader never
// sees an entry without its version.
//
// The package owns the tables shelf, record, past, words and spot. All of them
// can be made again from the journal with [Store.Rebuild].
package record
