// Package mission reads mission.yaml: what one mission is called, where its
// clocks stand, who leads, hosts and contributes, and which sheets and map come
// with its folder.
//
//	m, err := mission.Load(os.DirFS("missions"), "a-mission")
//	m.Location()      // the zone of every time that states none
//	m.Folder()        // its own kinds, for kind.Load, and its sheets
//
// A mission is data: nothing in the program knows one by name. Every fault of the
// file is reported at once, with its line.
package mission
