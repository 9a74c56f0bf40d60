package measure

import (
	"strings"

	"konbit.org/konbit/internal/fail"
)

// cell is one group being added up.
type cell struct {
	by       []string
	apart    string
	sum      Amount
	records  int // that count
	against  int // that say otherwise
	hidden   int // of the records, those that may not be named
	denied   int // of those against
	newest   int64
	evidence keep
	denials  keep
	overflow bool
}

func newCell(by []string, apart string, limit int) *cell {
	return &cell{by: by, apart: apart, newest: never, evidence: keep{limit: limit}, denials: keep{limit: limit}}
}

func (c *cell) take(h hit, x kept, newest int64, listed bool) {
	if h.against {
		c.against++
	} else {
		var ok bool
		c.sum, ok = sum(c.sum, h.amount)
		c.overflow = c.overflow || !ok
		c.records++
	}
	switch {
	case !listed && h.against:
		c.denied++
	case !listed:
		c.hidden++
	case h.against:
		c.denials.add(x)
	default:
		c.evidence.add(x)
	}
	c.newest = max(c.newest, newest)
}

func (c *cell) join(o *cell) {
	var ok bool
	c.sum, ok = sum(c.sum, o.sum)
	c.overflow = c.overflow || o.overflow || !ok
	c.records += o.records
	c.against += o.against
	c.hidden += o.hidden
	c.denied += o.denied
	c.newest = max(c.newest, o.newest)
	c.evidence.join(&o.evidence)
	c.denials.join(&o.denials)
}

// counted is the number of records behind the group that may be listed: those
// that count or, where none does, those that say so.
func (c *cell) counted() int {
	if c.records > 0 {
		return c.records - c.hidden
	}
	return c.against - c.denied
}

// unlisted is the number of the others.
func (c *cell) unlisted() int {
	if c.records > 0 {
		return c.hidden
	}
	return c.denied
}

func (c *cell) rests() []kept {
	if c.records > 0 {
		return c.evidence.newest()
	}
	return c.denials.newest()
}

// dense is the number of groups up to which they lie in a slice.
const dense = 1 << 12

// tally is the sink of a figure. Groups are numbers while one table is scanned
// and texts after, because each table numbers its texts alone.
type tally struct {
	limit   int
	rows    map[string]*cell
	totals  map[string]*cell // by what is kept apart; no evidence
	unknown []found

	slots  []*cell
	sparse map[uint64]*cell
	aparts []*cell
}

// found is a guess with the record's number and dates, which outlive the table.
type found struct {
	guess
	kept
	hi int64
}

func newTally(limit int) *tally {
	return &tally{limit: limit, rows: map[string]*cell{}, totals: map[string]*cell{}}
}

// take adds what a scan finds.
func (t *tally) take(s *scan) {
	t.begin(s)
	s.run(t)
	t.end()
}

// join takes in another tally of the same question.
func (t *tally) join(o *tally) {
	for _, c := range o.rows {
		t.merge(c)
	}
	for _, c := range o.totals {
		t.addTotal(c)
	}
	t.unknown = append(t.unknown, o.unknown...)
}

// begin makes ready for a table, end takes over what it gave.
func (t *tally) begin(s *scan) {
	t.slots, t.sparse = nil, nil
	if s.groups <= dense {
		t.slots = make([]*cell, s.groups)
	} else {
		t.sparse = map[uint64]*cell{}
	}
	n := 1
	if s.apart != nil {
		n = len(s.apart.texts)
	}
	t.aparts = make([]*cell, n)
}

func (t *tally) hit(s *scan, h hit) {
	c := t.at(s, h.key)
	lo, id := s.began(h.row), int64(s.t.id[h.row])
	// What lies within a stretch may have happened at its very end.
	newest := lo
	if s.d.From == "" {
		newest = s.t.hi[h.row] - 1
	}
	listed := s.listed(h.row)
	c.take(h, kept{lo, id}, newest, listed)
	a := 0
	if s.apart != nil {
		a = int(s.apart.at(h.row))
	}
	total := t.aparts[a]
	if total == nil {
		total = newCell(nil, "", 1)
		if s.apart != nil {
			total.apart = s.apart.texts[a]
		}
		t.aparts[a] = total
	}
	total.total(h, newest, listed)
}

// total adds without keeping evidence. A record that falls into several groups
// is counted once.
func (c *cell) total(h hit, newest int64, listed bool) {
	var ok bool
	c.sum, ok = sum(c.sum, h.amount)
	c.overflow = c.overflow || !ok
	c.newest = max(c.newest, newest)
	switch {
	case h.against:
		c.against++
		c.denied += hide(listed)
	case h.first:
		c.records++
		c.hidden += hide(listed)
	}
}

func hide(listed bool) int {
	if listed {
		return 0
	}
	return 1
}

// began is when a row's event began, or its stretch in force.
func (s *scan) began(row int) int64 {
	if s.d.From != "" {
		return s.t.dates[s.d.From][0][row]
	}
	return s.t.lo[row]
}

func (t *tally) at(s *scan, key uint64) *cell {
	if t.slots != nil {
		if c := t.slots[key]; c != nil {
			return c
		}
	} else if c := t.sparse[key]; c != nil {
		return c
	}
	by, apart := s.texts(key)
	c := newCell(by, apart, t.limit)
	if t.slots != nil {
		t.slots[key] = c
	} else {
		t.sparse[key] = c
	}
	return c
}

func (t *tally) guess(s *scan, g guess) {
	if !s.listed(g.row) {
		// That something is not known may be told, and nothing else of it.
		t.unknown = append(t.unknown, found{guess{code: g.code, row: -1, sign: g.sign}, kept{lo: never}, never})
		return
	}
	lo, hi := s.t.lo[g.row], s.t.hi[g.row]
	if s.d.From != "" {
		lo, hi = s.t.dates[s.d.From][0][g.row], s.t.dates[s.d.From][1][g.row]
	}
	t.unknown = append(t.unknown, found{g, kept{lo, int64(s.t.id[g.row])}, hi})
}

func (t *tally) end() {
	for _, c := range t.slots {
		t.merge(c)
	}
	for _, c := range t.sparse {
		t.merge(c)
	}
	for _, c := range t.aparts {
		if c != nil {
			t.addTotal(c)
		}
	}
}

func (t *tally) addTotal(c *cell) {
	if old := t.totals[c.apart]; old != nil {
		old.join(c)
		return
	}
	t.totals[c.apart] = c
}

func (t *tally) merge(c *cell) {
	if c == nil {
		return
	}
	key := c.apart + "\x00" + strings.Join(c.by, "\x00")
	if old := t.rows[key]; old != nil {
		old.join(c)
		return
	}
	t.rows[key] = c
}

// check refuses a sum that does not fit.
func (t *tally) check() error {
	for _, c := range t.rows {
		if c.overflow {
			return fail.New(fail.Invalid, "the sum is too large to be kept exactly", "look for a number typed with too many zeros")
		}
	}
	for _, c := range t.totals {
		if c.overflow {
			return fail.New(fail.Invalid, "the sum is too large to be kept exactly", "look for a number typed with too many zeros")
		}
	}
	return nil
}
