package access

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"konbit.org/konbit/internal/record"
)

// hidden stands where a name was. Its length says nothing of that of the name.
const hidden = "■"

// alone is from how many letters on a part of a name is covered where it stands
// by itself.
const alone = 4

// cover makes a function that hides names in texts: whatever their case, accents,
// signs and spaces between, in either order, and the longer parts of a name also
// by themselves. A ref is hidden as a whole. A text that was told before somebody
// could be hurt keeps their name: had it been covered since yesterday, that would
// tell who it is. nil when there is nothing to hide.
func cover(names, refs []since) *coverer {
	c := &coverer{names: map[string]time.Time{}}
	for _, name := range names {
		c.learn(name)
	}
	for _, ref := range refs {
		c.add(joined(pieces(ref.text)), ref.from)
	}
	if len(c.names) == 0 {
		return nil
	}
	for name := range c.names {
		c.sought = append(c.sought, name)
		if spelt := record.FoldText(name); spelt != name {
			c.sought = append(c.sought, spelt)
		}
	}
	return c
}

// touches reports whether a word that somebody searches for, or a word that
// begins with it, may be a part of what is hidden: then what an index finds is
// not yet what the reader may know. A piece is hidden only as part of a whole
// name, so that 0 in aa0 is none of that in case-0.
func (c *coverer) touches(word string) bool {
	list := pieces(record.FoldText(word))
	return slices.ContainsFunc(c.sought, func(name string) bool { return meets(name, list) })
}

// meets reports whether a name can cover a piece of a word: it holds the whole
// word, ends in it, begins in it and may go on, or lies in it.
func meets(name string, word []piece) bool {
	if strings.Contains(name, joined(word)) {
		return true
	}
	for i := range word {
		if i > 0 && strings.HasSuffix(name, joined(word[:i])) || i > 0 && strings.HasPrefix(name, joined(word[i:])) {
			return true
		}
		for j := i + 1; j < len(word); j++ {
			if name == joined(word[i:j]) {
				return true
			}
		}
	}
	return false
}

// since is a text to hide, and from when on.
type since struct {
	text string
	from time.Time
}

type coverer struct {
	names   map[string]time.Time // letters and digits alone, folded
	longest int                  // bytes
	// How the names begin: by a single letter or digit, by two bytes, by three.
	one   [256]bool
	two   [1 << 16 / 64]uint64
	three [1 << threeBits / 64]uint64
	// sought are the names as they are searched for, too.
	sought []string
	// clean are long texts that were found to hold no name at all.
	clean texts
}

func (c *coverer) learn(name since) {
	list := pieces(name.text)
	var forward, backward strings.Builder
	for i := range list {
		forward.WriteString(list[i].text)
		backward.WriteString(list[len(list)-1-i].text)
		if t := list[i].text; len(list) > 1 && utf8.RuneCountInString(t) >= alone && !list[i].digits {
			c.add(t, name.from)
		}
	}
	c.add(forward.String(), name.from)
	c.add(backward.String(), name.from)
}

func (c *coverer) add(text string, from time.Time) {
	if utf8.RuneCountInString(text) < 2 { // a single letter is in every text
		return
	}
	if old, known := c.names[text]; known && old.Before(from) {
		from = old
	}
	c.names[text] = from
	pair := uint16(text[0])<<8 | uint16(text[1])
	c.one[text[0]] = true
	c.two[pair/64] |= 1 << (pair % 64)
	if len(text) > 2 {
		of := threeOf(text[0], text[1], text[2])
		c.three[of/64] |= 1 << (of % 64)
	}
	c.longest = max(c.longest, len(text))
}

// cover is a text as it may be told; the zero time stands for now. What is long and
// was looked at lately without finding any name is not looked at again.
func (c *coverer) cover(text string, told time.Time) string {
	if len(text) < longText {
		return c.find(text, told)
	}
	if c.clean.has(text) {
		return text
	}
	out := c.find(text, told)
	if out == text && (told.IsZero() || c.find(text, time.Time{}) == text) {
		c.clean.add(text)
	}
	return out
}

// find covers what it finds. Most pieces of most texts begin like no name: they are
// passed over as they stand.
func (c *coverer) find(text string, told time.Time) string {
	var b strings.Builder
	done := 0
	for i := c.skip(text, 0); i < len(text); i = c.skip(text, i) {
		from, to := nextPiece(text, i)
		if i = to; from == to {
			break
		}
		if !c.mayBegin(text[from:to]) {
			continue
		}
		list := someCuts(text[from:], c.longest)
		n := c.match(list, told)
		if n == 0 {
			continue
		}
		b.WriteString(text[done : from+list[0].from])
		b.WriteString(hidden)
		done = from + list[n-1].to
		i = done
	}
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
}

// mayBegin reports whether a name may begin with a piece, by its first letters;
// what is not ASCII is looked at in full.
func (c *coverer) mayBegin(piece string) bool {
	for i := range min(3, len(piece)) {
		if piece[i] >= utf8.RuneSelf {
			return true
		}
	}
	switch len(piece) {
	case 1:
		return c.one[lower(piece[0])]
	case 2:
		return c.pair(piece[0], piece[1])
	}
	return c.triple(piece[0], piece[1], piece[2]) // a shorter name is not the whole piece
}

// threeBits is how many bits tell three letters or digits apart.
const threeBits = 15

func threeOf(a, b, c byte) uint16 {
	return (uint16(lower(a))<<10 ^ uint16(lower(b))<<5 ^ uint16(lower(c))) & (1<<threeBits - 1)
}

