package mission

import (
	"time"
)

// Rhythm is by when what is due in a mission, where it departs from the common
// practice. Whatever it leaves out is as usual.
type Rhythm struct {
	Flash   FlashRhythm   `yaml:"flash"`
	Patrols PatrolRhythm  `yaml:"patrols"`
	Custody CustodyRhythm `yaml:"custody"`
}

// FlashRhythm is the rhythm of flash reports. Stretches are written 10m or 2h30m.
type FlashRhythm struct {
	First       string `yaml:"first"`       // from the event to the flash
	Acknowledge string `yaml:"acknowledge"` // unread so long, and the next one is called
	Written     string `yaml:"written"`     // from the flash to the written report
	Every       string `yaml:"every"`       // from one follow-up to the next, until it is closed
	Chain       []Text `yaml:"chain"`       // who is called, one after the other, with their numbers
}

// PatrolRhythm is the rhythm of patrols.
type PatrolRhythm struct {
	Check  string `yaml:"check"`  // from one call to the next
	Grace  string `yaml:"grace"`  // from what is due to the alarm
	Report string `yaml:"report"` // from the return to the report
}

// CustodyRhythm is how long the mission may hold a person before the host's
// police have taken them.
type CustodyRhythm struct {
	HandOver string `yaml:"hand-over"`
	Minor    string `yaml:"minor"` // the same for somebody who is not of age
}

// maxSpan keeps a slip of the finger from silencing an alarm for years.
const maxSpan = 30 * 24 * time.Hour

// Span is a stretch as mission.yaml writes it, or the usual one where it is left out.
func Span(said string, usual time.Duration) time.Duration {
	d, err := time.ParseDuration(said)
	if said == "" || err != nil || d <= 0 { // a bad one was refused when the file was read
		return usual
	}
	return d
}

// rhythm holds that every stretch is one that a clock can keep.
func (c *checker) rhythm() {
	r := &c.m.Rhythm
	for _, s := range []struct{ key, said string }{
		{"flash.first", r.Flash.First},
		{"flash.acknowledge", r.Flash.Acknowledge},
		{"flash.written", r.Flash.Written},
		{"flash.every", r.Flash.Every},
		{"patrols.check", r.Patrols.Check},
		{"patrols.grace", r.Patrols.Grace},
		{"patrols.report", r.Patrols.Report},
		{"custody.hand-over", r.Custody.HandOver},
		{"custody.minor", r.Custody.Minor},
	} {
		if s.said == "" {
			continue
		}
		if d, err := time.ParseDuration(s.said); err != nil || d < time.Minute || d > maxSpan {
			c.bad("rhythm", "%s %q: write minutes or hours, as 30m or 2h; 720h at most", s.key, s.said)
		}
	}
	for i, who := range r.Flash.Chain {
		if len(who) == 0 || i >= maxChain {
			c.bad("rhythm", "flash.chain: name one to %d people to call", maxChain)
			return
		}
		c.text("rhythm", who)
	}
}

// maxChain is how long a chain of calls may be: after so many the first one has
// had time to answer.
const maxChain = 9

// Called is who is called at a step of the mission's own chain, the first being 1.
func (r FlashRhythm) Called(step int, lang string) (string, bool) {
	if step < 1 || len(r.Chain) == 0 {
		return "", false
	}
	return r.Chain[min(step, len(r.Chain))-1].In(lang), true
}
