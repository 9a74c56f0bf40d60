package web

import (
	"bytes"
	"encoding/xml"
	"strings"
	"time"

	"konbit.org/konbit/internal/record"
)

// feed is an Atom feed (RFC 4287).
type feed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  feedAuthor  `xml:"author"`
	Links   []feedLink  `xml:"link"`
	Entries []feedEntry `xml:"entry"`
}

type feedAuthor struct {
	Name string `xml:"name"`
}

type feedLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type feedEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    feedLink `xml:"link"`
	Summary string   `xml:"summary"`
}

func (f *feed) write(w *bytes.Buffer) error {
	w.WriteString(xml.Header)
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	return e.Encode(f)
}

// corrections lists what was put right, when and why.
func (s *site) corrections(v *visit) (*page, error) {
	steps, err := s.Changer.Changes(v.r.Context(), v.who, ChangeQuery{Mission: v.mission.ID, AsOf: v.asOf(), Corrections: true, Limit: 100})
	if err != nil {
		return nil, err
	}
	t := &table{columns: []column{{id: "reported", hxl: "#date+reported"}, {id: "kind"}, {id: "ref", hxl: "#meta+id"}, {id: "field"}, {id: "old"}, {id: "new"}, {id: "reason"}, {id: "source", hxl: "#meta+source"}, {id: "grade", hxl: "#meta+grade"}}}
	views := make([]correctionView, 0, len(steps))
	for i := range steps {
		st := &steps[i]
		k, ok := v.mission.Kinds.Get(st.Kind)
		if !ok {
			continue
		}
		views = append(views, correctionView{v.title(&st.Version), v.in5(k.Label), v.recordLink(st.Key), v.step(k, st)})
		for _, c := range st.Changed {
			t.rows = append(t.rows, []cell{
				{text: iso(st.KnownFrom)},
				{text: st.Kind},
				{text: st.Ref},
				{text: c.Field},
				{text: c.Old.Text},
				{text: c.New.Text},
				{text: st.Entry.Reason},
				{text: st.Entry.Source},
				{text: st.Entry.Grade},
			})
		}
	}
	p := &page{title: v.t("web.changes.title"), body: v.correctionsBody(views), table: t, data: rowsAsData(t), feed: v.feed(steps, views), file: v.mission.ID + "-corrections"}
	if len(steps) > 0 {
		p.corrected = steps[0].KnownFrom
	}
	return p, nil
}

type correctionView struct {
	title, kind, href string
	step              stepView
}

func (v *visit) feed(steps []record.Step, views []correctionView) *feed {
	base := "http://" + v.r.Host
	if v.r.TLS != nil {
		base = "https://" + v.r.Host
	}
	f := &feed{
		Lang: v.lang, ID: base + address(v.mission.ID, "corrections"), Title: v.t("web.changes.title") + " — " + v.in5(v.mission.Title),
		Updated: v.now.UTC().Format(time.RFC3339), Author: feedAuthor{"Konbit"},
		Links: []feedLink{
			{Rel: "self", Type: "application/atom+xml", Href: base + address(v.mission.ID, "corrections") + ".atom"},
			{Rel: "alternate", Type: "text/html", Href: base + address(v.mission.ID, "corrections")},
		},
	}
	if len(steps) > 0 {
		f.Updated = iso(steps[0].KnownFrom)
	}
	for i := range views {
		var said []string
		for _, c := range views[i].step.changes {
			said = append(said, v.t("web.pair", "name", c.label, "value", c.old.text+" → "+c.new.text))
		}
		if views[i].step.reason != "" {
			said = append(said, views[i].step.reason)
		}
		if len(said) == 0 {
			said = []string{views[i].step.said}
		}
		f.Entries = append(f.Entries, feedEntry{
			ID: "urn:sha256:" + views[i].step.entry, Title: v.t("web.pair", "name", views[i].kind, "value", views[i].title),
			Updated: iso(steps[i].KnownFrom), Link: feedLink{Rel: "alternate", Href: base + views[i].href}, Summary: strings.Join(said, "; "),
		})
	}
	return f
}
