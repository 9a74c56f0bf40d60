package record

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"hash/maphash"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
	"konbit.org/konbit/internal/store"
)

const (
	flagStruck    = 1
	flagWithdrawn = 2
	flagConflict  = 4

	noEvent = math.MinInt64
	forever = math.MaxInt64

	idBits     = 28 // 268 million records a node
	maxSeconds = 1 << 34
)

func isNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// row is one stored version.
type row struct {
	id, shelf int64
	name      shelf // set while it is folded
	ref       string
	number    int64
	knownFrom int64
	lo, hi    int64
	flags     int64
	heads     []byte
	entries   []byte
	cells     map[string]journal.Value
	knownTo   int64
	fresh     bool // not in the table yet
}

// Fold folds a batch of entries into the versions of their records, inside the
// transaction that stores the entries. It is called by the journal.
func (s *Store) Fold(ctx context.Context, tx *store.Tx, batch []journal.Stored) error {
	s.of = stretchOf{}
	if len(s.made)+len(s.madeMarked) > 0 { // nobody has said whether the transaction before was committed
		if err := s.loadShelves(tx); err != nil {
			return err
		}
	}
	if err := s.fold(ctx, tx, batch); err != nil {
		return err
	}
	s.of = entriesOf(batch)
	return nil
}

func (s *Store) fold(ctx context.Context, tx *store.Tx, batch []journal.Stored) error {
	if err := s.startIDs(ctx, tx); err != nil {
		return err
	}
	fresh := make(map[Key][]journal.Stored, len(batch))
	var order []Key
	for i := range batch {
		key := keyOf(&batch[i])
		if fresh[key] == nil {
			order = append(order, key)
		}
		fresh[key] = append(fresh[key], batch[i])
	}
	s.folded = make([]row, 0, len(order))
	for _, key := range order {
		if err := s.foldRecord(ctx, tx, key, fresh[key]); err != nil {
			return err
		}
	}
	s.announce(fresh)
	return nil
}

// foldRecord folds what is new of one record.
func (s *Store) foldRecord(ctx context.Context, tx *store.Tx, key Key, fresh []journal.Stored) error {
	shelfID, err := s.shelfFor(ctx, tx, shelf{key.Mission, key.Kind})
	if err != nil {
		return err
	}
	if err := s.numbered(ctx, tx, shelfID, fresh); err != nil {
		return err
	}
	old, err := s.lookUp(ctx, tx, shelfID, key.Ref)
	old.name = shelf{key.Mission, key.Kind}
	if isNoRows(err) {
		return s.create(ctx, tx, row{id: s.nextID(), shelf: shelfID, name: shelf{key.Mission, key.Kind}, ref: key.Ref, fresh: true}, fresh)
	}
	if err != nil {
		return err
	}
	if len(fresh) == 1 && follows(&old, &fresh[0]) {
		return s.extend(ctx, tx, old, &fresh[0])
	}
	entries, err := s.load(ctx, tx, old.entries)
	if err != nil {
		return err
	}
	return s.refold(ctx, tx, old, append(entries, fresh...))
}

// lookUp is current, spared where a rebuild knows that the record is new.
func (s *Store) lookUp(ctx context.Context, tx *store.Tx, shelfID int64, ref string) (row, error) {
	if s.seen == nil {
		return s.current(ctx, tx, shelfID, ref)
	}
	h := maphash.String(s.seed, strconv.FormatInt(shelfID, 10)+"/"+ref)
	if _, there := s.seen[h]; there {
		return s.current(ctx, tx, shelfID, ref)
	}
	s.seen[h] = struct{}{}
	return row{}, sql.ErrNoRows
}

// current reads a record's newest version.
func (s *Store) current(ctx context.Context, tx *store.Tx, shelfID int64, ref string) (row, error) {
	r := row{shelf: shelfID, ref: ref, cells: map[string]journal.Value{}}
	var cells []byte
	err := tx.QueryRow(ctx, `SELECT id, number, known_from, lo, hi, flags, heads, entries, cells
		FROM record WHERE shelf = ? AND ref = ?`, shelfID, ref).
		Scan(&r.id, &r.number, &r.knownFrom, &r.lo, &r.hi, &r.flags, &r.heads, &r.entries, &cells)
	if err != nil {
		return r, err
	}
	return r, unpackCells(cells, r.cells)
}

