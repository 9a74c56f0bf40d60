package geo

import (
	"encoding/binary"
	"math"
)

// wkb reads well-known binary, as ISO and as PostGIS write it; heights and
// measures are left out.
type wkb struct {
	raw   []byte
	order binary.ByteOrder
	count *count
}

// packageGeometry reads what a GeoPackage keeps of a geometry: a header and
// well-known binary. A nil geometry and no error is an empty one.
func packageGeometry(raw []byte, c *count) (Geometry, error) {
	if len(raw) < 8 || raw[0] != 'G' || raw[1] != 'P' || raw[2] != 0 {
		return Geometry{}, errGeometry
	}
	flags := raw[3]
	envelopes := [...]int{0, 32, 48, 48, 64}
	kind := int(flags >> 1 & 7)
	if flags&0x20 != 0 || kind >= len(envelopes) || len(raw) < 8+envelopes[kind] { //nolint:gosec // the bound stands before it
		return Geometry{}, errGeometry
	}
	w := &wkb{raw: raw[8+envelopes[kind]:], count: c} //nolint:gosec // as above
	if flags&0x10 != 0 {                              // says that it is empty
		return Geometry{}, nil
	}
	return w.geometry(0)
}

func (w *wkb) number() (uint32, error) {
	if len(w.raw) < 4 {
		return 0, errGeometry
	}
	n := w.order.Uint32(w.raw)
	w.raw = w.raw[4:]
	return n, nil
}

// geometry reads one, and those in it.
func (w *wkb) geometry(depth int) (g Geometry, err error) {
	if depth > maxNested || len(w.raw) < 5 {
		return g, errGeometry
	}
	switch w.raw[0] {
	case 0:
		w.order = binary.BigEndian
	case 1:
		w.order = binary.LittleEndian
	default:
		return g, errGeometry
	}
	w.raw = w.raw[1:]
	code, err := w.number()
	if err != nil {
		return g, err
	}
	numbers := 2
	if code&0x80000000 != 0 {
		numbers++
	}
	if code&0x40000000 != 0 {
		numbers++
	}
	if code&0x20000000 != 0 { // the reference stands here too
		if _, err := w.number(); err != nil {
			return g, err
		}
	}
	code &= 0x1fffffff
	switch code / 1000 {
	case 0:
	case 1, 2:
		numbers++
	case 3:
		numbers += 2
	default:
		return g, errGeometry
	}
	return w.body(code%1000, numbers, depth)
}

func (w *wkb) body(code uint32, numbers, depth int) (g Geometry, err error) {
	switch code {
	case 1:
		l, err := w.points(1, numbers)
		if err == nil && !math.IsNaN(l[0].Lon) { // NaN is how an empty point is written
			g.Points = l
		}
		return g, err
	case 2:
		l, err := w.line(numbers)
		g.Lines = []Line{l}
		return g, err
	case 3:
		a, err := w.area(numbers)
		g.Areas = [][]Line{a}
		return g, err
	case 4, 5, 6, 7:
		n, err := w.number()
		if err != nil || uint64(n)*5 > uint64(len(w.raw)) {
			return g, errGeometry
		}
		for range n {
			more, err := w.geometry(depth + 1)
			if err != nil {
				return g, err
			}
			g.add(more)
		}
		return g, nil
	}
	return g, errGeometry
}

func (w *wkb) area(numbers int) (a []Line, err error) {
	n, err := w.number()
	if err != nil || uint64(n)*4 > uint64(len(w.raw)) {
		return nil, errGeometry
	}
	for range n {
		l, err := w.line(numbers)
		if err != nil {
			return nil, err
		}
		a = append(a, l)
	}
	return a, nil
}

func (w *wkb) line(numbers int) (Line, error) {
	n, err := w.number()
	if err != nil {
		return nil, err
	}
	return w.points(n, numbers)
}

// points reads n positions; that they are there is known before they are kept.
func (w *wkb) points(n uint32, numbers int) (Line, error) {
	if uint64(n)*uint64(numbers)*8 > uint64(len(w.raw)) {
		return nil, errGeometry
	}
	if err := w.count.take(int(n)); err != nil {
		return nil, err
	}
	out := make(Line, n)
	for i := range out {
		out[i].Lon = math.Float64frombits(w.order.Uint64(w.raw))
		out[i].Lat = math.Float64frombits(w.order.Uint64(w.raw[8:]))
		w.raw = w.raw[8*numbers:]
	}
	return out, nil
}
