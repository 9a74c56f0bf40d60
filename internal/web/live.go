package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/live"
)

// Live tells those who look on what changes: [live.Hub].
type Live interface {
	Join(ctx context.Context, r live.Reader) (*live.Stream, error)
	Recent(ctx context.Context, r live.Reader) (all []live.Change, mark string)
	Once(ctx context.Context, r live.Reader) []byte
	Mark() string
	Unsettle()
}

// liveRoutes are what has changed lately: a page, data, and a stream to who asks
// for one. Each reader is told what the door would let them read.
func (s *site) liveRoutes() []route {
	return []route{{"GET", "/{mission}/live", door(), s.changes}}
}

// mostWanted bounds what a stream may ask for.
const mostWanted = 40

// onlooker is who looks on, and at what, as the address says.
func (v *visit) onlooker() live.Reader {
	query := v.r.URL.Query()
	r := live.Reader{
		Who: v.who, Mission: v.mission.ID, Short: query.Get("short") == "yes",
		Key: "from " + v.household(), Stranger: true, After: query.Get("after"),
	}
	if v.signedIn() {
		r.Key, r.Stranger = "account "+v.self.Name, false
	}
	if v.self.IsLocal() {
		r.Key, r.Stranger = "local", false
	}
	// A browser that comes back by itself says what it has; the address is older.
	if mark := v.r.Header.Get("Last-Event-ID"); mark != "" {
		r.After = mark
	}
	for part := range strings.SplitSeq(query.Get("kinds"), ",") {
		if part != "" && len(r.Kinds) < mostWanted {
			r.Kinds = append(r.Kinds, part)
		}
	}
	return r
}

// changes is what the visitor would have heard in the last minutes, or what they
// hear from now on.
func (s *site) changes(v *visit) (*page, error) {
	if v.Live == nil {
		return s.missing(v)
	}
	r := v.onlooker()
	p := &page{title: v.t("live.title"), bare: true, file: v.mission.ID + "-live"}
	if v.format == asEvents {
		p.events = func() error { return v.stream(r) }
		return p, nil
	}
	all, mark := v.Live.Recent(v.r.Context(), r)
	slices.Reverse(all)
	t := &table{caption: v.t("live.title"), empty: v.t("live.none"), columns: []column{
		{id: "when", label: v.t("room.when"), hxl: "#date+changed"},
		{id: "kind", label: v.t("live.kind"), hxl: "#meta+kind"},
		{id: "ref", label: v.t("live.ref"), main: true, hxl: "#meta+ref"},
	}}
	data := []any{}
	for i := range all {
		c := &all[i]
		data = append(data, c.Data(r.Short))
		t.rows = append(t.rows, []cell{
			v.timeCell(c.When().Truncate(time.Second)), {text: v.kindLabel(c.Kind), raw: c.Kind}, {text: c.Ref, href: v.recordLink(c.Key)},
		})
	}
	p.table, p.body = t, v.changesBody(t)
	p.data = map[string]any{"mark": mark, "changes": data}
	return p, nil
}

// stream writes what is heard until the reader goes, takes too long, is somebody
// else, or the node stops.
func (v *visit) stream(r live.Reader) error {
	h := v.w.Header()
	if v.r.URL.Query().Get("once") == "yes" {
		h.Set("Content-Type", "text/event-stream; charset=utf-8")
		_, err := v.w.Write(v.Live.Once(v.r.Context(), r)) //nolint:gosec // JSON in an event stream: no browser reads it as a page
		return err
	}
	s, err := v.Live.Join(v.r.Context(), r)
	if err != nil {
		v.format = asJSON
		return v.write(v.problem(v.crowded(err)))
	}
	defer s.Leave()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // a proxy must not gather what is said
	to := http.NewResponseController(v.w)
	// The limit is for forms and sheets that are sent; here nothing more comes.
	_ = to.SetReadDeadline(time.Time{})
	beat := time.NewTicker(live.Beat)
	defer beat.Stop()
	for {
		chunks, over := v.hear(s, beat.C)
		for _, chunk := range chunks {
			if _, err := v.w.Write(chunk); err != nil { //nolint:gosec // as above
				return nil // the reader is gone: nothing is wrong
			}
		}
		if err := to.Flush(); err != nil || over {
			return nil
		}
	}
}

// hear waits for the next thing to write; over says that it is the last.
func (v *visit) hear(s *live.Stream, beat <-chan time.Time) (chunks [][]byte, over bool) {
	select {
	case <-v.r.Context().Done():
		return nil, true
	case <-beat:
		if !v.still() {
			return [][]byte{bye(live.OverWho)}, true
		}
		return [][]byte{s.Beat()}, false
	case <-s.Ready():
	}
	chunks, unsure, why := s.Take()
	switch {
	case unsure && !v.still():
		return [][]byte{bye(live.OverWho)}, true
	case why != "":
		return [][]byte{bye(why)}, true
	}
	return chunks, false
}

func bye(why string) []byte { return []byte("event: bye\ndata: {\"why\":\"" + why + "\"}\n\n") }

// crowded says in words why there is no room for a stream.
func (v *visit) crowded(err error) error {
	code := http.StatusServiceUnavailable
	if errors.Is(err, live.ErrMany) {
		code = http.StatusTooManyRequests
	}
	return statusError{code: code, retry: 30, err: fail.New(fail.Unavailable, v.t("live.full"), v.t("live.full.hint"))}
}

// still reports whether the visitor is who they were when they came, and may do
// the same.
func (v *visit) still() bool {
	again := *v
	if err := again.identify(); err != nil {
		return false
	}
	return again.self.Name == v.self.Name && slices.EqualFunc(again.self.Grants, v.self.Grants, sameGrant)
}

func sameGrant(a, b access.Grant) bool {
	return a.Role == b.Role && a.Mission == b.Mission && a.Owner == b.Owner && a.Post == b.Post && a.Person == b.Person &&
		a.From.Equal(b.From) && a.Until.Equal(b.Until)
}

// byItself reports whether no person asks but a page that keeps itself fresh: that
// does not count as using a session.
func (v *visit) byItself() bool {
	return v.format == asEvents || v.r.Header.Get("Konbit-Refresh") != ""
}
