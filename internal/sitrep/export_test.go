package sitrep

// Portions are the paragraphs of a text, each with its mark.
func Portions(text string) (out [][2]string) {
	for _, p := range portions(text) {
		out = append(out, [2]string{p.mark, p.text})
	}
	return out
}
