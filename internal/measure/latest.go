package measure

import "time"

// latest visits, of each group, the last statement in force.
func (s *scan) latest(out sink) {
	best := map[uint64]int{}
	group := s.grouper()
	lo, hi := s.stretch()
	for row := s.t.rows() - 1; row >= 0; row-- {
		if !s.visible(row) || !s.candidate(row) {
			continue
		}
		switch {
		case lo[row] == never:
			s.perhaps(out, NoDate, row)
		case lo[row] >= s.end:
		case s.d.From == "" && hi[row] > s.end:
			s.perhaps(out, MaybeByThen, row)
		case s.d.From != "" && s.ended(hi, row):
		default:
			g := group(row)
			if other, ok := best[g]; !ok || s.later(lo, row, other) {
				best[g] = row
			}
		}
	}
	for _, row := range best {
		s.settle(out, row, lo[row])
	}
}

func (s *scan) visible(row int) bool {
	until, ok := s.until(row)
	return ok && s.t.knownFrom[row] < s.known && until >= s.known && s.seen(row, until)
}

// candidate reports whether a statement is one of those of which the last
// counts: what it must and must not state is asked first, what it says after.
func (s *scan) candidate(row int) bool {
	for i := range s.steps {
		if s.stated(&s.steps[i], row) {
			return true
		}
	}
	return false
}

// stretch gives the columns of the time in force. Where there is no until, the
// end is that of from and means nothing.
func (s *scan) stretch() (lo, hi []int64) {
	if s.d.From == "" {
		return s.t.lo, s.t.hi
	}
	lo = s.t.dates[s.d.From][0]
	if s.d.Until == "" {
		return lo, nil
	}
	return lo, s.t.dates[s.d.Until][1]
}

// ended reports whether a stretch was over at the asked second.
func (s *scan) ended(hi []int64, row int) bool {
	return hi != nil && hi[row] != never && hi[row] < s.end
}

// later is true for the statement that began later; of two that began together
// the one known later, then the one with the greater ref.
func (s *scan) later(lo []int64, a, b int) bool {
	t := s.t
	switch {
	case lo[a] != lo[b]:
		return lo[a] > lo[b]
	case t.knownFrom[a] != t.knownFrom[b]:
		return t.knownFrom[a] > t.knownFrom[b]
	}
	return t.refs[a] > t.refs[b]
}

// grouper gives the group of a row.
func (s *scan) grouper() func(row int) uint64 {
	var columns []*words
	self := false
	for _, f := range s.d.ByGroup {
		if f == Self {
			self = true
		} else if w := s.t.words[f]; w != nil {
			columns = append(columns, w)
		}
	}
	return func(row int) uint64 {
		var key uint64
		for _, c := range columns {
			key = key<<32 | uint64(c.at(row))
		}
		if self {
			key = key<<32 | uint64(s.t.id[row])
		}
		return key
	}
}

// settle counts the last statement of a group, or says why it does not count.
func (s *scan) settle(out sink, row int, began int64) {
	if !s.passes(row) {
		return
	}
	term, amount, known := s.match(row)
	old := s.d.within > 0 && s.end-began > int64(s.d.within/time.Millisecond)
	switch {
	case old:
		out.guess(s, s.guess(NotVerifiedSince, row, term, amount, term >= 0 && known))
	case term < 0:
		out.hit(s, hit{row: row, key: s.key(row, len(s.parts)), first: true, against: true})
	case !known:
		out.guess(s, s.guess(NumberMissing, row, term, 0, false))
	default:
		s.emit(out, row, term, amount)
	}
}

func (s *scan) perhaps(out sink, code string, row int) {
	if !s.passes(row) {
		return
	}
	if term, amount, known := s.match(row); term >= 0 {
		out.guess(s, s.guess(code, row, term, amount, known))
	}
}
