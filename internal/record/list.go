package record

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

// How many records a page has when nobody says, and at most.
const (
	DefaultLimit = 50
	MaxLimit     = 1000
)

// List gives a page of records. A list as known now comes from an index; one as
// known on another date walks the timeline; one by recorded time folds anew.
func (s *Store) List(ctx context.Context, q Query) (Page, error) {
	if q.Limit <= 0 {
		q.Limit = DefaultLimit
	}
	q.Limit = min(q.Limit, MaxLimit)
	l, err := s.listing(q)
	if err != nil || l.blind {
		return Page{}, err
	}
	page, err := s.page(ctx, l)
	if err == nil && len(page.Versions) == 0 && q.After == "" && !l.prefix && l.beginning() {
		page, err = s.page(ctx, l)
	}
	if page.Next != "" && l.prefix {
		page.Next = prefixMark + page.Next
	}
	return page, err
}

// beginning turns a search for whole words that found nothing into one for the
// beginning of its last word. Asked the other way round, every search would
// read all words that begin like its last one.
func (l *listing) beginning() bool {
	if len(l.words) == 0 || len(l.words[len(l.words)-1]) < minPrefix {
		return false
	}
	l.prefix = true
	return true
}

// prefixMark stands before the page mark of a search for a beginning.
const prefixMark = "~"

func (s *Store) page(ctx context.Context, l *listing) (Page, error) {
	if !l.Recorded.IsZero() {
		return s.listRecorded(ctx, l)
	}
	var page Page
	var next candidates
	way := func() (err error) { next, err = s.candidates(ctx, l); return err }
	err := s.besideApart(ctx, l, way, func(tx *store.Tx) (err error) {
		page, err = s.fill(ctx, tx, l, l.apart.beside(l, next))
		return err
	})
	return page, err
}

// listing is a query made ready.
type listing struct {
	Query
	words  []string
	cursor int64   // exclusive; a place on the timeline
	end    int64   // exclusive; no place behind it belongs to the list
	blind  bool    // the reader may see nothing
	prefix bool    // the last word is the beginning of one
	scopes []scope // what may be read, by kind
	held   since
	apart  *apart // once read; nil where there is nothing apart
	memory memory
}

func (s *Store) listing(q Query) (*listing, error) {
	l := &listing{Query: q, words: cut(q.Text), end: math.MaxInt64, held: sinceOf(heldOf(q.Kind, q.Sight.Held))}
	l.scopes = s.scopes(&q)
	if !q.To.IsZero() {
		l.end = beginning(q.To.Unix() + 1) // nothing that begins later can be in it
	}
	l.cursor = l.start()
	if q.After != "" {
		mark, prefix := strings.CutPrefix(q.After, prefixMark)
		l.prefix = prefix
		at, err := strconv.ParseInt(mark, 36, 64)
		if err != nil {
			return nil, fail.New(fail.Invalid, "the page mark cannot be read", "start again at the first page")
		}
		l.cursor = at
		if q.Order == NewestFirst {
			l.cursor = min(at, l.end)
		}
	}
	if q.Begins {
		l.beginning()
	}
	if q.Text != "" && len(l.words) == 0 {
		l.blind = true // nothing but signs
	}
	if len(l.scopes) == 0 {
		l.blind = true
	}
	return l, nil
}

// start is the cursor of the first page.
func (l *listing) start() int64 {
	if l.Order == OldestFirst {
		return math.MinInt64
	}
	return l.end
}

// candidates give the next places on the timeline that may belong to the list,
// with the version that stands there; n bounds how many.
type candidates func(ctx context.Context, tx *store.Tx, cursor int64, n int) ([]placed, error)

// placed is a place on the timeline; past is the row of a version that is no
// longer the newest, or 0.
type placed struct {
	t, id, past int64
	apart       bool // read by itself, see apart
}

