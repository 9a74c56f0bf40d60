package sheet

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"konbit.org/konbit/internal/fail"
)

// The encodings that a text file may have.
const (
	utf8Plain  = "utf-8"
	utf8BOM    = "utf-8-bom"
	utf16LE    = "utf-16le"
	utf16BE    = "utf-16be"
	windows    = "cp1252"
	latin1     = "iso-8859-1"
	dosLatin   = "cp850"
	macRoman   = "macintosh"
	probeBytes = 4096
)

// Encodings are the names that Options.Encoding takes.
func Encodings() []string {
	return []string{utf8Plain, utf8BOM, utf16LE, utf16BE, windows, latin1, dosLatin, macRoman}
}

// encodingOf is what was said of a file, unless its first bytes say otherwise,
// as those of every file of refused rows do; if nothing was said, what its bytes
// tell.
func encodingOf(file Reader, said string) (string, error) {
	if said == "" {
		return detect(file)
	}
	var mark [3]byte
	if n, err := file.ReadAt(mark[:], 0); n == len(mark) && mark == [3]byte{0xef, 0xbb, 0xbf} {
		return utf8BOM, nil
	} else if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.ToLower(said), nil
}

// detect reads a text file once and says how it is encoded. What could be two
// encodings is asked for, because a guess would mangle names.
func detect(r io.Reader) (string, error) {
	head := make([]byte, probeBytes)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		return utf8BOM, nil
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return utf16LE, nil
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return utf16BE, nil
	}
	if name := byNULs(head); name != "" {
		return name, nil
	}
	valid, high, err := scan(io.MultiReader(bytes.NewReader(head), r))
	if err != nil {
		return "", err
	}
	if valid {
		return utf8Plain, nil
	}
	for b, found := range high {
		if found && !plausible(byte(b)) {
			return "", fail.Newf(fail.Invalid, "say which: --encoding cp1252, cp850 or macintosh; or save it as UTF-8",
				"the file is not UTF-8, and byte %02X does not tell which encoding it has", b)
		}
	}
	return windows, nil
}

// byNULs knows UTF-16 without a mark by the zero half of its plain letters.
func byNULs(head []byte) string {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case half < 2:
		return ""
	case zeros[1] > half/2 && zeros[0] < half/8:
		return utf16LE
	case zeros[0] > half/2 && zeros[1] < half/8:
		return utf16BE
	}
	return ""
}

// scan reads to the end: is it UTF-8, and which bytes above 127 are there?
func scan(r io.Reader) (valid bool, high [256]bool, err error) {
	valid = true
	buf, kept := make([]byte, 64<<10), 0
	for {
		n, err := r.Read(buf[kept:])
		chunk := buf[:kept+n]
		for _, b := range chunk[kept:] {
			high[b] = high[b] || b >= utf8.RuneSelf
		}
		end := len(chunk)
		if err == nil {
			end = wholeRunes(chunk)
		}
		valid = valid && utf8.Valid(chunk[:end])
		kept = copy(buf, chunk[end:])
		if errors.Is(err, io.EOF) {
			return valid, high, nil
		}
		if err != nil {
			return false, high, err
		}
	}
}

// wholeRunes is where the last rune that is whole ends.
func wholeRunes(b []byte) int {
	for back := 1; back < utf8.UTFMax && back <= len(b); back++ {
		if c := b[len(b)-back]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-back:]) {
				return len(b) - back
			}
			return len(b)
		}
	}
	return len(b)
}

// plausible says that a byte is what Western European text in cp1252 holds:
// accented letters, quotation marks, dashes. In the other old encodings the
// accented letters are bytes that mean something rare in cp1252.
func plausible(b byte) bool {
	return b >= 0xc0 && b != 0xd7 && b != 0xf7 ||
		slices.Contains([]byte{
			0x80, 0x85, 0x8c, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0x9c, 0x9f,
			0xa0, 0xa1, 0xaa, 0xab, 0xb0, 0xb4, 0xb7, 0xba, 0xbb, 0xbf,
		}, b)
}

// decoded gives the text of a file as UTF-8 without a byte order mark. Bytes
// that the encoding does not have come out as U+FFFD, which is refused later,
// cell by cell.
func decoded(r io.Reader, name string) (io.Reader, error) {
	var enc encoding.Encoding
	switch strings.ToLower(name) {
	case utf8Plain, utf8BOM:
		return transform.NewReader(r, unicode.UTF8BOM.NewDecoder()), nil
	case utf16LE:
		enc = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case utf16BE:
		enc = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case windows:
		enc = charmap.Windows1252
	case latin1:
		enc = charmap.ISO8859_1
	case dosLatin:
		enc = charmap.CodePage850
	case macRoman:
		enc = charmap.Macintosh
	default:
		return nil, fail.Newf(fail.Invalid, "use one of: "+strings.Join(Encodings(), ", "), "unknown encoding %q", name)
	}
	return transform.NewReader(r, enc.NewDecoder()), nil
}
