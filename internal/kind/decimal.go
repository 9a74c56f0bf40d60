package kind

import (
	"math/big"
	"strings"
)

// canonicalDecimal reads a plain decimal, -?digits[.digits], and writes it
// without leading and trailing zeros. No float is involved: 17.90 stays 17.9
// and a hundred digits stay a hundred digits.
func canonicalDecimal(s string) (string, bool) {
	sign := ""
	switch {
	case strings.HasPrefix(s, "-"):
		sign, s = "-", s[1:]
	case strings.HasPrefix(s, "+"):
		s = s[1:]
	}
	whole, fraction, has := strings.Cut(s, ".")
	if !digits(whole) || has && !digits(fraction) {
		return "", false
	}
	whole = strings.TrimLeft(whole, "0")
	fraction = strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if whole == "0" {
		return "0", true
	}
	return sign + whole, true
}

// rat is the value of a canonical decimal.
func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return new(big.Rat)
	}
	return r
}

// decimalText writes a sum or difference of canonical decimals, exactly.
func decimalText(r *big.Rat) string {
	s, ok := canonicalDecimal(r.FloatString(40))
	if !ok {
		return r.String()
	}
	return s
}

// readDecimal reads a number as people write it. comma says that the sheet's
// decimal sign is the comma. Groups of thousands are understood where they can
// mean nothing else; "1,234" alone can mean two numbers and is not read.
func readDecimal(s string, comma bool) (canonical string, ok bool) {
	if strings.ContainsAny(s, "\u00a0\u202f\u2009\u2212") {
		s = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "\u2212", "-").Replace(s)
	}
	sign := ""
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		sign, s = s[:1], s[1:]
	}
	point, groupSign := ".", ","
	if comma {
		point, groupSign = ",", "."
	}
	whole, fraction, hasPoint := strings.Cut(s, point)
	switch {
	case strings.Contains(whole, " "):
		whole, ok = ungroup(whole, " ")
	case strings.Contains(whole, groupSign):
		// A single group sign could be the decimal sign of another country,
		// unless the sheet's own is known or the number shows both.
		sure := comma || hasPoint || strings.Count(whole, groupSign) > 1
		whole, ok = ungroup(whole, groupSign)
		ok = ok && sure
	default:
		ok = digits(whole)
	}
	if !ok || hasPoint && !digits(fraction) {
		return "", false
	}
	if hasPoint {
		whole += "." + fraction
	}
	return canonicalDecimal(sign + whole)
}

// ungroup joins groups of three digits; the first may be shorter.
func ungroup(s, sign string) (string, bool) {
	parts := strings.Split(s, sign)
	for i, p := range parts {
		if !digits(p) || i == 0 && len(p) > 3 || i > 0 && len(p) != 3 {
			return "", false
		}
	}
	return strings.Join(parts, ""), true
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
