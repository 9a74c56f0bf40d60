package web

import (
	"math"
	"net/url"
	"strconv"
	"time"
)

func escapeQuery(s string) string { return url.QueryEscape(s) }

// plain is a float as a decimal text without needless digits.
func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// short writes a number for an axis: millions and thousands are cut to letters
// that the sciences use in every language.
func (v *visit) short(f float64) string {
	switch a := math.Abs(f); {
	case a >= 1e9:
		return v.dec(plain(f/1e9)) + "\u00a0G"
	case a >= 1e6:
		return v.dec(plain(f/1e6)) + "\u00a0M"
	}
	return v.dec(plain(f))
}

// shortMonth is the beginning of a month's name: three letters, or four where
// two months begin alike (juin, juillet).
func (v *visit) shortMonth(m time.Month) string {
	name := []rune(v.Words.Month(v.lang, m))
	for other := time.January; other <= time.December; other++ {
		if x := []rune(v.Words.Month(v.lang, other)); other != m && len(name) > 3 && len(x) > 3 && string(x[:3]) == string(name[:3]) {
			return string(name[:4])
		}
	}
	return string(name[:min(len(name), 3)])
}

func markShape(verdict string) string {
	switch verdict {
	case "agrees":
		return "circle"
	case "rounded":
		return "square"
	case "disagrees":
		return "diamond"
	case "incomparable":
		return "cross"
	default:
		return "triangle"
	}
}
