// Package kind holds the schemas of records. One YAML file a kind says which
// fields it has, how they are checked, labelled in five languages, tagged for
// HXL, marked and drawn; the form, the sheet, the table, the map and the history
// are all made from it.
//
// Every text that enters the record goes through [Kind.Check] once and comes out
// canonical: checking a canonical text again gives the same text. What could be
// read two ways (1,234; 01/02/2025; zone J) is refused with a [Problem], never
// guessed.
//
//	set, err := kind.Load(strength.Definitions(), missionFolder)
//	movement, _ := set.Get("movement")
//	fields, problems := movement.Check(row, kind.Env{Location: zone})
//
// Definitions are checked as strictly as data: [Load] names every fault of every
// file with its line.
package kind
