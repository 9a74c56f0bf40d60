package measure

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/record"
)

// layout is what of a kind is kept: the fields that some measure uses.
type layout struct {
	kind    *kind.Kind
	zone    *time.Location
	words   []string // texts
	numbers []string
	dates   []string // kept as their bounds
	present []string // fields of which only is kept whether they are stated
	refs    bool     // the record's ref, to break ties alike on every node
}

// maxPresent is how many fields' presence fits a row's bits.
const maxPresent = 16

func newLayout(k *kind.Kind, zone *time.Location, set *Set) (*layout, error) {
	l := &layout{kind: k, zone: zone}
	for _, d := range set.All() {
		for i := range d.Terms {
			if d.Terms[i].Kind == k.ID {
				l.need(d, &d.Terms[i])
			}
		}
	}
	if k.ID == rateKind {
		l.words = append(l.words, rateBase, rateQuote, rateField, record.FieldSource)
		l.refs = true
	}
	for _, list := range []*[]string{&l.words, &l.numbers, &l.dates, &l.present} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	if len(l.present) > maxPresent {
		return nil, fmt.Errorf("the measures test %d fields of kind %s for being stated; at most %d are kept", len(l.present), k.ID, maxPresent)
	}
	return l, nil
}

func (l *layout) need(d *Definition, t *Term) {
	has := func(f string) bool {
		_, ok := l.kind.Field(f)
		return ok || len(f) > 0 && f[0] == '@' && f != Self
	}
	word := func(f string) {
		if has(f) {
			l.words = append(l.words, f)
		}
	}
	number := func(f string) {
		if has(f) {
			l.numbers = append(l.numbers, f)
		}
	}
	for _, dim := range d.Dimensions {
		word(dim.Field)
		for _, f := range dim.Split {
			number(f)
		}
	}
	for f := range t.When {
		word(f)
	}
	for f := range t.Unless {
		word(f)
	}
	for _, f := range d.ByGroup {
		word(f)
	}
	word(d.Apart)
	number(d.valueOf(t))
	for _, f := range []string{d.From, d.Until} {
		if f != "" {
			l.dates = append(l.dates, f)
		}
	}
	l.present = append(l.present, t.Set...)
	l.present = append(l.present, t.Unset...)
	l.refs = l.refs || d.How == Latest
}

// valueOf is the field a term adds; "" counts records.
func (d *Definition) valueOf(t *Term) string {
	if t.Value != "" {
		return t.Value
	}
	return d.Value
}

// table holds the live versions of one kind's records in columns.
type table struct {
	*layout
	knownFrom, knownTo []int64 // milliseconds; knownTo is exclusive
	lo, hi             []int64 // event interval; both never when there is none
	id                 []uint32
	class              []uint16 // how it is marked and whose it is
	classes            []record.Class
	codes              map[record.Class]uint16
	classNow           map[uint32]uint16 // of the newest version, for records with several
	words              map[string]*words
	numbers            map[string]*numbers
	dates              map[string]*[2][]int64
	present            []uint16
	refs               []string
	maxID              int64
}

func newTable(l *layout) *table {
	t := &table{layout: l, words: map[string]*words{}, numbers: map[string]*numbers{}, dates: map[string]*[2][]int64{}, codes: map[record.Class]uint16{}, classNow: map[uint32]uint16{}}
	for _, f := range l.words {
		t.words[f] = newWords()
	}
	for _, f := range l.numbers {
		t.numbers[f] = &numbers{}
	}
	for _, f := range l.dates {
		t.dates[f] = &[2][]int64{}
	}
	return t
}

func (t *table) rows() int { return len(t.id) }

// add keeps a version. Struck and withdrawn versions count nowhere: they are
// left out, and end the version before them all the same.
func (t *table) add(v *record.Version) error {
	if v.ID < 0 || v.ID > math.MaxUint32 {
		return fmt.Errorf("record number %d is out of range", v.ID)
	}
	class := t.code(t.classOf(v))
	if v.KnownTo.IsZero() && v.Number > 1 {
		t.classNow[uint32(v.ID)] = class
	}
	if v.State != record.Live {
		return nil
	}
	lo, hi := int64(never), int64(never)
	if !v.Lo.IsZero() || !v.Hi.IsZero() {
		lo, hi = v.Lo.UnixMilli(), v.Hi.UnixMilli()
	}
	to := int64(always)
	if !v.KnownTo.IsZero() {
		to = v.KnownTo.UnixMilli()
	}
	t.knownFrom, t.knownTo = append(t.knownFrom, v.KnownFrom.UnixMilli()), append(t.knownTo, to)
	t.lo, t.hi = append(t.lo, lo), append(t.hi, hi)
	t.id = append(t.id, uint32(v.ID))
	t.maxID = max(t.maxID, v.ID)
	t.class = append(t.class, class)
	for _, f := range t.layout.words {
		t.words[f].add(v.Text(f))
	}
	for _, f := range t.layout.numbers {
		n := int64(missing)
		if a, err := ParseAmount(v.Text(f)); err == nil {
			n = int64(a)
		}
		t.numbers[f].add(n)
	}
	for _, f := range t.layout.dates {
		from, to := t.bounds(v, f)
		t.dates[f][0], t.dates[f][1] = append(t.dates[f][0], from), append(t.dates[f][1], to)
	}
	if len(t.layout.present) > 0 {
		t.present = append(t.present, t.presence(v))
	}
	if t.layout.refs {
		t.refs = append(t.refs, v.Ref)
	}
	return nil
}

