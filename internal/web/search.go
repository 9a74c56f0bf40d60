package web

import (
	"strings"

	"konbit.org/konbit/internal/record"
)

// search looks for words in all kinds of a mission.
func (s *site) search(v *visit) (*page, error) {
	text := strings.TrimSpace(v.r.URL.Query().Get("q"))
	t := v.evidenceTable(nil)
	p := &page{title: v.t("web.search.title"), table: t}
	if text == "" {
		p.body = v.searchBody(text, t, record.Total{}, "")
		p.data = map[string]any{"q": text, "count": 0, "records": []any{}}
		return p, nil
	}
	q := v.listQuery("")
	q.Text, q.Limit, q.After = text, onPage, v.r.URL.Query().Get("after")
	list, err := v.Lister.List(v.r.Context(), v.who, q)
	if err != nil {
		return nil, err
	}
	n, err := v.Lister.Count(v.r.Context(), v.who, q)
	if err != nil {
		return nil, err
	}
	p.table = v.evidenceTable(list.Versions)
	p.table.caption, p.table.empty = p.title, v.t("web.search.none", "text", text)
	next := ""
	if list.Next != "" {
		next = v.here("after", list.Next)
	}
	p.body = v.searchBody(text, p.table, n, next)
	p.data = map[string]any{"q": text, "count": n.N, "more": n.More, "records": v.versions(list.Versions), "next": list.Next}
	p.geo = v.featuresIfAny(list.Versions)
	return p, nil
}

func (v *visit) featuresIfAny(list []record.Version) any {
	for i := range list {
		if _, ok := position(&list[i]); ok {
			return v.features(list)
		}
	}
	return nil
}
