package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/lang"
	"konbit.org/konbit/internal/record"
)

// visit is one request being answered: who asks, in which language, of which
// mission, as it stood when.
type visit struct {
	*site
	w       http.ResponseWriter
	r       *http.Request
	who     access.Actor
	self    access.Actor      // who asks, even while looking as the public
	session *accounts.Session // of the browser; nil without one
	program bool              // came with a token of its own instead of a session
	unset   bool              // nobody has an account yet, and somebody sits at this machine
	lapsed  bool              // came with a session that has ended
	sent    url.Values        // what was posted, once it was read
	faults  []kind.Problem    // of what was posted, while its page is shown again
	lang    string
	theme   string // "": as the device says; light, dark, night
	format  format
	mission *Mission // nil on pages of the node
	when    dates
	now     time.Time
	sources map[string]string // titles looked up so far
	looked                    // for its page
	named   map[string]string // posts, the same
	locates bool              // the page asks for a place, which the device may know
}

// visit reads a request. The error is for the visitor; the visit is usable then, too.
func (s *site) visit(w http.ResponseWriter, r *http.Request) (*visit, error) {
	v := &visit{site: s, w: w, r: r, now: s.Now(), who: access.Public(), self: access.Public()}
	query := r.URL.Query()
	v.lang = lang.Pick(r.Header.Get("Accept-Language"), v.cookie("konbit_lang"), query.Get("lang"))
	if query.Has("lang") {
		v.keep("konbit_lang", v.lang)
	}
	v.theme = v.choice(query, "theme", themeIDs()...)
	v.format = v.negotiate()
	if err := v.identify(); err != nil {
		return v, err
	}
	// Looking as the public can only take away, so the address may ask for it.
	if v.choice(query, "as", "public") == "public" {
		v.who = access.Public()
	}
	if id := r.PathValue("mission"); id != "" {
		m, ok := s.missions[id]
		if !ok {
			return v, v.unknownMission(id)
		}
		v.mission = m
	}
	var err error
	v.when, err = readDates(query, v.location())
	return v, err
}

func (v *visit) unknownMission(id string) error {
	var ids []string
	for _, m := range v.Missions {
		ids = append(ids, m.ID)
	}
	return fail.New(fail.NotFound, v.t("web.error.mission", "id", id), v.didYouMean(id, ids, func(near string) string { return "/" + near }))
}

func (v *visit) location() *time.Location {
	if v.mission == nil || v.mission.Location() == nil {
		return time.UTC
	}
	return v.mission.Location()
}

func (v *visit) cookie(name string) string {
	c, err := v.r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

func (v *visit) keep(name, value string) {
	http.SetCookie(v.w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.secure()}) //nolint:gosec // on loopback there is no TLS; a secure cookie would not come back
}

// choice is a setting that the address changes and a cookie keeps. Any other
// value in the address sets it back.
func (v *visit) choice(query url.Values, name string, values ...string) string {
	if query.Has(name) {
		value := query.Get(name)
		if !slices.Contains(values, value) {
			value = ""
		}
		v.keep("konbit_"+name, value)
		return value
	}
	if value := v.cookie("konbit_" + name); slices.Contains(values, value) {
		return value
	}
	return ""
}

// asOf is what was known by the date the visitor asks for.
func (v *visit) asOf() record.AsOf { return record.AsOf{Known: v.when.known} }

// past says that the page does not show the present.
func (v *visit) past() bool {
	return !v.when.lastDay && v.when.atText != "" || v.when.knownText != ""
}

// lastDay turns the front page of a mission that is over to its last day: its
// figures of today would say little. Every link then states that day.
func (v *visit) lastDay() {
	ended, err := edtf.Parse(v.mission.Ended)
	if v.mission.Ended == "" || err != nil || v.when.atText != "" {
		return
	}
	first, _ := ended.Bounds(v.location())
	if !first.Before(v.now) {
		return
	}
	v.when.at = first.Add(-time.Second).In(v.location())
	v.when.atText, v.when.lastDay = v.when.at.Format(time.DateOnly), true
}

// eventDate is the event date in words' terms: the asked one, or now.
func (v *visit) eventDate() time.Time {
	if v.when.at.IsZero() {
		return v.now.In(v.location())
	}
	return v.when.at.In(v.location())
}

func (v *visit) knownDate() time.Time {
	if v.when.known.IsZero() {
		return v.now.In(v.location())
	}
	return v.when.known.In(v.location())
}

// address joins segments to an address without parameters. A segment that ends
// like a format is escaped, so that it is not taken for one.
func address(segments ...string) string {
	var b strings.Builder
	for i, s := range segments {
		e := url.PathEscape(s)
		if rest, suffix := cutSuffix(e); suffix != "" && i == len(segments)-1 {
			e = rest + "%2E" + string(suffix)
		}
		b.WriteString("/" + e)
	}
	return b.String()
}

// link is an address on this site that keeps the visitor's dates and, where the
// address states them, the language; pairs are further parameters, "" leaves one out.
func (v *visit) link(to string, pairs ...string) string {
	keep := url.Values{}
	for _, name := range []string{"at", "known", "lang"} {
		if value := v.r.URL.Query().Get(name); value != "" {
			keep.Set(name, value)
		}
	}
	if v.when.lastDay {
		keep.Set("at", v.when.atText)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if keep.Del(pairs[i]); pairs[i+1] != "" {
			keep.Set(pairs[i], pairs[i+1])
		}
	}
	if len(keep) == 0 {
		return to
	}
	return to + "?" + keep.Encode()
}

// link is an address with parameters; "" leaves one out.
func link(to string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return to
	}
	return to + "?" + query.Encode()
}

// here is this page with parameters changed; "" takes one out. A page cursor
// belongs to the old list and is dropped.
func (v *visit) here(pairs ...string) string {
	query := v.r.URL.Query()
	for _, once := range []string{"after", "theme", "as"} {
		query.Del(once)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if query.Del(pairs[i]); pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	to := v.r.URL.EscapedPath()
	if v.r.Method != http.MethodGet {
		query = url.Values{}
	}
	if len(query) == 0 {
		return to
	}
	return to + "?" + query.Encode()
}

// in is an address inside the visit's mission.
func (v *visit) in(segments ...string) string {
	return v.link(address(append([]string{v.mission.ID}, segments...)...))
}

// recordLink is a record's address.
func (v *visit) recordLink(key record.Key) string {
	if key.Kind == "source" {
		return v.link(address(key.Mission, "sources", key.Ref))
	}
	return v.link(address(key.Mission, "records", key.Kind, key.Ref))
}
