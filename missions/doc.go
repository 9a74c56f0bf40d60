// Package missions holds the sample missions as files: for each a mission.yaml,
// sheets, a base map and a README that says where everything comes from.
//
// haiti-mss is the founding mission, out of public sources, with the statements
// that contradict one another kept as claims. cod-demo is very small and stands
// beside it to show that nothing is tied to one country. mappings holds mapping
// files for sheets that others make.
//
// Guaranteed by the tests here: every row has a source of its mission, a grade
// and a day on which it was reported; references are unique; persons are
// fictional and never public; the strengths add up to the published ones.
// The folder owns no table and no code reads it but the program's demo.
//
//	sheets, err := fs.Glob(missions.FS, "haiti-mss/sheets/*.csv")
package missions
