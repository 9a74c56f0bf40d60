package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/store"
)

// pageSize is how many entries All reads in one snapshot. A snapshot held for
// the whole journal would keep the write-ahead log from being emptied.
const pageSize = 512

// raw is an entry as its row says it, believed in nothing.
type raw struct {
	pos, id8, node, seq int64
	id, body, sig       []byte
}

// decode makes a Stored of a row.
func (r *raw) decode() (Stored, error) {
	e, err := Decode(r.body)
	if err != nil {
		return Stored{}, fail.Wrap(fail.Damaged, err, fmt.Sprintf("entry at position %d", r.pos), "konbit verify --data DIR")
	}
	s := Stored{Entry: e, Pos: r.pos, Signature: r.sig, Size: len(r.body)}
	copy(s.ID[:], r.id)
	return s, nil
}

// Get finds an entry by its id; [fail.NotFound] when it is not here.
func (j *Journal) Get(ctx context.Context, id ID) (s Stored, err error) {
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		s, err = Find(ctx, tx, id)
		return err
	})
	return s, err
}

// Find is Get inside a transaction, as a [Folder] needs it.
func Find(ctx context.Context, tx *store.Tx, id ID) (Stored, error) {
	r := raw{id: id[:]}
	err := tx.QueryRow(ctx, "SELECT pos, body, sig FROM entry WHERE id8 = ? AND id = ?", id.id8(), id[:]).Scan(&r.pos, &r.body, &r.sig)
	return found(r, err)
}

// At gives the entry at a position, inside a transaction; [fail.NotFound] when
// there is none.
func At(ctx context.Context, tx *store.Tx, pos int64) (Stored, error) {
	r := raw{pos: pos}
	err := tx.QueryRow(ctx, "SELECT id, body, sig FROM entry WHERE pos = ?", pos).Scan(&r.id, &r.body, &r.sig)
	return found(r, err)
}

func found(r raw, err error) (Stored, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return Stored{}, fail.New(fail.NotFound, "no such entry in this journal", "")
	}
	if err != nil {
		return Stored{}, fmt.Errorf("read an entry: %w", err)
	}
	return r.decode()
}

// Count is the number of entries, which is also the last position.
func (j *Journal) Count(ctx context.Context) (n int64, err error) {
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "SELECT coalesce(max(pos), 0) FROM entry").Scan(&n)
	})
	return n, err
}

// All calls fn for each entry from position from on (1 is the first), in order,
// up to the last there is when All is called. Reading and decoding run ahead of
// fn. It stops at the first error, which it returns.
func (j *Journal) All(ctx context.Context, from int64, fn func(Stored) error) error {
	last, err := j.Count(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	pages := make(chan *page, runtime.GOMAXPROCS(0)+1)
	readErr := make(chan error, 1)
	go func() {
		defer close(pages)
		readErr <- j.pages(ctx, from, last, pages)
	}()
	defer func() { // leave no goroutine behind
		cancel()
		for p := range pages {
			<-p.done
		}
	}()
	for p := range pages {
		<-p.done
		for i := range p.stored {
			if err := fn(p.stored[i]); err != nil {
				return err
			}
		}
		if p.err != nil {
			return p.err
		}
	}
	return <-readErr
}

// page is a run of entries being decoded.
type page struct {
	raws   []raw
	stored []Stored
	err    error
	done   chan struct{}
}

// pages reads entries from..last and sends them on, each page decoding beside
// the next one's reading.
func (j *Journal) pages(ctx context.Context, from, last int64, to chan<- *page) error {
	for from <= last {
		raws, err := j.rows(ctx, from, last)
		if err != nil || len(raws) == 0 {
			return err
		}
		from = raws[len(raws)-1].pos + 1
		p := &page{raws: raws, done: make(chan struct{})}
		go p.decode()
		select {
		case to <- p:
		case <-ctx.Done():
			<-p.done
			return ctx.Err()
		}
	}
	return nil
}

func (p *page) decode() {
	defer close(p.done)
	p.stored = make([]Stored, 0, len(p.raws))
	for i := range p.raws {
		s, err := p.raws[i].decode()
		if err != nil {
			p.err = err
			return
		}
		p.stored = append(p.stored, s)
	}
}

// rows reads the next page of rows at positions from..last, without the columns
// that only repeat the body.
func (j *Journal) rows(ctx context.Context, from, last int64) (raws []raw, err error) {
	const query = "SELECT pos, id, body, sig FROM entry WHERE pos BETWEEN ? AND ? ORDER BY pos LIMIT +?"
	// The driver watches for the end of a context at some cost for each row.
	unwatched := context.WithoutCancel(ctx)
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(unwatched, query, from, last, pageSize)
		if err != nil {
			return err
		}
		defer rows.Close()
		raws = make([]raw, 0, min(pageSize, last-from+1))
		for rows.Next() {
			var r raw
			if err := rows.Scan(&r.pos, &r.id, &r.body, &r.sig); err != nil {
				return err
			}
			raws = append(raws, r)
		}
		return rows.Err()
	})
	return raws, err
}
