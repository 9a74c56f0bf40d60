package grid

import "strings"

// leastDigits is how many digits a grid inside other words must have: 12 RUE 44
// is an address, and a square of 10 km is no place.
const leastDigits = 4

// Cut finds a grid reference that is a text or stands at its end, as in
// "north gate 18QYF 8015 5322", and gives what stands before it. It may still be
// a wrong one; [Parse] says.
func Cut(text string) (before, reference string, ok bool) {
	words := strings.Fields(text)
	for i := range words {
		if i > 0 && len(words)-i > 4 {
			continue // zone and band, square, two halves
		}
		if i+1 < len(words) && onlyDigits(words[i]) && onlyDigits(words[i+1][:1]) {
			continue // a zone is one word: "gate 1 8QYF 8015 5322" is at gate 1
		}
		tail := strings.Join(words[i:], " ")
		if !Looks(tail) {
			continue
		}
		all := squeeze(tail)
		_, letters := cutDigits(all)
		if len(letters)-3 >= leastDigits {
			return strings.Join(words[:i], " "), all, true
		}
	}
	return text, "", false
}

// onlyDigits reports whether a text is figures and nothing else.
func onlyDigits(text string) bool {
	digits, rest := cutDigits(text)
	return digits != "" && rest == ""
}
