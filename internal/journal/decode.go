package journal

import (
	"encoding/binary"
	"slices"
	"time"

	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/fail"
)

// Decode reads an encoded body. It takes exactly the bytes that Encode gives:
// anything unknown, repeated, out of order, longer than it need be or beyond a
// limit is refused with [fail.Invalid] and the offset of the byte. So two
// different bodies never mean the same, and an id names one meaning.
func Decode(body []byte) (Entry, error) {
	if len(body) > MaxEntry {
		return Entry{}, tooLarge(len(body))
	}
	// All texts of the entry share this one copy.
	d := decoder{body: body, text: string(body)}
	var e Entry
	pairs := d.head(cborMap)
	last := -1
	for range pairs {
		key := d.head(cborUint)
		if d.err == nil && int(min(key, keyFields+1)) <= last {
			d.refuse("keys repeated or out of order")
		}
		if d.err != nil {
			break
		}
		last = int(min(key, keyFields+1))
		d.pair(&e, key)
	}
	if d.err == nil && d.at != len(body) {
		d.refuse("more bytes than the entry has")
	}
	if d.err == nil && d.version != formatVersion {
		d.refuse("unknown version of the format")
	}
	if d.err != nil {
		return Entry{}, d.err
	}
	if err := e.checkStamps(); err != nil {
		return Entry{}, err
	}
	return e, e.checkSaid()
}

// decoder reads from the front of body; after the first fault it gives zeros.
type decoder struct {
	body    []byte
	text    string // the same bytes
	at      int
	version uint64
	err     error
}

func (d *decoder) refuse(why string) {
	if d.err == nil {
		d.err = fail.Newf(fail.Invalid, "", "entry: byte %d: %s", d.at, why)
		d.at = len(d.body)
	}
}

// pair reads the value of one key.
func (d *decoder) pair(e *Entry, key uint64) {
	switch key {
	case keyVersion:
		if d.version = d.head(cborUint); d.version != formatVersion {
			d.refuse("unknown version of the format")
		}
	case keyNode:
		e.Node = NodeID(d.hash())
	case keySeq:
		e.Seq = d.head(cborUint)
	case keyPrev:
		e.Prev = d.hash()
		if e.Prev == (ID{}) {
			d.refuse("an empty value is left out")
		}
	case keyClock:
		e.Clock = clock.Stamp(d.head(cborUint))
	case keyOp:
		op := d.head(cborUint)
		e.Op = Op(min(op, uint64(OpWithdraw)+1))
	case keyReported:
		e.Reported = time.UnixMilli(d.int()).UTC()
	case keySeen:
		e.Seen = d.set()
	case keyTargets:
		e.Targets = d.set()
	case keyFields:
		e.Fields = d.fields()
	default:
		if t := e.textAt(key); t != nil {
			*t = d.string()
			return
		}
		d.refuse("unknown key")
	}
}

func (e *Entry) textAt(key uint64) *string {
	switch key {
	case keyMission:
		return &e.Mission
	case keyKind:
		return &e.Kind
	case keyRef:
		return &e.Ref
	case keyActor:
		return &e.Actor
	case keySource:
		return &e.Source
	case keyGrade:
		return &e.Grade
	case keyReason:
		return &e.Reason
	case keyBatch:
		return &e.Batch
	case keyDraft:
		return &e.Draft
	}
	return nil
}

// head reads a major type, which must be the wanted one, and its number.
func (d *decoder) head(major byte) uint64 {
	if d.at >= len(d.body) {
		d.refuse("cut off")
		return 0
	}
	if d.body[d.at]&0xe0 != major {
		d.refuse("another type than expected")
		return 0
	}
	return d.number()
}

// number reads the rest of a head. The number must stand in the fewest bytes.
func (d *decoder) number() uint64 {
	info := d.body[d.at] & 0x1f
	if info < 24 {
		d.at++
		return uint64(info)
	}
	if info > 27 {
		d.refuse("indefinite length")
		return 0
	}
	size := 1 << (info - 24)
	if len(d.body)-d.at-1 < size {
		d.refuse("cut off")
		return 0
	}
	var wide [8]byte
	copy(wide[8-size:], d.body[d.at+1:])
	n := binary.BigEndian.Uint64(wide[:])
	least := [...]uint64{24, 1 << 8, 1 << 16, 1 << 32}[info-24]
	if n < least {
		d.refuse("a number longer than it need be")
		return 0
	}
	d.at += 1 + size
	return n
}

func (d *decoder) int() int64 {
	if d.at < len(d.body) && d.body[d.at]&0xe0 == cborNegInt {
		n := d.number()
		if n > 1<<62 {
			d.refuse("a number out of range")
		}
		return ^int64(n & (1<<63 - 1))
	}
	n := d.head(cborUint)
	if n > 1<<62 {
		d.refuse("a number out of range")
	}
	return int64(n & (1<<63 - 1))
}

// length reads the head of something of n bytes and sees that they are there.
func (d *decoder) length(major byte) int {
	n := d.head(major)
	if d.err == nil && n > uint64(len(d.body)-d.at) {
		d.refuse("cut off")
	}
	if d.err != nil {
		return 0
	}
	if n == 0 {
		d.refuse("an empty value is left out")
	}
	return int(n)
}

func (d *decoder) string() string {
	n := d.length(cborText)
	s := d.text[d.at : d.at+n]
	d.at += n
	return s
}

func (d *decoder) bytes() []byte {
	n := d.length(cborBytes)
	b := slices.Clone(d.body[d.at : d.at+n])
	d.at += n
	return b
}

func (d *decoder) hash() (id ID) {
	n := d.length(cborBytes)
	if d.err != nil {
		return id
	}
	if n != len(id) {
		d.refuse("a hash or key has 32 bytes")
		return id
	}
	copy(id[:], d.body[d.at:])
	d.at += n
	return id
}

func (d *decoder) set() []ID {
	n := d.head(cborArray)
	if d.err == nil && (n == 0 || n > uint64(len(d.body)-d.at)/34) {
		d.refuse("a set that is empty or cut off")
	}
	if d.err != nil {
		return nil
	}
	ids := make([]ID, 0, n)
	for range n {
		id := d.hash()
		if len(ids) > 0 && compareIDs(ids[len(ids)-1], id) >= 0 {
			d.refuse("a set out of order")
		}
		ids = append(ids, id)
	}
	return ids
}

func (d *decoder) fields() map[string]Value {
	n := d.head(cborMap)
	if d.err == nil && (n == 0 || n > MaxFields) {
		d.refuse("no fields, or too many")
	}
	if d.err != nil {
		return nil
	}
	fields := make(map[string]Value, n)
	var last string
	for range n {
		name := d.string()
		if d.err == nil && compareKeys(last, name) >= 0 {
			d.refuse("fields repeated or out of order")
		}
		v := d.value()
		if d.err != nil {
			return nil
		}
		fields[name] = v
		last = name
	}
	return fields
}

func (d *decoder) value() Value {
	if d.at >= len(d.body) {
		d.refuse("cut off")
		return Value{}
	}
	switch first := d.body[d.at]; {
	case first == cborNull:
		d.at++
		return Value{}
	case first&0xe0 == cborText:
		return Value{Text: d.string()}
	case first == cborArray|2:
		d.at++
		return Value{Subject: d.string(), Sealed: d.bytes()}
	}
	d.refuse("a value of no known form")
	return Value{}
}
