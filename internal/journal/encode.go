package journal

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"
	"unicode/utf8"

	"konbit.org/konbit/internal/fail"
)

// The limits of one entry. They bound what a stranger's entry can cost us.
const (
	MaxEntry  = 256 << 10 // bytes of the encoded body
	MaxString = 64 << 10  // bytes of any text, and of any sealed value
	MaxFields = 512
)

// formatVersion is the value of key 0. Another number is another format.
const formatVersion = 1

// The keys of the encoded map. Numbers once given are never used again.
const (
	keyVersion = iota
	keyNode
	keySeq
	keyPrev
	keyClock
	keyMission
	keyKind
	keyRef
	keyOp
	keyActor
	keyReported
	keySource
	keyGrade
	keyReason
	keyBatch
	keyDraft
	keySeen
	keyTargets
	keyFields
)

// The major types of CBOR (RFC 8949, section 3.1), and null.
const (
	cborUint   = 0 << 5
	cborNegInt = 1 << 5
	cborBytes  = 2 << 5
	cborText   = 3 << 5
	cborArray  = 4 << 5
	cborMap    = 5 << 5
	cborNull   = 0xf6
)

// signingContext keeps a signature of an entry from being taken for a signature
// of anything else.
const signingContext = "konbit entry 1\x00"

// maxStamps is the most that encodeStamps adds.
const maxStamps = 1 + 2 + (1 + 34) + (1 + 9) + (1 + 34) + (1 + 9)

// Encode gives the bytes that are hashed and signed: deterministic CBOR, the
// same for the same entry on any machine. The order of Seen and Targets means
// nothing and is not kept; Reported is cut to the millisecond. It refuses
// ([fail.Invalid]) an entry that is not whole or breaks a limit.
func (e Entry) Encode() ([]byte, error) {
	e, err := e.normal()
	if err != nil {
		return nil, err
	}
	if err := e.checkStamps(); err != nil {
		return nil, err
	}
	said := e.encodeSaid(make([]byte, 0, 1024))
	body := e.encodeStamps(make([]byte, 0, maxStamps+len(said.bytes)), said)
	if len(body) > MaxEntry {
		return nil, tooLarge(len(body))
	}
	return body, nil
}

// hash is the name of an entry: the SHA-256 of its encoded body.
func hash(body []byte) ID { return sha256.Sum256(body) }

// id8 is what the index keeps of an ID.
func (id ID) id8() int64 { return int64(binary.BigEndian.Uint64(id[:8])) }

func compareIDs(a, b ID) int { return bytes.Compare(a[:], b[:]) }

// normal gives the entry as it will be read back, or says what is wrong with it.
func (e Entry) normal() (Entry, error) {
	e.Reported = time.UnixMilli(e.Reported.UnixMilli()).UTC()
	e.Seen = set(e.Seen)
	e.Targets = set(e.Targets)
	if len(e.Fields) == 0 {
		e.Fields = nil
	}
	return e, e.checkSaid()
}

// set sorts ids and leaves out repeats; an empty set is nil.
func set(ids []ID) []ID {
	if len(ids) == 0 {
		return nil
	}
	ids = slices.Clone(ids)
	slices.SortFunc(ids, compareIDs)
	return slices.Compact(ids)
}

func invalid(format string, args ...any) error {
	return fail.Newf(fail.Invalid, "", "entry: "+format, args...)
}

func tooLarge(size int) error {
	return fail.Newf(fail.Invalid, "shorten the texts, or put them in a source record",
		"entry: %d bytes are more than the %d that an entry may have", size, MaxEntry)
}

func (e *Entry) checkStamps() error {
	switch {
	case e.Node == NodeID{}:
		return invalid("no node")
	case e.Seq == 0 || e.Seq > 1<<63-1:
		return invalid("bad sequence number %d", e.Seq)
	case (e.Seq == 1) != (e.Prev == ID{}):
		return invalid("only the first entry of a node has none before it")
	case e.Clock == 0:
		return invalid("no clock stamp")
	}
	return nil
}

// checkSaid checks all but the stamps.
func (e *Entry) checkSaid() error {
	for _, t := range e.texts() {
		if t.needed && t.text == "" {
			return invalid("no %s", t.name)
		}
		if err := checkText(t.name, t.text); err != nil {
			return err
		}
	}
	if year := e.Reported.Year(); year < 1 || year > 9999 || e.Reported.UnixMilli() == (time.Time{}).UnixMilli() {
		return invalid("no reported time, or not in the years 1 to 9999")
	}
	if e.Op < OpState || e.Op > OpWithdraw {
		return invalid("unknown operation %d", e.Op)
	}
	if (e.Op == OpWithdraw) != (len(e.Targets) > 0) {
		return invalid("a withdrawal names what it takes back, and nothing else does")
	}
	if e.Op != OpState && len(e.Fields) > 0 {
		return invalid("only a statement has fields")
	}
	if len(e.Fields) > MaxFields {
		return invalid("%d fields are more than %d", len(e.Fields), MaxFields)
	}
	for name, v := range e.Fields {
		if err := checkField(name, v); err != nil {
			return err
		}
	}
	return nil
}

