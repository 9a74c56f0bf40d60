package record

import (
	"encoding/binary"
	"maps"
	"slices"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
)

// Cells are stored as: count, then per field in order of name the name, the
// text, the sealed bytes and their subject, each behind its length. The form is
// private to the store, which can always be made again from the journal.

func packCells(cells map[string]journal.Value) []byte {
	size := 2
	for name, v := range cells {
		size += len(name) + len(v.Text) + len(v.Sealed) + len(v.Subject) + 8
	}
	out := binary.AppendUvarint(make([]byte, 0, size), uint64(len(cells)))
	for _, name := range slices.Sorted(maps.Keys(cells)) {
		v := cells[name]
		out = appendText(out, name)
		out = appendText(out, v.Text)
		out = appendText(out, string(v.Sealed))
		if len(v.Sealed) > 0 {
			out = appendText(out, v.Subject)
		}
	}
	return out
}

func appendText(out []byte, s string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(s))), s...)
}

// unpackCells adds the stored cells to into, which it clears first.
func unpackCells(raw []byte, into map[string]journal.Value) error {
	clear(into)
	text := string(raw) // one allocation; every value is a slice of it
	count, rest, ok := takeNumber(text)
	for ; ok && count > 0; count-- {
		var name string
		var v journal.Value
		if name, rest, ok = takeText(rest); !ok {
			break
		}
		if v, rest, ok = takeValue(rest); !ok {
			break
		}
		into[name] = v
	}
	if !ok || rest != "" {
		return fail.New(fail.Damaged, "the fields of a stored version cannot be read", "run konbit rebuild to make the record store again from the journal")
	}
	return nil
}

func takeValue(s string) (v journal.Value, rest string, ok bool) {
	if v.Text, s, ok = takeText(s); !ok {
		return v, s, false
	}
	var sealed string
	if sealed, s, ok = takeText(s); !ok || sealed == "" {
		return v, s, ok
	}
	v.Sealed = []byte(sealed)
	v.Subject, s, ok = takeText(s)
	return v, s, ok
}

func takeText(s string) (text, rest string, ok bool) {
	n, s, ok := takeNumber(s)
	if !ok || n > uint64(len(s)) {
		return "", s, false
	}
	return s[:n], s[n:], true
}

// takeNumber reads a uvarint from a string without copying it.
func takeNumber(s string) (n uint64, rest string, ok bool) {
	for i := 0; i < len(s) && i < binary.MaxVarintLen64; i++ {
		b := s[i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			return n, s[i+1:], true
		}
	}
	return 0, s, false
}
