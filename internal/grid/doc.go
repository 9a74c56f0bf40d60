// Package grid writes positions the way patrols speak them, and reads them back:
// the Military Grid Reference System over UTM, on the ellipsoid of WGS 84.
//
// The letters are those of NGA.STND.0037 (universal grids, 2014), with the wider
// zones of Norway and Svalbard. The projection is Krüger's series to the sixth
// order, as given by Karney (Transverse Mercator with an accuracy of a few
// nanometers, Journal of Geodesy 85, 2011); inside a zone it is exact to far below
// a millimetre. Digits are cut off, never rounded: a grid names a square, and
// the square that it names has the position in it.
//
// North of 84° N and south of 80° S other letters hold (UPS); they are refused.
//
//	text, err := grid.Format(18.5608, -72.3453, 5) // 18QYF8021254299
//	square, err := grid.Parse("18q yf 80150 53225")
package grid