type namedText struct {
	key    byte
	name   string
	text   string
	needed bool
}

func (e *Entry) texts() [9]namedText {
	record := e.Op != OpWithdraw // a withdrawal may cross many records
	return [...]namedText{
		{keyMission, "mission", e.Mission, true},
		{keyKind, "kind", e.Kind, record},
		{keyRef, "ref", e.Ref, record},
		{keyActor, "actor", e.Actor, true},
		{keySource, "source", e.Source, false},
		{keyGrade, "grade", e.Grade, false},
		{keyReason, "reason", e.Reason, false},
		{keyBatch, "batch", e.Batch, false},
		{keyDraft, "draft", e.Draft, false},
	}
}

func checkText(name, text string) error {
	if len(text) > MaxString {
		return invalid("%s has %d bytes, more than %d", name, len(text), MaxString)
	}
	if !utf8.ValidString(text) {
		return invalid("%s is not UTF-8", name)
	}
	return nil
}

func checkField(name string, v Value) error {
	if name == "" {
		return invalid("a field has no name")
	}
	if err := checkText("the name of a field", name); err != nil {
		return err
	}
	if err := checkText(name, v.Text); err != nil {
		return err
	}
	if err := checkText(name, v.Subject); err != nil {
		return err
	}
	switch {
	case v.Text != "" && v.Sealed != nil:
		return invalid("%s is both open and sealed", name)
	case v.Sealed != nil && len(v.Sealed) == 0, (v.Sealed == nil) != (v.Subject == ""):
		return invalid("%s: a sealed value and its person go together", name)
	case len(v.Sealed) > MaxString:
		return invalid("%s has %d sealed bytes, more than %d", name, len(v.Sealed), MaxString)
	}
	return nil
}

// said is the encoded part of an entry that its author knows, without the
// stamps. Callers encode it themselves, so that the writer has less to do.
type said struct {
	pairs int
	bytes []byte
}

func (e *Entry) encodeSaid(into []byte) said {
	s := said{bytes: into}
	for _, t := range e.texts() {
		if t.key == keyActor {
			s.bytes = appendHead(append(s.bytes, keyOp), cborUint, uint64(e.Op))
			s.pairs++
		}
		if t.key == keySource {
			s.bytes = appendInt(append(s.bytes, keyReported), e.Reported.UnixMilli())
			s.pairs++
		}
		if t.text != "" {
			s.bytes = appendText(append(s.bytes, t.key), t.text)
			s.pairs++
		}
	}
	s.set(keySeen, e.Seen)
	s.set(keyTargets, e.Targets)
	s.fields(e.Fields)
	return s
}

func (s *said) set(key byte, ids []ID) {
	if len(ids) == 0 {
		return
	}
	s.pairs++
	s.bytes = appendHead(append(s.bytes, key), cborArray, uint64(len(ids)))
	for _, id := range ids {
		s.bytes = appendBytes(s.bytes, id[:])
	}
}

func (s *said) fields(fields map[string]Value) {
	if len(fields) == 0 {
		return
	}
	s.pairs++
	s.bytes = appendHead(append(s.bytes, keyFields), cborMap, uint64(len(fields)))
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.SortFunc(names, compareKeys)
	for _, name := range names {
		s.bytes = appendText(s.bytes, name)
		switch v := fields[name]; {
		case v.Sealed != nil:
			s.bytes = appendHead(s.bytes, cborArray, 2)
			s.bytes = appendText(s.bytes, v.Subject)
			s.bytes = appendBytes(s.bytes, v.Sealed)
		case v.Text != "":
			s.bytes = appendText(s.bytes, v.Text)
		default:
			s.bytes = append(s.bytes, cborNull)
		}
	}
}

// compareKeys orders texts as their encoded bytes are ordered: the length is
// encoded first.
func compareKeys(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// encodeStamps appends the whole body: the stamps, then what was said.
func (e *Entry) encodeStamps(b []byte, said said) []byte {
	pairs := 4 + said.pairs
	first := e.Prev == ID{}
	if !first {
		pairs++
	}
	b = appendHead(b, cborMap, uint64(pairs))
	b = append(b, keyVersion, formatVersion)
	b = appendBytes(append(b, keyNode), e.Node[:])
	b = appendHead(append(b, keySeq), cborUint, e.Seq)
	if !first {
		b = appendBytes(append(b, keyPrev), e.Prev[:])
	}
	b = appendHead(append(b, keyClock), cborUint, uint64(e.Clock))
	return append(b, said.bytes...)
}

// appendHead writes a major type and its number in the fewest bytes.
func appendHead(b []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}

func appendInt(b []byte, n int64) []byte {
	if n < 0 {
		return appendHead(b, cborNegInt, uint64(^n))
	}
	return appendHead(b, cborUint, uint64(n))
}

func appendText(b []byte, s string) []byte {
	return append(appendHead(b, cborText, uint64(len(s))), s...)
}

func appendBytes(b, s []byte) []byte {
	return append(appendHead(b, cborBytes, uint64(len(s))), s...)
}
