package measure

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/fail"
)

// Amount is an exact number in whole ten-thousandths of its unit. It holds up
// to nine hundred million million units either way.
type Amount int64

// One is the amount 1.
const One Amount = 10_000

// digits after the point that an amount keeps.
const digits = 4

// ParseAmount reads a canonical decimal text: -1234.5. Digits beyond the fourth
// after the point are rounded half away from zero. The error is [fail.Invalid].
func ParseAmount(text string) (Amount, error) {
	bad := func() (Amount, error) {
		return 0, fail.Newf(fail.Invalid, "write it as 1234.5, without separators", "bad number %.40q", text)
	}
	s, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(s, ".")
	if len(whole) == 0 || len(whole) > 14 || strings.Trim(whole+fraction, "0123456789") != "" {
		return bad()
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return bad()
	}
	n *= int64(One)
	for i, scale := 0, int64(One)/10; i < len(fraction) && i < digits; i, scale = i+1, scale/10 {
		n += int64(fraction[i]-'0') * scale
	}
	if len(fraction) > digits && fraction[digits] >= '5' {
		n++
	}
	if negative {
		n = -n
	}
	return Amount(n), nil
}

// String is the canonical decimal text, without needless zeros.
func (a Amount) String() string {
	sign, n := "", uint64(a)
	if a < 0 {
		sign, n = "-", -n
	}
	whole, rest := n/uint64(One), n%uint64(One)
	if rest == 0 {
		return sign + strconv.FormatUint(whole, 10)
	}
	fraction := strconv.FormatUint(rest+uint64(One), 10)[1:]
	return sign + strconv.FormatUint(whole, 10) + "." + strings.TrimRight(fraction, "0")
}

// MarshalJSON writes the number digit for digit, never through a float.
func (a Amount) MarshalJSON() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalJSON reads what MarshalJSON wrote.
func (a *Amount) UnmarshalJSON(b []byte) error {
	v, err := ParseAmount(string(b))
	*a = v
	return err
}

// Abs is the amount without its sign.
func (a Amount) Abs() Amount {
	if a < 0 {
		return -a
	}
	return a
}

// Float is the amount for drawing; it may be rounded.
func (a Amount) Float() float64 { return float64(a) / float64(One) }

// sum adds and reports whether the result fits.
func sum(a, b Amount) (Amount, bool) {
	s, _ := bits.Add64(uint64(a), uint64(b), 0)
	c := Amount(s)
	return c, (a < 0) != (b < 0) || (c < 0) == (a < 0)
}

const (
	never  = math.MinInt64 // no event time
	always = math.MaxInt64 // no end
)
