package kind

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"konbit.org/konbit/internal/grid"
)

const (
	textLimit = 4000 // characters of a text whose kind sets no limit
	refLimit  = 200  // characters of a reference
)

// clean trims blanks of every sort, marks of byte order, and puts the text in
// normal form C, so that é typed in two ways is one text.
func clean(s string) string {
	if strings.ContainsAny(s, "\r\t\ufeff") {
		s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ", "\ufeff", "").Replace(s)
	}
	return strings.TrimSpace(norm.NFC.String(strings.TrimSpace(s)))
}

// text is the first check of every value: encoding, control characters, length.
func (c *checker) text(f *Field, raw string) (string, bool) {
	if !utf8.ValidString(raw) || strings.ContainsRune(raw, utf8.RuneError) {
		c.problem(f.ID, "encoding", nil)
		return "", false
	}
	s := clean(raw)
	for _, r := range s {
		if r != '\n' && unicode.IsControl(r) || r == '\n' && f.Type != Text || directs(r) {
			c.problem(f.ID, "control", map[string]string{"value": strconv.QuoteRuneToASCII(r)})
			return "", false
		}
	}
	limit, code := textLimit, "too-long"
	switch {
	case f.ID == "ref" || f.Type == Reference || f.Type == Person || f.Type == Media || f.Type == Place:
		limit, code = refLimit, "ref-long"
	case f.Type == Text && f.Max != "":
		if n, err := strconv.Atoi(f.Max); err == nil {
			limit = n
		}
	}
	if f.Type == Media || f.Type == Place {
		code = "too-long"
	}
	if n := utf8.RuneCountInString(s); n > limit {
		c.problem(f.ID, code, map[string]string{"max": strconv.Itoa(limit), "length": strconv.Itoa(n)})
		return "", false
	}
	return s, true
}

// directs says that a character turns the direction of what follows it: text
// that shows otherwise than it is stored has no place in evidence.
func directs(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }

func (c *checker) choice(f *Field, value string) {
	id, problem, args := c.code(f, value)
	if problem != "" {
		c.problem(f.ID, problem, args)
		return
	}
	c.out[f.ID] = id
}

// code reads one code, by its id or by its name in any of the languages.
func (c *checker) code(f *Field, value string) (id, problem string, args map[string]string) {
	if l, ok := c.kind.spellings[f.ID]; ok {
		if id, ok := l.read[fold(value)]; ok {
			return id, "", nil
		}
		codes := ids(l.codes)
		args = map[string]string{"value": value, "allowed": strings.Join(codes, ", ")}
		problem = "choice"
		switch f.List {
		case "iso3166-1":
			problem = "country"
		case "iso4217":
			problem = "currency"
		case "iso639":
			problem = "language"
		}
		if near := nearName(l, value); near != "" {
			args["nearest"] = near
			if problem == "choice" || problem == "country" {
				problem += "-near"
			}
		}
		return "", problem, args
	}
	codes, known := c.env.Codes[f.List]
	if !known || slices.Contains(codes, value) {
		return value, "", nil
	}
	for _, id := range codes {
		if fold(id) == fold(value) {
			return id, "", nil
		}
	}
	args = map[string]string{"value": value, "allowed": strings.Join(codes, ", "), "nearest": nearest(value, codes)}
	if args["nearest"] != "" {
		return "", "choice-near", args
	}
	return "", "choice", args
}

// nearName finds the code whose id or name is nearest to what was written.
func nearName(l *list, value string) string {
	if i := nearestFolded(value, l.known); i >= 0 {
		return l.read[l.known[i]]
	}
	return ""
}

func (c *checker) number(f *Field, value string) {
	args := map[string]string{"value": value}
	n, ok := readDecimal(value, c.env.DecimalComma)
	if !ok {
		code := "number"
		if strings.EqualFold(value, "nil") {
			code = "number-nil"
		}
		c.problem(f.ID, code, args)
		return
	}
	if f.Type == Number && strings.Contains(n, ".") || f.Type == Number && dotted(value) {
		c.problem(f.ID, "whole-number", args)
		return
	}
	if f.Type == Number && len(n) > 18 || len(n) > 40 {
		c.problem(f.ID, "range-max", map[string]string{"value": value, "max": strings.Repeat("9", 17)})
		return
	}
	if f.Min != "" && rat(n).Cmp(rat(f.Min)) < 0 {
		c.problem(f.ID, "range-min", map[string]string{"value": n, "min": f.Min})
		return
	}
	if f.Max != "" && rat(n).Cmp(rat(f.Max)) > 0 {
		c.problem(f.ID, "range-max", map[string]string{"value": n, "max": f.Max})
		return
	}
	c.out[f.ID] = n
}