// fill takes candidates until the page is full, and looks on for whether there
// is a next one.
func (s *Store) fill(ctx context.Context, tx *store.Tx, l *listing, next candidates) (Page, error) {
	var page Page
	cursor, last, n := l.cursor, l.cursor, l.Limit+1
	for {
		found, err := next(ctx, tx, cursor, n)
		if err != nil {
			return Page{}, err
		}
		for _, p := range found {
			v, ok, err := s.candidate(ctx, tx, l, p)
			if err != nil {
				return Page{}, err
			}
			if ok && len(page.Versions) == l.Limit {
				page.Next = strconv.FormatInt(last, 36)
				return page, nil
			}
			if ok {
				page.Versions = append(page.Versions, v)
				last = p.t
			}
		}
		if len(found) < n {
			return page, nil
		}
		// A small page among many that do not match is looked for in larger steps.
		cursor, n = found[n-1].t, min(2*n, MaxLimit+1)
	}
}

func (s *Store) candidate(ctx context.Context, tx *store.Tx, l *listing, p placed) (Version, bool, error) {
	if l.apart.skips(p) {
		return Version{}, false, nil
	}
	r, err := s.versionRow(ctx, tx, p)
	if isNoRows(err) || err == nil && r.timeline() != p.t {
		return Version{}, false, nil // the index is about to be told
	}
	if err != nil {
		return Version{}, false, err
	}
	if !l.asks(s.shelfName(r.shelf)) {
		return Version{}, false, nil // a way that is quick finds other kinds, too
	}
	v := s.version(&r)
	return v, l.held.view(&v) && s.matches(l, &v), nil
}

func (s *Store) versionRow(ctx context.Context, tx *store.Tx, p placed) (row, error) {
	cells := map[string]journal.Value{}
	if p.past == 0 {
		r, err := s.byID(ctx, tx, p.id, cells)
		return r, err
	}
	r := row{id: p.id, cells: cells}
	var raw []byte
	err := tx.QueryRow(ctx, `SELECT p.shelf, r.ref, p.number, p.known_from, p.known_to, p.lo, p.hi, p.flags, p.cells
		FROM past p JOIN record r ON r.id = p.record WHERE p.id = ?`, p.past).
		Scan(&r.shelf, &r.ref, &r.number, &r.knownFrom, &r.knownTo, &r.lo, &r.hi, &r.flags, &raw)
	if err != nil {
		return r, err
	}
	return r, unpackCells(raw, cells)
}

// candidates picks the narrowest way to what may match.
func (s *Store) candidates(ctx context.Context, l *listing) (candidates, error) {
	if !l.Known.IsZero() || s.index == nil {
		return s.byTimeline(l), nil
	}
	plain := l.Box == nil && l.Kind != "" && len(l.Where) == 0 && len(l.words) == 0 && !l.Conflict
	if plain && l.scopes[0].all {
		return s.byTimeline(l), nil
	}
	if current, err := s.index.current(ctx); err != nil || !current {
		return s.byTimeline(l), err
	}
	switch {
	case l.Box != nil:
		return s.byBox(ctx, l)
	case plain:
		next, err := s.worthReading(ctx, l, s.byTimeline(l), 0, s.byWords(l))
		return s.fromFirst(l, next), err
	}
	return s.worthReading(ctx, l, s.byAnyWords(l), pagesOfWords, s.byWords(l))
}

// byAnyWords asks the index without what may be read, which costs less: what it
// finds is looked at by its own kind and class in any case.
func (s *Store) byAnyWords(l *listing) candidates {
	wide := *l
	wide.scopes = nil
	for _, on := range s.Shelves(l.Mission) {
		if l.Kind == "" || l.Kind == on.Kind {
			wide.scopes = append(wide.scopes, scope{kind: on.Kind, all: true})
		}
	}
	return s.byWords(&wide)
}

// behind reports whether a place comes after a cursor in the list's order.
func (l *listing) behind(t, cursor int64) bool {
	if l.Order == OldestFirst {
		return t > cursor
	}
	return t < cursor
}

