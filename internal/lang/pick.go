package lang

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Pick chooses the language of a page: what the address asks for, else what the
// reader chose before, else what the browser prefers, else English. Only the
// five languages come back.
func Pick(acceptLanguage, cookie, query string) string {
	for _, wish := range []string{query, cookie} {
		wish = strings.ToLower(strings.TrimSpace(wish))
		if base, _, _ := strings.Cut(wish, "-"); slices.Contains(Languages(), base) {
			return base
		}
	}
	// A header of any length comes from outside; nobody reads fifty languages.
	if len(acceptLanguage) > 500 {
		acceptLanguage = acceptLanguage[:500]
	}
	tags, weights, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return "en"
	}
	for i, tag := range tags {
		base, _ := tag.Base()
		if weights[i] > 0 && slices.Contains(Languages(), base.String()) {
			return base.String()
		}
	}
	return "en"
}
