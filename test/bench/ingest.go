package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/app"
	"konbit.org/konbit/internal/desk"
	"konbit.org/konbit/internal/journal"
)

type bench struct {
	ctx              context.Context
	dir              string
	entries, writers int
	node             *app.Node
	made             atomic.Int64
	floorRate        float64
	only             string // of the pages, those whose name has it
	as               string // of the readers, those whose name has it
	rounds           int    // how often each asks, at least
}

func (b *bench) line(what string, value any, beside string) {
	fmt.Printf("%-58s %14v  %s\n", what, value, beside)
}

func (b *bench) rate(what string, n int, d time.Duration, beside string) float64 {
	rate := float64(n) / d.Seconds()
	b.line(what, fmt.Sprintf("%.0f /s", rate), beside)
	return rate
}

// words make summaries of about 450 bytes, with common and rare ones.
func words(r *rand.Rand, n int) string {
	text := make([]byte, 0, n+16)
	for len(text) < n {
		// Few words are common and many are rare, as in reports.
		k := int(r.ExpFloat64() * 400)
		text = fmt.Appendf(text, "%c%c%d ", 'a'+k%26, 'a'+k/26%26, k)
	}
	return string(text)
}

// entry is a report or a movement somewhere in five years.
func (b *bench) entry(r *rand.Rand) journal.Entry {
	n := b.made.Add(1)
	at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.Int64N(5 * 365 * 24 * int64(time.Hour))))
	e := journal.Entry{
		Mission: "bench", Op: journal.OpState, Actor: "bench", Source: fmt.Sprintf("src-%d", n%500), Grade: "B2",
		Reported: at.Add(time.Duration(r.Int64N(int64(72 * time.Hour)))).Truncate(time.Millisecond),
	}
	marking := []string{"public", "mission", "owner"}[r.IntN(3)]
	if n%5 == 0 {
		e.Kind, e.Ref = "movement", fmt.Sprintf("MOV-%08d", n)
		e.Fields = texts("at", at.Format(time.DateOnly), "contributor", country(r), "direction", []string{"IN", "OUT", "LEAVE", "RETURN"}[r.IntN(4)],
			"persons", fmt.Sprint(1+r.IntN(40)), "owner", "KEN", "marking", marking, "note", words(r, 420))
		return e
	}
	e.Kind, e.Ref = "incident", fmt.Sprintf("INC-%08d", n)
	category := []string{"CLASH", "CLASH", "CLASH", "SHOOTING", "SHOOTING", "CRASH", "PROTEST", "OTHER"}[r.IntN(8)]
	if r.IntN(10000) == 0 {
		category = "ARSON"
	}
	e.Fields = texts("at", at.Format("2006-01-02T15:04Z07:00"), "category", category, "summary", words(r, 400), "killed", fmt.Sprint(r.IntN(3)),
		"injured", fmt.Sprint(r.IntN(5)), "owner", "mission", "marking", marking,
		"lat", fmt.Sprintf("%.4f", 18+r.Float64()*2), "lon", fmt.Sprintf("%.4f", -74+r.Float64()*2))
	return e
}

func country(r *rand.Rand) string {
	return []string{"KEN", "JAM", "BLZ", "GTM", "SLV", "BHS"}[r.IntN(6)]
}

func texts(pairs ...string) map[string]journal.Value {
	out := make(map[string]journal.Value, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = journal.Value{Text: pairs[i+1]}
	}
	return out
}

// together runs n pieces of work on the writers.
func (b *bench) together(n int, work func(r *rand.Rand) error) (time.Duration, error) {
	var left atomic.Int64
	left.Store(int64(n))
	var once sync.Once
	var first error
	var wg sync.WaitGroup
	start := time.Now()
	for w := range b.writers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), uint64(time.Now().UnixNano())))
			for left.Add(-1) >= 0 {
				if err := work(r); err != nil {
					once.Do(func() { first = err })
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start), first
}

