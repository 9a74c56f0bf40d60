// Package crawl holds the test that kin come first, whoever asks and however.
//
// It makes a small fictional mission, plants a casualty in it as carelessly as a
// tired desk might, and then asks for everything there is: every route of the
// site in every form and every reading command, as every role. Beside it stands a
// twin, the same folder without the plant. To who may not know, both must answer
// byte for byte the same: no name, no changed count, no hit of a search, no other
// tag of a page. The twin makes no assumption on how something could leak.
//
// The table of who gets what, docs/access-matrix.md, is made by the same run:
//
//	go test ./test/crawl -update
package crawl
