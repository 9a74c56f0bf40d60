//go:build !race

package journal_test

// thin is 1: each byte is flipped.
const thin = 1
