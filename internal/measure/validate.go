package measure

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"konbit.org/konbit/internal/kind"
)

// languages every label and text must have.
func languages() []string { return []string{"en", "fr", "ht", "es", "sw"} }

func (s *Set) check(kinds Kinds) []error {
	var faults []error
	for _, d := range s.All() {
		c := checker{set: s, kinds: kinds, d: d}
		c.words()
		c.shape()
		c.terms()
		c.links()
		faults = append(faults, c.faults...)
	}
	return faults
}

type checker struct {
	set    *Set
	kinds  Kinds
	d      *Definition
	faults []error
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf("measure %s: %w", c.d.ID, fmt.Errorf(format, args...)))
}

func (c *checker) words() {
	for _, l := range languages() {
		if strings.TrimSpace(c.d.Label[l]) == "" {
			c.fault("no label in %s", l)
		}
		if strings.TrimSpace(c.d.Text[l]) == "" {
			c.fault("no text in %s", l)
		}
	}
}

func (c *checker) shape() {
	d := c.d
	domain, name, ok := strings.Cut(d.ID, ".")
	if !ok || domain == "" || name == "" {
		c.fault("the id must be domain.name")
	}
	if d.Number < 1 {
		c.fault("the definition's number must be 1 or more")
	}
	if d.Unit == "" {
		c.fault("no unit")
	}
	if d.How != Level && d.How != Latest {
		c.fault("how must be %s or %s", Level, Latest)
	}
	if d.How == Level && (len(d.ByGroup) > 0 || d.From != "" || d.Until != "" || d.Within != "") {
		c.fault("by-group, from, until and within belong to how: %s", Latest)
	}
	if d.Until != "" && d.From == "" {
		c.fault("until needs from")
	}
	if len(d.ByGroup) > 2 {
		c.fault("at most two fields in by-group")
	}
	var err error
	if d.stale, err = parsePeriod(d.StaleAfter); err != nil {
		c.fault("stale-after: %w", err)
	}
	if d.within, err = parsePeriod(d.Within); err != nil {
		c.fault("within: %w", err)
	}
	if d.Default != "" {
		if d.fallback, err = ParseAmount(d.Default); err != nil {
			c.fault("default: %w", err)
		}
	}
	splits := 0
	for name, dim := range d.Dimensions {
		if (dim.Field == "") == (len(dim.Split) == 0) {
			c.fault("dimension %s needs either field or split", name)
		}
		if len(dim.Split) > 0 {
			splits++
		}
	}
	if splits > 1 {
		c.fault("only one dimension may split the value")
	}
}

func (c *checker) terms() {
	d := c.d
	if len(d.Terms) == 0 {
		c.fault("no terms")
	}
	kinds := map[string]*kind.Kind{}
	for i := range d.Terms {
		t := &d.Terms[i]
		if t.Sign != 1 && t.Sign != -1 {
			c.fault("term %d: sign must be 1 or -1", i+1)
		}
		k, ok := c.kinds.Get(t.Kind)
		if !ok {
			c.fault("term %d: no kind %q", i+1, t.Kind)
			continue
		}
		kinds[t.Kind] = k
		c.term(k, t)
	}
	if d.How == Latest && len(kinds) > 1 {
		c.fault("how: %s takes records of one kind only", Latest)
	}
	for name, dim := range d.Dimensions {
		c.dimension(kinds, name, dim)
	}
	if d.Apart != "" {
		c.somewhere(kinds, "apart", d.Apart)
	}
	for _, f := range d.ByGroup {
		if f != Self {
			c.somewhere(kinds, "by-group", f)
		}
	}
	for _, f := range []string{d.From, d.Until} {
		for _, k := range kinds {
			if f == "" {
				continue
			}
			if field, ok := k.Field(f); !ok || field.Type != kind.Date {
				c.fault("from and until must be dates of kind %s; %s is not", k.ID, f)
			}
		}
	}
}

func (c *checker) term(k *kind.Kind, t *Term) {
	value := t.Value
	if value == "" {
		value = c.d.Value
	}
	if value != "" {
		c.number(k, value)
	}
	for f, codes := range t.When {
		c.codes(k, f, codes)
	}
	for f, codes := range t.Unless {
		c.codes(k, f, codes)
	}
	for _, f := range slices.Concat(t.Set, t.Unset) {
		c.field(k, f)
	}
}

func (c *checker) dimension(kinds map[string]*kind.Kind, name string, dim Dimension) {
	if dim.Field != "" {
		c.somewhere(kinds, "dimension "+name, dim.Field)
		return
	}
	for code, f := range dim.Split {
		if code == Unsaid {
			c.fault("dimension %s: %s is the remainder", name, Unsaid)
		}
		found := false
		for _, k := range kinds {
			if _, ok := k.Field(f); ok {
				found = true
				c.number(k, f)
			}
		}
		if !found {
			c.fault("dimension %s: no kind of its terms has a field %q", name, f)
		}
	}
}

// somewhere holds that a field exists in a kind of the terms; in the others the
// dimension is [Unsaid].
func (c *checker) somewhere(kinds map[string]*kind.Kind, what, f string) {
	if strings.HasPrefix(f, "@") || len(kinds) == 0 {
		return
	}
	for _, k := range kinds {
		if field, ok := k.Field(f); ok {
			c.open(k, field)
			return
		}
	}
	c.fault("%s: no kind of its terms (%s) has a field %q", what, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "), f)
}

func (c *checker) field(k *kind.Kind, f string) (*kind.Field, bool) {
	if strings.HasPrefix(f, "@") {
		return nil, false
	}
	field, ok := k.Field(f)
	if !ok {
		c.fault("kind %s has no field %q", k.ID, f)
		return nil, false
	}
	c.open(k, field)
	return field, true
}

// open holds that a measure reads nothing sealed, and a public one nothing that
// is marked more strictly than its record.
func (c *checker) open(k *kind.Kind, f *kind.Field) {
	if f.Personal {
		c.fault("field %s of kind %s is personal and cannot be counted", f.ID, k.ID)
	}
	if c.d.Public && f.Marking != "" && f.Marking != "public" {
		c.fault("field %s of kind %s is marked %s; a public measure cannot use it", f.ID, k.ID, f.Marking)
	}
}

func (c *checker) number(k *kind.Kind, f string) {
	field, ok := c.field(k, f)
	if ok && field.Type != kind.Number && field.Type != kind.Quantity && field.Type != kind.Money {
		c.fault("field %s of kind %s is no number", f, k.ID)
	}
}

func (c *checker) codes(k *kind.Kind, f string, codes []string) {
	field, ok := c.field(k, f)
	if !ok || field.Type != kind.Choice || field.List != "" {
		return
	}
	for _, code := range codes {
		if !slices.ContainsFunc(field.Codes, func(x kind.Code) bool { return x.ID == code }) {
			c.fault("field %s of kind %s has no code %q", f, k.ID, code)
		}
	}
}

// links holds that the measures it names exist and share the dimension.
func (c *checker) links() {
	for _, b := range c.d.Beside {
		if c.set.byID[b.Measure] == nil || b.Note == "" {
			c.fault("beside: no measure %q, or no note", b.Measure)
		}
	}
	b := c.d.Balance
	if b == nil {
		return
	}
	for _, id := range append(slices.Clone(b.Parts), b.Whole, b.Once) {
		d := c.set.byID[id]
		switch {
		case id == "" && b.Once == "":
		case d == nil:
			c.fault("balance: no measure %q", id)
		default:
			if _, ok := d.dimension(b.By); !ok {
				c.fault("balance: %s has no dimension %q", id, b.By)
			}
		}
	}
}
