// Package sheet turns tables that people send into drafts, and records into
// tables: CSV, XLSX, JSON and GeoJSON, both ways.
//
// Reading never guesses. An encoding that could be two, a column that is not
// known, a date that can be read two ways is refused with what to do; a row that
// is refused does not keep the others out, and is written beside the file in a
// form that imports after mending. All formats are read as a stream, in memory
// that does not grow with the file, and with limits that a hostile file meets
// first.
//
// What [Exporter.Export] writes, [Importer.Import] reads back as "same". The
// columns are described in docs/formats/sheet.md, mapping files in
// docs/formats/mapping.md.
package sheet
