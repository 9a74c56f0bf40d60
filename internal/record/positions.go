package record

import (
	"encoding/binary"
	"slices"

	"konbit.org/konbit/internal/fail"
)

// packPositions writes positions, ascending and each once, as varint differences.
func packPositions(list []int64) []byte {
	slices.Sort(list)
	list = slices.Compact(list)
	var out []byte
	last := int64(0)
	for _, pos := range list {
		out = binary.AppendUvarint(out, uint64(pos-last))
		last = pos
	}
	return out
}

func unpackPositions(packed []byte) ([]int64, error) {
	var out []int64
	last := int64(0)
	for len(packed) > 0 {
		d, n := binary.Uvarint(packed)
		if n <= 0 {
			return nil, fail.New(fail.Damaged, "the entries of a stored record cannot be read", "run konbit rebuild to make the record store again from the journal")
		}
		last += int64(d)
		out, packed = append(out, last), packed[n:]
	}
	return out, nil
}
