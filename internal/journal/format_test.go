package journal_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"konbit.org/konbit/internal/clock"
	"konbit.org/konbit/internal/fail"
	"konbit.org/konbit/internal/journal"
)

// texts of a generated entry: short ones, empty ones and such that need care.
var (
	someText = rapid.OneOf(rapid.String(), rapid.StringN(0, 300, -1), rapid.SampledFrom([]string{"é", "Ñandú", "\x00", "|"}))
	needText = someText.Filter(func(s string) bool { return s != "" })
	someIDs  = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) journal.ID {
		return sha256.Sum256([]byte{byte(rapid.IntRange(0, 40).Draw(t, "id"))})
	}), 0, 30)
)

func value(t *rapid.T) journal.Value {
	switch rapid.IntRange(0, 2).Draw(t, "form") {
	case 0:
		return journal.Value{}
	case 1:
		return journal.Value{Text: needText.Draw(t, "text")}
	}
	return journal.Value{Subject: needText.Draw(t, "subject"), Sealed: rapid.SliceOfN(rapid.Byte(), 1, 80).Draw(t, "sealed")}
}

// anyEntry draws a whole entry of any shape.
func anyEntry(t *rapid.T) journal.Entry {
	e := journal.Entry{
		Node: journal.NodeID(sha256.Sum256(rapid.SliceOf(rapid.Byte()).Draw(t, "node"))),
		Seq:  rapid.Uint64Range(1, 1<<63-1).Draw(t, "seq"), Clock: clock.Stamp(rapid.Uint64Range(1, 1<<64-1).Draw(t, "clock")),
		Mission: needText.Draw(t, "mission"), Kind: needText.Draw(t, "kind"), Ref: needText.Draw(t, "ref"),
		Op: journal.Op(rapid.IntRange(1, 3).Draw(t, "op")), Actor: needText.Draw(t, "actor"),
		Reported: time.UnixMilli(rapid.Int64Range(-62135596799999, 253402300799999).Draw(t, "reported")).UTC(),
		Source:   someText.Draw(t, "source"), Grade: someText.Draw(t, "grade"), Reason: someText.Draw(t, "reason"),
		Batch: someText.Draw(t, "batch"), Draft: someText.Draw(t, "draft"), Seen: someIDs.Draw(t, "seen"),
	}
	if e.Seq > 1 {
		e.Prev = sha256.Sum256([]byte("before"))
	}
	switch e.Op {
	case journal.OpState:
		e.Fields = rapid.MapOfN(needText, rapid.Custom(value), 0, 40).Draw(t, "fields")
	case journal.OpWithdraw:
		e.Targets = append(someIDs.Draw(t, "targets"), journal.ID{1})
	}
	return e
}

func TestAnyEntryIsReadBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyEntry(t)
		body, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := journal.Decode(body)
		if err != nil {
			t.Fatalf("%x: %v", body, err)
		}
		e.Seen, e.Targets = sorted(e.Seen), sorted(e.Targets)
		if len(e.Fields) == 0 {
			e.Fields = nil
		}
		if diff := cmp.Diff(e, got); diff != "" {
			t.Fatal(diff)
		}
		for cut := range body {
			if _, err := journal.Decode(body[:cut]); !fail.Is(err, fail.Invalid) {
				t.Fatalf("cut to %d of %d bytes: %v", cut, len(body), err)
			}
		}
		if _, err := journal.Decode(append(body, 0)); !fail.Is(err, fail.Invalid) {
			t.Fatalf("a byte more: %v", err)
		}
	})
}

func sorted(ids []journal.ID) []journal.ID {
	if len(ids) == 0 {
		return nil
	}
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b journal.ID) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(ids)
}

// The codec is written by hand. Another one, which follows RFC 8949 section
// 4.2.1, must give the same bytes for the same content.
func TestTheBytesAreThoseOfAnotherDeterministicEncoder(t *testing.T) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		e := anyEntry(t)
		body, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		want, err := mode.Marshal(asMap(e))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(body, want) {
			t.Fatalf("\n%x\n%x", body, want)
		}
	})
}

// asMap is the entry as the table of docs/formats/entry.md lays it down.
func asMap(e journal.Entry) map[int]any {
	m := map[int]any{0: 1, 1: e.Node[:], 2: e.Seq, 4: uint64(e.Clock), 8: int(e.Op), 10: e.Reported.UnixMilli()}
	if e.Prev != (journal.ID{}) {
		m[3] = e.Prev[:]
	}
	for key, text := range map[int]string{
		5: e.Mission, 6: e.Kind, 7: e.Ref, 9: e.Actor,
		11: e.Source, 12: e.Grade, 13: e.Reason, 14: e.Batch, 15: e.Draft,
	} {
		if text != "" {
			m[key] = text
		}
	}
	for key, ids := range map[int][]journal.ID{16: sorted(e.Seen), 17: sorted(e.Targets)} {
		var list [][]byte
		for _, id := range ids {
			list = append(list, id[:])
		}
		if len(list) > 0 {
			m[key] = list
		}
	}
	fields := map[string]any{}
	for name, v := range e.Fields {
		switch {
		case v.Sealed != nil:
			fields[name] = []any{v.Subject, v.Sealed}
		case v.Text != "":
			fields[name] = v.Text
		default:
			fields[name] = nil
		}
	}
	if len(fields) > 0 {
		m[18] = fields
	}
	return m
}