// classOf is how a version is marked and whose it is, stated or not.
func (l *layout) classOf(v *record.Version) record.Class {
	return record.Class{
		Marking: cmp.Or(v.Text("marking"), l.kind.Marking),
		Owner:   cmp.Or(v.Text("owner"), v.Text(l.kind.Owner), "mission"),
	}
}

func (t *table) code(of record.Class) uint16 {
	code, ok := t.codes[of]
	if ok {
		return code
	}
	if len(t.classes) >= noClass {
		return noClass
	}
	// The texts are parts of a record's memory; copies let the rest go.
	of = record.Class{Marking: strings.Clone(of.Marking), Owner: strings.Clone(of.Owner)}
	code = uint16(len(t.classes))
	t.classes, t.codes[of] = append(t.classes, of), code
	return code
}

func (t *table) presence(v *record.Version) uint16 {
	var bits uint16
	for i, f := range t.layout.present {
		if !v.Fields[f].Cleared() {
			bits |= 1 << i
		}
	}
	return bits
}

// bounds of a date field; never when it is empty.
func (t *table) bounds(v *record.Version, f string) (from, to int64) {
	text := v.Text(f)
	if text == "" {
		return never, never
	}
	loc, err := kind.Location(v.Text("zone"), t.zone)
	if err != nil {
		loc = t.zone
	}
	d, err := edtf.Parse(text)
	if err != nil {
		return never, never
	}
	lo, hi := d.Bounds(loc)
	return lo.UnixMilli(), hi.UnixMilli()
}

// drop takes out the rows of the given records, keeping no order.
func (t *table) drop(ids map[uint32]struct{}) {
	least := uint32(math.MaxUint32)
	for id := range ids {
		least = min(least, id)
		delete(t.classNow, id)
	}
	n := t.rows()
	for i := n - 1; i >= 0; i-- {
		if t.id[i] < least {
			continue
		}
		if _, gone := ids[t.id[i]]; gone {
			n--
			t.move(i, n)
		}
	}
	t.cut(n)
}

func (t *table) move(to, from int) {
	if to == from {
		return
	}
	t.knownFrom[to], t.knownTo[to] = t.knownFrom[from], t.knownTo[from]
	t.lo[to], t.hi[to] = t.lo[from], t.hi[from]
	t.id[to], t.class[to] = t.id[from], t.class[from]
	for _, w := range t.words {
		w.move(to, from)
	}
	for _, v := range t.numbers {
		v.move(to, from)
	}
	for _, d := range t.dates {
		d[0][to], d[1][to] = d[0][from], d[1][from]
	}
	if t.present != nil {
		t.present[to] = t.present[from]
	}
	if t.refs != nil {
		t.refs[to] = t.refs[from]
	}
}

func (t *table) cut(n int) {
	t.knownFrom, t.knownTo, t.lo, t.hi = t.knownFrom[:n], t.knownTo[:n], t.lo[:n], t.hi[:n]
	t.id, t.class = t.id[:n], t.class[:n]
	for _, w := range t.words {
		w.cut(n)
	}
	for _, v := range t.numbers {
		v.cut(n)
	}
	for _, d := range t.dates {
		d[0], d[1] = d[0][:n], d[1][:n]
	}
	if t.present != nil {
		t.present = t.present[:n]
	}
	if t.refs != nil {
		clear(t.refs[n:])
		t.refs = t.refs[:n]
	}
}

// fit gives back the room that growing left, one column after the other.
func (t *table) fit() {
	tight(&t.knownFrom)
	tight(&t.knownTo)
	tight(&t.lo)
	tight(&t.hi)
	tight(&t.id)
	tight(&t.class)
	tight(&t.present)
	tight(&t.refs)
	for _, w := range t.words {
		tight(&w.narrow)
		tight(&w.wide)
	}
	for _, v := range t.numbers {
		tight(&v.narrow)
		tight(&v.wide)
	}
	for _, d := range t.dates {
		tight(&d[0])
		tight(&d[1])
	}
}

// tight copies a column of which more than a twentieth is empty room.
func tight[T any](column *[]T) {
	if spare := cap(*column) - len(*column); *column != nil && spare > len(*column)/20 {
		*column = append(make([]T, 0, len(*column)+len(*column)/50), *column...)
	}
}

// size is the memory of the columns in bytes.
func (t *table) size() int {
	n := 8*(cap(t.knownFrom)+cap(t.knownTo)+cap(t.lo)+cap(t.hi)) + 4*cap(t.id) + 2*cap(t.class) + 2*cap(t.present) + 16*cap(t.refs)
	for _, w := range t.words {
		n += w.size()
	}
	for _, v := range t.numbers {
		n += v.size()
	}
	for _, d := range t.dates {
		n += 8 * (cap(d[0]) + cap(d[1]))
	}
	return n
}