// follows reports whether an entry simply comes after all that is known, so
// that the new version is the old one with its fields laid over it.
func follows(old *row, e *journal.Stored) bool {
	if e.Op != journal.OpState || old.flags != 0 || e.Reported.UnixMilli() <= old.knownFrom {
		return false
	}
	for head := range headIDs(old.heads) {
		if !slices.Contains(e.Seen, head) {
			return false
		}
	}
	return true
}

func headIDs(raw []byte) func(func(journal.ID) bool) {
	return func(yield func(journal.ID) bool) {
		for ; len(raw) >= 32; raw = raw[32:] {
			if !yield(journal.ID(raw[:32])) {
				return
			}
		}
	}
}

// create stores a record that nobody had spoken of.
func (s *Store) create(ctx context.Context, tx *store.Tx, r row, fresh []journal.Stored) error {
	if len(fresh) > 1 || fresh[0].Op != journal.OpState {
		return s.refold(ctx, tx, r, fresh)
	}
	e := &fresh[0]
	r.cells = make(map[string]journal.Value, len(e.Fields)+5)
	overlay(r.cells, e)
	r.number, r.knownFrom = 1, e.Reported.UnixMilli()
	r.heads, r.entries = e.ID[:], binary.AppendUvarint(nil, uint64(e.Pos))
	s.place(&r)
	return s.put(ctx, tx, &r)
}

// startIDs finds the number the next new record gets. Only the one writing
// transaction asks.
func (s *Store) startIDs(ctx context.Context, tx *store.Tx) error {
	return tx.QueryRow(ctx, `SELECT coalesce(max(id), 0) FROM record`).Scan(&s.lastID)
}

func (s *Store) nextID() int64 {
	s.lastID++
	return s.lastID
}

// extend adds a version that follows.
func (s *Store) extend(ctx context.Context, tx *store.Tx, old row, e *journal.Stored) error {
	old.knownTo = e.Reported.UnixMilli()
	if err := s.keep(ctx, tx, &old); err != nil {
		return err
	}
	r := old
	r.cells = maps.Clone(old.cells)
	overlay(r.cells, e)
	r.number++
	r.knownFrom, r.heads = e.Reported.UnixMilli(), e.ID[:]
	r.entries = appendPosition(old.entries, e.Pos)
	s.place(&r)
	return s.put(ctx, tx, &r)
}

// overlay lays an entry's fields and envelope over cells.
func overlay(cells map[string]journal.Value, e *journal.Stored) {
	for field, v := range e.Fields {
		if v.Cleared() {
			delete(cells, field)
			continue
		}
		cells[field] = v
	}
	setEnvelope(cells, e)
	gather(cells, fieldSources, e.Source)
	gather(cells, fieldBatches, e.Batch)
}

// setEnvelope puts the last statement's source, grade and batch beside the fields.
func setEnvelope(cells map[string]journal.Value, e *journal.Stored) {
	for _, p := range [...]struct{ name, text string }{{FieldSource, e.Source}, {FieldGrade, e.Grade}, {FieldBatch, e.Batch}} {
		delete(cells, p.name)
		if p.text != "" {
			cells[p.name] = journal.Value{Text: p.text}
		}
	}
}

// gather adds text to a list of what any statement of the record rested on or
// came with, so that an index of the newest version finds them all.
func gather(cells map[string]journal.Value, name, text string) {
	if list := withLine(cells[name].Text, text); list != "" {
		cells[name] = journal.Value{Text: list}
	}
}

// withLine adds a line to a text of lines, each once.
func withLine(list, line string) string {
	if line == "" {
		return list
	}
	for part := range strings.SplitSeq(list, "\n") {
		if part == line {
			return list
		}
	}
	if list == "" {
		return line
	}
	return list + "\n" + line
}

// refold makes all versions of a record again from its entries.
func (s *Store) refold(ctx context.Context, tx *store.Tx, r row, entries []journal.Stored) error {
	if _, err := tx.Exec(ctx, `DELETE FROM past WHERE record = ?`, r.id); err != nil {
		return err
	}
	steps := Fold(Key{}, entries)
	r.entries = positions(entries)
	for i := range steps {
		v := s.rowOf(r, &steps[i])
		if i < len(steps)-1 {
			v.knownTo = steps[i+1].KnownFrom.UnixMilli()
			if err := s.keep(ctx, tx, &v); err != nil {
				return err
			}
			continue
		}
		v.heads = nil
		for _, id := range heads(inOrder(entries)) {
			v.heads = append(v.heads, id[:]...)
		}
		return s.put(ctx, tx, &v)
	}
	return fail.New(fail.Internal, "a record without entries", "")
}

