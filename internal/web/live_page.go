package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/operations"
)

// livePages are the pages that keep themselves fresh, each with the kinds of which
// a change may change it.
func livePages() map[string][]string {
	return map[string][]string{
		"/{mission}/room":                  {"log", "shift", "flash", "followup", "patrol", "checkin", "post", "signals", "vehicles", "detention"},
		"/{mission}/room/log":              {"log", "shift", "post"},
		"/{mission}/room/flash":            {"flash", "followup"},
		"/{mission}/room/flash/{ref}":      {"flash", "followup", "incident", "log"},
		"/{mission}/room/incidents/{ref}":  {"incident", "flash", "log"},
		"/{mission}/room/patrols":          {"patrol", "checkin"},
		"/{mission}/room/patrols/{ref}":    {"patrol", "checkin", "log"},
		"/{mission}/room/posts":            {"post", "signals", "vehicles"},
		"/{mission}/room/posts/{ref}":      {"post", "signals", "vehicles"},
		"/{mission}/room/detentions":       {"detention"},
		"/{mission}/room/detentions/{ref}": {"detention", "log"},
		"/{mission}/reports":               {"report", "input"},
	}
}

// liveView is what a page that keeps itself fresh must know.
type liveView struct {
	stream string   // address of the stream, for all such pages alike: windows share one
	kinds  string   // those that change this page, with their labels, as JSON
	after  string   // mark of the time before the page was made
	due    string   // when something on it becomes late although nobody does anything
	sounds []string // what must be heard, each by a name that changes when it becomes worse
	minute bool     // something on the page grows older by the minute
}

// looked is what a visit has found out for its page on the way.
type looked struct {
	before    string // mark of the time before the page was made
	next      time.Time
	unread    []operations.Flash // those that are open
	out       []operations.Patrol
	askedRoom [2]bool // flashes, patrols
}

// markFor is the mark from which a page that is made now must hear on.
func (s *site) markFor(rt route) string {
	if s.Live == nil || rt.method != http.MethodGet || livePages()[rt.pattern] == nil {
		return ""
	}
	return s.Live.Mark()
}

// comes notes that something on the page becomes late at a time.
func (v *visit) comes(t time.Time) {
	if t.After(v.now) && (v.next.IsZero() || t.Before(v.next)) {
		v.next = t
	}
}

// openFlashes are the flashes that are open, asked for once a visit.
func (v *visit) openFlashes() ([]operations.Flash, error) {
	if v.askedRoom[0] {
		return v.unread, nil
	}
	var err error
	v.unread, err = v.Room.Flashes.Open(v.r.Context(), v.who, v.mission.ID)
	v.askedRoom[0] = err == nil
	return v.unread, err
}

// openPatrols are the patrols that owe something, asked for once a visit.
func (v *visit) openPatrols() ([]operations.Patrol, error) {
	if v.askedRoom[1] {
		return v.out, nil
	}
	var err error
	v.out, err = v.Room.Patrols.Open(v.r.Context(), v.who, v.mission.ID)
	v.askedRoom[1] = err == nil
	return v.out, err
}

// enliven gives a page of the present what it needs to keep itself fresh, and
// settles what a form about accounts has changed.
func (v *visit) enliven(rt route, p *page) error {
	if v.Live == nil || p == nil {
		return nil
	}
	if rt.method == http.MethodPost && v.mission == nil {
		v.Live.Unsettle()
	}
	kinds := livePages()[rt.pattern]
	if kinds == nil || rt.method != http.MethodGet || p.body == nil || p.status != 0 || v.format != asHTML || v.past() || !v.inRoom() && !v.mayReports() {
		return nil
	}
	l := &liveView{after: v.before}
	if v.inRoom() {
		if err := v.sounding(l); err != nil {
			return err
		}
	}
	if !v.next.IsZero() {
		l.due = iso(v.next)
	}
	words := map[string]string{}
	for _, id := range kinds {
		words[id] = v.kindLabel(id)
	}
	text, err := json.Marshal(words)
	if err != nil {
		return err
	}
	l.kinds = string(text)
	l.stream = link(address(v.mission.ID, "live"), "short", "yes", "kinds", strings.Join(allLive(), ","))
	p.live = l
	p.scripts = append(p.scripts, "live.js")
	return nil
}

// allLive are the kinds of all live pages.
func allLive() (all []string) {
	for _, kinds := range livePages() {
		all = append(all, kinds...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sounding finds what must be heard: a flash that nobody has read in time, and a
// patrol that has not called. Its name changes with each further call that is due,
// so that what was silenced is heard again.
func (v *visit) sounding(l *liveView) error {
	flashes, err := v.openFlashes()
	if err != nil {
		return err
	}
	for i := range flashes {
		c := &flashes[i].Clock
		v.comes(c.Next)
		l.minute = l.minute || c.Owes != ""
		if c.Late && c.Owes == operations.OweAcknowledge {
			l.sounds = append(l.sounds, "flash/"+flashes[i].Ref+"/"+v.num(c.Calls))
		}
	}
	patrols, err := v.openPatrols()
	if err != nil {
		return err
	}
	for i := range patrols {
		c := &patrols[i].Clock
		v.comes(c.Next)
		l.minute = l.minute || c.Owes != ""
		if c.Alarm {
			l.sounds = append(l.sounds, "patrol/"+patrols[i].Ref+"/"+c.Owes+"/"+iso(c.Due))
		}
	}
	return nil
}