// floor is SQLite alone: the same writers hand rows of 600 bytes to one
// goroutine that commits what is waiting, synchronous=FULL, with the journal's
// own three indexes and nothing else.
func (b *bench) floor() error {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.dir, "floor.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`CREATE TABLE entry (pos INTEGER PRIMARY KEY, id BLOB, id8 INTEGER, node INTEGER, seq INTEGER, body BLOB, UNIQUE (node, seq)) STRICT;
		CREATE INDEX entry_by_id ON entry(id8)`); err != nil {
		return err
	}
	type job struct {
		body []byte
		done chan error
	}
	queue := make(chan job, 256)
	go func() {
		var seq int64
		for first := range queue {
			group := []job{first}
			for len(queue) > 0 {
				group = append(group, <-queue)
			}
			err := func() error {
				tx, err := db.Begin()
				if err != nil {
					return err
				}
				defer tx.Rollback()
				insert, err := tx.Prepare(`INSERT INTO entry (id, id8, node, seq, body) VALUES (?, ?, 1, ?, ?)`)
				if err != nil {
					return err
				}
				for _, j := range group {
					seq++
					if _, err := insert.Exec(j.body[:32], rand.Int64(), seq, j.body); err != nil {
						return err
					}
				}
				return tx.Commit()
			}()
			for _, j := range group {
				j.done <- err
			}
		}
	}()
	n := min(b.entries, 50000)
	d, err := b.together(n, func(r *rand.Rand) error {
		j := job{body: []byte(words(r, 600)), done: make(chan error, 1)}
		queue <- j
		return <-j.done
	})
	close(queue)
	b.floorRate = b.rate("floor: bare SQLite, group commit, 600-byte rows", n, d, "")
	return err
}

// ingest is what Konbit acknowledges: signed, chained, folded, on the disk.
func (b *bench) ingest() error {
	n := min(b.entries/2, 100000)
	d, err := b.together(n, func(r *rand.Rand) error {
		_, err := b.node.Journal.Append(b.ctx, b.entry(r))
		return err
	})
	if err != nil {
		return err
	}
	rate := float64(n) / d.Seconds()
	b.rate("durable ingest, one entry a call", n, d, fmt.Sprintf("%.2f of the floor; goal 5,000/s and 0.50", rate/b.floorRate))
	return nil
}

// fill brings the store to its size in larger calls.
func (b *bench) fill() error {
	const call = 200
	n := (b.entries - int(b.made.Load())) / call
	d, err := b.together(n, func(r *rand.Rand) error {
		batch := make([]journal.Entry, call)
		for i := range batch {
			batch[i] = b.entry(r)
		}
		_, err := b.node.Journal.Append(b.ctx, batch...)
		return err
	})
	b.rate("durable ingest, 200 entries a call", n*call, d, "")
	return err
}

// deskIngest is the whole way in: checked against the kind, compared with what
// is there, sealed where needed.
func (b *bench) deskIngest() error {
	n := min(b.entries/20, 20000)
	var took []time.Duration
	var mu sync.Mutex
	d, err := b.together(n, func(r *rand.Rand) error {
		e := b.entry(r)
		fields := map[string]string{}
		for k, v := range e.Fields {
			fields[k] = v.Text
		}
		start := time.Now()
		out, err := b.node.Desk.Submit(b.ctx, access.Local(), "bench", []desk.Draft{{Kind: "incident", Ref: e.Ref, Fields: incident(fields), Reported: e.Reported}}, desk.Options{})
		if err == nil && out[0].Status != desk.StatusNew {
			err = fmt.Errorf("%s: %v", out[0].Status, out[0].Problems)
		}
		mu.Lock()
		took = append(took, time.Since(start))
		mu.Unlock()
		return err
	})
	if err != nil {
		return err
	}
	slices.Sort(took)
	b.rate("reports through the desk, one a call", n, d, fmt.Sprintf("p50 %v p99 %v", took[len(took)/2].Round(time.Microsecond), took[len(took)*99/100].Round(time.Microsecond)))
	return nil
}

func incident(fields map[string]string) map[string]string {
	if fields["category"] != "" {
		return fields
	}
	return map[string]string{"at": fields["at"], "category": "OTHER", "summary": fields["note"], "marking": fields["marking"]}
}
