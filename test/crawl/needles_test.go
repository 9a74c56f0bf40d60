package crawl_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// needles are what identifies the victim. Each is looked for whatever its case,
// accents and signs, and as machines write it.
func needles() []string {
	return []string{
		victimName, victimOther, "Quixanilla", "Zebedeo", victimNumber, victimAlias, "Zebo", victimKin, "Petronia", kinPhone, "2555 0143",
	}
}

// haystack is an answer made ready to be searched.
type haystack struct{ plain, folded string }

func pile(raw []byte) haystack {
	text := unpacked(raw)
	all := text + "\n" + unescaped(text)
	return haystack{plain: all, folded: folded(all)}
}

// has tells which needles are in the haystack.
func (h haystack) has(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(needle string) bool {
		if strings.Contains(h.folded, folded(needle)) {
			return false
		}
		return !slices.ContainsFunc(encoded(needle), func(e string) bool { return strings.Contains(h.plain, e) })
	})
}

// encoded is a text in base64, as it stands at each of the three places of a group.
func encoded(needle string) (out []string) {
	for lead := range 3 {
		raw := append(make([]byte, lead), needle...)
		text := base64.RawStdEncoding.EncodeToString(raw)
		from, to := (lead*8+5)/6, len(text)-2
		out = append(out, text[from:to], base64.RawURLEncoding.EncodeToString(raw)[from:to])
	}
	return out
}

// unescaped undoes what JSON, HTML and addresses do to texts, twice.
func unescaped(text string) string {
	var out strings.Builder
	for range 2 {
		text = html.UnescapeString(text)
		if plain, err := url.QueryUnescape(strings.ReplaceAll(text, "%", "%25")); err == nil {
			text = plain
		}
		text = percent(text)
		text = strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">", `\"`, `"`, `\/`, "/").Replace(text)
		var unquoted string
		if json.Unmarshal([]byte(`"`+strings.NewReplacer(`"`, `\"`, "\n", " ", "\r", " ", "\t", " ").Replace(text)+`"`), &unquoted) == nil {
			text = unquoted
		}
		out.WriteString(text)
	}
	return out.String()
}

// percent undoes %41 wherever it stands, and leaves what is no escape.
func percent(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if plain, err := url.PathUnescape(text[i : i+3]); err == nil {
				out.WriteString(plain)
				i += 2
				continue
			}
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

// unpacked is what is inside of zip (as spreadsheets are) and gzip.
func unpacked(raw []byte) string {
	if bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) {
		if z, err := gzip.NewReader(bytes.NewReader(raw)); err == nil {
			if inner, err := io.ReadAll(z); err == nil {
				return unpacked(inner)
			}
		}
	}
	if bytes.HasPrefix(raw, []byte("PK\x03\x04")) {
		if z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw))); err == nil {
			return members(z)
		}
	}
	return string(raw)
}

func members(z *zip.Reader) string {
	var out strings.Builder
	for _, f := range z.File {
		out.WriteString(f.Name + "\n" + f.Comment)
		r, err := f.Open()
		if err != nil {
			continue
		}
		inner, err := io.ReadAll(r)
		if err == nil {
			out.WriteString(unpacked(inner))
		}
	}
	return out.String()
}

// folded keeps letters and digits, without case and accents.
func folded(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	for _, r := range norm.NFKD.String(text) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out.WriteRune(unicode.ToLower(r))
		}
	}
	return out.String()
}

func TestANeedleIsFoundHoweverItIsWritten(t *testing.T) {
	var zipped, packed bytes.Buffer
	z := zip.NewWriter(&zipped)
	f, _ := z.Create("xl/sharedStrings.xml")
	_, _ = f.Write([]byte("<t>Zebedeo&#32;Quixanilla</t>"))
	_ = z.Close()
	g := gzip.NewWriter(&packed)
	_, _ = g.Write(zipped.Bytes())
	_ = g.Close()
	for name, text := range map[string]string{
		"as it is":      "… Zebedeo Quixanilla …",
		"accents":       "ZEBÉDÉO QUIXANÍLLA",
		"other signs":   "zebedeo_quixanilla.csv",
		"in an address": "/x?q=Zebedeo%20Quixanilla",
		"a blank as +":  "/x?q=Zebedeo+Quixanilla",
		"every letter":  "%5A%65%62%65%64%65%6F%20%51%75%69%78%61%6E%69%6C%6C%61",
		"JSON":          `{"n":"Zebedeo\u0020Quixan\u0069lla"}`,
		"HTML":          "Zebedeo&nbsp;Quixan&iacute;lla",
		"base64":        base64.StdEncoding.EncodeToString([]byte("xyZebedeo Quixanilla is missing")),
		"a sheet":       zipped.String(),
		"packed":        packed.String(),
	} {
		t.Run(name, func(t *testing.T) {
			if len(pile([]byte(text)).has([]string{victimName})) != 1 {
				t.Errorf("not found in %q", text)
			}
		})
	}
	if found := pile([]byte("A quiet day at the Ridge post, 77 341 litres")).has([]string{victimName, victimAlias}); len(found) > 0 {
		t.Errorf("found %v where nothing is", found)
	}
}
