package web

import (
	"strconv"
	"strings"
	"time"

	"konbit.org/konbit/internal/dtg"
	"konbit.org/konbit/internal/edtf"
	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/measure"
	"konbit.org/konbit/internal/record"
)

// t says a text of the catalogue; args are name, value pairs.
func (v *visit) t(key string, args ...string) string { return v.Words.Say(v.lang, key, pairs(args)) }

// n says a text in the plural form of n.
func (v *visit) n(key string, n int) string {
	return v.Words.Count(v.lang, key, int64(n), nil)
}

// howMany is a number of records; where nobody counted to the end it says so.
func (v *visit) howMany(t record.Total) string {
	if t.More {
		return "> " + v.num(int(t.N))
	}
	return v.num(int(t.N))
}

// records is howMany in words.
func (v *visit) records(t record.Total) string {
	if t.More {
		return v.t("web.count.more", "n", v.num(int(t.N)))
	}
	return v.n("web.count.records", int(t.N))
}

func pairs(args []string) map[string]string {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return m
}

// note says a remark that another part made.
func (v *visit) note(n Note) string { return v.Words.Say(v.lang, n.Key, v.argWords(n.Args)) }

// argWords writes the numbers in a remark as the reader's language does.
func (v *visit) argWords(args map[string]string) map[string]string {
	out := make(map[string]string, len(args))
	for k, a := range args {
		if out[k] = a; a != "" && strings.Trim(a, "0123456789.-") == "" && strings.Count(a, "-") <= 1 {
			out[k] = v.Words.Decimal(v.lang, a)
		}
	}
	return out
}

func (v *visit) dec(text string) string { return v.Words.Decimal(v.lang, text) }
func (v *visit) num(n int) string       { return v.Words.Number(v.lang, int64(n)) }

// in5 picks the reader's language of a text in five.
func (v *visit) in5(w interface{ In(lang string) string }) string { return w.In(v.lang) }

// day writes the day t falls on in the mission's zone.
func (v *visit) day(t time.Time) string { return v.Words.Date(v.lang, t.In(v.location())) }

// moment writes day and minute in the mission's zone. What is told to begin with
// the day is told as the day: nobody gave the minute.
func (v *visit) moment(t time.Time) string {
	if midnight(t.In(v.location())) {
		return v.day(t)
	}
	return v.day(t) + ", " + t.In(v.location()).Format("15:04")
}

// clockWords writes the minute on the mission's clocks and in UTC.
func (v *visit) clockWords(t time.Time) string {
	local := t.In(v.location()).Format("15:04")
	if _, offset := t.In(v.location()).Zone(); offset == 0 {
		return local + "Z"
	}
	return local + " (" + t.UTC().Format("15:04") + "Z)"
}

func midnight(t time.Time) bool {
	h, m, sec := t.Clock()
	return h == 0 && m == 0 && sec == 0 && t.Nanosecond() == 0
}

// zone names the mission's zone by its place.
func (v *visit) zone() string {
	name := v.location().String()
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		name = name[i+1:]
	}
	return strings.ReplaceAll(name, "_", " ")
}

// group is the date-time group in the mission's zone, else in Z.
func (v *visit) group(t time.Time) string {
	letter, ok := dtg.Letter(t.In(v.location()))
	if !ok {
		letter = 'Z'
	}
	text, err := dtg.Format(t, letter)
	if err != nil {
		return ""
	}
	return text
}

func iso(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// event writes an EDTF text as a reader of the language says it.
func (v *visit) event(text string) string {
	d, err := edtf.Parse(text)
	if err != nil || text == "" {
		return text
	}
	from, to, span := strings.Cut(d.String(), "/")
	if !span {
		return v.eventEnd(from)
	}
	switch {
	case from == "" || from == "..":
		return v.t("web.date.until", "date", v.eventEnd(to))
	case to == "" || to == "..":
		return v.t("web.date.since", "date", v.eventEnd(from))
	}
	return v.eventEnd(from) + " – " + v.eventEnd(to)
}

func (v *visit) eventEnd(text string) string {
	plain := strings.TrimRight(text, "~?%")
	said := plain
	switch {
	case len(plain) == 10:
		if t, err := time.Parse(time.DateOnly, plain); err == nil {
			said = v.Words.Date(v.lang, t)
		}
	case len(plain) == 7:
		if t, err := time.Parse("2006-01", plain); err == nil {
			said = v.Words.Month(v.lang, t.Month()) + " " + strconv.Itoa(t.Year())
		}
	case len(plain) > 10:
		if d, err := edtf.Parse(plain); err == nil {
			lo, _ := d.Bounds(v.location())
			said = v.moment(lo)
		}
	}
	switch strings.TrimPrefix(text, plain) {
	case "~":
		return v.t("web.date.about", "date", said)
	case "?":
		return v.t("web.date.perhaps", "date", said)
	case "%":
		return v.t("web.date.roughly", "date", said)
	}
	return said
}

// value writes a field as a reader wants it.
func (v *visit) value(f *kind.Field, rec *record.Version) cell {
	val := rec.Fields[f.ID]
	text := val.Text
	c := cell{text: text, raw: text}
	switch {
	case text == "@erased":
		return cell{text: v.t("web.value.erased"), raw: "@erased", badge: "erased"}
	case text == "" && val.Sealed != nil:
		return cell{text: v.t("web.value.sealed"), badge: "sealed"}
	case f.ID == "place":
		return v.placeCell(rec)
	case text == "":
		return c
	}
	switch f.Type {
	case kind.Text:
		if f.ID == "owner" {
			c.text = v.owner(text)
		}
	case kind.Choice:
		c.text = v.code(f, text)
	case kind.Number, kind.Quantity:
		c.text = v.dec(text) + v.unitOf(f, text)
		if f.ID == "lon" {
			c.note = v.gridAt(rec.Text("lat"), text)
		}
	case kind.Money:
		c.text = v.money(text, rec.Text(f.Currency))
	case kind.Date:
		c = v.eventCell(text)
	case kind.Flag:
		c.text = v.t("web.value." + text)
	case kind.List:
		c.text = strings.ReplaceAll(text, "|", ", ")
	case kind.Link:
		if strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://") {
			c.href = text
		}
	case kind.Point:
		if lat, lon, ok := strings.Cut(text, ","); ok {
			c.note = v.gridAt(lat, lon)
		}
	case kind.Place:
		c.href = v.placeLink(text)
	case kind.Media:
		// shown as it is
	case kind.Reference, kind.Person:
		to := f.To
		if to == "" {
			to = "person"
		}
		c.href = v.recordLink(record.Key{Mission: rec.Mission, Kind: to, Ref: text})
	}
	return c
}

