package sitrep

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"konbit.org/konbit/internal/gsm"
)

// requestMost is how many letters of each request a short message carries: that
// there is one, and about what. The rest is in the report.
const requestMost = 100

// SMS is a report cut to what matters, as short messages that any telephone takes:
// number, period, inputs, incidents, casualties, strength and requests.
func SMS(d Document) []string {
	colon := cmp.Or(d.Says.Colon, ": ")
	parts := []string{d.Marking + ".", strings.TrimSpace(d.Title+" "+d.Number) + "."}
	if d.State != "" {
		parts = append(parts, "*"+d.State+"*")
	}
	parts = append(parts, d.Says.Period+" "+strings.ReplaceAll(d.Period, " ", "")+".", d.Says.Inputs+" "+d.Inputs+".")
	if d.Missing != "" {
		parts = append(parts, d.Says.Missing+colon+d.Missing+".")
	}
	for i := range d.Sections {
		s := &d.Sections[i]
		for _, f := range s.Figures {
			if f.Short != "" && !f.Kept {
				parts = append(parts, strings.TrimSpace(f.Short+" "+f.Value+" "+f.Unit)+".")
			}
		}
		if s.ID == "requests" && s.Standing == Content {
			for _, text := range s.Paragraphs {
				parts = append(parts, s.Title+colon+shortened(text, requestMost))
			}
		}
	}
	return gsm.Split(gsm.Plain(strings.Join(parts, " ")), gsm.Single)
}

// shortened is a text of at most so many letters, cut between words.
func shortened(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	cut := string([]rune(text)[:most-3])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return cut + "..."
}