// rowOf is a step as it is stored.
func (s *Store) rowOf(r row, step *Step) row {
	r.cells, r.number, r.knownFrom = step.Fields, int64(step.Number), step.KnownFrom.UnixMilli()
	r.flags = 0
	switch step.State {
	case Struck:
		r.flags |= flagStruck
	case Withdrawn:
		r.flags |= flagWithdrawn
	case Live:
	}
	if step.Conflict {
		r.flags |= flagConflict
	}
	s.place(&r)
	return r
}

// place finds the event interval of a version from its cells.
func (s *Store) place(r *row) {
	r.lo, r.hi = noEvent, noEvent
	if r.cells["at"].Text == "" {
		return
	}
	lo, hi, ok := s.bounds(r.name, r.cells)
	if ok {
		r.lo, r.hi = lo.UnixMilli(), hi.UnixMilli()
	}
}

func (s *Store) bounds(name shelf, cells map[string]journal.Value) (lo, hi time.Time, ok bool) {
	k, known := s.schema.Kind(name.mission, name.kind)
	if !known {
		return lo, hi, false
	}
	fields := map[string]string{"at": cells["at"].Text, "until": cells["until"].Text, "zone": cells["zone"].Text}
	lo, hi, err := k.Bounds(fields, s.schema.Zone(name.mission))
	return lo, hi, err == nil
}

// timeline is a version's place in lists by time; the id makes it unique.
func (r *row) timeline() int64 {
	// What has no event time, or an open start, stands at the beginning of time,
	// so that it is in every list that ends somewhere.
	return beginning(r.lo/1000) | r.id&(1<<idBits-1)
}

// keep stores a version as one that was known before. One that was never in
// force, because another was told at the same moment, is left out.
func (s *Store) keep(ctx context.Context, tx *store.Tx, r *row) error {
	if r.knownTo <= r.knownFrom {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO past (record, shelf, t, number, known_from, known_to, lo, hi, flags, cells)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.id, r.shelf, r.timeline(), r.number, r.knownFrom, r.knownTo, r.lo, r.hi, r.flags, packCells(r.cells))
	return err
}

// put stores a version as the newest.
func (s *Store) put(ctx context.Context, tx *store.Tx, r *row) error {
	s.folded = append(s.folded, *r)
	class, err := s.markedFor(ctx, tx, r)
	if err != nil {
		return err
	}
	if r.fresh {
		_, err := tx.Exec(ctx, `INSERT INTO record (id, shelf, ref, t, class, number, known_from, lo, hi, flags, heads, entries, cells)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.id, r.shelf, r.ref, r.timeline(), class, r.number, r.knownFrom, r.lo, r.hi, r.flags, r.heads, r.entries, packCells(r.cells))
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE record SET t = ?, class = ?, number = ?, known_from = ?, lo = ?, hi = ?, flags = ?,
		heads = ?, entries = ?, cells = ? WHERE id = ?`,
		r.timeline(), class, r.number, r.knownFrom, r.lo, r.hi, r.flags, r.heads, r.entries, packCells(r.cells), r.id)
	return err
}

// positions packs the positions of entries, ascending.
func positions(entries []journal.Stored) []byte {
	sorted := make([]int64, 0, len(entries))
	for i := range entries {
		sorted = append(sorted, entries[i].Pos)
	}
	return packPositions(sorted)
}

// load reads the entries at packed positions.
func (s *Store) load(ctx context.Context, tx *store.Tx, packed []byte) ([]journal.Stored, error) {
	list, err := unpackPositions(packed)
	if err != nil {
		return nil, err
	}
	out := make([]journal.Stored, 0, len(list))
	for _, pos := range list {
		e, err := journal.At(ctx, tx, pos)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// appendPosition adds a position behind the others; positions only grow.
func appendPosition(packed []byte, pos int64) []byte {
	list, err := unpackPositions(packed)
	if err != nil {
		return bytes.Clone(packed)
	}
	return packPositions(append(list, pos))
}
