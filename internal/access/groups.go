package access

import (
	"context"
	"slices"

	"konbit.org/konbit/internal/record"
)

// Groups gives what a box of the map shows an actor: how many there are is as
// many as they would find in the list of the same box.
func (d *Door) Groups(ctx context.Context, who Actor, q record.GroupQuery) (record.Groups, error) {
	l := d.look(ctx, who, q.Mission)
	q.Sight = l.sight
	for _, on := range q.Layers {
		if err := l.askable(record.Query{Mission: q.Mission, Kind: on.Kind, Where: on.Where}); err != nil {
			return record.Groups{}, err
		}
	}
	found, err := d.records.Groups(ctx, q)
	if err != nil {
		return record.Groups{}, err
	}
	var told []record.Version
	for i := range found.Groups {
		if err := l.grouped(ctx, &found, &found.Groups[i], &q); err != nil {
			return record.Groups{}, err
		}
		told = append(told, found.Groups[i].Versions...)
	}
	found.Groups = slices.DeleteFunc(found.Groups, func(g record.Group) bool { return g.N == 0 })
	return found, d.noteList(ctx, who, &record.Query{Mission: q.Mission}, told)
}

// grouped makes the versions of a group ready to be shown.
func (l *look) grouped(ctx context.Context, all *record.Groups, g *record.Group, q *record.GroupQuery) error {
	kept := g.Versions[:0]
	for i := range g.Versions {
		v := g.Versions[i]
		ok, err := l.listed(ctx, &v, &record.Query{AsOf: q.AsOf})
		if err != nil {
			return err
		}
		if ok {
			kept = append(kept, v)
			continue
		}
		g.N--
		g.Kinds[v.Kind]--
		all.Kinds[v.Kind]--
	}
	g.Versions = kept
	return nil
}
