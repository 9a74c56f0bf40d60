package mission

import (
	"regexp"
	"time"
)

// Reports is the rhythm of the mission's situation reports, and who they are from
// and for. Times are "hh:mm" on the mission's clocks; what is left out is as usual.
type Reports struct {
	Originator string `yaml:"originator"` // begins each number: HQ where left out
	Precedence string `yaml:"precedence"` // of a report that states none: ROUTINE where left out
	To         Text   `yaml:"to"`
	Info       Text   `yaml:"info"`
	Input      string `yaml:"input"`   // the posts' parts: 17:00
	CutOff     string `yaml:"cut-off"` // a period ends and the next begins: 18:00
	Remind     string `yaml:"remind"`  // the duty officer is told that it is not out: 19:45
	Issue      string `yaml:"issue"`   // it is out: 20:00
}

// originatorPattern is what a number may begin with: MSS/HQ.
var originatorPattern = regexp.MustCompile(`^[A-Z][A-Z0-9]*([/-][A-Z0-9]+)*$`)

// usualTimes are common practice.
func usualTimes() Reports {
	return Reports{Originator: "HQ", Precedence: "ROUTINE", Input: "17:00", CutOff: "18:00", Remind: "19:45", Issue: "20:00"}
}

// Reporting is what mission.yaml says of reports, with the usual where it is silent.
func (m *Mission) Reporting() Reports {
	r, usual := m.Reports, usualTimes()
	for _, f := range []struct{ mine, usual *string }{
		{&r.Originator, &usual.Originator},
		{&r.Precedence, &usual.Precedence},
		{&r.Input, &usual.Input},
		{&r.CutOff, &usual.CutOff},
		{&r.Remind, &usual.Remind},
		{&r.Issue, &usual.Issue},
	} {
		if *f.mine == "" {
			*f.mine = *f.usual
		}
	}
	return r
}

// SinceMidnight reads a time of day, as "19:45".
func SinceMidnight(text string) (time.Duration, bool) {
	t, err := time.Parse("15:04", text)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err == nil
}

// reports holds that times are times, and in their order: what comes after the
// report is out is no reminder of it.
func (c *checker) reports() {
	r := c.m.Reporting()
	if !originatorPattern.MatchString(r.Originator) {
		c.bad("reports", "originator %q: write capital letters and digits, joined by / or -, as MSS/HQ", r.Originator)
	}
	switch r.Precedence {
	case "ROUTINE", "PRIORITY", "IMMEDIATE", "FLASH":
	default:
		c.bad("reports", "precedence %q is not one of ROUTINE, PRIORITY, IMMEDIATE, FLASH", r.Precedence)
	}
	for key, text := range map[string]Text{"reports.to": r.To, "reports.info": r.Info} {
		if text != nil {
			c.text(key, text)
		}
	}
	last := time.Duration(-1)
	for _, f := range []struct{ key, text string }{{"input", r.Input}, {"cut-off", r.CutOff}, {"remind", r.Remind}, {"issue", r.Issue}} {
		d, ok := SinceMidnight(f.text)
		switch {
		case !ok:
			c.bad("reports", "%s %q: write hours and minutes, as 19:45", f.key, f.text)
		case d < last:
			c.bad("reports", "%s %q comes before what must be done before it: input, cut-off, remind, issue", f.key, f.text)
		default:
			last = d
		}
	}
}
