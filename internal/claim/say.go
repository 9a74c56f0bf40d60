package claim

import (
	"maps"
	"slices"
	"strings"
	"time"

	"konbit.org/konbit/internal/kind"
	"konbit.org/konbit/internal/measure"
)

// Reason is why a verdict is what it is: a code and its arguments, in plain
// digits and dates. [Checker.Say] puts it into words.
type Reason struct {
	Code string
	Args map[string]string

	label   kind.Words
	scope   map[string][]string
	apart   string
	values  map[string]said
	records int
	open    int // statements too uncertain to count
}

// said is a claimed value with how exactly it was claimed.
type said struct {
	value     string
	precision string
	apart     string
}

func (s *statement) said() said {
	if s.value == nil {
		return said{}
	}
	apart := ""
	if c := s.scope["currency"]; len(c) == 1 {
		apart = c[0]
	}
	return said{s.value.String(), s.precision, apart}
}

// claimed is the value as it was claimed. An exact number stays as it was
// written, for scripts.
func (s *statement) claimed(c *Checker, lang string) string {
	if s.value == nil {
		return ""
	}
	if s.precision == exact {
		return s.record.Text("value")
	}
	return c.words.Say(lang, "claim.said."+s.precision, map[string]string{"value": c.words.Decimal(lang, s.value.String())})
}

// reason collects what the words of a verdict need.
func (s *statement) reason(d *measure.Definition, code string, f *measure.Figure) Reason {
	r := Reason{Code: code, label: d.Label, scope: s.scope, values: map[string]said{"claimed": s.said()}, records: f.Records, open: f.Unknowns}
	r.Args = map[string]string{"measure": d.ID, "date": day(s.at), "from": day(s.from)}
	if !f.Newest.IsZero() {
		r.Args["newest"] = day(f.Newest.In(s.at.Location()))
	}
	if f.Total == nil {
		return r
	}
	if len(f.Totals) == 1 {
		r.apart = f.Totals[0].Apart
	}
	r.Args["computed"] = f.Total.String()
	r.Args["difference"] = (*s.value - *f.Total).Abs().String()
	return r
}

func day(t time.Time) string { return t.Format(time.DateOnly) }

// Say puts a reason into the words of a language.
func (c *Checker) Say(lang string, r Reason) string {
	args := maps.Clone(r.Args)
	if args == nil {
		args = map[string]string{}
	}
	for _, name := range []string{"date", "from", "newest", "later"} {
		if t, err := time.Parse(time.DateOnly, args[name]); err == nil {
			args[name] = c.words.Date(lang, t)
		}
	}
	for _, name := range []string{"computed", "difference"} {
		if n, ok := args[name]; ok {
			args[name] = with(c.words.Decimal(lang, n), r.apart)
		}
	}
	for name, v := range r.values {
		args[name] = c.value(lang, v)
		v.precision = exact
		args["bare"] = c.value(lang, v)
	}
	args["figure"] = c.figure(lang, r)
	args["records"] = c.words.Count(lang, "claim.records", int64(r.records), nil)
	args["open"] = c.words.Count(lang, "claim.statements", int64(r.open), nil)
	area := "claim.why."
	if r.Code == "same-day" || r.Code == "falls" {
		area = "claim.conflict."
	}
	return c.words.Say(lang, area+r.Code, args)
}

func with(number, unit string) string {
	if unit == "" {
		return number
	}
	return number + "\u00a0" + unit
}

func (c *Checker) value(lang string, v said) string {
	if v.value == "" {
		return ""
	}
	number := with(c.words.Decimal(lang, v.value), v.apart)
	if v.precision == exact {
		return number
	}
	return c.words.Say(lang, "claim.said."+v.precision, map[string]string{"value": number})
}

// figure names the measure and what part of it: “Arrived since the beginning” (KEN).
func (c *Checker) figure(lang string, r Reason) string {
	name := c.words.Say(lang, "claim.figure", map[string]string{"label": r.label.In(lang)})
	var parts []string
	for _, dim := range slices.Sorted(maps.Keys(r.scope)) {
		if dim == "currency" {
			continue // stands behind each amount
		}
		for _, value := range r.scope[dim] {
			parts = append(parts, c.part(lang, dim, value))
		}
	}
	if len(parts) == 0 {
		return name
	}
	return name + " (" + strings.Join(parts, ", ") + ")"
}

func (c *Checker) part(lang, dim, value string) string {
	if key := "claim.part." + dim + "." + strings.ToLower(value); c.words.Has(key) {
		return c.words.Say(lang, key, nil)
	}
	if len(value) == 3 && value == strings.ToUpper(value) && slices.Contains(c.words.Countries(), value) {
		return c.words.Country(lang, value)
	}
	return value
}
