package measure

import (
	"maps"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/access"
	"konbit.org/konbit/internal/fail"
)

// plan is a checked question.
type plan struct {
	query    Query
	mission  Mission
	d        *Definition
	who      access.Actor
	sight    *sight
	closed   map[string]bool // dimensions that some records may not be told apart by
	out      Publication
	now      time.Time
	start    int64 // exclusive: what had happened by it is left out
	end      int64 // exclusive
	known    int64 // exclusive
	split    string
	splitOn  bool
	partCode []string // the parts of the split dimension, Unsaid last
	partOK   []bool   // kept by Where
}

func (e *Engine) plan(who access.Actor, q Query) (*plan, error) {
	m, d, err := e.definition(who, q.Mission, q.Measure)
	if err != nil {
		return nil, err
	}
	p := &plan{query: q, mission: m, d: d, who: who, sight: e.sight(who, q.Mission), closed: map[string]bool{}, now: e.now().In(m.Zone), start: never, known: always}
	if q.At.IsZero() {
		p.query.At = p.now
	}
	p.out = e.publication(who, q.Mission, m, d.ID)
	p.cut()
	q = p.query
	p.end = second(q.At)
	if !q.From.IsZero() {
		if d.How == Latest {
			return nil, fail.Newf(fail.Invalid, "ask for a date without a period", "measure %s is the state at a date, not a count over a period", d.ID)
		}
		p.start = second(q.From)
	}
	if !q.Known.IsZero() {
		p.known = second(q.Known)
	}
	for _, name := range append(slices.Clone(q.By), slices.Sorted(maps.Keys(q.Where))...) {
		if err := p.check(name); err != nil {
			return nil, err
		}
	}
	p.parts()
	return p, nil
}

func (p *plan) check(name string) error {
	if _, ok := p.d.dimension(name); ok {
		return nil
	}
	names := p.d.Names()
	hint := "it has no dimensions"
	if len(names) > 0 {
		hint = "did you mean " + nearest(name, names) + "? It has " + strings.Join(names, ", ")
	}
	return fail.Newf(fail.Invalid, hint, "measure %s has no dimension %q", p.d.ID, name)
}

// parts finds out whether the question needs the value split.
func (p *plan) parts() {
	for name, dim := range p.d.Dimensions {
		if len(dim.Split) == 0 {
			continue
		}
		wanted, filtered := p.query.Where[name]
		if !filtered && !slices.Contains(p.query.By, name) {
			return
		}
		p.split, p.splitOn = name, true
		p.partCode = append(slices.Sorted(maps.Keys(dim.Split)), Unsaid)
		for _, code := range p.partCode {
			p.partOK = append(p.partOK, !filtered || holds(wanted, code))
		}
	}
}

func holds(list []string, value string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, value) })
}

// kinds are the kinds of the terms, each once.
func (p *plan) kinds() []string {
	var ids []string
	for i := range p.d.Terms {
		if !slices.Contains(ids, p.d.Terms[i].Kind) {
			ids = append(ids, p.d.Terms[i].Kind)
		}
	}
	return ids
}

// test holds for a row when the code of its text is accepted.
type test struct {
	column *words
	accept []bool
}

func (t *test) ok(row int) bool { return t.accept[t.column.at(row)] }

// oneOf accepts the given texts; Unsaid is the empty one. A column that the kind
// does not have says nothing: its only text is the empty one.
func oneOf(column *words, texts []string, want bool) test {
	accept := make([]bool, len(column.texts))
	for i, text := range column.texts {
		accept[i] = (holds(texts, text) || text == "" && holds(texts, Unsaid)) == want
	}
	return test{column, accept}
}

// step is one term made ready for a table.
type step struct {
	sign            int64
	tests           []test
	present, absent uint16
	value           *numbers // nil counts records
	counts          bool
	whole           bool // the value that the split is of
	part            string
}

// scan is a plan made ready for a table. It holds while the table is not written.
type scan struct {
	*plan
	t *table
	look
	where   []test
	steps   []step
	only    *words // the one column that says which step holds, where there is one
	pick    []int  // by its code the step, or -1
	first   int    // rows to visit: from first up to last, exclusive
	last    int
	by      []*words // nil where the kind does not say, or the split dimension
	radix   []uint64
	apart   *words
	parts   []*numbers // of the split dimension, without Unsaid
	groups  uint64     // more than any key
	none    bool       // Where asks for what the kind never says
	partial []Amount   // scratch
	given   []bool
}

