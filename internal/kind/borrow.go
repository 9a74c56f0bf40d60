package kind

import (
	"time"
)

// Nearest gives the candidate that somebody may have meant by s, or "" when none
// is near. It is how every "did you mean" is found.
func Nearest(s string, candidates []string) string { return nearest(s, candidates) }

// Code reads a code of a choice of the kind as a sheet's cell is read: by its id,
// in any case, or by its name in any of the languages. near is the code that may
// have been meant where it cannot be read. A field that is no choice, or that the
// kind does not have, takes any value as it stands.
func (k *Kind) Code(field, value string) (id, near string, ok bool) {
	f, has := k.Field(field)
	if !has || f.Type != Choice {
		return value, "", true
	}
	c := checker{kind: k}
	id, problem, args := c.code(f, value)
	return id, args["nearest"], problem == ""
}

// Mapped reads a date by a format of a mapping file, such as dd/MM/yyyy or
// d MMM yyyy HH:mm, and gives it as [Kind.Check] takes it: a day, or a time
// without an offset. It gives false when s is not written so.
func Mapped(s, format string) (string, bool) {
	t, withTime, ok := readMapped(clean(s), format)
	if !ok {
		return "", false
	}
	if !withTime {
		return t.Format(time.DateOnly), true
	}
	return t.Format("2006-01-02T15:04:05"), true
}
