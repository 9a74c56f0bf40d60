package web

import (
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"
)

type language struct{ code, name string }

// languages name themselves, so that each is found by those who read it.
func languages() []language {
	return []language{{"en", "English"}, {"fr", "Français"}, {"ht", "Kreyòl ayisyen"}, {"es", "Español"}, {"sw", "Kiswahili"}}
}

// shape is the sign of a verdict or state: colours are not seen by all.
func shape(kind string) string {
	switch kind {
	case "agrees", "live":
		return "✓"
	case "rounded":
		return "≈"
	case "disagrees":
		return "≠"
	case "incomparable":
		return "∦"
	case "conflict", "stale", "alarm":
		return "!"
	case "struck", "withdrawn":
		return "×"
	case "open":
		return "○"
	case "hold":
		return "◐"
	case "sealed", "erased", "closed":
		return "■"
	default:
		return "?"
	}
}

func (v *visit) headTitle(p *page) string {
	parts := []string{p.title}
	if v.mission != nil && p.title != v.in5(v.mission.Title) {
		parts = append(parts, v.in5(v.mission.Title))
	}
	return strings.Join(append(parts, "Konbit"), " — ")
}

type navItem struct {
	label, href string
	current     bool
	class       string
}

func (v *visit) sections() []navItem {
	var items []navItem
	for _, s := range []struct{ key, segment string }{
		{"web.nav.front", ""},
		{"room.nav", "room"}, // first for whom it is work: on a phone the rest scrolls
		{"report.nav", "reports"},
		{"cell.nav.board", "casualties"},
		{"web.nav.figures", "figures"},
		{"web.nav.claims", "claims"},
		{"web.nav.records", "records"},
		{"web.nav.map", "map"},
		{"web.nav.corrections", "corrections"},
		{"cell.nav.accounted", "accounted"},
		{"web.nav.find", "search"},
	} {
		if s.segment == "casualties" && !v.onBoard() || s.segment == "room" && !v.inRoom() || s.segment == "reports" && !v.mayReports() {
			continue
		}
		to, mine := v.in(), v.r.URL.Path == "/"+v.mission.ID
		if s.segment != "" {
			to, mine = v.in(s.segment), strings.HasPrefix(v.r.URL.Path+"/", "/"+v.mission.ID+"/"+s.segment+"/")
		}
		if s.segment == "records" && strings.HasPrefix(v.r.URL.Path, "/"+v.mission.ID+"/sources/") {
			mine = true
		}
		item := navItem{label: v.t(s.key), href: to, current: mine}
		if s.segment == "search" {
			item.class = "narrow-only" // the search field stands beside it where there is room
		}
		items = append(items, item)
	}
	return items
}

// as is this page in another form.
func (v *visit) as(f format) string {
	path := v.r.URL.EscapedPath()
	if path == "/" {
		path = "/index"
	}
	query := v.r.URL.Query()
	for _, own := range []string{"theme", "as"} {
		query.Del(own)
	}
	if len(query) == 0 {
		return path + "." + string(f)
	}
	return path + "." + string(f) + "?" + query.Encode()
}

// permanent is the address under which this very page can be cited: both dates
// are written out, so that it says tomorrow what it says today.
func (v *visit) permanent() string {
	query := v.r.URL.Query()
	for _, own := range []string{"theme", "as", "lang"} {
		query.Del(own)
	}
	query.Set("at", v.eventDate().Format(time.RFC3339))
	query.Set("known", v.knownDate().Format(time.RFC3339))
	scheme := "http://"
	if v.r.TLS != nil {
		scheme = "https://"
	}
	return scheme + v.r.Host + v.r.URL.EscapedPath() + "?" + readable(query)
}

// readable encodes a query but leaves colons as they are, which may stand there.
func readable(query url.Values) string { return strings.ReplaceAll(query.Encode(), "%3A", ":") }

// dayBefore is the day before t, on the mission's clocks.
func (v *visit) dayBefore(t time.Time) string {
	return t.In(v.location()).AddDate(0, 0, -1).Format(time.DateOnly)
}

func dateInput(text string) string {
	if plainDay(text) {
		return "date"
	}
	return "text"
}

// kept are parameters of the address, to be carried through a form.
func (v *visit) kept(names ...string) []crumb {
	var all []crumb
	for _, name := range names {
		for _, value := range v.r.URL.Query()[name] {
			all = append(all, crumb{name, value})
		}
	}
	return all
}

func (v *visit) keptBut(names ...string) []crumb {
	query := v.r.URL.Query()
	var keys []string
	for name := range query {
		if !slices.Contains(names, name) {
			keys = append(keys, name)
		}
	}
	sort.Strings(keys)
	return v.kept(keys...)
}

func (v *visit) homeLink() string {
	if v.mission != nil {
		return v.in()
	}
	return v.link("/")
}