func (p *plan) on(t *table) *scan {
	s := &scan{plan: p, t: t, last: t.rows()}
	s.ready()
	for name, wanted := range p.query.Where {
		dim, _ := p.d.dimension(name)
		if dim.Field == "" {
			continue
		}
		if column := t.words[dim.Field]; column != nil {
			s.where = append(s.where, oneOf(column, wanted, true))
			s.shutWhere = append(s.shutWhere, s.shut(name, dim.Field))
		} else if !holds(wanted, Unsaid) {
			s.none = true
		}
	}
	for i := range p.d.Terms {
		if p.d.Terms[i].Kind == t.kind.ID {
			s.addStep(&p.d.Terms[i])
		}
	}
	s.choose()
	s.addKeys()
	s.admit()
	return s
}

// choose looks whether one column decides alone which term holds, as the
// direction of a movement does: then a row costs one look and not one a term.
func (s *scan) choose() {
	var only *words
	for i := range s.steps {
		st := &s.steps[i]
		if len(st.tests) != 1 || only != nil && st.tests[0].column != only {
			return
		}
		only = st.tests[0].column
	}
	if only == nil {
		return
	}
	pick := make([]int, len(only.texts))
	for code := range pick {
		pick[code] = -1
		for i := range s.steps {
			if !s.steps[i].tests[0].accept[code] {
				continue
			}
			if pick[code] >= 0 {
				return // two terms hold at once
			}
			pick[code] = i
		}
	}
	s.only, s.pick = only, pick
}

func (s *scan) addStep(term *Term) {
	st := step{sign: int64(term.Sign), part: term.Part}
	for f, codes := range term.When {
		st.tests = append(st.tests, oneOf(s.t.words[f], codes, true))
	}
	for f, codes := range term.Unless {
		st.tests = append(st.tests, oneOf(s.t.words[f], codes, false))
	}
	for _, f := range term.Set {
		st.present |= 1 << slices.Index(s.t.layout.present, f)
	}
	for _, f := range term.Unset {
		st.absent |= 1 << slices.Index(s.t.layout.present, f)
	}
	f := s.d.valueOf(term)
	st.value, st.counts, st.whole = s.t.numbers[f], f == "", f == s.d.Value || s.d.Value == ""
	s.steps = append(s.steps, st)
}

func (s *scan) addKeys() {
	s.groups = 1
	for _, name := range s.query.By {
		dim, _ := s.d.dimension(name)
		n := uint64(len(s.partCode))
		var column *words
		if len(dim.Split) == 0 {
			if column = s.t.words[dim.Field]; column != nil {
				n = uint64(len(column.texts))
			} else {
				n = 1
			}
		}
		s.by = append(s.by, column)
		s.shutBy = append(s.shutBy, s.shut(name, dim.Field))
		s.radix = append(s.radix, n)
		s.groups *= n
	}
	if s.d.Apart != "" {
		s.apart = s.t.words[s.d.Apart]
	}
	if s.apart != nil {
		s.groups *= uint64(len(s.apart.texts))
	}
	for name, dim := range s.d.Dimensions {
		if len(dim.Split) == 0 {
			continue
		}
		for _, code := range slices.Sorted(maps.Keys(dim.Split)) {
			s.parts = append(s.parts, s.t.numbers[dim.Split[code]])
		}
		if s.splitOn {
			for _, field := range dim.Split {
				s.shutParts = either(s.shutParts, s.shut(name, field))
			}
		}
	}
	s.partial = make([]Amount, len(s.parts)+1)
	s.given = make([]bool, len(s.parts)+1)
}

// key is a row's group: its texts' codes and its part in one number.
func (s *scan) key(row, part int) uint64 {
	var key uint64
	for i, column := range s.by {
		key *= s.radix[i]
		if column != nil {
			if shut := s.shutBy[i]; shut == nil || !shut[s.t.class[row]] {
				key += uint64(column.at(row))
			}
		} else if s.query.By[i] == s.split {
			key += uint64(part)
		}
	}
	if s.apart != nil {
		key = key*uint64(len(s.apart.texts)) + uint64(s.apart.at(row))
	}
	return key
}

// texts is what a key stands for.
func (s *scan) texts(key uint64) (by []string, apart string) {
	if s.apart != nil {
		n := uint64(len(s.apart.texts))
		apart, key = s.apart.texts[key%n], key/n
	}
	by = make([]string, len(s.by))
	for i := len(s.by) - 1; i >= 0; i-- {
		code := key % s.radix[i]
		key /= s.radix[i]
		switch column := s.by[i]; {
		case column != nil && column.texts[code] != "":
			by[i] = column.texts[code]
		case column == nil && s.query.By[i] == s.split:
			by[i] = s.partCode[code]
		default:
			by[i] = Unsaid
		}
	}
	return by, apart
}
