package lang

import (
	"strconv"
	"strings"
)

// Separators of thousands. French and Haitian Creole put a narrow no-break
// space, so that a figure never breaks over two lines.
const narrowSpace = "\u202f"

type style struct {
	group, point string
	from         int // digits before the point from which groups are written
}

// styleOf is the writing of numbers: the CLDR's, except that Haitian Creole,
// for which it has none, writes as French does in Haiti.
func styleOf(lang string) style {
	switch lang {
	case "fr", "ht":
		return style{narrowSpace, ",", 4}
	case "es":
		return style{".", ",", 5} // the CLDR groups Spanish from 10.000 on
	default:
		return style{",", ".", 4}
	}
}

// Number writes a whole number as a reader of lang expects it.
func (c *Catalogue) Number(lang string, n int64) string {
	return c.Decimal(lang, strconv.FormatInt(n, 10))
}

// Decimal writes a canonical decimal text ("-1234.50") as a reader of lang
// expects it, digit for digit: nothing is rounded. A text that is not a decimal
// comes back as it is.
func (c *Catalogue) Decimal(lang, text string) string {
	sign, digits := "", text
	if strings.HasPrefix(text, "-") {
		sign, digits = "\u2212", text[1:]
	}
	whole, fraction, has := strings.Cut(digits, ".")
	if !allDigits(whole) || has && !allDigits(fraction) {
		return text
	}
	s := styleOf(lang)
	out := sign + group(whole, s)
	if has {
		out += s.point + fraction
	}
	return out
}

func group(digits string, s style) string {
	if len(digits) < s.from {
		return digits
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(s.group)
		}
		b.WriteRune(d)
	}
	return b.String()
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