// byTimeline walks the shelves by time; for a known date also what was known before.
func (s *Store) byTimeline(l *listing) candidates {
	var shelves []int64
	for _, c := range l.scopes {
		if id, ok := s.shelf(l.Mission, c.kind); ok && (c.all || len(c.classes) > 0) {
			shelves = append(shelves, id)
		}
	}
	walks := timelineWalks(l)
	return func(ctx context.Context, tx *store.Tx, cursor int64, n int) ([]placed, error) {
		var out []placed
		for _, shelfID := range shelves {
			for _, w := range walks {
				from, to := l.between(cursor)
				args := []any{shelfID, max(w.from, from), min(w.to, to), n}
				if w.known != forever {
					args = append(args, w.known)
				}
				found, err := w.walk(ctx, tx, l.Order, args...)
				if err != nil {
					return nil, err
				}
				out = append(out, found...)
			}
		}
		return l.first(out, n), nil
	}
}

// between are the places, exclusive, between which a list goes on from a cursor.
func (l *listing) between(cursor int64) (from, to int64) {
	if l.Order == OldestFirst {
		return cursor, l.end
	}
	return math.MinInt64, cursor
}

// stretch is a walk over places from < t < to.
type stretch struct {
	how      func(ctx context.Context, tx *store.Tx, order Order, query string, args ...any) ([]placed, error)
	query    string
	from, to int64
	known    int64 // forever where the query does not ask
}

func (w *stretch) walk(ctx context.Context, tx *store.Tx, order Order, args ...any) ([]placed, error) {
	return w.how(ctx, tx, order, w.query, args...)
}

// timelineWalks are the walks that find what was known. Nearly everything is told after
// it happened, so what happened after the known date is looked for only among
// the few records that were told ahead.
func timelineWalks(l *listing) []stretch {
	const (
		all       = `SELECT t FROM record WHERE shelf = ?1 AND t > ?2 AND t < ?3 ORDER BY t DESC LIMIT +?4`
		now       = `SELECT t, id, 0 FROM record WHERE shelf = ?1 AND t > ?2 AND t < ?3 AND known_from <= ?5 ORDER BY t DESC LIMIT +?4`
		nowAhead  = `SELECT t, id, 0 FROM record WHERE shelf = ?1 AND t > ?2 AND t < ?3 AND known_from <= ?5 AND t >> 28 > known_from / 1000 ORDER BY t DESC LIMIT +?4`
		past      = `SELECT t, record, id FROM past WHERE shelf = ?1 AND t > ?2 AND t < ?3 AND known_from <= ?5 AND known_to > ?5 ORDER BY t DESC LIMIT +?4`
		pastAhead = `SELECT t, record, id FROM past WHERE shelf = ?1 AND t > ?2 AND t < ?3 AND known_from <= ?5 AND known_to > ?5 AND t >> 28 > known_from / 1000 ORDER BY t DESC LIMIT +?4`
	)
	if l.Known.IsZero() {
		return []stretch{{inOne, all, math.MinInt64, math.MaxInt64, forever}}
	}
	known := l.Known.UnixMilli()
	split := beginning(known/1000 + 1)
	return []stretch{
		{walk, now, math.MinInt64, split, known},
		{walk, nowAhead, split - 1, math.MaxInt64, known},
		{walk, past, math.MinInt64, split, known},
		{walk, pastAhead, split - 1, math.MaxInt64, known},
	}
}

// beginning is the first place on the timeline of a second.
func beginning(seconds int64) int64 {
	return min(max(seconds, -maxSeconds), maxSeconds-1) << idBits
}

// first sorts places in the list's order and keeps n.
func (l *listing) first(out []placed, n int) []placed {
	slices.SortFunc(out, l.compareIn)
	return out[:min(n, len(out))]
}

// turned is a query written for newest first, turned round where needed.
func turned(order Order, query string) string {
	if order == OldestFirst {
		return strings.NewReplacer("rowid < ", "rowid > ", " DESC", "").Replace(query)
	}
	return query
}

