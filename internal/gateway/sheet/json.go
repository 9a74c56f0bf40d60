package sheet

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"konbit.org/konbit/internal/fail"
)

// jsonTable reads a list of objects, {"records": […]} as Konbit writes it, or
// the features of a GeoJSON collection. Objects need not have the same keys, so
// the header is gathered in a first reading.
type jsonTable struct {
	file    io.Closer
	count   *counter
	total   int64
	in      *json.Decoder
	portion *portion
	geo     bool
	number  int
	columns []string       // nil in the first reading
	at      map[string]int // column by name
	head    bool           // the header was given
}

func openJSON(f File, geo bool) (*jsonTable, error) {
	names := map[string]bool{}
	err := eachObject(f, geo, func(o object) error {
		for name := range o.cells {
			names[name] = true
		}
		if len(names) > maxColumns {
			return fail.Newf(fail.Invalid, "", "the objects have more than %d different keys", maxColumns)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t, err := startJSON(f, geo)
	if err != nil {
		return nil, err
	}
	t.columns, t.at = slices.Sorted(maps.Keys(names)), map[string]int{}
	for i, name := range t.columns {
		t.at[name] = i
	}
	return t, nil
}

func startJSON(f File, geo bool) (*jsonTable, error) {
	file, err := f.Open()
	if err != nil {
		return nil, err
	}
	t := &jsonTable{file: file, count: &counter{r: file}, total: f.Size, geo: geo}
	text, err := decoded(t.count, utf8Plain)
	if err == nil {
		t.portion = &portion{r: text, left: maxObject}
		t.in = json.NewDecoder(t.portion)
		t.in.UseNumber()
		err = t.enter()
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return t, nil
}

func notJSON(err error) error {
	err = cutOff(err)
	return fail.Wrap(fail.Invalid, err, "read the JSON", `write a list of objects, {"records": [...]} or a GeoJSON FeatureCollection`)
}

// enter goes to the first object of the list.
func (t *jsonTable) enter() error {
	token, err := t.in.Token()
	if err != nil {
		return notJSON(err)
	}
	if token == json.Delim('[') && !t.geo {
		return nil
	}
	if token != json.Delim('{') {
		return notJSON(errors.New("there is no list of objects"))
	}
	for t.more() {
		key, err := t.in.Token()
		if err != nil {
			return notJSON(err)
		}
		if key == "records" && !t.geo || key == "features" {
			t.geo = key == "features"
			if list, err := t.in.Token(); err != nil || list != json.Delim('[') {
				return notJSON(fmt.Errorf("%v is no list", key))
			}
			return nil
		}
		t.portion.left = maxObject
		var skipped json.RawMessage // kept as it stands: nothing is made of it
		if err := t.in.Decode(&skipped); err != nil {
			return notJSON(err)
		}
	}
	return notJSON(errors.New("there is no list of objects"))
}

// more reports whether something follows in the list or the object.
func (t *jsonTable) more() bool {
	t.portion.left = maxObject
	return t.in.More()
}

// portion ends a reading that goes on for longer than one object may be: the
// decoder keeps all of one in memory.
type portion struct {
	r    io.Reader
	left int
}

// Read reads what one object may still have.
func (p *portion) Read(b []byte) (int, error) {
	if p.left <= 0 {
		return 0, fmt.Errorf("one object has more than %d bytes", maxObject)
	}
	n, err := p.r.Read(b[:min(len(b), p.left)])
	p.left -= n
	return n, err
}

// object is one element of the list, as cells.
type object struct {
	cells map[string]string
	wrong []string // codes
}

func eachObject(f File, geo bool, fn func(object) error) error {
	t, err := startJSON(f, geo)
	if err != nil {
		return err
	}
	defer t.file.Close() //nolint:errcheck // only read
	for {
		o, err := t.object()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := fn(o); err != nil {
			return err
		}
	}
}

func (t *jsonTable) object() (object, error) {
	if !t.more() {
		// A list that stops in the middle was cut off on its way.
		if _, err := t.in.Token(); err != nil {
			return object{}, notJSON(err)
		}
		return object{}, io.EOF
	}
	t.portion.left = maxObject
	var raw any
	if err := t.in.Decode(&raw); err != nil {
		return object{}, notJSON(err)
	}
	o := object{cells: map[string]string{}}
	fields, ok := raw.(map[string]any)
	if !ok {
		o.wrong = append(o.wrong, "json-object")
		return o, nil
	}
	if t.geo {
		o.feature(fields)
		return o, nil
	}
	for name, v := range fields {
		o.put(name, v)
	}
	return o, nil
}

// feature reads a point with its properties.
func (o *object) feature(f map[string]any) {
	properties, _ := f["properties"].(map[string]any)
	for name, v := range properties {
		o.put(name, v)
	}
	if _, has := properties["ref"]; !has && f["id"] != nil {
		o.put("ref", f["id"])
	}
	geometry, _ := f["geometry"].(map[string]any)
	if geometry == nil {
		return
	}
	at, _ := geometry["coordinates"].([]any)
	if geometry["type"] != "Point" || len(at) < 2 {
		o.wrong = append(o.wrong, "geometry")
		return
	}
	if _, has := properties["lat"]; has {
		return
	}
	o.put("lon", at[0])
	o.put("lat", at[1])
}

func (o *object) put(name string, v any) {
	switch v := v.(type) {
	case nil:
		o.cells[name] = ""
	case string:
		o.cells[name] = v
	case json.Number:
		o.cells[name] = plainNumber(v.String())
	case bool:
		o.cells[name] = map[bool]string{true: "yes", false: "no"}[v]
	case []any:
		var parts []string
		for _, item := range v {
			if _, list := item.([]any); list { // a list has no lists: ten thousand in one another would be copied as often
				o.wrong = append(o.wrong, "json-nested")
				break
			}
			one := object{cells: map[string]string{}}
			one.put("", item)
			if len(one.wrong) > 0 {
				o.wrong = append(o.wrong, "json-nested")
				break
			}
			parts = append(parts, one.cells[""])
		}
		o.cells[name] = strings.Join(parts, "|")
	default:
		o.cells[name] = ""
		o.wrong = append(o.wrong, "json-nested")
	}
}

func (t *jsonTable) next() (*row, error) {
	if !t.head {
		t.head = true
		return &row{cells: t.columns}, nil
	}
	o, err := t.object()
	if err != nil {
		return nil, err
	}
	t.number++
	r := &row{number: t.number, cells: make([]string, len(t.columns)), given: make([]bool, len(t.columns))}
	for name, v := range o.cells {
		i, ok := t.at[name]
		if !ok {
			continue // the file changed between the readings
		}
		if len(v) > maxCell {
			r.refuse(name, "too-long", map[string]string{"max": strconv.Itoa(maxCell), "length": strconv.Itoa(len(v))})
			v = ""
		}
		r.cells[i], r.given[i] = v, true
	}
	for _, code := range o.wrong {
		r.refuse("", code, nil)
	}
	return r, nil
}

func (t *jsonTable) done() (done, total int64) { return min(t.count.n, t.total), t.total }

func (t *jsonTable) close() error { return t.file.Close() }
