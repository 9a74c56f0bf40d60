package kind

import (
	"regexp"
	"strings"
	"time"
)

// The fields of a kind whose records are numbered without gaps: the series, and
// the record's number in it.
const (
	SeriesField = "series"
	NumberField = "number"
)

// hole is a part of a series that each record fills in.
var hole = regexp.MustCompile(`\{([a-z][a-z0-9-]*)\}`)

// SeriesOf is the series in which a record is numbered: the kind's own pattern,
// such as log/{post}/{year}, with the record's values in it. The year is that of
// the event, or of now where there is none, on the mission's clocks; a field that
// is not stated stands as "-". It is "" for a kind whose records have no numbers.
func (k *Kind) SeriesOf(fields map[string]string, zone *time.Location, now time.Time) string {
	return hole.ReplaceAllStringFunc(k.Numbered, func(part string) string {
		name := strings.Trim(part, "{}")
		if name == "year" {
			if lo, _, err := k.Bounds(fields, zone); err == nil && !lo.IsZero() {
				now = lo
			}
			return now.In(zone).Format("2006")
		}
		if v := fields[name]; v != "" {
			return strings.ReplaceAll(v, "/", "-")
		}
		return "-"
	})
}

// crossSeries holds that a numbered kind has where its numbers stand.
func crossSeries(k *Kind, bad report) {
	if k.Numbered == "" {
		return
	}
	if f, ok := k.own(SeriesField); !ok || f.Type != Text {
		bad(SeriesField, "a numbered kind has a text field of this name")
	}
	if f, ok := k.own(NumberField); !ok || f.Type != Number {
		bad(NumberField, "a numbered kind has a number field of this name")
	}
	for _, m := range hole.FindAllStringSubmatch(k.Numbered, -1) {
		if _, ok := k.own(m[1]); !ok && m[1] != "year" {
			bad(m[1], "numbered names a field that the kind does not have")
		}
	}
}
