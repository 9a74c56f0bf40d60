package web

import (
	"strconv"
	"strings"

	"konbit.org/konbit/internal/accounts"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/record"
)

// auditPage is what was read, given and signed in, the newest first.
type auditPage struct {
	table      *table
	who, about string
	mission    string
	missions   []option
	older      string
}

const (
	auditStep = 200
	auditMost = 5000
)

func (s *site) audit(v *visit) (*page, error) {
	if err := v.needAccounts(); err != nil {
		return nil, err
	}
	query := v.r.URL.Query()
	b := auditPage{who: canonical(query.Get("who")), about: strings.TrimSpace(query.Get("about")), mission: query.Get("mission")}
	for i := range v.Missions {
		b.missions = append(b.missions, option{v.Missions[i].ID, v.in5(v.Missions[i].Title)})
	}
	if b.mission == "" && len(v.Missions) > 0 {
		b.mission = v.Missions[0].ID
	}
	if _, ok := s.missions[b.mission]; !ok {
		return nil, v.unknownMission(b.mission)
	}
	limit := auditStep
	if n, err := strconv.Atoi(query.Get("rows")); err == nil {
		limit = min(max(n, 1), auditMost)
	}
	all, err := v.readings(b, limit)
	if err != nil {
		return nil, err
	}
	if len(all) >= limit && limit < auditMost {
		b.older = v.here("rows", strconv.Itoa(min(limit*5, auditMost)))
	}
	kept := all[:0]
	for _, r := range all {
		if (b.who == "" || r.Who == b.who) && (b.about == "" || r.About.Ref == b.about || r.Person == b.about || r.About.Kind+"/"+r.About.Ref == b.about) {
			kept = append(kept, r)
		}
	}
	b.table = v.readingTable(kept)
	data := []map[string]any{}
	for _, r := range kept {
		data = append(data, map[string]any{
			"at": iso(r.At), "who": r.Who, "event": r.Event, "mission": r.About.Mission, "kind": r.About.Kind, "ref": r.About.Ref, "person": r.Person, "rows": r.Rows, "how": r.How,
		})
	}
	return &page{title: v.t("people.audit.title"), bare: true, secret: true, table: b.table, data: map[string]any{"readings": data}, file: "audit", body: v.auditBody(b)}, nil
}

// readings asks for one record where it is named in full, else for the newest.
func (v *visit) readings(b auditPage, limit int) ([]accounts.Reading, error) {
	kind, ref, whole := strings.Cut(b.about, "/")
	if !whole {
		return v.Accounts.Readings(v.r.Context(), v.who, b.mission, limit)
	}
	all, err := v.Accounts.WhoRead(v.r.Context(), v.who, record.Key{Mission: b.mission, Kind: kind, Ref: ref})
	if fail.Is(err, fail.NotFound) {
		return nil, nil
	}
	return all[:min(len(all), limit)], err
}

func (v *visit) readingTable(all []accounts.Reading) *table {
	t := &table{caption: v.t("people.audit.title"), empty: v.t("people.audit.none"), columns: []column{
		{id: "at", label: v.t("people.audit.when"), main: true},
		{id: "who", label: v.t("people.audit.who")},
		{id: "event", label: v.t("people.audit.what")},
		{id: "about", label: v.t("people.audit.about")},
		{id: "note", label: v.t("people.audit.note")},
	}}
	for _, r := range all {
		about := cell{}
		if r.About.Ref != "" {
			about.text = r.About.Kind + " " + r.About.Ref
			if r.About.Kind == "account" {
				about.text = r.About.Ref
			} else {
				about.href = address(r.About.Mission, "records", r.About.Kind, r.About.Ref)
			}
		} else if r.About.Kind != "" {
			about.text = r.About.Kind
		}
		note := v.wayWord(r.How)
		if r.Rows > 0 {
			note = strings.TrimSpace(note + " " + v.n("web.count.records", int(r.Rows)))
		}
		t.rows = append(t.rows, []cell{
			{text: v.stamp(r.At), raw: iso(r.At)}, {text: r.Who}, {text: v.eventWord(r.Event), raw: r.Event}, about, {text: note},
		})
	}
	return t
}
