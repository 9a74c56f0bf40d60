package gsm

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Single is how many septets one message holds.
const Single = 160

// basic is the default alphabet, each a septet; the escape is left out.
const basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

// extended is the extension table: an escape and a septet each.
const extended = "^{}\\[~]|€\f"

// Septets counts what a text takes of a message; ok is false where it has a letter
// that the alphabet lacks.
func Septets(text string) (n int, ok bool) {
	for _, r := range text {
		size := septets(r)
		if size == 0 {
			return 0, false
		}
		n += size
	}
	return n, true
}

func septets(r rune) int {
	switch {
	case r == utf8.RuneError:
		return 0
	case strings.ContainsRune(basic, r):
		return 1
	case strings.ContainsRune(extended, r):
		return 2
	}
	return 0
}

// likenesses are what stands for a sign that the alphabet lacks.
func likenesses() map[rune]string {
	return map[rune]string{
		'’': "'", '‘': "'", '‚': "'", 'ʼ': "'", '`': "'", '´': "'", '“': `"`, '”': `"`, '„': `"`, '«': `"`, '»': `"`,
		'–': "-", '—': "-", '‐': "-", '‑': "-", '−': "-", '•': "-", '·': "-", '…': "...", '→': "->", '×': "x", '°': "deg",
		'œ': "oe", 'Œ': "OE", 'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D", '½': "1/2", '¼': "1/4", '¾': "3/4", '№': "No", '⁄': "/",
	}
}

// Plain says a text in the alphabet: what it has stays, an accent it lacks is left
// off (ç is c, ê is e), signs are said by their likeness, and what has none is a
// question mark. Spaces and control characters are one space.
func Plain(text string) string {
	alike := likenesses()
	var out strings.Builder
	gap := false
	for _, r := range tight(norm.NFC.String(text)) {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			gap = out.Len() > 0
			continue
		}
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
			continue // a mark that joined nothing; a sign that is not seen
		}
		if gap {
			out.WriteByte(' ')
			gap = false
		}
		out.WriteString(plain(r, alike))
	}
	return out.String()
}

// tight takes out the space that French sets inside its quotation marks.
func tight(text string) string {
	return strings.NewReplacer("«\u00a0", "«", "«\u202f", "«", "« ", "«", "\u00a0»", "»", "\u202f»", "»", " »", "»").Replace(text)
}

func plain(r rune, alike map[rune]string) string {
	if s := sign(r, alike); s != "" {
		return s
	}
	var out strings.Builder
	for _, part := range norm.NFKD.String(string(r)) {
		if unicode.Is(unicode.Mn, part) {
			continue // the accent
		}
		s := sign(part, alike)
		if s == "" || unicode.IsSpace(part) { // an accent that stands alone is one on a space
			return "?"
		}
		out.WriteString(s)
	}
	return cmp.Or(out.String(), "?")
}

// sign is what stands for one sign without taking it apart; "" where nothing does.
func sign(r rune, alike map[rune]string) string {
	if septets(r) > 0 {
		return string(r)
	}
	return alike[r]
}

// Split cuts a text that [Plain] made into messages of at most size septets. Where
// there are several each begins with its place, as "2/3 ". It cuts between words,
// and inside one only where the word fills a message by itself.
func Split(text string, size int) []string {
	if n, _ := Septets(text); n <= size {
		if text == "" {
			return nil
		}
		return []string{text}
	}
	for total := 2; ; total++ {
		parts := cut(text, size-len(fmt.Sprintf("%d/%d ", total, total)))
		if len(parts) > total {
			continue // more parts may need a longer place
		}
		for i := range parts {
			parts[i] = fmt.Sprintf("%d/%d %s", i+1, len(parts), parts[i])
		}
		return parts
	}
}

// cut breaks a text into pieces of at most room septets.
func cut(text string, room int) (parts []string) {
	var line strings.Builder
	used := 0
	flush := func() {
		if used > 0 {
			parts = append(parts, line.String())
		}
		line.Reset()
		used = 0
	}
	for word := range strings.FieldsSeq(text) {
		n, _ := Septets(word)
		if used > 0 && used+1+n > room {
			flush()
		}
		if used > 0 {
			line.WriteByte(' ')
			used++
		}
		for _, r := range word {
			size := max(1, septets(r))
			if used+size > room {
				flush()
			}
			line.WriteRune(r)
			used += size
		}
	}
	flush()
	return parts
}
