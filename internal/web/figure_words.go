package web

import (
	"math"
	"net/url"
	"strconv"
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

// shortMonth is the beginning of a month's name; four letters keep June and
// July apart in all five languages.
func shortMonth(name string) string {
	r := []rune(name)
	return string(r[:min(len(r), 4)])
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
