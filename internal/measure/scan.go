package measure

// hit is one record's share in one group.
type hit struct {
	row    int
	key    uint64
	amount Amount
	// first is true for the first group a record falls into: records counted
	// by it are counted once.
	first bool
	// against is true for a last statement that says otherwise: it makes the
	// group known, and adds nothing.
	against bool
	term    int
}

// guess is a row that could not be counted.
type guess struct {
	code  string
	row   int
	value Amount
	known bool
	sign  int
}

// sink takes what a scan finds.
type sink interface {
	hit(s *scan, h hit)
	guess(s *scan, g guess)
}

// run visits the records that count.
func (s *scan) run(out sink) {
	if s.none {
		return
	}
	if s.d.How == Latest {
		s.latest(out)
		return
	}
	s.level(out)
}

// level visits all events that have certainly happened. Rows are visited newest
// loaded first, which mostly is newest event first: cheap for bounded evidence.
func (s *scan) level(out sink) {
	t := s.t
	from, to, known := t.knownFrom, t.knownTo, s.known
	for row := s.last - 1; row >= s.first; row-- {
		if from[row] >= known || t.lo[row] >= s.end {
			continue
		}
		until := to[row]
		if s.held != nil {
			var ok bool
			if until, ok = s.until(row); !ok {
				continue
			}
		}
		if until < known || !s.seen(row, until) {
			continue
		}
		// What happened before the period, other than the undated.
		if t.hi[row] <= s.start && t.hi[row] != never {
			continue
		}
		if !s.passes(row) {
			continue
		}
		term, amount, known := s.match(row)
		if term < 0 {
			continue
		}
		switch {
		case t.hi[row] == never:
			out.guess(s, s.guess(NoDate, row, term, amount, known))
		case t.hi[row] > s.end:
			out.guess(s, s.guess(MaybeByThen, row, term, amount, known))
		case !known:
			out.guess(s, s.guess(NumberMissing, row, term, 0, false))
		default:
			s.emit(out, row, term, amount)
		}
	}
}

func (s *scan) guess(code string, row, term int, amount Amount, known bool) guess {
	g := guess{code: code, row: row, value: amount, known: known}
	if term >= 0 {
		g.sign = int(s.steps[term].sign)
	}
	return g
}

func (s *scan) passes(row int) bool {
	for i := range s.where {
		if shut := s.shutWhere[i]; shut != nil && shut[s.t.class[row]] {
			if !s.where[i].accept[0] { // to this reader it is not stated
				return false
			}
		} else if !s.where[i].ok(row) {
			return false
		}
	}
	return true
}

// match adds up the terms that hold for a row. term is the last of them, or -1;
// known is false when a number was not reported.
func (s *scan) match(row int) (term int, amount Amount, known bool) {
	if s.pick != nil {
		term = s.pick[s.only.at(row)]
		if term < 0 || !s.stated(&s.steps[term], row) {
			return -1, 0, true
		}
		amount, known = s.value(&s.steps[term], row)
		return term, amount * Amount(s.steps[term].sign), known
	}
	term, known = -1, true
	for i := range s.steps {
		st := &s.steps[i]
		if !s.stated(st, row) || !st.ok(row) {
			continue
		}
		term = i
		v, ok := s.value(st, row)
		known = known && ok
		amount += Amount(st.sign) * v
	}
	return term, amount, known
}

func (s *scan) stated(st *step, row int) bool {
	if st.present|st.absent == 0 {
		return true
	}
	bits := s.t.present[row]
	return bits&st.present == st.present && bits&st.absent == 0
}

func (st *step) ok(row int) bool {
	for i := range st.tests {
		if !st.tests[i].ok(row) {
			return false
		}
	}
	return true
}

// value of a term in a row. A number that was not reported is the sum of its
// parts, if all were; else the default.
func (s *scan) value(st *step, row int) (Amount, bool) {
	if st.counts {
		return One, true
	}
	if st.value != nil {
		if v := st.value.at(row); v != missing {
			return Amount(v), true
		}
	}
	if st.whole && len(s.parts) > 0 {
		if total, ok := s.sumOfParts(row); ok {
			return total, true
		}
	}
	return s.d.fallback, s.d.Default != ""
}

func (s *scan) sumOfParts(row int) (Amount, bool) {
	var total Amount
	for _, p := range s.parts {
		if p == nil || p.at(row) == missing {
			return 0, false
		}
		total += Amount(p.at(row))
	}
	return total, true
}

// emit hands a row on, in its parts where the question splits the value.
func (s *scan) emit(out sink, row, term int, amount Amount) {
	if !s.splitOn {
		out.hit(s, hit{row: row, key: s.key(row, 0), amount: amount, first: true, term: term})
		return
	}
	rest := amount
	sign := Amount(s.steps[term].sign)
	shut := s.shutParts != nil && s.shutParts[s.t.class[row]]
	for i, p := range s.parts {
		s.partial[i], s.given[i] = 0, false
		if p != nil && !shut && p.at(row) != missing && s.steps[term].whole {
			s.partial[i], s.given[i] = sign*Amount(p.at(row)), true
			rest -= s.partial[i]
		}
	}
	last := len(s.parts)
	s.partial[last], s.given[last] = rest, rest != 0
	first := true
	for i, ok := range s.partOK {
		switch {
		case ok && s.given[i]:
			out.hit(s, hit{row: row, key: s.key(row, i), amount: s.partial[i], first: first, term: term})
			first = false
		case i == last && s.given[i]:
			out.guess(s, s.guess(PartMissing, row, term, rest, true))
		}
	}
}
