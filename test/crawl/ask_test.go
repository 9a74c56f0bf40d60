package crawl_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// request is one thing to ask for.
type request struct {
	method, target string
	header         http.Header
	form           url.Values
}

func get(target string) request { return request{method: http.MethodGet, target: target} }

func (r request) String() string {
	out := r.method + " " + r.target
	for name, values := range r.header {
		out += " " + name + ": " + strings.Join(values, ",")
	}
	return out
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask sends a request as somebody.
func (w *world) ask(who seat, r request) answer {
	var body io.Reader
	if r.form != nil {
		body = strings.NewReader(r.form.Encode())
	}
	q := httptest.NewRequestWithContext(w.t.Context(), r.method, r.target, body)
	q.Host, q.RemoteAddr = "vale.example", "192.0.2.7:50000"
	if r.form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	maps.Copy(q.Header, r.header)
	w.seat(q, who)
	rec := httptest.NewRecorder()
	w.pages.ServeHTTP(rec, q)
	return answer{rec.Code, rec.Header(), rec.Body.Bytes()}
}

// raw is all of an answer that somebody could read.
func (a answer) raw() []byte {
	var b bytes.Buffer
	b.WriteString(strconv.Itoa(a.status) + "\n")
	b.WriteString(unpacked(a.body))
	b.WriteString("\n")
	for _, name := range slices.Sorted(keys(a.header)) {
		b.WriteString(name + ": " + strings.Join(a.header[name], ", ") + "\n")
	}
	return b.Bytes()
}

// random is what differs between two answers to the same request although they
// say the same: ids and signatures of what each twin wrote itself, and secrets
// made for one answer. A name once covered is a sign, however long it was.
var random = []struct {
	sign    string // without it there is nothing of the kind
	pattern *regexp.Regexp
	instead string
}{
	{"", regexp.MustCompile(`[0-9a-f]{64}`), "#"},
	{`" value="`, regexp.MustCompile(`(name="(?:token|form|csrf|seen)" value=")[^"]*`), "${1}#"},
	{`":"`, regexp.MustCompile(`("(?:token|form|csrf|seen)":")[^"]*`), "${1}#"},
	{"data-", regexp.MustCompile(`(data-(?:form|token)=")[^"]*`), "${1}#"},
	// The mark of a stream: a name that the process gave itself, and a time.
	{"-", regexp.MustCompile(`[A-Z2-7]{10}(-[0-9]{16})`), "#${1}"},
	{"Set-Cookie", regexp.MustCompile(`(Set-Cookie: [a-z_-]+=)[^;\n]*`), "${1}#"},
	{covered, regexp.MustCompile(`■(?:[\s,.-]*■)*`), covered},
}

// same reports whether two answers say the same; the most part do so without a
// second look.
func same(a, b answer) bool {
	return bytes.Equal(a.raw(), b.raw()) || a.alike() == b.alike()
}

// alike is an answer without what is random. A tag is of the whole body, so where
// that holds an id the tag says nothing more.
func (a answer) alike() string {
	text := string(a.raw())
	before := text
	for _, r := range random {
		if !strings.Contains(text, r.sign) {
			continue
		}
		text = r.pattern.ReplaceAllString(text, r.instead)
	}
	if text != before {
		text = regexp.MustCompile(`Etag: [^\n]*`).ReplaceAllString(text, "Etag: #")
	}
	return text
}

// differs shows where two texts part.
func differs(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			from := 0
			for from < min(len(x[i]), len(y[i])) && x[i][from] == y[i][from] {
				from++
			}
			from = max(0, from-60)
			return "\n\twith:    " + cut(x[i], from) + "\n\twithout: " + cut(y[i], from)
		}
	}
	return "\n\tone has " + cut(a[min(len(a), len(b)):]+"|"+b[min(len(a), len(b)):], 0) + " more"
}

func cut(text string, from int) string {
	if from > 0 {
		text = "…" + text[min(from, len(text)):]
	}
	if len(text) > 260 {
		text = text[:260] + "…"
	}
	return text
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func TestTwoAnswersAreAlikeButForWhatIsRandom(t *testing.T) {
	id := strings.Repeat("ab", 32)
	one := answer{200, http.Header{"Etag": {`W/"1"`}}, []byte(`<input name="token" value="x1"> ` + id + " ■ ■ is missing")}
	two := answer{200, http.Header{"Etag": {`W/"2"`}}, []byte(`<input name="token" value="y2"> ` + strings.Repeat("cd", 32) + " ■ is missing")}
	if one.alike() != two.alike() {
		t.Error(differs(one.alike(), two.alike()))
	}
	two.body = append(two.body, " 1"...)
	if one.alike() == two.alike() {
		t.Error("a count more is not seen")
	}
	three := answer{200, http.Header{"Etag": {`W/"3"`}}, []byte("same")}
	four := answer{200, http.Header{"Etag": {`W/"4"`}}, []byte("same")}
	if three.alike() == four.alike() {
		t.Error("another tag of the same body is not seen")
	}
}