// walk gives the places that a query finds: a place, a record and a row of past.
func walk(ctx context.Context, tx *store.Tx, order Order, query string, args ...any) ([]placed, error) {
	rows, err := tx.Query(ctx, turned(order, query), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []placed
	for rows.Next() {
		var p placed
		if err := rows.Scan(&p.t, &p.id, &p.past); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// inOne is walk for a query for the places of newest versions alone, whose end is the
// record's number. They come as one text: row by row each costs several times as
// much, and a list may pass over many.
func inOne(ctx context.Context, tx *store.Tx, order Order, query string, args ...any) ([]placed, error) {
	var text sql.NullString
	if err := tx.QueryRow(ctx, `SELECT group_concat(t) FROM (`+turned(order, query)+`)`, args...).Scan(&text); err != nil || !text.Valid {
		return nil, err
	}
	out := make([]placed, 0, 1+strings.Count(text.String, ","))
	for one := range strings.SplitSeq(text.String, ",") {
		t, err := strconv.ParseInt(one, 10, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, placed{t: t, id: t & (1<<idBits - 1)})
	}
	return out, nil
}

// byWords asks the index for the records that have all the tags and words.
func (s *Store) byWords(l *listing) candidates {
	expression := s.expression(l)
	return func(ctx context.Context, _ *store.Tx, cursor int64, n int) (out []placed, err error) {
		if expression == "" {
			return nil, nil
		}
		err = s.index.db.Read(ctx, func(tx *store.Tx) error {
			out, err = inOne(ctx, tx, l.Order, `SELECT rowid AS t FROM words WHERE words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT +?`,
				expression, cursor, n)
			return err
		})
		return l.first(out, len(out)), err
	}
}

// expression is what the index is asked; "" where it has nothing for the reader.
func (s *Store) expression(l *listing) string {
	state := tagLive
	if l.Struck {
		state = tagAny
	}
	visible := readable(l.Mission, state, l.scopes, l.Kind == "" && len(l.scopes) == len(s.Shelves(l.Mission)))
	if visible == "" {
		return ""
	}
	all := []string{visible}
	if l.Conflict {
		all = append(all, anyTag([]string{tag(tagConflict, "yes")}))
	}
	for field, values := range l.Where {
		if s.indexes(l, field) && !slices.Contains(values, "") && len(values) > 0 {
			all = append(all, anyTag(tagsOf(field, values)))
		}
	}
	return match(all, l.words, l.prefix)
}

// indexes reports whether a filter's field has tags. Of one that the reader may
// not read a hit is only a candidate.
func (s *Store) indexes(l *listing, field string) bool {
	if field == FieldSource || field == FieldBatch {
		return true
	}
	if l.Kind == "" {
		return false // one kind may index a field that another does not
	}
	k, ok := s.schema.Kind(l.Mission, l.Kind)
	if !ok {
		return false
	}
	f, ok := k.Field(field)
	return ok && indexed(f)
}

// byBox reads what stands in a rectangle.
func (s *Store) byBox(ctx context.Context, l *listing) (candidates, error) {
	var all []placed
	err := s.index.db.Read(ctx, func(tx *store.Tx) error {
		for _, b := range l.Box.flat() {
			found, err := walk(ctx, tx, NewestFirst, `SELECT t, id, 0 FROM spot WHERE north >= ? AND south <= ? AND east >= ? AND west <= ?`,
				b.South, b.North, b.West, b.East)
			if err != nil {
				return err
			}
			all = append(all, found...)
		}
		return nil
	})
	all = l.first(all, len(all))
	return func(_ context.Context, _ *store.Tx, cursor int64, n int) ([]placed, error) {
		from := sort.Search(len(all), func(i int) bool {
			return l.behind(all[i].t, cursor)
		})
		to := min(from+n, len(all))
		return all[from:to:to], nil // no room behind it: what is read apart is appended
	}, err
}

// flat cuts a box that crosses the antimeridian in two.
func (b *Box) flat() []Box {
	if b.West <= b.East {
		return []Box{*b}
	}
	return []Box{{b.South, b.West, b.North, 180}, {b.South, -180, b.North, b.East}}
}
