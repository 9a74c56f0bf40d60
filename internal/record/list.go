package record

import (
	"context"
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
	next, err := s.candidates(ctx, l)
	if err != nil {
		return Page{}, err
	}
	var page Page
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		if l.apart, err = s.readApart(ctx, tx, l); err == nil {
			page, err = s.fill(ctx, tx, l, l.apart.beside(l, next))
		}
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
	if l.Box == nil && l.Kind != "" && len(l.Where) == 0 && len(l.words) == 0 && !l.Conflict && l.scopes[0].all {
		return s.byTimeline(l), nil
	}
	if current, err := s.index.current(ctx); err != nil || !current {
		return s.byTimeline(l), err
	}
	if l.Box != nil {
		return s.byBox(ctx, l)
	}
	if l.Kind != "" && len(l.Where) == 0 && len(l.words) == 0 && !l.Conflict {
		return s.byMarked(l, s.byWords(l)), nil
	}
	if s.usual(l) {
		return l.atFirst(l.inOne(s.byAnyWords(l)), s.byWords(l)), nil
	}
	return few(s.byAnyWords(l), s.byWords(l)), nil
}

// usual reports whether the reader may read the records that are marked as their
// kind says, whoever owns them, of most of the kinds asked for: mostly these are
// most of the records.
func (s *Store) usual(l *listing) bool {
	open := 0
	for _, c := range l.scopes {
		k, ok := s.schema.Kind(l.Mission, c.kind)
		if ok && (c.all || slices.Contains(c.classes, Class{Marking: k.Marking})) {
			open++
		}
	}
	return 2*open > len(l.scopes)
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

// atFirst goes a way that finds also what the reader may not read, and where that
// finds little, goes on by one that does not.
func (l *listing) atFirst(quick, sure candidates) candidates {
	walked := 0
	return func(ctx context.Context, tx *store.Tx, cursor int64, n int) ([]placed, error) {
		if walked > 2*(l.Limit+1) {
			return sure(ctx, tx, cursor, n)
		}
		walked += n
		return quick(ctx, tx, cursor, n)
	}
}

// inOne asks for several pages of places at once and gives them out one after the
// other: the index takes long to begin, and some of what it finds the reader may
// not read.
func (l *listing) inOne(next candidates) candidates {
	var kept []placed
	whole := false // there are no more than those kept
	return func(ctx context.Context, tx *store.Tx, cursor int64, n int) ([]placed, error) {
		kept = slices.DeleteFunc(kept, func(p placed) bool { return !l.behind(p.t, cursor) })
		if len(kept) < n && !whole {
			found, err := next(ctx, tx, cursor, pagesInOne*n)
			if err != nil {
				return nil, err
			}
			kept, whole = found, len(found) < pagesInOne*n
		}
		return slices.Clone(kept[:min(n, len(kept))]), nil
	}
}

const pagesInOne = 4

// behind reports whether a place comes after a cursor in the list's order.
func (l *listing) behind(t, cursor int64) bool {
	if l.Order == OldestFirst {
		return t > cursor
	}
	return t < cursor
}

// few goes the quick way where that finds few in all: to look at each costs less
// than to ask the index for what may be read.
func few(quick, sure candidates) candidates {
	many := false
	return func(ctx context.Context, tx *store.Tx, cursor int64, n int) ([]placed, error) {
		if !many {
			found, err := quick(ctx, tx, cursor, n)
			if err != nil || len(found) < n {
				return found, err
			}
			many = true
		}
		return sure(ctx, tx, cursor, n)
	}
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
				found, err := walk(ctx, tx, l.Order, w.query, args...)
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
	query    string
	from, to int64
	known    int64 // forever where the query does not ask
}

// timelineWalks are the walks that find what was known. Nearly everything is told after
// it happened, so what happened after the known date is looked for only among
// the few records that were told ahead.
func timelineWalks(l *listing) []stretch {
	const (
		all       = `SELECT t, id, 0 FROM record WHERE shelf = ?1 AND t > ?2 AND t < ?3 ORDER BY t DESC LIMIT ?4`
		now       = `SELECT t, id, 0 FROM record WHERE shelf = ?1 AND t > ?2 AND t < ?3 AND known_from <= ?5 ORDER BY t DESC LIMIT ?4`
		nowAhead  = `SELECT t, id, 0 FROM record WHERE shelf = ?1 AND t > ?2 AND t < ?3 AND known_from <= ?5 AND t >> 28 > known_from / 1000 ORDER BY t DESC LIMIT ?4`
		past      = `SELECT t, record, id FROM past WHERE shelf = ?1 AND t > ?2 AND t < ?3 AND known_from <= ?5 AND known_to > ?5 ORDER BY t DESC LIMIT ?4`
		pastAhead = `SELECT t, record, id FROM past WHERE shelf = ?1 AND t > ?2 AND t < ?3 AND known_from <= ?5 AND known_to > ?5 AND t >> 28 > known_from / 1000 ORDER BY t DESC LIMIT ?4`
	)
	if l.Known.IsZero() {
		return []stretch{{all, math.MinInt64, math.MaxInt64, forever}}
	}
	known := l.Known.UnixMilli()
	split := beginning(known/1000 + 1)
	return []stretch{
		{now, math.MinInt64, split, known},
		{nowAhead, split - 1, math.MaxInt64, known},
		{past, math.MinInt64, split, known},
		{pastAhead, split - 1, math.MaxInt64, known},
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

// walk runs a query written for newest first, turned round where needed.
func walk(ctx context.Context, tx *store.Tx, order Order, query string, args ...any) ([]placed, error) {
	if order == OldestFirst {
		query = strings.NewReplacer("rowid < ", "rowid > ", " DESC", "").Replace(query)
	}
	rows, err := tx.Query(ctx, query, args...)
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

// byWords asks the index for the records that have all the tags and words.
func (s *Store) byWords(l *listing) candidates {
	expression := s.expression(l)
	return func(ctx context.Context, _ *store.Tx, cursor int64, n int) (out []placed, err error) {
		if expression == "" {
			return nil, nil
		}
		err = s.index.db.Read(ctx, func(tx *store.Tx) error {
			out, err = walk(ctx, tx, l.Order, `SELECT rowid, 0, 0 FROM words WHERE words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`,
				expression, cursor, n)
			return err
		})
		for i := range out {
			out[i].id = out[i].t & (1<<idBits - 1)
		}
		return out, err
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
