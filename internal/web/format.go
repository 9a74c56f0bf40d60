package web

import (
	"slices"
	"strconv"
	"strings"
)

// format is how a page is written; "" is HTML.
type format string

const (
	asHTML format = "html"
	asJSON format = "json"
	asCSV  format = "csv"
	asXLSX format = "xlsx"
	asGeo  format = "geojson"
	asAtom format = "atom"
	asText format = "txt"
	asSMS  format = "sms"
	asPDF  format = "pdf"
	asDOCX format = "docx"
	asICS  format = "ics"
	// asEvents is a stream; it is asked for by Accept, as browsers do.
	asEvents format = "events"
)

type formatKey struct{}

// mediaTypes are the formats in order of preference, each with its media type.
func mediaTypes() []struct {
	format format
	media  string
} {
	return []struct {
		format format
		media  string
	}{
		{asHTML, "text/html"},
		{asJSON, "application/json"},
		{asCSV, "text/csv"},
		{asXLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{asGeo, "application/geo+json"},
		{asAtom, "application/atom+xml"},
		{asText, "text/plain"},
		{asSMS, "text/plain"}, // by its suffix alone: who accepts plain text gets the whole
		{asPDF, "application/pdf"},
		{asDOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{asICS, "text/calendar"},
		{asEvents, "text/event-stream"},
	}
}

func (f format) media() string {
	for _, m := range mediaTypes() {
		if m.format == f {
			return m.media
		}
	}
	return "text/html"
}

// cutSuffix takes ".json" and its like off the end of an escaped path. A dot
// written as %2E is part of a name and stays.
func cutSuffix(escaped string) (rest string, suffix format) {
	i := strings.LastIndexByte(escaped, '.')
	if i <= strings.LastIndexByte(escaped, '/')+1 {
		return escaped, ""
	}
	f := format(escaped[i+1:])
	if !slices.ContainsFunc(mediaTypes(), func(m struct {
		format format
		media  string
	},
	) bool {
		return m.format == f
	}) {
		return escaped, ""
	}
	return escaped[:i], f
}

// negotiate takes the suffix, else the best of Accept, else HTML.
func (v *visit) negotiate() format {
	if f, _ := v.r.Context().Value(formatKey{}).(format); f != "" {
		return f
	}
	best, weight := asHTML, 0.0
	accept := v.r.Header.Get("Accept")
	if len(accept) > 1000 {
		return asHTML
	}
	for part := range strings.SplitSeq(accept, ",") {
		media, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if s, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			q, _ = strconv.ParseFloat(s, 64) // a weight that is no number counts nothing
		}
		for _, m := range mediaTypes() {
			if (media == m.media || media == "application/problem+json" && m.format == asJSON) && q > weight {
				best, weight = m.format, q
			}
		}
	}
	return best
}
