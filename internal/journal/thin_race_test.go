//go:build race

package journal_test

// thin leaves out most flips where the race detector makes each ten times dearer.
const thin = 9
