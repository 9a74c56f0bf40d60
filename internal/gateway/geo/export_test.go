package geo

// PackageGeometry reads one geometry of a GeoPackage.
func PackageGeometry(raw []byte, most Limits) (Feature, error) {
	g, err := packageGeometry(raw, &count{most: most})
	return Feature{Geometry: g, Fault: g.fault()}, err
}
