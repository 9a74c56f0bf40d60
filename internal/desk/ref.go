package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	"konbit.org/konbit/internal/journal"
)

// crockford leaves out I, L, O and U, which are misheard and misread.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewRef makes a name for a record that can be read over a radio, such as
// MOV-7K3F-29QX: the first letters of the kind and 40 bits of chance, so that
// posts without a link do not make the same one.
func NewRef(kindID string, random io.Reader) (string, error) {
	var bits [5]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return "", fmt.Errorf("make a reference: %w", err)
	}
	return refOf(kindID, bits), nil
}

func refOf(kindID string, bits [5]byte) string {
	text := spell(bits[:], 8)
	return strings.ToUpper(kindID[:min(3, len(kindID))]) + "-" + text[:4] + "-" + text[4:]
}

// FormRef gives the same name to the same form, so that a form sent twice
// without an answer does not make two records. It is also how a service knows the
// name of a record that another one in the same call points to.
func FormRef(mission, kindID, form string) string {
	sum := sha256.Sum256([]byte(mission + "\x00" + kindID + "\x00" + form))
	return refOf(kindID, [5]byte(sum[:5]))
}

func spell(bits []byte, letters int) string {
	out := make([]byte, letters)
	var have uint64
	for _, b := range bits {
		have = have<<8 | uint64(b)
	}
	for i := letters - 1; i >= 0; i-- {
		out[i] = crockford[have&31]
		have >>= 5
	}
	return string(out)
}

// NewBatch names an import: imp-20250327-1530-7K3F, the time in UTC.
func NewBatch(now time.Time, random io.Reader) (string, error) {
	var bits [3]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return "", fmt.Errorf("name the import: %w", err)
	}
	return "imp-" + now.UTC().Format("20060102-1504") + "-" + spell(bits[:], 4), nil
}

const (
	rowPrefix  = "row:"
	formPrefix = "form:"
)

// rowDraft is the name under which a row is known again: a digest of all it
// says, and when it says it was reported. Personal values go in sealed, so that
// the digest gives nothing away once their key is destroyed.
func (t *told) rowDraft() string {
	h := sha256.New()
	names := make([]string, 0, len(t.fields))
	for name := range t.fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		v := t.fields[name]
		fmt.Fprintf(h, "%d:%s%d:%s%d:%s", len(name), name, len(v.Text), v.Text, len(v.Sealed), v.Sealed)
	}
	fmt.Fprintf(h, "|%q %q %q", t.source, t.grade, t.given)
	draft := rowPrefix + hex.EncodeToString(h.Sum(nil)[:16])
	if t.given != "" {
		draft += "@" + t.given
	}
	return draft
}

// isRow says whether an entry came as a row, and as reported when.
func isRow(e *journal.Stored) (given string, ok bool) {
	if e.Op != journal.OpState || !strings.HasPrefix(e.Draft, rowPrefix) {
		return "", false
	}
	_, given, _ = strings.Cut(e.Draft, "@")
	return given, true
}
