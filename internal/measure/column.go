package measure

import "math"

// words is a column of texts, kept as numbers into a list of the different
// ones. Code 0 is the empty text. It is narrow until it needs to be wide.
type words struct {
	narrow []uint16
	wide   []uint32
	texts  []string
	codes  map[string]uint32
}

func newWords() *words {
	return &words{texts: []string{""}, codes: map[string]uint32{"": 0}}
}

func (w *words) code(text string) uint32 {
	c, ok := w.codes[text]
	if !ok {
		c = uint32(len(w.texts))
		// The text is a part of a record's memory; a copy lets the rest go.
		text = string([]byte(text))
		w.texts = append(w.texts, text)
		w.codes[text] = c
	}
	return c
}

func (w *words) add(text string) {
	c := w.code(text)
	if w.wide == nil && c > math.MaxUint16 {
		w.wide = make([]uint32, len(w.narrow), cap(w.narrow))
		for i, n := range w.narrow {
			w.wide[i] = uint32(n)
		}
		w.narrow = nil
	}
	if w.wide != nil {
		w.wide = append(w.wide, c)
		return
	}
	w.narrow = append(w.narrow, uint16(c))
}

func (w *words) at(i int) uint32 {
	if w.wide != nil {
		return w.wide[i]
	}
	return uint32(w.narrow[i])
}

// move copies row from over row to, and cut drops the rows from n on.
func (w *words) move(to, from int) {
	if w.wide != nil {
		w.wide[to] = w.wide[from]
		return
	}
	w.narrow[to] = w.narrow[from]
}

func (w *words) cut(n int) {
	if w.wide != nil {
		w.wide = w.wide[:n]
		return
	}
	w.narrow = w.narrow[:n]
}

func (w *words) size() int {
	n := 2*cap(w.narrow) + 4*cap(w.wide)
	for _, t := range w.texts {
		n += 2*len(t) + 48
	}
	return n
}

// numbers is a column of amounts; missing is the one nobody reported. It is
// narrow while all fit 32 bits: up to 214,748 units.
type numbers struct {
	narrow []int32
	wide   []int64
}

const (
	missing       = math.MinInt64
	missingNarrow = math.MinInt32
)

func (v *numbers) add(n int64) {
	fits := n == missing || n > missingNarrow && n <= math.MaxInt32
	if v.wide == nil && !fits {
		v.wide = make([]int64, len(v.narrow), cap(v.narrow))
		for i := range v.narrow {
			v.wide[i] = v.at32(i)
		}
		v.narrow = nil
	}
	switch {
	case v.wide != nil:
		v.wide = append(v.wide, n)
	case n == missing:
		v.narrow = append(v.narrow, missingNarrow)
	default:
		v.narrow = append(v.narrow, int32(n))
	}
}

func (v *numbers) at32(i int) int64 {
	if n := v.narrow[i]; n != missingNarrow {
		return int64(n)
	}
	return missing
}

func (v *numbers) at(i int) int64 {
	if v.wide != nil {
		return v.wide[i]
	}
	return v.at32(i)
}

func (v *numbers) move(to, from int) {
	if v.wide != nil {
		v.wide[to] = v.wide[from]
		return
	}
	v.narrow[to] = v.narrow[from]
}

func (v *numbers) cut(n int) {
	if v.wide != nil {
		v.wide = v.wide[:n]
		return
	}
	v.narrow = v.narrow[:n]
}

func (v *numbers) size() int { return 4*cap(v.narrow) + 8*cap(v.wide) }