// dotted says that a whole number was written like 1.000, which is a thousand in
// half of the world. 217.0, as spreadsheets and scripts write it, is plain.
func dotted(s string) bool {
	_, fraction, ok := strings.Cut(s, ".")
	return ok && strings.Trim(fraction, "0") == "" && len(fraction) == 3
}

func (c *checker) when(f *Field, value string) {
	text, letter, problem := readWhen(value, c.zone, c.env.DateFormats)
	if problem != "" {
		c.problem(f.ID, problem, map[string]string{"value": value})
		return
	}
	if letter != "" && c.out["zone"] == "" && (f.ID == "at" || f.ID == "until") && !c.has("zone") {
		c.out["zone"] = letter
	}
	c.out[f.ID] = text
}

func (c *checker) reference(f *Field, value, missing string) {
	to := f.To
	if f.Type == Person {
		to = "person"
	}
	if to != "" && c.env.Exists != nil && !c.env.Exists(to, value) {
		c.problem(f.ID, missing, map[string]string{"value": value, "kind": to})
		return
	}
	c.out[f.ID] = value
}

func (c *checker) degrees(f *Field, value string) {
	n, problem := degrees(f.ID, value, c.env.DecimalComma)
	if problem != "" {
		c.problem(f.ID, problem, map[string]string{"value": value})
		return
	}
	c.out[f.ID] = n
}

// degrees reads a latitude or longitude and keeps six decimals: a hand's breadth.
func degrees(axis, value string, comma bool) (canonical, problem string) {
	n, ok := readDecimal(value, comma)
	if !ok {
		return "", "point"
	}
	limit := "90"
	if axis == "lon" {
		limit = "180"
	}
	if r := rat(n); r.Cmp(rat(limit)) > 0 || r.Cmp(rat("-"+limit)) < 0 {
		return "", axis + "-range"
	}
	n, ok = canonicalDecimal(rat(n).FloatString(6))
	if !ok {
		return "", "point"
	}
	return n, ""
}

func (c *checker) point(f *Field, value string) {
	if _, reference, ok := grid.Cut(value); ok {
		square, problem := gridSquare(reference)
		if problem != "" {
			c.problem(f.ID, problem, map[string]string{"value": reference})
			return
		}
		value = degreeText(square.Lat) + "," + degreeText(square.Lon)
	}
	first, second, ok := strings.Cut(value, ",")
	if !ok {
		c.problem(f.ID, "point", map[string]string{"value": value})
		return
	}
	lat, problem := degrees("lat", strings.TrimSpace(first), false)
	lon, other := degrees("lon", strings.TrimSpace(second), false)
	if problem == "" {
		problem = other
	}
	if problem != "" {
		c.problem(f.ID, problem, map[string]string{"value": value})
		return
	}
	c.out[f.ID] = lat + "," + lon
}

func (c *checker) flag(f *Field, value string) {
	switch fold(value) {
	case "yes", "y", "true", "1", "x", "oui", "wi", "si", "ndiyo":
		c.out[f.ID] = "yes"
	case "no", "n", "false", "0", "non", "hapana":
		c.out[f.ID] = "no"
	default:
		c.problem(f.ID, "flag", map[string]string{"value": value})
	}
}

func (c *checker) list(f *Field, value string) {
	var items []string
	for item := range strings.SplitSeq(value, "|") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		if f.List != "" {
			id, problem, args := c.code(f, item)
			if problem != "" {
				c.problem(f.ID, problem, args)
				return
			}
			item = id
		}
		if !slices.Contains(items, item) {
			items = append(items, item)
		}
	}
	if len(items) > 0 {
		c.out[f.ID] = strings.Join(items, "|")
	}
}

func (c *checker) link(f *Field, value string) {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsAny(value, " <>\"") {
		c.problem(f.ID, "link", map[string]string{"value": value})
		return
	}
	c.out[f.ID] = value
}

// owner reads whose the data is: a country, or one of mission, host and fund.
func (c *checker) owner(value string) {
	if v := strings.ToLower(value); v == "mission" || v == "host" || v == "fund" {
		c.out["owner"] = v
		return
	}
	if id, ok := c.kind.countries.read[fold(value)]; ok {
		c.out["owner"] = id
		return
	}
	c.problem("owner", "owner", map[string]string{"value": value})
}