// example is the entry of docs/formats/entry.md.
func example() (journal.Entry, ed25519.PrivateKey) {
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = byte(i)
	}
	key := ed25519.NewKeyFromSeed(seed)
	return journal.Entry{
		Node: journal.NodeID(key.Public().(ed25519.PublicKey)), Seq: 1,
		Clock:   clock.At(time.Date(2025, 3, 25, 20, 31, 2, 0, time.UTC)),
		Mission: "demo", Kind: "incident", Ref: "I-7", Op: journal.OpState, Actor: "duty",
		Reported: time.Date(2025, 3, 25, 20, 30, 0, 0, time.UTC), Source: "S-1", Grade: "B2",
		Fields: map[string]journal.Value{
			"injured": {Text: "2"},
			"note":    {},
			"name":    {Subject: "demo/person/P-1", Sealed: []byte{0xde, 0xad, 0xbe, 0xef}},
		},
	}, key
}

// The page is the golden file: every byte that it shows is compared, so that it
// cannot say what is not so.
func TestTheExampleInTheDocumentIsTrue(t *testing.T) {
	page, err := os.ReadFile("../../docs/formats/entry.md")
	if err != nil {
		t.Fatal(err)
	}
	e, key := example()
	body, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	id := sha256.Sum256(body)
	for name, want := range map[string][]byte{
		"body": body, "id": id[:], "signature": ed25519.Sign(key, append([]byte("konbit entry 1\x00"), body...)),
	} {
		if got := shown(t, string(page), name); got != hex.EncodeToString(want) {
			t.Errorf("%s: the page shows\n%s\nand it is\n%x", name, got, want)
		}
	}
}

// shown collects the hexadecimal digits of the block ```hex name; what follows
// two spaces on a line is explanation.
func shown(t *testing.T, page, name string) string {
	t.Helper()
	block := regexp.MustCompile("(?s)```hex " + name + "\n(.*?)```").FindStringSubmatch(page)
	if block == nil {
		t.Fatalf("the page has no block %q", name)
	}
	var digits strings.Builder
	for line := range strings.Lines(block[1]) {
		line, _, _ = strings.Cut(strings.TrimRight(line, "\n"), "  ")
		digits.WriteString(strings.ReplaceAll(line, " ", ""))
	}
	return digits.String()
}

func TestBytesThatEncodeWouldNotGiveAreRefused(t *testing.T) {
	e, _ := example()
	body, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	swap := func(from, to string) func() []byte {
		return func() []byte {
			old, want := mustHex(t, from), mustHex(t, to)
			if bytes.Count(body, old) != 1 {
				t.Fatalf("%s stands %d times in %x", from, bytes.Count(body, old), body)
			}
			return bytes.Replace(body, old, want, 1)
		}
	}
	cases := map[string]func() []byte{
		"another version":         swap("ad0001", "ad0002"),
		"no version":              swap("ad0001", "ac"),
		"an indefinite map":       func() []byte { return append(append([]byte{0xbf}, body[1:]...), 0xff) },
		"an indefinite text":      swap("0564"+"64656d6f", "057f64"+"64656d6f"+"ff"),
		"a longer number":         swap("0801", "081801"),
		"a longer length":         swap("0564"+"64656d6f", "057804"+"64656d6f"),
		"an unknown key":          swap("0c624232", "181b624232"),
		"a key twice":             swap("0b63532d310c624232", "0b63532d310b624232"),
		"keys out of order":       swap("0b63532d310c624232", "0c6242320b63532d31"),
		"an empty text":           swap("0c624232", "0c60"),
		"a float":                 swap("0801", "08f93c00"),
		"a tagged text":           swap("0c624232", "0cc0624232"),
		"a field that is a flag":  swap("646e6f7465f6", "646e6f7465f5"),
		"a field twice":           swap("646e6f7465f6", "646e616d65f6"),
		"a text that is not text": swap("0c624232", "0c62ff32"),
		"nothing":                 func() []byte { return nil },
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			if e, err := journal.Decode(spoil()); !fail.Is(err, fail.Invalid) {
				t.Errorf("want invalid, got %v and %v", e, err)
			}
		})
	}
	if _, err := journal.Decode(make([]byte, journal.MaxEntry+1)); !fail.Is(err, fail.Invalid) {
		t.Errorf("too large: %v", err)
	}
}

func mustHex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// FuzzDecode: no bytes make it panic or use much memory, and what it takes is
// what Encode gives.
func FuzzDecode(f *testing.F) {
	e, _ := example()
	for _, spoil := range []func(*journal.Entry){
		func(*journal.Entry) {},
		func(e *journal.Entry) { e.Seq, e.Prev = 2, journal.ID{7} },
		func(e *journal.Entry) { e.Op, e.Fields = journal.OpRetract, nil },
		func(e *journal.Entry) { e.Op, e.Fields, e.Targets = journal.OpWithdraw, nil, []journal.ID{{1}, {2}} },
		func(e *journal.Entry) { e.Reported, e.Seen = time.UnixMilli(-1), []journal.ID{{5}} },
	} {
		e := e
		e.Fields = maps.Clone(e.Fields)
		spoil(&e)
		body, err := e.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
		f.Add(body[:len(body)/2])
	}
	f.Add([]byte{0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := journal.Decode(body)
		if err != nil {
			if !fail.Is(err, fail.Invalid) {
				t.Fatalf("%x: %v", body, err)
			}
			return
		}
		again, err := e.Encode()
		if err != nil || !bytes.Equal(body, again) {
			t.Fatalf("%x\n%x\n%v", body, again, err)
		}
	})
}
