// Package geo reads files of places and areas that others made: GeoJSON (RFC 7946),
// TopoJSON and GeoPackage. It gives features in degrees, WGS 84, with their texts,
// and makes outlines small enough for a thin link.
//
// Whatever a file holds, reading it ends, takes bounded memory and writes nothing:
// [Limits] are counted while it is read, a GeoPackage is opened read-only, its
// views and triggers are left alone. What the formats become is told in
// docs/formats/places.md.
package geo
