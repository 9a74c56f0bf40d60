// Package crawl holds the test that kin come first, whoever asks and however.
//
// It makes a small fictional mission, plants a casualty in it as carelessly as a
// tired desk might, and then asks for everything there is: every route of the
// site in every form and every reading command, as every role. Beside it stands a
// twin, the same folder without the plant. To who may not know, both must answer
// byte for byte the same: no name, no changed count, no hit of a search, no other
// tag of a page. The twin makes no assumption on how something could leak.
//
// It was seen to fail, each time with the rest as it is, when
//
//   - the door let a held record through (a page, the command line);
//   - figures forgot what is held (the number of the missing);
//   - counts took the number of the index (a search, the list of kinds);
//   - names were not covered in what others wrote (the front page, a duty note);
//   - covered words were searched (the hits of a name);
//   - an export went round the door (a sheet of casualties);
//   - a refusal told hidden from missing (403 beside 404);
//   - the tag of a page was made of more than the page;
//   - the gate did not close anew when the missing was declared dead;
//   - the audit named whose file had been read.
//
// The table of who gets what, docs/access-matrix.md, is made by the same run:
//
//	go test ./test/crawl -update
package crawl
