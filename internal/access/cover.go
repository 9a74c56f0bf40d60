package access

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
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
func cover(names, refs []since) func(string, time.Time) string {
	c := coverer{names: map[string]time.Time{}}
	for _, name := range names {
		c.learn(name)
	}
	for _, ref := range refs {
		c.add(joined(pieces(ref.text)), ref.from)
	}
	if len(c.names) == 0 {
		return nil
	}
	return c.cover
}

// since is a text to hide, and from when on.
type since struct {
	text string
	from time.Time
}

type coverer struct {
	names   map[string]time.Time // letters and digits alone, folded
	longest int                  // bytes
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
	c.longest = max(c.longest, len(text))
}

// cover is a text as it may be told; the zero time stands for now.
func (c *coverer) cover(text string, told time.Time) string {
	list := pieces(text)
	var b strings.Builder
	done := 0
	for i := 0; i < len(list); i++ {
		n := c.match(list[i:], told)
		if n == 0 {
			continue
		}
		b.WriteString(text[done:list[i].from])
		b.WriteString(hidden)
		i += n - 1
		done = list[i].to
	}
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
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
		if from >= 0 && digit != digits && !unicode.IsMark(r) {
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
