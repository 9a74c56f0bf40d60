package record

import (
	"cmp"
	"context"

	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

// marked is a class as records state it: a marking of "" is that of their kind,
// and an owner of "" the mission.
type marked struct{ marking, owner string }

// of is the class itself, for records of a kind that is marked so where they do
// not say it themselves.
func (m marked) of(usual string) Class {
	return Class{Marking: cmp.Or(m.marking, usual), Owner: cmp.Or(m.owner, "mission")}
}

// markedAs is how a version is marked, and whose it is.
func (s *Store) markedAs(v *Version) marked {
	m := marked{v.Text("marking"), v.Text("owner")}
	if k, ok := s.schema.Kind(v.Mission, v.Kind); ok && m.owner == "" {
		m.owner = v.Text(k.Owner)
	}
	return m
}

// markedFor finds or makes the number of how a row is marked, inside a write
// transaction; as with shelves, one that it makes is kept apart until the commit.
func (s *Store) markedFor(ctx context.Context, tx *store.Tx, r *row) (int64, error) {
	m := s.markedAs(&Version{Key: Key{Mission: r.name.mission, Kind: r.name.kind}, Fields: r.cells})
	if id, ok := s.madeMarked[m]; ok {
		return id, nil
	}
	s.mu.RLock()
	id, ok := s.marked[m]
	s.mu.RUnlock()
	if ok {
		return id, nil
	}
	res, err := tx.Exec(ctx, `INSERT INTO class (marking, owner) VALUES (?, ?)`, m.marking, m.owner)
	if err != nil {
		return 0, err
	}
	id, err = res.LastInsertId()
	if err == nil {
		s.madeMarked[m] = id
	}
	return id, err
}

func readMarked(ctx context.Context, tx *store.Tx) (map[marked]int64, error) {
	rows, err := tx.Query(ctx, `SELECT id, marking, owner FROM class`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[marked]int64{}
	for rows.Next() {
		var id int64
		var m marked
		if err := rows.Scan(&id, &m.marking, &m.owner); err != nil {
			return nil, err
		}
		out[m] = id
	}
	return out, rows.Err()
}

// sameMark reports whether the class that is kept beside a record is the one that its
// newest version states.
func (s *Store) sameMark(ctx context.Context, tx *store.Tx, id int64) (bool, error) {
	var class int64
	if err := tx.QueryRow(ctx, `SELECT class FROM record WHERE id = ?`, id).Scan(&class); err != nil || class == 0 {
		return class == 0, err
	}
	r, err := s.byID(ctx, tx, id, map[string]journal.Value{})
	if err != nil {
		return false, err
	}
	v := s.version(&r)
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.marked[s.markedAs(&v)] == class, nil
}
