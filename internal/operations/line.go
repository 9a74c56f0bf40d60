package operations

import (
	"regexp"
	"strings"
	"time"

	"konbit.org/konbit/internal/dtg"
)

// Line is a log line as somebody typed it, taken apart.
type Line struct {
	At       time.Time // zero where the line does not say when
	From, To string
	Text     string
	About    string // ref of what it belongs to
	Open     bool   // somebody must still do something about it
}

var (
	clockFirst = regexp.MustCompile(`^(\d{2}):?(\d{2})(?:[ ,.]+|$)`)
	groupFirst = regexp.MustCompile(`^(?i)(\d{6}[A-IK-Z] ?[A-Z]{3} ?\d{2})(?:[ ,.:]+|$)`)
	aboutLast  = regexp.MustCompile(`(?:^|\s)#([A-Za-z0-9][A-Za-z0-9._-]{1,79})$`)
	talk       = regexp.MustCompile(`^([^:>]{1,120}?)\s*>\s*([^:>]{1,120}?)\s*:\s*`)
)

// ParseLine takes a line apart. What it may hold besides its words, in this order:
//
//	! at the very beginning or end: somebody must follow it up
//	0312 or 03:12, the last time the clock showed that; or 251630QMAR25
//	PATROL 2 > HQ:  who said it to whom
//	#INC-7K3F-29QX  at the end: what it belongs to
//
// Everything else is the text, as it was typed. now is what the clock shows, zone
// the mission's.
func ParseLine(typed string, now time.Time, zone *time.Location) Line {
	text := strings.Join(strings.Fields(typed), " ")
	var l Line
	text, l.Open = cutMark(text)
	if m := aboutLast.FindStringSubmatchIndex(text); m != nil {
		l.About = text[m[2]:m[3]]
		text = strings.TrimSpace(text[:m[0]])
		var again bool
		text, again = cutMark(text)
		l.Open = l.Open || again
	}
	text = l.cutTime(text, now, zone)
	if m := talk.FindStringSubmatch(text); m != nil {
		l.From, l.To = m[1], m[2]
		text = text[len(m[0]):]
	}
	l.Text = text
	return l
}

// cutMark takes a lone exclamation mark off either end.
func cutMark(text string) (string, bool) {
	if rest, ok := strings.CutPrefix(text, "! "); ok {
		return strings.TrimSpace(rest), true
	}
	if rest, ok := strings.CutSuffix(text, " !"); ok {
		return strings.TrimSpace(rest), true
	}
	return text, false
}

// cutTime takes the time of the event off the beginning.
func (l *Line) cutTime(text string, now time.Time, zone *time.Location) string {
	if m := groupFirst.FindStringSubmatch(text); m != nil {
		if at, err := dtg.Parse(strings.ReplaceAll(strings.ToUpper(m[1]), " ", "")); err == nil {
			l.At = at.UTC()
			return text[len(m[0]):]
		}
	}
	m := clockFirst.FindStringSubmatch(text)
	if m == nil || m[1] > "23" || m[2] > "59" {
		return text
	}
	local := now.In(zone)
	hour, minute := int(m[1][0]-'0')*10+int(m[1][1]-'0'), int(m[2][0]-'0')*10+int(m[2][1]-'0')
	at := time.Date(local.Year(), local.Month(), local.Day(), hour, minute, 0, 0, zone)
	if at.After(now.Add(aheadOfClock)) { // said after midnight of what was before
		at = time.Date(local.Year(), local.Month(), local.Day()-1, hour, minute, 0, 0, zone)
	}
	l.At = at.UTC()
	return text[len(m[0]):]
}