// code is a code's label.
func (v *visit) code(f *kind.Field, id string) string {
	for _, c := range f.Codes {
		if c.ID == id {
			return v.in5(c.Label)
		}
	}
	return id
}

func (v *visit) money(text, currency string) string {
	if currency == "" {
		return v.dec(text)
	}
	return currency + "\u00a0" + v.dec(text)
}

// dimension names a value of a dimension, through the code list of the field it
// comes from.
func (v *visit) dimension(d *measure.Definition, dim, value string) string {
	if value == "" || value == measure.Unsaid {
		return v.t("web.value.unstated")
	}
	if f, ok := v.dimensionField(d, dim); ok && len(f.Codes) > 0 {
		return v.code(f, value)
	}
	if _, split := d.Dimensions[dim]; split && v.Words.Has("web.dim."+dim+"."+strings.ToLower(value)) {
		return v.t("web.dim." + dim + "." + strings.ToLower(value))
	}
	return value
}

// dimensionName is the label of a dimension: its own, else its field's.
func (v *visit) dimensionName(d *measure.Definition, dim string) string {
	if own := d.Dimensions[dim].Label; len(own) > 0 {
		return v.in5(own)
	}
	if f, ok := v.dimensionField(d, dim); ok {
		return v.in5(f.Label)
	}
	if key := "web.dim." + dim; v.Words.Has(key) {
		return v.t(key)
	}
	return dim
}

func (v *visit) dimensionField(d *measure.Definition, dim string) (*kind.Field, bool) {
	id := d.Dimensions[dim].Field
	if id == "" {
		id = dim
	}
	for _, term := range d.Terms {
		if k, ok := v.mission.Kinds.Get(term.Kind); ok {
			if f, ok := k.Field(id); ok {
				return f, true
			}
		}
	}
	return nil, false
}

// title is how a record is called in lists.
func (v *visit) title(rec *record.Version) string {
	k, ok := v.mission.Kinds.Get(rec.Kind)
	if !ok {
		return rec.Ref
	}
	var parts []string
	for _, id := range k.Title {
		if f, ok := k.Field(id); ok {
			if text := v.value(f, rec).text; text != "" {
				parts = append(parts, text)
			}
		}
	}
	if len(parts) == 0 {
		return v.in5(k.Label) + " " + rec.Ref
	}
	return strings.Join(parts, " · ")
}

func (v *visit) kindLabel(id string) string {
	if k, ok := v.mission.Kinds.Get(id); ok {
		return v.in5(k.Label)
	}
	return id
}

// unitOf is a field's unit after its number.
func (v *visit) unitOf(f *kind.Field, text string) string {
	if f.Unit == "" {
		return ""
	}
	key := "web.unit." + f.Unit
	if !v.Words.Has(key) {
		return "\u00a0" + f.Unit
	}
	n := 2
	if text == "1" {
		n = 1
	}
	return "\u00a0" + v.n(key, n)
}

// owner names whose data it is.
func (v *visit) owner(text string) string {
	if key := "common.owner." + text; v.Words.Has(key) {
		return v.t(key)
	}
	return v.Words.Country(v.lang, text)
}

// actor names who said something.
func (v *visit) actor(name string) string {
	if key := "web.actor." + name; v.Words.Has(key) {
		return v.t(key)
	}
	return name
}

// source names a source by its title; its ref stays in the address. What the
// reader may not see keeps its ref.
func (v *visit) source(ref string) string {
	if title, ok := v.sources[ref]; ok {
		return title
	}
	title := ref
	rec, err := v.Reader.Record(v.r.Context(), v.who, record.Key{Mission: v.mission.ID, Kind: "source", Ref: ref}, v.asOf())
	if err == nil && rec.Text("title") != "" {
		title = rec.Text("title")
	}
	if v.sources == nil {
		v.sources = map[string]string{}
	}
	v.sources[ref] = title
	return title
}