func (c *coverer) triple(x, y, z byte) bool {
	of := threeOf(x, y, z)
	return c.three[of/64]&(1<<(of%64)) != 0
}

func (c *coverer) pair(a, b byte) bool {
	pair := uint16(lower(a))<<8 | uint16(lower(b))
	return c.two[pair/64]&(1<<(pair%64)) != 0
}

// skip passes over what begins like no name, as far as it is ASCII: nearly all of
// nearly all texts. i is where a piece ends, or 0; what it gives is where one
// begins that has to be looked at, or what is not ASCII.
func (c *coverer) skip(text string, i int) int {
	last, begun := other, i
	for ; i < len(text); i++ {
		b := text[i]
		if b >= utf8.RuneSelf {
			if last == other {
				return i
			}
			_, i = nextPiece(text, begun) // it may belong to the piece before
			i, last = i-1, other
			continue
		}
		kind := ascii[b]
		if kind != other && kind != last {
			if begun = i; c.begins(text[i:], kind) {
				return i
			}
		}
		last = kind
	}
	return len(text)
}

// begins reports whether a name may begin where a text does, with an ASCII letter
// or digit of the sort kind.
func (c *coverer) begins(text string, kind uint8) bool {
	if len(text) == 1 || text[1] < utf8.RuneSelf && ascii[text[1]] != kind {
		return c.one[lower(text[0])]
	}
	if text[1] >= utf8.RuneSelf {
		return true
	}
	if len(text) > 2 && text[2] < utf8.RuneSelf && ascii[text[2]] == kind {
		return c.triple(text[0], text[1], text[2])
	}
	return c.pair(text[0], text[1])
}

// ascii is [sort] for the runes that need no looking up.
var ascii = func() (all [utf8.RuneSelf]uint8) {
	for r := range all {
		all[r] = sort(rune(r))
	}
	return all
}()

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// nextPiece is where the next piece at or after i begins and ends; both are the
// length of the text where there is none. It cuts as [pieces] does.
func nextPiece(text string, i int) (from, to int) {
	from = -1
	digits, signed := false, true // signed: there were only marks so far
	for i < len(text) {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		kind := sort(r)
		switch {
		case kind == other && from >= 0, kind != mark && from >= 0 && !signed && (kind == digit) != digits:
			return from, i
		case kind != other:
			if from < 0 {
				from = i
			}
			if kind != mark {
				digits, signed = kind == digit, false
			}
		}
		i += size
	}
	if from < 0 {
		from = len(text)
	}
	return from, len(text)
}

// The sorts of runes: what is none of these parts the pieces.
const (
	other uint8 = iota
	letter
	digit
	mark
)

func sort(r rune) uint8 {
	if r < utf8.RuneSelf {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			return letter
		case '0' <= r && r <= '9':
			return digit
		}
		return other
	}
	switch {
	case unicode.IsDigit(r):
		return digit
	case unicode.IsLetter(r):
		return letter
	case unicode.IsMark(r):
		return mark
	}
	return other
}

// someCuts are the first pieces of a text, as many as the longest name can have.
func someCuts(text string, longest int) []piece {
	// A folded letter may be longer or shorter than it was; signs between count
	// for nothing. What is cut off too early would let a name through, so the
	// text is cut as far as the letters and digits of the longest name reach.
	end, have := 0, 0
	for end < len(text) && have <= longest {
		from, to := nextPiece(text, end)
		if from == to {
			break
		}
		for _, r := range text[from:to] {
			have += len(fold(r))
		}
		end = to
	}
	return pieces(text[:end])
}

// match is how many pieces from the first on are a name, the most there are.
func (c *coverer) match(list []piece, told time.Time) (n int) {
	run := make([]byte, 0, 64)
	for i, p := range list {
		if run = append(run, p.text...); len(run) > c.longest {
			break
		}
		if from, known := c.names[string(run)]; known && (told.IsZero() || !told.Before(from)) {
			n = i + 1
		}
	}
	return n
}

// piece is a run of letters or digits, folded, and where it stands.
type piece struct {
	text     string
	from, to int // bytes
	digits   bool
}

func joined(list []piece) string {
	var b strings.Builder
	for _, p := range list {
		b.WriteString(p.text)
	}
	return b.String()
}

// pieces cuts a text at everything that is no letter, mark or digit, and where
// letters meet digits.
func pieces(text string) []piece {
	var out []piece
	var b strings.Builder
	from, digits := -1, false
	end := func(to int) {
		if from >= 0 && b.Len() > 0 {
			out = append(out, piece{b.String(), from, to, digits})
		}
		from = -1
		b.Reset()
	}
	for i, r := range text {
		digit := unicode.IsDigit(r)
		if !digit && !unicode.IsLetter(r) && !unicode.IsMark(r) {
			end(i)
			continue
		}
		if b.Len() > 0 && digit != digits && !unicode.IsMark(r) { // marks alone belong to what follows
			end(i)
		}
		if from < 0 {
			from = i
		}
		if !unicode.IsMark(r) {
			digits = digit
		}
		b.WriteString(fold(r))
	}
	end(len(text))
	return out
}

// fold takes case and accents from a letter.
func fold(r rune) string {
	if r < utf8.RuneSelf {
		return string(unicode.ToLower(r))
	}
	var b strings.Builder
	for _, d := range norm.NFKD.String(string(r)) {
		if !unicode.IsMark(d) {
			b.WriteRune(unicode.ToLower(d))
		}
	}
	return b.String()
}
